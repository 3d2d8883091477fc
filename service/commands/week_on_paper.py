"""A week on the terminal, for both to look at: what moves, what can wait, and when everything is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, tzinfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.domain.household import Household
from service.domain.interval import Interval
from service.flow.views import WeekView
from service.planner.told import LeftOutLine


def print_week(view: WeekView, household: Household, console: Console | None = None) -> None:
    """Best news first, as on the page; times in the household's zone, the proof at the end."""
    out = console or Console()
    out.print(Text(view.heading, style="bold"))
    out.print(Text(f"{view.week} · {view.lead}"))
    if view.smaller:
        print_left_out((*view.needs_somebody, *view.left_out), out)
    print_moves(
        [
            (
                move.chore,
                household.name_of(move.giver) if move.giver else "",
                household.name_of(move.taker),
                move.reason,
            )
            for move in view.moves
        ],
        out,
    )
    print_own_time(
        [(own.name, household.name_of(own.partner), own.interval, own.cover) for own in view.own_time],
        household.zone,
        out,
        [f"{own.name}: {own.why}" for own in view.own_time if own.why],
    )
    print_lost_wishes(
        [
            (lost.name, household.name_of(lost.partner), lost.sentence, lost.offered)
            for lost in view.lost_wishes
        ],
        out,
    )
    _print_days(view, household, out)
    if not view.smaller:
        print_left_out((*view.needs_somebody, *view.left_out), out)
    trades = (trade.sentence for trade in view.trades)
    for sentence in (*trades, *view.certificate, f"Status: {view.status}."):
        out.print(Text(sentence, style="dim"))


def _print_days(view: WeekView, household: Household, out: Console) -> None:
    blocks = [(one.partner, one.interval, one.title) for day in view.days for one in day.blocks]
    print_side_by_side({one.id: one.name for one in household.partners}, blocks, household.zone, out)


def print_side_by_side(
    people: Mapping[str, str],
    blocks: Iterable[tuple[str, Interval, str]],
    zone: tzinfo,
    out: Console,
    heading: str = "day",
) -> None:
    """The two weeks: a row a day, a column for each of `people` (name by id), in it their `blocks` (whose,
    when, what), soonest first."""
    lanes: dict[date, dict[str, list[str]]] = {}
    for who, interval, title in sorted(blocks, key=lambda one: one[1]):
        start, end = interval.start_at.astimezone(zone), interval.end_at.astimezone(zone)
        lane = lanes.setdefault(start.date(), {}).setdefault(who, [])
        lane.append(f"{start:%H:%M}-{end:%H:%M} {title}")
    table = a_table(heading, *people.values())
    for day, of_day in sorted(lanes.items()):
        table.add_row(*texts(f"{day:%a %d %b}", *("\n".join(of_day.get(who, ())) for who in people)))
    out.print(table)


def print_own_time(
    rows: Sequence[tuple[str, str, Interval, str]], zone: tzinfo, out: Console, why: Sequence[str] = ()
) -> None:
    """What, whose, when, and who is on duty meanwhile (nobody: empty); then why some of it is short."""
    if not rows:
        return
    table = a_table("own time", "who", "when", "on duty")
    for name, who, interval, cover in rows:
        start, end = (at.astimezone(zone) for at in (interval.start_at, interval.end_at))
        table.add_row(*texts(name, who, f"{start:%a %H:%M}-{end:%H:%M}", cover or "nobody needed"))
    out.print(table)
    for sentence in dict.fromkeys(why):
        out.print(Text(sentence))


def print_lost_wishes(rows: Sequence[tuple[str, str, str, str]], out: Console) -> None:
    """Own time without a place: what, whose, why, and what would help, in the words that they read."""
    if not rows:
        return
    table = a_table("own time without a place", "who", "because", "what would help")
    for row in rows:
        table.add_row(*texts(*row))
    out.print(table)


def print_moves(moves: Sequence[tuple[str, str, str, str]], out: Console) -> None:
    """What, from whom (nobody: empty), to whom, why."""
    if not moves:
        return
    table = a_table("moves", "from", "to", "because")
    for what, giver, taker, reason in moves:
        table.add_row(*texts(what, giver or "nobody", taker, reason))
    out.print(table)


def print_left_out(lines: Sequence[LeftOutLine], out: Console) -> None:
    """What must happen and found no place, then what can wait."""
    for heading, must_happen in (("needs somebody still", True), ("can wait", False)):
        table = a_table(heading, "because", "what would have to give")
        for line in lines:
            if line.must_happen is must_happen:
                table.add_row(*texts(line.chore, line.sentence, "; ".join(line.offers)))
        if table.row_count:
            out.print(table)


def a_table(*columns: str) -> Table:
    """The tables of the terminal: no lines, quiet heads."""
    return Table(*columns, box=None, header_style="dim", pad_edge=False)


def texts(*cells: str) -> list[Text]:
    """Names are shown as they are: brackets in them are no markup."""
    return [Text(cell) for cell in cells]
