"""From when on somebody else minds the children while one parent is off. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from service.domain.interval import Interval
from service.planner.grid import grid_of
from service.planner.parse import parse_snapshot
from service.planner.presence import presence_of
from service.planner.snapshot import Snapshot
from service.planner.snapshot_file import to_json


def watched_from(snapshot: Snapshot, cover: str, during: Interval, own: Iterable[Interval]) -> datetime:
    """The earliest moment in `during` from which `cover` or a sitter is there whenever children are, until
    its end; its end when that is never. `own` are the times that `cover` keeps for themselves.

    `snapshot` is as of today. A week's end is the planner's end: what lies after it counts as minded.
    """
    week = parse_snapshot(to_json(snapshot))
    grid = grid_of(week.tz, week.monday)
    presence = presence_of(week, grid)
    minded = presence.carers[cover] & ~grid.touched(own)
    for sitter in week.sitters:
        minded |= presence.carers[sitter.id]
    alone = grid.touched([during]) & presence.children_home & ~minded
    return max(during.start_at, grid.instant(alone.bit_length())) if alone else during.start_at
