"""The way to the mail server: one message, one connection, and a clear word on what became of it.

Over SMTP nobody can know for sure that a message arrived exactly once (RFC 1047). So the moment that
matters is made explicit: between the server's 354 and the final dot, `claim` records that the mail is
on its way. Before that point nothing can have arrived; after it, silence means "may have arrived".
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

Security = Literal["plain", "tls", "starttls"]
_SECURITY: dict[str, tuple[Security, int]] = {
    "smtp": ("plain", 25),
    "smtps": ("tls", 465),
    "smtp+starttls": ("starttls", 587),
}
_CONNECT_SECONDS = 30.0


class MailError(Exception):
    """Says in words that are safe to log what the server answered.

    MailError
    ├─ TryLaterError           not sent; the same bytes may go later
    │  └─ ServerAwayError      nothing can be sent now: no connection, no STARTTLS, log-in refused
    ├─ RefusedError            5xx for this mail: never again
    ├─ NotOursError            somebody else is sending it: do nothing
    └─ UnknownOutcomeError     handed over, no answer: it may have arrived
    """


class TryLaterError(MailError):
    pass


class ServerAwayError(TryLaterError):
    pass


class RefusedError(MailError):
    pass


class NotOursError(MailError):
    pass


class UnknownOutcomeError(MailError):
    pass


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str, password: str = "") -> MailServer:
        """`smtp://`, `smtps://` or `smtp+starttls://`, with the user before the host if there is one.

        Raises:
            ValueError: with a sentence. A password inside the URL is refused.
        """
        parts = urlsplit(url)
        if parts.scheme not in _SECURITY or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(
                f"{parts.scheme}://{parts.hostname or ''} is not a mail server; write smtp://host:port, "
                "smtps://host or smtp+starttls://user@host"
            )
        if parts.password is not None:
            raise ValueError(
                "the mail password does not belong into the URL; use password_env or password_file"
            )
        security, port = _SECURITY[parts.scheme]
        return cls(parts.hostname, parts.port or port, security, unquote(parts.username or ""), password)


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """Sends through one server. `envelope_from` is the bare address that bounces go to.

    `tls` is for tests and for servers with a certificate of one's own; the default checks the name.
    """

    server: MailServer
    envelope_from: str
    timeout_seconds: float = _CONNECT_SECONDS
    tls: ssl.SSLContext | None = None

    def send(self, recipient: str, message: bytes, *, claim: Callable[[], bool]) -> None:
        """Returns once the server has taken the message.

        `claim` is called just before the final dot and commits that; False stops the sending.

        Raises:
            MailError: one of its kinds, as drawn there.
        """
        client = self._connect()
        try:
            self._hand_over(client, recipient, message, claim)
        finally:
            client.close()

    def check(self) -> None:
        """Connect, secure, log in and leave, without sending. Raises ServerAwayError."""
        self._connect().close()

    def _connect(self) -> _Phased:
        server, context = self.server, self.tls or ssl.create_default_context()
        client: _Phased | None = None
        try:
            if server.security == "tls":
                client = _PhasedOverTls(
                    server.host, server.port, timeout=self.timeout_seconds, context=context
                )
            else:
                client = _Phased(server.host, server.port, timeout=self.timeout_seconds)
            _expect(client.ehlo(), 250)
            if server.security == "starttls":
                client.starttls(context=context)
                _expect(client.ehlo(), 250)
            if server.username:
                client.login(server.username, server.password)
        except (OSError, smtplib.SMTPException) as error:
            if client is not None:
                client.close()
            raise ServerAwayError(f"{server.host}:{server.port}: {_reason(error)}") from error
        return client

    def _hand_over(self, client: _Phased, recipient: str, message: bytes, claim: Callable[[], bool]) -> None:
        handed_over = False

        def claim_once() -> None:
            nonlocal handed_over
            if not claim():
                raise NotOursError("somebody else is sending it")
            handed_over = True

        try:
            _expect(client.mail(self.envelope_from), 250)
            _expect(client.rcpt(recipient), 250, 251)
            _expect(client.data_in_two_steps(message, before_dot=claim_once), 250)
        except smtplib.SMTPResponseException as error:
            kind = RefusedError if 500 <= error.smtp_code < 600 else TryLaterError
            raise kind(_reason(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            gone = UnknownOutcomeError if handed_over else TryLaterError
            raise gone(_reason(error)) from error
        try:
            client.quit()
        except (OSError, smtplib.SMTPException):
            return


class _Phased(smtplib.SMTP):
    """`SMTP` whose DATA stops between the 354 and the final dot (RFC 5321 section 4.1.1.4)."""

    def data_in_two_steps(self, message: bytes, *, before_dot: Callable[[], None]) -> tuple[int, bytes]:
        self.putcmd("data")
        _expect(self.getreply(), 354)
        before_dot()
        stuffed = (b"\r\n" + message).replace(b"\r\n.", b"\r\n..")[2:]
        self.send(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        return self.getreply()


class _PhasedOverTls(_Phased, smtplib.SMTP_SSL):
    pass


def _expect(reply: tuple[int, bytes], *codes: int) -> None:
    if reply[0] not in codes:
        raise smtplib.SMTPResponseException(*reply)


_PLAINLY: dict[type[Exception], str] = {
    ConnectionRefusedError: "nothing answers there",
    TimeoutError: "it does not answer",
    socket.gaierror: "there is no server of that name",
}


def _reason(error: Exception) -> str:
    """What the server said, on one line; never the message, an address or a password."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {' '.join(words.split())[:200]}"
    for kind, sentence in _PLAINLY.items():
        if isinstance(error, kind):
            return sentence
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
