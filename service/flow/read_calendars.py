"""Step 1 of the week: read each partner's calendars and follow what they did to our entries.

Reads: calendars. Writes: the account's state, busy time and journal rows, in one transaction; and
once, on the first connection, our own calendar. Never: anything in a calendar that is not ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.errors import (
    CalendarGoneError,
    ConnectorError,
    OutOfReachError,
    QuotaExhaustedError,
    RateLimitedError,
    RetryLaterError,
)
from connectors.model import AccountDelta, CalendarId, EntrySeen, SkippedItem, TimeRange, Watch
from connectors.protocol import CalendarConnector
from connectors.retry import spread_out
from service.domain.entries import BlockKey, JournalEntry
from service.domain.household import Household, Partner
from service.domain.interval import Interval, union
from service.domain.week import Week
from service.flow.follow_edits import calendars_within, follow_edits
from service.flow.guards import calendar_gone_next, out_of_reach_next, vanished_next
from service.flow.moved_away import moved_away
from service.flow.our_calendar import follow_home, written_here_before
from service.ports import Account, World
from service.words import _, said_of

READ_AHEAD_WEEKS = 2
FEWEST_FOR_GUARD = 3
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
UNTIL_A_PERSON_LOOKED = timedelta(hours=1)
LONGEST_REST = timedelta(days=1)


class EntriesVanishedError(ValueError):
    """Most of our entries are gone at once: a mishap, or a backup restored.

    Nothing is written until a person has said that it is right.
    """


@dataclass(frozen=True, slots=True)
class Read:
    """What one account gave: counts for people to see, never titles.

    `handed_over` are the entries that ask the other to take them. `home_error` says why our own
    calendar could not be read; then nothing is known of it, and nothing may be written to it. `home_id` is
    that calendar, which may have moved since the last time. `retry_at`: the server wants to be left alone
    until then, whatever else it gave.
    """

    calendars: int
    busy: tuple[Interval, ...]
    skipped: tuple[SkippedItem, ...]
    problem: str | None = None
    handed_over: frozenset[BlockKey] = frozenset()
    home_error: ConnectorError | None = None
    home_id: CalendarId | None = None
    retry_at: datetime | None = None


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
    """Poll once, follow edits, and save all of it together. Where our calendar went to another address, it
    is followed there.

    `confirmed`: the person has said that what is gone from our calendar is gone rightly.

    Raises:
        EntriesVanishedError: most entries of ours disappeared at once, and nobody confirmed it.
        ConnectorError: the account as a whole cannot be read; nothing was changed.
    """
    watch = _watch(household, partner, account, now)
    delta = connector.poll_account(watch, account.state)
    rows = _journal(world, household, partner, now)
    if isinstance(delta.home_error, CalendarGoneError):
        moved = follow_home(world, account, connector, watch, delta.state, rows)
        watch, delta = moved or (watch, delta)
    changed: tuple[JournalEntry, ...] = ()
    foreign: tuple[Interval, ...] = ()
    handed_over: frozenset[BlockKey] = frozenset()
    if watch.home is not None and delta.entries is not None:
        rows = written_here_before(world, account, rows, delta.entries, watch.home)
        away = moved_away(world, household.id, partner.id, rows, delta)
        at_home = [row for row in rows if row.entry.block not in away.to]
        vanished = None if confirmed else _vanished(at_home, delta.entries, watch.home, now)
        if vanished is not None and vanished != account.confirmed:
            raise EntriesVanishedError(vanished)
        confirmed = confirmed or vanished is not None
        followed = follow_edits(
            rows, delta.entries, calendar=watch.home, now=now, removed=confirmed, moved=away
        )
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
        calendars=len(delta.readings),
        busy=tuple(busy),
        skipped=delta.skipped,
        problem=problem,
        handed_over=handed_over,
        home_error=delta.home_error,
        home_id=watch.home,
        retry_at=retry_at,
    )


def note_problem(world: World, household: Household, account: Account, error: Exception) -> None:
    """Keep the reason for people to see, and when the next try makes sense.

    A refused password is not tried every few minutes: servers lock accounts for that.
    """
    retry_at = _retry_at(world, household, account, error)
    world.store.accounts.save_problem(
        household.id, account.partner, problem=said_of(error), retry_at=retry_at
    )


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


def own_addresses(partner: Partner, account: Account | None) -> tuple[str, ...]:
    """Under which somebody is invited and declines: where their mail goes, and what they sign in with."""
    known = (partner.email, *(account.addresses if account else ()))
    return tuple(dict.fromkeys(filter(None, known)))


def _watch(household: Household, partner: Partner, account: Account, now: datetime) -> Watch:
    return Watch(
        window=window_to_read(household, now),
        time_zone=household.zone.key,
        home=account.home_id,
        busy=account.busy_ids,
        addresses=own_addresses(partner, account),
        copies=tuple(copy.uid for copy in account.copies if copy.is_ours),
    )


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


def _vanished(
    rows: list[JournalEntry], seen: Sequence[EntrySeen], home: CalendarId, now: datetime
) -> str | None:
    """What to ask, where most of our entries are gone at once."""
    known, uids = calendars_within(rows, seen, calendar=home), {entry.ref.uid for entry in seen}
    to_come = [row for row in rows if row.calendar in known and row.interval.end_at > now]
    standing = [row for row in to_come if row.standing == "standing"]
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
    said = [said_of(reading.error) for reading in delta.readings if reading.error]
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
        said.append(said_of(delta.home_error))
    return " ".join(dict.fromkeys(said)) or None
