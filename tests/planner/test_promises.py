"""What holds for every week: made-up weeks, odd weeks, shuffled weeks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.interval import common
from service.domain.plan import Plan
from service.planner import (
    DEFAULT,
    Policy,
    Responsibility,
    Sitter,
    Snapshot,
    greedy_week,
    parse_snapshot,
    plan_week,
    snapshot_hash,
    to_json,
    verify,
)
from tests.planner.building import (
    DAYS,
    SAMPLES,
    a_chore,
    a_time,
    a_week,
    a_wish,
    an_adult,
    at,
    on,
    sample,
)

QUICK = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def weeks(draw: st.DrawFn) -> Snapshot:
    """A household of one or two adults, up to eight chores, self-care, a sitter, some busy hours."""
    hours = st.integers(7, 20)

    def busy() -> tuple[object, ...]:
        found = draw(st.lists(st.tuples(st.sampled_from(DAYS), hours, st.integers(1, 4)), max_size=4))
        return on(
            *(
                f"{day} {hour:02d}:{draw(st.sampled_from((0, 10, 45))):02d}-{hour + n:02d}:50"
                for day, hour, n in found
            )
        )

    names = draw(st.sampled_from((("Ana",), ("Ana", "Ben"))))
    adults = tuple(
        an_adult(
            name,
            busy=busy(),
            state=draw(st.sampled_from(("fine", "blown"))),
            capacity_min=draw(st.sampled_from((0, 150, 600))),
            ledger_min=draw(st.sampled_from((0, -30, 45))),
            day_limit_min=draw(st.sampled_from((60, 300))),
        )
        for name in names
    )
    ids = tuple(adult.id for adult in adults)

    def chore(number: int) -> Responsibility:
        start = draw(hours)
        times = [
            a_time(
                draw(st.sampled_from(("Mon", "Wed", "Thu,Fri", "daily"))),
                f"{start:02d}:00-{start + 3:02d}:00",
            )
            for _ in range(draw(st.integers(1, 3)))
        ]
        return a_chore(
            f"C{number}",
            *times,
            priority=draw(st.integers(0, 3)),
            minutes=draw(st.sampled_from((10, 25, 60))),
            mental_min=draw(st.sampled_from((0, 20))),
            at_home=draw(st.sampled_from((True, False, None))),
            with_children_ok=draw(st.booleans()),
            noisy=draw(st.booleans()),
            eligible=draw(st.sampled_from((ids, ids[:1], ids[-1:]))),
            previous=draw(st.sampled_from((None, *ids))),
            burden_percent={who: draw(st.sampled_from((80, 100, 150))) for who in ids},
            usual_min=start * 60,
            min_gap_days=draw(st.sampled_from((0, 2))),
            mode=draw(st.sampled_from(("whole", "alternating"))),
            needs=draw(st.sampled_from(((), ("car",)))),
            blocked=draw(st.sampled_from((True, True, False))),
        )

    def chore_that_may_shrink(number: int) -> Responsibility:
        made = chore(number)
        may = made.priority > 0 and made.mode == "whole" and made.blocked
        return replace(made, shrinks=may and draw(st.booleans()))

    wishes = tuple(
        a_wish(name.capitalize(), draw(st.sampled_from(("Thu", "Sat", "daily"))), "09:00-21:00", minutes=60)
        for name in draw(st.lists(st.sampled_from(ids), max_size=2))
    )
    sitters = draw(st.sampled_from(((), (Sitter("granny", "Granny", on("Sat 08:10-13:00")),))))
    chores = [chore_that_may_shrink(n) for n in range(draw(st.integers(0, 8)))]
    return a_week(*chores, adults=adults, selfcare=wishes, sitters=sitters)


@QUICK
@given(weeks())
def test_every_plan_keeps_every_rule(week: Snapshot) -> None:
    for plan in (greedy_week(week), plan_week(week)):
        assert verify(week, plan) == []
        for adult in week.adults:
            held = [block.interval for block in plan.blocks_of(adult.id)]
            held += [one.interval for one in plan.selfcare if one.adult == adult.id]
            assert sum(interval.minutes for interval in held) == sum(i.minutes for i in common(held, held))
        assert Plan.from_json(plan.to_json()) == plan


@QUICK
@given(weeks())
def test_the_proof_never_loses_to_the_first_answer(week: Snapshot) -> None:
    first, best = greedy_week(week), plan_week(week)
    assert [v.value for v in best.levels] <= [v.value for v in first.levels]


@QUICK
@given(weeks(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(week: Snapshot, chance: random.Random) -> None:
    shuffled = replace(
        week,
        adults=tuple(chance.sample(week.adults, len(week.adults))),
        responsibilities=tuple(chance.sample(week.responsibilities, len(week.responsibilities))),
    )
    assert snapshot_hash(shuffled) == snapshot_hash(week)
    assert plan_week(shuffled) == plan_week(week)


@QUICK
@given(weeks())
def test_replanning_a_published_week_at_its_start_moves_nothing(week: Snapshot) -> None:
    first = plan_week(week)
    again = plan_week(replace(week, published=first))
    assert (again.blocks, again.selfcare, again.doers) == (first.blocks, first.selfcare, first.doers)


@QUICK
@given(weeks())
def test_a_snapshot_survives_its_file(week: Snapshot) -> None:
    read = parse_snapshot(to_json(week))
    assert to_json(read) == to_json(parse_snapshot(to_json(read)))


def odd_weeks() -> dict[str, Snapshot]:
    chores = tuple(
        a_chore(f"C{n}", *[a_time(day, "17:00-20:00") for day in ("Mon", "Wed", "Sat")], priority=n % 4)
        for n in range(6)
    )
    ana, ben = an_adult("Ana"), an_adult("Ben")
    zero = [replace(adult, capacity_min=0) for adult in (ana, ben)]
    away = replace(ben, may_be_planned=(), at_home=(), busy=on("daily 00:00-24:00"), state="away")
    return {
        "plain": a_week(*chores),
        "zero for one": a_week(*chores, adults=(zero[0], ben)),
        "zero for both": a_week(*chores, adults=tuple(zero)),
        "away all week": a_week(*chores, adults=(ana, away), selfcare=(a_wish("Ana"), a_wish("Ben"))),
        "no free slot": a_week(
            *chores, adults=(replace(ana, may_be_planned=()), replace(ben, may_be_planned=()))
        ),
        "only one can": a_week(*(replace(c, eligible=("ana",)) for c in chores)),
        "block longer than its window": a_week(
            a_chore("Long", a_time("Tue", "17:00-17:30"), minutes=90, priority=0)
        ),
        "no chores": a_week(selfcare=(a_wish("Ana"),)),
        "no occurrence": a_week(replace(chores[0], occurrences=(), mental_min=20)),
        "no children": replace(a_week(*chores), children=a_week().children.__class__()),
        "children always awake": replace(
            a_week(*chores, selfcare=(a_wish("Ana"),)),
            children=replace(a_week().children, home=on("daily 00:00-24:00"), awake=on("daily 00:00-24:00")),
        ),
        "single adult": a_week(
            *(replace(c, eligible=("ana",), previous=None, burden_percent={}) for c in chores),
            adults=(ana,),
            selfcare=(a_wish("Ana"),),
        ),
        "window of no length": a_week(a_chore("Empty", a_time("Tue", "17:00-17:00"))),
        "hour skipped": a_week(*chores, monday=date(2027, 3, 22)),
        "hour doubled": a_week(*chores, monday=date(2026, 10, 19)),
        "time past": a_week(*chores, now=at("Fri 12:00")),
        "travelling zone": a_week(*chores, tz="Pacific/Apia"),
    }


@pytest.mark.parametrize("name", list(odd_weeks()))
def test_an_odd_week_is_planned_proven_and_explained(name: str) -> None:
    week = odd_weeks()[name]
    plan = plan_week(week)
    assert verify(week, plan) == []
    assert plan.status == "proven"
    assert all(one.reason for one in plan.unplaced)
    assert all(move.reason for move in plan.moves)
    assert verify(week, greedy_week(week)) == []


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith("small")])
def test_same_week_same_plan(name: str) -> None:
    week = parse_snapshot(sample(name))
    assert plan_week(week) == plan_week(week)


def test_another_seed_finds_the_same_best_plan() -> None:
    week = parse_snapshot(sample("small-normal-0"))
    first, second = plan_week(week), plan_week(week, policy=replace(DEFAULT, seed=99))
    assert first.blocks == second.blocks


def test_a_limit_that_strikes_leaves_an_honest_answer() -> None:
    week = parse_snapshot(sample("typical-normal-1"))
    plan = plan_week(week, policy=Policy(limit=0.02))
    assert plan.status == "best_found"
    assert any(level.bound < level.value for level in plan.levels)


def test_each_level_is_told_while_the_proof_runs() -> None:
    told: list[tuple[str, int, int]] = []
    plan = plan_week(a_week(a_chore("Bins")), on_level=lambda *level: told.append(level))
    assert told[-1] == ("deviation", plan.level("deviation").value, plan.level("deviation").bound)


@QUICK
@given(weeks(), weeks(), st.sampled_from(("Mon 07:00", "Wed 12:07", "Sat 09:30")))
def test_a_changed_week_is_replanned_within_the_rules(week: Snapshot, other: Snapshot, now: str) -> None:
    first = plan_week(week)
    adults = {adult.id: adult for adult in other.adults}
    changed = replace(
        week,
        adults=tuple(adults.get(adult.id, adult) for adult in week.adults),
        published=first,
        now=at(now),
    )
    plan = plan_week(changed)
    begun = [block for block in first.blocks if block.interval.start_at < at(now)]
    assert verify(changed, plan) == []
    assert verify(changed, greedy_week(changed)) == []
    assert set(begun) <= set(plan.blocks)
    assert plan.status == "proven"
    again = plan_week(replace(changed, published=plan))
    assert (again.blocks, again.selfcare) == (plan.blocks, plan.selfcare)
