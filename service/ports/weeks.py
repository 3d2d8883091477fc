"""What the store keeps of a household and its weeks, its links, and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from service.domain.cards import Card
from service.domain.checkin import Agreement, Answer, CheckIn, ProposalChange, State
from service.domain.chores import Chore, ChoreId
from service.domain.days_at_home import DaysAtHome
from service.domain.entries import JournalEntry
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.off_time import OffTime
from service.domain.plan import Plan
from service.domain.questions import Question
from service.domain.week import Week, WeeklyWindow


@dataclass(frozen=True, slots=True)
class StoredPlan:
    plan: Plan
    snapshot: Mapping[str, Any]
    made_at: datetime


PlanStage = Literal["proposed", "published"]
LinkPurpose = Literal["check_in", "session", "unsubscribe", "set_up", "set_up_session", "invitation"]
"""set_up and set_up_session belong to nobody yet: whoever holds them fills in the pages of a new home."""


@dataclass(frozen=True, slots=True)
class Link:
    """A secret somebody holds, known to us by its SHA-256 only. Sessions are links as well."""

    token_hash: bytes
    household: HouseholdId
    partner: PartnerId
    purpose: LinkPurpose
    week: Week | None
    expires_at: datetime


class Households(Protocol):
    def ids(self) -> list[HouseholdId]: ...

    def get(self, household: HouseholdId) -> Household:
        """Raises KeyError for an unknown one."""
        ...

    def save(self, household: Household) -> None:
        """Insert, or replace what was there under its id; chores and history stay."""
        ...

    def edit(self, household: HouseholdId, change: Callable[[Household], Household]) -> Household:
        """The household as `change` makes it of what stands now, read and written in one transaction, so
        that two who edit at once lose nothing. Raises KeyError for an unknown one, and whatever `change`
        raises; nothing is saved then."""
        ...

    def chores(self, household: HouseholdId) -> list[Chore]:
        """The list, in the order it was made, without what was retired."""
        ...

    def retired_chores(self, household: HouseholdId) -> list[Chore]:
        """What was once on the list and can come back."""
        ...

    def add_chores(self, household: HouseholdId, chores: Sequence[Chore]) -> None:
        """At the end of the list. Raises KeyError, and adds none, when one of their ids is taken."""
        ...

    def edit_chore(self, household: HouseholdId, chore: ChoreId, change: Callable[[Chore], Chore]) -> Chore:
        """As `edit`, for one chore of the list; its id stays. Raises KeyError when it is not on it."""
        ...

    def retire_chore(self, household: HouseholdId, chore: ChoreId, *, retired: bool = True) -> bool:
        """Take it off the list, or back onto it. False when it was not where it would be taken from."""
        ...

    def seed_chores(self, household: HouseholdId, chores: Sequence[Chore]) -> int:
        """Put the first list, once: a household that ever had chores keeps its own. Returns how many."""
        ...


class CheckIns(Protocol):
    def get(self, household: HouseholdId, week: Week) -> CheckIn | None: ...

    def open(self, household: HouseholdId, week: Week, *, opened_at: datetime, closes_at: datetime) -> bool:
        """True when it was opened now, False when it was there already."""
        ...

    def answer(self, household: HouseholdId, week: Week, answer: Answer) -> bool:
        """Put or change an answer. False, and nothing saved, when the check-in is closed or absent.

        The week that was proposed without it goes in the same transaction, with every change of it and
        every agreement to it.
        """
        ...

    def answer_late(self, household: HouseholdId, week: Week, answer: Answer) -> bool:
        """Put an answer that came after the close. False, and nothing saved, when they have given one."""
        ...

    def agree(
        self, household: HouseholdId, week: Week, agreement: Agreement, *, proposal_made_at: datetime
    ) -> bool:
        """False, and nothing saved, when the check-in is closed or another proposal stands."""
        ...

    def change(
        self,
        household: HouseholdId,
        week: Week,
        changes: Sequence[ProposalChange],
        *,
        proposal: StoredPlan,
        instead_of: datetime,
    ) -> bool:
        """Put all that they changed, and the proposal that was made with it, in the place of the one made
        `instead_of`; every agreement goes. False, and nothing saved, when the check-in is closed or
        another proposal stands."""
        ...

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

    def erase_said(self, household: HouseholdId, partner: PartnerId, *, before: Week) -> None:
        """Their answers to the weeks before that one, whole; of later ones, what no plan is made from: the
        note, what was raised, missed or named."""
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

    def replace_published(
        self,
        household: HouseholdId,
        week: Week,
        plan: Plan,
        *,
        snapshot: Mapping[str, Any],
        made_at: datetime,
        instead_of: datetime,
    ) -> bool:
        """Publish it in place of the plan made at `instead_of`. False, and nothing saved, when another one
        is published by now: whoever made this one has not seen that."""
        ...


class Journal(Protocol):
    def of_week(
        self, household: HouseholdId, week: Week, *, partner: PartnerId | None = None
    ) -> list[JournalEntry]:
        """Everything ever written for that week, for `partner` alone if one is given."""
        ...

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


class OffTimes(Protocol):
    def of_week(self, household: HouseholdId, week: Week) -> list[OffTime]:
        """Those that began in that week, in the order of their days."""
        ...

    def save(self, household: HouseholdId, off: OffTime) -> None:
        """Insert or replace by (week, partner, day)."""
        ...

    def forget(self, household: HouseholdId, off: OffTime) -> None:
        """One that is not there is forgotten already."""
        ...


class Cards(Protocol):
    def get(self, household: HouseholdId, chore: str) -> Card | None: ...

    def save(self, household: HouseholdId, card: Card) -> None:
        """Insert or replace the card of that chore."""
        ...

    def forget(self, household: HouseholdId, chore: str) -> None:
        """One that is not there is forgotten already."""
        ...

    def forget_all(self, household: HouseholdId, giver: PartnerId) -> None:
        """Every card that `giver` wrote."""
        ...


class OutTimes(Protocol):
    """When partners without a calendar said that they are out, week by week."""

    def of_partner(
        self, household: HouseholdId, partner: PartnerId
    ) -> Mapping[Week, tuple[WeeklyWindow, ...]]:
        """What they said, in the order of its weeks; in a week without a word the one before holds."""
        ...

    def save(
        self, household: HouseholdId, partner: PartnerId, week: Week, windows: Sequence[WeeklyWindow]
    ) -> None:
        """What holds from that week on; what was said for other weeks stays."""
        ...


class HomeDays(Protocol):
    def get(self, household: HouseholdId) -> DaysAtHome | None:
        """The latest, also when its days are over; None once it is forgotten."""
        ...

    def edit(
        self, household: HouseholdId, change: Callable[[DaysAtHome | None], DaysAtHome | None]
    ) -> DaysAtHome | None:
        """What `change` makes of what stands now, `None` to forget it; read and written in one transaction,
        so that two who press at once lose nothing. Nothing is saved when `change` raises."""
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

    def keep_session(self, household: HouseholdId, partner: PartnerId, kept: bytes) -> None:
        """End that partner's other sessions and their invitation; the session whose hash is `kept` goes on.
        Links of weeks, and those that stop mails, stay good."""
        ...


class DueBoard(Protocol):
    """Which household's turn it is, shared by every process on the database, with leases."""

    def wake(self, household: HouseholdId, *, at: datetime) -> None:
        """Make it due at `at` if it would be due later; a new household starts here."""
        ...

    def claim(
        self,
        *,
        now: datetime,
        owner: str,
        lease: timedelta,
        limit: int,
        farthest: timedelta | None = None,
        only: HouseholdId | None = None,
    ) -> list[HouseholdId]:
        """Lease the longest-waiting due households; nobody else gets them until the lease ends.

        `only` leaves the others where they are, for who needs one household to stand still.

        A turn later than `farthest` from now, or a lease longer than two, comes from a clock that has
        been set back since: it counts for nothing.
        """
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
