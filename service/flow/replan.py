"""When a real event takes the place of something planned: mend the rest of the week, moving as little as
possible.

Nothing inside the next two hours moves unless its place is gone, and an unchanged week is left alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from service.domain.household import Household
from service.domain.interval import Interval, difference
from service.domain.week import Week
from service.flow.own_time import as_free_today, held
from service.flow.plan_week import keep_published, stored_snapshot
from service.planner import lost_places, to_json
from service.planner.repair import is_elsewhere
from service.planner.snapshot import Snapshot
from service.ports import World


def replan_if_hit(world: World, household: Household, week: Week, *, now: datetime) -> bool:
    """Mend `week` if a block can no longer be where it was planned, or was put elsewhere by its person. True
    when a new plan was published.

    A time for oneself is never moved here: its people are asked (see `gestures`).
    """
    stored = world.store.plans.get(household.id, week, "published")
    if stored is None:
        return False
    before = stored_snapshot(stored)
    renewed = held(as_free_today(world, household, week, stored, now))
    unchanged = _room(before, from_at=now) == _room(renewed, from_at=now)
    if not is_elsewhere(renewed) and (unchanged or not _is_hit(world, household, week, renewed)):
        return False
    mended = world.planner.repair(to_json(renewed))
    kept = keep_published(world, household, week, mended, renewed, instead_of=stored)
    for off in world.store.off_times.of_week(household.id, week):
        if off.changed_to_at == stored.made_at:  # taken back, the week is mended anew from what it was
            world.store.off_times.save(household.id, replace(off, changed_to_at=kept.made_at))
    world.store.days_at_home.edit(
        household.id, lambda days: days and days.mended(week, stored.made_at, kept.made_at)
    )
    return True


def _room(snapshot: Snapshot, *, from_at: datetime) -> list[list[Interval]]:
    """The time still to come in which each adult may be planned, as far as calendars leave it."""
    past = Interval(datetime.min.replace(tzinfo=UTC), from_at)
    return [difference(adult.may_be_planned, [past, *adult.busy]) for adult in snapshot.adults]


def _is_hit(world: World, household: Household, week: Week, renewed: Snapshot) -> bool:
    """Whether anything planned has lost its place. What a person deleted needs none."""
    deleted = {
        (row.entry.partner, row.entry.interval)
        for row in world.store.journal.of_week(household.id, week)
        if row.standing in ("missing", "settled")
    }
    return any(lost not in deleted for lost in lost_places(renewed))
