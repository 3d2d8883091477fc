"""What the live demo says on the terminal: the few addresses that matter, and what to try first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.dates import format_date
from rich.console import Console
from rich.text import Text

from service.demo.house import DemoHouse
from service.demo.mailbox_page import PATH
from service.demo.telling import terminal
from service.domain.week import Week


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person's way in: links to the pages, and the account for a calendar app."""

    name: str
    check_in: str
    week_page: str
    user: str
    password: str


class Welcome:
    def __init__(self, console: Console | None = None) -> None:
        self._out = console or terminal()

    def starting(self, folder: Path) -> None:
        self._soft(f"Starting a calendar server, a mailbox and a database in {folder} …")

    def moved(self, wanted: int, there: int, *, what: str) -> None:
        """Say so when a port that was asked for is taken."""
        if wanted not in (0, there):
            self._say(
                f"Port {wanted} is taken by something else, so the {what} are on port {there} this time."
            )

    def planning(self) -> None:
        self._soft("Reading the calendars and planning a first week …")

    def ready(self, house: DemoHouse, week: Week, invitations: Sequence[Invitation]) -> None:
        base_url = house.config.server.base_url
        self._say("")
        self._strong(
            f"Ana and Ben are asked about the week of {format_date(week.monday, 'd MMMM', locale='en_GB')}"
        )
        for one in invitations:
            self._address(f"{one.name}, how are you?", one.check_in)
            self._address(f"{one.name}'s week", one.week_page)
        self._address("Their mailbox", f"{base_url}{PATH}")
        self._say("")
        self._strong("Watch it in a calendar app (CalDAV)")
        for one in invitations if house.google is None else invitations[:1]:
            self._address(f"{one.name}", f"{house.caldav_url}   user {one.user}   password {one.password}")
        if house.google is not None:
            self._say(
                "Ben's calendar is at a Google of our own: on his week page press “Connect your calendar”,"
            )
            self._say("then “Connect Google Calendar”. What stands there afterwards:")
            self._address("Ben's Google", f"{base_url}/google")
        self._say("")
        self._say("Answer “blown” as Ana and “fine” as Ben, agree as both, and look at the calendars again.")
        self._soft("One browser is one person at a time: the link opened last. Ctrl-C stops everything.")

    def stopped(self) -> None:
        self._say("")
        self._soft("Stopped. The next start goes on from here; demo --fresh begins anew.")

    def _address(self, name: str, address: str) -> None:
        """In one piece, however narrow the terminal, so that it can be clicked and copied."""
        line = Text.assemble((f"  {name:<20}", "dim"), address)
        self._out.print(line, soft_wrap=True)

    def _say(self, text: str) -> None:
        self._out.print(Text(text), soft_wrap=True)

    def _soft(self, text: str) -> None:
        self._out.print(Text(text, style="dim"), soft_wrap=True)

    def _strong(self, text: str) -> None:
        self._out.print(Text(text, style="bold"), soft_wrap=True)
