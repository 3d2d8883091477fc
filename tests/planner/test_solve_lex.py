"""Levels one after the other, and all bounds at once where they can be reached together."""

from __future__ import annotations

from random import Random

import pytest

from service.planner.rows import Goal, Rows
from service.planner.solve_lex import solve_lex


def a_programme(dice: Random) -> tuple[Rows, list[Goal]]:
    """Twelve decisions of which some exclude each other, and four levels that pull apart."""
    rows = Rows()
    decisions = [rows.variable() for _ in range(12)]
    for _ in range(8):
        rows.add([(var, 1) for var in dice.sample(decisions, 4)], low=1, high=3)
    goals = [
        Goal(f"level {n}", tuple((var, dice.randrange(-5, 6)) for var in decisions), constant=60)
        for n in range(4)
    ]
    return rows, goals


@pytest.mark.parametrize("seed", range(12))
def test_trying_all_bounds_at_once_changes_no_value_and_no_bound(seed: int) -> None:
    dice = Random(seed)
    rows, goals = a_programme(dice)
    plain = solve_lex(rows, goals, {}, seed=1, limit=10.0)
    reached = {name: value for name, (value, _) in plain.reached.items()}
    slack = 0 if seed % 2 else 1  # half of the time a bound that nothing reaches: the attempt is in vain
    bounded = [
        Goal(g.name, g.terms, g.constant, reached[g.name] - slack * (n == 1)) for n, g in enumerate(goals)
    ]
    at_once = solve_lex(rows, bounded, {}, seed=1, limit=10.0, tight=len(goals) - 1)
    assert {name: value for name, (value, _) in at_once.reached.items()} == reached
    assert all(bound <= value for value, bound in at_once.reached.values())


def test_bounds_that_are_reached_together_take_one_solve() -> None:
    rows, goals = a_programme(Random(3))
    plain = solve_lex(rows, goals, {}, seed=1, limit=10.0)
    bounded = [Goal(g.name, g.terms, g.constant, plain.reached[g.name][0]) for g in goals]
    at_once = solve_lex(rows, bounded[:3] + goals[3:], {}, seed=1, limit=10.0, tight=3)
    assert at_once.reached == plain.reached
    assert at_once.spent < plain.spent
