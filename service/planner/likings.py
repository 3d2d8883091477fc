"""How each one finds each chore, in percent of its minutes, so that both average the same.

Who dislikes five things does not come out lighter than who minds nothing: over all that could go to either,
each one's percentages, weighted by the minutes, average 100. Pure; used by `household_week`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from service.domain.chores import Chore, Liking
from service.domain.household import PartnerId
from service.planner.snapshot import Responsibility

_PERCENT: Mapping[Liking, int] = {"like": 80, "neutral": 100, "dislike": 150}


def percent_of(group: Sequence[Chore], partners: Iterable[PartnerId]) -> dict[str, int]:
    """As each said; of a routine its least liked part counts."""
    return {
        partner: max(_PERCENT[chore.liking.get(partner, "neutral")] for chore in group)
        for partner in partners
    }


def evened(responsibilities: Sequence[Responsibility]) -> list[Responsibility]:
    """The same chores, each one's percentages scaled to the common average, in whole percent."""
    common = [one for one in responsibilities if len(one.eligible) > 1]
    weight = {one.id: len(one.occurrences) * one.minutes for one in common}
    felt: dict[str, int] = {}
    for one in common:
        for partner, percent in one.burden_percent.items():
            felt[partner] = felt.get(partner, 0) + percent * weight[one.id]
    whole = 100 * sum(weight.values())

    def scaled(partner: str, percent: int) -> int:
        mean = felt.get(partner, whole)
        return (2 * percent * whole + mean) // (2 * mean) if mean else percent

    return [
        replace(
            one, burden_percent={who: scaled(who, percent) for who, percent in one.burden_percent.items()}
        )
        for one in responsibilities
    ]
