"""How the story looks on a terminal: calm, the best news first, and the same without a terminal.

Only draws. Names of chores and people are Offplate's own; nothing of anybody's calendar is ever here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from babel.dates import format_date
from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.domain.checkin import STATE_WORDS
from service.domain.household import Household
from service.domain.interval import Interval
from service.domain.plan import Plan
from service.domain.week import Week
from service.flow.plan_week import stored_snapshot
from service.flow.views import WeekView
from service.ports import StoredPlan

PLAIN_WIDTH = 100
_OWN, _COVER, _QUIET = "green", "dim green", "dim"


class Telling:
    """Tells to one console. `begin` comes first: it says who is who."""

    def __init__(self, console: Console | None = None) -> None:
        self._out = console or terminal()
        self._home: Household | None = None
        self._step = 0

    def begin(self, home: Household, now: datetime, week: Week) -> None:
        self._home = home
        local = now.astimezone(home.zone)
        self._out.print(Text("Ana and Ben, and one week of theirs", style="bold"))
        self._say(
            f"It is {format_date(local, 'EEEE d MMMM y', locale='en_GB')}, {local:%H:%M}, and the week of "
            f"{format_date(week.monday, 'd MMMM', locale='en_GB')} is ahead. A calendar server, a mail "
            "server and a database run on this machine."
        )

    def busy(self) -> AbstractContextManager[object]:
        """Shown on a terminal while something takes a moment."""
        return self._out.status("One moment …")

    def read(self, facts: Mapping[str, Mapping[str, float]]) -> None:
        self._heading("Read")
        table = self._table("", "calendars", "busy times", "hours")
        for partner, numbers in facts.items():
            table.add_row(
                self._name(partner),
                f"{numbers['calendars']:.0f}",
                f"{numbers['busy_intervals']:.0f}",
                f"{numbers['busy_hours']:g}",
            )
        self._out.print(table)
        self._say("When they are busy, and nothing else: no title, no place, no names are kept.")

    def first_plan(self, view: WeekView, stored: StoredPlan) -> None:
        self._heading("A first plan, before anybody has said how they are")
        self._say(f"{view.heading} {view.lead}")
        self._lanes(view, stored)

    def entries(self, written: Mapping[str, Mapping[str, int]], counted: Mapping[str, int]) -> None:
        self._heading("In their calendars")
        table = self._table("", "created", "replaced", "deleted", "on the server for this week")
        for partner, numbers in written.items():
            row = [str(numbers[what]) for what in ("created", "replaced", "deleted")]
            table.add_row(self._name(partner), *row, str(counted[partner]))
        self._out.print(table)
        self._say("The last column was counted by a CalDAV client that knows nothing of Offplate.")

    def mails(self, heading: str, arrived: Sequence[Mapping[str, str]]) -> None:
        if arrived:
            self._heading(heading)
        for mail in arrived:
            self._out.print(Text(f"  {mail['to']}: {mail['subject']}"))

    def answers(self, states: Mapping[str, str]) -> None:
        self._heading("The answers, each given alone")
        for partner, state in states.items():
            word = next(word for known, word in STATE_WORDS.items() if known == state)
            self._out.print(Text(f"  {self._name(partner)}: {word}"))

    def proposal(self, view: WeekView, stored: StoredPlan) -> None:
        self._heading(view.heading.rstrip("."))
        self._say(view.lead)
        table = self._table("what moves", "from", "to", "because")
        said = ""
        for move in view.moves:
            because = "" if move.reason == said else (said := move.reason)
            cells = (move.chore, self._name(move.giver or ""), self._name(move.taker), because)
            table.add_row(*(Text(cell) for cell in cells))
        self._out.print(table)
        for heading, lines in (
            ("what needs somebody still", view.needs_somebody),
            ("what can wait", view.left_out),
        ):
            table = self._table(heading, "why", "what would have to give")
            said = ""
            for line in lines:
                because = "" if line.sentence == said else (said := line.sentence)
                table.add_row(Text(line.chore), Text(because), Text("; ".join(line.offers)))
            if lines:
                self._out.print(table)
        table = self._table("protected", "for", "when", "on duty meanwhile")
        for own in view.own_time:
            cells = (
                own.name,
                self._name(own.partner),
                self._when(own.interval),
                own.cover or "nobody needed",
            )
            table.add_row(*(Text(cell, style=_OWN) for cell in cells))
        self._out.print(table)
        self._lanes(view, stored)

    def agreed(self) -> None:
        self._heading("Both agree")

    def end(self, plan: Plan, traffic: Mapping[str, int]) -> None:
        self._heading("Once more, with nothing changed")
        self._say(f"{traffic['requests']} requests, {traffic['writes']} writes.")
        self._say(
            f"{plan.certificate.get('sentence', '')} The plan is {plan.status.replace('_', ' ')}.", _QUIET
        )
        self._heading("Now you")
        self._say(
            "Play it yourself, with pages, mails and calendars: python3 -m service demo\n"
            "Another week, and all facts as JSON: python3 -m service demo --once --seed 2 --json week.json\n"
            "Your own household: python3 -m service init"
        )

    def written_to(self, file: Path) -> None:
        self._say(f"The facts are in {file}.", _QUIET)

    def _lanes(self, view: WeekView, stored: StoredPlan) -> None:
        """Two lanes, seven days."""
        home = self._household
        table = Table("", *(partner.name for partner in home.partners), show_lines=True, header_style="bold")
        lines = self._lines(view, stored.plan, stored)
        for day in view.week.days:
            cells = [
                Text("\n").join(line for _, line in sorted_lines(lines.get((day, p.id), [])))
                for p in home.partners
            ]
            table.add_row(f"{day:%a}", *cells)
        self._out.print(table)

    def _lines(
        self, view: WeekView, plan: Plan, stored: StoredPlan
    ) -> dict[tuple[object, str], list[tuple[datetime, Text]]]:
        titles = {chore.id: chore.title for chore in stored_snapshot(stored).responsibilities}
        found: dict[tuple[object, str], list[tuple[datetime, Text]]] = {}

        def add(person: str, interval: Interval, text: str, style: str = "") -> None:
            start = interval.start_at.astimezone(self._household.zone)
            line = Text(f"{start:%H:%M} {text}", style=style)
            found.setdefault((start.date(), person), []).append((start, line))

        for block in plan.blocks:
            add(block.adult, block.interval, titles[block.responsibility])
        for own in view.own_time:
            add(own.partner, own.interval, f"{own.name} (yours)", _OWN)
            for partner in self._household.partners:
                if partner.name == own.cover:
                    add(partner.id, own.interval, f"on duty for {self._name(own.partner)}", _COVER)
        return found

    @property
    def _household(self) -> Household:
        if self._home is None:
            raise RuntimeError("a story begins at its beginning")
        return self._home

    def _name(self, person: str) -> str:
        return self._household.name_of(person) if person else "nobody"

    def _when(self, interval: Interval) -> str:
        start, end = (at.astimezone(self._household.zone) for at in (interval.start_at, interval.end_at))
        return f"{start:%a %H:%M}-{end:%H:%M}"

    def _heading(self, text: str) -> None:
        self._step += 1
        self._out.print()
        self._out.print(Text(f"{self._step}  {text}", style="bold"))

    def _say(self, text: str, style: str = "") -> None:
        self._out.print(Text(text, style=style))

    def _table(self, *columns: str) -> Table:
        return Table(*columns, box=None, header_style=_QUIET, pad_edge=False, padding=(0, 3, 0, 0))


def sorted_lines(lines: Sequence[tuple[datetime, Text]]) -> list[tuple[datetime, Text]]:
    return sorted(lines, key=lambda line: (line[0], line[1].plain))


def terminal() -> Console:
    """Colours on a terminal only; elsewhere plain text of one width, the same every time."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)
