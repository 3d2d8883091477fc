"""How far a proof carries: one typical week, from fifteen chores to a hundred and fifty.

    python -m bench.planner_growth [CHORES ...]

*First* and *plan* are seconds until the first answer and until the plan with its reasons; *stops at* is the
first level that the limit left without a proof, with the value found and the bound that nothing can beat.
"""

from __future__ import annotations

import sys
from time import process_time

from bench.weeks import grown
from service.domain.plan import Plan
from service.planner import greedy_week, plan_week

COUNTS = (15, 25, 40, 55, 70, 100, 150)


def stops_at(plan: Plan) -> str:
    """`unfair 12 ≥ 0`, or nothing for a plan that is proven."""
    open_levels = [level for level in plan.levels if level.bound < level.value]
    return f"{open_levels[0].name} {open_levels[0].value} ≥ {open_levels[0].bound}" if open_levels else ""


def main(counts: tuple[int, ...]) -> int:
    """Print the table."""
    print(f"{'chores':>6}{'blocks':>8}{'adults':>8}{'first s':>9}{'plan s':>9}  {'status':12}stops at")
    for count in counts:
        week = grown(count)
        began = process_time()
        greedy_week(week)
        first = process_time() - began
        plan = plan_week(week)
        whole = process_time() - began - first
        blocks = sum(len(chore.occurrences) for chore in week.responsibilities)
        size, seconds = f"{count:>6}{blocks:>8}{len(week.adults):>8}", f"{first:9.2f}{whole:9.1f}"
        print(f"{size}{seconds}  {plan.status:12}{stops_at(plan)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(tuple(map(int, sys.argv[1:])) or COUNTS))
