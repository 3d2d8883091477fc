"""What lies around us in long random runs: servers as people and the network treat them, a mortal store.

One small interface over the memory server and over real CalDAV servers. People write past the service,
without conditions, as calendar apps may; whatever is ordered of the network holds until `calm`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from connectors.errors import BadResponseError, QuotaExhaustedError, RateLimitedError, UnavailableError
from connectors.memory import MemoryConnector
from connectors.memory_server import Fault, MemoryAccount, MemoryServer, Method
from connectors.model import CalendarId
from connectors.protocol import CalendarConnector
from service.clock import Clock
from service.domain.plan import Plan
from service.planner import adjust, greedy_week, parse_snapshot, repair
from service.ports import Account
from tests.connectors.worlds import CalDavWorld, MischiefDoor
from tests.servers import Reply

Place = tuple[str, CalendarId, str]
"""An event's account, calendar and file name."""

Act = Callable[[], None]
Answer = TypeVar("Answer")
TROUBLES = ("unreachable", "overloaded", "paused", "full", "nonsense")


class KilledError(BaseException):
    """Nobody catches this: the process is gone."""


_READS = frozenset(
    {"get", "of_week", "of_partner", "busy", "skipped", "ids", "chores", "states_before", "has"}
)


class QuickPlanner:
    """The first answer instead of the best one: what is planned does not matter here."""

    def plan(self, snapshot: Any, before: Any = None) -> Plan:
        return greedy_week(parse_snapshot(snapshot))

    def repair(self, snapshot: Any) -> Plan:
        return repair(parse_snapshot(snapshot))

    def adjust(self, snapshot: Any) -> Plan:
        return adjust(parse_snapshot(snapshot))


class MortalStore:
    """A store with which the process dies: after so many writes, before or after the last one is done."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._left: int | None = None
        self._done = False

    def die(self, *, after: int, done: bool) -> None:
        self._left, self._done = after, done

    def live(self) -> None:
        self._left = None

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return found if isinstance(found, str) else _MortalFamily(found, self)

    def write(self, call: Callable[[], Any]) -> Any:
        if self._left is None:
            return call()
        self._left -= 1
        if self._left >= 0:
            return call()
        self._left = None
        if self._done:
            call()
        raise KilledError


class _MortalFamily:
    def __init__(self, family: Any, store: MortalStore) -> None:
        self._family, self._store = family, store

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._family, name)
        if name in _READS:
            return verb
        return lambda *args, **facts: self._store.write(lambda: verb(*args, **facts))


class Side(Protocol):
    personal: Mapping[str, CalendarId]
    """Each account's own calendar, where its person's life is."""

    def connector(self, account: Account) -> CalendarConnector: ...

    def texts(self, account: str, calendar: CalendarId) -> dict[str, str] | None:
        """What stands there, by file name; `None` when there is no such calendar."""
        ...

    def put(self, place: Place, text: str) -> None: ...

    def remove(self, place: Place) -> None: ...

    def remove_calendar(self, account: str, calendar: CalendarId) -> None: ...

    def move_calendar(self, account: str, calendar: CalendarId) -> CalendarId | None:
        """Its other address from now on; `None` where nothing would show that it is ours."""
        ...

    def make_read_only(self, account: str, calendar: CalendarId) -> None: ...

    def lose_reply(self, *, of_a_write: bool, after: int) -> None: ...

    def trouble(self, kind: str, *, after: int) -> None:
        """One of TROUBLES: the next request but `after` is refused so."""
        ...

    def kill(self, *, at_a_write: bool, after: int, done: bool) -> bool:
        """Our process dies at that request, `done` or not. False where only the store can kill it."""
        ...

    def repeat_write(self, *, after: int) -> None:
        """The next write but `after` reaches the server twice, and only the second answer reaches us."""
        ...

    def before_write(self, act: Act, *, after: int) -> None:
        """A person acts while we write: just before the next write but `after` arrives."""
        ...

    def forget_cursors(self) -> None: ...

    def calm(self) -> None: ...


class _Hurried:
    """Orders to do something just before a write arrives, or to let it arrive twice."""

    def __init__(self) -> None:
        self._acts: list[tuple[int, Act]] = []
        self._twice = False

    def order(self, act: Act, after: int) -> None:
        self._acts.append((after, act))

    def order_repetition(self, after: int) -> None:
        self.order(lambda: setattr(self, "_twice", True), after)

    def forget(self) -> None:
        self._acts.clear()
        self._twice = False

    def a_write_arrives(self) -> bool:
        """Whether it arrives twice."""
        due = [act for left, act in self._acts if not left]
        self._acts = [(left - 1, act) for left, act in self._acts if left]
        for act in due:
            act()
        twice, self._twice = self._twice, False
        return twice


_TROUBLES: Mapping[str, Exception] = {
    "unreachable": UnavailableError("No answer."),
    "overloaded": UnavailableError("The server failed (503)."),
    "paused": RateLimitedError("A pause.", retry_after_seconds=60),
    "full": QuotaExhaustedError("The account is full."),
    "nonsense": BadResponseError("The server answered nonsense."),
}


class _HurriedServer(MemoryServer):
    """A memory server at which somebody may slip in just before a write of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.hurried = _Hurried()

    def exchange(
        self, account: MemoryAccount, password: str, method: Method, answer: Callable[[], Answer]
    ) -> Answer:
        if method in ("put", "delete") and self.hurried.a_write_arrives():
            answer()
        return super().exchange(account, password, method, answer)


