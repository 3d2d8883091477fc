"""What every calendar provider must do for us, and what it promises while doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from connectors.model import (
    AccountDelta,
    AccountState,
    BusyReading,
    CalendarId,
    CalendarRef,
    ConsentAsked,
    ConsentGiven,
    ConsentHeld,
    EntryDraft,
    EntryRef,
    Found,
    Located,
    Right,
    Traffic,
    Watch,
)


class CalendarConnector(Protocol):
    """One account of one person. Synchronous; one instance per job, never shared between threads.

    Every verb may raise `RetryLaterError`, `NeedsPersonError` or `BadResponseError`
    (connectors/errors.py says what the caller does about each); other errors are named at the verb.
    A write whose reply was lost is settled by reading before the verb returns or raises.
    """

    traffic: Traffic

    @property
    def colleagues(self) -> CalendarId | None:
        """Where entries go that only say "Busy", for those who see this person's main calendar; `None`
        where our own calendar shows already, or the person has not asked for it."""
        ...

    def list_calendars(self) -> list[CalendarRef]:
        """All event calendars of the account, ours among them, in the server's order."""
        ...

    def ensure_home(self, name: str, mark: str) -> CalendarRef:
        """The calendar of ours: the one whose description carries `mark`, else a new one called `name`.

        Never makes two and never adopts a calendar by its name. When `name` is a calendar's own id
        (its URL), exactly that calendar is used, mark or not.

        Raises:
            AccessDeniedError: the account cannot make calendars, or the chosen one is read-only.
            CalendarGoneError: the chosen one is not there.
        """
        ...

    def poll_account(self, watch: Watch, state: AccountState) -> AccountDelta:
        """Busy time and our entries as they stand now, and the state for the next poll.

        Incremental where the server can; the answer is always the whole present view. One broken
        event costs that event (`skipped`), one unreadable calendar that calendar (`error`).
        """
        ...

    def create_entry(self, calendar: CalendarId, draft: EntryDraft) -> EntryRef:
        """Put a new entry. Idempotent on `draft.uid`: already there with the same content is success.

        Raises:
            EntryExistsError: the UID is held by something that is not this entry.
            EntryChangedError: our entry is there already and a person has edited it since.
            EntryGoneError: our entry was there and a person has deleted it since, where the server
                remembers that (Google); never written again under this UID.
        """
        ...

    def replace_entry(self, ref: EntryRef, draft: EntryDraft) -> EntryRef:
        """Overwrite, only if `ref.etag` still holds (an unknown one is read first and compared).

        Raises:
            EntryChangedError: somebody edited it; keep theirs.
            EntryGoneError: somebody deleted it; never written again.
        """
        ...

    def delete_entry(self, ref: EntryRef) -> None:
        """Remove, only if `ref.etag` still holds; already gone is success.

        Raises:
            EntryChangedError: somebody edited it; keep theirs.
        """
        ...

    def close(self) -> None:
        """Give back sockets. The instance is not used again."""
        ...


class BusySource(Protocol):
    """Somewhere that only says when a person is busy. Synchronous, one instance per job, nothing written."""

    traffic: Traffic

    def read_busy(self, watch: Watch, state: AccountState) -> BusyReading:
        """Busy time as it is now, and the state for the next reading.

        The answer is always the whole present view of `watch.window`; `home` and `busy` of the watch
        do not concern it. One broken event costs that event (`skipped`). When many events are gone
        at once, the last good reading comes back with an `error`, until the source says so again.

        Raises:
            RetryLaterError, NeedsPersonError, BadResponseError: nothing could be read. What was read
                last still counts; keep it, with its age, and keep the state.
        """
        ...

    def close(self) -> None:
        """Give back sockets. The instance is not used again."""
        ...


class Consent(Protocol):
    """An account that is connected on its provider's own page instead of with a password.

    `secret` is that of an account, as `take` gave it.
    """

    def ask(self, redirect: str, *, email: str, rights: Sequence[Right] = ("own", "busy")) -> ConsentAsked:
        """Where to send the person; `redirect` is where they come back. What they granted before stays.
        No request is sent."""
        ...

    def take(self, asked: ConsentAsked, query: Mapping[str, str]) -> ConsentGiven:
        """What they came back with. An answer serves once.

        Raises:
            ConsentRefusedError: they said no, or it answers another question. Nothing was kept.
            ConnectorError: the provider does not honour it, or cannot be reached; its text is for the
                person, and asking again is safe.
        """
        ...

    def held(self, secret: str) -> ConsentHeld:
        """What was granted, as far as the last answer of the provider told. No request is sent."""
        ...

    def give_back(self, secret: str) -> None:
        """End all that was granted. Ended already is success.

        Raises:
            ConnectorError: the provider cannot be reached, or did not do it; trying again is safe.
        """
        ...


class Onboarding(Protocol):
    """From what a person types to an account that is known to work. Saves and changes nothing anywhere.

    Both verbs end within a minute or so and may raise `RetryLaterError`, `NeedsPersonError` or
    `BadResponseError`, whose text is for the person.
    """

    def locate(self, typed: str) -> Located:
        """Where the account of a mail address, a server name or a URL seems to live.

        No password is involved. Name `host` to the person before one goes there.
        """
        ...

    def try_account(self, url: str, username: str, password: str) -> Found:
        """Sign in and look around, with a handful of requests.

        Raises:
            AuthExpiredError: the user name or password is refused.
            CalendarGoneError: nothing there leads to a calendar, or it sends on to another server.
        """
        ...
