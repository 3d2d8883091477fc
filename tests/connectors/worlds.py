"""The worlds a connector is tested in: a server, a person with a calendar app, and a bad network.

One small interface over the memory server and over real CalDAV servers, so that one contract suite
runs against all of them. The person writes past the connector; the network misbehaves on order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Literal, Protocol
from urllib.parse import urlsplit

import requests
from lxml import etree

from connectors.caldav import CalDavAccount, CalDavConnector, bodies
from connectors.caldav.multistatus import CALDAV, read_multistatus
from connectors.errors import (
    BadResponseError,
    QuotaExhaustedError,
    RateLimitedError,
    UnavailableError,
)
from connectors.memory import MemoryConnector
from connectors.memory_server import Fault, MemoryServer
from connectors.model import CalendarId
from connectors.protocol import CalendarConnector
from tests.connectors.quirky import quirky
from tests.servers import Door, Reply

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
LOOPBACK = frozenset({"127.0.0.1"})
PASSWORD = "correct horse"
USERS = {f"ana{number}": PASSWORD for number in range(1500)} | {"admin": PASSWORD}
_numbers = count()


def a_new_user() -> str:
    """One of `USERS` whom no other test of this run has: the servers are shared, the homes are not."""
    return f"ana{next(_numbers)}"


Kind = Literal["read", "write", "any"]


class World(Protocol):
    """What a contract test needs. `now` moves only when the test moves it; `pauses` are the sleeps.
    `tells_uids_elsewhere`: of calendars that only make busy, more than their times is known."""

    now: datetime
    pauses: list[float]
    requests_without_change: int
    tells_uids_elsewhere: bool

    def connector(self, *, password: str = PASSWORD) -> CalendarConnector:
        """A new connector, as a new job would have it."""
        ...

    def add_calendar(self, name: str, *, read_only: bool = False) -> CalendarId: ...

    def remove_calendar(self, calendar: CalendarId) -> None: ...

    def rename_calendar(self, calendar: CalendarId, name: str) -> None: ...

    def put(self, calendar: CalendarId, name: str, text: str) -> None: ...

    def remove(self, calendar: CalendarId, name: str) -> None: ...

    def texts(self, calendar: CalendarId) -> dict[str, str]:
        """What stands in a calendar, by resource name."""
        ...

    def lose_reply(self, kind: Kind) -> None:
        """The next such request is carried out; its reply never arrives."""
        ...

    def hang_up(self, kind: Kind, *, after: int = 0, carried_out: bool = False) -> None:
        """Such requests, but the first `after`, get no reply any more until `recover`."""
        ...

    def ask_for_a_pause(self, kind: Kind, seconds: int) -> None:
        """The next such request is refused with Retry-After."""
        ...

    def refuse_as_full(self) -> None:
        """The next write is refused: the account holds no more."""
        ...

    def talk_nonsense(self, kind: Kind) -> None:
        """Answer such requests with a web page until `recover`; nothing is carried out."""
        ...

    def recover(self) -> None: ...

    def forget_cursors(self) -> None:
        """The server forgets what it handed out to say where a client stands."""
        ...


class MemoryWorld:
    requests_without_change = 3
    tells_uids_elsewhere = True

    def __init__(self) -> None:
        self.now = NOW
        self.pauses: list[float] = []
        self.server = MemoryServer()
        self.person = self.server.account("ana")
        self.person.password = PASSWORD

    def connector(self, *, password: str = PASSWORD) -> CalendarConnector:
        return MemoryConnector(self.server, "ana", password=password)

    def add_calendar(self, name: str, *, read_only: bool = False) -> CalendarId:
        return self.person.add_calendar(name, writable=not read_only)

    def remove_calendar(self, calendar: CalendarId) -> None:
        del self.person.calendars[calendar]

    def rename_calendar(self, calendar: CalendarId, name: str) -> None:
        self.person.calendars[calendar].name = name

    def put(self, calendar: CalendarId, name: str, text: str) -> None:
        self.person.put(calendar, name, text)

    def remove(self, calendar: CalendarId, name: str) -> None:
        del self.person.calendars[calendar].resources[name]

    def texts(self, calendar: CalendarId) -> dict[str, str]:
        return {r.href: r.text for r in self.person.calendars[calendar].resources.values()}

    def lose_reply(self, kind: Kind) -> None:
        self.server.lose_next_reply(*_METHODS[kind])

    def hang_up(self, kind: Kind, *, after: int = 0, carried_out: bool = False) -> None:
        error = UnavailableError("The server hung up.")
        methods = frozenset(_METHODS[kind])
        self.server.faults.append(Fault(error, methods, carried_out, skip=after))
        self.server.faults.extend(Fault(error, methods, carried_out) for _ in range(20))

    def ask_for_a_pause(self, kind: Kind, seconds: int) -> None:
        self.server.fail_next(RateLimitedError("A pause.", retry_after_seconds=seconds), *_METHODS[kind])

    def refuse_as_full(self) -> None:
        self.server.fail_next(QuotaExhaustedError("The account is full."), *_METHODS["write"])

    def talk_nonsense(self, kind: Kind) -> None:
        nonsense = Fault(BadResponseError("The server answered nonsense."), frozenset(_METHODS[kind]))
        self.server.faults.extend([nonsense] * 20)

    def recover(self) -> None:
        self.server.faults.clear()

    def forget_cursors(self) -> None:
        """There are none."""


_METHODS: dict[Kind, tuple[Literal["list", "read", "get", "put", "delete", "make"], ...]] = {
    "read": ("list", "read", "get"),
    "write": ("put", "delete", "make"),
    "any": (),
}
_NEED_PRIVILEGES = b'<D:error xmlns:D="DAV:"><D:need-privileges/></D:error>'
_WRITES = frozenset({"PUT", "DELETE", "MKCALENDAR", "PROPPATCH"})


@dataclass
class _Order:
    """What the door does with matching requests, `times` of them after the first `skip`."""

    matches: Callable[[str], bool]
    reply: Reply | None = None
    carried_out: bool = False
    skip: int = 0
    times: int = 1


@dataclass
class _Script:
    orders: list[_Order] = field(default_factory=list)
    refuse_tokens: bool = False
    read_only: tuple[str, ...] = ()
    quirks: set[str] = field(default_factory=set)
    fails: str | None = None

    def meets(self, method: str) -> _Order | None:
        for order in self.orders:
            if not order.matches(method):
                continue
            if order.skip:
                order.skip -= 1
                return None
            order.times -= 1
            if not order.times:
                self.orders.remove(order)
            return order
        return None


class MischiefDoor(Door):
    """A door that carries out a script: lost replies, dead lines, refusals, forgotten tokens."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.script = _Script()

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        self.seen.append((method, path))
        headers.pop("Accept-Encoding", None)  # the script reads what passes
        order = self.script.meets(method)
        if order is not None and not order.carried_out:
            return order.reply
        if self.script.refuse_tokens and b"sync-token>" in body:
            body = re.sub(rb"(sync-token>)[^<]+", rb"\1http://example.org/garbage", body)
        read_only = path.startswith(self.script.read_only) if self.script.read_only else False
        if read_only and method in _WRITES:
            return Reply(403, {"Content-Type": "text/xml"}, _NEED_PRIVILEGES)
        if self.script.fails and path.startswith(self.script.fails):
            return Reply(500)
        reply = quirky(self.script.quirks, self.forward, method, path, headers, body)
        if read_only:
            reply.body = re.sub(rb"<(\w+):all ?/>", rb"<\1:read/>", reply.body)
        return order.reply if order is not None else reply


