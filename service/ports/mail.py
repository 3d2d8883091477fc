"""Mails that wait to be sent, and the post that composes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from service.domain.household import Household, HouseholdId, Partner, PartnerId
from service.domain.week import Week

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


class Outbox(Protocol):
    def queue(self, mail: OutgoingMail) -> bool:
        """False when a mail of the same key was queued before. `mail.id` is ignored and given anew."""
        ...

    def has(
        self, household: HouseholdId, partner: PartnerId, week: Week, kind: MailKind, sequence: int = 1
    ) -> bool:
        """Whether that mail of that kind was queued for that week, whatever became of it."""
        ...

    def latest(self, household: HouseholdId, partner: PartnerId, kind: MailKind) -> OutgoingMail | None:
        """The last one of that kind that was queued for that person, whatever became of it."""
        ...

    def since(
        self, household: HouseholdId, partner: PartnerId, since: datetime
    ) -> Sequence[tuple[MailKind, int]]:
        """Kind and sequence of each mail that waits for that person or was handed over since then."""
        ...

    def has_since(self, household: HouseholdId, partner: PartnerId, kind: MailKind, since: datetime) -> bool:
        """Whether a mail of that kind waits for that person, or went or ended since that instant."""
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

    def postpone(self, mail_id: int, *, until: datetime) -> None:
        """Leave a queued mail alone until then; no attempt is counted."""
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

    def drop_queued(self, household: HouseholdId, partner: PartnerId, *, at: datetime) -> int:
        """Everything that waits for that person ends unsent, but an invitation, which somebody asked for.
        Returns how many."""
        ...

    def counts(self) -> Mapping[MailState, int]: ...


@dataclass(frozen=True, slots=True)
class WeekLines:
    """What the week's mail says: a heading, a paragraph, and one line a block for its reader.

    `needs_somebody` (what must happen and found no place), `moves` and `left_out` are lines, each with its
    reason; the reason is empty where the next line has the same. `own_time` are those of the lines that are
    the reader's own time; `lost_wishes` those of theirs that found no place, each with why and what would
    help. `calendar` is the same week as an iCalendar file (RFC 5545), for who has no
    calendar connected.
    """

    heading: str
    lead: str
    days: tuple[tuple[str, tuple[str, ...]], ...]
    needs_somebody: tuple[tuple[str, str], ...] = ()
    moves: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    own_time: frozenset[str] = frozenset()
    lost_wishes: tuple[tuple[str, str], ...] = ()
    calendar: str | None = None


class Post(Protocol):
    """Composes a mail and queues it in the outbox; sending is somebody else's turn."""

    def invitation(
        self, household: Household, partner: Partner, week: Week, *, inviter: Partner, link: str
    ) -> bool:
        """To whoever did not fill in the pages of set-up: what this is, who runs it, and their own `link`."""
        ...

    def check_in(
        self,
        household: Household,
        partner: Partner,
        week: Week,
        *,
        link: str,
        closes_at: datetime,
        short_way: bool = False,
    ) -> bool:
        """The weekly question. `link` is that partner's own; `short_way` adds how little is enough."""
        ...

    def week(
        self,
        household: Household,
        partner: Partner,
        week: Week,
        *,
        lines: WeekLines,
        link: str,
        sequence: int = 1,
    ) -> bool:
        """The week as agreed, as that partner may see it; from `sequence` 2 on, as it has become since."""
        ...

    def needs_you(
        self, household: Household, partner: Partner, week: Week, *, problem: str, sequence: int, link: str
    ) -> bool:
        """Something only this person can put right, such as a password that no longer works; good until the
        end of the next week. `sequence` as for a question."""
        ...

    def question(
        self,
        household: Household,
        partner: Partner,
        week: Week,
        *,
        sentence: str,
        answers: tuple[str, ...],
        sequence: int,
        link: str,
    ) -> bool:
        """A question that waits on the week page, as a mail of the kind `needs_you`; `answers` is what
        one may press there, none when it only has to be known; `sequence` (from 2) tells it from the week's
        others."""
        ...

    def changed(
        self,
        household: Household,
        partner: Partner,
        week: Week,
        *,
        heading: str,
        lines: tuple[str, ...],
        sequence: int,
        link: str,
    ) -> bool:
        """What has changed in the week, to be known, as a mail of the kind `needs_you`; `sequence` as for a
        question."""
        ...
