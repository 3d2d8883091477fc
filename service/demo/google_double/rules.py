"""What Google's documentation forbids in prose, where the discovery document's types do not say it.

Each rule names its source, so that its strictness can be argued with. `K` is common knowledge that no
page states: a rule marked so may be stricter than Google is, never laxer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

_REFERENCE = "https://developers.google.com/workspace/calendar/api/v3/reference/"
_GUIDES = "https://developers.google.com/workspace/calendar/api/guides/"
_EVENTS = f"{_REFERENCE}events"
_LIST = f"{_REFERENCE}events/list"
_FREEBUSY = f"{_REFERENCE}freebusy/query"

ZONES = available_timezones()


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the types have let through."""

    method: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, list[str]] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    def one(self, name: str) -> str | None:
        return self.query[name][0] if name in self.query else None


@dataclass(frozen=True, slots=True)
class Rule:
    methods: frozenset[str]
    source: str
    broken: Callable[[Call], Iterator[str]]


_WITH_TOKEN = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax",
    "updatedMin",
)  # fmt: skip


def _beside_token(call: Call) -> Iterator[str]:
    if "syncToken" in call.query:
        yield from (
            f"{name} cannot be specified together with syncToken"
            for name in _WITH_TOKEN
            if name in call.query
        )
        if call.one("showDeleted") == "false":
            yield "showDeleted cannot be false together with syncToken"


def _order(call: Call) -> Iterator[str]:
    if call.one("orderBy") == "startTime" and call.one("singleEvents") != "true":
        yield "orderBy=startTime needs singleEvents=true"


def _time_bounds(call: Call) -> Iterator[str]:
    start, end = call.one("timeMin"), call.one("timeMax")
    if start and end and datetime.fromisoformat(start) >= datetime.fromisoformat(end):
        yield "timeMin is not before timeMax"


def _property_filters(call: Call) -> Iterator[str]:
    for name in ("privateExtendedProperty", "sharedExtendedProperty"):
        yield from (f"{name} is not name=value" for each in call.query.get(name, ()) if "=" not in each)


def _ids(call: Call) -> Iterator[str]:
    event_id = call.body.get("id")
    if event_id is None:
        return
    if not re.fullmatch(r"[0-9a-v]{5,1024}", event_id):
        yield "id is not of 5 to 1024 characters out of 0-9 and a-v"
    if call.body.get("iCalUID") is not None:
        yield "id and iCalUID are both there"


def _moments(call: Call) -> Iterator[str]:
    start, end = call.body.get("start"), call.body.get("end")
    original = call.body.get("originalStartTime")
    for name, moment in (("start", start), ("end", end), ("originalStartTime", original)):
        if moment is not None:
            yield from _moment(name, moment, series=bool(call.body.get("recurrence")))
    if not start or not end:
        return
    if bool(start.get("date")) != bool(end.get("date")):
        yield "start is a day and end is a time, or the reverse"
    elif _later(start, end):
        yield "The specified time range is empty."


def _later(start: Mapping[str, Any], end: Mapping[str, Any]) -> bool:
    if start.get("date"):
        return bool(start["date"] > end["date"])
    if not start.get("dateTime") or not end.get("dateTime"):
        return False
    first, last = datetime.fromisoformat(start["dateTime"]), datetime.fromisoformat(end["dateTime"])
    return (first.tzinfo is None) == (last.tzinfo is None) and first > last


def _moment(name: str, moment: Mapping[str, Any], *, series: bool) -> Iterator[str]:
    day, time, zone = moment.get("date"), moment.get("dateTime"), moment.get("timeZone")
    if (day is None) == (time is None):
        yield f"{name} needs either date or dateTime"
    elif time is not None and zone is None and datetime.fromisoformat(time).tzinfo is None:
        yield f"{name}.dateTime has no offset and {name}.timeZone is missing"
    if zone is not None and zone not in ZONES:
        yield f"{name}.timeZone is no IANA zone"
    if time is not None and series and zone is None:
        yield f"{name}.timeZone is required for a series"


def _reminders(call: Call) -> Iterator[str]:
    reminders = call.body.get("reminders") or {}
    overrides = reminders.get("overrides") or []
    if reminders.get("useDefault") and overrides:
        yield "reminders: useDefault and overrides are both there"
    if len(overrides) > 5:
        yield "reminders: more than 5 overrides"
    for each in overrides:
        if each.get("method") not in ("popup", "email"):
            yield "reminders: the method is neither popup nor email"
        if not 0 <= each.get("minutes", -1) <= 40320:
            yield "reminders: minutes are not between 0 and 40320"


