"""The planner is worth its proof: on a frozen week no rule of thumb comes near it on what counts first."""

from __future__ import annotations

import pytest

from bench.naive import RULES
from bench.planner_quality import measured
from service.planner import parse_snapshot
from tests.planner.building import sample


@pytest.mark.parametrize("name", ["small-normal-0", "small-blown-3"])
def test_no_rule_of_thumb_gets_more_essential_work_done_or_asks_less_of_the_limits(name: str) -> None:
    found = measured(parse_snapshot(sample(name)))
    planner = found["planner"]
    for rule in RULES:
        assert found[rule][0] >= planner[0]
        assert (found[rule][0], found[rule][4]) > (planner[0], planner[4])
