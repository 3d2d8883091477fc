"""From calendars to free windows: when a partner may be planned, is at home, is busy.

Pure arithmetic on intervals; whatever a calendar says arrives here as busy time without a title.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from service.domain.household import Household, Partner
from service.domain.interval import Interval, clipped, difference, union
from service.domain.week import MINUTES_A_DAY, Week, instant_of, window_intervals


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
) -> FreeTime:
    """What `busy` and the quiet hours leave of `week`, from `from_at` on.

    Busy time that means being out is surrounded by travel: nothing is planned there and nobody is
    at home. Away is a whole week of it, `absent` some days.
    """
    whole = week.interval(household.zone)
    if away:
        return FreeTime(may_be_planned=(), at_home=(), busy=(whole,))
    out = partner.busy_means == "out"
    margin = partner.travel if out else timedelta()
    gone = [absent] if absent else []
    taken = union([*clipped((interval.padded(margin) for interval in busy), whole), *gone])
    quiet = window_intervals(partner.quiet_hours, week, household.zone)
    past = [Interval(whole.start_at, from_at)] if from_at and from_at > whole.start_at else []
    return FreeTime(
        may_be_planned=tuple(_by_local_day(difference([whole], [*taken, *quiet, *past]), week, household)),
        at_home=tuple(difference([whole], taken if out else gone)),
        busy=tuple(union([*clipped(busy, whole), *gone])),
    )


def children_home(household: Household, week: Week) -> tuple[Interval, ...]:
    if not household.children_born:
        return ()
    return tuple(
        difference([week.interval(household.zone)], window_intervals(household.away, week, household.zone))
    )


def children_awake(household: Household, week: Week) -> tuple[Interval, ...]:
    if not household.children_born:
        return ()
    return tuple(
        difference([week.interval(household.zone)], window_intervals(household.asleep, week, household.zone))
    )


def _by_local_day(intervals: list[Interval], week: Week, household: Household) -> list[Interval]:
    """The same time cut at local midnights, so that each piece belongs to one day."""
    midnights = [instant_of(week.monday, day * MINUTES_A_DAY, household.zone) for day in range(8)]
    days = [Interval(start_at, end_at) for start_at, end_at in pairwise(midnights)]
    return [part for interval in intervals for day in days if (part := interval.intersection(day))]
