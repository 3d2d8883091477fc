"""Ten frozen weeks whose best values are known: the planner reaches and proves each of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from service.planner import DEFAULT, Snapshot, greedy_week, parse_snapshot, plan_week, verify
from tests.planner.building import SAMPLES, reference, sample


def with_settled_selfcare(name: str) -> Snapshot:
    week = parse_snapshot(sample(name))
    starts = [datetime.fromisoformat(start) for start in reference()[name]["selfcare_starts"]]
    wishes = tuple(replace(w, fixed_start=s) for w, s in zip(week.selfcare, starts, strict=True))
    return replace(week, selfcare=wishes)


def values(plan: Any) -> dict[str, int]:
    return {level.name: level.value for level in plan.levels}


@pytest.mark.parametrize("name", SAMPLES)
def test_two_stages_reach_the_reference(name: str) -> None:
    plan = plan_week(with_settled_selfcare(name), policy=replace(DEFAULT, joint=False))
    reached = values(plan)
    assert {level: reached[level] for level in reference()[name]["two_stage"]} == reference()[name][
        "two_stage"
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_joint_plan_is_the_proven_best(name: str) -> None:
    plan = plan_week(with_settled_selfcare(name))
    assert values(plan) == reference()[name]["levels"]
    assert plan.status == "proven"
    assert all(level.bound == level.value for level in plan.levels)


@pytest.mark.parametrize("name", SAMPLES)
def test_selfcare_lands_where_the_reference_has_it(name: str) -> None:
    plan = greedy_week(parse_snapshot(sample(name)))
    assert [a.interval.start_at.isoformat() for a in plan.selfcare] == reference()[name]["selfcare_starts"]
    assert all(appointment.cover for appointment in plan.selfcare)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_first_answer_keeps_every_rule_and_no_level_beats_the_proof(name: str) -> None:
    week = with_settled_selfcare(name)
    plan = greedy_week(week)
    assert verify(week, plan) == []
    assert list(values(plan).values()) >= list(reference()[name]["levels"].values())
