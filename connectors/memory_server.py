"""What `MemoryConnector` talks to: accounts, calendars and resources, edited as by calendar apps.

It behaves as a CalDAV server does: strong ETags, conditional writes, a UID held once per calendar.
Scripted faults stand for the network. Used by the reference connector and by tests; never by a
household.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypeVar

from connectors import identity
from connectors.errors import AccessDeniedError, AuthExpiredError, UnavailableError
from connectors.model import CalendarId, ETag, TimeRange
from connectors.sentences import Sentence

Answer = TypeVar("Answer")
Method = Literal["list", "read", "get", "put", "delete", "make"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Instead of the next matching request's answer, `error` is raised.

    With `applied` the server did the work first and only the reply is lost. `methods` empty means
    any request; `skip` lets that many matching ones through before.
    """

    error: Exception
    methods: frozenset[Method] = frozenset()
    applied: bool = False
    skip: int = 0


@dataclass(slots=True)
class Resource:
    """One event's text as it stands on the server."""

    href: str
    text: str
    etag: ETag

    @property
    def uid(self) -> str:
        return _value(self.text, "UID")

    @property
    def title(self) -> str:
        return _value(self.text, "SUMMARY").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")

    @property
    def time(self) -> TimeRange:
        """Start and end of an event written in UTC, as ours are."""
        start, end = _value(self.text, "DTSTART"), _value(self.text, "DTEND")
        return TimeRange(_utc(start), _utc(end))


@dataclass(slots=True)
class MemoryCalendar:
    id: CalendarId
    name: str
    description: str = ""
    writable: bool = True
    resources: dict[str, Resource] = field(default_factory=dict)


class MemoryServer:
    """Accounts by name, made when first asked for; `faults` are met by requests in their order."""

    def __init__(self) -> None:
        self.faults: deque[Fault] = deque()
        self._accounts: dict[str, MemoryAccount] = {}
        self._writes = 0

    def account(self, name: str) -> MemoryAccount:
        if name not in self._accounts:
            self._accounts[name] = MemoryAccount(self, name)
        return self._accounts[name]

    def lose_next_reply(self, *methods: Method) -> None:
        """The next such request is carried out, but its answer never arrives."""
        self.faults.append(
            Fault(UnavailableError(Sentence("The reply was lost.")), frozenset(methods), applied=True)
        )

    def fail_next(self, error: Exception, *methods: Method, skip: int = 0) -> None:
        """The next such request is answered by `error` and not carried out."""
        self.faults.append(Fault(error, frozenset(methods), skip=skip))

    def exchange(
        self, account: MemoryAccount, password: str, method: Method, answer: Callable[[], Answer]
    ) -> Answer:
        """Carry out one request of a connector, faults and password check included."""
        fault = self._met(method)
        if fault is not None and not fault.applied:
            raise fault.error
        if password != account.password:
            raise AuthExpiredError(Sentence("The server refused the user name or password."))
        result = answer()
        if fault is not None:
            raise fault.error
        return result

    def _met(self, method: Method) -> Fault | None:
        for index, fault in enumerate(self.faults):
            if fault.methods and method not in fault.methods:
                continue
            if fault.skip:
                self.faults[index] = Fault(fault.error, fault.methods, fault.applied, fault.skip - 1)
                return None
            del self.faults[index]
            return fault
        return None

    def put(
        self, calendar: MemoryCalendar, href: str, text: str, *, new: bool = False, etag: ETag | None = None
    ) -> ETag | None:
        """Store a text; `None` when a condition fails (RFC 9110 section 13.1) or the UID is taken.

        Raises:
            AccessDeniedError: the calendar is read-only.
        """
        if not calendar.writable:
            raise AccessDeniedError(Sentence("The calendar is read-only."), calendar=calendar.id)
        there = calendar.resources.get(href)
        taken = {r.uid for r in calendar.resources.values() if r.href != href}
        if (new and there is not None) or _value(text, "UID") in taken:
            return None
        if etag is not None and (there is None or there.etag != etag):
            return None
        self._writes += 1
        calendar.resources[href] = Resource(href, text, ETag(f'"{self._writes}"'))
        return calendar.resources[href].etag

    def delete(self, calendar: MemoryCalendar, href: str, etag: ETag | None) -> bool:
        """Remove a text; false when `etag` no longer holds. What is gone already is removed.

        Raises:
            AccessDeniedError: the calendar is read-only.
        """
        if not calendar.writable:
            raise AccessDeniedError(Sentence("The calendar is read-only."), calendar=calendar.id)
        there = calendar.resources.get(href)
        if there is not None and etag is not None and there.etag != etag:
            return False
        calendar.resources.pop(href, None)
        return True


