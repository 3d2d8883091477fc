"""How long a couple waits: the planner on the nine frozen weeks, against its limits.

    python -m bench.planner [runs]

*First answer* is the checked greedy plan. *Two stages* is self-care, who, then when, each proven at its own
stage. *Proof* is the whole way to the last proven level, *whole* is `plan_week` with reasons and check.
Limits: first answer 50 ms, two stages 0.5 s (median over the typical weeks).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from service.planner import DEFAULT, Snapshot, greedy_week, parse_snapshot, plan_week
from service.planner.allocate import allocate
from service.planner.candidates import prepare
from service.planner.greedy import greedy
from service.planner.place import Placement, place

WEEKS = Path(__file__).parent.parent / "tests" / "planner" / "weeks"
FIRST_LIMIT_MS = 50
TWO_STAGES_LIMIT_MS = 500


def two_stages(week: Snapshot) -> Placement:
    prepared = prepare(week)
    doers, places = greedy(prepared)
    who = allocate(prepared, DEFAULT, doers, places)
    bounds = {name: bound for name, (_, bound) in who.solved.reached.items()}
    return place(prepared, DEFAULT, who.doers, places, bounds=bounds)


def proof(week: Snapshot) -> tuple[float, float]:
    """Milliseconds of one whole `plan_week`: until the last level was settled, and with reasons and check."""
    start = perf_counter()
    settled: list[float] = []
    plan_week(week, on_level=lambda *_: settled.append(perf_counter()))
    return (settled[-1] - start) * 1000, (perf_counter() - start) * 1000


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run."""
    found = []
    for _ in range(runs):
        start = perf_counter()
        work()
        found.append((perf_counter() - start) * 1000)
    return found


def main(runs: int) -> int:
    """Print the table; 1 if a limit is missed."""
    weeks = {p.stem: parse_snapshot(json.loads(p.read_text())) for p in sorted(WEEKS.glob("*-*.json"))}
    two_stages(next(iter(weeks.values())))
    print(f"{'week':22}{'first':>9}{'two stages':>12}{'worst':>8}{'proof':>8}{'whole':>8}   ms, {runs} runs")
    first_all, stages_all = [], []
    for name, week in weeks.items():
        first = timed(lambda week=week: greedy_week(week), runs)  # type: ignore[misc]
        stages = timed(lambda week=week: two_stages(week), runs)  # type: ignore[misc]
        proven, whole = (median(part) for part in zip(*(proof(week) for _ in range(runs)), strict=True))
        print(
            f"{name:22}{median(first):9.0f}{median(stages):12.0f}{max(stages):8.0f}{proven:8.0f}{whole:8.0f}"
        )
        if name.startswith("typical"):
            first_all += first
            stages_all += stages
    kept = median(first_all) <= FIRST_LIMIT_MS and median(stages_all) <= TWO_STAGES_LIMIT_MS
    print(
        f"typical weeks: first answer {median(first_all):.0f} ms (limit {FIRST_LIMIT_MS}), two stages "
        f"{median(stages_all):.0f} ms (limit {TWO_STAGES_LIMIT_MS}): {'kept' if kept else 'MISSED'}"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
