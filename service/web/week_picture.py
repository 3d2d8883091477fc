"""The week as a picture: two lanes a day, placed by classes on a grid of quarter hours.

Classes, because the content security policy allows no inline style. Below 800 pixels the page shows a
list instead. Local wall time counts here, so a night with a clock change keeps its usual height.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest

from service.domain.entries import Kind
from service.domain.household import Household
from service.domain.interval import Interval
from service.flow.views import WeekView
from service.templating import place_of
from service.words import _

ROWS_AN_HOUR = 4
MOST_ROWS = 24 * ROWS_AN_HOUR
_LEAST_ROWS = 2
"""Half an hour: as low as a title can be read. A shorter block takes it where the lane is free."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a lane: `row` from the picture's top, `rows` high. `kind` `None` is busy time."""

    lane: int
    row: int
    rows: int
    kind: Kind | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class WeekPicture:
    """`hours` are the labels at the side: the row, and the hour."""

    rows: int
    hours: tuple[tuple[int, int], ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    day: date
    start: int
    end: int
    cell: Cell


def week_picture(view: WeekView, household: Household) -> WeekPicture:
    """The picture of a proposal, from the earliest to the latest block, at least 7 to 21 o'clock. Nights are
    told, not drawn."""
    blocks = [
        piece
        for day in view.days
        for block in day.blocks
        if block.kind != "duty"
        for piece in _pieces(
            block.interval,
            household,
            Cell(place_of(household, block.partner), 0, 0, block.kind, _short(block.kind, block.title)),
        )
    ]
    first = min([7 * ROWS_AN_HOUR, *(piece.start for piece in blocks)]) // ROWS_AN_HOUR
    last = -(-max([21 * ROWS_AN_HOUR, *(piece.end for piece in blocks)]) // ROWS_AN_HOUR)
    busy = [
        piece
        for partner, intervals in view.busy.items()
        for interval in intervals
        for piece in _pieces(interval, household, Cell(place_of(household, partner), 0, 0))
    ]
    top, bottom = first * ROWS_AN_HOUR, last * ROWS_AN_HOUR
    return WeekPicture(
        rows=bottom - top,
        hours=tuple(((hour - first) * ROWS_AN_HOUR, hour) for hour in range(first, last) if hour % 3 == 0),
        days=tuple(
            Day(day, (*_cells(busy, day, top, bottom), *_legible(_cells(blocks, day, top, bottom))))
            for day in view.week.days
        ),
    )


def position_rules() -> str:
    """The style rules behind the classes `rows-N`, `at-N` and `for-N`."""
    heights = range(ROWS_AN_HOUR, MOST_ROWS + 1, ROWS_AN_HOUR)
    rules = [f".rows-{n}{{grid-template-rows:repeat({n},var(--quarter))}}" for n in heights]
    rules += [f".at-{n}{{grid-row-start:{n + 1}}}" for n in range(MOST_ROWS)]
    rules += [f".for-{n}{{grid-row-end:span {n}}}" for n in range(1, MOST_ROWS + 1)]
    return "\n".join(rules) + "\n"


def _pieces(interval: Interval, household: Household, cell: Cell) -> Iterable[_Piece]:
    """The interval cut at local midnights, in rows after midnight, rounded outwards."""
    start = interval.start_at.astimezone(household.zone).replace(tzinfo=None)
    end = interval.end_at.astimezone(household.zone).replace(tzinfo=None)
    day = start.date()
    while datetime.combine(day, datetime.min.time()) < end:
        midnight = datetime.combine(day, datetime.min.time())
        from_row = max(0, int((start - midnight) / timedelta(minutes=15)))
        to_row = min(MOST_ROWS, -int((midnight - end) // timedelta(minutes=15)))
        if from_row < to_row:
            yield _Piece(day, from_row, to_row, cell)
        day += timedelta(days=1)


def _cells(pieces: Sequence[_Piece], day: date, top: int, bottom: int) -> list[Cell]:
    found = []
    for piece in sorted(pieces, key=lambda piece: (piece.cell.lane, piece.start)):
        start, end = max(piece.start, top), min(piece.end, bottom)
        if piece.day == day and start < end:
            found.append(Cell(piece.cell.lane, start - top, end - start, piece.cell.kind, piece.cell.title))
    return found


def _legible(cells: Sequence[Cell]) -> Iterable[Cell]:
    """Low blocks made high enough to read, as far as the next one in their lane lets them."""
    for cell, after in zip_longest(cells, cells[1:]):
        free = after.row - cell.row if after is not None and after.lane == cell.lane else _LEAST_ROWS
        yield Cell(cell.lane, cell.row, max(cell.rows, min(_LEAST_ROWS, free)), cell.kind, cell.title)


def _short(kind: Kind, title: str) -> str:
    """What fits into a lane: the name before any list of parts, or what one's own time is for."""
    before, _colon, after = title.partition(":")
    if kind == "self_care" and after:
        return after.partition(".")[0].strip().capitalize()
    return _("On duty") if kind == "cover" else before
