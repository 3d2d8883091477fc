"""Letting go of an account whose person has disconnected it: entries to come, the right to it, the account.

Reads: the calendar and the journal. Writes: deletions of our own entries, then the end of what was granted,
then the store. Each may be repeated, and is at the next tick where it did not succeed.
"""

from __future__ import annotations

from connectors.errors import ConnectorError, NeedsPersonError
from service.domain.household import Household, Partner
from service.flow.leave import give_back, remove_entries
from service.flow.our_calendar import lose_sight
from service.flow.read_calendars import is_resting, note_problem
from service.ports import Account, World


def let_go_if_asked(world: World, household: Household, partner: Partner, *, at_once: bool = False) -> None:
    """What their person asked for on a page. Where the account lets us in no more, its entries stay."""
    account = world.store.accounts.get(household.id, partner.id)
    if account is None or not account.leaving:
        return
    if is_resting(account.retry_at, world.clock.now()) and not at_once:
        return
    try:
        _take_out(world, household, partner, account)
        lose_sight(world, account)
        latest = world.store.accounts.get(household.id, partner.id)
        if latest is not None and latest.leaving:  # not connected anew while we were at it
            give_back(world, latest)
    except ConnectorError as error:
        note_problem(world, household, account, error)
        return
    world.store.accounts.forget(household.id, partner.id)


def _take_out(world: World, household: Household, partner: Partner, account: Account) -> None:
    if account.home_id is None:
        return
    try:
        remove_entries(world, household, partner)
    except NeedsPersonError:
        return
