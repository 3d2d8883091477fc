"""What a missing answer means, and how often a chore comes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from service.domain.checkin import State, state_when_silent
from service.domain.chores import Cadence
from service.domain.week import Week
from service.flow.plan_week import rrule_dates
from service.planner.capacity import PERCENT_OF_STATE


@pytest.mark.parametrize(
    ("earlier", "means"),
    [
        ([], "fine"),
        ([None, None], "fine"),
        (["fine"], "fine"),
        (["blown"], "blown"),
        ([None, "blown"], "weeds"),
        ([None, None, "blown"], "fine"),
        (["weeds"], "weeds"),
        ([None, "weeds"], "fine"),
        (["away"], "fine"),
    ],
)
def test_silence_repeats_a_hard_week_once_and_then_eases(earlier: list[State | None], means: State) -> None:
    assert state_when_silent(earlier) == means


def _weeks(count: int) -> list[Week]:
    first = Week(date(2025, 12, 29))
    return [Week(first.monday + timedelta(days=7 * n)) for n in range(count)]


def test_a_monthly_chore_comes_once_in_every_month() -> None:
    monthly = Cadence.parse("monthly")
    for chore in ("clothes", "safety-round", "car"):
        months = [w.days[3].month for w in _weeks(53) if monthly.days_in(w, chore, rrule_dates)]
        assert sorted(months) == list(range(1, 13))


def test_every_second_week_comes_every_second_week() -> None:
    due = [bool(Cadence.parse("every 2 weeks").days_in(w, "beds", rrule_dates)) for w in _weeks(8)]
    assert sum(due) == 4
    assert all(one != other for one, other in pairwise(due))


def test_an_rrule_falls_on_its_days() -> None:
    week = Week.parse("2026-W48")
    assert Cadence.parse("FREQ=WEEKLY;BYDAY=TU,FR").days_in(week, "x", rrule_dates) == [1, 4]


def test_daily_and_several_times_a_week() -> None:
    week = Week.parse("2026-W48")
    assert Cadence.parse("daily").days_in(week, "x", rrule_dates) == list(range(7))
    assert Cadence.parse("3/week").days_in(week, "x", rrule_dates) == [None] * 3
    with pytest.raises(ValueError, match="3/week"):
        Cadence.parse("8/week")


@pytest.mark.parametrize("last", ["fine", "weeds", "blown"])
def test_silence_never_raises_a_share_in_its_first_week(last: State) -> None:
    assert PERCENT_OF_STATE[state_when_silent([last])] <= PERCENT_OF_STATE[last]
