"""A home with both calendars on a real Radicale, and the calendar app that looks at them from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin

import requests

from connectors.caldav import CalDavAccount, CalDavConnector
from connectors.protocol import CalendarConnector
from service.domain.chores import Chore
from service.domain.household import Household
from service.ports import Account
from tests.builders import ANA, BEN, HOME, Home, a_home
from tests.servers import running_radicale

_PASSWORD = "secret"


@dataclass
class App:
    """A calendar app on somebody's phone: it knows CalDAV, and nothing of Offplate."""

    root: str
    user: str

    def entries(self) -> dict[str, str]:
        """Every event of every calendar: path to text."""
        found = {}
        for calendar in self._paths(f"/{self.user}/"):
            if calendar != f"/{self.user}/":
                found |= {p: self._send("GET", p).text for p in self._paths(calendar) if p.endswith(".ics")}
        return found

    def find(self, title: str) -> tuple[str, str]:
        """The first event of that title: its path and text."""
        return next((p, t) for p, t in sorted(self.entries().items()) if re.search(f"SUMMARY:.*{title}", t))

    def has(self, title: str) -> bool:
        return any(re.search(f"SUMMARY:.*{title}", text) for text in self.entries().values())

    def edit(self, title: str, **fields: str) -> None:
        path, text = self.find(title)
        for name, value in fields.items():
            text = re.sub(rf"^{name}(;[^:\r\n]*)?:[^\r\n]*", f"{name}:{value}", text, flags=re.MULTILINE)
        self.put(path, text)

    def add_line(self, title: str, line: str) -> None:
        path, text = self.find(title)
        self.put(path, text.replace("END:VEVENT", f"{line}\r\nEND:VEVENT"))

    def put(self, path: str, text: str) -> None:
        self._send("PUT", path, data=text.encode(), headers={"Content-Type": "text/calendar"})

    def delete(self, title: str) -> None:
        self._send("DELETE", self.find(title)[0])

    def move_to(self, title: str, calendar: str) -> None:
        path = self.find(title)[0]
        self._send("MOVE", path, headers={"Destination": urljoin(self.root, calendar + path.split("/")[-1])})

    def make_calendar(self, name: str) -> str:
        self._send("MKCALENDAR", f"/{self.user}/{name}/")
        return f"/{self.user}/{name}/"

    def _paths(self, at: str) -> list[str]:
        listed = self._send("PROPFIND", at, headers={"Depth": "1"}).text
        return [p for p in re.findall(r"<href>([^<]+)</href>", listed) if p != at]

    def _send(self, method: str, path: str, **facts: object) -> requests.Response:
        url = urljoin(self.root, path)
        reply = requests.request(method, url, auth=(self.user, _PASSWORD), timeout=10, **facts)  # type: ignore[arg-type]
        reply.raise_for_status()
        return reply


@contextmanager
def a_home_at_radicale(
    folder: Path, *, chores: list[Chore], household: Household | None = None
) -> Iterator[tuple[Home, dict[str, App]]]:
    """Both partners connected, nothing planned yet; with it each one's calendar app."""
    server = folder / "server"
    server.mkdir()
    with (
        running_radicale({ANA: _PASSWORD, BEN: _PASSWORD}, server) as url,
        a_home(folder, household=household, chores=chores) as home,
    ):

        def connector(account: Account) -> CalendarConnector:
            return CalDavConnector(
                CalDavAccount(account.url, account.username, account.secret),
                clock=home.clock.now,
                sleep=lambda seconds: None,
                allow_private_hosts=frozenset({"127.0.0.1"}),
            )

        for partner in (ANA, BEN):
            home.store.accounts.connect(Account(HOME, partner, "caldav", url, partner, _PASSWORD))
        made = replace(home, world=replace(home.world, open_connector=connector))
        yield made, {partner: App(url, partner) for partner in (ANA, BEN)}
