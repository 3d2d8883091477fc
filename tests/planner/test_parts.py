"""A small week leaves members of a routine out of its block, from the bottom; the block of the rest stays."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from service.domain.plan import Plan
from service.planner import (
    DEFAULT,
    Responsibility,
    Snapshot,
    SnapshotError,
    greedy_week,
    parse_snapshot,
    plan_week,
    repair,
    to_json,
    verify,
)
from service.planner.amend import let_go
from service.planner.deferral import waited
from service.planner.part import LONGER_FORM, Part
from service.planner.pass_on import pass_on
from service.planner.told import left_out_lines, why_here
from service.planner.under_way import WasPlanned, under_way
from tests.planner.building import DAYS, a_chore, a_time, a_week, an_adult, at, block, on

BINS = Part("bins", "Bins", 3, 10)
FLOOR = Part("floor", "Floor", 2, 15, 20)
EVENINGS = [a_time(day, "19:00-21:00") for day in DAYS]


def close_down(*parts: Part, **facts: Any) -> Responsibility:
    """Twenty minutes every evening that are never left out, and what may be."""
    minutes, thinking = 20 + sum(p.minutes for p in parts), sum(p.mental_min for p in parts)
    usual: dict[str, Any] = {"priority": 0, "minutes": minutes, "mental_min": thinking, "parts": parts}
    return a_chore("Close-down", *EVENINGS, **(usual | facts))


def with_room_for(minutes: int, *chores: Responsibility) -> Snapshot:
    return a_week(*chores, adults=(an_adult("Ana", capacity_min=minutes), an_adult("Ben", capacity_min=0)))


def lengths(plan: Plan) -> set[int]:
    return {one.interval.minutes for one in plan.blocks if one.responsibility == "close-down"}


@pytest.mark.parametrize(
    ("room", "without", "minutes"),
    [
        (7 * 45 + 20, (), 45),
        (7 * 45 + 19, ("bins",), 35),
        (7 * 35 + 20, ("bins",), 35),
        (7 * 35 + 19, ("floor",), 30),
        (7 * 30 - 1, ("bins", "floor"), 20),
        (100, ("bins", "floor"), 20),
    ],
)
def test_members_go_from_the_bottom_as_far_as_the_week_is_small(
    room: int, without: tuple[str, ...], minutes: int
) -> None:
    week = with_room_for(room, close_down(BINS, FLOOR))
    plan = plan_week(week)
    assert plan.without.get("close-down", ()) == without
    assert (plan.status, lengths(plan), len(plan.blocks)) == ("proven", {minutes}, 7)
    assert (plan.level("shed3").value > 0, plan.level("shed2").value > 0) == (
        "bins" in without,
        "floor" in without,
    )
    assert plan.certificate["minutes"]["ana"] == 7 * minutes + (0 if "floor" in without else 20)
    assert Plan.from_json(plan.to_json()) == plan


def test_each_counts_at_its_own_level_with_its_thinking() -> None:
    plan = plan_week(with_room_for(140, close_down(BINS, FLOOR)))
    found = [plan.level(name).value for name in ("essential", "overload", "shed1", "shed2", "shed3")]
    assert found == [0, 0, 0, 7 * 15 + 20, 7 * 10]


def test_what_can_wait_longer_goes_before_a_whole_chore_that_cannot() -> None:
    iron = a_chore("Iron", priority=2, minutes=60)
    plan = plan_week(with_room_for(7 * 20 + 60, close_down(BINS), iron))
    assert (plan.doers["iron"], plan.without) == ("ana", {"close-down": ("bins",)})
    plan = plan_week(with_room_for(7 * 30, close_down(BINS), replace(iron, priority=3)))
    assert (plan.doers["iron"], plan.without) == (None, {})


def test_a_routine_of_which_nothing_is_essential_is_left_out_whole_only_at_the_end() -> None:
    kitchen = close_down(replace(BINS, priority=1), priority=1)
    assert plan_week(with_room_for(7 * 20, kitchen)).without == {"close-down": ("bins",)}
    plan = plan_week(with_room_for(7 * 20 - 1, kitchen))
    assert (plan.doers["close-down"], plan.without, plan.level("shed1").value) == (None, {}, 7 * 30)


def test_what_is_done_in_turns_gets_shorter_for_both() -> None:
    adults = (an_adult("Ana", capacity_min=80), an_adult("Ben", capacity_min=60))
    shared = close_down(BINS, FLOOR, mode="alternating", previous="ana")
    plan = plan_week(a_week(shared, adults=adults))
    assert (plan.without, plan.level("overload").value) == ({"close-down": ("bins", "floor")}, 0)
    assert plan.certificate["minutes"] == {"ana": 80, "ben": 60}


def test_a_block_gets_shorter_where_the_whole_of_it_fits_nowhere() -> None:
    rest = replace(BINS, minutes=40)
    shop = a_chore("Shop", a_time("Wed", "17:00-18:00"), priority=0, minutes=60, parts=(rest,))
    short = (an_adult("Ana", busy=on("Wed 17:30-18:00")), an_adult("Ben", busy=on("Wed 16:00-18:00")))
    plan = plan_week(a_week(shop, adults=short))
    assert (plan.without, plan.level("essential").value) == ({"shop": ("bins",)}, 0)
    assert block(plan, "shop").interval.minutes == 20
    assert plan_week(a_week(shop)).without == {}


def test_no_other_choice_of_what_is_left_out_is_better() -> None:
    close = close_down(BINS, FLOOR)
    morning = a_chore(
        "Morning", *[a_time(day, "06:00-08:00") for day in DAYS], minutes=40, mode="alternating",
        parts=(Part("beds", "Beds", 2, 10), Part("plants", "Plants", 3, 15, left_out_weeks=2)),
    )  # fmt: skip
    two_stages = replace(DEFAULT, joint=False)
    whole = {chore.id: [part.id for part in chore.parts] for chore in (close, morning)}
    for ana, ben in ((120, 240), (100, 300), (200, 260)):
        adults = (an_adult("Ana", capacity_min=ana), an_adult("Ben", capacity_min=ben))
        week = a_week(close, morning, a_chore("Iron", priority=3, minutes=50), adults=adults)
        best = [level.value for level in plan_week(week).levels[:5]]
        ways = product(
            [(), ("bins",), ("floor",), whole["close-down"]], [(), ("beds",), ("plants",), whole["morning"]]
        )
        for evening, early in ways:
            chosen = week.going_without({"close-down": evening, "morning": early}).responsibilities
            fixed = plan_week(replace(week, responsibilities=chosen), policy=two_stages)
            assert best <= [level.value for level in fixed.levels[:5]]


def test_a_chore_is_done_in_its_shorter_form_before_it_is_left_out() -> None:
    bath = a_chore("Bath", minutes=40, parts=(Part(LONGER_FORM, "Bath", 1, 25),))
    said = []
    for room in (40, 39, 15, 14):
        week = with_room_for(room, bath)
        plan = plan_week(week)
        assert verify(week, plan) == []
        said.append([block.interval.minutes for block in plan.blocks])
        if said[-1] == [15]:
            (line,) = left_out_lines(week, plan)
            assert (line.chore, line.sentence) == (
                "Bath",
                "15 minutes instead of 40 this week. That is enough.",
            )
            assert (plan.level("shed1").value, plan.certificate["minutes"]["ana"]) == (25, 15)
    assert said == [[40], [15], [15], []]


def test_half_as_often_or_shorter_whichever_leaves_out_less() -> None:
    thrice = [a_time(day) for day in ("Mon", "Wed", "Fri")]
    for room, shorter, kept in ((80, 15, [40, 40]), (79, 25, [25, 25, 25]), (50, 15, [15, 15, 15])):
        longer = Part(LONGER_FORM, "Cook", 1, 40 - shorter)
        cook = a_chore("Cook", *thrice, minutes=40, shrinks=True, parts=(longer,))
        plan = plan_week(with_room_for(room, cook))
        assert [block.interval.minutes for block in plan.blocks] == kept
        assert plan.level("shed1").value == 120 - sum(kept)


def test_without_a_solver_what_must_happen_still_gets_smaller_from_the_bottom() -> None:
    plan = greedy_week(with_room_for(7 * 35 + 20, close_down(BINS, FLOOR)))
    assert (plan.without, plan.level("overload").value) == ({"close-down": ("bins",)}, 0)
    assert greedy_week(with_room_for(600, close_down(BINS, FLOOR))).without == {}


def test_it_is_told_with_its_permission_on_the_page_and_in_the_entry() -> None:
    week = with_room_for(7 * 35 + 20, close_down(BINS, FLOOR))
    plan = plan_week(week)
    (line,) = left_out_lines(week, plan)
    assert (line.chore, line.sentence) == ("Bins", "Close-down goes without it this week. It can wait.")
    assert line.on_purpose
    assert why_here(week, plan, "close-down", "ana") == (f"Bins: {line.sentence}",)


def test_the_check_counts_it_again_and_refuses_what_is_told_wrongly() -> None:
    week = with_room_for(7 * 35 + 20, close_down(BINS, FLOOR))
    plan = plan_week(week)
    assert verify(week, plan) == []
    assert verify(week.going_without(plan.without), plan) == []
    assert any("lasts 35 min, not 45" in one.sentence for one in verify(week, replace(plan, without={})))
    more = replace(plan, without={"close-down": ("bins", "floor")})
    assert any("shed2" in one.sentence for one in verify(week, more))
    (unknown,) = verify(week, replace(plan, without={"close-down": ("kitchen",)}))
    assert unknown.sentence == "close-down is told to go without what is no part of it"
    found = verify(week.going_without(plan.without), replace(plan, without={}))
    assert found[0].sentence == "what close-down goes without is not told as it is"


def test_a_mended_week_stays_as_short_as_it_was_and_so_does_what_passes_or_is_let_go() -> None:
    ben = an_adult("Ben", capacity_min=0)
    week = a_week(close_down(BINS), a_chore("Iron"), adults=(an_adult("Ana", capacity_min=160), ben))
    plan = plan_week(week)
    assert plan.without == {"close-down": ("bins",)}
    wednesday = block(plan, "close-down", 2)
    ana = an_adult("Ana", capacity_min=160, busy=(wednesday.interval,))
    struck = replace(week, adults=(ana, ben), published=plan, now=at("Wed 12:00"))
    mended = repair(struck)
    assert verify(struck, mended) == []
    assert (lengths(mended), mended.without) == ({20}, plan.without)
    passed = pass_on(week, plan, "close-down.2", to=ben, now=at("Wed 12:00"), reason="Ben said yes.")
    assert passed is not None
    assert (lengths(passed[1]), passed[1].without) == ({20}, plan.without)
    smaller = let_go(week, plan, ["iron.0"], "It can wait.")
    assert smaller is not None
    assert smaller.without == plan.without


def test_a_running_week_keeps_what_it_began_with() -> None:
    week = with_room_for(7 * 20, close_down(BINS))
    plan = plan_week(week)
    now = at("Wed 12:00")
    ahead = replace(close_down(BINS), occurrences=tuple(EVENINGS[2:]), first_occurrence=2)
    fresh = replace(
        week, now=now, adults=tuple(an_adult(n) for n in ("Ana", "Ben")), responsibilities=(ahead,)
    )
    running = under_way(fresh, WasPlanned(plan, week))
    assert running.adults[0].capacity_min == 600 + 2 * 20
    again = plan_week(running)
    assert verify(running, again) == []
    assert (again.without, lengths(again), len(again.blocks)) == (plan.without, {20}, 7)


def test_a_part_that_waits_counts_for_more_each_week() -> None:
    plans: list[Plan] = []
    left = []
    for _week in range(3):
        weeks = waited(plans)
        beds = Part("beds", "Beds", 3, 10, left_out_weeks=weeks.get("close-down/beds", 0))
        bins = replace(BINS, left_out_weeks=weeks.get("close-down/bins", 0))
        plan = plan_week(with_room_for(7 * 30, close_down(bins, beds)))
        left.append(plan.without["close-down"])
        plans.insert(0, plan)
    assert sorted(left[:2]) == [("beds",), ("bins",)]
    assert waited(plans[:1]) == {f"close-down/{left[2][0]}": 1}
    assert waited([replace(plan, without={}), plan]) == {}


def test_parts_survive_their_file_and_a_wrong_one_is_named() -> None:
    week = with_room_for(600, close_down(BINS, FLOOR)).going_without({"close-down": ("bins",)})
    assert parse_snapshot(to_json(week)) == parse_snapshot(to_json(parse_snapshot(to_json(week))))
    assert [part.id for part in parse_snapshot(to_json(week)).responsibilities[0].without] == ["bins"]
    wrong = [
        close_down(replace(BINS, priority=0)),
        replace(close_down(BINS), minutes=10),
        close_down(BINS, BINS),
        close_down(BINS, blocked=False),
        replace(close_down(FLOOR), mental_min=0),
    ]
    for chore in wrong:
        with pytest.raises(SnapshotError, match="parts"):
            plan_week(a_week(chore))
