"""`CalDavConnector`: the verbs of the protocol on one CalDAV account.

Holds the parts together (client, discovery, listing, reader, writer) and decides what a poll asks
for. Makes no request before the first verb. Never writes outside of what a verb names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.caldav import listing
from connectors.caldav.client import BrokenServerError, CalDavAccount, CalDavClient
from connectors.caldav.discovery import Homes, discover
from connectors.caldav.listing import ListedCalendar
from connectors.caldav.quirks import listing_is_costly
from connectors.caldav.reading import CalendarReader
from connectors.caldav.state import (
    CalendarState,
    PollState,
    elsewhere_of,
    entry_of,
    read_state,
    write_state,
)
from connectors.caldav.writing import EntryWriter
from connectors.errors import (
    AuthExpiredError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    RetryLaterError,
    UnsafeAddressError,
)
from connectors.guard import TOTAL_SECONDS
from connectors.identity import is_entry_uid
from connectors.model import (
    AccountDelta,
    AccountState,
    CalendarId,
    CalendarReading,
    CalendarRef,
    EntryDraft,
    EntryRef,
    SkippedItem,
    Traffic,
    Watch,
)
from connectors.sentences import Sentence
from connectors.times import merged

LISTING_AGE = timedelta(hours=1)
MOST_OCCURRENCES = 5_000


class CalDavConnector:
    """One CalDAV account, behind the guard of outbound requests.

    `clock` gives the present instant, `sleep` waits (reads only); `allow_private_hosts` names hosts
    that may live at a private address and be spoken to without TLS, loopback included.
    `total_seconds` bounds each request from connecting to the last byte.
    """

    def __init__(
        self,
        account: CalDavAccount,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        allow_private_hosts: frozenset[str] = frozenset(),
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._clock = clock
        self._client = CalDavClient(
            account, sleep=sleep, allow_private_hosts=allow_private_hosts, total_seconds=total_seconds
        )
        self.traffic: Traffic = self._client.traffic
        self._writer = EntryWriter(self._client, clock)
        self._homes: Homes | None = None

    @property
    def colleagues(self) -> CalendarId | None:
        return None  # a calendar of ours is one like any other there

    def list_calendars(self) -> list[CalendarRef]:
        return [listed.ref for listed in listing.list_homes(self._client, self._found())]

    def ensure_home(self, name: str, mark: str) -> CalendarRef:
        return listing.ensure_home(self._client, self._found(), name, mark)

    def poll_account(self, watch: Watch, state: AccountState) -> AccountDelta:
        poll = read_state(state)
        self._homes = poll.homes or self._homes
        listed = self._list_if_useful(poll)
        if self._homes is not None:
            addresses = tuple(dict.fromkeys((*watch.addresses, *self._homes.addresses)))
            watch = replace(watch, addresses=addresses)
        watched = [c for c in (poll.listed if watch.busy is None else watch.busy) if c != watch.home]
        reader = CalendarReader(self._client, watch, self._clock())
        errors: dict[CalendarId, ConnectorError] = {}
        pause: RetryLaterError | None = None
        # Home first: what a person moves out of it meanwhile is then found in the other calendar.
        wanted = [watch.home, *watched] if watch.home is not None else watched
        poll.calendars = {c: poll.calendars.get(c, CalendarState()) for c in wanted}
        home = poll.calendars.get(watch.home) if watch.home is not None else None
        stood = set(home.items) if home is not None else set()
        for calendar in wanted:
            try:
                if pause is not None:
                    raise pause
                reader.refresh(calendar, poll.calendars[calendar], listed.get(calendar))
                if calendar == watch.home and stood - poll.calendars[calendar].items.keys():
                    listed = {}  # older than what has gone from home since: ask each of the others
            except (AuthExpiredError, UnsafeAddressError):
                raise
            except ConnectorError as error:
                errors[calendar] = error
                if isinstance(error, RetryLaterError) and not isinstance(error, BrokenServerError):
                    pause = error  # the whole account is asked later; what was read is kept
        if pause is not None and len(errors) == len(wanted):
            raise pause
        poll.costly_listing = any(listing_is_costly(c.token) for c in poll.calendars.values())
        return _delta(watch, watched, poll, errors)

    def create_entry(self, calendar: CalendarId, draft: EntryDraft) -> EntryRef:
        return self._writer.create(calendar, draft)

    def replace_entry(self, ref: EntryRef, draft: EntryDraft) -> EntryRef:
        return self._writer.replace(ref, draft)

    def delete_entry(self, ref: EntryRef) -> None:
        self._writer.delete(ref)

    def close(self) -> None:
        self._client.close()

    def _found(self) -> Homes:
        self._homes = self._homes or discover(self._client)
        return self._homes

    def _list_if_useful(self, poll: PollState) -> dict[CalendarId, ListedCalendar]:
        """Look at the home: one request that tells which calendars changed, unless it is a costly one."""
        now = self._clock()
        fresh = poll.listed_at is not None and now - poll.listed_at < LISTING_AGE
        if poll.costly_listing and fresh:
            return {}
        try:
            found = listing.list_homes(self._client, self._found())
        except CalendarGoneError:
            if poll.homes is None:
                raise
            self._homes = None
            found = listing.list_homes(self._client, self._found())
        poll.homes, poll.listed_at = self._homes, now
        poll.listed = tuple(calendar.ref.id for calendar in found if calendar.ref.mark is None)
        return {calendar.ref.id: calendar for calendar in found}


def _delta(
    watch: Watch, watched: list[CalendarId], poll: PollState, errors: dict[CalendarId, ConnectorError]
) -> AccountDelta:
    skipped = [
        SkippedItem(calendar, item.href, item.problem)
        for calendar, state in poll.calendars.items()
        for item in state.items.values()
        if item.problem is not None
    ]
    entries = None
    if watch.home is not None and watch.home not in errors:
        items = poll.calendars[watch.home].items.values()
        entries = tuple(entry_of(watch.home, item, watch.window) for item in items)
    unread = [c for c in watched if c in errors and not isinstance(errors[c], CalendarGoneError)]
    return AccountDelta(
        state=write_state(poll),
        readings=tuple(_reading(watch, c, poll.calendars[c], errors.get(c)) for c in watched),
        entries=entries,
        home_error=errors.get(watch.home) if watch.home is not None else None,
        skipped=tuple(skipped),
        elsewhere=tuple(
            elsewhere_of(calendar, item)
            for calendar in watched
            for item in poll.calendars[calendar].items.values()
            if is_entry_uid(item.uid)
        ),
        elsewhere_unread=bool(unread),
    )


def _reading(
    watch: Watch, calendar: CalendarId, state: CalendarState, error: ConnectorError | None
) -> CalendarReading:
    items = [item for item in state.items.values() if item.uid not in watch.copies]
    times = [t for item in items for t in item.busy_times if t.overlaps(watch.window)]
    if len(times) > MOST_OCCURRENCES and error is None:
        error = BadResponseError(
            Sentence("The calendar has more than 5,000 events in the window."), calendar=calendar
        )
    return CalendarReading(calendar, merged(times, within=watch.window), error)
