"""How far a proof carries: the list that a home begins with, and one typical week from 15 chores to 150.

    python -m bench.planner_growth [CHORES ...]

*First* and *plan* are seconds until the first answer and until the plan with its reasons; *stops at* is the
first level that the limit left without a proof, with the value found and the bound that nothing can beat.
"""

from __future__ import annotations

import sys
from time import process_time

from bench.weeks import grown, starter_weeks
from service.domain.plan import Plan
from service.planner import Snapshot, greedy_week, plan_week

COUNTS = (15, 25, 40, 55, 70, 100, 150)


def stops_at(plan: Plan) -> str:
    """`unfair 12 ≥ 0`, or nothing for a plan that is proven."""
    open_levels = [level for level in plan.levels if level.bound < level.value]
    return f"{open_levels[0].name} {open_levels[0].value} ≥ {open_levels[0].bound}" if open_levels else ""


def main(counts: tuple[int, ...]) -> int:
    """Print the table."""
    sizes = f"{'week':15}{'chores':>6}{'blocks':>8}{'adults':>8}"
    print(f"{sizes}{'first s':>9}{'plan s':>9}  {'status':12}stops at")
    for name, week in [*starter_weeks().items(), *((f"grown-{count}", grown(count)) for count in counts)]:
        _say(name, week)
    return 0


def _say(name: str, week: Snapshot) -> None:
    began = process_time()
    greedy_week(week)
    first = process_time() - began
    plan = plan_week(week)
    whole = process_time() - began - first
    chores = [chore for chore in week.responsibilities if chore.blocked]
    blocks = sum(len(chore.occurrences) for chore in chores)
    size, seconds = f"{len(chores):>6}{blocks:>8}{len(week.adults):>8}", f"{first:9.2f}{whole:9.1f}"
    print(f"{name:15}{size}{seconds}  {plan.status:12}{stops_at(plan)}", flush=True)


if __name__ == "__main__":
    sys.exit(main(tuple(map(int, sys.argv[1:])) or COUNTS))
