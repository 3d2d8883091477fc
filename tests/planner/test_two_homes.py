"""Children with two homes: every other week has hours of its own, or none, whatever the year does."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from service.domain.chores import Chore
from service.domain.days_at_home import DaysAtHome
from service.domain.household import Household, OtherWeek
from service.domain.interval import Interval, difference
from service.domain.week import Week, parse_windows
from service.flow.plan_week import rrule_dates
from service.planner import Snapshot, plan_week
from service.planner.children_at_home import with_days_at_home
from service.planner.free_time import children_awake, children_elsewhere, children_home, days_elsewhere
from service.planner.household_week import WeekInputs, snapshot_of
from tests.builders import ANA, BEN, BERLIN, SUNDAY_EVENING, WEEK, a_chore, a_household, span

NEXT = WEEK.next
NOT_HERE = a_household(other_week=OtherWeek(NEXT.monday, here=False))
FROM_FRIDAY = a_household(
    other_week=OtherWeek(
        NEXT.days[2],  # any day of that week says which it is
        away=parse_windows("Mon-Thu 00:00-24:00, Fri 00:00-16:00"),
        asleep=parse_windows("21:00-08:00"),
    )
)


def week_of(household: Household, week: Week, *chores: Chore) -> Snapshot:
    inputs = WeekInputs(household, week, chores, states={ANA: "fine", BEN: "fine"}, busy={}, hand_overs={})
    return snapshot_of(inputs, rrule_dates=rrule_dates)


def wanted_on(snapshot: Snapshot, chore: str) -> list[int]:
    return [
        day for one in snapshot.responsibilities if one.id == chore for o in one.occurrences for day in o.days
    ]


def test_the_weeks_alternate_through_years_of_53_weeks_and_back_before_the_first() -> None:
    other = OtherWeek(date(2026, 12, 9))
    years = [Week.of(date(2024, 1, 1))]
    while years[-1].monday < date(2030, 1, 1):
        years.append(years[-1].next)
    assert {"2026-W53", "2027-W01"} <= {str(week) for week in years}
    assert other.is_of(Week.parse("2026-W50"))
    assert all(other.is_of(one) != other.is_of(two) for one, two in pairwise(years))


def test_each_week_has_its_own_hours() -> None:
    plain, from_tuesday = a_household(), span("Tue 00:00-12:00").start_at
    for hours in (children_home, children_awake):
        usual, found = hours(plain, WEEK), hours(FROM_FRIDAY, WEEK)
        assert [one for one in found if one.start_at >= from_tuesday] == [
            one for one in usual if one.start_at >= from_tuesday
        ]
        assert hours(FROM_FRIDAY, NEXT) != hours(plain, NEXT)
    assert children_home(FROM_FRIDAY, NEXT) == (
        Interval(span("Fri 16:00-17:00", NEXT).start_at, NEXT.interval(BERLIN).end_at),
    )


def test_a_week_elsewhere_has_nobody_at_home_and_the_next_one_does_again() -> None:
    assert children_home(NOT_HERE, NEXT) == children_awake(NOT_HERE, NEXT) == ()
    assert children_home(NOT_HERE, NEXT.next)


def test_the_night_to_monday_belongs_to_the_week_in_which_it_begins() -> None:
    monday_morning = span("Mon 00:00-12:00", NEXT)

    def awake_from(household: Household) -> str:
        (first, *_) = children_awake(household, NEXT)
        assert first.start_at < monday_morning.end_at
        return f"{first.start_at.astimezone(BERLIN):%a %H:%M}"

    assert awake_from(FROM_FRIDAY) == "Mon 06:30"
    after = a_household(other_week=OtherWeek(WEEK.monday, asleep=parse_windows("21:00-08:00")))
    assert awake_from(after) == "Mon 08:00"


def test_nobody_is_on_duty_in_a_week_elsewhere() -> None:
    def cover(week: Week) -> set[str | None]:
        return {one.cover for one in plan_week(week_of(NOT_HERE, week)).selfcare}

    assert cover(NEXT) == {None}
    assert None not in cover(WEEK)


def test_what_is_for_the_children_waits_while_they_are_elsewhere() -> None:
    bedtime = a_chore("Bedtime", cadence="daily", window="18:30-20:15", for_children=True)
    kitchen = a_chore("Kitchen", cadence="daily", window="19:30-21:45")
    for household, week, days in (
        (NOT_HERE, WEEK, list(range(7))),
        (NOT_HERE, NEXT, []),
        (FROM_FRIDAY, NEXT, [4, 5, 6]),
    ):
        snapshot = week_of(household, week, bedtime, kitchen)
        assert wanted_on(snapshot, "bedtime") == days
        assert wanted_on(snapshot, "kitchen") == list(range(7))


def test_a_run_to_where_they_are_not_taken_is_not_wanted_and_the_way_back_is() -> None:
    drop = a_chore("Drop", cadence="weekdays", window="Mon-Fri 07:30-09:00", for_children=True)
    fetch = a_chore("Fetch", cadence="weekdays", window="Mon-Fri 15:30-17:00", for_children=True)
    snapshot = week_of(FROM_FRIDAY, NEXT, drop, fetch)
    assert (wanted_on(snapshot, "drop"), wanted_on(snapshot, "fetch")) == ([], [4])
    usual = week_of(FROM_FRIDAY, WEEK, drop, fetch)
    assert wanted_on(usual, "drop") == wanted_on(usual, "fetch") == [0, 1, 2, 3, 4]


def test_a_routine_keeps_what_is_not_for_the_children() -> None:
    close_down = {"cadence": "daily", "window": "19:30-21:45", "routine": "close-down"}
    bottles = a_chore("Bottles", minutes=20, for_children=True, **close_down)  # type: ignore[arg-type]
    counters = a_chore("Counters", minutes=25, **close_down)  # type: ignore[arg-type]
    for week, minutes in ((WEEK, 45), (NEXT, 25)):
        (routine,) = [
            r for r in week_of(NOT_HERE, week, bottles, counters).responsibilities if r.minutes in (45, 25)
        ]
        assert routine.minutes == minutes


@pytest.mark.parametrize("week", [WEEK, Week.parse("2027-W12"), Week.parse("2026-W43")])
def test_nursery_is_not_another_home_and_a_day_of_23_hours_is_one(week: Week) -> None:
    """The last two end on a Sunday on which the clocks change."""
    assert children_elsewhere(a_household(), week) == ()
    sunday = a_household(away=parse_windows("Sun 00:00-24:00"))
    assert days_elsewhere(sunday, week) == {6}


def test_a_day_elsewhere_is_no_day_at_home_when_a_child_is_ill() -> None:
    days = DaysAtHome(ANA, SUNDAY_EVENING, WEEK.days[6], NEXT.days[6])
    snapshot = with_days_at_home(week_of(FROM_FRIDAY, NEXT), FROM_FRIDAY, days)
    assert snapshot.children.kept_home == (4, 5, 6)
    monday = span("Mon 00:00-24:00", NEXT)
    assert difference([monday], snapshot.children.home) == [monday]
