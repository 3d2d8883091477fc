"""An event as Google answers it: defaults left out, times in the calendar's zone, its own fields added
(https://developers.google.com/workspace/calendar/api/v3/reference/events#resource). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.demo.google_double.accounts import StoredCalendar, StoredEvent
from service.demo.google_double.discovery import SCHEMAS

DEFAULTS = {
    name: said["default"] == "true" if said["type"] == "boolean" else said["default"]
    for name, said in SCHEMAS["Event"]["properties"].items()
    if "default" in said and name not in ("kind", "eventType")
}
_OURS_TO_SAY = ("kind", "etag", "htmlLink", "created", "updated", "creator", "organizer", "eventType")


def shown(calendar: StoredCalendar, event: StoredEvent, *, words: bool = True) -> dict[str, Any]:
    """The Event resource. Of a deleted one only what Google promises; without `words` only times."""
    head = {"kind": "calendar#event", "etag": event.etag, "id": event.resource["id"]}
    if event.cancelled:
        kept = ("recurringEventId", "originalStartTime")
        return (
            head
            | {"status": "cancelled"}
            | {name: event.resource[name] for name in kept if name in event.resource}
        )
    found = {
        name: deepcopy(value)
        for name, value in event.resource.items()
        if name not in _OURS_TO_SAY and value is not None and DEFAULTS.get(name) != value
    }
    for name in ("start", "end", "originalStartTime"):
        if name in found:
            found[name] = _moment(found[name], calendar.time_zone)
    if not words:
        times = ("status", "start", "end", "recurrence", "recurringEventId", "originalStartTime")
        found = {name: found[name] for name in times if name in found} | {"visibility": "private"}
    found.setdefault("status", "confirmed")
    found.setdefault("iCalUID", f"{event.resource['id']}@google.com")
    found.setdefault("reminders", {"useDefault": True})
    return {
        **found,
        **head,
        "htmlLink": f"https://www.google.com/calendar/event?eid={event.resource['id']}",
        "created": event.created,
        "updated": event.updated,
        "creator": {"email": calendar.owner, "self": True},
        "organizer": {"email": calendar.id, "displayName": calendar.summary, "self": True},
        "sequence": event.revision,
        "eventType": "default",
    }


def _moment(moment: Mapping[str, Any], calendar_zone: str) -> dict[str, Any]:
    if "dateTime" not in moment or moment["dateTime"] is None:
        return {"date": moment["date"]}
    at = instant(moment, calendar_zone).astimezone(ZoneInfo(calendar_zone))
    written = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"dateTime": written, "timeZone": moment.get("timeZone") or calendar_zone}


def instant(moment: Mapping[str, Any], calendar_zone: str) -> datetime:
    """The moment in UTC; a day begins at midnight in the calendar's zone."""
    if moment.get("date"):
        return datetime.fromisoformat(moment["date"]).replace(tzinfo=ZoneInfo(calendar_zone)).astimezone(UTC)
    at = datetime.fromisoformat(moment["dateTime"])
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(moment.get("timeZone") or calendar_zone))
    return at.astimezone(UTC)


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """PATCH: objects are merged, null takes a field away, lists are replaced
    (https://developers.google.com/workspace/calendar/api/guides/performance#patch; K for lists)."""
    result = dict(old)
    for name, value in new.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = deepcopy(value)
    return result
