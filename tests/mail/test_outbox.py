"""Rounds from a real outbox to a real server: never lost without a word, never sent twice on purpose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from service.domain.household import PartnerId
from service.mail.outbox import SENT_AGAIN, UNCERTAIN_AFTER, Send, deliver_due
from service.mail.smtp import SmtpSender, UnknownOutcomeError
from service.ports import MailKind, OutgoingMail
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.mail.conftest import MailBox, StartServer

MESSAGE = b"Subject: q\r\n\r\nhello\r\n"


def put(home: Home, kind: MailKind = "check_in", partner: PartnerId = ANA) -> None:
    home.store.outbox.queue(
        OutgoingMail(
            id=0,
            household=HOME,
            partner=partner,
            week=WEEK,
            kind=kind,
            sequence=1,
            recipient=f"{partner}@example.org",
            message=MESSAGE,
            expires_at=home.clock.now() + timedelta(days=8),
        )
    )


def a_round(home: Home, sender: SmtpSender) -> dict[str, int]:
    return counted(home, sender.send)


def counted(home: Home, send: Send) -> dict[str, int]:
    counts = deliver_due(home.store.outbox, home.clock, send, quiet_until=lambda _mail, _now: None)
    return {str(outcome): count for outcome, count in counts.items()}


@pytest.fixture
def sender(start_server: StartServer) -> SmtpSender:
    return SmtpSender(start_server(), "offplate@example.org", timeout_seconds=3)


def test_what_is_due_is_sent_once(home: Home, box: MailBox, sender: SmtpSender) -> None:
    put(home)
    put(home, partner=BEN)
    assert a_round(home, sender) == {"sent": 2}
    assert a_round(home, sender) == {}
    assert box.recipients == ["ana@example.org", "ben@example.org"]
    assert home.store.outbox.counts() == {"sent": 2}


def test_a_busy_server_is_asked_after_1_5_30_minutes_and_then_every_hour(
    home: Home, box: MailBox, sender: SmtpSender
) -> None:
    put(home)
    box.replies["RCPT"] = "450 greylisted"
    for minutes in (1, 5, 30, 60, 60):
        assert a_round(home, sender) == {"later": 1}
        home.clock.move(timedelta(minutes=minutes, seconds=-1))
        assert a_round(home, sender) == {}
        home.clock.move(timedelta(seconds=1))
    del box.replies["RCPT"]
    assert a_round(home, sender) == {"sent": 1}
    assert len(box.messages) == 1


def test_a_refused_mail_is_never_tried_again(home: Home, box: MailBox, sender: SmtpSender) -> None:
    put(home)
    box.replies["RCPT"] = "550 no such user"
    assert a_round(home, sender) == {"refused": 1}
    home.clock.move(timedelta(days=1))
    assert a_round(home, sender) == {}
    assert home.store.outbox.counts() == {"refused": 1}


def test_one_mail_that_is_refused_does_not_hold_up_the_others(
    home: Home, box: MailBox, sender: SmtpSender
) -> None:
    for partner in (ANA, BEN):
        put(home, partner=partner)
    refused_once = iter(["550 no such user"])

    def send(recipient: str, message: bytes, *, claim: Callable[[], bool]) -> None:
        box.replies = {"RCPT": reply} if (reply := next(refused_once, "")) else {}
        sender.send(recipient, message, claim=claim)

    assert counted(home, send) == {"refused": 1, "sent": 1}


def test_a_server_that_is_away_is_asked_once_a_round(home: Home, box: MailBox, sender: SmtpSender) -> None:
    put(home)
    put(home, partner=BEN)
    box.replies["EHLO"] = "421 busy"
    assert a_round(home, sender) == {"later": 1}
    box.replies.clear()
    assert a_round(home, sender) == {"sent": 1}
    home.clock.move(timedelta(minutes=1))
    assert a_round(home, sender) == {"sent": 1}


def test_a_mail_of_a_week_that_is_over_is_not_sent(home: Home, box: MailBox, sender: SmtpSender) -> None:
    put(home)
    home.clock.move(timedelta(days=21))
    assert a_round(home, sender) == {}
    assert home.store.outbox.counts() == {"expired": 1}


def test_a_mail_that_was_held_up_waits_for_the_end_of_quiet_hours(
    home: Home, box: MailBox, sender: SmtpSender
) -> None:
    evening, morning = home.clock.now(), home.clock.now() + timedelta(hours=12)

    def quiet_for_ana(mail: OutgoingMail, now: datetime) -> datetime | None:
        return morning if mail.partner == ANA and evening < now < morning else None

    def a_quiet_round() -> dict[str, int]:
        counts = deliver_due(home.store.outbox, home.clock, sender.send, quiet_until=quiet_for_ana)
        return {str(outcome): count for outcome, count in counts.items()}

    put(home)
    box.replies["RCPT"] = "450 greylisted"
    assert a_quiet_round() == {"later": 1}
    box.replies.clear()
    put(home, partner=BEN)
    home.clock.move(timedelta(hours=5))
    assert a_quiet_round() == {"sent": 1}
    assert box.recipients == ["ben@example.org"]
    home.clock.move(timedelta(hours=6))
    assert a_quiet_round() == {}
    home.clock.move(timedelta(hours=1))
    assert a_quiet_round() == {"sent": 1}
    assert box.recipients == ["ben@example.org", "ana@example.org"]


def test_the_question_is_sent_once_more_when_nobody_knows(
    home: Home, box: MailBox, sender: SmtpSender
) -> None:
    put(home)
    box.after_data = "drop"
    assert a_round(home, sender) == {"unknown": 1}
    home.clock.move(UNCERTAIN_AFTER)
    assert a_round(home, sender) == {}
    home.clock.move(timedelta(seconds=1))
    assert a_round(home, sender) == {"sent_again": 1, "unknown": 1}
    home.clock.move(UNCERTAIN_AFTER + timedelta(seconds=1))
    box.after_data = "answer"
    assert a_round(home, sender) == {"held": 1}
    home.clock.move(timedelta(days=1))
    assert a_round(home, sender) == {}
    assert box.messages == [MESSAGE, MESSAGE]


def test_a_busy_server_does_not_make_us_forget_that_it_was_sent_twice(
    home: Home, box: MailBox, sender: SmtpSender
) -> None:
    put(home)
    box.after_data = "drop"
    assert a_round(home, sender) == {"unknown": 1}
    home.clock.move(UNCERTAIN_AFTER + timedelta(seconds=1))
    box.replies["RCPT"] = "451 later"
    assert a_round(home, sender) == {"sent_again": 1, "later": 1}
    home.clock.move(timedelta(hours=1))
    box.replies.clear()
    assert a_round(home, sender) == {"unknown": 1}
    (mail,) = home.store.outbox.uncertain(before=home.clock.now() + timedelta(seconds=1))
    assert (mail.problem or "").startswith(SENT_AGAIN)
    home.clock.move(UNCERTAIN_AFTER + timedelta(seconds=1))
    assert a_round(home, sender) == {"held": 1}
    assert len(box.messages) == 2


@pytest.mark.parametrize("kind", ["week", "needs_you"])
def test_any_other_mail_is_held_when_nobody_knows(
    home: Home, box: MailBox, sender: SmtpSender, kind: MailKind
) -> None:
    put(home, kind)
    box.after_data = "drop"
    assert a_round(home, sender) == {"unknown": 1}
    home.clock.move(UNCERTAIN_AFTER + timedelta(seconds=1))
    assert a_round(home, sender) == {"held": 1}
    assert home.store.outbox.counts() == {"held": 1}


def test_two_processes_never_send_the_same_mail(home: Home, box: MailBox, sender: SmtpSender) -> None:
    put(home)
    inner: list[dict[str, int]] = []

    def slow(recipient: str, message: bytes, *, claim: Callable[[], bool]) -> None:
        inner.append(a_round(home, sender))
        sender.send(recipient, message, claim=claim)

    assert counted(home, slow) == {}
    assert inner == [{"sent": 1}]
    assert len(box.messages) == 1


def test_a_process_that_dies_after_the_dot_leaves_the_mail_to_be_found(home: Home, box: MailBox) -> None:
    put(home)

    def dies(recipient: str, message: bytes, *, claim: Callable[[], bool]) -> None:
        assert claim()
        raise UnknownOutcomeError("killed")

    assert counted(home, dies) == {"unknown": 1}
    assert home.store.outbox.counts() == {"dispatching": 1}