class MemoryAccount:
    """One person's account, seen from their calendar app. Nothing here is conditional."""

    def __init__(self, server: MemoryServer, name: str) -> None:
        self.name = name
        self.password = "secret"  # noqa: S105
        self.may_make_calendars = True
        self.calendars: dict[CalendarId, MemoryCalendar] = {}
        self._server = server
        self._made = 0

    def add_calendar(self, name: str, *, description: str = "", writable: bool = True) -> CalendarId:
        self._made += 1
        calendar = CalendarId(f"memory:{self.name}/{self._made}")
        self.calendars[calendar] = MemoryCalendar(calendar, name, description, writable)
        return calendar

    def move_calendar(self, calendar: CalendarId) -> CalendarId:
        """Give a calendar another address, as some servers do when it is renamed or its owner is."""
        before = self.calendars.pop(calendar)
        after = self.add_calendar(before.name, description=before.description, writable=before.writable)
        self.calendars[after].resources = before.resources
        return after

    def add_event(self, calendar: CalendarId, what: TimeRange | str, *, title: str = "Busy") -> Resource:
        """An event of the person's own: a time, or the whole iCalendar text."""
        self._made += 1
        uid = f"{self.name}-{self._made}"
        text = what if isinstance(what, str) else _text(uid, title, what)
        return self.put(calendar, f"{uid}.ics", text)

    def entries(self) -> list[Resource]:
        """Everything in the calendars that carry a mark of ours, by time."""
        ours = (c for c in self.calendars.values() if identity.find_mark(c.description))
        return sorted((r for c in ours for r in c.resources.values()), key=lambda r: (r.time, r.uid))

    def event(self, uid: str) -> Resource:
        """The event of that UID, in whatever calendar.

        Raises:
            KeyError: there is none.
        """
        return self._find(uid)[1]

    def move(self, uid: str, to: TimeRange) -> None:
        """Drag an event to another time."""
        calendar, resource = self._find(uid)
        text = _with(resource.text, "DTSTART", _stamp(to.start_at))
        self.put(calendar, resource.href, _with(text, "DTEND", _stamp(to.end_at)))

    def retitle(self, uid: str, title: str) -> None:
        calendar, resource = self._find(uid)
        self.put(calendar, resource.href, _with(resource.text, "SUMMARY", title))

    def delete(self, uid: str) -> None:
        calendar, resource = self._find(uid)
        del self.calendars[calendar].resources[resource.href]

    def copy(self, uid: str, to: TimeRange) -> Resource:
        """Duplicate an event as calendar apps do: hidden properties too, but a new UID."""
        calendar, resource = self._find(uid)
        self._made += 1
        new = f"{self.name}-copy-{self._made}"
        self.put(calendar, f"{new}.ics", _with(resource.text, "UID", new))
        self.move(new, to)
        return self.event(new)

    def _find(self, uid: str) -> tuple[CalendarId, Resource]:
        for calendar in self.calendars.values():
            for resource in calendar.resources.values():
                if resource.uid == uid:
                    return calendar.id, resource
        raise KeyError(uid)

    def put(self, calendar: CalendarId, href: str, text: str) -> Resource:
        """Store a whole text, over what stood there.

        Raises:
            ValueError: another resource of the calendar holds the UID.
        """
        there = self.calendars[calendar]
        unlocked = MemoryCalendar(there.id, there.name, resources=there.resources)
        if self._server.put(unlocked, href, text) is None:
            raise ValueError("this calendar holds the UID already")
        return there.resources[href]


def _unfolded(text: str) -> str:
    return re.sub(r"\r?\n[ \t]", "", text)


def _value(text: str, name: str) -> str:
    """The raw value of a property of the event itself, empty when it has none."""
    event = _unfolded(text).partition("BEGIN:VEVENT")[2]
    found = re.search(rf"^{name}(?:;[^:\r\n]*)?:(.*?)\r?$", event, re.MULTILINE)
    return found[1] if found else ""


def _with(text: str, name: str, value: str) -> str:
    """The text with one property of the event set anew."""
    head, begin, event = _unfolded(text).partition("BEGIN:VEVENT")
    line = rf"^{name}(?:;[^:\r\n]*)?:.*?(\r?)$"
    return head + begin + re.sub(line, lambda m: f"{name}:{value}{m[1]}", event, count=1, flags=re.MULTILINE)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _utc(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _text(uid: str, title: str, time: TimeRange) -> str:
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//a calendar app//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_stamp(time.start_at)}",
        f"DTSTART:{_stamp(time.start_at)}",
        f"DTEND:{_stamp(time.end_at)}",
        f"SUMMARY:{title}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines)
