"""Series: what repeats, what was moved, cancelled or added, and how long each one lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import ics
from connectors.model import TimeRange
from tests.connectors.events import WINDOW, a_series, an_event, reading, spans

BERLIN = "TZID=Europe/Berlin"
MONDAYS = (f"DTSTART;{BERLIN}:20261005T180000", f"DTEND;{BERLIN}:20261005T190000", "RRULE:FREQ=WEEKLY")


def an_hour_at(start: str, *more: str) -> tuple[str, ...]:
    return (f"DTSTART;{BERLIN}:{start}", "DURATION:PT1H", *more)


def test_a_weekly_event_keeps_its_wall_clock_when_the_clocks_change() -> None:
    assert spans(reading(an_event(*MONDAYS)).times) == [
        "10-05 16:00/17:00",
        "10-12 16:00/17:00",
        "10-19 16:00/17:00",
        "10-26 17:00/18:00",
        "11-02 17:00/18:00",
    ]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;COUNT=2", ["10-05", "10-12"]),
        ("FREQ=WEEKLY;UNTIL=20261019T160000Z", ["10-05", "10-12", "10-19"]),
        ("FREQ=WEEKLY;UNTIL=20261019T155959Z", ["10-05", "10-12"]),
        ("FREQ=WEEKLY;UNTIL=20261019T180000", ["10-05", "10-12", "10-19"]),
        ("FREQ=WEEKLY;UNTIL=20261019", ["10-05", "10-12", "10-19"]),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z;INTERVAL=2", ["10-05", "10-19", "11-02"]),
        ("FREQ=WEEKLY;COUNT=1;UNTIL=20261012", ["10-05", "10-12"]),
        ("FREQ=WEEKLY;COUNT=1000000000;BYDAY=MO;INTERVAL=4", ["10-05", "11-02"]),
        ("FREQ=MONTHLY;BYDAY=1MO", ["10-05", "11-02"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["10-05", "10-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["10-05", "10-30"]),
        ("FREQ=YEARLY", ["10-05"]),
    ],
)
def test_rules_and_their_ends(rule: str, days: list[str]) -> None:
    found = reading(an_event(*MONDAYS[:2], f"RRULE:{rule}"))
    assert [span[:5] for span in spans(found.times)] == days
    assert found.recurring


def test_dates_taken_out_and_added() -> None:
    text = an_event(
        *MONDAYS,
        "EXDATE:20261012T160000Z",  # another zone, the same moment
        f"EXDATE;{BERLIN}:20261019T180000,20261021T180000",
        "EXDATE;VALUE=DATE:20261026",  # Exchange: the whole day
        f"RDATE;{BERLIN}:20261014T080000",
        f"RDATE;VALUE=PERIOD;{BERLIN}:20261015T080000/PT3H,20261016T080000/20261016T083000",
    )
    assert spans(reading(text).times) == [
        "10-05 16:00/17:00",
        "10-14 06:00/07:00",
        "10-15 06:00/09:00",
        "10-16 06:00/06:30",
        "11-02 17:00/18:00",
    ]


def test_an_all_day_series_takes_out_days_however_they_are_written() -> None:
    text = an_event(
        "DTSTART;VALUE=DATE:20261005",
        "RRULE:FREQ=WEEKLY",
        f"EXDATE;{BERLIN}:20261012T000000",
        "EXDATE;VALUE=DATE:20261102",
    )
    assert spans(reading(text).times) == [
        "10-04 22:00/10-05 22:00",
        "10-18 22:00/10-19 22:00",
        "10-25 23:00/10-26 23:00",
        "11-08 23:00/11-09 23:00",
    ]


@pytest.mark.parametrize(
    ("changed", "slots"),
    [
        (an_hour_at("20261013T080000", f"RECURRENCE-ID;{BERLIN}:20261012T180000"), ["10-13 06:00/07:00"]),
        (an_hour_at("20261013T080000", "RECURRENCE-ID:20261012T160000Z"), ["10-13 06:00/07:00"]),
        (an_hour_at("20261013T080000", "RECURRENCE-ID;VALUE=DATE:20261012"), ["10-13 06:00/07:00"]),
        (
            ("DTSTART:20261013T080000Z", "DURATION:PT2H", f"RECURRENCE-ID;{BERLIN}:20261012T180000"),
            ["10-13 08:00/10:00"],
        ),
        (
            ("DTSTART;VALUE=DATE:20261013", f"RECURRENCE-ID;{BERLIN}:20261012T180000"),
            ["10-12 22:00/10-13 22:00"],
        ),
        (an_hour_at("20270301T080000", f"RECURRENCE-ID;{BERLIN}:20261012T180000"), []),
        (an_hour_at("20261012T180000", f"RECURRENCE-ID;{BERLIN}:20261012T180000", "STATUS:CANCELLED"), []),
    ],
    ids=[
        "moved",
        "named in UTC",
        "named by day",
        "other zone",
        "made all-day",
        "out of the window",
        "cancelled",
    ],
)
def test_a_changed_occurrence_leaves_its_slot(changed: tuple[str, ...], slots: list[str]) -> None:
    others = ["10-05 16:00/17:00", "10-19 16:00/17:00", "10-26 17:00/18:00", "11-02 17:00/18:00"]
    assert spans(reading(a_series(MONDAYS, changed)).times) == sorted(others + slots)


def test_an_occurrence_moved_into_the_window_is_seen() -> None:
    old = (f"DTSTART;{BERLIN}:20250106T180000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3")
    text = a_series(old, an_hour_at("20261020T100000", f"RECURRENCE-ID;{BERLIN}:20250113T180000"))
    assert ics.might_overlap(text, WINDOW)
    assert spans(reading(text).times) == ["10-20 08:00/09:00"]


def test_one_occurrence_can_be_free_and_another_declined() -> None:
    text = a_series(
        MONDAYS,
        an_hour_at("20261012T180000", f"RECURRENCE-ID;{BERLIN}:20261012T180000", "TRANSP:TRANSPARENT"),
        an_hour_at(
            "20261019T180000",
            f"RECURRENCE-ID;{BERLIN}:20261019T180000",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.com",
        ),
    )
    found = reading(text, me=("ana@example.com",))
    assert len(found.times) == 5
    assert [span[:5] for span in spans(found.busy_times)] == ["10-05", "10-26", "11-02"]
    assert found.busy


def test_this_and_future_moves_all_that_follow() -> None:
    later = (f"DTSTART;{BERLIN}:20261020T190000", f"DTEND;{BERLIN}:20261020T193000")
    text = a_series(MONDAYS, (*later, f"RECURRENCE-ID;RANGE=THISANDFUTURE;{BERLIN}:20261019T180000"))
    assert spans(reading(text).times) == [
        "10-05 16:00/17:00",
        "10-12 16:00/17:00",
        "10-20 17:00/17:30",
        "10-27 18:00/18:30",
        "11-03 18:00/18:30",
    ]


def test_an_invitation_to_a_single_occurrence_stands_alone() -> None:
    text = an_event(*an_hour_at("20261013T080000", f"RECURRENCE-ID;{BERLIN}:20261012T180000"))
    found = reading(text)
    assert spans(found.times) == ["10-13 06:00/07:00"]
    assert not found.recurring


def test_of_two_masters_the_newer_counts() -> None:
    older = (*an_hour_at("20261013T080000"), "SEQUENCE:1")
    newer = (*an_hour_at("20261014T080000"), "SEQUENCE:2", "TRANSP:TRANSPARENT")
    for order in ((older, newer), (newer, older)):
        found = reading(a_series(*order))
        assert (spans(found.times), found.busy) == (["10-14 06:00/07:00"], False)


@pytest.mark.parametrize(
    ("length", "on_the_night", "a_day_later"),
    [
        ("DURATION:PT8H", "10-24 20:00/10-25 04:00", "10-25 21:00/10-26 05:00"),
        (f"DTEND;{BERLIN}:20261002T060000", "10-24 20:00/10-25 04:00", "10-25 21:00/10-26 05:00"),
        ("DURATION:P1D", "10-24 20:00/10-25 21:00", "10-25 21:00/10-26 21:00"),
        ("DURATION:P1DT2H", "10-24 20:00/10-25 23:00", "10-25 21:00/10-26 23:00"),
        ("DURATION:PT24H", "10-24 20:00/10-25 20:00", "10-25 21:00/10-26 21:00"),
    ],
)
def test_hours_are_exact_and_days_are_calendar_days(length: str, on_the_night: str, a_day_later: str) -> None:
    text = an_event(f"DTSTART;{BERLIN}:20261001T220000", length, "RRULE:FREQ=DAILY")
    found = spans(reading(text).times)
    assert on_the_night in found
    assert a_day_later in found


@pytest.mark.parametrize(
    ("start", "begins"),
    [
        ("20260329T023000", "03-29 01:30"),  # lost hour: as if the clocks had not changed yet
        ("20261025T023000", "10-25 00:30"),  # repeated hour: the first
    ],
)
def test_times_in_the_lost_and_the_repeated_hour(start: str, begins: str) -> None:
    year = TimeRange(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    for rule in ("SEQUENCE:0", "RRULE:FREQ=YEARLY"):
        found = ics.read(an_event(*an_hour_at(start, rule)), window=year, time_zone="UTC")
        assert spans(found.times)[0].startswith(begins)


@pytest.mark.parametrize(
    ("lines", "span"),
    [
        (("RRULE:FREQ=HOURLY",), "10-12 22:00/11-09 23:00"),
        (("RRULE:FREQ=MINUTELY;UNTIL=20261015T100000Z",), "10-12 22:00/10-15 22:00"),
        (("RRULE:FREQ=SECONDLY;COUNT=100000000",), "10-12 22:00/11-09 23:00"),
    ],
)
def test_more_often_than_daily_is_busy_all_day_while_it_lasts(lines: tuple[str, ...], span: str) -> None:
    found = reading(an_event(*an_hour_at("20261013T080000"), *lines))
    assert spans(found.busy_times) == [span]
    assert found.note == "repeats more often than daily; shown as busy all day"
    assert reading(an_event(*an_hour_at("20261013T080000"), *lines, "TRANSP:TRANSPARENT")).busy_times == ()
    assert reading(an_event(f"DTSTART;{BERLIN}:20261013T080000", *lines)).times == ()


@pytest.mark.parametrize("year", [1900, 1987, 2004, 2026])
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=13",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SU;WKST=SU",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;INTERVAL=7;BYDAY=-1FR",
        "FREQ=YEARLY;INTERVAL=2",
        "FREQ=YEARLY;BYMONTH=10,11",
        "FREQ=YEARLY;BYWEEKNO=43;BYDAY=MO",
        "FREQ=MONTHLY;COUNT=2000",
    ],
)
def test_a_series_begun_long_ago_is_where_walking_all_the_years_would_find_it(year: int, rule: str) -> None:
    text = an_event(f"DTSTART:{year}0131T093000Z", "DURATION:PT1H", f"RRULE:{rule}")
    window = TimeRange(datetime(2026, 9, 1, tzinfo=UTC), datetime(2029, 9, 1, tzinfo=UTC))
    found = ics.read(text, window=window, time_zone="UTC")
    assert list(found.times) == expanded_by_the_library(text, window)
    assert found.times


def expanded_by_the_library(text: str, window: TimeRange) -> list[TimeRange]:
    """What recurring-ical-events makes of the whole calendar, without our guard and wall clocks."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(
        window.start_at, window.end_at
    )
    return sorted(TimeRange(event.start, event.end) for event in found if event.start < event.end)


