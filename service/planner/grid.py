"""The week as slots of a quarter of an hour, and sets of slots as integers.

A slot is a piece of absolute time that carries a local label (day, minute after midnight). Windows
select labels, so a clock change needs no rule of its own: a skipped hour has no slots, a doubled hour
has its slots twice. Bit k of a mask is slot k. Pure; knows no people and no chores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from operator import or_
from zoneinfo import ZoneInfo

from service.domain.interval import Interval
from service.planner.snapshot import STEP_MINUTES, Window

_STEP = timedelta(minutes=STEP_MINUTES)
_DAY = 24 * 60
_SLOTS_A_DAY = _DAY // STEP_MINUTES


def slots_for(minutes: int) -> int:
    """How many slots a block of that length takes."""
    return -(-minutes // STEP_MINUTES)


def bits(mask: int) -> Iterator[int]:
    """The slots of a mask, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def starts_of_runs(mask: int, length: int) -> int:
    """The slots at which `length` slots of `mask` follow each other, by doubling the shift."""
    have = 1
    while have < length:
        shift = min(have, length - have)
        mask &= mask >> shift
        have += shift
    return mask


def run(start: int, length: int) -> int:
    """The mask of `length` slots from `start` on."""
    return ((1 << length) - 1) << start


@dataclass(frozen=True, slots=True)
class Grid:
    """One local week from Monday 00:00 to the next, `size` slots (672, or 668 or 676 around a
    clock change). `days[k]` and `minutes[k]` label slot k; `before[day][n]` are that day's slots with a
    label before n quarters of an hour."""

    origin_at: datetime
    days: tuple[int, ...]
    minutes: tuple[int, ...]
    before: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        return len(self.days)

    @property
    def whole(self) -> Interval:
        return Interval(self.origin_at, self.instant(self.size))

    @property
    def whole_mask(self) -> int:
        """All its slots."""
        return run(0, self.size)

    def instant(self, slot: int) -> datetime:
        return self.origin_at + slot * _STEP

    def slot_at(self, at: datetime) -> int:
        """The slot that holds the instant; may lie outside the week."""
        return (at - self.origin_at) // _STEP

    def interval(self, start: int, minutes: int) -> Interval:
        start_at = self.instant(start)
        return Interval(start_at, start_at + timedelta(minutes=minutes))

    def inside(self, intervals: Iterable[Interval]) -> int:
        """Slots that lie wholly in one of the intervals."""
        mask = 0
        for one in intervals:
            mask |= self._between(-((self.origin_at - one.start_at) // _STEP), self.slot_at(one.end_at))
        return mask

    def touched(self, intervals: Iterable[Interval]) -> int:
        """Slots that share any time with one of the intervals."""
        mask = 0
        for one in intervals:
            mask |= self._between(self.slot_at(one.start_at), -((self.origin_at - one.end_at) // _STEP))
        return mask

    def from_instant(self, at: datetime) -> int:
        """Slots that start at or after the instant."""
        return self._between(-((self.origin_at - at) // _STEP), self.size)

    def window(self, window: Window) -> int:
        """Slots inside the window on its days; what passes midnight is on the day after."""
        mask = 0
        for day in window.days:
            mask |= self._labelled(day, window.start, window.end)
            if window.end > _DAY and day < 6:
                mask |= self._labelled(day + 1, window.start - _DAY, window.end - _DAY)
        return mask

    def _labelled(self, day: int, start: int, end: int) -> int:
        before = self.before[day]
        first = min(max(slots_for(start), 0), len(before) - 1)
        last = min(max(end // STEP_MINUTES, 0), len(before) - 1)
        return before[last] & ~before[first]

    def _between(self, start: int, end: int) -> int:
        start, end = max(start, 0), min(end, self.size)
        return run(start, end - start) if start < end else 0


@lru_cache(maxsize=16)
def grid_of(tz: str, monday: date) -> Grid:
    """The grid of the local week that begins on `monday`."""
    zone = ZoneInfo(tz)
    at = datetime(monday.year, monday.month, monday.day, tzinfo=zone).astimezone(UTC)
    after = monday + timedelta(days=7)
    end_at = datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
    origin_at = at
    labelled = [[0] * _SLOTS_A_DAY for _ in range(7)]
    days: list[int] = []
    minutes: list[int] = []
    while at < end_at:
        local = at.astimezone(zone)
        day = (local.date() - monday).days
        days.append(day)
        minutes.append(local.hour * 60 + local.minute)
        labelled[day][minutes[-1] // STEP_MINUTES] |= 1 << (len(days) - 1)
        at += _STEP
    before = tuple(tuple(accumulate(masks, or_, initial=0)) for masks in labelled)
    return Grid(origin_at, tuple(days), tuple(minutes), before)
