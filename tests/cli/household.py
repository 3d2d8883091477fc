"""A household on real servers for the command line: its config.toml, and commands as people give them."""

from __future__ import annotations

import io
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.cli import main
from tests.servers import running_radicale

CANARY = "canary-5c0ffee"

CONFIG = """\
[mail]
url = "{mail}"
[server]
listen = "127.0.0.1:0"
[sync]
allow_private_hosts = ["127.0.0.1"]
[household]
time_zone = "Europe/Berlin"
[[partner]]
id = "ana"
name = "Ana"
email = "ana@example.org"
[partner.calendar]
url = "{dav}"
username = "ana"
password_env = "ANA_PASSWORD"
[[partner.self_care]]
name = "Swim"
[[partner]]
id = "ben"
name = "Ben"
email = "ben@example.org"
[partner.calendar]
url = "{dav}"
username = "ben"
password_env = "BEN_PASSWORD"
[[chore]]
id = "bins"
name = "Bins"
owner = "ben"
window = "Mon-Sun 08:00-20:00"
[[chore]]
id = "cook"
name = "Cook"
owner = "ana"
effort_minutes = 45
cadence = "daily"
window = "17:00-20:00"
"""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@dataclass
class Terminal:
    """Gives commands with this household's configuration and passwords."""

    config: Path
    dav: Path
    mails: list[str]

    @property
    def environment(self) -> dict[str, str]:
        return {"ANA_PASSWORD": f"{CANARY}-ana", "BEN_PASSWORD": f"{CANARY}-ben"}

    def give(self, *words: str, said: str = "") -> Done:
        out, err = io.StringIO(), io.StringIO()
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            mock.patch.dict(os.environ, self.environment),
            mock.patch.object(sys, "stdin", io.StringIO(said)),
        ):
            code = main([*words, "--config", str(self.config)])
        return Done(code, out.getvalue(), err.getvalue())

    def entries_of(self, partner: str) -> list[str]:
        """What stands in that partner's calendars on the server."""
        home = self.dav / "data" / "collection-root" / partner
        return [file.read_text() for file in home.glob("[!.]*/*.ics")]


class _Mailbox:
    def __init__(self) -> None:
        self.mails: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(bytes(envelope.original_content or b"").decode())
        return "250 OK"


@contextmanager
def a_terminal(folder: Path) -> Iterator[Terminal]:
    dav = folder / "dav"
    dav.mkdir()
    users = {"ana": f"{CANARY}-ana", "ben": f"{CANARY}-ben"}
    mailbox = _Mailbox()
    with running_radicale(users, dav) as url:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port)
        controller.start()  # at once, before anything else takes the port
        try:
            config = folder / "config.toml"
            config.write_text(CONFIG.format(mail=f"smtp://127.0.0.1:{port}", dav=url))
            yield Terminal(config, dav, mailbox.mails)
        finally:
            controller.stop()
