"""Weeks planned in a process of their own: the same plans, and an answer when that process fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from service.planner import SnapshotError, greedy_week, parse_snapshot, plan_week, to_json
from service.planning_worker import Limits, PlanningWorker
from tests.planner.building import a_chore, a_time, a_week, an_adult, at, on, sample

WEEK = a_week(*[a_chore(f"C{n}", a_time("Tue,Wed")) for n in range(3)])


@pytest.fixture(scope="module")
def worker() -> Iterator[PlanningWorker]:
    with closing(PlanningWorker()) as worker:
        yield worker


def test_nothing_runs_until_the_first_week() -> None:
    with closing(PlanningWorker()) as idle:
        assert idle.process_id is None


def test_it_plans_what_this_process_would_plan(worker: PlanningWorker) -> None:
    assert worker.plan(to_json(WEEK)) == plan_week(WEEK)
    first = worker.process_id
    worker.plan(to_json(WEEK))
    assert worker.process_id == first


def test_it_mends_a_published_week(worker: PlanningWorker) -> None:
    ana = an_adult("Ana", busy=on("Tue 16:00-21:00"))
    hit = replace(WEEK, adults=(ana, an_adult("Ben")), published=plan_week(WEEK), now=at("Mon 06:00"))
    assert worker.repair(to_json(hit)).status == "mended"


def test_a_week_that_cannot_be_read_is_refused_with_its_problems(worker: PlanningWorker) -> None:
    with pytest.raises(SnapshotError, match="tz"):
        worker.plan({**to_json(WEEK), "tz": "Mars/Olympus"})


def test_a_worker_that_died_is_followed_by_another(worker: PlanningWorker) -> None:
    worker.plan(to_json(WEEK))
    dead = worker.process_id
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    assert worker.plan(to_json(WEEK)).status == "proven"
    assert worker.process_id not in (None, dead)


def test_an_idle_worker_goes_and_comes_back_when_asked() -> None:
    with closing(PlanningWorker(Limits(idle_seconds=0.0))) as shy:
        assert [shy.plan(to_json(WEEK)).status for _ in range(3)] == ["proven"] * 3


@pytest.mark.parametrize(
    "limits", [Limits(seconds=0.01), Limits(memory_bytes=150 * 2**20)], ids=["time", "memory"]
)
def test_at_its_limit_the_first_answer_serves_and_says_so(limits: Limits) -> None:
    week = parse_snapshot(sample("small-normal-0"))
    with closing(PlanningWorker(limits)) as small:
        plan = small.plan(to_json(week))
    assert plan.status == "greedy"
    assert plan.blocks == greedy_week(week).blocks
