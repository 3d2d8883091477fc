"""A small integer programme as plain values: variables, rows, and levels to minimise in order.

`allocate` and `place` write it, `solve_lex` solves it. Knows no solver and no household.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Terms = Iterable[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Goal:
    """One level: minimise the sum of variable x weight, plus `constant`. `bound` is already proven.

    The level is told in whole `unit`s; what is below one only settles ties.
    """

    name: str
    terms: tuple[tuple[int, int], ...]
    constant: int = 0
    bound: int = 0
    unit: int = 1

    def value(self, values: list[int]) -> int:
        return self.constant + sum(values[var] * weight for var, weight in self.terms)


@dataclass(slots=True)
class Rows:
    """Variables from 0 to `upper[v]` and rows `low <= sum <= high`.

    Some variables only measure others from below (`measure`): their least value follows from the
    rest, so that a hint needs to give the decisions alone.
    """

    upper: list[int] = field(default_factory=list)
    rows: list[tuple[tuple[tuple[int, int], ...], int | None, int | None]] = field(default_factory=list)
    _floors: list[tuple[int, int, tuple[tuple[int, int], ...], int]] = field(default_factory=list)

    def variable(self, upper: int = 1) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1

    def add(self, terms: Terms, low: int | None = None, high: int | None = None) -> None:
        self.rows.append((tuple(terms), low, high))

    def floor(self, var: int, terms: Terms, constant: int = 0, scale: int = 1) -> None:
        """Let `scale * var` be at least the sum of `terms` and `constant`."""
        kept = tuple(terms)
        self._floors.append((var, scale, kept, constant))
        self.add([(var, scale), *((v, -w) for v, w in kept)], low=constant)

    def complete(self, decisions: Mapping[int, int]) -> list[int] | None:
        """All values that follow from the decisions (the others are 0), or None if a row breaks."""
        values = [0] * len(self.upper)
        for var, value in decisions.items():
            values[var] = value
        for var, scale, terms, constant in self._floors:
            least = -(-(constant + sum(values[v] * w for v, w in terms)) // scale)
            values[var] = max(values[var], least)
        return values if self._holds(values) else None

    def _holds(self, values: list[int]) -> bool:
        if any(not 0 <= value <= high for value, high in zip(values, self.upper, strict=True)):
            return False
        for terms, low, high in self.rows:
            total = sum(values[var] * weight for var, weight in terms)
            if (low is not None and total < low) or (high is not None and total > high):
                return False
        return True
