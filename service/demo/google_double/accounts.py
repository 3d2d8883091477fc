"""What Google keeps: people, their calendars, and the events in these. No HTTP, no rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

WRITERS = ("owner", "writer", "writerWithoutPrivateAccess")


@dataclass
class StoredEvent:
    """An Event resource as it was sent, and the place of its last change in the order of all."""

    resource: dict[str, Any]
    sequence: int
    created: str
    updated: str
    revision: int = 0

    @property
    def cancelled(self) -> bool:
        return self.resource.get("status") == "cancelled"

    @property
    def etag(self) -> str:
        return etag_of(self.sequence)


@dataclass
class StoredCalendar:
    """`made_by` is the OAuth client that made it, which is all that `calendar.app.created` reaches.
    `roles` are what each account may do; `listed` is each account's own view of it."""

    id: str
    summary: str
    owner: str
    time_zone: str
    description: str = ""
    location: str = ""
    made_by: str | None = None
    sequence: int = 0
    roles: dict[str, str] = field(default_factory=dict)
    listed: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: dict[str, StoredEvent] = field(default_factory=dict)
    forgotten: int = 0
    """Deletions up to this sequence are in no list any more; their ids stay taken."""
    shared_at: int = 0
    """The sequence of the last change of roles: sync tokens from before it have ended."""

    @property
    def etag(self) -> str:
        return etag_of(self.sequence)


@dataclass
class Account:
    """Somebody at Google. The id of the main calendar is the address."""

    email: str
    subject: str
    time_zone: str


class Accounts:
    """Everybody and everything. One counter orders all changes; time comes from `now`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.accounts: dict[str, Account] = {}
        self.calendars: dict[str, StoredCalendar] = {}
        self.names_given = 0
        self.last_sequence = 0

    def add_account(self, email: str, time_zone: str) -> Account:
        account = Account(email, str(10**20 + int(sha256(email.encode()).hexdigest()[:15], 16)), time_zone)
        self.accounts[email] = account
        self.add_calendar(email, email, calendar_id=email)
        return account

    def rename_account(self, email: str, new: str) -> None:
        """Another address for the same person; the main calendar goes by it from now on."""
        account = self.accounts.pop(email)
        account.email = new
        self.accounts[new] = account
        main = self.calendars.pop(email)
        main.id = main.summary = new
        self.calendars[new] = main
        for calendar in self.calendars.values():
            if calendar.owner == email:
                calendar.owner = new
            if email in calendar.roles:
                calendar.roles[new] = calendar.roles.pop(email)
            if email in calendar.listed:
                calendar.listed[new] = calendar.listed.pop(email)

    def add_calendar(
        self, owner: str, summary: str, *, calendar_id: str | None = None, made_by: str | None = None
    ) -> StoredCalendar:
        new_id = calendar_id or f"c_{self.name()}@group.calendar.google.com"
        calendar = StoredCalendar(new_id, summary, owner, self.accounts[owner].time_zone, made_by=made_by)
        calendar.sequence = self.next_sequence()
        calendar.roles[owner] = "owner"
        calendar.listed[owner] = {"selected": True}
        self.calendars[calendar.id] = calendar
        return calendar

    def put(self, calendar: StoredCalendar, resource: dict[str, Any]) -> StoredEvent:
        """Add the event, or change the one with its id."""
        old = calendar.events.get(resource["id"])
        stored = StoredEvent(
            resource,
            self.next_sequence(),
            created=old.created if old else self._stamp(),
            updated=self._stamp(),
            revision=old.revision + 1 if old else 0,
        )
        calendar.events[resource["id"]] = stored
        return stored

    def cancel(self, calendar: StoredCalendar, event_id: str) -> None:
        """Delete it, and with a series its changed occurrences. The id stays taken."""
        for each, event in list(calendar.events.items()):
            if each == event_id or event.resource.get("recurringEventId") == event_id:
                self.put(calendar, {**event.resource, "status": "cancelled"})

    def name(self) -> str:
        """A new name, out of the alphabet of event ids; the same ones in every run."""
        self.names_given += 1
        return sha256(f"google double {self.names_given}".encode()).hexdigest()[:26]

    def next_sequence(self) -> int:
        self.last_sequence += 1
        return self.last_sequence

    def _stamp(self) -> str:
        return f"{self.now():%Y-%m-%dT%H:%M:%S}.{self.last_sequence % 1000:03}Z"


def etag_of(sequence: int) -> str:
    return f'"{3_400_000_000_000_000 + sequence}"'
