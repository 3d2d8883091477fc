"""A partner connects their own calendar account: who may, who should, and what is saved.

Before this, the `Onboarding` of the world has found the account and tried it. Reads: accounts and the
journal. Writes: the account, sealed; the next tick makes our calendar in it. Never: a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from connectors.errors import RetryLaterError
from connectors.model import CalendarId, Found, FoundCalendar
from service.domain.household import HouseholdId, PartnerId
from service.flow.our_calendar import lose_sight
from service.ports import Account, World
from service.words import _, said

OUR_NAME = "Offplate"
SOON = timedelta(days=2)
"""How long before a connection ends its person is told of it."""


class NamedInFileError(Exception):
    """The partner's account stands in config.toml; it is changed there, and nothing was saved."""


class ChoiceRefusedError(Exception):
    """What was chosen does not fit what was found; the text says what to do, and nothing was saved."""


def may_connect(world: World, household: HouseholdId, partner: PartnerId) -> bool:
    """Whether this partner's account is theirs to choose, and not named in config.toml."""
    return (household, partner) not in world.from_file


def should_connect(world: World, household: HouseholdId, partner: PartnerId) -> bool:
    """Whether they have no account, or one that does not mend by itself or ends soon, and may change that."""
    if not may_connect(world, household, partner):
        return False
    account = world.store.accounts.get(household, partner)
    if account is None or account.problem is None:
        return account is None or ends_soon(account, world.clock.now())
    return said(RetryLaterError.next_step) not in account.problem


def ends_soon(account: Account, now: datetime) -> bool:
    return account.ends_at is not None and account.ends_at - now < SOON


def tickable(found: Found) -> list[FoundCalendar]:
    """The calendars that can make somebody busy: for events, and not written by Offplate."""
    return [each for each in found.calendars if each.holds_events and each.mark is None]


def writable(found: Found) -> list[FoundCalendar]:
    """The calendars that Offplate may be let into instead of having one of its own."""
    return [each for each in tickable(found) if each.writable]


def ticked_before(world: World, household: HouseholdId, partner: PartnerId, found: Found) -> set[CalendarId]:
    """What to show as ticked: what was chosen in this account the last time, else everything."""
    account = world.store.accounts.get(household, partner)
    every = {calendar.id for calendar in tickable(found)}
    if account is None or account.busy is None or account.url != found.url:
        return every
    return {c.id for c in tickable(found) if c.id in account.busy or c.name in account.busy}


def save_account(
    world: World,
    household: HouseholdId,
    partner: PartnerId,
    found: Found,
    *,
    username: str,
    password: str,
    busy: Sequence[CalendarId],
    home: CalendarId | None,
) -> None:
    """Keep the account that was tried, and make the household due.

    `busy` are the calendars that make the partner busy; all of them means those to come as well.
    `home` is the calendar to write to, `None` for one of our own. The entries in an account that is
    left for another stay where they are; what is still to come and does not stand in this one is
    written anew.

    Raises:
        NamedInFileError, ChoiceRefusedError: nothing was saved.
    """
    if not may_connect(world, household, partner):
        raise NamedInFileError(_("This calendar is named in config.toml and can only be changed there."))
    every = [calendar.id for calendar in tickable(found)]
    if not set(busy) <= set(every):
        raise ChoiceRefusedError(_("One of these calendars was not found. Connect again from the start."))
    if home is None and not found.can_make_calendars:
        raise ChoiceRefusedError(
            _("This account cannot make calendars. Make one there, connect again, and choose it.")
        )
    if home is not None and home not in {calendar.id for calendar in writable(found)}:
        raise ChoiceRefusedError(_("That calendar cannot be written to. Choose another one."))
    before = world.store.accounts.get(household, partner)
    account = Account(
        household=household,
        partner=partner,
        kind="caldav",
        url=found.url,
        username=username,
        secret=password,
        busy=None if set(busy) == set(every) else tuple(busy),
        home=home or OUR_NAME,
    )
    world.store.accounts.connect(account)
    let_go_of(world, before, account)
    world.store.due.wake(household, at=world.clock.now())


def let_go_of(world: World, before: Account | None, account: Account) -> None:
    """After another account was connected, or the same one by another name: whatever of ours stands in it
    is seen at its first reading. It is tried at once."""
    if before is not None and not (before.is_same_as(account) and before.home == account.home):
        lose_sight(world, before)
    _try_at_once(world, account)


def _try_at_once(world: World, account: Account) -> None:
    """The account was just seen to work: what went wrong with the same one before is no reason to wait."""
    kept = world.store.accounts.get(account.household, account.partner)
    if kept is not None and kept.problem is not None:
        world.store.accounts.save_problem(
            account.household, account.partner, problem=kept.problem, retry_at=None
        )
