"""Which calendar of a partner's account is ours, and which make them busy: made, found, followed, lost.

Reads: the account, its calendars, the journal. Writes: the account, journal rows; and a calendar of ours, at
the first connection or when its person has asked for another. Never: an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors.errors import ConnectorError, RetryLaterError
from connectors.identity import entry_uid, ownership_mark
from connectors.model import AccountDelta, AccountState, CalendarId, CalendarRef, EntrySeen, Watch
from connectors.protocol import CalendarConnector
from service.domain.entries import JournalEntry
from service.domain.household import Household
from service.flow.follow_edits import WRITTEN, calendars_within, standing_here
from service.ports import Account, World
from service.words import _

MOST_AHEAD = 4
"""By so many generations an entry may be ahead in an account that was connected before."""


class CalendarNotFoundError(ValueError):
    """A calendar that the configuration names is not in the account; the sentence lists what is."""


def connect(world: World, household: Household, account: Account, connector: CalendarConnector) -> Account:
    """The account with its calendars known: ours made or adopted, the busy ones found by name.

    Costs requests only the first time, or after the person's choice changed.

    Raises:
        CalendarNotFoundError: a name or address of `busy` is not in the account.
        ConnectorError: as from the connector.
    """
    if account.home_id is not None:
        return account
    busy_ids = _busy_ids(account, connector.list_calendars()) if account.busy is not None else None
    mark = ownership_mark(world.store.install, household.id, account.partner)
    home = connector.ensure_home(account.home, mark)
    world.store.accounts.save_calendars(household.id, account.partner, home_id=home.id, busy_ids=busy_ids)
    return replace(account, home_id=home.id, busy_ids=busy_ids)


def connect_again(
    world: World, household: Household, account: Account, connector: CalendarConnector
) -> Account:
    """After its person has said so: another calendar of ours in place of one that is gone or out of reach.
    It is to be read before anything is written; what does not stand there is then written anew.

    Raises:
        ConnectorError: as from the connector; the account is as it was.
    """
    lose_sight(world, account)  # before, since the new one may have the address of the old one
    mark = ownership_mark(world.store.install, household.id, account.partner)
    home = connector.ensure_home(account.home, mark)
    world.store.accounts.save_calendars(
        household.id, account.partner, home_id=home.id, busy_ids=account.busy_ids
    )
    return replace(account, home_id=home.id, state=AccountState())  # nothing known of another one holds here


def lose_sight(world: World, account: Account) -> None:
    """The calendar of ours is lost or let go. What was written into it may stand in the one that comes next,
    under the same address or another; the first reading of that one says so (flow/follow_edits.py)."""
    rows = world.store.journal.of_partner(account.household, account.partner)
    lost = [row.left() for row in rows if row.calendar == account.home_id]
    world.store.journal.save(account.household, lost)


def follow_home(
    world: World,
    account: Account,
    connector: CalendarConnector,
    watch: Watch,
    state: AccountState,
    rows: Sequence[JournalEntry],
) -> tuple[Watch, AccountDelta] | None:
    """Follow our calendar to another address: one with our mark in which our entries stand. The mark alone
    is no reason to go there unasked: a twin that holds none of them is not the calendar that is gone.

    Returns what to watch from now on and what was read there; `None` where there is no such calendar.

    Raises:
        RetryLaterError: the server does not say now.
    """
    mark = ownership_mark(world.store.install, account.household, account.partner)
    try:
        for listed in connector.list_calendars():
            if listed.mark != mark or listed.id == watch.home:
                continue
            there = replace(watch, home=listed.id)
            delta = connector.poll_account(there, state)
            if isinstance(delta.home_error, RetryLaterError):
                raise delta.home_error
            if standing_here(rows, delta.entries or ()):
                world.store.accounts.save_calendars(
                    account.household, account.partner, home_id=listed.id, busy_ids=account.busy_ids
                )
                return there, delta
    except RetryLaterError:
        raise
    except ConnectorError:
        return None
    return None


def written_here_before(
    world: World, account: Account, rows: Sequence[JournalEntry], seen: Sequence[EntrySeen], home: CalendarId
) -> list[JournalEntry]:
    """The rows as they stood in `home`, where they were written before another account had them: whoever
    goes back finds the entries of then, under the UIDs of another generation."""
    known, uids = calendars_within(rows, seen, calendar=home), {entry.ref.uid for entry in seen}

    def as_before(row: JournalEntry) -> JournalEntry:
        if row.calendar in known or row.uid in uids or row.standing not in (*WRITTEN, "gone"):
            return row
        for generation in range(row.generation + MOST_AHEAD, 0, -1):
            uid = entry_uid(world.store.install, account.household, row.entry.mark, generation)
            if uid in uids:
                return replace(row, generation=generation, uid=uid, calendar=home, etag=None)
        return row

    return [as_before(row) for row in rows]


def _busy_ids(account: Account, calendars: list[CalendarRef]) -> tuple[CalendarId, ...]:
    found: list[CalendarId] = []
    unknown: list[str] = []
    for wanted in account.busy or ():
        matches = [c for c in calendars if wanted in (c.name, c.id) or c.id.rstrip("/") == wanted.rstrip("/")]
        found += [calendar.id for calendar in matches if calendar.mark is None]  # ours is never busy
        if not matches:
            unknown.append(wanted)
    if unknown:
        have = ", ".join(f"“{calendar.name}”" for calendar in calendars) or _("none at all")
        raise CalendarNotFoundError(
            _("There is no calendar “%(names)s” in this account; it has %(have)s. Choose again which count.")
            % {"names": "”, “".join(unknown), "have": have}
        )
    return tuple(found)
