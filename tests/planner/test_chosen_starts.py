"""What a person put somewhere themselves stays there, whatever the week does around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random

import pytest

from service.domain.plan import Plan
from service.planner import (
    DEFAULT,
    Occurrence,
    Responsibility,
    Snapshot,
    SnapshotError,
    greedy_week,
    parse_snapshot,
    plan_week,
    repair,
    snapshot_hash,
    to_json,
    verify,
)
from service.planner.repair import is_elsewhere, lost_places
from tests.planner.building import a_chore, a_time, a_week, a_wish, an_adult, at, block, local, on, starts

PLANNERS = (plan_week, greedy_week, lambda week: plan_week(week, policy=replace(DEFAULT, joint=False)))


def put(time: Occurrence, **where: str) -> Occurrence:
    return replace(time, fixed_start={who: at(when) for who, when in where.items()})


def put_again(week: Snapshot, chore: str, adult: str, when: datetime) -> Snapshot:
    """The week after `adult` has dragged the first time of `chore`."""

    def dragged(one: Responsibility) -> Responsibility:
        first = replace(one.occurrences[0], fixed_start={adult: when})
        return replace(one, occurrences=(first, *one.occurrences[1:])) if one.id == chore else one

    return replace(week, responsibilities=tuple(dragged(one) for one in week.responsibilities))


@pytest.mark.parametrize("plan", PLANNERS)
def test_a_block_stays_where_its_doer_put_it(plan: object) -> None:
    laundry = a_chore("Laundry", put(a_time("Tue,Wed", "17:00-19:00"), ana="Wed 18:15"))
    made = plan(a_week(laundry))  # type: ignore[operator]
    assert starts(made, "laundry") == ["Wed 18:15"]
    assert made.level("deviation").value == 0


def test_what_has_begun_elsewhere_holds_no_place_that_it_was_put_in() -> None:
    chores = (
        a_chore("Bins", put(a_time("Mon"), ana="Wed 18:20"), eligible=("ana",)),
        a_chore("Mop", put(a_time("Wed"), ana="Wed 18:20"), eligible=("ana",)),
    )
    week = a_week(*chores, adults=(an_adult("Ana", busy=on("Wed 16:00-19:00")), an_adult("Ben")))
    first = plan_week(week)
    bins = replace(block(first, "bins"), interval=on("Mon 17:00-17:30")[0])
    mop = replace(block(first, "mop"), interval=on("Wed 18:15-18:45")[0])
    running = replace(week, published=replace(first, blocks=(bins, mop)), now=at("Tue 12:00"))
    for again in (repair(running), plan_week(running)):
        assert verify(running, again) == []
        assert starts(again, "mop") == ["Wed 18:15"]


def test_of_two_put_into_one_time_the_one_that_stands_there_keeps_it() -> None:
    chores = (
        a_chore("Bins", put(a_time("Mon"), ana="Sat 10:00"), eligible=("ana",)),
        a_chore("Mop", put(a_time("Mon"), ana="Sat 10:00"), eligible=("ana",)),
    )
    week = a_week(*chores)
    first = plan_week(week)
    mop = replace(block(first, "mop"), interval=on("Sat 10:00-10:30")[0])
    running = replace(week, published=replace(first, blocks=(mop,)), now=at("Mon 06:00"))
    mended = repair(running)
    assert verify(running, mended) == []
    assert (starts(mended, "mop"), mended.level("moved").value) == (["Sat 10:00"], 0)
    assert starts(plan_week(running), "mop") == ["Sat 10:00"]


def test_who_comes_home_in_the_midst_of_it_and_minds_the_children_alone_cannot_have_it_there() -> None:
    ana = an_adult("Ana", busy=on("Wed 17:00-18:50"))
    shelf = a_chore(
        "Shelf", put(a_time("Thu", "20:00-22:00"), ana="Wed 18:20"), minutes=60, with_children_ok=False
    )
    week = a_week(shelf, adults=(ana, an_adult("Ben", busy=on("Wed 12:00-22:00"))))
    for planned in (plan_week(week), greedy_week(week)):
        assert verify(week, planned) == []
        assert planned.certificate["not_where_put"] == ["shelf.0"]
    minded = replace(week, adults=(ana, an_adult("Ben")))
    assert starts(plan_week(minded), "shelf") == ["Wed 18:15"]


@pytest.mark.parametrize("plan", PLANNERS)
def test_it_needs_no_window_no_quiet_and_no_free_calendar(plan: object) -> None:
    ana = an_adult("Ana", busy=on("Fri 22:00-24:00"))
    vacuum = a_chore("Vacuum", put(a_time("Tue", "17:00-19:00"), ana="Fri 22:15"), noisy=True)
    made = plan(a_week(vacuum, adults=(ana, an_adult("Ben"))))  # type: ignore[operator]
    assert starts(made, "vacuum") == ["Fri 22:15"]


def test_everything_else_gives_way_to_it() -> None:
    bins = a_chore("Bins", put(a_time("Wed", "17:00-20:00"), ana="Wed 17:00"), priority=3, eligible=("ana",))
    bath = a_chore("Bath", a_time("Wed", "17:00-20:00"), priority=0, eligible=("ana",))
    plan = plan_week(a_week(bath, bins))
    assert (starts(plan, "bins"), starts(plan, "bath")) == (["Wed 17:00"], ["Wed 17:30"])


@pytest.mark.parametrize(
    "turns", [{"fixed_doer": "ben"}, {"mode": "alternating", "eligible": ("ana", "ben")}]
)
def test_of_two_things_put_at_one_time_each_can_be_there_where_somebody_else_does_the_other(
    turns: dict[str, object],
) -> None:
    early, facts = {"ana": "Wed 17:00"}, {"usual_min": 960, "with_children_ok": True}
    bins = a_chore("Bins", put(a_time("Wed", "17:00-17:30"), **early), **facts, **turns)
    dishes = a_chore(
        "Dishes", put(a_time("Wed", "17:00-17:30"), **early), **facts, eligible=("ana",), priority=0
    )
    plan = plan_week(a_week(bins, dishes))
    assert starts(plan, "dishes") == ["Wed 17:00"]


def test_whoever_else_does_it_does_it_in_its_window() -> None:
    time = put(a_time("Wed", "17:00-19:00"), ana="Fri 20:00")
    plan = plan_week(a_week(a_chore("Laundry", time, fixed_doer="ben")))
    assert starts(plan, "laundry") == ["Wed 17:00"]
    assert plan.certificate["not_where_put"] == []


def test_what_cannot_stay_where_it_was_put_is_named() -> None:
    time = put(a_time("Tue,Wed,Thu", "17:00-20:00"), ana="Tue 17:30")
    plan = plan_week(a_week(a_chore("Laundry", time), now=at("Wed 08:00")))
    assert starts(plan, "laundry") == ["Wed 17:00"]
    assert plan.certificate["not_where_put"] == ["laundry.0"]
    assert plan.certificate["sentence"].endswith(
        "“Laundry” could not stay on Tuesday at 17:30, where Ana put it."
    )


def test_protected_time_goes_before_it_and_looks_for_another_place_first() -> None:
    laundry = a_chore("Laundry", put(a_time("Thu", "17:00-20:00"), ana="Thu 19:00"), eligible=("ana",))
    only_then = a_week(laundry, selfcare=(a_wish("Ana", "Thu", "19:00-20:30"),))
    assert plan_week(only_then).certificate["not_where_put"] == ["laundry.0"]
    elsewhere_too = a_week(laundry, selfcare=(a_wish("Ana", "Thu", "18:00-22:00"),))
    plan = plan_week(elsewhere_too)
    assert starts(plan, "laundry") == ["Thu 19:00"]
    assert local(plan.selfcare[0].interval.start_at) == "Thu 19:30"


def test_nobody_is_put_in_two_places_and_children_are_not_left_alone() -> None:
    drill = {"with_children_ok": False, "minutes": 60}
    shelf = a_chore("Shelf", put(a_time("Sat", "08:00-18:00"), ana="Sat 10:00"), eligible=("ana",), **drill)
    bike = a_chore("Bike", put(a_time("Sat", "08:00-18:00"), ben="Sat 10:30"), eligible=("ben",), **drill)
    mop = a_chore("Mop", put(a_time("Sat", "08:00-18:00"), ana="Sat 10:15"), eligible=("ana",))
    plan = plan_week(a_week(shelf, bike, mop))
    assert starts(plan, "shelf") == ["Sat 10:00"]
    assert plan.certificate["not_where_put"] == ["bike.0", "mop.0"]


def test_what_cannot_move_may_leave_no_room_for_it_and_that_is_said() -> None:
    laundry = a_chore("Laundry", put(a_time("Tue", "17:00-20:00"), ana="Tue 17:00"), eligible=("ana",))
    bath = a_chore("Bath", a_time("Tue", "17:00-17:30"), priority=0, eligible=("ana",))
    told = plan_week(a_week(laundry, bath)).unplaced[0]
    assert told.responsibility == "laundry"


@pytest.mark.parametrize("plan", PLANNERS)
def test_whoever_was_on_duty_at_night_may_put_something_into_the_hour_after_it(plan: object) -> None:
    night = a_chore(
        "Early", a_time("Tue", "04:00-06:30"), mode="duty", priority=0, eligible=("ana",), usual_min=240
    )
    laundry = a_chore("Laundry", put(a_time("Tue"), ana="Tue 06:45"), eligible=("ana",))
    made = plan(a_week(night, laundry))  # type: ignore[operator]
    assert starts(made, "laundry") == ["Tue 06:45"]
    assert starts(made, "early") == ["Tue 04:00"]


def test_a_repair_moves_other_blocks_and_leaves_it() -> None:
    chores = [a_chore(f"C{n}", a_time("Tue", "17:00-20:00"), eligible=("ana",)) for n in range(3)]
    week = a_week(*chores)
    first = plan_week(week)
    second = next(b for b in first.blocks if local(b.interval.start_at) == "Tue 17:30")
    dragged = put_again(week, second.responsibility, "ana", at("Wed 21:40"))
    ana = an_adult("Ana", busy=on("Tue 17:00-17:20"))
    after = replace(dragged, published=first, now=at("Mon 12:00"), adults=(ana, an_adult("Ben")))
    assert is_elsewhere(after)
    assert second.interval not in [interval for _, interval in lost_places(after)]
    plan = repair(after)
    assert starts(plan, second.responsibility) == ["Wed 21:30"]
    assert plan.level("moved").value == 0
    assert sum(block not in first.blocks for block in plan.blocks) == 2
    assert not is_elsewhere(replace(after, published=plan))


def test_what_is_put_on_another_block_makes_that_one_move() -> None:
    week = a_week(*[a_chore(f"C{n}", a_time("Tue,Wed", "17:00-20:00"), eligible=("ana",)) for n in range(2)])
    first = plan_week(week)
    c0, c1 = block(first, "c0"), block(first, "c1")
    dragged = put_again(week, "c0", "ana", c1.interval.start_at)
    plan = repair(replace(dragged, published=first))
    assert block(plan, "c0").interval == c1.interval
    assert block(plan, "c1").interval != c1.interval
    assert c0.interval != c1.interval


def test_the_check_finds_what_was_not_left_where_it_was_put() -> None:
    week = a_week(a_chore("Laundry", a_time("Wed", "17:00-19:00")))
    plan = plan_week(week)
    found = verify(put_again(week, "laundry", "ana", at("Fri 10:00")), plan)
    assert "what_a_person_put_somewhere_stays_there" in {one.rule for one in found}


def test_a_file_says_who_put_it_where() -> None:
    week = a_week(a_chore("Laundry", put(a_time("Wed"), ana="Wed 18:10")))
    assert parse_snapshot(to_json(week)) == parse_snapshot(to_json(parse_snapshot(to_json(week))))
    assert snapshot_hash(week) != snapshot_hash(a_week(a_chore("Laundry", a_time("Wed"))))
    broken = to_json(week)
    broken["responsibilities"][0]["occurrences"][0]["fixed_start"] = {"ana": "soon"}
    with pytest.raises(SnapshotError, match="fixed_start: must give an adult an instant"):
        parse_snapshot(broken)
    broken["responsibilities"][0]["occurrences"][0]["fixed_start"] = {"cy": "2026-11-25T17:00:00+00:00"}
    with pytest.raises(SnapshotError, match=r'occurrences\[0\].fixed_start: no adult "cy"'):
        parse_snapshot(broken)


@pytest.mark.parametrize("seed", range(30))
def test_however_a_week_was_rearranged_the_plan_keeps_every_rule(seed: int) -> None:
    dice = Random(seed)
    exclusive = {"with_children_ok": False}
    week = a_week(
        *[a_chore(f"C{n}", a_time("Tue,Wed"), a_time("Thu,Fri"), min_gap_days=1) for n in range(3)],
        a_chore("Drill", a_time("Sat"), **exclusive),
        a_chore("Shop", a_time("Sat"), at_home=False, previous="ben", **exclusive),
        a_chore(
            "Cook", *[a_time(day, "17:00-18:30") for day in ("Mon", "Tue")], mode="alternating", priority=0
        ),
        selfcare=(a_wish("Ana"), a_wish("Ben", "Fri")),
    )
    first = greedy_week(week)

    def anytime() -> str:
        return f"{dice.choice(('Tue', 'Thu', 'Sat'))} {dice.randrange(6, 23)}:{dice.randrange(60):02d}"

    def anywhere(one: Responsibility) -> Responsibility:
        times = (
            put(time, **{who: anytime() for who in ("ana", "ben") if dice.random() < 0.4})
            for time in one.occurrences
        )
        return replace(one, occurrences=tuple(times))

    put_anywhere = replace(week, responsibilities=tuple(anywhere(one) for one in week.responsibilities))
    found: list[Plan] = [greedy_week(put_anywhere), plan_week(put_anywhere)]
    later = replace(put_anywhere, published=first, now=at("Tue 12:00"))
    found.append(repair(later))
    assert all(plan.blocks for plan in found)
    assert not is_elsewhere(replace(later, published=found[-1])) or found[-1].unplaced
