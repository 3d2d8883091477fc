"""iCalendar text (RFC 5545) to our model and back; pure, and never anything but VEVENT."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from connectors.model import EntryDraft, Gesture, TimeRange
from connectors.recurrence import UnreadableEventError

_MARK = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class EventReading:
    """What one resource says about this person's time; `note` is a sentence about what was simplified."""

    uid: str
    start_at: datetime | None
    end_at: datetime | None
    times: tuple[TimeRange, ...]
    busy_times: tuple[TimeRange, ...]
    busy: bool
    recurring: bool
    gesture: Gesture
    fingerprint: str
    mark: str | None
    note: str | None


def write(draft: EntryDraft, *, stamped_at: datetime, sequence: int = 0) -> str:
    """One VCALENDAR with one VEVENT, CRLF line ends, times in UTC.

    Raises:
        ValueError: `draft.mark` holds anything but letters, digits, dot, underscore or hyphen.
    """
    if not _MARK.fullmatch(draft.mark):
        raise ValueError("a block's mark is made of letters, digits, '.', '_' and '-'")
    event = icalendar.Event()
    event.add("UID", draft.uid)
    event.add("DTSTAMP", stamped_at.astimezone(UTC))
    event.add("LAST-MODIFIED", stamped_at.astimezone(UTC))
    event.add("SEQUENCE", sequence)
    event.add("DTSTART", draft.time.start_at.replace(microsecond=0))
    event.add("DTEND", draft.time.end_at.replace(microsecond=0))
    event.add("SUMMARY", draft.title)
    event.add("DESCRIPTION", draft.description)
    if draft.url:
        event.add("URL", draft.url)
    event.add("TRANSP", "OPAQUE" if draft.busy else "TRANSPARENT")
    event.add("CLASS", "PRIVATE" if draft.private else "PUBLIC")
    event.add("X-OFFPLATE-BLOCK", draft.mark)
    if draft.alarm_minutes_before is not None:
        alarm = icalendar.Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", draft.title)
        alarm.add("TRIGGER", timedelta(minutes=-draft.alarm_minutes_before))
        event.add_component(alarm)
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Offplate//Offplate//EN")
    calendar.add_component(event)
    return calendar.to_ical().decode()


def fingerprint(draft: EntryDraft) -> str:
    """A short hash of what a person may change: title, text, time, busy, private, alarm."""
    return _fingerprint(
        draft.title, draft.description, draft.time.start_at, draft.time.end_at, draft.busy, draft.private,
        draft.alarm_minutes_before,
    )


def read(
    text: str | bytes, *, window: TimeRange, time_zone: str, addresses: Sequence[str] = ()
) -> EventReading:
    """What the resource says about this person's time inside `window`.

    Raises:
        UnreadableEventError: the text is broken or hostile; skip this event and report the reason.
    """
    try:
        return _read(text, window, ZoneInfo(time_zone))
    except UnreadableEventError:
        raise
    except Exception as err:
        raise UnreadableEventError(f"cannot be read ({type(err).__name__})") from None


def might_overlap(text: str | bytes, window: TimeRange) -> bool:
    """Whether `read` could find an occurrence inside `window`; true when unsure."""
    return True


def _read(text: str | bytes, window: TimeRange, zone: ZoneInfo) -> EventReading:
    calendar = icalendar.Calendar.from_ical(text)
    events = calendar.walk("VEVENT")
    if not events:
        raise UnreadableEventError("holds no event")
    first = next((e for e in events if "RECURRENCE-ID" not in e), events[0])
    busy = str(first.get("TRANSP", "OPAQUE")) != "TRANSPARENT" and first.get("STATUS") != "CANCELLED"
    found = recurring_ical_events.of(calendar).between(window.start_at, window.end_at)
    times = tuple(sorted(TimeRange(_at(e.start, zone), _at(e.end, zone)) for e in found if e.start < e.end))
    start_at, end_at = _at(first.start, zone), _at(first.end, zone)
    title = str(first.get("SUMMARY", ""))
    alarm = next((-int(a["TRIGGER"].dt.total_seconds()) // 60 for a in first.walk("VALARM")), None)
    return EventReading(
        uid=str(first.get("UID", "")),
        start_at=start_at,
        end_at=end_at,
        times=times,
        busy_times=times if busy else (),
        busy=busy,
        recurring="RRULE" in first or "RDATE" in first,
        gesture=_gesture(title),
        fingerprint=_fingerprint(
            title, str(first.get("DESCRIPTION", "")), start_at, end_at, busy,
            str(first.get("CLASS", "PUBLIC")) != "PUBLIC", alarm,
        ),
        mark=str(first["X-OFFPLATE-BLOCK"]) if "X-OFFPLATE-BLOCK" in first else None,
        note=None,
    )


def _at(moment: date, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _gesture(title: str) -> Gesture:
    if re.match(r"✓|[xX](\W|$)", title.strip()):
        return "done"
    return "hand_over" if title.strip().startswith(">") else "none"


def _fingerprint(*said: object) -> str:
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:16]
