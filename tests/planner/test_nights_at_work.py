"""A shift at night moves the quiet hours to the eight hours after it: sleep, in which nothing is planned."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.chores import Chore
from service.domain.household import Household
from service.domain.interval import Interval, clipped, difference
from service.domain.quiet_hours import nights_at_work, quiet_intervals
from service.domain.week import Week, parse_windows
from service.flow.plan_week import rrule_dates
from service.planner import Adult, Snapshot, plan_week, verify
from service.planner.household_week import WeekInputs, snapshot_of
from tests.builders import ANA, BEN, BERLIN, WEEK, a_chore, a_household, a_partner, span

SHIFT = "Tue 21:30-06:00"
SPRING, AUTUMN = Week.parse("2027-W12"), Week.parse("2026-W43")
"""Both end on a Sunday on which the clocks of Berlin change, at two or three in the morning."""


def nights(*texts: str, week: Week = WEEK) -> list[str]:
    return [said(one) for one in nights_at_work([span(text, week) for text in texts], BERLIN)]


def said(interval: Interval) -> str:
    start_at, end_at = (at.astimezone(BERLIN) for at in (interval.start_at, interval.end_at))
    return f"{start_at:%a %H:%M}-{end_at:%a %H:%M}"


def quiet(*texts: str, week: Week = WEEK, household: Household | None = None) -> list[str]:
    ana = (household or a_household()).partners[0]
    busy = nights_at_work([span(text, week) for text in texts], BERLIN)
    return [said(one) for one in quiet_intervals(ana, week, BERLIN, nights=busy)]


def ben_of(*shifts: str, chores: tuple[Chore, ...] = (), week: Week = WEEK) -> tuple[Snapshot, Adult]:
    busy = [span(shift, week) for shift in shifts]
    inputs = WeekInputs(
        household=a_household(sitters=()),
        week=week,
        chores=chores,
        states={ANA: "fine", BEN: "fine"},
        busy={BEN: busy},
        hand_overs={},
        nights={BEN: nights_at_work(busy, BERLIN)},
    )
    snapshot = snapshot_of(inputs, rrule_dates=rrule_dates)
    return snapshot, next(adult for adult in snapshot.adults if adult.id == BEN)


def test_a_shift_at_night_holds_midnight_to_four_and_lasts_six_to_sixteen_hours() -> None:
    assert nights(SHIFT) == ["Tue 21:30-Wed 06:00"]
    assert nights("Tue 00:00-06:00") == ["Tue 00:00-Tue 06:00"], "midnight itself counts to both days"
    assert nights("Tue 20:00-24:00", "Wed 00:00-04:00") == ["Tue 20:00-Wed 04:00"], "in two events"
    for other in (
        "Tue 20:00-03:45",
        "Tue 00:15-08:00",
        "Tue 00:00-05:45",
        "Tue 14:00-22:00",
        "Tue 19:00-00:30",
    ):
        assert nights(other) == [], other


def test_a_day_in_the_calendar_from_midnight_to_midnight_is_no_shift() -> None:
    assert nights("Tue 00:00-24:00") == nights("Tue 00:00-24:00", "Wed 00:00-24:00") == []
    assert nights("Tue 14:00-24:00", "Wed 00:00-07:00") == [], "seventeen hours are a journey"
    for week in (SPRING, AUTUMN):
        assert nights("Sun 00:00-24:00", week=week) == []


def test_quiet_hours_move_to_the_eight_hours_after_it_and_no_other_night_changes() -> None:
    usual, moved = quiet(), quiet(SHIFT)
    assert "Tue 22:00-Wed 06:30" in usual
    assert moved == [night if night != "Tue 22:00-Wed 06:30" else "Wed 06:00-Wed 14:00" for night in usual]


def test_a_nap_that_is_quiet_stays_quiet() -> None:
    household = a_household(
        partners=(a_partner("Ana", quiet_hours=parse_windows("22:00-06:30, 12:30-13:30")),)
    )
    assert quiet("Tue 21:30-06:00", household=household).count("Tue 12:30-Tue 13:30") == 1
    assert "Wed 06:00-Wed 14:00" in quiet("Tue 21:30-06:00", household=household)


@pytest.mark.parametrize(("week", "true_hours"), [(SPRING, 7), (AUTUMN, 9)])
def test_on_the_night_of_a_clock_change_sleep_is_eight_hours_of_true_time(
    week: Week, true_hours: int
) -> None:
    shift = span("Sat 22:00-06:00", week)
    assert shift.duration == timedelta(hours=true_hours)
    assert nights("Sat 22:00-06:00", week=week) == ["Sat 22:00-Sun 06:00"]
    assert quiet("Sat 22:00-06:00", week=week)[-2:] == ["Sun 06:00-Sun 14:00", "Sun 22:00-Mon 06:30"]


def test_sleep_after_a_shift_on_sunday_night_is_in_the_next_week() -> None:
    start_at = span("Sun 21:30-22:00").start_at
    (shift,) = nights_at_work([Interval(start_at, start_at + timedelta(hours=8, minutes=30))], BERLIN)
    ana = a_household().partners[0]
    this, following = (quiet_intervals(ana, week, BERLIN, nights=[shift]) for week in (WEEK, WEEK.next))
    assert said(this[-1]) == "Sat 22:00-Sun 06:30"
    assert said(following[0]) == "Mon 06:00-Mon 14:00"


def test_nothing_is_planned_into_the_sleep_and_the_evening_before_is_free() -> None:
    _snapshot, ben = ben_of(SHIFT)
    sleep = span("Wed 06:00-14:00")
    assert clipped(ben.may_be_planned, sleep) == []
    assert difference([sleep], ben.busy) == []
    assert clipped(ben.may_be_planned, span("Wed 14:00-15:00")) == [span("Wed 14:00-15:00")]
    _snapshot, without = ben_of()
    assert clipped(without.may_be_planned, span("Wed 07:00-08:00")) == [span("Wed 07:00-08:00")]


@pytest.mark.parametrize(("shifts", "minded"), [((), True), (("Fri 21:30-06:00",), False)])
def test_asleep_they_are_at_home_and_mind_nobody_who_is_awake(shifts: tuple[str, ...], minded: bool) -> None:
    errand = a_chore(
        "Errand", "ana", window="Sat 07:00-12:00", at_home="out", with_children=False, only=("ana",)
    )
    snapshot, ben = ben_of(*shifts, chores=(errand,))
    assert clipped(ben.at_home, span("Sat 06:30-14:00")) == [span("Sat 06:30-14:00")]
    plan = plan_week(snapshot)
    assert [one.responsibility for one in plan.blocks if one.responsibility == "errand"] == [
        "errand"
    ] * minded


def test_a_planned_week_keeps_to_it_and_checks() -> None:
    laundry = a_chore("Laundry", "ben", window="Wed 08:00-13:00", only=("ben",))
    kitchen = a_chore("Kitchen", "ben", window="Wed 08:00-21:00", only=("ben",))
    snapshot, _ben = ben_of(SHIFT, chores=(laundry, kitchen))
    plan = plan_week(snapshot)
    assert verify(snapshot, plan) == []
    (block,) = [one for one in plan.blocks if one.responsibility == "kitchen"]
    assert block.interval.start_at >= span("Wed 14:00-15:00").start_at
    assert [one.responsibility for one in plan.unplaced] == ["laundry"]


def test_nights_in_a_row_each_have_their_sleep() -> None:
    shifts = ("Tue 21:30-06:00", "Wed 21:30-06:00", "Thu 21:30-06:00")
    slept = [one for one in quiet(*shifts) if one.endswith("14:00")]
    assert slept == ["Wed 06:00-Wed 14:00", "Thu 06:00-Thu 14:00", "Fri 06:00-Fri 14:00"]
