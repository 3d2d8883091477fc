"""How long a chore has been waiting: weeks in a row that left it out, from published plans alone. Pure.

What waits counts for more among its like, so that nothing is left out for ever (`Responsibility.missed`).
"""

from __future__ import annotations

from collections.abc import Iterable

from service.domain.plan import Plan

LOOKS_BACK_WEEKS = 12
"""A chore of every week has then waited for as long as it can weigh more, one of every other week for long
enough that half an hour outweighs two."""


def part_waiting(chore: str, part: str) -> str:
    """How a part of a chore is named among what waits."""
    return f"{chore}/{part}"


def waited(plans: Iterable[Plan]) -> dict[str, int]:
    """For each chore, and each part of one (`part_waiting`), how many weeks in a row it was left out; `plans`
    are the weeks before, latest first.

    A week that did not want it says nothing; one that had it ends the waiting.
    """
    weeks: dict[str, int] = {}
    had: set[str] = set()
    always_without: dict[str, set[str]] = {}
    for plan in plans:
        for chore, doer in plan.doers.items():
            if doer is not None:
                had.add(chore)
                without = set(plan.without.get(chore, ()))
                always_without[chore] = without & always_without.get(chore, without)
                for part in always_without[chore]:
                    key = part_waiting(chore, part)
                    weeks[key] = weeks.get(key, 0) + 1
            elif chore not in had:
                weeks[chore] = weeks.get(chore, 0) + 1
    return weeks
