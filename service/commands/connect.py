"""`connect`: a partner's calendar account by its address, tried before it is saved.

Shows the host before a password is asked for. The password comes from a prompt that does not show it,
from a pipe, or from an environment variable; it is sealed in the store and stands in no file.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from connectors.errors import ConnectorError
from connectors.model import CalendarId, Found, FoundCalendar, Located
from service.cli import CommandError
from service.commands.house import House, open_house
from service.domain.household import Partner
from service.flow import connect_calendar as flow

Ask = Callable[[str], str]

CHANGES = {
    "sync report": "says what changed",
    "tag": "says that something changed",
    "listing": "has to be listed each time",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """How a person is asked. In a script nothing is asked, and what is missing ends the command."""

    line: Ask
    secret: Ask
    script: bool

    def given(self, value: str | None, question: str, option: str, default: str = "") -> str:
        if value is not None:
            return value
        if self.script:
            raise CommandError(f"{option} is missing; without a person to ask it has to be given.", code=2)
        answer = self.line(f"{question}{f' [{default}]' if default else ''}: ").strip() or default
        if not answer:
            raise CommandError("Nothing was entered, and nothing was saved.", code=2)
        return answer


def run(arguments: argparse.Namespace) -> int:
    secret = getpass.getpass if sys.stdin.isatty() else input
    asking = Asking(input, secret, script=arguments.password_env is not None)
    with open_house(arguments.config) as house:
        try:
            return connect(house, arguments, asking)
        except ConnectorError as error:
            raise CommandError(str(error)) from error
        except (flow.NamedInFileError, flow.ChoiceRefusedError) as error:
            raise CommandError(str(error)) from error
        except EOFError as error:
            raise CommandError("The answers ended too early; nothing was saved.") from error


def connect(house: House, arguments: argparse.Namespace, asking: Asking) -> int:
    """Find, sign in, show, choose, save. Raises CommandError, ConnectorError, EOFError: nothing was saved."""
    partner = _partner(house, arguments.partner, asking)
    address = asking.given(arguments.url, "Mail address or server of the calendar", "--url", partner.email)
    located = _located(house, partner, address)
    _show_place(located, script=asking.script)
    likely = address if "@" in address and "/" not in address else partner.email
    username = asking.given(arguments.username, "User name there", "--username", likely)
    password = _password(arguments.password_env, asking)
    found = house.world.onboarding.try_account(located.url, username, password)
    print_found(found)
    busy = _busy(found, arguments.busy, asking)
    home = _home(found, arguments.home, asking)
    flow.save_account(
        house.world,
        house.household.id,
        partner.id,
        found,
        username=username,
        password=password,
        busy=busy,
        home=home,
    )
    print(f"\n{partner.name}'s account is saved, its password sealed. config.toml needs nothing for it.")
    print("The next sync reads it: serve, or sync --once.")
    return 0


def print_found(found: Found) -> None:
    """The calendars as a small table, and what else is to be known."""
    table = Table(box=None, pad_edge=False, header_style="")
    for heading in ("", "calendar", "may be written", "how it tells"):
        table.add_column(heading)
    tickable = flow.tickable(found)
    for number, calendar in enumerate(tickable, start=1):
        written = "yes" if calendar.writable else "no"
        table.add_row(str(number), Text(calendar.name), written, CHANGES[calendar.changes])
    for calendar in found.calendars:
        if calendar not in tickable:
            table.add_row(
                "", Text(calendar.name), "", "Offplate's own" if calendar.mark else "not for events"
            )
    Console().print(table)
    for note in found.notes:
        print(note)


def _partner(house: House, named: str | None, asking: Asking) -> Partner:
    free = [p for p in house.household.partners if flow.may_connect(house.world, house.household.id, p.id)]
    if named is None and len(free) != 1:
        if not free:
            raise CommandError("Both calendars are named in config.toml; they are changed there.", code=2)
        named = asking.given(None, f"Whose calendar ({', '.join(p.id for p in free)})", "--partner")
    partner = free[0] if named is None else house.partner(named)
    if partner not in free:
        raise CommandError(
            f"{partner.name}'s calendar is named in config.toml and follows the file; change it there, "
            "or take [partner.calendar] out first.",
            code=2,
        )
    return partner


def _located(house: House, partner: Partner, address: str) -> Located:
    try:
        return house.world.onboarding.locate(address)
    except ConnectorError as error:
        if error.connector != "Google":
            raise
        page = f"{house.world.base_url.rstrip('/')}/connect/google"
        unset = house.world.google is None
        first = " First name the project in [google] (docs/google.md)." if unset else ""
        raise CommandError(
            "This calendar is at Google, which lets no program in with a password. "
            f"{partner.name} connects it at {page}, where the link in their latest mail lets them in.{first}",
            code=2,
        ) from error


def _show_place(located: Located, *, script: bool) -> None:
    if script and located.elsewhere:
        raise CommandError(
            f"This address leads to another host, {located.host}, and no password goes there unasked. "
            f"If that is right, give --url {located.url}"
        )
    print(f"{f'{located.provider}: ' if located.provider else ''}the password goes to {located.host}.")
    for sentence in (*located.advice, *([f"Sign in with {located.username}."] if located.username else [])):
        print(sentence)


def _password(variable: str | None, asking: Asking) -> str:
    if variable is None:
        password = asking.secret("(App) password: ")
        if not password:
            raise CommandError("No password was entered, and nothing was saved.", code=2)
        return password
    if given := os.environ.get(variable):
        return given
    raise CommandError(f"--password-env names {variable}, which is not set.", code=2)


def _busy(found: Found, named: Sequence[str] | None, asking: Asking) -> list[CalendarId]:
    calendars = flow.tickable(found)
    if named is not None:
        return [_named(calendars, name, "--busy").id for name in named]
    if asking.script or not calendars:
        return [calendar.id for calendar in calendars]
    answer = asking.line("Which of them make you busy? Numbers, “none”, or Enter for all: ").strip().lower()
    if answer == "none":
        return []
    wanted = answer.replace(",", " ").split()
    if not all(number.isdecimal() and 1 <= int(number) <= len(calendars) for number in wanted):
        raise CommandError(f"“{answer}” is not a choice from this list. Nothing was saved.", code=2)
    return [calendars[int(number) - 1].id for number in wanted] or [calendar.id for calendar in calendars]


def _home(found: Found, named: str | None, asking: Asking) -> CalendarId | None:
    calendars = flow.writable(found)
    if named is None and (found.can_make_calendars or not calendars):
        return None
    names = ", ".join(calendar.name for calendar in calendars)
    answer = asking.given(named, f"Which of them may Offplate write to ({names})", "--home")
    return _named(calendars, answer, "--home").id


def _named(calendars: list[FoundCalendar], name: str, option: str) -> FoundCalendar:
    match = [c for c in calendars if name in (c.name, c.id)]
    if len(match) == 1:
        return match[0]
    have = ", ".join(f"“{calendar.name}”" for calendar in calendars) or "none"
    why = "is the name of several" if match else "is not one"
    raise CommandError(f"{option} “{name}” {why} of the calendars to choose from: {have}.", code=2)
