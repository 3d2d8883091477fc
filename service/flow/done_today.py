"""What has begun today before a week is planned anew: its minutes count in the day all the same.

Reads: the published plan. Writes: nothing.
"""

from __future__ import annotations

from dataclasses import replace

from service.domain.household import Household
from service.domain.week import Week
from service.planner.snapshot import Adult, Snapshot
from service.ports import World


def with_done_today(world: World, household: Household, week: Week, snapshot: Snapshot) -> Snapshot:
    """The same week, today's limits less by what was begun of the published plan, duties aside.

    A week that is over, or whose last quarter of an hour has begun, has no today left to plan.
    """
    now, stored = snapshot.now, world.store.plans.get(household.id, week, "published")
    if now is None or stored is None or now >= week.interval(household.zone).end_at:
        return snapshot
    today = (now.astimezone(household.zone).date() - week.monday).days
    nights = {chore.id for chore in snapshot.responsibilities if chore.is_duty}

    def with_less(adult: Adult) -> Adult:
        done = sum(
            block.interval.minutes
            for block in stored.plan.blocks_of(adult.id)
            if block.interval.start_at < now
            and block.interval.start_at.astimezone(household.zone).date() == week.days[today]
            and block.responsibility not in nights
        )
        left = max(0, adult.limit_on(today) - done)
        return replace(adult, day_limits={**adult.day_limits, today: left}) if done else adult

    return replace(snapshot, adults=tuple(with_less(adult) for adult in snapshot.adults))