rules = st.builds(
    lambda *parts: ";".join(part for part in parts if part),
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY"]),
    st.sampled_from(["", "INTERVAL=1", "INTERVAL=2", "INTERVAL=3", "INTERVAL=11"]),
    st.sampled_from(["", "", "COUNT=3", "COUNT=40", "UNTIL=20261027T120000Z", "UNTIL=20251231T230000Z"]),
    st.sampled_from(
        ["", "", "BYDAY=MO", "BYDAY=TU,TH,SU", "BYDAY=2WE,-1FR", "BYMONTHDAY=1,15,-1", "BYMONTHDAY=31"]
    ),
    st.sampled_from(["", "", "BYMONTH=10,11", "BYMONTH=3"]),
    st.sampled_from(["", "", "BYSETPOS=1", "BYSETPOS=-1"]),
    st.sampled_from(["", "WKST=SU"]),
).filter(lambda rule: "BYSETPOS" not in rule or "BYDAY" in rule or "BYMONTHDAY" in rule)

starts = st.integers(0, 3_095_000).map(
    lambda minute: datetime(2021, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


@given(
    rule=rules,
    start=starts,
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]),
    minutes=st.integers(1, 600),
    taken_out=st.lists(st.integers(0, 3), max_size=2),
)
@settings(max_examples=150, deadline=None)
def test_random_series_agree_with_the_library(
    rule: str, start: datetime, zone: str, minutes: int, taken_out: list[int]
) -> None:
    parameter = f"TZID={zone}"
    lines = [f"DTSTART;{parameter}:{start:%Y%m%dT%H%M%S}", f"DURATION:PT{minutes}M", f"RRULE:{rule}"]
    lines += [f"EXDATE;{parameter}:{start + timedelta(weeks=weeks):%Y%m%dT%H%M%S}" for weeks in taken_out]
    text = an_event(*lines)
    expected = expanded_by_the_library(text, WINDOW)
    found = reading(text).times
    # The library measures hours on the wall clock, so at the edge of the window it may be an hour off.
    differing = {time.start_at for time in found} ^ {time.start_at for time in expected}
    assert all(
        min(abs(at - edge) for edge in (WINDOW.start_at, WINDOW.end_at)) < timedelta(hours=12)
        for at in differing
    )
    assert all(time.end_at - time.start_at == timedelta(minutes=minutes) for time in found)
    assert ics.might_overlap(text, WINDOW) or not expected


@given(
    moved=st.lists(
        st.tuples(st.integers(0, 8), st.integers(-72, 72), st.booleans()),
        max_size=4,
        unique_by=lambda m: m[0],
    ),
    days=st.integers(1, 9),
)
@settings(max_examples=80, deadline=None)
def test_random_changes_agree_with_the_library(moved: list[tuple[int, int, bool]], days: int) -> None:
    first = datetime(2026, 10, 3, 9, tzinfo=UTC)
    master = (f"DTSTART:{first:%Y%m%dT%H%M%S}Z", "DURATION:PT1H", f"RRULE:FREQ=DAILY;INTERVAL={days}")
    changed = []
    for number, hours, longer in moved:
        slot = first + timedelta(days=days * number)
        lines = (
            f"RECURRENCE-ID:{slot:%Y%m%dT%H%M%S}Z",
            f"DTSTART:{slot + timedelta(hours=hours):%Y%m%dT%H%M%S}Z",
        )
        changed.append((*lines, "DURATION:PT3H" if longer else "DURATION:PT30M"))
    text = a_series(master, *changed)
    assert list(reading(text).times) == expanded_by_the_library(text, WINDOW)
