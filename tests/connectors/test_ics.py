"""What we write is what we read, through any server's spelling, and nothing else is in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from radicale import item as radicale_item
from xandikos.icalendar import ICalendarFile

from connectors import ics
from connectors.model import EntryDraft, TimeRange
from tests.connectors.events import a_draft, reading

STAMPED_AT = datetime(2026, 11, 1, 18, tzinfo=UTC)

drafts = st.builds(
    a_draft,
    title=st.text(max_size=120),
    description=st.text(max_size=300),
    time=st.builds(
        lambda start, minutes: TimeRange(start, start + timedelta(minutes=minutes)),
        st.integers(946_684_800, 3_786_912_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
        st.integers(1, 1440),
    ),
    busy=st.booleans(),
    private=st.booleans(),
    mark=st.from_regex(r"[A-Za-z0-9._-]{1,60}", fullmatch=True),
    alarm_minutes_before=st.none() | st.integers(0, 2880),
)


def through_radicale(text: str) -> str:
    """The text as Radicale stores it: parsed and written anew by vobject."""
    (component,) = radicale_item.read_components(text)
    radicale_item.check_and_sanitize_items([component], 1000, tag="VCALENDAR")
    return str(component.serialize())


def through_xandikos(text: str) -> str:
    """The text as Xandikos stores it: normalised."""
    stored = ICalendarFile([text.encode()], "text/calendar")
    return b"".join(stored.normalized()).decode()


def refolded(text: str) -> str:
    """The text as a careless server spells it: other folds, LF, other order, lower-case names."""
    lines = re.sub(r"\r\n ", "", text).splitlines()
    spelled = [
        re.sub(r"^(SUMMARY|TRANSP|DTSTART|CLASS)", lambda found: found[1].lower(), line) for line in lines
    ]
    return "\n".join("\n\t".join(re.findall(".{1,9}", line)) for line in spelled) + "\n"


@given(drafts)
@settings(max_examples=150, deadline=None)
def test_an_entry_reads_back_as_it_was_written(draft: EntryDraft) -> None:
    text = ics.write(draft, stamped_at=STAMPED_AT)
    window = TimeRange(draft.time.start_at - timedelta(days=1), draft.time.end_at + timedelta(days=1))
    for spelled in (text, text.encode(), refolded(text)):
        found = ics.read(spelled, window=window, time_zone="Europe/Berlin")
        assert (found.start_at, found.end_at) == (draft.time.start_at, draft.time.end_at)
        assert (found.uid, found.mark, found.busy) == (draft.uid, draft.mark, draft.busy)
        assert found.fingerprint == ics.fingerprint(draft)
        assert found.busy_times == (found.times if draft.busy else ())
    assert ics.might_overlap(text, window)


@pytest.mark.parametrize("server", [through_radicale, through_xandikos, refolded])
@pytest.mark.parametrize(
    "draft",
    [
        a_draft(),
        a_draft(title="Bins; paper, glass \\ tin", description="a\\nb;c,d\n\n  indented\n", busy=True),
        a_draft(
            title="Früh übt sich 🌱" * 12, description="é" * 400, private=True, url="https://x.test/w?a=1,2;3"
        ),
        a_draft(alarm_minutes_before=10, busy=True),
        a_draft(alarm_minutes_before=0),
        a_draft(alarm_minutes_before=1440, title="", description=""),
    ],
    ids=["plain", "escapes", "unicode", "alarm", "alarm at start", "alarm a day before, empty text"],
)
def test_a_server_that_respells_our_entry_does_not_look_like_a_person(
    server: Callable[[str], str], draft: EntryDraft
) -> None:
    text = ics.write(draft, stamped_at=STAMPED_AT)
    found = reading(server(text))
    assert found.fingerprint == ics.fingerprint(draft)
    assert found.mark == draft.mark


@pytest.mark.parametrize(
    "edit",
    [
        ("SUMMARY:Close", "SUMMARY:x Close"),
        ("the kitchen is dark", "the kitchen is fine"),
        ("DTSTART:20261103T190000Z", "DTSTART:20261103T191500Z"),
        ("DTEND:20261103T194500Z", "DTEND:20261103T200000Z"),
        ("TRANSPARENT", "OPAQUE"),
        ("CLASS:PUBLIC", "CLASS:PRIVATE"),
        ("END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT"),
        ("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT"),
        ("TRIGGER:-PT10M", "TRIGGER:-PT30M"),
    ],
)
def test_whatever_a_person_changes_shows_in_the_fingerprint(edit: tuple[str, str]) -> None:
    draft = a_draft(alarm_minutes_before=10)
    text = ics.write(draft, stamped_at=STAMPED_AT)
    assert edit[0] in text
    assert reading(text.replace(*edit)).fingerprint != ics.fingerprint(draft)


def test_what_a_phone_adds_by_itself_is_no_edit() -> None:
    draft = a_draft(alarm_minutes_before=10)
    text = ics.write(draft, stamped_at=STAMPED_AT, sequence=4)
    default = "BEGIN:VALARM\r\nX-APPLE-DEFAULT-ALARM:TRUE\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n"
    text = text.replace("END:VALARM", "ACKNOWLEDGED:20261103T185000Z\r\nX-WR-ALARMUID:1\r\nEND:VALARM")
    text = text.replace("END:VEVENT", "X-MOZ-GENERATION:3\r\n" + default + "END:VEVENT")
    assert reading(text).fingerprint == ics.fingerprint(draft)


def test_the_same_instant_in_another_zone_is_no_edit() -> None:
    text = ics.write(a_draft(), stamped_at=STAMPED_AT)
    text = text.replace("DTSTART:20261103T190000Z", "DTSTART;TZID=America/New_York:20261103T140000")
    assert reading(text).fingerprint == ics.fingerprint(a_draft())


def test_an_entry_is_plain_utc_without_people_or_rules() -> None:
    evening = datetime(2026, 11, 3, 20, tzinfo=timezone(timedelta(hours=1)))
    draft = a_draft(
        time=TimeRange(evening, evening + timedelta(hours=1)), url="https://x.test/week", busy=True
    )
    text = ics.write(draft, stamped_at=STAMPED_AT, sequence=3)
    lines = text.split("\r\n")
    for line in (
        "DTSTART:20261103T190000Z",
        "DTEND:20261103T200000Z",
        "DTSTAMP:20261101T180000Z",
        "LAST-MODIFIED:20261101T180000Z",
        "SEQUENCE:3",
        "TRANSP:OPAQUE",
        "CLASS:PUBLIC",
        "URL:https://x.test/week",
        "X-OFFPLATE-BLOCK:close-down.2.0",
    ):
        assert line in lines
    assert not re.search(r"(?m)^(ORGANIZER|ATTENDEE|RRULE|BEGIN:VALARM|BEGIN:VTIMEZONE)|TZID", text)
    assert max(len(line.encode()) for line in lines) <= 75
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize("mark", ["", "a;b", "a:b", "a b", "ü", "a\r\nATTENDEE:mailto:x@y"])
def test_a_mark_that_servers_would_respell_is_refused(mark: str) -> None:
    with pytest.raises(ValueError, match="mark is made of"):
        ics.write(a_draft(mark=mark), stamped_at=STAMPED_AT)


@pytest.mark.parametrize("url", ["https://x.test/\r\nATTENDEE:mailto:a@b", "https://x.test/a b", "x\x00"])
def test_a_url_cannot_smuggle_in_a_line(url: str) -> None:
    with pytest.raises(ValueError, match="url holds"):
        ics.write(a_draft(url=url), stamped_at=STAMPED_AT)


def test_text_cannot_smuggle_in_a_line() -> None:
    evil = "tea\r\nATTENDEE:mailto:a@b\u2028BEGIN:VALARM\x0bEND:VEVENT\x00"
    text = ics.write(a_draft(title=evil, description=evil), stamped_at=STAMPED_AT)
    assert not re.search(r"(?m)^(ATTENDEE|BEGIN:VALARM)", text)
    assert len(text.splitlines()) == len(text.split("\r\n")) - 1


def test_no_module_but_three_touches_the_icalendar_library() -> None:
    folder = Path(ics.__file__).parent
    users = {
        path.name
        for path in folder.rglob("*.py")
        if re.search(r"(?m)^(import|from) icalendar", path.read_text())
    }
    assert users == {"ics.py", "recurrence.py", "zones.py"}
