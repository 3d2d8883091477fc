"""Exact starts: what they begin from, and how few of them are looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.planner import DEFAULT, parse_snapshot
from service.planner.candidates import prepare
from service.planner.greedy import greedy
from service.planner.place import place
from tests.planner.building import sample


@pytest.mark.parametrize("name", ["typical-normal-1", "typical-tight-0"])
def test_a_start_that_is_the_best_already_is_kept_however_short_the_time(name: str) -> None:
    prepared = prepare(parse_snapshot(sample(name)))
    best = place(prepared, DEFAULT, *greedy(prepared), bounds={})
    hurried = replace(DEFAULT, limit=0.0)
    again = place(prepared, hurried, best.doers, best.places, bounds=best.bounds, width=best.width)
    assert again.places == best.places


@pytest.mark.parametrize("name", ["typical-blown-0", "typical-normal-1"])
def test_a_few_starts_of_each_block_are_proven_the_best_of_all_in_less_than_half_the_time(name: str) -> None:
    prepared = prepare(parse_snapshot(sample(name)))
    few = place(prepared, DEFAULT, *greedy(prepared), bounds={})
    every = place(prepared, replace(DEFAULT, first_starts=1_000), *greedy(prepared), bounds={})
    assert (few.places, few.bounds) == (every.places, every.bounds)
    assert few.spent < every.spent / 2
