"""A mail server for two people who do not exist: what Offplate mails is kept here and nowhere else.

Listens on this machine only, takes every message, and keeps it as a file, so that the next start
still has it. `mailbox_page` shows what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller

from service.demo.addresses import HOST, port_or_another

_TRIES = 3
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as it arrived. `number` counts from 1 in the order of arrival."""

    number: int
    recipient: str
    subject: str
    written: str
    text: str
    html: str


class Mailbox:
    """Everything that arrived, oldest first, as files in `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._one_at_a_time = Lock()

    def keep(self, message: bytes) -> None:
        with self._one_at_a_time:
            number = len(self._files()) + 1
            unfinished = self._folder / f"{number:05}.part"
            unfinished.write_bytes(message)
            unfinished.rename(self._folder / f"{number:05}.eml")

    def mails(self) -> list[Received]:
        return [_read(number, file.read_bytes()) for number, file in enumerate(self._files(), start=1)]

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.eml"))

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        self.keep(envelope.content)
        return "250 Kept"


@contextmanager
def running_mailbox(folder: Path, *, port: int = 0) -> Iterator[tuple[Mailbox, int]]:
    """The mailbox and the port its SMTP server listens on; it has stopped when the block is left."""
    mailbox = Mailbox(folder)
    server, address = _start(mailbox, port)
    try:
        yield mailbox, address
    finally:
        server.stop()


def _start(mailbox: Mailbox, port: int) -> tuple[Controller, int]:
    for left in reversed(range(_TRIES)):
        address = port_or_another(port)
        server = Controller(mailbox, hostname=HOST, port=address, data_size_limit=_MOST_BYTES)
        try:
            server.start()
        except OSError:
            if not left:
                raise
            port = 0
        else:
            return server, address
    raise AssertionError("the last try returned or raised")


def _read(number: int, raw: bytes) -> Received:
    message: EmailMessage = message_from_bytes(raw, policy=policy.default)
    return Received(
        number=number,
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        written=str(message["Date"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    content = body.get_content() if body else ""
    return content if isinstance(content, str) else ""
