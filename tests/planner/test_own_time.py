"""Other times for a broken self-care, and one block passing on: from the snapshot alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from service.domain.interval import Interval
from service.domain.plan import Plan
from service.planner import Snapshot, greedy_week, parse_snapshot, to_json, verify
from service.planner.household_week import WeekInputs, snapshot_of
from service.planner.own_time import covers_at, is_possible, next_slots
from service.planner.pass_on import pass_on
from tests.builders import ANA, BEN, WEEK, a_chore, a_household, busy, span

CHORES = [
    a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
    a_chore("Call", "ana", minutes=30, window="Sat 09:00-10:00", shed="never", only=("ana",)),
    a_chore("Laundry", "ana", cadence="3/week", window="08:00-21:00"),
    a_chore("Feeding", "ana", minutes=15, window="Thu 17:00-21:00", only=("ana",)),
]


def a_week(ana: str = "Mon-Fri 09:00-15:00", ben: str = "Mon-Fri 08:45-16:30") -> Snapshot:
    """The plan it has, and the snapshot as of now with that plan in it."""
    inputs = WeekInputs(
        household=a_household(),
        week=WEEK,
        chores=CHORES,
        states={ANA: "fine", BEN: "fine"},
        busy={
            ANA: [Interval(t.start_at, t.end_at) for t in busy(ana)],
            BEN: [Interval(t.start_at, t.end_at) for t in busy(ben)],
        },
        hand_overs={},
    )
    snapshot = parse_snapshot(to_json(snapshot_of(inputs, rrule_dates=lambda rule, week: [])))
    return replace(snapshot, published=greedy_week(snapshot))


def plan_of(snapshot: Snapshot) -> Plan:
    assert snapshot.published is not None
    return snapshot.published


SWIM = 0
MONDAY = span("Mon 00:00-01:00").start_at


def test_three_other_days_come_first_and_none_of_them_is_the_old_time() -> None:
    week = a_week()
    slots = next_slots(week, SWIM, MONDAY)
    old = next(one.interval for one in plan_of(week).selfcare if one.index == SWIM)
    assert len({slot.start_at.date() for slot in slots}) == 3
    assert old not in slots
    assert slots == tuple(sorted(slots))
    for slot in slots:
        assert slot.minutes == 90
        assert covers_at(week, SWIM, slot) == ("ben",)
        assert is_possible(week, SWIM, slot, after=MONDAY)


def test_nothing_is_offered_before_a_moment_or_over_an_essential_chore() -> None:
    after = span("Fri 22:00-23:00").start_at
    week = a_week()
    call = next(b.interval for b in plan_of(week).blocks if b.responsibility == "call")
    slots = next_slots(week, SWIM, after, count=50)
    assert slots
    assert min(slot.start_at for slot in slots) > after
    assert not any(slot.overlaps(call) for slot in slots)


def test_nothing_is_offered_while_nobody_could_be_on_duty() -> None:
    assert next_slots(a_week(ben="Mon-Sun 06:00-23:00"), SWIM, MONDAY) == ()


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("Wed 16:30-17:30", ("granny", "ben")),
        ("Wed 16:00-17:00", ("granny",)),
        ("Tue 16:00-17:00", ()),
        ("Tue 09:00-10:00", None),
    ],
)
def test_who_could_be_on_duty(at: str, who: tuple[str, ...] | None) -> None:
    found = covers_at(a_week(ben="Mon-Fri 08:45-16:05"), SWIM, span(at))
    assert found == who


def pass_to_ben(week: Snapshot, block: str, now: datetime = MONDAY) -> tuple[Snapshot, Plan] | None:
    ben = next(adult for adult in week.adults if adult.id == BEN)
    plan = plan_of(week)
    return pass_on(replace(week, published=None), plan, block, to=ben, now=now, reason="Agreed.")


def test_one_block_passes_on_and_nothing_else_moves() -> None:
    week = a_week()
    passed = pass_to_ben(week, "laundry.1")
    assert passed is not None
    snapshot, plan = passed
    before = {block.id: block for block in plan_of(week).blocks}
    after = {block.id: block for block in plan.blocks}
    assert {key for key in after if after[key] != before[key]} == {"laundry.1"}
    assert after["laundry.1"].adult == BEN
    assert plan.selfcare == plan_of(week).selfcare
    assert verify(snapshot, plan) == []
    move = next(move for move in plan.moves if move.responsibility == "laundry")
    assert (move.giver, move.taker, move.reason) == (ANA, BEN, "Agreed.")


@pytest.mark.parametrize(("taken_minutes", "later_minutes"), [(0, 0), (30, 30)])
def test_it_starts_at_its_time_if_that_is_free_and_at_the_nearest_if_not(
    taken_minutes: int, later_minutes: int
) -> None:
    week = a_week(ben="Mon-Thu 08:45-16:30")
    old = next(b.interval for b in plan_of(week).blocks if b.id == "laundry.2")
    ben = next(adult for adult in week.adults if adult.id == BEN)
    free = Interval(old.start_at + timedelta(minutes=taken_minutes), old.end_at + timedelta(hours=1))
    taker = replace(ben, may_be_planned=(free,))
    given, plan = replace(week, published=None), plan_of(week)
    passed = pass_on(given, plan, "laundry.2", to=taker, now=MONDAY, reason="Agreed.")
    assert passed is not None
    start_at = next(b.interval.start_at for b in passed[1].blocks if b.id == "laundry.2")
    assert start_at - old.start_at == timedelta(minutes=later_minutes)


def test_what_is_closed_to_the_taker_or_past_does_not_pass() -> None:
    assert pass_to_ben(a_week(), "feeding.0") is None
    assert pass_to_ben(a_week(), "laundry.0", now=span("Sun 21:00-22:00").start_at) is None
