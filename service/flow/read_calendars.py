"""Step 1 of the week: read each partner's calendars and follow what they did to our entries.

Reads: calendars. Writes: the account's state, busy time and journal rows, in one transaction; and
once, on the first connection, our own calendar. Never: anything in a calendar that is not ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.errors import (
    CalendarGoneError,
    ConnectorError,
    OutOfReachError,
    QuotaExhaustedError,
    RateLimitedError,
    RetryLaterError,
)
from connectors.identity import ownership_mark
from connectors.model import AccountDelta, CalendarId, CalendarRef, SkippedItem, TimeRange, Watch
from connectors.protocol import CalendarConnector
from connectors.retry import spread_out
from service.domain.entries import BlockKey, JournalEntry
from service.domain.household import Household, Partner
from service.domain.interval import Interval, union
from service.domain.week import Week
from service.flow.follow_edits import follow_edits
from service.flow.guards import calendar_gone_next, out_of_reach_next, vanished_next
from service.ports import Account, World
from service.words import _

READ_AHEAD_WEEKS = 2
FEWEST_FOR_GUARD = 3
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
UNTIL_A_PERSON_LOOKED = timedelta(hours=1)
LONGEST_REST = timedelta(days=1)


class CalendarNotFoundError(ValueError):
    """A calendar that the configuration names is not in the account; the sentence lists what is."""


class EntriesVanishedError(ValueError):
    """Most of our entries are gone at once: a mishap, or a backup restored.

    Nothing is written until a person has said that it is right.
    """


@dataclass(frozen=True, slots=True)
class Read:
    """What one account gave: counts for people to see, never titles.

    `handed_over` are the entries that ask the other to take them. `home_error` says why our own
    calendar could not be read; then nothing is known of it, and nothing may be written to it. `retry_at`:
    the server wants to be left alone until then, whatever else it gave.
    """

    calendars: int
    busy: tuple[Interval, ...]
    skipped: tuple[SkippedItem, ...]
    problem: str | None = None
    handed_over: frozenset[BlockKey] = frozenset()
    home_error: ConnectorError | None = None
    retry_at: datetime | None = None


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


def read_account(
    world: World,
    household: Household,
    partner: Partner,
    account: Account,
    connector: CalendarConnector,
    *,
    now: datetime,
    confirmed: bool = False,
) -> Read:
    """Poll once, follow edits, and save all of it together.

    `confirmed`: the person has said that what is gone from our calendar is gone rightly.

    Raises:
        EntriesVanishedError: most entries of ours disappeared at once, and nobody confirmed it.
        ConnectorError: the account as a whole cannot be read; nothing was changed.
    """
    delta = connector.poll_account(_watch(household, partner, account, now), account.state)
    rows = _journal(world, household, partner, now)
    changed: tuple[JournalEntry, ...] = ()
    foreign: tuple[Interval, ...] = ()
    handed_over: frozenset[BlockKey] = frozenset()
    if delta.entries is not None:
        vanished = None if confirmed else _vanished(rows, delta, now)
        if vanished is not None and vanished != account.confirmed:
            raise EntriesVanishedError(vanished)
        confirmed = confirmed or vanished is not None
        followed = follow_edits(rows, delta.entries, now=now, removed=confirmed)
        changed, foreign, handed_over = followed.changed, followed.foreign_busy, followed.handed_over
    busy = union(
        [*foreign, *(Interval(t.start_at, t.end_at) for reading in delta.readings for t in reading.busy)]
    )
    problem, pause = _problem_of(delta), _pause_of(delta)
    retry_at = None if pause is None else _retry_at(world, household, account, pause)
    world.store.accounts.save_poll(
        household.id,
        partner.id,
        polled_at=now,
        state=delta.state,
        busy=busy,
        journal=changed,
        skipped=delta.skipped,
        problem=problem,
        retry_at=retry_at,
    )
    return Read(
        len(delta.readings), tuple(busy), delta.skipped, problem, handed_over, delta.home_error, retry_at
    )


def connect_again(
    world: World, household: Household, account: Account, connector: CalendarConnector
) -> Account:
    """After its person has said so: another calendar of ours in place of one that is gone or out of reach.

    What stood in the old one and is still to come is written anew; what was settled or done stays so.

    Raises:
        ConnectorError: as from the connector; the account is as it was.
    """
    mark = ownership_mark(world.store.install, household.id, account.partner)
    home = connector.ensure_home(account.home, mark)
    lost = [
        replace(row, standing="gone")
        for row in world.store.journal.of_partner(household.id, account.partner)
        if row.calendar == account.home_id and row.standing not in ("settled", "done")
    ]
    world.store.journal.save(household.id, lost)
    world.store.accounts.save_calendars(
        household.id, account.partner, home_id=home.id, busy_ids=account.busy_ids
    )
    return replace(account, home_id=home.id)


def note_problem(world: World, household: Household, account: Account, error: Exception) -> None:
    """Keep the reason for people to see, and when the next try makes sense.

    A refused password is not tried every few minutes: servers lock accounts for that.
    """
    retry_at = _retry_at(world, household, account, error)
    world.store.accounts.save_problem(household.id, account.partner, problem=str(error), retry_at=retry_at)


def _retry_at(world: World, household: Household, account: Account, error: Exception) -> datetime:
    whose = f"{household.id}/{account.partner}"
    return world.clock.now() + rest_after(error, failures=account.failures, whose=whose)


def rest_after(error: Exception, *, failures: int, whose: str) -> timedelta:
    """How long to leave a server alone that failed `failures` times before.

    `whose` names the account or feed: those that failed at the same moment do not all come back at once.
    """
    if not isinstance(error, RetryLaterError):
        return UNTIL_A_PERSON_LOOKED
    rest = BACK_OFF[min(failures, len(BACK_OFF) - 1)]
    longest_seconds = LONGEST_REST.total_seconds()
    rest_seconds = min(max(rest.total_seconds(), error.retry_after_seconds or 0), longest_seconds)
    spread_seconds = spread_out(rest_seconds, key=f"{whose}/{failures}", longest_seconds=longest_seconds)
    return timedelta(seconds=spread_seconds)


def is_resting(retry_at: datetime | None, now: datetime) -> bool:
    """Whether a server is left alone now. A rest longer than any comes from a clock set back since."""
    return retry_at is not None and now < retry_at <= now + LONGEST_REST


def until_looked() -> str:
    """The middle of every problem that its person's yes settles, on their page or at the console."""
    return _("Nothing is written there until somebody has looked.")


