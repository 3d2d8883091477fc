"""How people say times, and the instants they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.interval import Interval, common, difference, union
from service.domain.week import (
    Week,
    WeeklyMoment,
    WeeklyWindow,
    instant_of,
    parse_duration,
    parse_windows,
    window_intervals,
    windows_text,
)

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_week_with_a_clock_change_is_an_hour_shorter_or_longer() -> None:
    hours = {
        str(week): week.interval(BERLIN).minutes // 60
        for week in (Week.parse("2027-W12"), Week.parse("2026-W43"), Week.parse("2026-W48"))
    }
    assert hours == {"2027-W12": 167, "2026-W43": 169, "2026-W48": 168}


def test_a_skipped_wall_time_is_read_with_the_offset_before_the_change() -> None:
    assert instant_of(date(2027, 3, 28), 2 * 60 + 30, BERLIN) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_repeated_wall_time_means_the_first() -> None:
    assert instant_of(date(2026, 10, 25), 2 * 60 + 30, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_window_may_run_past_midnight_and_reaches_in_from_the_night_before() -> None:
    week = Week.parse("2026-W48")
    nights = window_intervals(parse_windows("Mon-Sun 22:00-06:30"), week, BERLIN)
    assert len(nights) == 8
    assert nights[0].start_at == datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


def test_a_window_without_days_is_every_day() -> None:
    assert parse_windows("22:00-06:30") == (WeeklyWindow(tuple(range(7)), 1320, 1830),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Mo 10:00-11:00", "not a window"),
        ("Xyz 10:00-11:00", "not a day"),
        ("Mon 10:00-10:00", "ends when it starts"),
        ("Mon 25:00-26:00", "not a time of day"),
        ("Mon-Fri", "not a window"),
        ("", "not a window"),
    ],
)
def test_a_window_that_cannot_be_read_is_quoted_in_the_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_windows(text)


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(1, 7), st.integers(0, 1435), st.integers(1, 1439)),
        min_size=1,
        max_size=3,
    )
)
def test_windows_are_written_as_they_are_read(rows: list[tuple[int, int, int, int]]) -> None:
    windows = tuple(
        WeeklyWindow(tuple(sorted((first + n) % 7 for n in range(length))), start, start + minutes)
        for first, length, start, minutes in rows
    )
    assert parse_windows(windows_text(windows)) == windows


@pytest.mark.parametrize("text", ["2026-W54", "2026-48", "W48", "2025-W53"])
def test_what_is_no_iso_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Week.parse(text)


def test_moments_and_durations_are_read_as_written() -> None:
    assert WeeklyMoment.parse("Sun 20:30") == WeeklyMoment(6, 1230)
    assert str(WeeklyMoment(6, 1230)) == "Sun 20:30"
    assert parse_duration("15m") == timedelta(minutes=15)
    with pytest.raises(ValueError, match="write it like"):
        parse_duration("900")


def test_an_interval_refuses_naive_and_reversed_ends() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="aware"):
        Interval(noon.replace(tzinfo=None), noon)
    with pytest.raises(ValueError, match="end after"):
        Interval(noon, noon)


_START = datetime(2026, 11, 23, tzinfo=UTC)
_intervals = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 60)).map(
        lambda pair: Interval(
            _START + timedelta(minutes=pair[0]), _START + timedelta(minutes=pair[0] + pair[1])
        )
    ),
    max_size=6,
)


def _minutes(intervals: list[Interval]) -> set[int]:
    return {
        minute
        for interval in intervals
        for minute in range(
            int((interval.start_at - _START).total_seconds() // 60),
            int((interval.end_at - _START).total_seconds() // 60),
        )
    }


@given(_intervals, _intervals)
def test_sums_of_intervals_are_the_sums_of_their_minutes(one: list[Interval], other: list[Interval]) -> None:
    assert _minutes(union(one)) == _minutes(one)
    assert _minutes(difference(one, other)) == _minutes(one) - _minutes(other)
    assert _minutes(common(one, other)) == _minutes(one) & _minutes(other)
    for made in (union(one), difference(one, other), common(one, other)):
        assert all(a.end_at <= b.start_at for a, b in pairwise(made))


@pytest.mark.parametrize("text", ["２０２６-W49", "2026-W٤٩", "2026-w49", "2026-W4", "+026-W49"])
def test_a_week_is_written_in_plain_digits(text: str) -> None:
    with pytest.raises(ValueError, match="is not a week"):
        Week.parse(text)
