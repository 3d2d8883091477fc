"""Half-open stretches of absolute time, and the sums the whole product is made of.

An `Interval` is `[start_at, end_at)` in UTC. It refuses naive and reversed ends, so code behind
it never asks again. Local days and wall-clock times belong to `domain.windows`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """`[start_at, end_at)`, both aware and stored as UTC; longer than nothing.

    Raises:
        ValueError: an end is naive, or the end does not lie after the start.
    """

    start_at: datetime
    end_at: datetime

    def __post_init__(self) -> None:
        if self.start_at.tzinfo is None or self.end_at.tzinfo is None:
            raise ValueError("an interval needs aware datetimes")
        object.__setattr__(self, "start_at", self.start_at.astimezone(UTC))
        object.__setattr__(self, "end_at", self.end_at.astimezone(UTC))
        if self.end_at <= self.start_at:
            raise ValueError(f"an interval must end after it starts: {self.start_at} to {self.end_at}")

    @property
    def duration(self) -> timedelta:
        return self.end_at - self.start_at

    @property
    def minutes(self) -> int:
        """True minutes, so a night with a clock change counts what it really lasts."""
        return int(self.duration.total_seconds() // 60)

    def overlaps(self, other: Interval) -> bool:
        return self.start_at < other.end_at and other.start_at < self.end_at

    def contains(self, other: Interval) -> bool:
        return self.start_at <= other.start_at and other.end_at <= self.end_at

    def intersection(self, other: Interval) -> Interval | None:
        start_at, end_at = max(self.start_at, other.start_at), min(self.end_at, other.end_at)
        return Interval(start_at, end_at) if start_at < end_at else None

    def padded(self, margin: timedelta) -> Interval:
        """The interval with `margin` added on both sides (travel around an appointment)."""
        return Interval(self.start_at - margin, self.end_at + margin)


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as sorted, disjoint intervals; touching ones become one."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start_at <= merged[-1].end_at:
            merged[-1] = Interval(merged[-1].start_at, max(merged[-1].end_at, interval.end_at))
        else:
            merged.append(interval)
    return merged


def clipped(intervals: Iterable[Interval], to: Interval) -> list[Interval]:
    """What of `intervals` lies inside `to`, in the same order."""
    return [part for interval in intervals if (part := interval.intersection(to))]


def difference(intervals: Iterable[Interval], minus: Iterable[Interval]) -> list[Interval]:
    """The time in `intervals` that is in none of `minus`, sorted and disjoint."""
    left: list[Interval] = []
    holes = union(minus)
    for interval in union(intervals):
        start_at = interval.start_at
        for hole in holes:
            if hole.end_at <= start_at:
                continue
            if hole.start_at >= interval.end_at:
                break
            if hole.start_at > start_at:
                left.append(Interval(start_at, hole.start_at))
            start_at = hole.end_at
            if start_at >= interval.end_at:
                break
        if start_at < interval.end_at:
            left.append(Interval(start_at, interval.end_at))
    return left


def common(first: Iterable[Interval], second: Iterable[Interval]) -> list[Interval]:
    """The time that lies in both, sorted and disjoint."""
    second_union = union(second)
    return union(part for one in union(first) for other in second_union if (part := one.intersection(other)))
