"""Sending what the outbox holds: when to try again, when to stop, and when nobody can know.

Never lost without a word, never sent twice on purpose. A mail whose arrival is unknown after ten
minutes is sent once more if it is the weekly question, whose link may be opened twice; any other is
held for a person to look at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, Protocol

from service.clock import Clock
from service.mail.smtp import (
    MailError,
    NotOursError,
    RefusedError,
    ServerAwayError,
    UnknownOutcomeError,
)
from service.ports import Outbox, OutgoingMail

WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
WAIT_AFTER_THAT = timedelta(hours=1)
UNCERTAIN_AFTER = timedelta(minutes=10)
SENT_AGAIN = "sent once more, as nobody knows whether it arrived"

Outcome = Literal["sent", "later", "refused", "unknown", "sent_again", "held"]


class Send(Protocol):
    """`SmtpSender.send`, or a fake of it: it promises and raises the same."""

    def __call__(self, recipient: str, message: bytes, *, claim: Callable[[], bool]) -> None: ...


class QuietUntil(Protocol):
    """When that mail may arrive: `None` for now, else the end of its reader's quiet hours."""

    def __call__(self, mail: OutgoingMail, now: datetime) -> datetime | None: ...


def deliver_due(
    outbox: Outbox, clock: Clock, send: Send, *, quiet_until: QuietUntil, limit: int = 20
) -> Counter[Outcome]:
    """One round; returns how many mails came out how. Raises nothing that a mail server can cause.

    A server that cannot be reached ends the round: the other mails keep their place. A mail that was
    held up until its reader's quiet hours waits for their end.
    """
    counts: Counter[Outcome] = Counter()
    for mail in outbox.uncertain(before=clock.now() - UNCERTAIN_AFTER):
        counts[_settle_uncertain(outbox, mail, clock.now())] += 1
    for mail in outbox.due(now=clock.now(), limit=limit):
        if until := quiet_until(mail, clock.now()):
            outbox.postpone(mail.id, until=until)
            continue
        try:
            send(mail.recipient, mail.message, claim=_claim(outbox, clock, mail))
        except NotOursError:
            continue
        except MailError as error:
            counts[_settle_error(outbox, mail, error, clock.now())] += 1
            if isinstance(error, ServerAwayError):
                break
        else:
            outbox.settle(mail.id, "sent", at=clock.now())
            counts["sent"] += 1
    return counts


def _claim(outbox: Outbox, clock: Clock, mail: OutgoingMail) -> Callable[[], bool]:
    return lambda: outbox.dispatching(mail.id, at=clock.now())


def _settle_error(outbox: Outbox, mail: OutgoingMail, error: MailError, now: datetime) -> Outcome:
    if isinstance(error, UnknownOutcomeError):
        return "unknown"
    if isinstance(error, RefusedError):
        outbox.settle(mail.id, "refused", at=now, problem=str(error))
        return "refused"
    wait = WAITS[mail.attempts] if mail.attempts < len(WAITS) else WAIT_AFTER_THAT
    again = f"{SENT_AGAIN}; " if _was_sent_again(mail) else ""
    outbox.settle(mail.id, "queued", at=now, problem=f"{again}{error}", next_try_at=now + wait)
    return "later"


def _settle_uncertain(outbox: Outbox, mail: OutgoingMail, now: datetime) -> Outcome:
    if mail.kind == "check_in" and not _was_sent_again(mail) and now < mail.expires_at:
        outbox.settle(mail.id, "queued", at=now, problem=SENT_AGAIN, next_try_at=now)
        return "sent_again"
    outbox.settle(mail.id, "held", at=now, problem="handed over, and nobody knows whether it arrived")
    return "held"


def _was_sent_again(mail: OutgoingMail) -> bool:
    return (mail.problem or "").startswith(SENT_AGAIN)
