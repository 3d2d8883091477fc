"""`events.list`: pages, filters, and sync tokens
(https://developers.google.com/workspace/calendar/api/guides/sync).

Tokens are opaque, belong to one calendar and to the parameters of their first list, and end on order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.demo.google_double.accounts import Accounts, StoredCalendar, StoredEvent
from service.demo.google_double.event_shown import instant, shown
from service.demo.google_double.reach import Caller, Reach, reach
from service.demo.google_double.recurrence import instances, series_end
from service.demo.google_double.rules import Call
from service.demo.google_double.wire import RefusalError

_DEFAULT_PAGE = 250
_LARGEST_PAGE = 2500
_NOT_BOUND = frozenset(
    ("syncToken", "pageToken", "maxResults", "fields", "alt", "prettyPrint", "key", "quotaUser", "timeZone")
)


@dataclass(frozen=True, slots=True)
class _Point:
    """What a token stands for: a calendar, the parameters, and everything up to that change."""

    calendar: str
    parameters: frozenset[tuple[str, str]]
    sequence: int


@dataclass(frozen=True, slots=True)
class _Page:
    point: _Point
    left: tuple[str, ...]


@dataclass
class EventLists:
    """`largest_page` makes pages smaller than asked for, as Google may. `changes_join_pages`: what changed
    since the first page comes once more on a later one, as people saw it at Google."""

    accounts: Accounts
    largest_page: int = _LARGEST_PAGE
    changes_join_pages: bool = False
    _sync: dict[str, _Point] = field(default_factory=dict)
    _pages: dict[str, _Page] = field(default_factory=dict)
    _ended: set[str] = field(default_factory=set)

    def expire_sync_tokens(self) -> None:
        """All that were given out so far answer 410 from now on."""
        self._ended |= set(self._sync)

    def list(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> dict[str, Any]:
        found = reach(self.accounts, caller, call.path["calendarId"])
        calendar = found.calendar
        if call.one("singleEvents") == "true":
            return _expanded(found, call)
        parameters = frozenset(
            (name, value) for name, values in call.query.items() if name not in _NOT_BOUND for value in values
        )
        here = _Point(calendar.id, parameters, self.accounts.last_sequence)
        page = self._continued(call, here) if call.one("pageToken") else self._begun(call, found, here)
        asked = int(call.one("maxResults") or _DEFAULT_PAGE)
        size = min(asked, self.largest_page, _LARGEST_PAGE)
        answer = _head(found, page.left[:size])
        if page.left[size:]:
            answer["nextPageToken"] = self._keep(self._pages, _Page(page.point, page.left[size:]))
        elif "orderBy" not in call.query and "q" not in call.query:
            answer["nextSyncToken"] = self._keep(self._sync, page.point)
        return answer

    def _begun(self, call: Call, found: Reach, here: _Point) -> _Page:
        calendar = found.calendar
        token = call.one("syncToken")
        since = self._since(token, here) if token is not None else None
        listed = sorted(calendar.events.items(), key=lambda item: item[1].sequence)
        left = tuple(
            event_id
            for event_id, event in listed
            if (event.sequence > since if since is not None else _stands(calendar, event, call))
        )
        return _Page(here, left)

    def _continued(self, call: Call, here: _Point) -> _Page:
        page = self._pages.get(call.one("pageToken") or "")
        if page is None or (page.point.calendar, page.point.parameters) != (here.calendar, here.parameters):
            raise RefusalError(400, "invalid", "Invalid Value", location="pageToken")
        if not self.changes_join_pages:
            return page
        events = self.accounts.calendars[here.calendar].events
        again = (each for each, event in events.items() if event.sequence > page.point.sequence)
        return _Page(page.point, (*page.left, *(each for each in again if each not in page.left)))

    def _since(self, token: str, here: _Point) -> int:
        point = self._sync.get(token)
        if point is None or point.calendar != here.calendar or point.parameters != here.parameters:
            raise RefusalError(400, "invalid", "Invalid Value", location="syncToken")
        # https://developers.google.com/workspace/calendar/api/guides/sync: a change of access ends them, too.
        if token in self._ended or point.sequence < self.accounts.calendars[point.calendar].shared_at:
            said = "Sync token is no longer valid, a full sync is required."
            raise RefusalError(410, "fullSyncRequired", said, location="syncToken")
        return point.sequence

    def _keep(self, kept: dict[str, Any], point: _Point | _Page) -> str:
        token = f"C{self.accounts.name().upper()}="
        kept[token] = point
        return token


def _head(found: Reach, ids: tuple[str, ...]) -> dict[str, Any]:
    calendar = found.calendar
    return {
        "kind": "calendar#events",
        "etag": calendar.etag,
        "summary": calendar.summary,
        "description": calendar.description,
        "updated": max((event.updated for event in calendar.events.values()), default="1970-01-01T00:00:00Z"),
        "timeZone": calendar.time_zone,
        "accessRole": found.role,
        "defaultReminders": [],
        "items": [shown(calendar, calendar.events[each], words=found.words) for each in ids],
    }


def _expanded(found: Reach, call: Call) -> dict[str, Any]:
    """`singleEvents=true` between two bounds, on one page: each occurrence of a series by itself."""
    low, high, calendar = call.one("timeMin"), call.one("timeMax"), found.calendar
    if low is None or high is None or "syncToken" in call.query or "pageToken" in call.query:
        raise RefusalError(501, "notPlayed", "The double expands series between two bounds only.")
    start, end = (instant({"dateTime": bound}, calendar.time_zone) for bound in (low, high))
    items = [
        shown(calendar, one, words=found.words)
        for event in calendar.events.values()
        if not event.cancelled
        for one in instances(calendar, event, start, end)
    ]
    return {**_head(found, ()), "items": items}


def _stands(calendar: StoredCalendar, event: StoredEvent, call: Call) -> bool:
    if event.cancelled:
        wanted = call.one("showDeleted") == "true" or "recurringEventId" in event.resource
        return wanted and event.sequence > calendar.forgotten
    return _has_properties(event, call) and _has_words(event, call) and _in_bounds(calendar, event, call)


def _has_properties(event: StoredEvent, call: Call) -> bool:
    """All constraints must match: the reference says so, the guide says that one is enough. One is all
    that anybody should send."""
    properties = event.resource.get("extendedProperties") or {}
    for name, kind in (("privateExtendedProperty", "private"), ("sharedExtendedProperty", "shared")):
        for constraint in call.query.get(name, ()):
            key, _, value = constraint.partition("=")
            if (properties.get(kind) or {}).get(key) != value:
                return False
    uid = call.one("iCalUID")
    return uid is None or event.resource.get("iCalUID", f"{event.resource['id']}@google.com") == uid


def _has_words(event: StoredEvent, call: Call) -> bool:
    words = (call.one("q") or "").casefold()
    text = " ".join(str(event.resource.get(name, "")) for name in ("summary", "description", "location"))
    return words in text.casefold()


def _in_bounds(calendar: StoredCalendar, event: StoredEvent, call: Call) -> bool:
    """timeMin bounds the end and timeMax the start, both exclusive (reference, events/list)."""
    low, high, changed = call.one("timeMin"), call.one("timeMax"), call.one("updatedMin")
    zone = calendar.time_zone
    if low is not None:
        end = series_end(event.resource, zone)
        if end is not None and end <= instant({"dateTime": low}, zone):
            return False
    if high is not None and instant(event.resource["start"], zone) >= instant({"dateTime": high}, zone):
        return False
    return changed is None or instant({"dateTime": event.updated}, zone) >= instant(
        {"dateTime": changed}, zone
    )
