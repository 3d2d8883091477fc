"""Each partner's account while a tick lasts: opened and read before the week is decided, written after it.

A broken account costs its partner's half only; what went wrong is noted with the account and in the report.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.errors import (
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    NeedsPersonError,
    OutOfReachError,
)
from connectors.protocol import CalendarConnector
from service.domain.household import Household, Partner, PartnerId
from service.domain.week import Week
from service.flow.colleagues import copy_for_colleagues
from service.flow.our_calendar import CalendarNotFoundError, connect, connect_again
from service.flow.plan_week import is_agreed
from service.flow.read_calendars import (
    EntriesVanishedError,
    is_resting,
    note_problem,
    read_account,
)
from service.flow.tick_report import PartnerReport, TickReport
from service.flow.wanted_entries import desired_entries, planned_entries
from service.flow.write_blocks import ManyToRemoveError, write_entries
from service.ports import Account, World
from service.words import said_of

_ACCOUNT_ERRORS = (ConnectorError, CalendarNotFoundError, EntriesVanishedError, ManyToRemoveError)


@dataclass(frozen=True, slots=True)
class Session:
    """One partner's account while a tick lasts."""

    partner: Partner
    account: Account
    connector: CalendarConnector


def open_account(
    world: World,
    household: Household,
    partner: Partner,
    report: TickReport,
    at_once: bool,
    open_until_done: ExitStack,
) -> Session | None:
    """The partner's account, its calendars known. `None` without one, while it rests, or if it fails."""
    account = world.store.accounts.get(household.id, partner.id)
    if account is None or account.leaving:
        return None
    if is_resting(account.retry_at, world.clock.now()) and not at_once:
        report.partners[partner.id].problem = account.problem
        return None
    connector = open_until_done.enter_context(closing(world.open_connector(account)))
    try:
        return Session(partner, connect(world, household, account, connector), connector)
    except _ACCOUNT_ERRORS as error:
        _failed(world, household, account, connector, report, error)
        return None


def read(
    world: World,
    household: Household,
    session: Session,
    report: TickReport,
    now: datetime,
    confirmed: bool,
) -> Session | None:
    """The account once it was read, if it may be written to now."""
    mine = report.partners[session.partner.id]
    try:
        mine.read = read_account(
            world,
            household,
            session.partner,
            session.account,
            session.connector,
            now=now,
            confirmed=confirmed,
        )
    except _ACCOUNT_ERRORS as error:
        _failed(world, household, session.account, session.connector, report, error)
        return None
    agreed = confirmed or (mine.read.problem is not None and mine.read.problem == session.account.confirmed)
    if agreed and isinstance(mine.read.home_error, CalendarGoneError | OutOfReachError):
        try:
            account = connect_again(world, household, session.account, session.connector)
            mine.read = read_account(world, household, session.partner, account, session.connector, now=now)
        except _ACCOUNT_ERRORS as error:
            _failed(world, household, session.account, session.connector, report, error)
            return None
    mine.problem = mine.read.problem
    mine.trouble = _trouble(mine.read.home_error)
    if mine.read.home_error is not None or mine.read.retry_at is not None:
        return None
    return replace(session, account=replace(session.account, home_id=mine.read.home_id))


def write(
    world: World,
    household: Household,
    sessions: list[Session],
    report: TickReport,
    now: datetime,
    confirmed: frozenset[PartnerId],
) -> None:
    running = Week.at(now, household.zone)
    planned = {p.id: planned_entries(world, household, p, now) for p in household.partners}
    days = world.store.days_at_home.get(household.id)
    agreed = [
        week
        for week in (running, running.next)
        if is_agreed(world, household, week) or (days and days.days_in(week))
    ]
    for session in sessions:
        mine = report.partners[session.partner.id]
        desired = desired_entries(world, household, session.partner, now)
        elsewhere = {
            entry.block
            for partner_id, weeks in planned.items()
            if partner_id != session.partner.id
            for entries in weeks.values()
            for entry in entries
        }
        try:
            mine.written = write_entries(
                world,
                session.account,
                session.connector,
                desired,
                elsewhere=elsewhere,
                meant=desired if session.partner.id in confirmed else agreed,
                now=now,
            )
            if mine.written.total:
                # Once more, so that the next poll starts behind our own writes and finds no change.
                account = world.store.accounts.get(household.id, session.partner.id) or session.account
                read_account(world, household, session.partner, account, session.connector, now=now)
            if session.account.told is not None:
                world.store.accounts.save_told(household.id, session.partner.id, None)
            _copy(world, session, mine, now)
        except _ACCOUNT_ERRORS as error:
            _failed(world, household, session.account, session.connector, report, error)


def _copy(world: World, session: Session, mine: PartnerReport, now: datetime) -> None:
    """What colleagues see; if a person has to mend that, the week itself goes on without."""
    try:
        copy_for_colleagues(world, session.account, session.connector, now=now)
    except (NeedsPersonError, BadResponseError) as error:
        mine.problem = mine.problem or said_of(error)


def _failed(
    world: World,
    household: Household,
    account: Account,
    connector: CalendarConnector,
    report: TickReport,
    error: Exception,
) -> None:
    note_problem(world, household, account, error)
    mine = report.partners[account.partner]
    mine.problem = said_of(error)
    mine.trouble = _trouble(error)
    mine.requests, mine.writes = connector.traffic.requests, connector.traffic.writes


def _trouble(error: Exception | None) -> str | None:
    """Which kind of trouble it is where a person has to mend it; a count in its sentence may change."""
    its_person = isinstance(error, NeedsPersonError) or not isinstance(error, ConnectorError)
    return type(error).__name__ if error is not None and its_person else None
