"""From answers to capacities: how much each partner can carry this week, in minutes.

capacity = offered minutes x the factor of their state, never more than the room their calendar
leaves under the daily ceiling. While the other one is in the weeds or blown, a fine partner's offer
stretches, if both have agreed to that. Share = own capacity x base split, over the sum of both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from service.domain.checkin import State
from service.domain.household import Household, Partner
from service.domain.interval import Interval

PERCENT_OF_STATE: Mapping[State, int] = {"fine": 100, "weeds": 60, "blown": 25, "away": 0}


@dataclass(frozen=True, slots=True)
class Capacity:
    """All in minutes for the week, but `share_weight`, which only counts against the other's."""

    offered_minutes: int
    capacity_minutes: int
    share_weight: int


def capacity_of(
    household: Household,
    partner: Partner,
    *,
    state: State,
    others: Collection[State],
    days: int,
    free: tuple[Interval, ...],
) -> Capacity:
    """What `partner` can carry in the `days` that are left of the week, given their `free` time.

    `days` is 7 for a whole week; a plan that starts in the middle offers less. `others` are the states
    of the rest of the household.
    """
    offered = days * partner.offered_a_day
    percent = PERCENT_OF_STATE[state]
    other_is_low = any(other in ("weeds", "blown") for other in others)
    if state == "fine" and other_is_low and household.agreed_to("stretch"):
        percent = household.stretch_percent
    room = sum(
        min(minutes, partner.most_minutes_a_day) for minutes in minutes_by_day(free, household.zone).values()
    )
    capacity = min(offered * percent // 100, room)
    return Capacity(
        offered_minutes=offered,
        capacity_minutes=capacity,
        share_weight=capacity * household.base_split.get(partner.id, 1),
    )


def minutes_by_day(intervals: tuple[Interval, ...], zone: ZoneInfo) -> dict[str, int]:
    """Minutes of each local day on which the intervals start (they never span midnight by much)."""
    by_day: dict[str, int] = {}
    for interval in intervals:
        day = interval.start_at.astimezone(zone).date().isoformat()
        by_day[day] = by_day.get(day, 0) + interval.minutes
    return by_day
