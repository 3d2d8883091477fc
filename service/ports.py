"""What the flow asks of the world: a store in families of questions, calendars, and the post.

Protocols only; `store`, `mail` and `connectors` fit them by shape, and `wiring` puts the real ones
into a `World`. Every method names its household: nothing here is global. Each store method is one
transaction; none of them is called while a network request is under way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from connectors.model import AccountState, CalendarId, SkippedItem
from connectors.protocol import BusySource, CalendarConnector
from service.clock import Clock
from service.domain.checkin import Agreement, Answer, CheckIn, State
from service.domain.chores import Chore
from service.domain.entries import JournalEntry
from service.domain.household import Household, HouseholdId, Partner, PartnerId
from service.domain.interval import Interval
from service.domain.plan import Plan
from service.domain.questions import Question
from service.domain.week import Week


@dataclass(frozen=True, slots=True)
class Account:
    """One partner's calendar account.

    `busy` (names or ids of the calendars that make them busy, `None` for all) and `home` (the name,
    or the id, of the calendar of ours) are as the person wrote them; `busy_ids` and `home_id` are
    what they turned out to be at the first connection. `secret` never reaches a log or a page.
    """

    household: HouseholdId
    partner: PartnerId
    kind: Literal["caldav"]
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


@dataclass(frozen=True, slots=True)
class StoredPlan:
    plan: Plan
    snapshot: Mapping[str, Any]
    made_at: datetime


PlanStage = Literal["proposed", "published"]

LinkPurpose = Literal["check_in", "session", "unsubscribe"]


@dataclass(frozen=True, slots=True)
class Link:
    """A secret somebody holds, known to us by its SHA-256 only. Sessions are links as well."""

    token_hash: bytes
    household: HouseholdId
    partner: PartnerId
    purpose: LinkPurpose
    week: Week | None
    expires_at: datetime


MailKind = Literal["invitation", "check_in", "week", "needs_you"]
MailState = Literal["queued", "dispatching", "sent", "refused", "expired", "held"]


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail as it will be sent, rendered once; a retry sends the same bytes.

    (household, partner, week, kind, sequence) is unique. `message` is the RFC 5322 text, encrypted
    at rest and blanked once sent. `dispatching` means handed over, answer not known: it may have
    arrived.
    """

    id: int
    household: HouseholdId
    partner: PartnerId
    week: Week
    kind: MailKind
    sequence: int
    recipient: str
    message: bytes = field(repr=False)
    expires_at: datetime
    state: MailState = "queued"
    attempts: int = 0
    next_try_at: datetime | None = None
    problem: str | None = None


class Households(Protocol):
    def ids(self) -> list[HouseholdId]: ...

    def get(self, household: HouseholdId) -> Household:
        """Raises KeyError for an unknown one."""
        ...

    def save(self, household: Household) -> None:
        """Insert, or replace what was there under its id; chores and history stay."""
        ...

    def chores(self, household: HouseholdId) -> list[Chore]:
        """The list, in the order it was made."""
        ...

    def seed_chores(self, household: HouseholdId, chores: Sequence[Chore]) -> int:
        """Put the first list, once: a household that ever had chores keeps its own. Returns how many."""
        ...


class Accounts(Protocol):
    def get(self, household: HouseholdId, partner: PartnerId) -> Account | None: ...

    def connect(self, account: Account) -> None:
        """Insert or update address, credentials and choices. Another address or user name, home or
        busy choice forgets what was learned (`busy_ids`, `home_id`, state); else it is kept."""
        ...

    def save_calendars(
        self,
        household: HouseholdId,
        partner: PartnerId,
        *,
        home_id: CalendarId,
        busy_ids: tuple[CalendarId, ...] | None,
    ) -> None: ...

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
    ) -> None:
        """One transaction: the new state, the busy time it stands for, and the journal rows that
        people's edits changed. Clears `retry_at` and `failures`."""
        ...

    def save_problem(
        self, household: HouseholdId, partner: PartnerId, *, problem: str, retry_at: datetime | None
    ) -> None:
        """Note why an account could not be used, count the failure, and when to try again."""
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


class CheckIns(Protocol):
    def get(self, household: HouseholdId, week: Week) -> CheckIn | None: ...

    def open(self, household: HouseholdId, week: Week, *, opened_at: datetime, closes_at: datetime) -> bool:
        """True when it was opened now, False when it was there already."""
        ...

    def answer(self, household: HouseholdId, week: Week, answer: Answer) -> bool:
        """Put or change an answer. False, and nothing saved, when the check-in is closed or absent."""
        ...

    def agree(self, household: HouseholdId, week: Week, agreement: Agreement) -> None: ...

    def withdraw_agreements(self, household: HouseholdId, week: Week) -> None:
        """When the proposal changes, what was agreed to is another one."""
        ...

    def close(self, household: HouseholdId, week: Week, *, closed_at: datetime) -> bool:
        """True when this call closed it."""
        ...

    def states_before(
        self, household: HouseholdId, partner: PartnerId, week: Week, *, count: int = 6
    ) -> list[State | None]:
        """Their states in the `count` weeks before `week`, latest first; `None` for a silent one."""
        ...


class Plans(Protocol):
    def get(self, household: HouseholdId, week: Week, stage: PlanStage) -> StoredPlan | None: ...

    def save(
        self,
        household: HouseholdId,
        week: Week,
        stage: PlanStage,
        plan: Plan,
        *,
        snapshot: Mapping[str, Any],
        made_at: datetime,
    ) -> None:
        """Replaces what stood at that stage."""
        ...


