"""New jobs as the child grows, and what a home could do without at first: three at a time.

Reads: the starter list; what is on this home's list, was taken off it, or was turned down. A home that did
not begin from the starter list is never offered any of it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from service.domain.chores import Chore
from service.domain.household import Household, HouseholdId
from service.domain.week import Week
from service.ports import World
from service.starter import bundles_for

AT_A_TIME = 3
FIRST_WEEKS = 2
"""Without an offer: a home finds its feet first."""


def job_offers(world: World, household_id: HouseholdId, week: Week) -> tuple[Chore, ...]:
    """What the check-in of `week` offers, with nobody as owner; the same all week, less what was answered."""
    households = world.store.households
    household = households.get(household_id)
    if household.set_up_on is None:
        return ()
    there = {
        chore.id for chore in (*households.chores(household_id), *households.retired_chores(household_id))
    }
    return offered_in(household, week, household.set_up_on, there)


def offered_in(
    household: Household, week: Week, set_up_on: date, there: Collection[str]
) -> tuple[Chore, ...]:
    """First what the children have grown into; else the list's rest, three a week in its order, and round."""
    weeks = (week.monday - Week.of(set_up_on).monday).days // 7 - FIRST_WEEKS
    if weeks < 0:
        return ()
    answered = {*there, *household.declined}
    at_first = {chore.id for chore in _for(household, set_up_on)}
    now = _for(household, week.monday)
    later = {chore.id for bundle in bundles_for(household.children_born, set_up_on) for chore in bundle.later}
    grown_into = [chore for chore in now if chore.id not in at_first | answered]
    if grown_into:
        return tuple(grown_into[:AT_A_TIME])
    rest = [chore for chore in now if chore.id in later]
    first = weeks * AT_A_TIME % (len(rest) or 1)
    return tuple(chore for chore in rest[first : first + AT_A_TIME] if chore.id not in answered)


def _for(household: Household, on: date) -> list[Chore]:
    """The starter list on that day, without bundles that were turned down whole."""
    return [
        chore
        for bundle in bundles_for(household.children_born, on)
        if not bundle.chores or any(one.id not in household.declined for one in bundle.chores)
        for chore in (*bundle.chores, *bundle.later)
    ]
