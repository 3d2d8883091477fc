"""Step 1 of the week, on CalDAV: one calendar's present view, in as few requests as its server allows.

The ladder: a sync report since the saved token (RFC 6578); where that fails, the collection's ctag
and, if it moved, a listing of all ETags. After either, the texts that changed are fetched by
multiget and understood one by one. A token alone is never trusted for ever, and a listing that
empties a calendar is asked for twice. Writes nothing to a server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from connectors import ics
from connectors.caldav import bodies
from connectors.caldav.client import CalDavClient
from connectors.caldav.listing import ListedCalendar
from connectors.caldav.multistatus import (
    CALDAV,
    CALENDARSERVER,
    DAV,
    GONE_STATUSES,
    Member,
    Multistatus,
    path_key,
)
from connectors.caldav.quirks import CURSOR_REFUSALS
from connectors.caldav.state import CalendarState, Item, SeenItem
from connectors.content_lines import UnreadableEventError
from connectors.errors import BadResponseError, CalendarGoneError, CursorExpiredError
from connectors.identity import is_entry_uid
from connectors.model import CalendarId, TimeRange, Watch
from connectors.sentences import Sentence

BATCH = 100
HORIZON_BEFORE = timedelta(weeks=1)
HORIZON_AFTER = timedelta(weeks=8)
LONGEST_TRUST = timedelta(days=7)
FEW_ITEMS = 20
_MOST_PAGES = 1_000
_UID = re.compile(r"^UID:(.*)$", re.MULTILINE)


@dataclass(slots=True)
class _Changes:
    """What a report or a listing says: present hrefs with their ETags, and removed keys."""

    present: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    whole: bool = False
    token: str | None = None
    ctag: str | None = None

    def take(self, members: Iterable[Member]) -> None:
        for member in members:
            if member.status in GONE_STATUSES:
                self.removed.add(member.key)
                self.present.pop(member.key, None)
            elif not member.has(f"{DAV}resourcetype", f"{DAV}collection"):
                self.removed.discard(member.key)
                self.present[member.key] = (member.url, member.text(f"{DAV}getetag"))


class _Wanted(NamedTuple):
    key: str
    url: str
    etag: str | None


class SyncUnusableError(Exception):
    """This server's sync report cannot be used for this calendar; listings can."""