class Journal(Protocol):
    def of_week(self, household: HouseholdId, week: Week) -> list[JournalEntry]: ...

    def of_partner(self, household: HouseholdId, partner: PartnerId) -> list[JournalEntry]:
        """Everything ever written for them that is not `gone`."""
        ...

    def save(self, household: HouseholdId, entries: Sequence[JournalEntry]) -> None:
        """Insert or replace by (partner, week, key)."""
        ...


class Questions(Protocol):
    def of_week(self, household: HouseholdId, week: Week) -> list[Question]:
        """In the order in which they were asked, whatever became of them."""
        ...

    def save(self, household: HouseholdId, question: Question) -> None:
        """Insert or replace by (week, id)."""
        ...

    def withdraw(self, household: HouseholdId, question: Question) -> None:
        """Forget it; one that is not there is forgotten already."""
        ...


class Links(Protocol):
    def save(self, link: Link) -> None: ...

    def get(self, token_hash: bytes, *, now: datetime) -> Link | None:
        """The link, unless it is unknown, expired or revoked."""
        ...

    def extend(self, token_hash: bytes, *, expires_at: datetime) -> None: ...

    def revoke(self, household: HouseholdId, partner: PartnerId) -> int:
        """Every link and session of that partner, at once. Returns how many."""
        ...


class Outbox(Protocol):
    def queue(self, mail: OutgoingMail) -> bool:
        """False when a mail of the same key was queued before. `mail.id` is ignored and given anew."""
        ...

    def has(self, household: HouseholdId, partner: PartnerId, week: Week, kind: MailKind) -> bool:
        """Whether a mail of that kind was queued for that week, whatever became of it."""
        ...

    def due(self, *, now: datetime, limit: int = 20) -> list[OutgoingMail]:
        """Queued mails whose time has come, oldest first; past their end they turn `expired`."""
        ...

    def uncertain(self, *, before: datetime) -> list[OutgoingMail]:
        """Mails `dispatching` since before that instant: nobody knows whether they arrived."""
        ...

    def dispatching(self, mail_id: int, *, at: datetime) -> bool:
        """Committed just before the final dot. False when somebody else has it: do not send."""
        ...

    def settle(
        self,
        mail_id: int,
        state: MailState,
        *,
        at: datetime,
        problem: str | None = None,
        next_try_at: datetime | None = None,
    ) -> None:
        """The outcome; `sent` blanks the message, `queued` counts an attempt and sets the next try."""
        ...

    def counts(self) -> Mapping[MailState, int]: ...


class DueBoard(Protocol):
    """Which household's turn it is, shared by every process on the database, with leases."""

    def wake(self, household: HouseholdId, *, at: datetime) -> None:
        """Make it due at `at` if it would be due later; a new household starts here."""
        ...

    def claim(self, *, now: datetime, owner: str, lease: timedelta, limit: int) -> list[HouseholdId]:
        """Lease the longest-waiting due households; nobody else gets them until the lease ends."""
        ...

    def finish(self, household: HouseholdId, *, owner: str, next_due_at: datetime) -> bool:
        """Give the lease back. A `wake` during the run wins over a later `next_due_at`. False when the
        lease was lost: throw the result away."""
        ...

    def fail(self, household: HouseholdId, *, owner: str, next_due_at: datetime, problem: str) -> bool:
        """As `finish`, keeping the count of attempts and the reason for doctor."""
        ...

    def release(self, *, owner: str) -> None:
        """Give back every lease of a process that stops."""
        ...

    def lag(self, *, now: datetime) -> timedelta:
        """How long the longest-waiting household has been overdue."""
        ...

    def problems(self) -> Mapping[HouseholdId, str]: ...


class Store(Protocol):
    """The families together. `install` is this installation's random name, made once."""

    @property
    def install(self) -> str: ...
    @property
    def households(self) -> Households: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def feeds(self) -> Feeds: ...
    @property
    def check_ins(self) -> CheckIns: ...
    @property
    def plans(self) -> Plans: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def questions(self) -> Questions: ...
    @property
    def links(self) -> Links: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def due(self) -> DueBoard: ...


OpenConnector = Callable[[Account], CalendarConnector]
"""A connector for that account, made without any network call; close it after use."""


OpenFeed = Callable[[Feed], BusySource]
"""A source for that feed, made without any network call; close it after use."""


class Post(Protocol):
    """Composes a mail and queues it in the outbox; sending is somebody else's turn."""

    def check_in(
        self, household: Household, partner: Partner, week: Week, *, link: str, closes_at: datetime
    ) -> bool:
        """The weekly question. `link` is that partner's own."""
        ...

    def week(
        self, household: Household, partner: Partner, week: Week, *, lines: WeekLines, link: str
    ) -> bool:
        """The week as agreed, as that partner may see it."""
        ...

    def needs_you(
        self, household: Household, partner: Partner, week: Week, *, problem: str, link: str
    ) -> bool:
        """Something only this person can put right, such as a password that no longer works."""
        ...


@dataclass(frozen=True, slots=True)
class WeekLines:
    """What the week's mail says: a heading, a paragraph, and one line a block for its reader."""

    heading: str
    lead: str
    days: tuple[tuple[str, tuple[str, ...]], ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside, handed to the flow in one piece."""

    store: Store
    clock: Clock
    open_connector: OpenConnector
    open_feed: OpenFeed
    post: Post
    base_url: str
    sync_every: timedelta = timedelta(minutes=5)
