"""`GoogleConnector`: the verbs of the protocol on one Google account.

Holds the parts together and decides what a poll asks for: busy times, and what changed in our own
calendar; two requests when nothing did. Each degrades by itself. Makes no request before the first
verb. Never writes outside of what a verb names.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.errors import (
    AuthExpiredError,
    CalendarGoneError,
    ConnectorError,
    RetryLaterError,
    UnsafeAddressError,
)
from connectors.google import busy, listing, rights
from connectors.google.client import CalendarApi
from connectors.google.credentials import GoogleCredentials, KeepGrant
from connectors.google.errors import error_of
from connectors.google.main_calendar import busy_without
from connectors.google.reading import HomeReader, entries_of
from connectors.google.state import BusyTimes, PollState, read_state, write_state
from connectors.google.wire import TOTAL_SECONDS, Wire
from connectors.google.writing import EntryWriter
from connectors.identity import google_event_id
from connectors.model import (
    AccountDelta,
    AccountState,
    CalendarId,
    CalendarReading,
    CalendarRef,
    EntryDraft,
    EntryRef,
    SkippedItem,
    TimeRange,
    Traffic,
    Watch,
)
from connectors.retry import Patience
from connectors.sentences import Sentence
from connectors.times import merged

LISTING_AGE = timedelta(hours=1)
_STOPS_THE_ACCOUNT = (AuthExpiredError, UnsafeAddressError)


class GoogleConnector:
    """One Google account. Belongs to one thread, with an HTTP session of its own.

    `clock` gives the present instant, `sleep` waits (reads only). `keep` is called with the grant to
    store whenever it changes. `allow_private_hosts` is for a Google on loopback.
    """

    def __init__(
        self,
        credentials: GoogleCredentials,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        keep: KeepGrant,
        allow_private_hosts: frozenset[str] = frozenset(),
        total_seconds: float = TOTAL_SECONDS,
        patience: Patience | None = None,
    ) -> None:
        self._clock = clock
        self._wire = Wire(
            credentials,
            clock=clock,
            keep=keep,
            allow_private_hosts=allow_private_hosts,
            total_seconds=total_seconds,
        )
        self.traffic: Traffic = self._wire.traffic
        self._api = CalendarApi(self._wire, credentials, clock=clock, sleep=sleep, patience=patience)
        self._writer = EntryWriter(self._api)

    @property
    def colleagues(self) -> CalendarId | None:
        return listing.MAIN if self._api.may(rights.MAIN_CALENDAR) else None

    def list_calendars(self) -> list[CalendarRef]:
        if not self._api.may(rights.CALENDAR_LIST):
            self._wire.tokens.authorization()
        return [listed.ref for listed in listing.list_calendars(self._api)]

    def ensure_home(self, name: str, mark: str) -> CalendarRef:
        return listing.ensure_home(self._api, name, mark)

    def poll_account(self, watch: Watch, state: AccountState) -> AccountDelta:
        poll = read_state(state)
        watched = self._watched(watch, poll)
        errors: dict[CalendarId, ConnectorError] = {}
        home_error: ConnectorError | None = None
        pause: RetryLaterError | None = None
        if watched:
            errors, pause = self._ask_when_busy(watched, watch, poll)
        if watch.home is not None:
            try:
                if pause is not None:
                    raise pause
                self._api.insist_on(rights.OWN_CALENDAR)
                with listing.reaching(self._api, watch.home):
                    self.reader(watch).refresh(poll.home, watch.home)
            except _STOPS_THE_ACCOUNT:
                raise
            except ConnectorError as error:
                home_error = error
                pause = error if isinstance(error, RetryLaterError) else pause
        read = [each for each in watched if each not in errors]
        if pause is not None and not read and (watch.home is None or home_error is not None):
            raise pause
        return self._delta(watch, watched, poll, errors, home_error)

    def create_entry(self, calendar: CalendarId, draft: EntryDraft) -> EntryRef:
        with listing.reaching(self._api, calendar):
            return self._writer.create(calendar, draft)

    def replace_entry(self, ref: EntryRef, draft: EntryDraft) -> EntryRef:
        with listing.reaching(self._api, ref.calendar):
            return self._writer.replace(ref, draft)

    def delete_entry(self, ref: EntryRef) -> None:
        with listing.reaching(self._api, ref.calendar):
            self._writer.delete(ref)

    def close(self) -> None:
        self._wire.close()

    def reader(self, watch: Watch) -> HomeReader:
        """What keeps our own calendar up to date."""
        return HomeReader(self._api, watch)

    def _watched(self, watch: Watch, poll: PollState) -> list[CalendarId]:
        """The calendars that count; when none were chosen, those that the person owns but ours."""
        if (watch.busy is None or watch.copies) and not self._lists_freshly(poll):
            listed = listing.list_calendars(self._api)
            poll.listed = tuple(each.ref.id for each in listed if each.ref.own and each.ref.mark is None)
            poll.main = next((each.ref.id for each in listed if each.main), None)
            poll.listed_at = self._clock()
        watched = poll.listed if watch.busy is None else watch.busy
        return [calendar for calendar in dict.fromkeys(watched) if calendar != watch.home]

    def _lists_freshly(self, poll: PollState) -> bool:
        if poll.main == listing.MAIN and self._api.may(rights.CALENDAR_LIST):
            return False  # the right to the list has come since
        return poll.listed_at is not None and self._clock() - poll.listed_at < LISTING_AGE

    def _ask_when_busy(
        self, watched: Sequence[CalendarId], watch: Watch, poll: PollState
    ) -> tuple[dict[CalendarId, ConnectorError], RetryLaterError | None]:
        """Free/busy into `poll`; what went wrong with each calendar, and whether to leave Google alone."""
        mains = (poll.main, listing.MAIN) if watch.copies else ()
        try:
            answer = self._busy_answer([each for each in watched if each not in mains], watch)
            answer |= {each: self._without_copies(each, watch) for each in watched if each in mains}
        except _STOPS_THE_ACCOUNT:
            raise
        except ConnectorError as error:
            pause = error if isinstance(error, RetryLaterError) else None
            return dict.fromkeys(watched, error), pause
        now = self._clock()
        errors: dict[CalendarId, ConnectorError] = {}
        for calendar in watched:
            times = answer[calendar]
            if isinstance(times, ConnectorError):
                errors[calendar] = times
                if isinstance(times, CalendarGoneError):
                    poll.listed_at = None  # where all count, the next poll looks which there are
            else:
                poll.busy[calendar] = BusyTimes(now, merged(times, within=busy.window_of(watch.window)))
        return errors, None

    def _without_copies(self, main: CalendarId, watch: Watch) -> tuple[TimeRange, ...] | ConnectorError:
        copies = {google_event_id(uid) for uid in watch.copies}
        try:
            return busy_without(self._api, main, copies, busy.window_of(watch.window), watch.time_zone)
        except (*_STOPS_THE_ACCOUNT, RetryLaterError):
            raise
        except ConnectorError as error:
            return error

    def _busy_answer(self, watched: Sequence[CalendarId], watch: Watch) -> busy.BusyAnswer:
        answers: list[busy.BusyAnswer] = []
        if watched:
            self._api.insist_on(rights.BUSY_TIMES)
        for question in busy.questions(watched, busy.window_of(watch.window), watch.time_zone):
            reply = self._api.read(self._api.freebusy.query(body=question), right=rights.BUSY_TIMES)
            if reply.verdict != "done":
                raise error_of(reply.verdict, reply.refusal, right=rights.BUSY_TIMES)
            answers.append(busy.read_answer(question, reply.body))
        return busy.put_together(answers)

    def _delta(
        self,
        watch: Watch,
        watched: Sequence[CalendarId],
        poll: PollState,
        errors: dict[CalendarId, ConnectorError],
        home_error: ConnectorError | None,
    ) -> AccountDelta:
        poll.busy = {calendar: kept for calendar, kept in poll.busy.items() if calendar in watched}
        entries, skipped = None, []
        if watch.home is not None and home_error is None:
            entries = entries_of(poll.home, watch.home, watch)
            skipped = [
                SkippedItem(watch.home, event_id, item.problem)
                for event_id, item in poll.home.items.items()
                if item.problem is not None
            ]
        return AccountDelta(
            state=write_state(poll),
            readings=tuple(_reading(watch, each, poll.busy.get(each), errors.get(each)) for each in watched),
            entries=entries,
            home_error=home_error,
            skipped=tuple(skipped),
        )


def _reading(
    watch: Watch, calendar: CalendarId, kept: BusyTimes | None, error: ConnectorError | None
) -> CalendarReading:
    """Busy time as it is, or the last good answer with its age in the error."""
    times = merged(kept.times, within=watch.window) if kept else ()
    if error is not None and kept is not None:
        read_at = kept.read_at.astimezone(ZoneInfo(watch.time_zone))
        error = copy.copy(error)
        still = Sentence("What it said at %(time)s still counts.", time=f"{read_at:%Y-%m-%d %H:%M}")
        error.detail = error.detail.then(still)
    return CalendarReading(calendar, times, error)
