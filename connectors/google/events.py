"""An entry as Google's event, and Google's event as the iCalendar text that `ics` reads. Pure.

Events are read through `ics`, as those of every other provider: a gesture, a fingerprint and an
occurrence mean the same everywhere. Field names are those of the Event resource
(https://developers.google.com/workspace/calendar/api/v3/reference/events).
Never sent: guests, notifications, a repetition, a place, a colour, a status.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from connectors import ics
from connectors.content_lines import UnreadableEventError
from connectors.identity import google_event_id
from connectors.model import EntryDraft

Event = Mapping[str, Any]
"""An Event resource, or what `FIELDS` leaves of it."""

MARK = "offplate"
"""The private extended property that names the block; like every mark, a hint and no proof."""

FIELDS = (
    "id,status,etag,updated,iCalUID,summary,description,location,colorId,start,end,recurrence,"
    "recurringEventId,originalStartTime,transparency,visibility,attendees(email,self,responseStatus),"
    "reminders,attachments/fileUrl,conferenceData/conferenceId,extendedProperties/private"
)
"""What we ask to be sent of an event in our own calendar: what a person may have changed."""

MOST_ALARM_MINUTES = 40_320

_RULE = re.compile(r"(?:RRULE|EXRULE|RDATE|EXDATE)[;:][\x20-\x7e]+")
_ANSWERS = {"declined": "DECLINED", "tentative": "TENTATIVE", "accepted": "ACCEPTED"}


def body_of(draft: EntryDraft) -> dict[str, Any]:
    """All that an entry sets, for insert (with `google_event_id`) and for patch, which merges.

    Each field is named even when it has its default value, or a patch would leave what stood there.
    Times are in UTC and without a zone of their own, so that they show in the calendar's zone.
    """
    alarm = draft.alarm_minutes_before
    overrides = (
        [] if alarm is None else [{"method": "popup", "minutes": min(max(alarm, 0), MOST_ALARM_MINUTES)}]
    )
    body: dict[str, Any] = {
        "summary": ics.writable(draft.title),
        "description": ics.writable(draft.description),
        "start": {"dateTime": _instant(draft.time.start_at)},
        "end": {"dateTime": _instant(draft.time.end_at)},
        "transparency": "opaque" if draft.busy else "transparent",
        "visibility": "private" if draft.private else "default",
        "reminders": {"useDefault": False, "overrides": overrides},
        "extendedProperties": {"private": {MARK: draft.mark}},
    }
    if urlsplit(draft.url).scheme in ("http", "https"):
        body["source"] = {"title": "Offplate", "url": draft.url}
    return body


def new_event(draft: EntryDraft) -> dict[str, Any]:
    """The body of an insert. The id is ours, so that a repeat is told apart from a second entry."""
    return {"id": google_event_id(draft.uid), **body_of(draft)}


def is_cancelled(event: Event) -> bool:
    """Gone: of such an event only the id is promised."""
    return event.get("status") == "cancelled"


def mark_of(event: Event) -> str | None:
    private = _mapping(_mapping(event.get("extendedProperties")).get("private"))
    mark = private.get(MARK)
    return mark if isinstance(mark, str) and mark else None


def own_addresses(event: Event) -> tuple[str, ...]:
    """Under which addresses the person is among the guests, as Google knows better than we do."""
    return tuple(
        _text(guest.get("email")) for guest in _mappings(event.get("attendees")) if guest.get("self")
    )


def lines_of(uid: str, event: Event) -> list[str]:
    """The event as content lines of one VEVENT (RFC 5545): what `ics` wants to know of it.

    Raises:
        UnreadableEventError: it has no start, or one that is no time.
    """
    lines = [f"UID:{_escaped(uid)}", *_when(event)]
    lines += [
        line for line in event.get("recurrence") or () if isinstance(line, str) and _RULE.fullmatch(line)
    ]
    lines += [
        f"SUMMARY:{_escaped(event.get('summary'))}",
        f"DESCRIPTION:{_escaped(event.get('description'))}",
    ]
    lines.append("TRANSP:TRANSPARENT" if event.get("transparency") == "transparent" else "TRANSP:OPAQUE")
    private = event.get("visibility") in ("private", "confidential")
    lines.append("CLASS:PRIVATE" if private else "CLASS:PUBLIC")
    if is_cancelled(event):
        lines.append("STATUS:CANCELLED")
    mark = mark_of(event)
    if mark is not None:
        lines.append(f"X-OFFPLATE-BLOCK:{_escaped(mark)}")
    return lines + _added_by_people(event) + _alarms(event)


def timing_lines(uid: str, event: Event) -> list[str]:
    """Of `lines_of`, those that say when: they hold no word, and may be remembered."""
    kept = (
        "UID",
        "DTSTART",
        "DTEND",
        "RECURRENCE-ID",
        "RRULE",
        "EXRULE",
        "RDATE",
        "EXDATE",
        "TRANSP",
        "STATUS",
    )
    return [line for line in lines_of(uid, event) if line.startswith(kept)]


def text_of(events: Iterable[Iterable[str]]) -> str:
    """One resource: an event, or a series and its changed occurrences, each as its lines."""
    parts = [line for lines in events for line in ("BEGIN:VEVENT", *lines, "END:VEVENT")]
    return "\r\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Google//API//EN", *parts, "END:VCALENDAR", "")
    )


def _when(event: Event) -> list[str]:
    """Start and end; a changed occurrence that was cancelled may have nothing but its original start."""
    original, start = _mapping(event.get("originalStartTime")), _mapping(event.get("start"))
    if not start and not original:
        raise UnreadableEventError("has no start")
    lines = [_moment("DTSTART", start or original)]
    if start and event.get("end"):
        lines.append(_moment("DTEND", _mapping(event.get("end"))))
    if event.get("recurringEventId") and original:
        lines.append(_moment("RECURRENCE-ID", original))
    return lines


def _moment(name: str, moment: Mapping[str, Any]) -> str:
    """A date as a date, a time in the zone that Google names, else in UTC.

    The zone matters where a series crosses a change of clocks; `dateTime` carries the offset.
    """
    try:
        if "date" in moment:
            return f"{name};VALUE=DATE:{datetime.fromisoformat(moment['date']):%Y%m%d}"
        at = datetime.fromisoformat(moment["dateTime"])
    except (ValueError, KeyError, TypeError):
        raise UnreadableEventError(f"has a {name} that is no time") from None
    if at.tzinfo is None:
        raise UnreadableEventError(f"has a {name} without an offset")
    zone = _zone(_text(moment.get("timeZone")))
    if zone is None or zone.key == "UTC":
        return f"{name}:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={zone.key}:{at.astimezone(zone):%Y%m%dT%H%M%S}"


def _zone(name: str) -> ZoneInfo | None:
    """The zone, `None` where it has no name or one that nobody knows: the offset is enough for once."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # unknown, malformed, or the name of a folder
        return None


