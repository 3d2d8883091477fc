"""When a partner is busy: by their calendars, by their feeds, and by their own word. The one place."""

from __future__ import annotations

from service.domain.household import HouseholdId, PartnerId
from service.domain.interval import Interval, union
from service.flow.out_times import out_intervals
from service.ports import World


def busy_of(world: World, household: HouseholdId, partner: PartnerId) -> list[Interval]:
    """Sorted and disjoint, as last read; a source that is broken now counts as it was."""
    feeds = world.store.feeds.of_partner(household, partner)
    return union(
        [
            *world.store.accounts.busy(household, partner),
            *(interval for feed in feeds for interval in feed.busy),
            *out_intervals(world, household, partner),
        ]
    )
