"""Another time for a self-care that is broken, and who could be on duty at a time somebody chose.

Asked by the flow with today's free time and the published plan. Chores give way to self-care, except the
essential ones: no time is offered that lies on one. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.interval import Interval
from service.planner.grid import Grid, grid_of
from service.planner.parse import parse_snapshot
from service.planner.presence import Presence, presence_of
from service.planner.selfcare import choices
from service.planner.snapshot import Snapshot
from service.planner.snapshot_file import to_json


@dataclass(frozen=True, slots=True)
class _Week:
    """A week in which one wish is open again. `taken` are each person's other self-cares."""

    snapshot: Snapshot
    index: int
    grid: Grid
    presence: Presence
    taken: dict[str, int]
    taken_days: frozenset[int]
    essential: dict[str, int]
    stands_at: Interval | None


def next_slots(snapshot: Snapshot, index: int, after: datetime, *, count: int = 3) -> tuple[Interval, ...]:
    """The next other times for that wish after `after`, with somebody on duty; one a day where days allow.

    Of each day it is the one nearest to the usual. Fewer than `count` when there are no more.
    """
    week = _week(snapshot, index, after)
    chosen: list[Interval] = []
    days: set[int] = set()
    ranked = list(_possible(week))
    for again in (False, True):
        for _, day, slot in sorted(ranked, key=lambda found: (found[1], found[0])):
            fresh = day not in days if not again else not any(slot.overlaps(one) for one in chosen)
            if fresh and len(chosen) < count:
                chosen.append(slot)
                days.add(day)
    return tuple(sorted(chosen))


def is_possible(snapshot: Snapshot, index: int, slot: Interval, *, after: datetime) -> bool:
    """Whether `slot` is still one of the times that could be offered."""
    return any(slot == possible for _, _, possible in _possible(_week(snapshot, index, after)))


def covers_at(snapshot: Snapshot, index: int, at: Interval) -> tuple[str, ...] | None:
    """Who could be on duty all through `at`, sitters first; None when nobody has to be."""
    week = _week(snapshot, index, at.start_at)
    wish, mask = week.snapshot.selfcare[index], week.grid.touched([at])
    watched = mask & week.presence.children_home if wish.needs_cover else 0
    if not watched:
        return None
    adults = {adult.id for adult in week.snapshot.adults}
    able = [
        person
        for person, minding in week.presence.carers.items()
        if person != wish.adult and not watched & ~minding and not watched & week.taken.get(person, 0)
    ]
    return tuple(sorted(able, key=lambda person: (person in adults, person)))


def _week(snapshot: Snapshot, index: int, after: datetime) -> _Week:
    published = snapshot.published
    wishes = [replace(w, fixed_start="open") if n == index else w for n, w in enumerate(snapshot.selfcare)]
    bare = parse_snapshot(to_json(replace(snapshot, selfcare=tuple(wishes), published=None, now=after)))
    grid = grid_of(bare.tz, bare.monday)
    stands = next((one for one in published.selfcare if one.index == index), None) if published else None
    others = [one for one in published.selfcare if one.index != index] if published else []
    taken: dict[str, int] = {}
    for one in others:
        taken[one.adult] = taken.get(one.adult, 0) | grid.touched([one.interval])
    own = [one for one in others if one.adult == wishes[index].adult]
    never = {chore.id for chore in snapshot.responsibilities if chore.priority == 0}
    essential: dict[str, int] = {}
    for block in published.blocks if published else ():
        if block.responsibility in never:
            essential[block.adult] = essential.get(block.adult, 0) | grid.touched([block.interval])
    days = frozenset(grid.days[grid.slot_at(one.interval.start_at)] for one in own)
    return _Week(
        bare,
        index,
        grid,
        presence_of(bare, grid),
        taken,
        days,
        essential,
        stands.interval if stands else None,
    )


def _possible(week: _Week) -> Iterator[tuple[int, int, Interval]]:
    """Distance from the usual, day, and time of every start that could be offered."""
    wish = week.snapshot.selfcare[week.index]
    for choice in choices(week.snapshot, week.grid, week.presence, week.index):
        if choice.day in week.taken_days or choice.mask & week.essential.get(wish.adult, 0):
            continue
        busy = [week.taken.get(who, 0) | week.essential.get(who, 0) for who in choice.covers]
        if choice.covers and all(choice.watched & mask for mask in busy):
            continue
        slot = week.grid.interval(choice.start, wish.minutes)
        if slot != week.stands_at:
            yield choice.cost[-1], choice.day, slot
