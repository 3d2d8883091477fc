"""A partner's Google account once it is connected: what it may do, which calendars count, and letting it go.

Reads: the account, and for the choice of calendars their list. Writes: the choice; that its person wants to
be rid of it, which the next tick carries out. Never: an entry.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass

from connectors.model import CalendarId, CalendarRef, Right
from service.domain.household import HouseholdId, PartnerId
from service.flow.connect_calendar import ChoiceRefusedError, may_connect, should_connect
from service.flow.connect_google import when_it_ends
from service.ports import Account, World
from service.words import _, ngettext, said

CORE: tuple[Right, ...] = ("own", "busy")
"""What connecting asks for."""


@dataclass(frozen=True, slots=True)
class GoogleView:
    """`notes` are what its person can put right, `counted` which calendars make them busy. `again`:
    connecting once more would mend something; `problem`: something does not work now."""

    email: str
    rights: frozenset[Right]
    notes: tuple[str, ...]
    counted: str
    leaving: bool
    again: bool
    problem: bool


def view(world: World, household: HouseholdId, partner: PartnerId) -> GoogleView | None:
    """Their account as they may see it; `None` where none is connected at Google."""
    account = _account(world, household, partner)
    if account is None or world.google is None:
        return None
    held = world.google.held(account.secret)
    problem = account.problem or ""
    zone = world.store.households.get(household).zone
    notes = (
        problem,
        *(note for note in map(said, held.problems) if note not in problem),
        when_it_ends(zone, account.ends_at),
    )
    return GoogleView(
        email=account.username,
        rights=held.rights,
        notes=tuple(filter(None, notes)),
        counted=which_count(account, held.rights),
        leaving=account.leaving,
        again=bool(held.problems or account.ends_at) or should_connect(world, household, partner),
        problem=bool(held.problems or problem),
    )


def which_count(account: Account, rights: frozenset[Right]) -> str:
    """Which calendars of a Google account make its person busy, in a sentence."""
    if "list" not in rights:
        return (
            _("Only your main calendar counts.")
            if account.busy is None
            else _("Those count that you once ticked. Google does not show their names any more.")
        )
    if account.busy is None:
        return _("All that are your own count.")
    if not account.busy:
        return _("None counts: Offplate plans around nothing at Google.")
    count = len(account.busy)
    return ngettext("One calendar counts.", "%(count)s calendars count.", count) % {"count": count}


def rights_to_ask(world: World, household: HouseholdId, partner: PartnerId, more: str) -> tuple[Right, ...]:
    """What to ask Google for: one right `more` beside those held; all anew where something is wrong."""
    account = _account(world, household, partner)
    if account is None or world.google is None:
        return CORE
    held = world.google.held(account.secret).rights
    whole = held >= set(CORE) and not should_connect(world, household, partner)
    for extra in ("list", "main"):
        if more == extra and whole:
            return (extra,)
    return (*CORE, *(extra for extra in ("list", "main") if extra in held or extra == more))


def hint(world: World, household: HouseholdId, partner: PartnerId) -> str:
    """The address to show to Google: that of the account, else the one that mail goes to."""
    account = _account(world, household, partner)
    return account.username if account else world.store.households.get(household).partner(partner).email


def calendars(world: World, household: HouseholdId, partner: PartnerId) -> list[CalendarRef]:
    """What can make them busy, as Google lists it now; ours is not among them.

    Raises:
        ConnectorError: Google does not say.
        ChoiceRefusedError: there is no account to look into.
    """
    account = _account(world, household, partner)
    if account is None or account.leaving:
        raise ChoiceRefusedError(_("No Google account is connected any more."))
    with closing(world.open_connector(account)) as connector:
        return [each for each in connector.list_calendars() if each.mark is None]


def ticked(
    world: World, household: HouseholdId, partner: PartnerId, found: Collection[CalendarRef]
) -> set[CalendarId]:
    """What was chosen the last time, else all that are theirs."""
    account = _account(world, household, partner)
    if account is None or account.busy is None:
        return {each.id for each in found if each.own}
    return {each.id for each in found if each.id in account.busy}


def choose_calendars(
    world: World, household: HouseholdId, partner: PartnerId, chosen: Collection[CalendarId]
) -> None:
    """These make them busy from the next tick on; all that are theirs means those to come as well.

    Raises:
        ConnectorError, ChoiceRefusedError: nothing was saved.
    """
    found = calendars(world, household, partner)
    if not set(chosen) <= {each.id for each in found}:
        raise ChoiceRefusedError(_("One of these calendars is not there any more. Choose once more."))
    every = set(chosen) == {each.id for each in found if each.own}
    kept = None if every else tuple(each.id for each in found if each.id in chosen)
    world.store.accounts.save_busy(household, partner, kept)
    world.store.due.wake(household, at=world.clock.now())


def disconnect(world: World, household: HouseholdId, partner: PartnerId) -> None:
    """From the next tick on it is let go (flow/let_go.py). Without an account nothing happens."""
    if _account(world, household, partner) is not None and may_connect(world, household, partner):
        world.store.accounts.disconnect(household, partner)
        world.store.due.wake(household, at=world.clock.now())


def _account(world: World, household: HouseholdId, partner: PartnerId) -> Account | None:
    account = world.store.accounts.get(household, partner)
    return account if account is not None and account.kind == "google" else None
