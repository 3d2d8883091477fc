"""Weeks planned in a process of their own: the same plans, and an answer when that process fails."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from service.domain.plan import Plan
from service.planner import (
    DEFAULT,
    Snapshot,
    SnapshotError,
    greedy_week,
    parse_snapshot,
    plan_week,
    repair,
    to_json,
    verify,
)
from service.planning_worker import Limits, PlanningWorker
from tests.planner.building import a_chore, a_time, a_week, an_adult, at, on, sample


def stalls(week: Snapshot, *, on_plan: Callable[[Plan], None]) -> Plan:
    """Tells of a plan, and never comes to its end."""
    plan_week(week, policy=replace(DEFAULT, joint=False), on_plan=on_plan)
    threading.Event().wait()
    raise AssertionError


def dies(week: Snapshot, *, on_plan: Callable[[Plan], None]) -> Plan:
    on_plan(greedy_week(week))
    os._exit(1)


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


def test_at_its_limit_the_best_plan_so_far_serves_with_its_bounds() -> None:
    with closing(PlanningWorker(Limits(seconds=10.0), {"plan": stalls, "repair": repair})) as slow:
        plan = slow.plan(to_json(WEEK))
        assert slow.process_id is None
    assert plan.status == "best_found"
    assert plan.blocks == plan_week(WEEK, policy=replace(DEFAULT, joint=False)).blocks
    assert all(level.bound <= level.value for level in plan.levels)


def test_what_a_dying_worker_had_told_of_is_not_lost() -> None:
    with closing(PlanningWorker(answers={"plan": dies, "repair": repair})) as dying:
        assert dying.plan(to_json(WEEK)) == greedy_week(WEEK)


def test_every_plan_on_the_way_may_be_published() -> None:
    week = parse_snapshot(sample("small-tight-1"))
    found: list[Plan] = []
    last = plan_week(week, on_plan=found.append)
    assert [verify(week, plan) for plan in found] == [[], []]
    assert all(move.reason for plan in found for move in plan.moves)
    values = [[level.value for level in plan.levels] for plan in (*found, last)]
    assert values == sorted(values, reverse=True)
    assert [plan.blocks for plan in found][-1] == last.blocks
