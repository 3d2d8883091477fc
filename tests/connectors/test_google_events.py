"""Entries as Google's events and back: nothing gets lost, and every edit of a person's shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import ics
from connectors.content_lines import UnreadableEventError
from connectors.google.events import (
    FIELDS,
    body_of,
    lines_of,
    new_event,
    own_addresses,
    text_of,
    timing_lines,
)
from connectors.identity import entry_uid, google_event_id, uid_of_google_event
from connectors.model import EntryDraft, TimeRange
from tests.connectors.events import a_draft

WEEK = TimeRange(datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC))


def read(event: dict[str, Any], *, uid: str = "u", zone: str = "Europe/Berlin") -> ics.EventReading:
    return ics.read(
        text_of([lines_of(uid, event)]), window=WEEK, time_zone=zone, addresses=own_addresses(event)
    )


def stored(draft: EntryDraft, **changes: Any) -> dict[str, Any]:
    """The event as Google gives it back: defaults left out, times in the calendar's zone."""
    event = new_event(draft)
    if event["transparency"] == "opaque":
        del event["transparency"]
    if event["visibility"] == "default":
        del event["visibility"]
    for end in ("start", "end"):
        at = datetime.fromisoformat(event[end]["dateTime"])
        event[end] = {"dateTime": at.astimezone().isoformat(), "timeZone": "America/New_York"}
    if not event["reminders"]["overrides"]:
        event["reminders"] = {"useDefault": False}
    return {"status": "confirmed", "etag": '"1"', "iCalUID": f"{event['id']}@google.com", **event, **changes}


@pytest.mark.parametrize(
    "draft",
    [
        a_draft(),
        a_draft(busy=True, private=True, alarm_minutes_before=10),
        a_draft(alarm_minutes_before=0),
        a_draft(title="Bins; glass, paper \\ “lids” ✓", description="a\r\nb\n\nc\x00d"),
        a_draft(title=" x", description=""),
    ],
)
def test_an_entry_reads_as_it_was_written(draft: EntryDraft) -> None:
    found = read(stored(draft))
    assert found.fingerprint == ics.fingerprint(draft)
    assert (found.start_at, found.end_at) == (draft.time.start_at, draft.time.end_at)
    assert (found.busy, found.recurring, found.mark) == (draft.busy, False, draft.mark)