def _added_by_people(event: Event) -> list[str]:
    """What an entry of ours never has: guests, a place, a colour, a file, a call."""
    lines = []
    for guest in _mappings(event.get("attendees")):
        answer = _ANSWERS.get(_text(guest.get("responseStatus")), "NEEDS-ACTION")
        lines.append(f"ATTENDEE;PARTSTAT={answer}:mailto:{_escaped(guest.get('email'))}")
    if event.get("location"):
        lines.append(f"LOCATION:{_escaped(event['location'])}")
    if event.get("colorId"):
        lines.append(f"COLOR:{_escaped(event['colorId'])}")
    if event.get("attachments") or event.get("conferenceData"):
        lines.append("CATEGORIES:added")  # iCalendar has other words for them; any edit is an edit
    return lines


def _alarms(event: Event) -> list[str]:
    """Reminders set for this event; those of the whole calendar are the phone's own and do not count."""
    reminders = _mapping(event.get("reminders"))
    if reminders.get("useDefault"):
        return []
    minutes = [each.get("minutes") for each in _mappings(reminders.get("overrides"))]
    return [
        line
        for each in minutes
        if isinstance(each, int)
        for line in ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-PT{max(each, 0)}M", "END:VALARM")
    ]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _escaped(value: Any) -> str:
    """TEXT (RFC 5545 section 3.3.11); whatever could end a line is escaped or left out."""
    text = ics.writable(_text(value)).replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace(";", "\\;").replace(",", "\\,")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
