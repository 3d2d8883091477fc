"""Partners' accounts and feeds: what the store keeps of them, and how they are opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from connectors.model import AccountState, CalendarId, SkippedItem
from connectors.protocol import BusySource, CalendarConnector
from service.domain.entries import Copy, JournalEntry
from service.domain.household import HouseholdId, PartnerId
from service.domain.interval import Interval


@dataclass(frozen=True, slots=True)
class Account:
    """One partner's calendar account.

    `busy` (names or ids of the calendars that make them busy, `None` for all) and `home` (the name,
    or the id, of the calendar of ours) are as the person wrote them; `busy_ids` and `home_id` are
    what they turned out to be at the first connection. `secret` never reaches a log or a page: the
    password (CalDAV), or the grant as one line of JSON (Google). `copies` are what we put into another
    calendar of this account, for colleagues to see. `subject` is who the person is at the provider, whatever
    their address there, and `ends_at` when the connection ends by itself; `None` where nobody says.
    `leaving`: its person has disconnected it, and the next tick lets it go. `confirmed` is the
    problem of which they have said, on their page, that it is right. `told` is the trouble of which they
    were mailed, as long as it lasts.
    """

    household: HouseholdId
    partner: PartnerId
    kind: Literal["caldav", "google"]
    url: str
    username: str
    secret: str = field(repr=False)
    busy: tuple[str, ...] | None = None
    home: str = "Offplate"
    busy_ids: tuple[CalendarId, ...] | None = None
    home_id: CalendarId | None = None
    state: AccountState = field(default_factory=AccountState)
    polled_at: datetime | None = None
    problem: str | None = None
    retry_at: datetime | None = None
    failures: int = 0
    copies: tuple[Copy, ...] = ()
    subject: str | None = None
    ends_at: datetime | None = None
    leaving: bool = False
    confirmed: str | None = None
    told: str | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The mail address of its person there, where they sign in with one."""
        return (self.username,) if "@" in self.username else ()

    def is_same_as(self, other: Account) -> bool:
        """Whether both lead to one and the same account, under whatever address it goes by now."""
        if (self.kind, self.url) != (other.kind, other.url):
            return False
        if self.subject is not None and other.subject is not None:
            return self.subject == other.subject
        return self.username == other.username


@dataclass(frozen=True, slots=True)
class Feed:
    """A published calendar that makes a partner busy; read only. `name` is unique for its partner.

    `url` is a secret and never reaches a log or a page. `busy` and `skipped` are of the last good
    reading, at `read_at`; `None` when there never was one.
    """

    household: HouseholdId
    partner: PartnerId
    name: str
    url: str = field(repr=False)
    state: AccountState = field(default_factory=AccountState)
    busy: tuple[Interval, ...] = ()
    skipped: tuple[SkippedItem, ...] = ()
    read_at: datetime | None = None
    problem: str | None = None
    retry_at: datetime | None = None
    failures: int = 0


class Accounts(Protocol):
    def get(self, household: HouseholdId, partner: PartnerId) -> Account | None: ...

    def connect(self, account: Account) -> None:
        """Insert or update address, credentials and choices. Another account (`Account.is_same_as`), home
        or busy choice forgets what was learned (`busy_ids`, `home_id`, state); else it is kept. The
        copies are forgotten with another account only. It is not `leaving` any more."""
        ...

    def disconnect(self, household: HouseholdId, partner: PartnerId) -> None:
        """Its person wants to be rid of it: note that it is `leaving`, and let it rest no longer."""
        ...

    def forget(self, household: HouseholdId, partner: PartnerId) -> None:
        """The account and all that was learned from it, if it is still `leaving`. The journal stays."""
        ...

    def renew_secret(self, household: HouseholdId, partner: PartnerId, *, old: str, new: str) -> bool:
        """Put the secret that a provider renewed by itself; nothing else changes. False, and nothing
        saved, where another one stands by now: its person has connected anew."""
        ...

    def save_calendars(
        self,
        household: HouseholdId,
        partner: PartnerId,
        *,
        home_id: CalendarId,
        busy_ids: tuple[CalendarId, ...] | None,
    ) -> None: ...

    def save_busy(
        self, household: HouseholdId, partner: PartnerId, busy: tuple[CalendarId, ...] | None
    ) -> None:
        """Another choice of the calendars that count, by their ids. The next poll reads everything anew;
        our own calendar stays what it is."""
        ...

    def save_copies(self, household: HouseholdId, partner: PartnerId, copies: Sequence[Copy]) -> None:
        """All of them, in place of what was known."""
        ...

    def save_poll(
        self,
        household: HouseholdId,
        partner: PartnerId,
        *,
        polled_at: datetime,
        state: AccountState,
        busy: Sequence[Interval],
        journal: Sequence[JournalEntry],
        skipped: Sequence[SkippedItem],
        problem: str | None,
        retry_at: datetime | None = None,
    ) -> None:
        """One transaction: the new state, the busy time it stands for, and the journal rows that
        people's edits changed. `retry_at`: a part of the account is to be left alone until then, which
        counts as a failure; without it `failures` are cleared."""
        ...

    def save_problem(
        self, household: HouseholdId, partner: PartnerId, *, problem: str, retry_at: datetime | None
    ) -> None:
        """Note why an account could not be used, count the failure, and when to try again."""
        ...

    def confirm(self, household: HouseholdId, partner: PartnerId, problem: str) -> bool:
        """Keep that its person finds that problem right, until the next reading, which need not wait.
        False, and nothing kept, where another one stands."""
        ...

    def save_told(self, household: HouseholdId, partner: PartnerId, trouble: str | None) -> None:
        """That its person was mailed of that trouble; `None` once it is mended."""
        ...

    def busy(self, household: HouseholdId, partner: PartnerId) -> list[Interval]: ...

    def skipped(self, household: HouseholdId, partner: PartnerId) -> list[SkippedItem]: ...


class Feeds(Protocol):
    def of_partner(self, household: HouseholdId, partner: PartnerId) -> list[Feed]:
        """In the order of their names."""
        ...

    def connect(self, household: HouseholdId, partner: PartnerId, feeds: Mapping[str, str]) -> None:
        """Exactly these, name to address: others are forgotten, and so is what was read from another
        address; the rest is kept."""
        ...

    def save_reading(
        self,
        feed: Feed,
        *,
        read_at: datetime,
        state: AccountState,
        busy: Sequence[Interval],
        skipped: Sequence[SkippedItem],
    ) -> None:
        """What a good reading gave. Clears `problem`, `retry_at` and `failures`."""
        ...

    def save_problem(
        self, feed: Feed, *, problem: str, retry_at: datetime | None, state: AccountState
    ) -> None:
        """Note why it could not be read, and count the failure; the last good reading stays."""
        ...


OpenConnector = Callable[[Account], CalendarConnector]
"""A connector for that account, made without any network call; close it after use."""


OpenFeed = Callable[[Feed], BusySource]
"""A source for that feed, made without any network call; close it after use."""
