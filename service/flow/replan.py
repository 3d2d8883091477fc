"""When a real event takes the place of something planned: mend the rest of the week, moving as little as
possible.

Nothing inside the next two hours moves unless its place is gone, and an unchanged week is left alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from service.domain.household import Household
from service.domain.week import Week
from service.flow.plan_week import keep_published, next_quarter, snapshot_for, stored_snapshot
from service.planner import lost_places, to_json
from service.planner.snapshot import Snapshot
from service.ports import StoredPlan, World


def replan_if_hit(world: World, household: Household, week: Week, *, now: datetime) -> bool:
    """Mend `week` if a block, protected time or its cover can no longer be where it was planned.

    True when a new plan was published.
    """
    stored = world.store.plans.get(household.id, week, "published")
    if stored is None:
        return False
    before = stored_snapshot(stored)
    renewed = _renewed(world, household, week, stored, now)
    unchanged = [adult.busy for adult in before.adults] == [adult.busy for adult in renewed.adults]
    if unchanged or not _is_hit(world, household, week, renewed):
        return False
    mended = world.planner.repair(to_json(renewed))
    keep_published(world, household, week, mended, renewed)
    return True


def _is_hit(world: World, household: Household, week: Week, renewed: Snapshot) -> bool:
    """Whether anything planned has lost its place. What a person moved by hand is theirs to place."""
    moved = {
        (row.entry.partner, row.entry.interval)
        for row in world.store.journal.of_week(household.id, week)
        if row.standing in ("kept", "settled")
    }
    return any(lost not in moved for lost in lost_places(renewed))


def _renewed(world: World, household: Household, week: Week, stored: StoredPlan, now: datetime) -> Snapshot:
    """The snapshot that was planned, with today's free time, from now on, and the plan to keep to.

    Its chores and capacities stay: a real event moves blocks, it does not deal the week anew.
    """
    before = stored_snapshot(stored)
    fresh = snapshot_for(world, household, week)
    renewed = {adult.id: adult for adult in fresh.adults}
    return replace(
        before,
        adults=tuple(
            replace(
                adult,
                may_be_planned=renewed[adult.id].may_be_planned,
                at_home=renewed[adult.id].at_home,
                busy=renewed[adult.id].busy,
            )
            for adult in before.adults
        ),
        now=next_quarter(now) if week.interval(household.zone).start_at < now else None,
        published=stored.plan,
    )