@dataclass(frozen=True, slots=True)
class CalendarReader:
    """Reads calendars of one account for one watch at one instant."""

    client: CalDavClient
    watch: Watch
    now: datetime

    def refresh(self, calendar: CalendarId, state: CalendarState, listed: ListedCalendar | None) -> None:
        """Bring `state` up to date; `listed` is the home's word on it from just now, if it was asked.

        On an error `state` keeps what was read so far and the old token, so that the next poll goes
        on from there.

        Raises:
            ConnectorError: this calendar could not be read.
        """
        self._take_view(calendar, state)
        changes = self._changes(calendar, state, listed)
        if changes is None:
            return
        self._apply(calendar, state, changes)
        state.token, state.ctag = changes.token, changes.ctag
        if changes.whole:
            state.listed_fully_at = self.now

    def _take_view(self, calendar: CalendarId, state: CalendarState) -> None:
        """Forget the ETags when the items were read for another window, zone, person or purpose."""
        view = (self.watch.time_zone, *self.watch.addresses, "home" if self._is_home(calendar) else "busy")
        if state.horizon is None or state.view != view or not state.horizon.contains(self.watch.window):
            window = self.watch.window
            state.horizon = TimeRange(window.start_at - HORIZON_BEFORE, window.end_at + HORIZON_AFTER)
            state.view = view
            state.items = {key: replace(item, etag=None) for key, item in state.items.items()}
            state.token = state.ctag = None
        elif state.listed_fully_at is None or self.now - state.listed_fully_at > LONGEST_TRUST:
            state.kind, state.token, state.ctag = "sync", None, None

    def _is_home(self, calendar: CalendarId) -> bool:
        return calendar == self.watch.home

    def _changes(
        self, calendar: CalendarId, state: CalendarState, listed: ListedCalendar | None
    ) -> _Changes | None:
        """What to apply, or `None` when nothing has changed."""
        if state.kind == "sync":
            if listed is not None and state.token is not None and listed.sync_token == state.token:
                return None
            try:
                return self._sync_from(calendar, state)
            except SyncUnusableError:
                state.kind = "list"
        ctag = listed.ctag if listed is not None else self._ctag(calendar) if state.ctag else None
        if ctag is not None and ctag == state.ctag:
            return None
        changes = self._listing(calendar)
        changes.ctag = ctag or changes.ctag
        return changes

    def _sync_from(self, calendar: CalendarId, state: CalendarState) -> _Changes:
        """The report since the last one, or from the start when that token is refused.

        DAViCal 1.1.12 and SOGo 5.8 answer a token that they have forgotten with everything there is, and
        sabre/dav one of before its backup with nothing; none says what was removed. So two reports count
        as refused: one that repeats most of what is known, and not all (not any repetition: SOGo's tokens
        are seconds, and its reports repeat the last one), and one that says nothing under a new token.
        """
        if state.token is None:
            return self._sync(calendar, None)
        try:
            changes = self._sync(calendar, state.token)
        except CursorExpiredError:
            return self._sync(calendar, None)
        known = {key: item.etag for key, item in state.items.items() if item.etag is not None}
        repeated = sum(known.get(key) == etag for key, (_, etag) in changes.present.items())
        repeats_most = 2 * repeated >= len(known) > 0 and not known.keys() <= changes.present.keys()
        silent = not changes.present and not changes.removed
        forgotten = repeats_most or (silent and bool(state.items) and changes.token != state.token)
        return self._sync(calendar, None) if forgotten else changes

    def _sync(self, calendar: CalendarId, token: str | None) -> _Changes:
        """One sync report, or several where the server pages (RFC 6578 section 3.6).

        Raises:
            CursorExpiredError: the token is refused; start over and sweep by absence.
            SyncUnusableError: even without a token there is no report.
        """
        changes = _Changes(whole=token is None)
        for _ in range(_MOST_PAGES):
            reply = self.client.read("REPORT", calendar, bodies.sync_collection(token or ""), depth=0)
            if reply.status != 207:
                if token is not None and reply.status in CURSOR_REFUSALS:
                    raise CursorExpiredError(Sentence("The sync token is refused."), calendar=calendar)
                if reply.status in (404, 410):
                    raise CalendarGoneError(
                        Sentence("There is no calendar at %(address)s.", address=calendar), calendar=calendar
                    )
                raise SyncUnusableError
            page = self.client.expect_multistatus(reply, calendar)
            changes.take(page.besides(calendar))
            if page.sync_token is None:
                raise SyncUnusableError
            if not _is_truncated(page, calendar):
                changes.token = page.sync_token
                return changes
            if page.sync_token == token:
                raise SyncUnusableError
            token = page.sync_token
        raise BadResponseError(Sentence("The sync report has no end."), calendar=calendar)

    def _ctag(self, calendar: CalendarId) -> str | None:
        itself = self.client.multistatus("PROPFIND", calendar, bodies.CTAG, depth=0).itself(calendar)
        return itself.text(f"{CALENDARSERVER}getctag") if itself is not None else None

    def _listing(self, calendar: CalendarId) -> _Changes:
        """Every member's ETag, by one PROPFIND."""
        answer = self.client.multistatus("PROPFIND", calendar, bodies.ETAGS, depth=1)
        itself = next((m for m in answer.members if m.key == path_key(calendar)), None)
        if itself is not None and itself.status in GONE_STATUSES:
            raise CalendarGoneError(
                Sentence("There is no calendar at %(address)s.", address=calendar), calendar=calendar
            )
        changes = _Changes(whole=True, ctag=itself.text(f"{CALENDARSERVER}getctag") if itself else None)
        changes.take(answer.besides(calendar))
        return changes

    def _apply(self, calendar: CalendarId, state: CalendarState, changes: _Changes) -> None:
        gone = {
            key
            for key in state.items
            if key in changes.removed or (changes.whole and key not in changes.present)
        }
        if self._is_alarming(calendar, state, gone):
            gone -= self._listing(calendar).present.keys()
        known = {key: item.etag for key, item in state.items.items()}
        wanted = [
            _Wanted(key, url, etag)
            for key, (url, etag) in changes.present.items()
            if etag is None or known.get(key) != etag
        ]
        for first in range(0, len(wanted), BATCH):
            self._fetch(calendar, state, wanted[first : first + BATCH])
        for key in gone:
            state.items.pop(key, None)

    def _is_alarming(self, calendar: CalendarId, state: CalendarState, gone: set[str]) -> bool:
        """Whether so much is gone that one answer is not enough: all of home, or half of a full calendar."""
        all_of_home = self._is_home(calendar) and len(gone) == len(state.items)
        half_of_many = len(state.items) > FEW_ITEMS and 2 * len(gone) > len(state.items)
        return bool(gone) and (all_of_home or half_of_many)

    def _fetch(self, calendar: CalendarId, state: CalendarState, wanted: Sequence[_Wanted]) -> None:
        """Fetch and understand some texts; an unreadable batch is halved until the culprit is alone."""
        body = bodies.multiget(urlsplit(item.url).path for item in wanted)
        try:
            reply = self.client.read("REPORT", calendar, body)
        except BadResponseError as error:
            if len(wanted) == 1:
                key, url, etag = wanted[0]
                state.items[key] = Item(item_href(url, calendar), etag, "", problem=error.detail)
                return
            middle = len(wanted) // 2
            self._fetch(calendar, state, wanted[:middle])
            self._fetch(calendar, state, wanted[middle:])
            return
        answered = {member.key: member for member in self.client.expect_multistatus(reply, calendar).members}
        if answered and not any(item.key in answered for item in wanted):
            raise BadResponseError(
                Sentence("The server answers for other events than asked."), calendar=calendar
            )
        for key, url, etag in wanted:
            member = answered.get(key)
            if member is None or member.status in GONE_STATUSES:
                state.items.pop(key, None)  # vanished since it was listed; the next report will say so
            else:
                etag = member.text(f"{DAV}getetag") or etag
                text = member.text(f"{CALDAV}calendar-data")
                state.items[key] = self._understood(calendar, state, item_href(url, calendar), etag, text)

    def _understood(
        self, calendar: CalendarId, state: CalendarState, href: str, etag: str | None, text: str | None
    ) -> Item:
        """What to keep of one text; nothing but times of an event that is neither ours nor was."""
        if text is None:  # without its ETag, so that it is asked for again at the next full listing
            return Item(href, None, "", problem="the server does not hand out its text")
        uid, horizon = uid_of(text), state.horizon or self.watch.window
        home, was_ours = self._is_home(calendar), is_entry_uid(uid)
        if "BEGIN:VEVENT" not in text or not (home or was_ours or ics.might_overlap(text, horizon)):
            return Item(href, etag, uid)
        try:
            event = ics.read(
                text, window=horizon, time_zone=self.watch.time_zone, addresses=self.watch.addresses
            )
        except UnreadableEventError as error:
            return Item(href, etag, uid, problem=error.reason)
        if not home and not was_ours:
            return Item(href, etag, uid, busy_times=event.busy_times, problem=event.note)
        seen = SeenItem(
            event.start_at,
            event.end_at,
            event.times,
            event.busy,
            event.recurring,
            event.gesture,
            event.fingerprint,
            event.mark,
        )
        if home:
            return Item(href, etag, event.uid, seen=seen)
        return Item(href, etag, uid, busy_times=event.busy_times, seen=seen, problem=event.note)


def item_href(url: str, calendar: str) -> str:
    """The name of a resource inside its calendar, as the server spells it; its path if it lies elsewhere."""
    path = urlsplit(url).path
    folder, _, name = path.rpartition("/")
    return name if path_key(folder) == path_key(calendar) else path


def uid_of(text: str) -> str:
    """The UID of the event in a text that may be unreadable otherwise; empty when there is none."""
    event = re.sub(r"\r?\n[ \t]", "", text).partition("BEGIN:VEVENT")[2]
    found = _UID.search(event)
    return found[1].strip() if found else ""


def _is_truncated(page: Multistatus, calendar: str) -> bool:
    own = path_key(calendar)
    return any(member.key == own and member.status == 507 for member in page.members)
