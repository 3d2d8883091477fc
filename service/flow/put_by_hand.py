"""What people moved or marked in their calendars, as the planner's chosen starts: it stays where they put it.

Reads: the journal. Writes: nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from service.domain.entries import JournalEntry
from service.domain.household import Household
from service.domain.week import Week
from service.planner.snapshot import Adult, Occurrence, Responsibility, Snapshot
from service.ports import World

_Rows = Mapping[tuple[str, str], JournalEntry]


def as_put_by_hand(world: World, household: Household, week: Week, snapshot: Snapshot) -> Snapshot:
    """The same week with every chore held where its person has put it, and that day's limit raised for it.

    What was put into the past says nothing about what is to come. What stood where a person had put it and
    was put back follows them there too.
    """
    rows = {
        (str(row.entry.partner), row.entry.key): row
        for row in world.store.journal.of_week(household.id, week)
        if row.entry.kind == "chore" and (row.is_as_put or row.standing in ("standing", "done"))
    }
    held = replace(
        snapshot,
        responsibilities=tuple(_held(chore, rows, snapshot.now) for chore in snapshot.responsibilities),
    )
    return replace(held, adults=tuple(_with_room(adult, held, household, week) for adult in held.adults))


def _held(chore: Responsibility, rows: _Rows, now: datetime | None) -> Responsibility:
    if chore.is_duty:
        return chore
    times = (_put(chore.numbered(n), f"{chore.id}.{n}", chore.eligible, rows, now) for n in chore.numbers)
    return replace(chore, occurrences=tuple(times))


def _put(one: Occurrence, key: str, people: Sequence[str], rows: _Rows, now: datetime | None) -> Occurrence:
    starts = dict(one.fixed_start)
    for who in people:
        row = rows.get((who, key))
        theirs = row is not None and (row.standing != "standing" or who in starts)
        if row is not None and theirs and (now is None or row.interval.start_at >= now):
            starts[who] = row.interval.start_at
    return one if starts == one.fixed_start else replace(one, fixed_start=starts)


def _with_room(adult: Adult, snapshot: Snapshot, household: Household, week: Week) -> Adult:
    """A day may hold what its person has put there, beside what the published plan has on it."""

    def day(at: datetime) -> int:
        return (at.astimezone(household.zone).date() - week.monday).days

    put = {
        f"{chore.id}.{n}": (day(at), chore.minutes)
        for chore in snapshot.responsibilities
        for n in chore.numbers
        if (at := chore.numbered(n).fixed_start.get(adult.id))
    }
    blocks = snapshot.published.blocks_of(adult.id) if snapshot.published else []
    nights = {chore.id for chore in snapshot.responsibilities if chore.is_duty}
    planned = {
        block.id: (day(block.interval.start_at), block.interval.minutes)
        for block in blocks
        if block.responsibility not in nights
    }
    needed: Counter[int] = Counter()
    for on, minutes in (planned | put).values():
        needed[on] += minutes
    more = {on: minutes for on, minutes in needed.items() if minutes > adult.limit_on(on) and 0 <= on < 7}
    return replace(adult, day_limits={**adult.day_limits, **more}) if more else adult