def _source(call: Call) -> Iterator[str]:
    url = (call.body.get("source") or {}).get("url")
    if url is not None and not re.match(r"https?://", url):
        yield "source.url is neither http nor https"


_VALUES = {
    "status": ("confirmed", "tentative", "cancelled"),
    "transparency": ("opaque", "transparent"),
    "visibility": ("default", "public", "private", "confidential"),
    "eventType": ("birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation"),
}


def _values(call: Call) -> Iterator[str]:
    for name, allowed in _VALUES.items():
        value = call.body.get(name)
        if value is not None and value not in allowed:
            yield f"{name} is none of {', '.join(allowed)}"


def _recurrence(call: Call) -> Iterator[str]:
    for line in call.body.get("recurrence") or ():
        if not re.match(r"(?:RRULE|EXRULE|RDATE|EXDATE)[;:]", line):
            yield "recurrence holds a line that is no RRULE, EXRULE, RDATE or EXDATE"


def _guests(call: Call) -> Iterator[str]:
    if any(not guest.get("email") for guest in call.body.get("attendees") or ()):
        yield "attendees: a guest has no email"


def _properties(call: Call) -> Iterator[str]:
    for kind in ("private", "shared"):
        for name, value in ((call.body.get("extendedProperties") or {}).get(kind) or {}).items():
            if len(name) > 44 or len(value or "") > 1024:
                yield f"extendedProperties.{kind}.{name[:20]} is longer than 44 and 1024 characters"


def _zone(call: Call) -> Iterator[str]:
    zone = call.body.get("timeZone")
    if zone is not None and zone not in ZONES:
        yield "timeZone is no IANA zone"


def _busy_question(call: Call) -> Iterator[str]:
    start, end = call.body.get("timeMin"), call.body.get("timeMax")
    if start is None or end is None:
        yield "timeMin and timeMax are required"
    elif datetime.fromisoformat(start) >= datetime.fromisoformat(end):
        yield "The specified time range is empty."
    items = call.body.get("items") or []
    if len(items) > 50 or call.body.get("calendarExpansionMax", 50) > 50:
        yield "more than 50 calendars"
    yield from (f"items[{number}].id is required" for number, item in enumerate(items) if not item.get("id"))


def _busy_range(call: Call) -> Iterator[str]:
    start, end = call.body.get("timeMin"), call.body.get("timeMax")
    if start and end and datetime.fromisoformat(end) - datetime.fromisoformat(start) > timedelta(days=62):
        yield "The requested time range is too long."


_WRITES = frozenset(("events.insert", "events.patch", "events.update", "events.import"))
_LISTS = frozenset(("events.list",))
_BUSY = frozenset(("freebusy.query",))
_CALENDARS = frozenset(("calendars.insert", "calendars.patch", "calendars.update"))

RULES = (
    Rule(_LISTS, f"{_LIST} (syncToken)", _beside_token),
    Rule(_LISTS, f"{_LIST} (orderBy)", _order),
    Rule(_LISTS, f"{_LIST} (timeMin, timeMax)", _time_bounds),
    Rule(_LISTS, f"{_LIST} (privateExtendedProperty)", _property_filters),
    Rule(_WRITES - {"events.import"}, f"{_EVENTS} (id, iCalUID)", _ids),
    Rule(_WRITES, f"{_EVENTS} (start, end); K for the empty range", _moments),
    Rule(_WRITES, f"{_EVENTS} (reminders)", _reminders),
    Rule(_WRITES, f"{_EVENTS} (source.url)", _source),
    Rule(_WRITES, f"{_EVENTS} (status, transparency, visibility, eventType)", _values),
    Rule(_WRITES, f"{_EVENTS} (recurrence)", _recurrence),
    Rule(_WRITES, f"{_EVENTS} (attendees[].email)", _guests),
    Rule(_WRITES, f"K; {_GUIDES}extended-properties", _properties),
    Rule(_CALENDARS, f"{_REFERENCE}calendars (timeZone)", _zone),
    Rule(_BUSY, f"{_FREEBUSY} (timeMin, timeMax, calendarExpansionMax)", _busy_question),
    Rule(_BUSY, "K: no page says how long; people report refusals between two and three months", _busy_range),
)  # fmt: skip


def broken_rules(call: Call) -> list[tuple[str, str]]:
    """What is wrong, and the source that says so."""
    return [
        (said, rule.source) for rule in RULES if call.method in rule.methods for said in rule.broken(call)
    ]
