"""When a real event lands on a block: plan the rest of a running week again, moving as little as possible.

Nothing inside the next two hours moves unless its place is gone, and an unchanged week is left alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from service.domain.household import Household
from service.domain.week import Week
from service.flow.busy_time import busy_of
from service.flow.plan_week import next_quarter, republish, snapshot_for, stored_snapshot
from service.planner.snapshot import Snapshot
from service.ports import StoredPlan, World


def replan_if_hit(world: World, household: Household, week: Week, *, now: datetime) -> bool:
    """Re-plan `week` if busy time lies on a planned block or protected time that is still to come.

    True when a new plan was published.
    """
    stored = world.store.plans.get(household.id, week, "published")
    if stored is None or not _is_hit(world, household, week, stored, now):
        return False
    republish(world, household, week, _renewed(world, household, week, stored, now))
    return True


def _is_hit(world: World, household: Household, week: Week, stored: StoredPlan, now: datetime) -> bool:
    """Whether busy time lies on anything planned. What a person moved by hand is theirs to place."""
    moved = {
        (row.entry.partner, row.entry.interval)
        for row in world.store.journal.of_week(household.id, week)
        if row.standing in ("kept", "settled")
    }
    for partner in household.partners:
        planned = [
            *(block.interval for block in stored.plan.blocks_of(partner.id)),
            *(a.interval for a in stored.plan.selfcare if partner.id in (a.adult, a.cover)),
        ]
        for taken in busy_of(world, household.id, partner.id):
            if any(
                interval.start_at > now and taken.overlaps(interval) and (partner.id, interval) not in moved
                for interval in planned
            ):
                return True
    return False


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
