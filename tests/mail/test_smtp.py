"""The way to a real server on loopback: what each answer means, and the moment nobody can know."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from typing import Literal

import pytest

from service.mail.smtp import (
    MailServer,
    NotOursError,
    RefusedError,
    ServerAwayError,
    SmtpSender,
    TryLaterError,
    UnknownOutcomeError,
)
from tests.mail.conftest import Certificates, MailBox, StartServer, only_ana

MESSAGE = b"Subject: question\r\n\r\nhello\r\n.one dot\r\n..two\r\nend"


def sender(server: MailServer, **options: object) -> SmtpSender:
    return SmtpSender(server, "offplate@example.org", timeout_seconds=3, **options)  # type: ignore[arg-type]


class Claims:
    """Counts how often the mail was claimed; `free` is whether it may be."""

    def __init__(self, *, free: bool = True) -> None:
        self.count, self.free = 0, free

    def __call__(self) -> bool:
        self.count += 1
        return self.free


def test_a_message_arrives_as_it_was_written(box: MailBox, start_server: StartServer) -> None:
    claims = Claims()
    sender(start_server()).send("ana@example.org", MESSAGE, claim=claims)
    assert box.messages == [MESSAGE + b"\r\n"]
    assert box.recipients == ["ana@example.org"]
    assert claims.count == 1


@pytest.mark.parametrize(
    ("at", "reply", "error", "claimed"),
    [
        ("EHLO", "421 busy", ServerAwayError, 0),
        ("MAIL", "421 going away", TryLaterError, 0),
        ("MAIL", "550 not from you", RefusedError, 0),
        ("RCPT", "450 greylisted", TryLaterError, 0),
        ("RCPT", "451 try later", TryLaterError, 0),
        ("RCPT", "550 no such user", RefusedError, 0),
        ("DATA", "451 disk full", TryLaterError, 1),
        ("DATA", "552 too large", RefusedError, 1),
    ],
)
def test_every_answer_has_its_meaning(
    box: MailBox, start_server: StartServer, at: str, reply: str, error: type[Exception], claimed: int
) -> None:
    box.replies[at] = reply
    claims = Claims()
    with pytest.raises(error) as raised:
        sender(start_server()).send("ana@example.org", MESSAGE, claim=claims)
    assert type(raised.value) is error
    assert reply[:3] in str(raised.value)
    assert (box.messages, claims.count) == ([], claimed)


def test_a_connection_lost_after_the_dot_is_an_unknown_outcome(
    box: MailBox, start_server: StartServer
) -> None:
    box.after_data = "drop"
    with pytest.raises(UnknownOutcomeError):
        sender(start_server()).send("ana@example.org", MESSAGE, claim=Claims())
    assert len(box.messages) == 1


def test_a_mail_that_another_process_took_is_not_sent(box: MailBox, start_server: StartServer) -> None:
    with pytest.raises(NotOursError):
        sender(start_server()).send("ana@example.org", MESSAGE, claim=Claims(free=False))
    assert box.messages == []


def test_a_server_that_never_answers_costs_the_time_limit_and_no_mail() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = MailServer("127.0.0.1", silent.getsockname()[1], "plain")
        with pytest.raises(ServerAwayError):
            SmtpSender(server, "o@example.org", timeout_seconds=0.3).send("a@b", b"", claim=Claims())


def test_a_server_that_is_not_there_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ServerAwayError, match=f"^127.0.0.1:{port}: nothing answers there$"):
        sender(MailServer("127.0.0.1", port, "plain")).check()


def test_a_server_that_closes_at_once_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            listener.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        server = MailServer("127.0.0.1", listener.getsockname()[1], "plain")
        with pytest.raises(ServerAwayError):
            sender(server).send("ana@example.org", MESSAGE, claim=Claims())


def test_without_starttls_nothing_is_sent_in_the_clear(box: MailBox, start_server: StartServer) -> None:
    server = replace(start_server(), security="starttls", username="ana", password="canary-password")
    with pytest.raises(ServerAwayError, match="STARTTLS") as raised:
        sender(server).send("ana@example.org", MESSAGE, claim=Claims())
    assert "canary" not in str(raised.value) + repr(server)
    assert box.messages == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_tls_is_checked_and_then_used(
    box: MailBox, start_server: StartServer, certificates: Certificates, security: Literal["starttls", "tls"]
) -> None:
    options = {"tls_context" if security == "starttls" else "ssl_context": certificates.server}
    server = replace(start_server(**options), security=security)
    with pytest.raises(ServerAwayError, match=r"(?i)certificate"):
        sender(server).send("ana@example.org", MESSAGE, claim=Claims())
    sender(server, tls=certificates.client).send("ana@example.org", MESSAGE, claim=Claims())
    assert len(box.messages) == 1


def test_a_refused_log_in_is_the_servers_matter_and_not_the_mails(
    box: MailBox, start_server: StartServer, certificates: Certificates
) -> None:
    server = replace(
        start_server(tls_context=certificates.server, authenticator=only_ana, auth_required=True),
        security="starttls",
        username="ana",
        password="canary-password",
    )
    sender(server, tls=certificates.client).check()
    sender(server, tls=certificates.client).send("ana@example.org", MESSAGE, claim=Claims())
    assert len(box.messages) == 1
    wrong = replace(server, password="canary-wrong")
    with pytest.raises(ServerAwayError, match="535") as raised:
        sender(wrong, tls=certificates.client).check()
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025, "plain")),
        ("smtps://mail.example.org", MailServer("mail.example.org", 465, "tls")),
        (
            "smtp+starttls://a%40x@mail.example.org",
            MailServer("mail.example.org", 587, "starttls", "a@x", "pw"),
        ),
    ],
)
def test_the_three_ways_to_name_a_server(url: str, server: MailServer) -> None:
    assert MailServer.from_url(url, server.password) == server


@pytest.mark.parametrize(
    "url", ["http://x", "mail.example.org", "smtp://", "smtp://a:b@x", "smtp://x/path", "smtp://x?y"]
)
def test_other_addresses_are_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(ValueError, match="mail") as raised:
        MailServer.from_url(url)
    assert "a:b" not in str(raised.value)
