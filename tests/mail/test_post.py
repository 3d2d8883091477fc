"""The bytes of a mail: headers that nobody can write into, and an identity that a repeat keeps."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default

import pytest

from service.domain.household import HouseholdId, PartnerId
from service.mail.addresses import mail_address, sender_address
from service.mail.post import OutboxPost, message_id
from service.ports import OutgoingMail
from tests.builders import ANA, HOME, SUNDAY_EVENING, WEEK, Home, a_household, a_partner

INJECTION = "=?utf-8?q?a=0ABcc:_evil@x?="


def post_for(home: Home) -> OutboxPost:
    return OutboxPost(
        home.store.outbox,
        home.store.links,
        home.clock,
        sender="Offplate <offplate@example.org>",
        base_url="https://offplate.example.org",
    )


def queue(home: Home, name: str = "Ana", address: str = "ana@example.org") -> bool:
    ana = replace(a_partner("Ana"), name=name, email=address)
    household = a_household(partners=(ana, a_partner("Ben")))
    closes_at = SUNDAY_EVENING + timedelta(hours=2)
    link = "https://offplate.example.org/c/" + "t" * 43
    return post_for(home).check_in(household, ana, WEEK, link=link, closes_at=closes_at)


def only_mail(home: Home) -> OutgoingMail:
    (mail,) = home.store.outbox.due(now=home.clock.now())
    return mail


def parsed(mail: OutgoingMail) -> EmailMessage:
    return email.message_from_bytes(mail.message, policy=default)


def test_a_mail_is_queued_once_with_all_that_a_mail_needs(home: Home) -> None:
    assert queue(home)
    assert not queue(home)
    mail = only_mail(home)
    message = parsed(mail)
    assert mail.recipient == message["To"] == "ana@example.org"
    assert message["From"] == "Offplate <offplate@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (stop,) = re.findall(r"<(https://offplate.example.org/u/[\w-]{43})>", message["List-Unsubscribe"])
    for part in message.iter_parts():
        assert stop in part.get_content()
    assert message["Message-ID"].startswith("<check_in.2026-W49.ana.1.")
    assert message["Message-ID"].endswith("@offplate.example.org>")
    assert message["Date"].datetime == SUNDAY_EVENING
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_message_is_ready_for_the_wire(home: Home) -> None:
    queue(home, name="Zoë")
    message = only_mail(home).message
    assert message.isascii()
    assert b"\n" not in message.replace(b"\r\n", b"")
    assert max(map(len, message.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", [INJECTION, "a\r\nBcc: evil@x", "A" * 300, 'Ana, "B" <c@d>', "\u202eanA"])
def test_no_name_reaches_a_header(home: Home, name: str) -> None:
    queue(home, name=name)
    mail = only_mail(home)
    head = mail.message.partition(b"\r\n\r\n")[0].decode()
    assert "evil" not in head
    ours = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe"}
    ours |= {"List-Unsubscribe-Post", "MIME-Version", "Content-Type"}
    assert sorted(parsed(mail).keys()) == sorted(ours)


def test_a_mail_ends_with_its_week(home: Home) -> None:
    link = "https://offplate.example.org/c/" + "t" * 43
    household, ana, post = a_household(), a_partner("Ana"), post_for(home)
    post.question(household, ana, WEEK, sentence="Who?", answers=(), sequence=2, link=link)
    assert only_mail(home).expires_at == WEEK.interval(household.zone).end_at
    post.needs_you(household, ana, WEEK.next, problem="Look.", sequence=3, link=link)
    _question, trouble = home.store.outbox.due(now=home.clock.now())
    assert trouble.expires_at == WEEK.next.next.interval(household.zone).end_at, "it is said once only"


def test_the_question_ends_with_its_check_in(home: Home) -> None:
    queue(home)
    mail = only_mail(home)
    assert mail.expires_at == SUNDAY_EVENING + timedelta(hours=2)
    home.clock.move(mail.expires_at - home.clock.now() - timedelta(seconds=1))
    assert home.store.outbox.due(now=home.clock.now())
    home.clock.move(timedelta(seconds=1))
    assert home.store.outbox.due(now=home.clock.now()) == []
    assert home.store.outbox.counts() == {"expired": 1}


def test_identity_tells_people_weeks_kinds_and_households_apart() -> None:
    def identity(**facts: object) -> str:
        known = {"kind": "check_in", "household": HOME, "partner": ANA, "week": WEEK, "sequence": 1}
        return message_id(**(known | facts), host="h")  # type: ignore[arg-type]

    others = [
        identity(household=HouseholdId("other")),
        identity(partner=PartnerId("ana>\r\nBcc: x")),
        identity(week=WEEK.next),
        identity(kind="week"),
        identity(sequence=2),
    ]
    assert len({identity(), *others}) == 6
    assert identity() == identity()
    assert not any(set("\r\n ") & set(text) for text in others)


@pytest.mark.parametrize(
    ("written", "sent_to"),
    [
        ("ana+week@example.org", "ana+week@example.org"),
        (" ana@example.org ", "ana@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@example.org.", "ana@example.org"),
        ('"a.b"@example.org', '"a.b"@example.org'),
    ],
)
def test_addresses_that_mail_servers_take(written: str, sent_to: str) -> None:
    assert mail_address(written).addr_spec.replace('"', "") == sent_to.replace('"', "")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "ana@example.org, evil@example.org",
        "ana@example.org\r\nRCPT TO:<evil@x>",
        "Ana <ana@example.org>",
        "ána@example.org",
        "ana@exa mple.org",
        INJECTION,
    ],
)
def test_addresses_that_are_none_are_refused_in_words(written: str) -> None:
    with pytest.raises(ValueError, match=r"is not a mail address|do not take"):
        mail_address(written)


def test_the_sender_keeps_its_name() -> None:
    assert str(sender_address("Offplate <o@example.org>")) == "Offplate <o@example.org>"
    assert str(sender_address("o@example.org")) == "o@example.org"


def test_the_other_two_mails_are_queued_beside_the_question(home: Home) -> None:
    household = a_household()
    ana = household.partners[0]
    queue(home)
    assert post_for(home).needs_you(
        household, ana, WEEK, problem="The password changed.", sequence=3, link="https://x/c/t"
    )
    assert [mail.kind for mail in home.store.outbox.due(now=home.clock.now())] == ["check_in", "needs_you"]
