"""Step 1 of the week, second half: the published calendars that make a partner busy.

Each on its own: a broken feed costs nothing but itself, and what it said last still counts. Reads: the
feeds. Writes: their busy time in the store. Never: a calendar.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.errors import ConnectorError
from connectors.model import BusyReading, TimeRange, Watch
from service import dates
from service.domain.household import Household, Partner
from service.domain.interval import Interval
from service.flow.read_calendars import is_resting, own_addresses, rest_after, window_to_read
from service.ports import Feed, World
from service.words import _, said_of

READ_FURTHER = timedelta(weeks=4)
"""Past what can be planned now: so long a feed may be broken before its weeks would look free."""


@dataclass(frozen=True, slots=True)
class FeedsRead:
    """How many of a partner's feeds are fine, and what is the matter with the others."""

    fine: int = 0
    problems: tuple[str, ...] = ()
    requests: int = 0


def read_feeds(
    world: World, household: Household, partner: Partner, *, now: datetime, at_once: bool = False
) -> FeedsRead:
    """Read every feed of `partner` that is not resting, and save what each gave. Raises nothing of theirs."""
    plannable = window_to_read(household, now)
    window = TimeRange(plannable.start_at, plannable.end_at + READ_FURTHER)
    account = world.store.accounts.get(household.id, partner.id)
    watch = Watch(window, household.zone.key, addresses=own_addresses(partner, account))
    feeds = world.store.feeds.of_partner(household.id, partner.id)
    requests = sum(
        _read(world, feed, watch, now) for feed in feeds if at_once or not is_resting(feed.retry_at, now)
    )
    after = world.store.feeds.of_partner(household.id, partner.id) if feeds else []
    problems = tuple(said for feed in after if (said := what_is_wrong(feed, household.zone)))
    return FeedsRead(len(after) - len(problems), problems, requests)


def what_is_wrong(feed: Feed, zone: ZoneInfo) -> str | None:
    """A sentence for its partner when a feed cannot be read: since when, why, and what next."""
    if feed.problem is None:
        return None
    if feed.read_at is None:
        return _("“%(name)s” could not be read yet.") % {"name": feed.name} + f" {feed.problem}"
    said = _("“%(name)s” was last read on %(day)s, %(time)s, and what it said then still counts.") % {
        "name": feed.name,
        "day": dates.long_day(feed.read_at.astimezone(zone).date()),
        "time": dates.clock(feed.read_at, zone),
    }
    return f"{said} {feed.problem}"


def _read(world: World, feed: Feed, watch: Watch, now: datetime) -> int:
    """One reading, saved. Returns its requests."""
    with closing(world.open_feed(feed)) as source:
        try:
            reading = source.read_busy(watch, feed.state)
        except ConnectorError as error:
            reading = BusyReading(feed.state, (), error=error)
        requests = source.traffic.requests
    if reading.error is None:
        busy = [Interval(time.start_at, time.end_at) for time in reading.busy]
        world.store.feeds.save_reading(
            feed, read_at=now, state=reading.state, busy=busy, skipped=reading.skipped
        )
    else:
        whose = f"{feed.household}/{feed.partner}/{feed.name}"
        retry_at = now + rest_after(reading.error, failures=feed.failures, whose=whose)
        world.store.feeds.save_problem(
            feed, problem=said_of(reading.error), retry_at=retry_at, state=reading.state
        )
    return requests
