"""What an event says about a person's time: who is kept busy, when, and what a title asks for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors import ics
from tests.connectors.events import DATA, WINDOW, an_event, reading, spans, vcalendar, vevent

HOUR = ("DTSTART:20261020T080000Z", "DTEND:20261020T090000Z")


@pytest.mark.parametrize(
    ("title", "gesture"),
    [
        ("x Bins", "done"),
        ("X Bins", "done"),
        ("x: Bins", "done"),
        ("  x", "done"),
        ("✓Bins", "done"),
        ("✔️ Bins", "done"),
        ("> Bins", "hand_over"),
        (">Bins", "hand_over"),
        ("Bins", "none"),
        ("Xylophone", "none"),
        ("x-ray", "done"),
        ("", "none"),
    ],
)
def test_a_title_speaks_by_its_first_letter(title: str, gesture: str) -> None:
    assert reading(an_event(*HOUR, f"SUMMARY:{title}")).gesture == gesture


@pytest.mark.parametrize(
    ("lines", "busy"),
    [
        ((), True),
        (("TRANSP:OPAQUE",), True),
        (("transp:transparent",), False),
        (("STATUS:TENTATIVE",), True),
        (("X-MICROSOFT-CDO-BUSYSTATUS:FREE",), False),
        (("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",), False),
        (("X-MICROSOFT-CDO-BUSYSTATUS:OOF",), True),
        (("CLASS:CONFIDENTIAL",), True),
        (("ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.com",), False),
        (('ATTENDEE;CN="Doe; Ana: x";PARTSTAT=DECLINED:MAILTO:Ana@Example.com',), False),
        (("ATTENDEE;EMAIL=ana@example.com;PARTSTAT=DECLINED:/123/principal/",), False),
        (("ATTENDEE;PARTSTAT=DELEGATED:mailto:ana@example.com",), False),
        (("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ana@example.com",), True),
        (("ATTENDEE:mailto:ana@example.com",), True),
        (("ATTENDEE;PARTSTAT=DECLINED:mailto:ben@example.com",), True),
        (
            (
                "ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.com",
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@work.test",
            ),
            True,
        ),
    ],
)
def test_who_is_kept_busy_by_what(lines: tuple[str, ...], busy: bool) -> None:
    found = reading(an_event(*HOUR, *lines), me=("ana@example.com", "ana@work.test"))
    assert (found.busy, bool(found.busy_times)) == (busy, busy)
    assert spans(found.times) == ["10-20 08:00/09:00"]


def test_a_cancelled_event_takes_no_time_at_all() -> None:
    found = reading(an_event(*HOUR, "STATUS:CANCELLED"))
    assert (found.busy, found.times, found.busy_times) == (False, (), ())
    assert found.start_at == datetime(2026, 10, 20, 8, tzinfo=UTC)


def test_a_task_is_no_event_and_no_error() -> None:
    found = reading(vcalendar("BEGIN:VTODO\r\nUID:t\r\nDUE:20261020T080000Z\r\nEND:VTODO"))
    assert (found.start_at, found.times, found.busy) == (None, (), False)


@pytest.mark.parametrize(
    ("file", "times", "busy_times"),
    [
        (
            "google-weekly-with-changes.ics",
            ["10-05 16:00/17:30", "10-20 18:00/19:30", "10-26 17:00/18:30", "11-02 17:00/18:30"],
            ["10-05 16:00/17:30", "10-20 18:00/19:30", "10-26 17:00/18:30"],
        ),
        (
            "outlook-windows-zone.ics",
            [
                "10-06 07:00/08:00",
                "10-08 07:00/08:00",
                "10-20 07:00/08:00",
                "11-03 08:00/09:00",
                "11-05 08:00/09:00",
            ],
            None,
        ),
        ("exchange-custom-zone.ics", ["10-21 04:30/12:30", "10-28 05:30/13:30"], None),
        (
            "icloud-this-and-future.ics",
            [
                "10-06 13:00/14:00",
                "10-13 13:00/14:00",
                "10-20 15:00/16:30",
                "10-27 15:00/16:30",
                "11-03 16:00/17:30",
            ],
            None,
        ),
        ("nextcloud-all-day.ics", ["10-16 22:00/11-06 23:00"], None),
    ],
)
def test_events_as_providers_really_write_them(
    file: str, times: list[str], busy_times: list[str] | None
) -> None:
    found = reading((DATA / file).read_bytes(), me=("ana@example.com", "ben@example.com"))
    assert spans(found.times) == times
    assert spans(found.busy_times) == (times if busy_times is None else busy_times)
    assert found.note is None


def test_all_day_and_floating_times_are_the_persons_own() -> None:
    text = vcalendar(vevent("DTSTART;VALUE=DATE:20261020"))
    assert spans(reading(text, zone="Europe/Berlin").times) == ["10-19 22:00/10-20 22:00"]
    assert spans(reading(text, zone="America/New_York").times) == ["10-20 04:00/10-21 04:00"]
    floating = an_event("DTSTART:20261020T080000", "DURATION:PT1H")
    assert spans(reading(floating, zone="America/New_York").times) == ["10-20 12:00/13:00"]


def test_an_event_is_given_whole_when_it_crosses_the_windows_edge() -> None:
    found = reading(an_event("DTSTART:20261004T220000Z", "DTEND:20261005T010000Z"))
    assert spans(found.times) == ["10-04 22:00/10-05 01:00"]
    touching = reading(an_event("DTSTART:20261004T220000Z", "DTEND:20261005T000000Z"))
    assert touching.times == ()
    assert touching.start_at == datetime(2026, 10, 4, 22, tzinfo=UTC)


def test_a_zone_of_the_persons_that_does_not_exist_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        reading(an_event(*HOUR), zone="Europe/Atlantis")


@pytest.mark.parametrize(
    ("lines", "possible"),
    [
        (HOUR, True),
        (("DTSTART:20250101T080000Z", "DTEND:20250101T090000Z"), False),
        (("DTSTART:20270101T080000Z", "DTEND:20270101T090000Z"), False),
        (("DTSTART;VALUE=DATE:20260901", "DTEND;VALUE=DATE:20261101"), True),
        (("DTSTART:20260101T080000Z", "DURATION:P300D"), True),
        (("DTSTART:20200101T080000Z", "RRULE:FREQ=DAILY"), True),
        (("DTSTART:20200101T080000Z", "RRULE:FREQ=DAILY;UNTIL=20210101T000000Z"), False),
        (("DTSTART:20270101T080000Z", "RRULE:FREQ=DAILY"), False),
        (("DTSTART:20200101T080000Z", "RDATE:20261020T080000Z"), True),
        (("DTSTART:20200101T080000Z", "RRULE:FREQ=DAILY;UNTIL=2021"), True),
        (("DTSTART;TZID=Some/Very/Long/Name/That/Folds:2\r\n 0250101T080000",), False),
        (("SUMMARY:no start",), True),
    ],
)
def test_the_prefilter_rules_out_only_what_cannot_be(lines: tuple[str, ...], possible: bool) -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:X\r\nDTSTART:19700101T000000\r\nRRULE:FREQ=YEARLY\r\nEND:VTIMEZONE"
    assert ics.might_overlap(vcalendar(zone, vevent(*lines)), WINDOW) is possible
    assert ics.might_overlap(vcalendar(zone, vevent(*lines)).encode(), WINDOW) is possible