class MemorySide:
    """The memory server, its people and its network."""

    def __init__(self, accounts: tuple[str, ...]) -> None:
        self.server = _HurriedServer()
        self.personal = {name: self.server.account(name).add_calendar("Personal") for name in accounts}

    def connector(self, account: Account) -> CalendarConnector:
        return MemoryConnector(self.server, account.username, password=account.secret)

    def texts(self, account: str, calendar: CalendarId) -> dict[str, str] | None:
        found = self.server.account(account).calendars.get(calendar)
        return None if found is None else {r.href: r.text for r in found.resources.values()}

    def put(self, place: Place, text: str) -> None:
        self.server.account(place[0]).put(place[1], place[2], text)

    def remove(self, place: Place) -> None:
        del self.server.account(place[0]).calendars[place[1]].resources[place[2]]

    def remove_calendar(self, account: str, calendar: CalendarId) -> None:
        del self.server.account(account).calendars[calendar]

    def move_calendar(self, account: str, calendar: CalendarId) -> CalendarId | None:
        return self.server.account(account).move_calendar(calendar)

    def make_read_only(self, account: str, calendar: CalendarId) -> None:
        self.server.account(account).calendars[calendar].writable = False

    def lose_reply(self, *, of_a_write: bool, after: int) -> None:
        methods: frozenset[Method] = frozenset(("put", "delete", "make") if of_a_write else ())
        self.server.faults.append(Fault(_TROUBLES["unreachable"], methods, applied=True, skip=after))

    def trouble(self, kind: str, *, after: int) -> None:
        self.server.fail_next(_TROUBLES[kind], skip=after)

    def kill(self, *, at_a_write: bool, after: int, done: bool) -> bool:
        methods: frozenset[Method] = frozenset(("put", "delete") if at_a_write else ())
        self.server.faults.append(Fault(KilledError(), methods, done, after))  # type: ignore[arg-type]
        return True

    def repeat_write(self, *, after: int) -> None:
        self.server.hurried.order_repetition(after)

    def before_write(self, act: Act, *, after: int) -> None:
        self.server.hurried.order(act, after)

    def forget_cursors(self) -> None:
        """There are none."""

    def calm(self) -> None:
        self.server.faults.clear()
        self.server.hurried.forget()
        for name in self.personal:
            for calendar in self.server.account(name).calendars.values():
                calendar.writable = True


class HurriedDoor(MischiefDoor):
    """A door at which somebody may slip in just before a write of ours."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.hurried = _Hurried()

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        if method in ("PUT", "DELETE") and self.hurried.a_write_arrives():
            super().pass_on(method, path, {**headers}, body)
        return super().pass_on(method, path, headers, body)


_REFUSALS: Mapping[str, Reply] = {
    "overloaded": Reply(503, {"Retry-After": "30"}),
    "paused": Reply(429, {"Retry-After": "60"}),
    "full": Reply(507),
    "nonsense": Reply(200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"),
}


class CalDavSide:
    """A real server behind one door an account; `quirks` hold all the time."""

    def __init__(self, worlds: Mapping[str, CalDavWorld], clock: Clock, quirks: frozenset[str]) -> None:
        self._worlds, self._clock, self._quirks = worlds, clock, quirks
        self.calm()
        self.personal = {name: world.add_calendar("Personal") for name, world in worlds.items()}

    def connector(self, account: Account) -> CalendarConnector:
        world = self._worlds[account.username]
        world.now = self._clock.now()
        return world.connector()

    def texts(self, account: str, calendar: CalendarId) -> dict[str, str] | None:
        world = self._worlds[account]
        if world.send("PROPFIND", calendar, Depth="0").status_code == 404:
            return None
        return world.texts(calendar)

    def put(self, place: Place, text: str) -> None:
        self._worlds[place[0]].put(place[1], place[2], text)

    def remove(self, place: Place) -> None:
        self._worlds[place[0]].remove(place[1], place[2])

    def remove_calendar(self, account: str, calendar: CalendarId) -> None:
        self._worlds[account].remove_calendar(calendar)

    def move_calendar(self, account: str, calendar: CalendarId) -> CalendarId | None:
        return self._worlds[account].move_calendar(calendar)

    def make_read_only(self, account: str, calendar: CalendarId) -> None:
        self._worlds[account].refuse_writes(calendar)

    def lose_reply(self, *, of_a_write: bool, after: int) -> None:
        for world in self._worlds.values():
            world.lose_reply("write" if of_a_write else "any", after=after)

    def trouble(self, kind: str, *, after: int) -> None:
        for world in self._worlds.values():
            world.answer("any", _REFUSALS.get(kind), after=after)

    def kill(self, *, at_a_write: bool, after: int, done: bool) -> bool:
        return False

    def repeat_write(self, *, after: int) -> None:
        for world in self._worlds.values():
            assert isinstance(world.door, HurriedDoor)
            world.door.hurried.order_repetition(after)

    def before_write(self, act: Act, *, after: int) -> None:
        door = next(iter(self._worlds.values())).door
        assert isinstance(door, HurriedDoor)
        door.hurried.order(act, after)

    def forget_cursors(self) -> None:
        for world in self._worlds.values():
            world.forget_cursors()

    def calm(self) -> None:
        for world in self._worlds.values():
            world.recover()
            world.quirks.update(self._quirks)
            assert isinstance(world.door, HurriedDoor)
            world.door.hurried.forget()
