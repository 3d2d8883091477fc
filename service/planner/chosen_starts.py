"""What people put somewhere themselves: where it can stay, and what is said of it where it cannot. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from service.domain.interval import common, difference
from service.domain.plan import Plan
from service.planner.grid import grid_of, run, slots_for
from service.planner.snapshot import Adult, Snapshot
from service.planner.spoken import clock, day_name
from service.words import _

if TYPE_CHECKING:
    from service.planner.candidates import Prepared


def put_by_hand(prepared: Prepared) -> dict[tuple[str, int, str], int]:
    """Where people put things themselves and they can stay, `(chore, occurrence, adult) -> slot`.

    It needs no window and no free calendar. It cannot be where its time has passed, where they are off, where
    nobody would mind the children, were it for some minutes of a quarter, or where something else was put
    first: what stands there as published keeps it. What has begun is where it is.
    """
    grid, presence = prepared.grid, prepared.presence
    chores = {c.id: c for c in prepared.snapshot.responsibilities if c.blocked and not c.is_duty}
    begun = {(block.responsibility, block.occurrence) for block in prepared.settled}
    minding = {adult.id: _minding(prepared, adult) for adult in prepared.snapshot.adults}
    published = prepared.snapshot.published
    stands = {
        (block.responsibility, block.occurrence, block.adult, grid.slot_at(block.interval.start_at))
        for block in (published.blocks if published else ())
    }
    wanted = sorted(
        ((chore.id, n, adult, grid.slot_at(at)) not in stands, at, chore.id, n, adult)
        for chore in chores.values()
        for n in chore.numbers
        for adult, at in chore.numbered(n).fixed_start.items()
        if adult in chore.doers and (chore.id, n) not in begun
    )
    taken, tied = dict.fromkeys(prepared.adults, 0), dict.fromkeys(prepared.adults, 0)
    needed: dict[str, int] = {}
    for one in prepared.appointments:
        taken[one.adult] |= grid.touched([one.interval])
    for block in prepared.settled:
        taken[block.adult] |= grid.touched([block.interval]) if block.responsibility in chores else 0
    found = {}
    for _stood, at, name, n, adult in wanted:
        chore = chores[name]
        slot, length = grid.slot_at(at), slots_for(chore.minutes)
        if not 0 <= slot <= grid.size - length:
            continue
        mask, exclusive = run(slot, length), presence.exclusive(chore)
        ties = mask & exclusive & minding[adult]
        if (
            mask & (taken[adult] | ~presence.ahead)
            or mask & exclusive & prepared.on_cover[adult]
            or ties & ~prepared.others_minding(adult, tied)
            or any(mask & needed.get(need, 0) for need in chore.needs)
        ):
            continue
        found[name, n, adult] = slot
        taken[adult] |= mask
        tied[adult] |= mask & exclusive
        for need in chore.needs:
            needed[need] = needed.get(need, 0) | mask
    return found


def _minding(prepared: Prepared, adult: Adult) -> int:
    """The quarters in which that adult minds the children for some minutes at least."""
    working = common(adult.busy, prepared.snapshot.children.awake)
    own = [one.interval for one in prepared.appointments if one.adult == adult.id]
    partly = prepared.grid.touched(difference(adult.at_home, [*working, *own]))
    return prepared.carers[adult.id] | partly & prepared.presence.children_home


def not_where_put(snapshot: Snapshot, plan: Plan) -> list[str]:
    """The ids of blocks that stand elsewhere than their doer put them, because they cannot be there."""
    grid = grid_of(snapshot.tz, snapshot.monday)
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    found = []
    for block in plan.blocks:
        at = chores[block.responsibility].numbered(block.occurrence).fixed_start.get(block.adult)
        begun = snapshot.now is not None and block.interval.start_at < snapshot.now
        if at is not None and not begun and grid.slot_at(at) != grid.slot_at(block.interval.start_at):
            found.append(block.id)
    return sorted(found)


def said_of_them(snapshot: Snapshot, plan: Plan) -> list[str]:
    """One sentence for each of them."""
    zone = ZoneInfo(snapshot.tz)
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    elsewhere = not_where_put(snapshot, plan)
    sentences = []
    for block in plan.blocks:
        if block.id not in elsewhere:
            continue
        chore = chores[block.responsibility]
        at = chore.numbered(block.occurrence).fixed_start[block.adult].astimezone(zone)
        sentences.append(
            _("“%(chore)s” could not stay on %(day)s at %(time)s, where %(name)s put it.")
            % {
                "chore": chore.title,
                "day": day_name(at.weekday()),
                "time": clock(at.hour * 60 + at.minute),
                "name": snapshot.called(block.adult),
            }
        )
    return sentences
