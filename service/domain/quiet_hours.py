"""When a partner is left alone: their quiet hours, and after a night at work the hours of sleep instead.

A night at work is one stretch of busy time of 6 to 16 hours that holds all of midnight to four o'clock. What
is shorter or longer is none: an evening out, a day in the calendar from midnight to midnight, a journey. Then
that night's quiet hours are the eight hours after its end. Lengths are true time and midnight is local, so a
night on which the clocks change is one like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from service.domain.household import Partner
from service.domain.interval import Interval, union
from service.domain.week import Week, instant_of, window_intervals

SHORTEST_NIGHT, LONGEST_NIGHT = timedelta(hours=6), timedelta(hours=16)
FOUR_IN_THE_MORNING_MINUTE = 4 * 60
SLEEP = timedelta(hours=8)


def nights_at_work(busy: Iterable[Interval], zone: ZoneInfo) -> list[Interval]:
    """The stretches of `busy` that are nights at work, in order. Touching events are one stretch."""
    return [stretch for stretch in union(busy) if _core(stretch, zone) is not None]


def sleep_after(nights: Iterable[Interval]) -> list[Interval]:
    """The eight hours after each, sorted and disjoint."""
    return union(Interval(night.end_at, night.end_at + SLEEP) for night in nights)


def quiet_intervals(
    partner: Partner, week: Week, zone: ZoneInfo, *, nights: Sequence[Interval]
) -> list[Interval]:
    """All quiet hours of `partner` that touch `week`, moved where they were at work by night."""
    cores = [core for night in nights if (core := _core(night, zone))]
    usual = window_intervals(partner.quiet_hours, week, zone)
    kept = [quiet for quiet in usual if not any(quiet.overlaps(core) for core in cores)]
    whole = week.interval(zone)
    return union([*kept, *(sleep for sleep in sleep_after(nights) if sleep.overlaps(whole))])


def _core(stretch: Interval, zone: ZoneInfo) -> Interval | None:
    """The midnight to four that makes a night at work of it; None where it is none."""
    if not SHORTEST_NIGHT <= stretch.duration <= LONGEST_NIGHT:
        return None
    first, last = (at.astimezone(zone).date() for at in (stretch.start_at, stretch.end_at))
    for day in (first, last):
        core = Interval(instant_of(day, 0, zone), instant_of(day, FOUR_IN_THE_MORNING_MINUTE, zone))
        if stretch.contains(core):
            return core
    return None
