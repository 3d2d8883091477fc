"""What a check-in offers, taken onto the list or turned down by one press of either.

Reads: what is offered. Writes: the list, or what this home does not want of it.
"""

from __future__ import annotations

from dataclasses import replace

from service.domain.chores import Chore
from service.domain.household import Household, HouseholdId
from service.domain.week import Week
from service.flow.check_in import CheckInClosedError, open_one
from service.flow.job_offers import job_offers
from service.ports import World
from service.words import _


def put_on_the_list(world: World, household_id: HouseholdId, week: Week, job: str) -> None:
    """It stands there as nobody's, for whoever takes it.

    Raises:
        CheckInClosedError: the check-in of `week` is over, or does not offer it (any more).
    """
    world.store.households.add_chores(household_id, [_offered(world, household_id, week, job)])


def turn_down(world: World, household_id: HouseholdId, week: Week, job: str) -> None:
    """Not for this home: it is not offered again. Raises as `put_on_the_list`."""
    offered = _offered(world, household_id, week, job)

    def without(household: Household) -> Household:
        return replace(household, declined=(*household.declined, offered.id))

    world.store.households.edit(household_id, without)


def _offered(world: World, household_id: HouseholdId, week: Week, job: str) -> Chore:
    open_one(world, household_id, week)
    for offered in job_offers(world, household_id, week):
        if offered.id == job:
            return offered
    raise CheckInClosedError(_("That is not offered any more."))
