"""Rows for nights: nobody holds five halves in a row that another could share, and the level *sleep*.

Written into the programme of *who* (`ownership`), so that it holds in all three of its uses. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from service.planner.nights import (
    BROKEN_SLEEP,
    MOST_IN_A_ROW,
    NOT_SPARED,
    Half,
    Key,
    may_another,
    nights,
    runs_too_long,
    same_half_twice,
)
from service.planner.rows import Rows

Terms = list[tuple[int, int]]


def add_sleep(
    rows: Rows,
    halves: Sequence[Half],
    placed: Mapping[tuple[str, int, str], int],
    begun: Mapping[Key, str],
) -> Terms:
    """What the level *sleep* sums; `placed[chore, occurrence, adult]` are the variables of who holds which,
    `begun` who holds those that have begun."""
    return _Sleep(rows, placed, begun).terms(halves)


class _Sleep:
    def __init__(
        self, rows: Rows, placed: Mapping[tuple[str, int, str], int], begun: Mapping[Key, str]
    ) -> None:
        self._rows, self._placed, self._begun = rows, placed, begun

    def terms(self, halves: Sequence[Half]) -> Terms:
        adults = sorted({adult for half in halves for adult in half.able})
        for adult in adults:
            for five in runs_too_long(halves, adult):
                held, certain = self._held(five, adult)
                self._rows.add(held, high=MOST_IN_A_ROW - certain)
        found: Terms = [
            (self._placed[(*half.key, adult)], NOT_SPARED)
            for half in halves
            for adult in sorted(half.able - half.asked)
        ]
        for night in nights(halves):
            if len(night) > 1:
                found += [
                    (self._all_of(night, adult), BROKEN_SLEEP)
                    for adult in adults
                    if may_another(night, adult)
                ]
            if len(night) > 2:
                found.append((self._changes_beyond_one(night, adults), 1))
        for one, after in same_half_twice(halves):
            found += [
                (self._all_of((one, after), adult), 1) for adult in adults if may_another((one, after), adult)
            ]
        return found

    def _held(self, halves: Sequence[Half], adult: str) -> tuple[Terms, int]:
        """Which of them that adult holds: as terms, and how many for certain."""
        certain = sum(self._begun.get(half.key) == adult for half in halves)
        keys = [(*half.key, adult) for half in halves if half.key not in self._begun]
        return [(self._placed[key], 1) for key in keys if key in self._placed], certain

    def _all_of(self, halves: Sequence[Half], adult: str) -> int:
        """1 where that adult holds every one of them."""
        var = self._rows.variable()
        held, certain = self._held(halves, adult)
        self._rows.floor(var, held, certain + 1 - len(halves))
        return var

    def _changes_beyond_one(self, night: Sequence[Half], adults: Sequence[str]) -> int:
        changes: Terms = []
        for one, two in pairwise(night):
            var = self._rows.variable()
            for adult in adults:
                for other in adults:
                    if other != adult:
                        first, begun = self._held((one,), adult)
                        second, also = self._held((two,), other)
                        self._rows.floor(var, [*first, *second], begun + also - 1)
            changes.append((var, 1))
        beyond = self._rows.variable(len(night))
        self._rows.floor(beyond, changes, -1)
        return beyond
