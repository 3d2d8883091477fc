"""Hostile and broken events: each has a defined meaning or a named refusal, quickly, and alone."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from connectors import ics
from tests.connectors.events import a_series, an_event, reading, spans, vcalendar, vevent

START = "DTSTART:20261020T080000Z"
HOUR = (START, "DTEND:20261020T090000Z")
ONCE = ["10-20 08:00/09:00"]
WEEKLY = ["10-20 08:00/09:00", "10-27 08:00/09:00", "11-03 08:00/09:00"]
MANY = ",".join(map(str, range(60)))
DAYS = [f"{20270101 + month * 100 + day}T080000Z" for month in range(12) for day in range(28)]


def ruled(rule: str, start: str = START) -> str:
    return an_event(start, "DURATION:PT1H", f"RRULE:{rule}")


REFUSED: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "3 hourly from year 1": (lambda: ruled("FREQ=HOURLY", "DTSTART:00010101T000000Z"), "outside the years"),
    "4 INTERVAL=0": (lambda: ruled("FREQ=DAILY;INTERVAL=0"), "INTERVAL out of range"),
    "5 INTERVAL=-1": (lambda: ruled("FREQ=DAILY;INTERVAL=-1"), "INTERVAL out of range"),
    "9 cross product": (
        lambda: ruled(
            "FREQ=DAILY;BYHOUR="
            + ",".join(map(str, range(24)))
            + ";BYMONTHDAY=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"
        ),
        "too many combinations",
    ),
    "9 seconds": (lambda: ruled(f"FREQ=DAILY;BYSECOND={MANY}"), "a list in BYSECOND"),
    "9 minutes": (lambda: ruled(f"FREQ=DAILY;BYMINUTE={MANY}"), "a list in BYMINUTE"),
    "9 every hour for years": (
        lambda: ruled("FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))), "DTSTART:20000101T000000Z"),
        "more than 500 times",
    ),
    "10 BYDAY=0MO": (lambda: ruled("FREQ=MONTHLY;BYDAY=0MO"), "bad BYDAY"),
    "10 BYDAY=54MO": (lambda: ruled("FREQ=YEARLY;BYDAY=54MO"), "bad BYDAY"),
    "11 BYSETPOS=0": (lambda: ruled("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0"), "zero in BYSETPOS"),
    "13 100k RDATE": (
        lambda: an_event(*HOUR, *(f"RDATE:{','.join(DAYS * 10)}" for _ in range(30))),
        "more than 2000 RDATE",
    ),
    "13 100k RDATE in one": (lambda: an_event(*HOUR, f"RDATE:{','.join(DAYS * 300)}"), "longer than 64 KB"),
    "14 100k EXDATE": (
        lambda: an_event(*HOUR, "RRULE:FREQ=DAILY", *(f"EXDATE:{day}" for day in DAYS * 300)),
        "too many properties",
    ),
    "17 500 RRULE": (lambda: an_event(*HOUR, *["RRULE:FREQ=DAILY"] * 500), "more than one RRULE"),
    "26 no DTSTART": (lambda: an_event("DTEND:20261020T090000Z"), "no DTSTART"),
    "27 two DTSTART": (lambda: an_event(START, START), "more than one DTSTART"),
    "28 ends first": (lambda: an_event(START, "DTEND:20261020T070000Z"), "ends before it starts"),
    "28 ends a day first": (
        lambda: an_event("DTSTART;VALUE=DATE:20261020", "DTEND;VALUE=DATE:20261019"),
        "ends before it starts",
    ),
    "31 negative": (lambda: an_event(START, "DURATION:-PT1H"), "negative DURATION"),
    "32 for ever": (lambda: an_event(START, "DURATION:P999999999W"), "longer than 400 days"),
    "32 malformed": (lambda: an_event(START, "DURATION:1 hour"), "malformed DURATION"),
    "34 year 0": (lambda: an_event("DTSTART:00000101T000000Z"), "outside the years"),
    "34 year 1582": (lambda: an_event("DTSTART:15821010T000000Z"), "outside the years"),
    "34 year 9999": (lambda: ruled("FREQ=DAILY", "DTSTART:99991231T000000Z"), "outside the years"),
    "34 month 13": (lambda: an_event("DTSTART:20261320T000000Z"), "impossible DTSTART"),
    "34 arabic digits": (lambda: an_event("DTSTART:٢٠٢٦١٠٢٠T080000Z"), "malformed DTSTART"),
    "39 zone of 100 KB": (
        lambda: an_event(f"DTSTART;TZID={'A/' * 50_000}:20261020T080000"),
        "longer than 64 KB",
    ),
    "41 zone bomb": (
        lambda: vcalendar(custom_zone("FREQ=SECONDLY"), vevent("DTSTART;TZID=Bomb:20261020T080000")),
        "time zone that cannot be read",
    ),
    "41 zone that never changes": (
        lambda: vcalendar(
            custom_zone("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), vevent("DTSTART;TZID=Bomb:20261020T080000")
        ),
        "time zone that cannot be read",
    ),
    "43 20 MB text": (lambda: an_event(*HOUR, "DESCRIPTION:" + "x" * 20_000_000), "larger than 8 MB"),
    "50 UTF-16": (lambda: an_event(*HOUR).encode("utf-16"), "not iCalendar text"),
    "51 truncated": (lambda: an_event(*HOUR).partition("END:")[0], "stops in the middle"),
    "51 empty": (lambda: b"", "not iCalendar text"),
    "51 login page": (
        lambda: "<!DOCTYPE html><html><body>Sign in: please</body></html>",
        "not iCalendar text",
    ),
    "51 JSON": (lambda: '{"error": {"code": 401}}', "not iCalendar text"),
    "51 crossed": (lambda: "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n", "wrong order"),
    "52 nested": (lambda: "BEGIN:VCALENDAR\n" * 100_000, "nested too deeply"),
    "53 50,000 events": (lambda: vcalendar(*[vevent(*HOUR)] * 50_000), "more than 1000 events"),
    "a stranger's two events": (lambda: vcalendar(vevent(*HOUR), vevent(*HOUR, uid="two")), "different UIDs"),
    "unknown FREQ": (lambda: ruled("FREQ=FORTNIGHTLY"), "unknown FREQ"),
    "no FREQ": (lambda: ruled("COUNT=3"), "unknown FREQ"),
    "unknown part": (lambda: ruled("FREQ=DAILY;BYEASTER=1"), "unknown part"),
    "repeated part": (lambda: ruled("FREQ=DAILY;COUNT=1;COUNT=2"), "malformed RRULE"),
    "bad UNTIL": (lambda: ruled("FREQ=DAILY;UNTIL=20261301"), "impossible UNTIL"),
    "bad WKST": (lambda: ruled("FREQ=DAILY;WKST=2MO"), "bad WKST"),
    "a year of event": (lambda: an_event(START, "DTEND:20281020T080000Z"), "longer than 400 days"),
}


def custom_zone(rule: str) -> str:
    lines = ("DTSTART:19700101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", f"RRULE:{rule}")
    return "\r\n".join(
        ("BEGIN:VTIMEZONE", "TZID:Bomb", "BEGIN:STANDARD", *lines, "END:STANDARD", "END:VTIMEZONE")
    )


def zone_changed_in_2026() -> str:
    """Two hours east for ever, and three from March 2026."""
    parts = (
        ("19700101T000000", "+0200", "+0200"),
        ("20260301T000000", "+0200", "+0300"),
    )
    lines = (
        f"BEGIN:STANDARD\r\nDTSTART:{start}\r\nTZOFFSETFROM:{before}\r\nTZOFFSETTO:{after}\r\nEND:STANDARD"
        for start, before, after in parts
    )
    return "\r\n".join(("BEGIN:VTIMEZONE", "TZID:Bomb", *lines, "END:VTIMEZONE"))


UNDERSTOOD: dict[str, tuple[Callable[[], str | bytes], list[str]]] = {
    "1 every second": (lambda: ruled("FREQ=SECONDLY"), ["10-19 22:00/11-09 23:00"]),
    "1 every second since 1970": (
        lambda: ruled("FREQ=SECONDLY", "DTSTART:19700101T000000Z"),
        ["10-04 22:00/11-09 23:00"],
    ),
    "2 every minute": (
        lambda: ruled("FREQ=MINUTELY", "DTSTART:20000101T000000Z"),
        ["10-04 22:00/11-09 23:00"],
    ),
    "1 seconds on 30 February": (
        lambda: ruled("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "DTSTART:19700101T000000Z"),
        ["10-04 22:00/11-09 23:00"],
    ),
    "6 COUNT=10^9": (lambda: ruled("FREQ=WEEKLY;COUNT=1000000000"), WEEKLY),
    "7 COUNT and UNTIL": (lambda: ruled("FREQ=WEEKLY;COUNT=1;UNTIL=20261027"), WEEKLY[:2]),
    "8 30 February": (lambda: ruled("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), ONCE),
    "8 30 February, searched daily since 1900": (
        lambda: ruled("FREQ=DAILY;COUNT=3;BYMONTH=2;BYMONTHDAY=30", "DTSTART:19000101T000000Z"),
        [],
    ),
    "8 a day that never comes": (lambda: ruled("FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30"), ONCE),
    "12 EXRULE": (lambda: an_event(*HOUR, "RRULE:FREQ=WEEKLY", "EXRULE:FREQ=WEEKLY"), WEEKLY),
    "15 EXDATE in another zone": (
        lambda: an_event(*HOUR, "RRULE:FREQ=WEEKLY", "EXDATE;TZID=Asia/Tokyo:20261027T170000"),
        [WEEKLY[0], WEEKLY[2]],
    ),
    "16 UNTIL is a date": (lambda: ruled("FREQ=WEEKLY;UNTIL=20261027"), WEEKLY[:2]),
    "19 no master": (lambda: an_event(*HOUR, "RECURRENCE-ID:20261001T080000Z"), ONCE),
    "24 no UID": (
        lambda: (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261020T080000Z\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR"
        ),
        ONCE,
    ),
    "24 odd UID": (lambda: vcalendar(vevent(*HOUR, uid='../../"a"\\nb' + "u" * 10_000)), ONCE),
    "29 no time at all": (lambda: an_event(START, "DTEND:20261020T080000Z"), []),
    "29 one day written as none": (
        lambda: an_event("DTSTART;VALUE=DATE:20261020", "DTEND;VALUE=DATE:20261020"),
        ["10-19 22:00/10-20 22:00"],
    ),
    "30 DTEND and DURATION": (lambda: an_event(*HOUR, "DURATION:PT5H"), ONCE),
    "33 date to time": (
        lambda: an_event("DTSTART;VALUE=DATE:20261020", "DTEND:20261020T090000Z"),
        ["10-19 22:00/10-20 09:00"],
    ),
    "35 leap second": (
        lambda: an_event("DTSTART:20261020T080000Z", "DTEND:20261020T085960Z"),
        ["10-20 08:00/08:59"],
    ),
    "36 floating": (lambda: an_event("DTSTART:20261020T100000", "DURATION:PT1H"), ONCE),
    "39 unknown zone": (lambda: an_event("DTSTART;TZID=Middle/Earth:20261020T100000", "DURATION:PT1H"), ONCE),
    "39 Windows zone": (
        lambda: an_event("DTSTART;TZID=W. Europe Standard Time:20261020T100000", "DURATION:PT1H"),
        ONCE,
    ),
    "39 vendor's prefix": (
        lambda: an_event("DTSTART;TZID=/citadel.org/20210210_1/Asia/Tokyo:20261020T170000", "DURATION:PT1H"),
        ONCE,
    ),
    "39 path": (lambda: an_event("DTSTART;TZID=../../etc/passwd:20261020T100000", "DURATION:PT1H"), ONCE),
    "39 folder": (lambda: an_event("DTSTART;TZID=Europe:20261020T100000", "DURATION:PT1H"), ONCE),
    "39 empty": (lambda: an_event("DTSTART;TZID=:20261020T100000", "DURATION:PT1H"), ONCE),
    "40 VTIMEZONE against IANA": (
        lambda: vcalendar(
            custom_zone("FREQ=YEARLY").replace("Bomb", "Asia/Tokyo"),
            vevent("DTSTART;TZID=Asia/Tokyo:20261020T170000", "DURATION:PT1H"),
        ),
        ONCE,
    ),
    "41 zone bomb nobody uses": (lambda: vcalendar(custom_zone("FREQ=SECONDLY"), vevent(*HOUR)), ONCE),
    "42 a zone whose rules changed this year": (
        lambda: vcalendar(
            zone_changed_in_2026(),
            vevent("DTSTART;TZID=Bomb:20261020T110000", "DTEND;TZID=Bomb:20261020T120000"),
        ),
        ONCE,
    ),
    "43 a long text": (lambda: an_event(*HOUR, "DESCRIPTION:" + "x" * 500_000), ONCE),
    "44 1M folds": (lambda: an_event(*HOUR, "ATTACH:" + "\r\n x" * 1_000_000), ONCE),
    "45 fold inside a letter": (
        lambda: an_event(*HOUR, "SUMMARY:é").encode().replace(b"\xc3\xa9", b"\xc3\r\n \xa9"),
        ONCE,
    ),
    "46 NUL": (lambda: an_event(*HOUR, "SUMMARY:a\x00b"), ONCE),
    "47 bidi, zero width, combining": (
        lambda: an_event(*HOUR, "SUMMARY:\u202e\u200d" + "e" + "\u0301" * 1000),
        ONCE,
    ),
    "48 markup": (lambda: an_event(*HOUR, "SUMMARY:<script>{{7*7}}%s=cmd()"), ONCE),
    "49 links": (
        lambda: an_event(
            *HOUR,
            "ATTACH:file:///etc/passwd",
            "URL:javascript:alert(1)",
            "BEGIN:VALARM\r\nATTACH:http://169.254.169.254/\r\nTRIGGER:-P999999999W\r\nEND:VALARM",
        ),
        ONCE,
    ),
    "50 BOM": (lambda: b"\xef\xbb\xbf" + an_event(*HOUR).encode(), ONCE),
    "50 BOM in text": (lambda: "\ufeff" + an_event(*HOUR), ONCE),
    "50 Latin-1": (lambda: an_event(*HOUR, "SUMMARY:Früh").encode("latin-1"), ONCE),
    "half a surrogate": (lambda: an_event(*HOUR, "SUMMARY:\ud83d"), ONCE),
    "54 other components": (
        lambda: vcalendar(
            "BEGIN:X-THING\r\nDTSTART:1\r\nBEGIN:X-PART\r\nEND:X-PART\r\nEND:X-THING", vevent(*HOUR)
        ),
        ONCE,
    ),
    "57 three weeks": (
        lambda: an_event("DTSTART;VALUE=DATE:20261012", "DTEND;VALUE=DATE:20261102"),
        ["10-11 22:00/11-01 23:00"],
    ),
    "60 METHOD": (lambda: an_event(*HOUR).replace("VERSION", "METHOD:REQUEST\r\nVERSION"), ONCE),
    "LF only": (lambda: an_event(*HOUR).replace("\r\n", "\n"), ONCE),
    "UNTIL before the start": (lambda: ruled("FREQ=DAILY;UNTIL=20200101"), []),
    "daily since 1900": (
        lambda: ruled("FREQ=DAILY;INTERVAL=14", "DTSTART:19000101T000000Z"),
        ["10-05 00:00/01:00", "10-19 00:00/01:00", "11-02 00:00/01:00"],
    ),
    "2,000 EXDATE": (
        lambda: an_event(*HOUR, "RRULE:FREQ=WEEKLY", *(f"EXDATE:{','.join(DAYS)}" for _ in range(5))),
        WEEKLY,
    ),
}


@pytest.fixture
def quick() -> Iterator[None]:
    """Two seconds of computing is all an event may cost."""
    began = time.process_time()
    yield
    assert time.process_time() - began < 2


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_broken_event_is_refused_by_name(text: Callable[[], str | bytes], reason: str) -> None:
    with pytest.raises(ics.UnreadableEventError, match=reason):
        reading(text())


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("text", "times"), UNDERSTOOD.values(), ids=UNDERSTOOD.keys())
def test_an_odd_event_has_one_meaning(text: Callable[[], str | bytes], times: list[str]) -> None:
    assert spans(reading(text()).times) == times


def test_what_was_simplified_is_said() -> None:
    assert "EXRULE" in str(reading(an_event(*HOUR, "EXRULE:FREQ=DAILY")).note)
    assert "time zone" in str(reading(an_event("DTSTART;TZID=Middle/Earth:20261020T100000")).note)


@pytest.mark.parametrize(
    "case", ["13 100k RDATE in one", "14 100k EXDATE", "43 20 MB text", "52 nested", "53 50,000 events"]
)
def test_a_large_refusal_stays_small(case: str) -> None:
    text = REFUSED[case][0]()
    assert memory_used(text) < 100e6


@pytest.mark.parametrize("case", ["43 a long text", "44 1M folds", "2,000 EXDATE"])
def test_a_large_event_stays_small(case: str) -> None:
    text = UNDERSTOOD[case][0]()
    assert memory_used(text) < 100e6


def memory_used(text: str | bytes) -> int:
    """The most bytes held while reading, the text itself not counted."""
    tracemalloc.start()
    try:
        with suppress(ics.UnreadableEventError):
            reading(text)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("quick")
def test_a_thousand_changed_occurrences_are_read_in_time() -> None:
    changed = [
        (
            START,
            "DURATION:PT1H",
            f"RECURRENCE-ID:{2000 + number // 300}{1 + number // 25 % 12:02}{1 + number % 25:02}T080000Z",
        )
        for number in range(999)
    ]
    with pytest.raises(ics.UnreadableEventError, match="more than 500 times"):
        reading(a_series(("DTSTART:20000101T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"), *changed))


def test_one_accounts_zone_is_not_anothers() -> None:
    def zoned(offset: str) -> str:
        zone = custom_zone("FREQ=YEARLY").replace("TZOFFSETTO:+0200", f"TZOFFSETTO:{offset}")
        return vcalendar(zone, vevent("DTSTART;TZID=Bomb:20261020T100000", "DURATION:PT1H"))

    assert spans(reading(zoned("+0200")).times) == ONCE
    assert spans(reading(zoned("+0500")).times) == ["10-20 05:00/06:00"]
    assert reading(an_event("DTSTART;TZID=Bomb:20261020T100000", "DURATION:PT1H")).note is not None


def test_no_refusal_quotes_the_event() -> None:
    secret = "divorce-lawyer"
    for lines in (
        (f"DTSTART:{secret}",),
        (START, f"DURATION:{secret}"),
        (START, f"RRULE:FREQ={secret}"),
        (START, f"RRULE:FREQ=DAILY;{secret}=1"),
        (START, f"RRULE:FREQ=DAILY;UNTIL={secret}"),
        (START, f"RDATE:{secret}"),
        (START, START, f"SUMMARY:{secret}"),
    ):
        with pytest.raises(ics.UnreadableEventError) as refusal:
            reading(an_event(*lines))
        assert secret.upper() not in str(refusal.value).upper()
        assert refusal.value.__cause__ is None
