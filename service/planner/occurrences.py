"""A chore's times in one week: how often, on which days, in which window, and which of them are still ahead.

Pure; used by `household_week`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.chores import Chore, RruleDates
from service.domain.interval import Interval, difference
from service.domain.week import Week, WeeklyWindow, instant_of
from service.planner.snapshot import Occurrence


def occurrences_of(chore: Chore, week: Week, rrule_dates: RruleDates) -> list[Occurrence]:
    """Every time that the chore is wanted in the whole week, in the order of their usual days."""
    wanted = chore.cadence.days_in(week, chore.id, rrule_dates)
    found: list[Occurrence] = []
    for time_of_week, day in enumerate(wanted):
        window = _window_for(chore, day)
        if window is None:
            continue
        days = _share_of_days(window.days, time_of_week, len(wanted)) if day is None else (day,)
        usual = days[0]
        if chore.usual and len(wanted) == 1 and chore.usual.day in days:
            usual = chore.usual.day
        found.append(Occurrence(days, window.start_minute, window.end_minute, usual))
    return found


def with_children_here(
    occurrences: list[Occurrence], elsewhere: Sequence[Interval], *, week: Week, zone: ZoneInfo
) -> list[Occurrence]:
    """Those that have a day on which some of their window lies outside `elsewhere`, on such days only."""
    if not elsewhere:
        return occurrences

    def here(day: int, occurrence: Occurrence) -> bool:
        start_at, end_at = (
            instant_of(week.days[day], minute, zone) for minute in (occurrence.start, occurrence.end)
        )
        return bool(difference([Interval(start_at, end_at)], elsewhere))

    found = []
    for occurrence in occurrences:
        days = tuple(day for day in occurrence.days if here(day, occurrence))
        if days:
            usual = occurrence.usual_day if occurrence.usual_day in days else days[0]
            found.append(replace(occurrence, days=days, usual_day=usual))
    return found


def still_ahead(
    chore: Chore,
    occurrences: list[Occurrence],
    minutes: int,
    *,
    week: Week,
    zone: ZoneInfo,
    from_at: datetime | None,
) -> list[Occurrence]:
    """Those that a week already under way can still hold. What has passed is a prefix of the list.

    A chore wanted on several free days is over for the days that have gone; one wanted once may
    still come on any day that is left.
    """
    if from_at is None:
        return occurrences
    today = (from_at.astimezone(zone).date() - week.monday).days
    several = len(occurrences) > 1 and not chore.cadence.weekdays

    def ahead(occurrence: Occurrence) -> bool:
        if several and occurrence.usual_day < today:
            return False
        latest = occurrence.start if chore.mode == "duty" else occurrence.end - minutes
        return any(instant_of(week.days[day], latest, zone) >= from_at for day in occurrence.days)

    return [occurrence for occurrence in occurrences if ahead(occurrence)]


def _share_of_days(days: tuple[int, ...], time_of_week: int, times: int) -> tuple[int, ...]:
    """Several times a week have days of their own, in order, so that no two fall on one day."""
    share = days[time_of_week * len(days) // times : (time_of_week + 1) * len(days) // times]
    return share or days


def _window_for(chore: Chore, day: int | None) -> WeeklyWindow | None:
    """The chore's window on that day; for any day the one of its usual day, else the first."""
    if day is None:
        usual = [w for w in chore.windows if chore.usual and chore.usual.day in w.days]
        return usual[0] if usual else chore.windows[0]
    return next((w for w in chore.windows if day in w.days), None)
