"""Leaving: our entries to come are taken out of somebody's calendar, then what we know of them goes.

Reads: the calendar and the journal. Writes: deletions of our own entries, the end of what was granted at
Google, then the store. In that order,
since the journal says what is ours; and in the household's turn, or a tick that began before would write
the entries anew.
"""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace

from connectors.errors import ConnectorError, NeedsPersonError
from service.domain.household import Household, HouseholdId, Partner, PartnerId
from service.domain.week import Week
from service.flow.colleagues import copy_for_colleagues
from service.flow.our_calendar import connect
from service.flow.read_calendars import read_account
from service.flow.turn import BUSY_SECONDS, standing_still
from service.flow.write_blocks import Written, write_entries
from service.ports import Account, World


def leave(
    world: World,
    household_id: HouseholdId,
    partner_id: PartnerId,
    *,
    owner: str,
    busy_seconds: int = BUSY_SECONDS,
    with_entries: bool = True,
) -> Written:
    """Take a partner out, for good and at once. Who stays reads one line; cover for the one who left goes
    with the next tick, which plans for who is here. With the last one the home itself goes, and so does one
    that has not started yet.

    `owner` names who asks for the household's turn. `with_entries=False` leaves their entries where they
    are, for a calendar that cannot be reached.

    Raises:
        KeyError: they have left already.
        HouseholdBusyError: a run is under way. Nothing was changed; try again.
        ConnectorError, CalendarNotFoundError: as from `leave_account`; nothing is forgotten yet.
    """
    with standing_still(world, household_id, owner=owner, busy_seconds=busy_seconds):
        household = world.store.households.get(household_id)
        partner = household.partner(partner_id)
        if with_entries:
            removed = leave_account(world, household, partner)
        else:
            removed = Written()
            with suppress(ConnectorError):
                _give_back_all(world, household, partner)
        if household.in_set_up:  # the other is a name that was typed, and nobody could go on here
            for named in household.partners:
                if named.id != partner_id:
                    world.store.erase_partner(household_id, named.id)
        world.store.erase_partner(household_id, partner_id)
        today = world.clock.now().astimezone(household.zone).date()
        world.store.households.edit(household_id, lambda stands: replace(stands, stopped_on=today))
    if len(household.partners) > 1 and not household.in_set_up:
        world.store.due.wake(household_id, at=world.clock.now())
    return removed


def leave_account(world: World, household: Household, partner: Partner) -> Written:
    """Entries to come out of their calendar, and what they granted given back; erasing is the caller's.

    Raises:
        ConnectorError: something stands still. May be called again; it goes on where it stopped.
    """
    removed = remove_entries(world, household, partner)
    _give_back_all(world, household, partner)
    return removed


def remove_entries(world: World, household: Household, partner: Partner) -> Written:
    """Delete every entry of ours to come in `partner`'s calendar; what lies in the past stays.

    May be called again after an error; it goes on where it stopped.

    Raises:
        ConnectorError: the calendar cannot be reached or refuses. Nothing is forgotten yet: try again
            later, or erase without it and delete the calendar by hand.
    """
    account = world.store.accounts.get(household.id, partner.id)
    if account is None:
        return Written()
    now = world.clock.now()
    running = Week.at(now, household.zone)
    journal = world.store.journal.of_partner(household.id, partner.id)
    weeks = {row.entry.week for row in journal if row.entry.week.monday >= running.monday}
    removed = Written()
    with closing(world.open_connector(account)) as connector:
        account = connect(world, household, account, connector)
        read_account(world, household, partner, account, connector, now=now, confirmed=True)
        for week in sorted(weeks):
            removed += write_entries(world, account, connector, {week: []}, meant=weeks, now=now)
        copy_for_colleagues(world, account, connector, now=now, leaving=True)
    return removed


def give_back(world: World, account: Account) -> None:
    """End what was granted at Google; a password is simply forgotten.

    Raises:
        RetryLaterError, BadResponseError: it holds still; try again later.
    """
    if account.kind != "google" or world.google is None:
        return
    try:
        world.google.give_back(account.secret)
    except NeedsPersonError:
        return  # the project itself is gone, and with it everything that was granted to it


def _give_back_all(world: World, household: Household, partner: Partner) -> None:
    account = world.store.accounts.get(household.id, partner.id)
    if account is not None:
        give_back(world, account)
