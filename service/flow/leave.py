"""Leaving: our entries to come are taken out of somebody's calendar, then what we know of them goes.

Reads: the calendar and the journal. Writes: deletions of our own entries, nothing else. Erasing in the
store is the caller's next step; it must come after, since the journal says what is ours. The caller
holds the household's turn for both, or a tick that began before would write the entries anew.
"""

from __future__ import annotations

from contextlib import closing

from service.domain.household import Household, Partner
from service.domain.week import Week
from service.flow.colleagues import copy_for_colleagues
from service.flow.read_calendars import connect, read_account
from service.flow.write_blocks import Written, write_entries
from service.ports import World


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
