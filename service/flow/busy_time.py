"""When a partner is busy: by their calendars, by their feeds, and by their own word; and when they are left
alone. The one place."""

from __future__ import annotations

from service.domain.household import Household, HouseholdId, Partner, PartnerId
from service.domain.interval import Interval, union
from service.domain.quiet_hours import nights_at_work, quiet_intervals
from service.domain.week import Week
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


def nights_of(world: World, household: Household, partner: PartnerId) -> list[Interval]:
    """Their nights at work, as calendars, feeds and their own word have them."""
    return nights_at_work(busy_of(world, household.id, partner), household.zone)


def quiet_hours_of(world: World, household: Household, partner: Partner, week: Week) -> list[Interval]:
    """Their quiet hours that touch `week`; after a night at work, the sleep that takes their place."""
    nights = nights_of(world, household, partner.id)
    return quiet_intervals(partner, week, household.zone, nights=nights)