class CalDavWorld:
    """A user of a real CalDAV server, reached through a door; the person goes in past it."""

    requests_without_change = 2
    tells_uids_elsewhere = True

    def __init__(self, server: str, door: MischiefDoor, user: str, *, admin: str | None = None) -> None:
        self.now = NOW
        self.pauses: list[float] = []
        self.user = user
        self.door = door
        self.door.script = _Script()
        self._server = server
        self._admin = admin or user
        self._made = 0
        self._connectors: list[CalDavConnector] = []

    @property
    def quirks(self) -> set[str]:
        """Names of tests/connectors/quirky.py that hold from now on."""
        return self.door.script.quirks

    def answer(self, kind: Kind, reply: Reply | None, *, times: int = 1, after: int = 0) -> None:
        """The next such requests but `after` get this reply (`None`: none) and are not carried out."""
        self.door.script.orders.append(_Order(_matching(kind), reply, skip=after, times=times))

    def refuse_writes(self, calendar: CalendarId) -> None:
        """Until `recover`, this calendar can only be read."""
        self.door.script.read_only += (urlsplit(calendar).path,)

    def fail_at(self, calendar: CalendarId) -> None:
        """Whatever concerns this calendar makes the server fail."""
        self.door.script.fails = urlsplit(calendar).path

    def connector(self, *, password: str = PASSWORD, url: str | None = None) -> CalDavConnector:
        connector = CalDavConnector(
            CalDavAccount(url or self.door.url, self.user, password),
            clock=lambda: self.now,
            sleep=self.pauses.append,
            allow_private_hosts=LOOPBACK,
        )
        self._connectors.append(connector)
        return connector

    def close(self) -> None:
        for connector in self._connectors:
            connector.close()

    def send(self, method: str, url: str, body: str = "", **headers: str) -> requests.Response:
        """A request of the person's own, past the door; `url` as the connector knows it."""
        auth = (self._admin, PASSWORD)
        headers = {"Content-Type": "text/xml; charset=utf-8"} | headers
        address = self._server.rstrip("/") + urlsplit(url).path
        with requests.Session() as session:
            session.trust_env = False
            wire = body.encode()
            return session.request(method, address, data=wire, headers=headers, auth=auth, timeout=30)

    def home_path(self) -> str:
        return urlsplit(self.connector()._found().urls[0]).path

    def add_calendar(self, name: str, *, read_only: bool = False) -> CalendarId:
        self._made += 1
        folder = f"{'shared' if read_only else 'calendar'}-{self._made}"
        path = f"{self.home_path()}{folder}/"
        self.send("MKCALENDAR", path, bodies.make_calendar(name, "Of a person")).raise_for_status()
        if read_only and self._admin == self.user:  # the server has no rights of its own
            self.door.script.read_only += (path,)
        return CalendarId(self.door.url.rstrip("/") + path)

    def remove_calendar(self, calendar: CalendarId) -> None:
        self.send("DELETE", calendar).raise_for_status()

    def move_calendar(self, calendar: CalendarId) -> CalendarId | None:
        """The same calendar at another address; `None` where the server keeps no description to go with it.

        By hand, since Radicale 3.9 and Xandikos 0.4 refuse to MOVE a collection.
        """
        itself = self.send("PROPFIND", calendar, bodies.CALENDARS, Depth="0").content
        about = read_multistatus(etree.fromstring(itself), calendar).itself(calendar)
        description = about.text(f"{CALDAV}calendar-description") if about else None
        if not description:
            return None
        self._made += 1
        path = f"{urlsplit(calendar).path.rstrip('/').rpartition('/')[0]}/moved-{self._made}/"
        self.send("MKCALENDAR", path, bodies.make_calendar("Moved", description)).raise_for_status()
        after, texts = CalendarId(self.door.url.rstrip("/") + path), self.texts(calendar)
        self.remove_calendar(calendar)
        for name, text in texts.items():
            self.put(after, name, text)
        return after

    def rename_calendar(self, calendar: CalendarId, name: str) -> None:
        update = (
            '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>'
            f"<D:displayname>{name}</D:displayname></D:prop></D:set></D:propertyupdate>"
        )
        self.send("PROPPATCH", calendar, update).raise_for_status()

    def put(self, calendar: CalendarId, name: str, text: str) -> None:
        kind = {"Content-Type": "text/calendar; charset=utf-8"}
        self.send("PUT", calendar + name, text, **kind).raise_for_status()

    def remove(self, calendar: CalendarId, name: str) -> None:
        self.send("DELETE", calendar + name).raise_for_status()

    def texts(self, calendar: CalendarId) -> dict[str, str]:
        listing = self.send("PROPFIND", calendar, bodies.ETAGS, Depth="1").content
        members = read_multistatus(etree.fromstring(listing), calendar).besides(calendar)
        hrefs = [urlsplit(member.url).path for member in members]
        if not hrefs:
            return {}
        answer = self.send("REPORT", calendar, bodies.multiget(hrefs)).content
        found = read_multistatus(etree.fromstring(answer), calendar).members
        lines = {m.key.rpartition("/")[2]: (m.text(f"{CALDAV}calendar-data") or "") for m in found}
        return {name: "\r\n".join([*text.splitlines(), ""]) for name, text in lines.items()}

    def lose_reply(self, kind: Kind, *, after: int = 0) -> None:
        self.door.script.orders.append(_Order(_matching(kind), carried_out=True, skip=after))

    def hang_up(self, kind: Kind, *, after: int = 0, carried_out: bool = False) -> None:
        order = _Order(_matching(kind), carried_out=carried_out, skip=after, times=-1)
        self.door.script.orders.append(order)

    def ask_for_a_pause(self, kind: Kind, seconds: int) -> None:
        refusal = Reply(429, {"Retry-After": str(seconds)})
        self.door.script.orders.append(_Order(_matching(kind), refusal))

    def refuse_as_full(self) -> None:
        self.answer("write", Reply(507))

    def talk_nonsense(self, kind: Kind) -> None:
        self.answer(kind, Reply(200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"), times=20)

    def recover(self) -> None:
        self.door.script = _Script()

    def forget_cursors(self) -> None:
        self.door.script.refuse_tokens = True


def _matching(kind: Kind) -> Callable[[str], bool]:
    if kind == "any":
        return lambda method: True
    return lambda method: (method in _WRITES) == (kind == "write")
