"""The methods of events: one at a time. Lists are in `event_lists`.

https://developers.google.com/workspace/calendar/api/v3/reference/events
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.demo.google_double.accounts import Accounts, StoredCalendar, StoredEvent
from service.demo.google_double.event_shown import DEFAULTS, merged, shown
from service.demo.google_double.reach import Caller, Reach, insist_on_writing, reach
from service.demo.google_double.recurrence import is_recurrence
from service.demo.google_double.rules import Call, broken_rules
from service.demo.google_double.wire import RefusalError, not_found


@dataclass
class Events:
    accounts: Accounts

    def get(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> dict[str, Any]:
        """A deleted event is still answered (reference, events/get)."""
        found = reach(self.accounts, caller, call.path["calendarId"])
        return shown(found.calendar, _event(found, call), words=found.words)

    def insert(self, caller: Caller, call: Call, _headers: Mapping[str, str]) -> dict[str, Any]:
        """A taken id is a 409, and a deleted event keeps its id
        (https://developers.google.com/workspace/calendar/api/guides/version-resources)."""
        found = self._writable(caller, call)
        resource = {**call.body, "id": call.body.get("id") or self.accounts.name()}
        if resource["id"] in found.calendar.events:
            raise RefusalError(409, "duplicate", "The requested identifier already exists.")
        return self._put(found.calendar, resource)

    def patch(self, caller: Caller, call: Call, headers: Mapping[str, str]) -> dict[str, Any]:
        found = self._writable(caller, call)
        event = _event(found, call)
        _insist_on_match(event, headers)
        resource = merged(event.resource, {**call.body, "id": event.resource["id"]})
        _insist_on_living(event)
        return self._put(found.calendar, resource)

    def update(self, caller: Caller, call: Call, headers: Mapping[str, str]) -> dict[str, Any]:
        """What is not sent is gone, but for what belongs to the event itself."""
        found = self._writable(caller, call)
        event = _event(found, call)
        _insist_on_match(event, headers)
        _insist_on_living(event)
        kept: dict[str, Any] = {
            name: event.resource[name]
            for name in ("id", "iCalUID", "recurringEventId", "originalStartTime")
            if name in event.resource
        }
        return self._put(found.calendar, {**call.body, **kept})

    def delete(self, caller: Caller, call: Call, headers: Mapping[str, str]) -> None:
        found = self._writable(caller, call)
        event = _event(found, call)
        if event.cancelled:
            raise RefusalError(410, "deleted", "Resource has been deleted")
        _insist_on_match(event, headers)
        self.accounts.cancel(found.calendar, event.resource["id"])

    def _writable(self, caller: Caller, call: Call) -> Reach:
        found = reach(self.accounts, caller, call.path["calendarId"])
        insist_on_writing(found)
        return found

    def _put(self, calendar: StoredCalendar, resource: dict[str, Any]) -> dict[str, Any]:
        """What a patch left together has to be an event, too."""
        resource = {name: value for name, value in resource.items() if DEFAULTS.get(name) != value}
        for name in ("start", "end"):
            if not resource.get(name):
                raise RefusalError(400, "required", f"Missing {name} time.")
        if resource.get("recurrence") and not is_recurrence(resource, calendar.time_zone):
            raise RefusalError(400, "invalid", "Invalid recurrence rule.")
        whole: dict[str, Any] = {
            name: resource[name]
            for name in ("start", "end", "originalStartTime", "recurrence", "reminders")
            if name in resource
        }
        for said, _source in broken_rules(Call("events.update", body=whole)):
            raise RefusalError(400, "invalid", said)
        return shown(calendar, self.accounts.put(calendar, resource))


def _event(found: Reach, call: Call) -> StoredEvent:
    event = found.calendar.events.get(call.path["eventId"])
    if event is None:
        raise not_found()
    return event


def _insist_on_match(event: StoredEvent, headers: Mapping[str, str]) -> None:
    """If-Match (RFC 9110 section 13.1.1), as the guide on versions of resources describes it."""
    if headers.get("if-match", "*") not in ("*", event.etag):
        raise RefusalError(412, "conditionNotMet", "Precondition Failed", location="If-Match", where="header")


def _insist_on_living(event: StoredEvent) -> None:
    """Reviving is documented for organizers and reported to be refused; the harder one is played."""
    if event.cancelled:
        raise RefusalError(403, "forbidden", "Forbidden")
