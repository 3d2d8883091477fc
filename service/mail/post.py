"""From words to the bytes that will be sent, once: a retry sends the same message again.

Fits `ports.Post`. The Message-ID follows from what the mail is, so that a mail sent twice is the same
mail to every program (RFC 5322 section 3.6.4). Each carries a way to stop them all by one click (RFC 8058).
Nothing that people wrote stands in a header: some
Python versions decode `=?utf-8?q?a=0ABcc:…?=` there into a header of its own (CVE-2024-6923).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from service.clock import Clock
from service.domain.household import Household, HouseholdId, Partner, PartnerId
from service.domain.week import Week
from service.links import new_token, token_hash
from service.mail import compose
from service.mail.addresses import mail_address, sender_address
from service.mail.compose import Letter
from service.ports import Link, Links, MailKind, Outbox, OutgoingMail, WeekLines

STOP_LINK_LASTS = timedelta(days=365)
INVITATION_LASTS = timedelta(days=14)


class OutboxPost:
    """Composes and queues. `sender` is like `Offplate <offplate@example.org>`.

    Every method returns False when that mail was queued before, and raises ValueError for an address
    that is none. A mail ends with its week, the question with its check-in, the invitation after two weeks,
    a trouble, which is said once, with the week after, however long the server was away.
    """

    def __init__(self, outbox: Outbox, links: Links, clock: Clock, *, sender: str, base_url: str) -> None:
        self._outbox = outbox
        self._links = links
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._sender = sender_address(sender)
        self._host = urlsplit(base_url).hostname or "localhost"

    def invitation(
        self, household: Household, partner: Partner, week: Week, *, inviter: Partner, link: str
    ) -> bool:
        return self._queue(
            "invitation",
            household,
            partner,
            week,
            lambda stop: compose.invitation(household, partner, inviter=inviter, link=link, stop=stop),
            expires_at=self._clock.now() + INVITATION_LASTS,
        )

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
        return self._queue(
            "check_in",
            household,
            partner,
            week,
            lambda stop: compose.check_in(
                household, partner, week, link=link, closes_at=closes_at, short_way=short_way, stop=stop
            ),
            expires_at=closes_at,
        )

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
        return self._queue(
            "week",
            household,
            partner,
            week,
            lambda stop: compose.week(
                household, partner, week, lines=lines, link=link, stop=stop, anew=sequence > 1
            ),
            sequence,
        )

    def needs_you(
        self, household: Household, partner: Partner, week: Week, *, problem: str, sequence: int, link: str
    ) -> bool:
        return self._queue(
            "needs_you",
            household,
            partner,
            week,
            lambda stop: compose.needs_you(household, partner, week, problem=problem, link=link, stop=stop),
            sequence,
            expires_at=week.next.interval(household.zone).end_at,
        )

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
        return self._queue(
            "needs_you",
            household,
            partner,
            week,
            lambda stop: compose.question(
                household, partner, week, sentence=sentence, answers=answers, link=link, stop=stop
            ),
            sequence,
        )

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
        return self._queue(
            "needs_you",
            household,
            partner,
            week,
            lambda stop: compose.changed(
                household, partner, week, heading=heading, lines=lines, link=link, stop=stop
            ),
            sequence,
        )

    def _queue(
        self,
        kind: MailKind,
        household: Household,
        partner: Partner,
        week: Week,
        written: Callable[[str], Letter],
        sequence: int = 1,
        expires_at: datetime | None = None,
    ) -> bool:
        if self._outbox.has(household.id, partner.id, week, kind, sequence):
            return False
        stop = self._stop_link(household, partner)
        recipient = mail_address(partner.email)
        message = rendered(
            written(stop),
            sender=self._sender,
            recipient=recipient,
            stop=stop,
            message_id=message_id(kind, household.id, partner.id, week, sequence, host=self._host),
            written_at=self._clock.now(),
        )
        return self._outbox.queue(
            OutgoingMail(
                id=0,
                household=household.id,
                partner=partner.id,
                week=week,
                kind=kind,
                sequence=sequence,
                recipient=recipient.addr_spec,
                message=message,
                expires_at=expires_at or week.interval(household.zone).end_at,
            )
        )

    def _stop_link(self, household: Household, partner: Partner) -> str:
        """An address that can do nothing but stop this person's mails; good for a year."""
        token = new_token()
        self._links.save(
            Link(
                token_hash=token_hash(token),
                household=household.id,
                partner=partner.id,
                purpose="unsubscribe",
                week=None,
                expires_at=self._clock.now() + STOP_LINK_LASTS,
            )
        )
        return f"{self._base_url}/u/{token}"


def rendered(
    letter: Letter, *, sender: Address, recipient: Address, stop: str, message_id: str, written_at: datetime
) -> bytes:
    """The message as RFC 5322 text with CRLF line ends, 7-bit throughout; its calendar, where it has one, as
    a file to import. One-click needs https (RFC 8058 section 3.1); without it the link alone is named."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{stop}>"
    if stop.startswith("https://"):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar:
        message.add_attachment(
            letter.calendar, subtype="calendar", filename="week.ics", cte="quoted-printable"
        )
    return message.as_bytes()


def message_id(
    kind: MailKind, household: HouseholdId, partner: PartnerId, week: Week, sequence: int, *, host: str
) -> str:
    """`<check_in.2026-W48.ana.1.9f86d081884c@host>`; the last part tells households apart."""
    home = hashlib.sha256(f"{household}\n{partner}".encode()).hexdigest()[:12]
    name = re.sub(r"[^A-Za-z0-9_-]", "-", partner)
    return f"<{kind}.{week}.{name}.{sequence}.{home}@{host}>"
