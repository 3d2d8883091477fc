"""`leave` and `erase`: one partner, or the household, goes; entries to come go with them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from connectors.errors import ConnectorError
from service.cli import CommandError
from service.commands.house import House, open_house
from service.commands.upkeep import confirm
from service.domain.household import Partner
from service.flow import leave as leaving
from service.flow.leave import leave_account
from service.flow.our_calendar import CalendarNotFoundError
from service.flow.turn import HouseholdBusyError, standing_still
from service.jobs import process_name

_NOTHING_YET = "Nothing was erased yet. Put this right, and run it again."


def leave(arguments: argparse.Namespace) -> int:
    """The other one's cover entries go with the next tick, which plans for who is left."""
    with open_house(arguments.config) as house:
        partner, household = house.partner(arguments.partner), house.household
        confirm(
            f"This disconnects {partner.name} and erases all that is stored of them.", said_yes=arguments.yes
        )
        stays = _what_stays(house, [partner])
        try:
            removed = leaving.leave(house.world, household.id, partner.id, owner=process_name())
        except HouseholdBusyError as error:
            raise CommandError(str(error)) from error
        except (ConnectorError, CalendarNotFoundError) as error:
            raise CommandError(f"{partner.name}: {error}\n{_NOTHING_YET}") from error
    print(
        f"{partner.name} has left: {removed.deleted} entries to come were deleted, and nothing of theirs is "
        f"stored.{stays} Their [[partner]] section in {arguments.config} is not read again."
    )
    return 0


def erase(arguments: argparse.Namespace) -> int:
    with open_house(arguments.config) as house:
        household = house.household
        confirm(f"This erases the household “{household.name}” with all its weeks.", said_yes=arguments.yes)
        with _standing_still(house):
            stays = _what_stays(house, household.partners)
            removed = _remove(house, household.partners)
            house.store.erase_household(household.id)
    print(
        f"Erased; {removed} entries to come were deleted.{stays} {arguments.config}, its key and backups are "
        "yours to delete."
    )
    return 0


@contextmanager
def _standing_still(house: House) -> Iterator[None]:
    """So that no run that began before writes anew what is taken out here."""
    try:
        with standing_still(house.world, house.household.id, owner=process_name()):
            yield
    except HouseholdBusyError as error:
        raise CommandError(str(error)) from error


def _what_stays(house: House, partners: Sequence[Partner]) -> str:
    """Calendars are never deleted: a person may have put something of their own into ours."""
    accounts = (house.store.accounts.get(house.household.id, partner.id) for partner in partners)
    if not any(account and account.home_id for account in accounts):
        return ""
    return " The calendar itself stays in the account; its person may delete it there."


def _remove(house: House, partners: Sequence[Partner]) -> int:
    """Raises CommandError, nothing erased, when a calendar does not let its entries go."""
    problems, removed = [], 0
    for partner in partners:
        try:
            removed += leave_account(house.world, house.household, partner).deleted
        except (ConnectorError, CalendarNotFoundError) as error:
            problems.append(f"{partner.name}: {error}")
    if problems:
        raise CommandError("\n".join([*problems, _NOTHING_YET]))
    return removed
