"""The service stays small while idle, and plans a week even where no solver is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
IDLE = (
    "import sys, service.planner; print([m for m in sys.modules if m.split('.')[0] in ('ortools', 'numpy')])"
)
BARE = """
import sys
sys.modules["ortools"] = None
from service.planner import parse_snapshot, plan_week, verify
from tests.planner.building import sample
week = parse_snapshot(sample("small-normal-0"))
plan = plan_week(week)
print(plan.status, plan.solver["name"], verify(week, plan), len(plan.blocks) > 20)
"""


def printed(program: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return run.stdout.strip()


def test_an_idle_service_carries_no_solver() -> None:
    assert printed(IDLE) == "[]"


def test_without_a_solver_the_first_answer_is_the_plan() -> None:
    assert printed(BARE) == "greedy greedy [] True"
