"""Who stays at home with the children on which day: a split to propose, by calendars and the agreed share.

Whole days before halves, as even for the share as the calendars allow, the week's chores counted in; whole
minutes only, and the same days give the same split. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.domain.days_at_home import HomeTurn
from service.domain.interval import Interval, common, difference, union

_STEP = timedelta(minutes=15)
_SHORTEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DayAtHome:
    """`hours` are the stretches of a local day in which somebody has to be there; `free` says when each adult
    could be, `sitters` when a sitter is there anyhow."""

    day: date
    hours: tuple[Interval, ...]
    free: Mapping[str, Sequence[Interval]]
    sitters: Mapping[str, Sequence[Interval]]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to fill a day, and the minutes that each adult is at home then."""

    turns: tuple[HomeTurn, ...]
    minutes: tuple[int, ...]


def split(
    days: Sequence[DayAtHome], weights: Mapping[str, int], loads: Mapping[str, int]
) -> tuple[HomeTurn, ...]:
    """A turn for every hour of every day, in order.

    `weights` are the shares that were agreed for the week, `loads` what each carries in it already, both by
    adult. Where a day can be whole for somebody it is; else it is cut once, as near to its middle as the
    calendars allow; else nobody has it, and its turn says so.
    """
    adults = tuple(sorted(weights))
    parts = [weights[adult] for adult in adults]
    if not any(parts):
        parts = [1] * len(adults)
    start = tuple(loads.get(adult, 0) for adult in adults)
    reached: dict[tuple[int, ...], tuple[HomeTurn, ...]] = {start: ()}
    for day in sorted(days, key=lambda one: one.day):
        further: dict[tuple[int, ...], tuple[HomeTurn, ...]] = {}
        for carried, turns in reached.items():
            for way in _ways(day, adults):
                now = tuple(a + b for a, b in zip(carried, way.minutes, strict=True))
                further.setdefault(now, (*turns, *way.turns))
        reached = further
    return min(reached.items(), key=lambda one: (_uneven(one[0], parts), one[0]))[1]


def gaps(day: DayAtHome, interval: Interval) -> dict[str, int]:
    """The minutes of `interval` in which each adult could not be there as things stand."""
    return {
        adult: sum(part.minutes for part in difference([interval], free)) for adult, free in day.free.items()
    }


def _ways(day: DayAtHome, adults: Sequence[str]) -> list[_Way]:
    """The best ways to fill a day: every stretch whole, else in two, else by nobody; sitters as they come."""
    with_sitter, left = _sitters_turns(day)
    ways = [_Way(tuple(with_sitter), (0,) * len(adults))]
    for stretch in left:
        ways = [_joined(way, more) for way in ways for more in _fillings(day, stretch, adults)]
    return [_Way(tuple(sorted(way.turns, key=lambda turn: turn.interval)), way.minutes) for way in ways]


def _joined(way: _Way, more: _Way) -> _Way:
    minutes = tuple(a + b for a, b in zip(way.minutes, more.minutes, strict=True))
    return _Way((*way.turns, *more.turns), minutes)


def _fillings(day: DayAtHome, stretch: Interval, adults: Sequence[str]) -> list[_Way]:
    whole = [_way(day, [(stretch, adult)], adults) for adult in adults if _free(day, adult, stretch)]
    if whole:
        return whole
    for cut_at in _cuts(stretch):
        first, second = Interval(stretch.start_at, cut_at), Interval(cut_at, stretch.end_at)
        halves = [
            _way(day, [(first, one), (second, other)], adults)
            for one in adults
            for other in adults
            if one != other and _free(day, one, first) and _free(day, other, second)
        ]
        if halves:
            return halves
    return [_way(day, [(stretch, None)], adults)]


def _way(day: DayAtHome, parts: Iterable[tuple[Interval, str | None]], adults: Sequence[str]) -> _Way:
    turns = tuple(HomeTurn(day.day, interval, who) for interval, who in parts)
    return _Way(turns, tuple(sum(t.interval.minutes for t in turns if t.who == adult) for adult in adults))


def _free(day: DayAtHome, adult: str, stretch: Interval) -> bool:
    return not difference([stretch], day.free[adult])


def _cuts(stretch: Interval) -> list[datetime]:
    """Where a day can be cut in two that are worth coming home for, the nearest to its middle first."""
    middle_at = stretch.start_at + stretch.duration / 2
    first_at = stretch.start_at + _SHORTEST
    first_at += timedelta(seconds=-first_at.timestamp() % _STEP.total_seconds())
    found = []
    while first_at <= stretch.end_at - _SHORTEST:
        found.append(first_at)
        first_at += _STEP
    return sorted(found, key=lambda at: (abs(at - middle_at), at))


def _sitters_turns(day: DayAtHome) -> tuple[list[HomeTurn], list[Interval]]:
    """The turns of sitters in their hours, and what is left for the two."""
    turns, left = [], union(day.hours)
    for sitter in sorted(day.sitters):
        there = [part for part in common(left, day.sitters[sitter]) if part.duration >= _SHORTEST]
        turns += [HomeTurn(day.day, part, sitter) for part in there]
        left = difference(left, there)
    return turns, left


def _uneven(carried: Sequence[int], parts: Sequence[int]) -> int:
    """How far the heaviest is from the agreed share, times the sum of all parts."""
    return max(abs(sum(parts) * one - part * sum(carried)) for one, part in zip(carried, parts, strict=True))
