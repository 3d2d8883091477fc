"""From calendars to free windows: when a partner may be planned, is at home, is busy.

Pure arithmetic on intervals; whatever a calendar says arrives here as busy time without a title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from service.domain.household import Household, Partner
from service.domain.interval import Interval, clipped, difference, union
from service.domain.quiet_hours import quiet_intervals, sleep_after
from service.domain.week import MINUTES_A_DAY, Week, instant_of, stretches_on

A_DAY = timedelta(hours=23)
"""The shortest one there is: the Sunday on which the clocks go forward."""


@dataclass(frozen=True, slots=True)
class FreeTime:
    """One partner's week, sorted and disjoint."""

    may_be_planned: tuple[Interval, ...]
    at_home: tuple[Interval, ...]
    busy: tuple[Interval, ...]


def free_time(
    household: Household,
    partner: Partner,
    week: Week,
    *,
    busy: list[Interval],
    from_at: datetime | None = None,
    away: bool = False,
    absent: Interval | None = None,
    nights: Sequence[Interval] = (),
) -> FreeTime:
    """What `busy` and the quiet hours leave of `week`, from `from_at` on.

    Busy time that means being out is surrounded by travel: nothing is planned there and nobody is
    at home. Away is a whole week of it, `absent` some days. After each of `nights` at work they sleep at
    home, and mind nobody who is awake.
    """
    whole = week.interval(household.zone)
    if away:
        return FreeTime(may_be_planned=(), at_home=(), busy=(whole,))
    out = partner.busy_means == "out"
    margin = partner.travel if out else timedelta()
    gone = [absent] if absent else []
    taken = union([*clipped((interval.padded(margin) for interval in busy), whole), *gone])
    quiet = quiet_intervals(partner, week, household.zone, nights=nights)
    asleep = sleep_after(nights)
    past = [Interval(whole.start_at, from_at)] if from_at and from_at > whole.start_at else []
    return FreeTime(
        may_be_planned=tuple(_by_local_day(difference([whole], [*taken, *quiet, *past]), week, household)),
        at_home=tuple(difference([whole], taken if out else gone)),
        busy=tuple(union([*clipped([*busy, *asleep], whole), *gone])),
    )


def children_home(household: Household, week: Week) -> tuple[Interval, ...]:
    if not household.children_born:
        return ()
    return tuple(difference([week.interval(household.zone)], _in_their_weeks(household, week, "away")))


def children_awake(household: Household, week: Week) -> tuple[Interval, ...]:
    """When they are up, here or not; nothing in a week that they spend elsewhere."""
    if not children_home(household, week):
        return ()
    return tuple(difference([week.interval(household.zone)], _in_their_weeks(household, week, "asleep")))


def children_elsewhere(household: Household, week: Week) -> tuple[Interval, ...]:
    """When they are out for a whole day or longer, as far as it touches `week`: not at nursery, but in their
    other home."""
    if not household.children_born:
        return ()
    around = (week.previous, week, week.next)
    out = union(part for each in around for part in _in_their_weeks(household, each, "away"))
    whole = week.interval(household.zone)
    return tuple(stretch for stretch in out if stretch.duration >= A_DAY and stretch.overlaps(whole))


def days_elsewhere(household: Household, week: Week) -> frozenset[int]:
    """The days (0 = Monday) of `week` on which they are elsewhere from midnight to midnight."""
    elsewhere = children_elsewhere(household, week)
    days = (Interval(*ends) for ends in pairwise(_midnights(week, household)))
    return frozenset(n for n, day in enumerate(days) if any(one.contains(day) for one in elsewhere))


def _in_their_weeks(household: Household, week: Week, hours: Literal["away", "asleep"]) -> list[Interval]:
    """Those hours inside `week`; the night from Sunday on belongs to the week that it begins in."""
    windows_in = household.away_in if hours == "away" else household.asleep_in
    found = [
        *stretches_on([week.previous.days[6]], windows_in(week.previous), household.zone),
        *stretches_on(week.days, windows_in(week), household.zone),
    ]
    return union(clipped(found, week.interval(household.zone)))


def _by_local_day(intervals: list[Interval], week: Week, household: Household) -> list[Interval]:
    """The same time cut at local midnights, so that each piece belongs to one day."""
    days = [Interval(start_at, end_at) for start_at, end_at in pairwise(_midnights(week, household))]
    return [part for interval in intervals for day in days if (part := interval.intersection(day))]


def _midnights(week: Week, household: Household) -> list[datetime]:
    """Those at which its days begin, and the one at which it ends."""
    return [instant_of(week.monday, day * MINUTES_A_DAY, household.zone) for day in range(8)]