def waits_for_a_look(problem: str | None) -> bool:
    """Whether that problem of an account goes on once a person has said that it is right."""
    return until_looked() in (problem or "")


def window_to_read(household: Household, now: datetime) -> TimeRange:
    """From this week's Monday to the end of the week after next: all that can be planned."""
    this_week = Week.at(now, household.zone)
    until = this_week
    for _ahead in range(READ_AHEAD_WEEKS):
        until = until.next
    return TimeRange(
        this_week.interval(household.zone).start_at - timedelta(days=1),
        until.interval(household.zone).end_at,
    )


def _watch(household: Household, partner: Partner, account: Account, now: datetime) -> Watch:
    return Watch(
        window=window_to_read(household, now),
        time_zone=household.zone.key,
        home=account.home_id,
        busy=account.busy_ids,
        addresses=(partner.email,),
        copies=tuple(copy.uid for copy in account.copies if copy.is_ours),
    )


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


def _journal(world: World, household: Household, partner: Partner, now: datetime) -> list[JournalEntry]:
    """All that stands of one partner's, and what is gone of the weeks that are still written."""
    running = Week.at(now, household.zone)
    gone = [
        row
        for week in (running, running.next)
        for row in world.store.journal.of_week(household.id, week)
        if row.entry.partner == partner.id and row.standing == "gone"
    ]
    return [*world.store.journal.of_partner(household.id, partner.id), *gone]


def _vanished(rows: list[JournalEntry], delta: AccountDelta, now: datetime) -> str | None:
    """What to ask, where most of our entries are gone at once."""
    standing = [row for row in rows if row.standing == "standing" and row.interval.end_at > now]
    uids = {entry.ref.uid for entry in delta.entries or ()}
    lost = sum(row.uid not in uids for row in standing)
    if lost < FEWEST_FOR_GUARD or 2 * lost <= len(standing):
        return None
    gone = _("%(count)s of the %(all)s entries that Offplate wrote are gone from this calendar at once.")
    if_not = _("If it was an accident, restore the calendar first.")
    return " ".join((gone % {"count": lost, "all": len(standing)}, until_looked(), vanished_next(), if_not))


def _pause_of(delta: AccountDelta) -> RetryLaterError | None:
    """Why the account is left alone although a part of it was read: our own calendar has to wait, or a
    pause was asked for, of which the longest counts. One other calendar that fails is no reason."""
    errors = [reading.error for reading in delta.readings if _asks_for_a_pause(reading.error)]
    later = [error for error in (delta.home_error, *errors) if isinstance(error, RetryLaterError)]
    return max(later, key=lambda error: error.retry_after_seconds or 0.0, default=None)


def _asks_for_a_pause(error: ConnectorError | None) -> bool:
    limited = isinstance(error, RateLimitedError | QuotaExhaustedError)
    return limited or (isinstance(error, RetryLaterError) and error.retry_after_seconds is not None)


def _problem_of(delta: AccountDelta) -> str | None:
    said = [str(reading.error) for reading in delta.readings if reading.error]
    if isinstance(delta.home_error, CalendarGoneError):
        gone = _("The calendar that Offplate writes to is gone.")
        said.append(f"{gone} {until_looked()} {calendar_gone_next()}")
    elif isinstance(delta.home_error, OutOfReachError):
        closed = _(
            "The calendar that Offplate writes to is still there, and no longer lets it in, as when another "
            "Google project made it."
        )
        said.append(f"{closed} {until_looked()} {out_of_reach_next()}")
    elif delta.home_error:
        said.append(str(delta.home_error))
    return " ".join(dict.fromkeys(said)) or None
