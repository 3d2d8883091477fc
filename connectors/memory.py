"""The reference connector: calendars that live in memory, and the people who edit them.

`MemoryConnector` keeps every promise of connectors/protocol.py in the fewest lines, so the contract
suite can be read against it, and everything above the connectors is tested with it. It reads whole
calendars each time; its state is the last good reading. No network, no clock, no randomness.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from connectors import ics, identity
from connectors.content_lines import UnreadableEventError
from connectors.errors import (
    AccessDeniedError,
    AuthExpiredError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    EntryChangedError,
    EntryExistsError,
    EntryGoneError,
    UnavailableError,
)
from connectors.memory_server import MemoryCalendar, MemoryServer, Method, Resource
from connectors.model import (
    AccountDelta,
    AccountState,
    CalendarId,
    CalendarReading,
    CalendarRef,
    EntryDraft,
    EntryElsewhere,
    EntryRef,
    EntrySeen,
    SkippedItem,
    TimeRange,
    Traffic,
    Watch,
)
from connectors.sentences import Sentence
from connectors.times import merged

Answer = TypeVar("Answer")


class MemoryConnector:
    """One account of a `MemoryServer`, through the connector protocol."""

    def __init__(
        self,
        server: MemoryServer,
        account: str,
        *,
        password: str = "secret",  # noqa: S107
        colleagues: CalendarId | None = None,
    ) -> None:
        self.traffic = Traffic()
        self._colleagues = colleagues
        self._server = server
        self._account = server.account(account)
        self._password = password

    @property
    def colleagues(self) -> CalendarId | None:
        return self._colleagues

    def list_calendars(self) -> list[CalendarRef]:
        calendars = self._ask("list", lambda: list(self._account.calendars.values()))
        return [_ref(calendar) for calendar in calendars]

    def ensure_home(self, name: str, mark: str) -> CalendarRef:
        listed = self.list_calendars()
        if name.startswith("memory:"):
            chosen = next((ref for ref in listed if ref.id == name), None)
            if chosen is None:
                raise CalendarGoneError(Sentence("The chosen calendar is not there."), calendar=name)
        else:
            chosen = next((ref for ref in listed if ref.mark == mark), None) or self._make_home(name, mark)
        if not chosen.writable:
            raise AccessDeniedError(Sentence("The calendar is read-only."), calendar=chosen.id)
        return chosen

    def _make_home(self, name: str, mark: str) -> CalendarRef:
        def make() -> None:
            if not self._account.may_make_calendars:
                raise AccessDeniedError(Sentence("The account cannot make calendars."))
            self._account.add_calendar(name, description=mark)

        lost: UnavailableError | None = None
        try:
            self._ask("make", make)
        except UnavailableError as error:
            lost = error
        for ref in self.list_calendars():
            if ref.mark == mark:
                return ref
        raise lost or BadResponseError(Sentence("The calendar was made but is not listed."))

    def poll_account(self, watch: Watch, state: AccountState) -> AccountDelta:
        listed = [ref.id for ref in self.list_calendars() if ref.mark is None]
        watched = [c for c in (listed if watch.busy is None else watch.busy) if c != watch.home]
        skipped: list[SkippedItem] = []
        kept: dict[str, list[list[str]]] = {}
        entries: tuple[EntrySeen, ...] | None = None
        home_error: ConnectorError | None = None
        if watch.home is not None:
            try:
                entries = tuple(self._seen(watch.home, r, watch, skipped) for r in self._read(watch.home))
            except AuthExpiredError:
                raise
            except ConnectorError as error:
                home_error = error
        elsewhere: list[EntryElsewhere] = []
        readings = [self._reading(c, watch, state, kept, skipped, elsewhere) for c in watched]
        return AccountDelta(
            AccountState({"busy": kept}),
            tuple(readings),
            entries,
            home_error,
            tuple(skipped),
            tuple(elsewhere),
            any(r.error and not isinstance(r.error, CalendarGoneError) for r in readings),
        )

    def _reading(
        self,
        calendar: CalendarId,
        watch: Watch,
        state: AccountState,
        kept: dict[str, list[list[str]]],
        skipped: list[SkippedItem],
        elsewhere: list[EntryElsewhere],
    ) -> CalendarReading:
        try:
            resources = self._read(calendar)
        except AuthExpiredError:
            raise
        except ConnectorError as error:
            kept[calendar] = state.json.get("busy", {}).get(calendar, [])
            last = (TimeRange(*map(datetime.fromisoformat, pair)) for pair in kept[calendar])
            return CalendarReading(calendar, merged(last, within=watch.window), error)
        times: list[TimeRange] = []
        for resource in resources:
            if resource.uid in watch.copies:
                continue
            try:
                event: ics.EventReading | None = _event(resource, watch)
            except UnreadableEventError as error:
                skipped.append(SkippedItem(calendar, resource.href, error.reason))
                event = None
            if identity.is_entry_uid(resource.uid):
                elsewhere.append(EntryElsewhere(calendar, resource.uid, _own_time(event)))
            if event is None:
                continue
            times.extend(event.busy_times)
            if event.note:
                skipped.append(SkippedItem(calendar, resource.href, event.note))
        busy = merged(times, within=watch.window)
        kept[calendar] = [[t.start_at.isoformat(), t.end_at.isoformat()] for t in busy]
        return CalendarReading(calendar, busy)

    def _seen(
        self, home: CalendarId, resource: Resource, watch: Watch, skipped: list[SkippedItem]
    ) -> EntrySeen:
        ref = EntryRef(home, resource.href, resource.uid, resource.etag)
        try:
            event = _event(resource, watch)
        except UnreadableEventError as error:
            skipped.append(SkippedItem(home, resource.href, error.reason))
            return EntrySeen(ref, None, None, (), True, False, "none", "", None)
        return EntrySeen(
            ref,
            event.start_at,
            event.end_at,
            event.times,
            event.busy,
            event.recurring,
            event.gesture,
            event.fingerprint,
            event.mark,
        )

    def create_entry(self, calendar: CalendarId, draft: EntryDraft) -> EntryRef:
        href = identity.caldav_href(draft.uid)
        text = ics.write(draft, stamped_at=draft.time.start_at)
        lost: UnavailableError | None = None
        try:
            etag = self._ask("put", lambda: self._server.put(self._calendar(calendar), href, text, new=True))
        except UnavailableError as error:
            lost, etag = error, None
        if etag is not None:
            return EntryRef(calendar, href, draft.uid, etag)
        found = self._get(calendar, href)
        if found is None:
            raise lost or EntryExistsError(Sentence("The UID is held by another event."), calendar=calendar)
        if _fingerprint(found, draft) == ics.fingerprint(draft):
            return EntryRef(calendar, href, draft.uid, found.etag)
        if found.uid == draft.uid:
            raise EntryChangedError(Sentence("The entry is there already, and edited."), calendar=calendar)
        raise EntryExistsError(Sentence("Another event stands in this place."), calendar=calendar)

    def replace_entry(self, ref: EntryRef, draft: EntryDraft) -> EntryRef:
        etag = ref.etag
        if etag is None:
            found = self._get(ref.calendar, ref.href)
            if found is None:
                raise EntryGoneError(Sentence("The entry was deleted."), calendar=ref.calendar)
            etag = found.etag
        text = ics.write(draft, stamped_at=draft.time.start_at, sequence=1)
        lost: UnavailableError | None = None
        try:
            new = self._ask(
                "put", lambda: self._server.put(self._calendar(ref.calendar), ref.href, text, etag=etag)
            )
        except UnavailableError as error:
            lost, new = error, None
        if new is not None:
            return EntryRef(ref.calendar, ref.href, draft.uid, new)
        found = self._get(ref.calendar, ref.href)
        if found is None:
            raise EntryGoneError(Sentence("The entry was deleted."), calendar=ref.calendar)
        if _fingerprint(found, draft) == ics.fingerprint(draft):
            return EntryRef(ref.calendar, ref.href, draft.uid, found.etag)
        if lost is not None and found.etag == etag:
            raise lost
        raise EntryChangedError(Sentence("The entry was edited."), calendar=ref.calendar)

    def delete_entry(self, ref: EntryRef) -> None:
        etag = ref.etag
        if etag is None:
            found = self._get(ref.calendar, ref.href)
            if found is None:
                return
            etag = found.etag
        lost: UnavailableError | None = None
        try:
            if self._ask("delete", lambda: self._server.delete(self._calendar(ref.calendar), ref.href, etag)):
                return
        except UnavailableError as error:
            lost = error
        found = self._get(ref.calendar, ref.href)
        if found is None:
            return
        if lost is not None and found.etag == etag:
            raise lost
        raise EntryChangedError(Sentence("The entry was edited."), calendar=ref.calendar)

    def close(self) -> None:
        """There are no sockets."""

    def _calendar(self, calendar: CalendarId) -> MemoryCalendar:
        try:
            return self._account.calendars[calendar]
        except KeyError:
            raise CalendarGoneError(Sentence("The calendar is not there."), calendar=calendar) from None

    def _read(self, calendar: CalendarId) -> list[Resource]:
        return self._ask("read", lambda: list(self._calendar(calendar).resources.values()))

    def _get(self, calendar: CalendarId, href: str) -> Resource | None:
        return self._ask("get", lambda: self._calendar(calendar).resources.get(href))

    def _ask(self, method: Method, answer: Callable[[], Answer]) -> Answer:
        self.traffic.requests += 1
        self.traffic.writes += method in ("put", "delete", "make")
        return self._server.exchange(self._account, self._password, method, answer)


def _ref(calendar: MemoryCalendar) -> CalendarRef:
    mark = identity.find_mark(calendar.description)
    return CalendarRef(calendar.id, calendar.name, calendar.writable, mark)


def _event(resource: Resource, watch: Watch) -> ics.EventReading:
    return ics.read(resource.text, window=watch.window, time_zone=watch.time_zone, addresses=watch.addresses)


def _own_time(event: ics.EventReading | None) -> TimeRange | None:
    if event is None or event.start_at is None or event.end_at is None or event.end_at <= event.start_at:
        return None
    return TimeRange(event.start_at, event.end_at)


def _fingerprint(found: Resource, draft: EntryDraft) -> str:
    try:
        return ics.read(found.text, window=draft.time, time_zone="UTC").fingerprint
    except UnreadableEventError:
        return ""
