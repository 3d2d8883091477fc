"""Times as the household's own clock shows them, whatever UTC says."""

from __future__ import annotations

from datetime import UTC, date, datetime

from service import dates
from service.domain.interval import Interval
from tests.web.views import WEEK, ZONE, at


def test_times_are_said_in_the_households_zone() -> None:
    swim = at(3, "19:00", "20:30")
    assert swim.start_at.hour == 18
    assert dates.span(swim, ZONE) == "19:00–20:30"
    assert dates.day_span(swim, ZONE) == "Thu 19:00–20:30"
    assert dates.moment(datetime(2026, 11, 29, 23, 30, tzinfo=UTC), ZONE) == "Monday 00:30"


def test_a_night_with_a_clock_change_shows_what_the_clock_on_the_wall_shows() -> None:
    night = Interval(datetime(2026, 10, 24, 20, 0, tzinfo=UTC), datetime(2026, 10, 25, 5, 30, tzinfo=UTC))
    assert dates.span(night, ZONE) == "22:00–06:30"


def test_days_and_weeks_have_the_names_people_use() -> None:
    day = date(2026, 12, 3)
    assert (dates.weekday(day), dates.short_weekday(day), dates.short_day(day)) == (
        "Thursday",
        "Thu",
        "Thu 3",
    )
    assert dates.long_day(day) == "Thursday 3 December"
    assert dates.first_day(WEEK) == "30 November"
