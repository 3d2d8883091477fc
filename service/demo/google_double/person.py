"""The holder of an account with a calendar app in hand: everything past HTTP and past the gate."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from service.demo.google_double.accounts import Account, Accounts, StoredCalendar
from service.demo.google_double.event_shown import instant, merged, shown

Event = dict[str, Any]


class Person:
    """One account. Calendars are named by their ids, `primary` for the main one."""

    def __init__(self, account: Account, accounts: Accounts) -> None:
        self.email = account.email
        self.subject = account.subject
        self.time_zone = account.time_zone
        self._accounts = accounts

    # Calendars.

    def add_calendar(self, summary: str, *, role: str = "owner", description: str = "") -> str:
        """A new calendar, its id answered. With a `role` below owner, somebody else shared it."""
        calendar = self._accounts.add_calendar(self.email, summary)
        calendar.description = description
        calendar.roles[self.email] = role
        return calendar.id

    def calendars(self) -> list[StoredCalendar]:
        return [each for each in self._accounts.calendars.values() if self.email in each.roles]

    def calendar(self, calendar_id: str) -> StoredCalendar:
        return self._accounts.calendars[self.email if calendar_id == "primary" else calendar_id]

    def rename_calendar(self, calendar_id: str, summary: str) -> None:
        self.calendar(calendar_id).summary = summary
        self.calendar(calendar_id).sequence = self._accounts.next_sequence()

    def delete_calendar(self, calendar_id: str) -> None:
        del self._accounts.calendars[self.calendar(calendar_id).id]

    def share(self, calendar_id: str, email: str, role: str) -> None:
        """Let another account see it, and have it in its list. Sync tokens of that calendar end."""
        calendar = self.calendar(calendar_id)
        calendar.roles[email] = role
        calendar.listed[email] = {"selected": True}
        calendar.shared_at = self._accounts.next_sequence()

    # Events.

    def add(self, calendar_id: str, summary: str, start: datetime, end: datetime, **more: Any) -> str:
        """A new event, its id answered; `more` are fields of the Event resource."""
        moments = {
            name: {"dateTime": at.isoformat(), "timeZone": self.time_zone}
            for name, at in (("start", start), ("end", end))
        }
        return self.put(calendar_id, {"summary": summary, **moments, **more})

    def put(self, calendar_id: str, event: Mapping[str, Any]) -> str:
        """Add this Event resource, or overwrite the one with its id; its id answered."""
        resource = {"id": self._accounts.name(), "status": "confirmed", **deepcopy(dict(event))}
        self._accounts.put(self.calendar(calendar_id), resource)
        return str(resource["id"])

    def edit(self, calendar_id: str, event_id: str, **fields: Any) -> None:
        """Change these fields, as a patch does."""
        calendar = self.calendar(calendar_id)
        self._accounts.put(calendar, merged(calendar.events[event_id].resource, fields))

    def retitle(self, calendar_id: str, event_id: str, summary: str) -> None:
        self.edit(calendar_id, event_id, summary=summary)

    def drag(self, calendar_id: str, event_id: str, by: timedelta) -> None:
        """Move it in time; it stays as long as it is."""
        calendar = self.calendar(calendar_id)
        resource = calendar.events[event_id].resource
        moved = {
            name: {
                "dateTime": (instant(resource[name], calendar.time_zone) + by).isoformat(),
                "timeZone": resource[name].get("timeZone") or calendar.time_zone,
            }
            for name in ("start", "end")
        }
        self.edit(calendar_id, event_id, **moved)

    def delete(self, calendar_id: str, event_id: str) -> None:
        self._accounts.cancel(self.calendar(calendar_id), event_id)

    def move_to(self, calendar_id: str, event_id: str, other: str) -> None:
        """Drag it to another calendar: here it is cancelled, there it stands under the same id
        (https://developers.google.com/workspace/calendar/api/v3/reference/events/move)."""
        resource = self.calendar(calendar_id).events[event_id].resource
        self._accounts.put(self.calendar(other), deepcopy(resource))
        self._accounts.cancel(self.calendar(calendar_id), event_id)

    def events(self, calendar_id: str) -> dict[str, Event]:
        """What stands there, by id, as the API shows it."""
        calendar = self.calendar(calendar_id)
        return {
            each: shown(calendar, event) for each, event in calendar.events.items() if not event.cancelled
        }
