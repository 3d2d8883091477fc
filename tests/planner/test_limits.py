"""A limit that strikes early: what was found by then is a whole plan, and no worse than the one before it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.weeks import frozen_weeks
from service.domain.plan import Plan
from service.planner import DEFAULT, Snapshot, greedy_week, plan_week, verify

WEEKS = frozen_weeks()


def values(plan: Plan) -> list[int]:
    return [level.value for level in plan.levels]


@pytest.mark.parametrize("limit", [0.02, 0.3])
@pytest.mark.parametrize("name", ["typical-tight-0", "small-nights-0"])
def test_no_plan_is_worse_than_the_one_before_it(name: str, limit: float) -> None:
    week: Snapshot = WEEKS[name]
    told: list[Plan] = [greedy_week(week)]
    policy = replace(DEFAULT, limit=limit, reason_limit=0.02)
    told.append(plan_week(week, policy=policy, on_plan=told.append))
    assert all(verify(week, plan) == [] for plan in told)
    assert [values(plan) for plan in told] == sorted((values(plan) for plan in told), reverse=True)
    for plan in told:
        assert all(level.bound <= level.value for level in plan.levels)
