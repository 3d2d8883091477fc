"""How long a couple waits: the planner on the frozen weeks and the demo's two, against its limits.

    python -m bench.planner [runs]

*First* is the checked greedy plan. *Two stages* is self-care, who, then when, each proven at its own stage.
*Proof* is the whole way to the last proven level, who and when at once; *whole* is `plan_week` with reasons
and check. Median and worst. *Repair* mends the proven plan after a 60-minute meeting on one of its blocks,
for a dozen blocks a week. Times are the processor's, of one core, so that other work on the machine shows
little. Limits: first answer 50 ms, two stages 0.5 s, proof 1 s (in the median of each kind of week; on
overtime 100 ms and 2 s each), repair 100 ms (95 of 100). Then the tables of `bench.planner_quality` and
`bench.planner_growth`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

from bench import planner_growth, planner_quality
from bench.weeks import frozen_weeks
from service.domain.interval import Interval, difference
from service.domain.plan import Block, Plan
from service.planner import DEFAULT, Snapshot, greedy_week, parse_snapshot, plan_week, repair
from service.planner.allocate import allocate
from service.planner.candidates import prepare
from service.planner.greedy import cheapest, greedy
from service.planner.place import Placement, place

LIMITS_MS = (50, 500, 1_000)
"""Of the first answer, two stages and proof."""
TIGHT_LIMITS_MS = (100, 2_000, 2_000)
REPAIR_LIMIT_MS = 100
BLOCKS_HIT = 12


def demo_weeks() -> dict[str, Snapshot]:
    """The demo's week before and after the answers, as its own story tells it."""
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder) / "facts.json"
        story = [sys.executable, "-m", "service", "demo", "--once", "--json", str(facts)]
        subprocess.run(story, check=True, capture_output=True)
        told = json.loads(facts.read_text())
    return {
        "demo-normal": parse_snapshot(told["snapshot_before"]),
        "demo-blown": parse_snapshot(told["snapshot_after"]),
    }


def two_stages(week: Snapshot) -> Placement:
    prepared = prepare(week)
    doers, places = greedy(prepared)
    who = allocate(prepared, DEFAULT, doers, places)
    bounds = {name: bound for name, (_, bound) in who.solved.reached.items()}
    return place(prepared, DEFAULT, who.doers, cheapest(prepared, who.hands), bounds=bounds)


def proof(week: Snapshot) -> tuple[float, float]:
    """Milliseconds of one whole `plan_week`: until the last level was settled, and with reasons and check."""
    start = process_time()
    settled: list[float] = []
    plan_week(week, on_level=lambda *_: settled.append(process_time()))
    return (settled[-1] - start) * 1000, (process_time() - start) * 1000


def with_meeting_on(week: Snapshot, plan: Plan, block: Block, minutes_before: int) -> Snapshot:
    """That published week on the morning of a block, with an hour out of the house across it."""
    start_at = block.interval.start_at - timedelta(minutes=minutes_before)
    meeting = Interval(start_at, start_at + timedelta(minutes=60))
    adults = tuple(
        replace(
            adult,
            busy=(*adult.busy, meeting),
            may_be_planned=tuple(difference(adult.may_be_planned, [meeting])),
            at_home=tuple(difference(adult.at_home, [meeting])),
        )
        if adult.id == block.adult
        else adult
        for adult in week.adults
    )
    return replace(week, adults=adults, published=plan, now=start_at - timedelta(hours=6))


def repairs(week: Snapshot) -> list[float]:
    """Milliseconds of each repair after a meeting on one block of the week."""
    plan, chance = plan_week(week), random.Random(3)
    hit = [
        with_meeting_on(week, plan, block, chance.choice((0, 15, 30)))
        for block in chance.sample(plan.blocks, min(BLOCKS_HIT, len(plan.blocks)))
    ]
    return [duration for one in hit for duration in timed(lambda one=one: repair(one), 1)]  # type: ignore[misc]


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run."""
    found = []
    for _ in range(runs):
        start = process_time()
        work()
        found.append((process_time() - start) * 1000)
    return found


def main(runs: int) -> int:
    """Print the table; 1 if a limit is missed."""
    weeks = frozen_weeks() | demo_weeks()
    two_stages(next(iter(weeks.values())))
    heads = "".join(f"{head:>12}{'worst':>8}" for head in ("two stages", "proof", "whole"))
    print(f"{'week':22}{'first':>9}{heads}   ms, {runs} runs")
    repairs_all: list[float] = []
    times: dict[str, tuple[list[float], ...]] = {
        kind: ([], [], []) for kind in ("small", "typical", "tight", "demo")
    }
    for name, week in weeks.items():
        first = timed(lambda week=week: greedy_week(week), runs)  # type: ignore[misc]
        stages = timed(lambda week=week: two_stages(week), runs)  # type: ignore[misc]
        proven, whole = zip(*(proof(week) for _ in range(runs)), strict=True)
        cells = "".join(f"{median(some):12.0f}{max(some):8.0f}" for some in (stages, proven, whole))
        print(f"{name:22}{median(first):9.0f}{cells}", flush=True)
        repairs_all += repairs(week)
        for of_kind, some in zip(times[_kind(name)], (first, stages, proven), strict=True):
            of_kind.extend(some)
    kept = [_say_kept(kind, *measured) for kind, measured in times.items()]
    repairs_all.sort()
    worst_of_most = repairs_all[len(repairs_all) * 95 // 100]
    quick = worst_of_most <= REPAIR_LIMIT_MS
    print(
        f"{len(repairs_all)} repairs: median {median(repairs_all):.0f} ms, 95 of 100 within "
        f"{worst_of_most:.0f} ms (limit {REPAIR_LIMIT_MS}), worst {repairs_all[-1]:.0f} ms: "
        f"{'kept' if quick else 'MISSED'}"
    )
    good = planner_quality.main() == 0
    print()
    planner_growth.main(planner_growth.COUNTS)
    print(f"load of this machine, all its work: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0 if all(kept) and quick and good else 1


def _kind(name: str) -> str:
    """A small week is small whatever else it is; of the typical ones those on overtime are apart."""
    size, variant = name.split("-")[:2]
    return "tight" if (size, variant) == ("typical", "tight") else size


def _say_kept(kind: str, *measured: list[float]) -> bool:
    """First answer, two stages and proof of one kind of week, beside their limits."""
    limits = TIGHT_LIMITS_MS if kind == "tight" else LIMITS_MS
    kept = all(median(some) <= limit for some, limit in zip(measured, limits, strict=True))
    said = ", ".join(
        f"{name} {median(some):.0f} ms (limit {limit}, worst {max(some):.0f})"
        for name, some, limit in zip(("first answer", "two stages", "proof"), measured, limits, strict=True)
    )
    print(f"{kind} weeks: {said}: {'kept' if kept else 'MISSED'}")
    return kept


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
