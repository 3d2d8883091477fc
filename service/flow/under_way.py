"""A running week that is planned anew, beside what of its published plan has begun or stays as it is.

Reads: the published plan and the journal. Writes: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from service.domain.entries import JournalEntry
from service.domain.household import Household
from service.domain.interval import Interval
from service.domain.plan import Block, Plan
from service.domain.week import Week
from service.flow.entries import own_key
from service.planner.snapshot import Snapshot
from service.planner.under_way import WasPlanned, under_way
from service.ports import StoredPlan, World

_Rows = Mapping[tuple[str, str], JournalEntry]


def as_under_way(
    world: World,
    household: Household,
    week: Week,
    snapshot: Snapshot,
    stored: StoredPlan,
    made_from: Snapshot,
) -> Snapshot:
    """The week with what has begun of `stored`, its published plan, which was `made_from` that snapshot.

    What somebody put into the past was done then; what they deleted before it began is wanted no more, nor is
    what was left out when somebody was off: it comes back to nobody.
    """
    if snapshot.now is None:
        return snapshot
    rows = _rows(world, household, week)
    whole = week.interval(household.zone)
    blocks = [_as_it_was(block, rows, snapshot.now, whole) for block in stored.plan.blocks]
    planned = {block.id: block.adult for block in blocks}
    let_go = {
        key
        for (partner, key), row in rows.items()
        if planned.get(key, partner) == partner
        and (row.standing == "settled" or (row.standing == "done" and key not in planned))
    }
    let_go |= _waits_for_whoever_is_off(world, household, week, stored.plan)
    given_up = {
        n
        for n, wish in enumerate(made_from.selfcare)
        if (row := rows.get((wish.adult, own_key(wish.adult, n)))) and row.standing == "settled"
    }
    was = WasPlanned(replace(stored.plan, blocks=tuple(blocks)), made_from, let_go, given_up)
    return under_way(snapshot, was)


def _waits_for_whoever_is_off(world: World, household: Household, week: Week, plan: Plan) -> set[str]:
    """The ids of blocks that were left out of an evening on which their person was off."""
    stand = {block.id for block in plan.blocks}
    return {
        block.id
        for off in world.store.off_times.of_week(household.id, week)
        for block in (Plan.from_json(off.before["plan"]).blocks_of(off.partner) if off.before else ())
        if block.id not in stand and off.asked_at <= block.interval.start_at < off.interval.end_at
    }


def is_outrun(
    world: World, household: Household, week: Week, proposed: Plan, published: Plan, from_at: datetime
) -> bool:
    """Whether time has gone past a proposal for a running week: something has begun of the published plan
    that it would have at another time, or of its own that nobody knew of."""
    rows, whole = _rows(world, household, week), week.interval(household.zone)
    had = [_as_it_was(block, rows, from_at, whole) for block in published.blocks]
    return _begun(replace(published, blocks=tuple(had)), from_at) != _begun(proposed, from_at)


def _begun(plan: Plan, from_at: datetime) -> set[tuple[str, str]]:
    own = ((own_key(one.adult, one.index), one.adult, one.interval) for one in plan.selfcare)
    blocks = ((block.id, block.adult, block.interval) for block in plan.blocks)
    return {(key, adult) for key, adult, interval in (*own, *blocks) if interval.start_at < from_at}


def marked_as_done(world: World, household: Household, week: Week, snapshot: Snapshot) -> list[str]:
    """The published blocks still to come whose person has said already that they are done."""
    rows = _rows(world, household, week)
    return [
        block.id
        for block in (snapshot.published.blocks if snapshot.published else ())
        if (row := rows.get((block.adult, block.id))) is not None and row.standing == "done"
    ]


def _rows(world: World, household: Household, week: Week) -> _Rows:
    return {
        (str(row.entry.partner), row.entry.key): row
        for row in world.store.journal.of_week(household.id, week)
    }


def _as_it_was(block: Block, rows: _Rows, now: datetime, week: Interval) -> Block:
    """The block where its person had it, if they moved it to where it has begun by now."""
    row = rows.get((block.adult, block.id))
    moved = row is not None and row.standing in ("kept", "done") and row.entry.kind == "chore"
    if row is None or not moved or not week.start_at <= row.interval.start_at < min(now, week.end_at):
        return block
    return replace(block, interval=row.interval)
