"""Which chores have lost all other room in their window since they were planned, so that their time counts as
busy from now on. Pure.

Room is what a person's calendar, quiet hours and appointments leave; another chore of theirs takes none, as
it can give way. That time passes takes none either: nothing is written only because it is later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from service.domain.interval import Interval, common, difference
from service.domain.plan import Plan
from service.domain.week import instant_of
from service.planner.snapshot import Occurrence, Snapshot


def without_other_room(
    plan: Plan, snapshot: Snapshot, adult_id: str, taken: Iterable[Interval]
) -> Iterator[str]:
    """The ids of that adult's blocks that could be nowhere else. `taken` is when they are busy as of today,
    the way there and back included."""
    adult = next(adult for adult in snapshot.adults if adult.id == adult_id)
    appointments = [one.interval for one in plan.selfcare if adult_id in (one.adult, one.cover)]
    free = difference(adult.may_be_planned, [*taken, *appointments])
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    for block in plan.blocks_of(adult_id):
        chore = chores[block.responsibility]
        if chore.is_duty:
            continue
        window = _as_instants(snapshot, chore.numbered(block.occurrence))
        elsewhere = difference(common(window, free), [block.interval])
        if not any(room.duration >= block.interval.duration for room in elsewhere):
            yield block.id


def _as_instants(snapshot: Snapshot, occurrence: Occurrence) -> list[Interval]:
    zone, found = ZoneInfo(snapshot.tz), []
    for number in occurrence.days:
        day = snapshot.monday + timedelta(days=number)
        start_at, end_at = instant_of(day, occurrence.start, zone), instant_of(day, occurrence.end, zone)
        if start_at < end_at:
            found.append(Interval(start_at, end_at))
    return found