@pytest.mark.parametrize(
    "edit",
    [
        {"summary": "Close-down: kitchen"},
        {"description": "else"},
        {"start": {"dateTime": "2026-11-03T20:15:00+01:00"}},
        {"end": {"dateTime": "2026-11-03T21:15:00+01:00"}},
        {"transparency": "opaque"},
        {"visibility": "private"},
        {"visibility": "confidential"},
        {"location": "Kitchen"},
        {"colorId": "4"},
        {"attendees": [{"email": "ben@example.org"}]},
        {"attachments": [{"fileUrl": "https://drive.example.org/1"}]},
        {"conferenceData": {"conferenceId": "abc"}},
        {"recurrence": ["RRULE:FREQ=DAILY"]},
        {"reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}},
    ],
)
def test_whatever_a_person_changes_is_seen(edit: dict[str, Any]) -> None:
    draft = a_draft()
    assert read(stored(draft, **edit)).fingerprint != ics.fingerprint(draft)
    assert next(iter(edit)) in FIELDS, "what is not asked for cannot be seen"


def test_the_reminders_of_the_whole_calendar_are_no_edit() -> None:
    draft = a_draft()
    assert read(stored(draft, reminders={"useDefault": True})).fingerprint == ics.fingerprint(draft)


@pytest.mark.parametrize(
    ("title", "gesture"), [("x Bins", "done"), ("✓ Bins", "done"), ("> Bins", "hand_over"), ("Bins", "none")]
)
def test_gestures_mean_what_they_mean_everywhere(title: str, gesture: str) -> None:
    assert read(stored(a_draft(), summary=title)).gesture == gesture


def test_a_body_names_every_field_so_that_a_patch_leaves_nothing_behind() -> None:
    body = body_of(a_draft())
    assert body == {
        "summary": "Close-down: kitchen, bottles, bag",
        "description": "Done means: the kitchen is dark.\n\nYour week: https://offplate.test/week",
        "start": {"dateTime": "2026-11-03T19:00:00Z"},
        "end": {"dateTime": "2026-11-03T19:45:00Z"},
        "transparency": "transparent",
        "visibility": "default",
        "reminders": {"useDefault": False, "overrides": []},
        "extendedProperties": {"private": {"offplate": "close-down.2.0"}},
    }
    assert new_event(a_draft())["id"] == "0gn7pjc7l7pvlica5rgmnn5vfkvmo5no"


def test_the_link_back_is_sent_where_it_is_one() -> None:
    assert body_of(a_draft(url="https://offplate.test/week"))["source"] == {
        "title": "Offplate",
        "url": "https://offplate.test/week",
    }
    assert "source" not in body_of(a_draft(url="javascript:alert(1)"))


@pytest.mark.parametrize(("asked", "sent"), [(-5, 0), (100_000, 40_320)])
def test_an_alarm_keeps_to_what_google_takes(asked: int, sent: int) -> None:
    overrides = body_of(a_draft(alarm_minutes_before=asked))["reminders"]["overrides"]
    assert overrides == [{"method": "popup", "minutes": sent}]


def test_a_series_keeps_its_clock_time_over_a_change_of_clocks() -> None:
    event = {
        "summary": "Choir",
        "start": {"dateTime": "2026-10-20T19:00:00+02:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-10-20T20:00:00+02:00", "timeZone": "Europe/Berlin"},
        "recurrence": ["RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Berlin:20261027T190000"],
    }
    (time,) = read(event, zone="UTC").times
    assert time.start_at == datetime(2026, 11, 3, 18, tzinfo=UTC)


def test_changed_and_cancelled_occurrences_belong_to_their_series() -> None:
    daily = {
        "start": {"dateTime": "2026-11-02T08:00:00Z"},
        "end": {"dateTime": "2026-11-02T09:00:00Z"},
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
    }
    moved = {
        "recurringEventId": "a",
        "originalStartTime": {"dateTime": "2026-11-03T08:00:00Z"},
        "start": {"dateTime": "2026-11-03T12:00:00Z"},
        "end": {"dateTime": "2026-11-03T13:00:00Z"},
    }
    off = {
        "status": "cancelled",
        "recurringEventId": "a",
        "originalStartTime": {"dateTime": "2026-11-04T08:00:00Z"},
    }
    text = text_of(timing_lines("u", each) for each in (daily, moved, off))
    times = ics.read(text, window=WEEK, time_zone="UTC").times
    assert [f"{time.start_at:%d %H}" for time in times] == ["02 08", "03 12"]


def test_all_day_events_are_days_of_the_person() -> None:
    found = read({"start": {"date": "2026-11-03"}, "end": {"date": "2026-11-04"}})
    assert found.start_at == datetime(2026, 11, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"start": {}},
        {"start": {"dateTime": "2026-11-03T19:00:00"}},
        {"start": {"dateTime": "tomorrow"}},
        {"start": {"date": 5}},
        {"start": "soon"},
        {"start": {"dateTime": "2026-11-03T19:00:00Z"}, "end": {"dateTime": None}},
        {"start": {"dateTime": "2026-11-03T19:00:00Z"}, "end": {"dateTime": "2029-11-03T19:00:00Z"}},
    ],
)
def test_an_event_that_makes_no_sense_is_refused_and_not_quoted(event: dict[str, Any]) -> None:
    with pytest.raises(UnreadableEventError) as raised:
        read({"summary": "Psychiatrist", **event})
    assert "Psychiatrist" not in str(raised.value)


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../passwd", "", "Europe"])
def test_an_unknown_zone_leaves_the_offset(zone: str) -> None:
    moment = {"dateTime": "2026-11-03T19:00:00+05:00", "timeZone": zone}
    assert read({"start": moment, "end": moment}).start_at == datetime(2026, 11, 3, 14, tzinfo=UTC)


def test_no_field_can_end_its_line() -> None:
    nasty = "a\r\nDTSTART:20200101T000000Z\u2028\x85UID:b"
    event = stored(
        a_draft(),
        summary=nasty,
        location=nasty,
        attendees=[{"email": nasty}],
        recurrence=["RRULE:X\r\nUID:z"],
    )
    assert sum(line.startswith("DTSTART") for line in text_of([lines_of("u", event)]).splitlines()) == 1
    assert read(event).start_at == a_draft().time.start_at


def test_what_is_remembered_of_a_series_holds_no_word() -> None:
    event = {**stored(a_draft()), "recurrence": ["RRULE:FREQ=DAILY"], "location": "Clinic"}
    kept = "\n".join(timing_lines("u", event))
    assert "RRULE" in kept
    assert not any(word in kept for word in ("Close", "Done", "Clinic", "dark"))


def test_ids_lead_to_uids_and_back() -> None:
    uid = entry_uid("here", "home", "bins", 3)
    event_id = google_event_id(uid)
    assert set(event_id) <= set("0123456789abcdefghijklmnopqrstuv")
    assert len(event_id) == 32
    assert uid_of_google_event(event_id, f"{event_id}@google.com") == uid
    assert uid_of_google_event("6cqj8c1ncdqm", "6cqj8c1ncdqm@google.com") == "6cqj8c1ncdqm@google.com"
    assert uid_of_google_event("6cqj8c1ncdqm", "") == "6cqj8c1ncdqm"
    assert google_event_id("theirs@app") != google_event_id("others@app")
