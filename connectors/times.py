"""Arithmetic of time ranges that every connector needs. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.model import TimeRange


def merged(ranges: Iterable[TimeRange], *, within: TimeRange) -> tuple[TimeRange, ...]:
    """The same time inside `within`, sorted and disjoint; touching ranges become one."""
    result: list[TimeRange] = []
    for busy in sorted(ranges):
        if not busy.overlaps(within):
            continue
        start_at, end_at = max(busy.start_at, within.start_at), min(busy.end_at, within.end_at)
        if result and start_at <= result[-1].end_at:
            result[-1] = TimeRange(result[-1].start_at, max(result[-1].end_at, end_at))
        else:
            result.append(TimeRange(start_at, end_at))
    return tuple(result)
