"""Duty at night: who has which half, so that both get one unbroken stretch of sleep.

A duty is held over its whole window, by one adult who is at home and free for all of it. It lies outside
quiet hours and the day's limit and hinders no other block but those of the hour after it; what must happen
may lie there all the same. Halves that follow each other within an hour are one night. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from service.domain.interval import Interval
from service.domain.plan import Block
from service.domain.week import instant_of
from service.planner.grid import Grid, run
from service.planner.snapshot import STEP_MINUTES, Occurrence, Snapshot

MOST_IN_A_ROW = 4
BROKEN_SLEEP = 2
NOT_SPARED = 3
"""What a night in one pair of hands, and a half held by somebody blown, weigh on the level *sleep*; every
other flaw weighs one."""
_REST_SLOTS = 60 // STEP_MINUTES
_ONE_NIGHT = timedelta(hours=1)
_NEXT_NIGHT = timedelta(hours=30)

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Half:
    """One duty of the week: when, and who could hold it (whoever holds it already, once it has begun).

    `asked` are those of them who are not blown; all of them, where everybody is.
    """

    key: Key
    interval: Interval
    able: frozenset[str]
    asked: frozenset[str]


def whole_window(snapshot: Snapshot, occurrence: Occurrence) -> Interval:
    """The window of a duty as instants; it may reach past the week's end. One that lies in the hour which the
    clocks skip comes right after it, as long as ever."""
    day, zone = snapshot.monday + timedelta(days=occurrence.days[0]), ZoneInfo(snapshot.tz)
    start_at, end_at = instant_of(day, occurrence.start, zone), instant_of(day, occurrence.end, zone)
    if end_at <= start_at:
        end_at = start_at + timedelta(minutes=occurrence.end - occurrence.start)
    return Interval(start_at, end_at)


def hour_after(grid: Grid, duty: Interval) -> int:
    """The slots of the hour after it, in which its doer has nothing that could lie elsewhere."""
    first = grid.slot_at(duty.end_at - timedelta(microseconds=1)) + 1
    return run(first, _REST_SLOTS) & run(0, grid.size) if first < grid.size else 0


def in_order(halves: Sequence[Half]) -> tuple[Half, ...]:
    return tuple(sorted(halves, key=lambda half: (half.interval, half.key)))


def nights(halves: Sequence[Half]) -> list[tuple[Half, ...]]:
    """The halves (in order) of each night together."""
    found: list[list[Half]] = []
    for half in halves:
        if found and half.interval.start_at - found[-1][-1].interval.end_at <= _ONE_NIGHT:
            found[-1].append(half)
        else:
            found.append([half])
    return [tuple(night) for night in found]


def same_half_twice(halves: Sequence[Half]) -> Iterator[tuple[Half, Half]]:
    """Each duty and the same one of the night after."""
    by_chore: dict[str, list[Half]] = {}
    for half in halves:
        by_chore.setdefault(half.key[0], []).append(half)
    for times in by_chore.values():
        for one, after in pairwise(times):
            if after.interval.start_at - one.interval.start_at <= _NEXT_NIGHT:
                yield one, after


def runs_too_long(halves: Sequence[Half], adult: str) -> Iterator[tuple[Half, ...]]:
    """Every five halves that follow each other of which somebody else, blown or not, could hold one."""
    for first in range(len(halves) - MOST_IN_A_ROW):
        five = tuple(halves[first : first + MOST_IN_A_ROW + 1])
        if any(half.able - {adult} for half in five):
            yield five


def may_another(halves: Sequence[Half], adult: str) -> bool:
    """Whether somebody else is to be asked for one of them."""
    return any(half.asked - {adult} for half in halves)


def broken_sleep(halves: Sequence[Half], holder: Mapping[Key, str]) -> int:
    """The level *sleep*: 3 for each half of somebody blown that another could hold, 2 for each night in one
    pair of hands that another could have shared, 1 for each further change of hands inside a night, and 1
    where a half stays in the same hands the next night."""
    total = sum(NOT_SPARED for half in halves if holder.get(half.key) in half.able - half.asked)
    for night in nights(halves):
        hands = [holder.get(half.key) for half in night]
        for adult in sorted({hand for hand in hands if hand is not None}):
            if len(night) > 1 and hands == [adult] * len(night) and may_another(night, adult):
                total += BROKEN_SLEEP
        changes = sum(one is not None and two is not None and one != two for one, two in pairwise(hands))
        total += max(0, changes - 1)
    for one, after in same_half_twice(halves):
        adult = holder.get(one.key, "")
        total += bool(adult) and adult == holder.get(after.key) and may_another((one, after), adult)
    return total


class Watches:
    """The halves given out so far on a board that is being filled."""

    def __init__(self, grid: Grid, halves: Sequence[Half], begun: Sequence[Block]) -> None:
        self._halves = halves
        self._rest = {half.key: hour_after(grid, half.interval) for half in halves}
        keys = set(self._rest)
        self.holder: dict[Key, str] = {
            (b.responsibility, b.occurrence): b.adult
            for b in begun
            if (b.responsibility, b.occurrence) in keys
        }

    def rest(self, adult: str) -> int:
        """The hours after that adult's duties, as slots."""
        mask = 0
        for key, who in self.holder.items():
            mask |= self._rest[key] if who == adult else 0
        return mask

    def hour_after(self, key: Key) -> int:
        return self._rest[key]

    def is_one_too_many(self, key: Key, adult: str) -> bool:
        """Whether it would be the fifth in a row of which another could hold one."""
        return any(
            all(half.key == key or self.holder.get(half.key) == adult for half in five)
            for five in runs_too_long(self._halves, adult)
            if any(half.key == key for half in five)
        )

    def cost_of(self, key: Key, adult: str) -> tuple[int, int]:
        """The broken sleep of all nights if that adult held it, and how many they hold already."""
        held = sum(who == adult for who in self.holder.values())
        return broken_sleep(self._halves, {**self.holder, key: adult}), held
