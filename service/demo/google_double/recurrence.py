"""When a stored event happens, series and their changed occurrences included (RFC 5545 section 3.8.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

from service.demo.google_double.accounts import StoredCalendar, StoredEvent
from service.demo.google_double.event_shown import instant


def busy_times(calendar: StoredCalendar, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Merged, cut to the range, in order; what is transparent or declined does not count."""
    found = sorted(
        time
        for event in calendar.events.values()
        if not event.cancelled and _counts(event.resource)
        for time in _occurrences(calendar, event.resource, start, end)
    )
    merged: list[tuple[datetime, datetime]] = []
    for begins, ends in found:
        begins, ends = max(begins, start), min(ends, end)
        if merged and begins <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], ends)
        elif begins < ends:
            merged.append((begins, ends))
    return merged


def instances(
    calendar: StoredCalendar, event: StoredEvent, start: datetime, end: datetime
) -> Iterator[StoredEvent]:
    """The event where it happens in the range: itself, or each occurrence of a series as one of its own
    (https://developers.google.com/workspace/calendar/api/guides/recurringevents)."""
    resource = event.resource
    for begins, ends in _occurrences(calendar, resource, start, end):
        if not resource.get("recurrence"):
            yield event
            continue
        moments = {"start": {"dateTime": begins.isoformat()}, "end": {"dateTime": ends.isoformat()}}
        one = {name: value for name, value in resource.items() if name != "recurrence"} | moments
        one |= {"id": f"{resource['id']}_{begins:%Y%m%dT%H%M%SZ}", "recurringEventId": resource["id"]}
        yield replace(event, resource=one | {"originalStartTime": moments["start"]})


def series_end(resource: Mapping[str, Any], zone: str) -> datetime | None:
    """When it ends for good, `None` where a series makes that not worth asking."""
    return None if resource.get("recurrence") else instant(resource["end"], zone)


def _counts(resource: Mapping[str, Any]) -> bool:
    declined = any(
        guest.get("self") and guest.get("responseStatus") == "declined"
        for guest in resource.get("attendees") or ()
    )
    return resource.get("transparency") != "transparent" and not declined


def _occurrences(
    calendar: StoredCalendar, resource: Mapping[str, Any], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    first, last = instant(resource["start"], calendar.time_zone), instant(resource["end"], calendar.time_zone)
    if not resource.get("recurrence"):
        return [(first, last)] if last > start and first < end else []
    zone = ZoneInfo(resource["start"].get("timeZone") or calendar.time_zone)
    changed = {
        instant(each.resource["originalStartTime"], calendar.time_zone)
        for each in calendar.events.values()
        if each.resource.get("recurringEventId") == resource["id"]
    }
    rule = _rule(resource, first, zone)
    margin = timedelta(days=1) + (last - first)
    near = rule.between(
        start.astimezone(zone).replace(tzinfo=None) - margin,
        end.astimezone(zone).replace(tzinfo=None) + margin,
        inc=True,
    )
    starts = [at.replace(tzinfo=zone).astimezone(UTC) for at in near]
    times = [(at, at + (last - first)) for at in starts if at not in changed]
    return [(begins, ends) for begins, ends in times if ends > start and begins < end]


def is_recurrence(resource: Mapping[str, Any], calendar_zone: str) -> bool:
    """Whether the lines of its recurrence can be understood."""
    try:
        _rule(resource, instant(resource["start"], calendar_zone), ZoneInfo(calendar_zone))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError):
        return False
    return True


def _rule(resource: Mapping[str, Any], first: datetime, zone: ZoneInfo) -> rruleset:
    """In the wall time of its zone, so that a series keeps its hour over a change of clocks."""
    wall = first.astimezone(zone).replace(tzinfo=None)
    lines = "\n".join(_local(line, zone) for line in resource["recurrence"])
    found: rruleset = rrulestr(lines, dtstart=wall, forceset=True)
    return found


def _local(line: str, zone: ZoneInfo) -> str:
    """The line with its moments in wall time, as dateutil wants all of them alike."""
    head, _, values = line.partition(":")
    name = head.partition(";")[0]
    if name in ("EXDATE", "RDATE"):
        return f"{name}:{','.join(_wall(value, zone) for value in values.split(','))}"
    parts = [
        f"UNTIL={_wall(part[6:], zone)}" if part.startswith("UNTIL=") else part for part in values.split(";")
    ]
    return f"{name}:{';'.join(parts)}"


def _wall(value: str, zone: ZoneInfo) -> str:
    if not value.endswith("Z"):
        return value
    at = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return f"{at.astimezone(zone):%Y%m%dT%H%M%S}"
