"""Minimise the levels of a small integer programme one after the other, each with its proof.

The only place that knows a solver (CP-SAT), and it is imported at the first solve, because an idle
service should not carry it. One worker, a fixed seed and a deterministic limit: the same rows give the
same answer. Parameters are those that prove these programmes fastest; with the default ones the
linear relaxation is nearly off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from service.planner.rows import Goal, Rows

OnLevel = Callable[[str, int, int], None]

_ATTEMPT = 0.1
"""Of the limit: what trying all bounds at once may take, since it may be in vain."""

_SHARE = 0.5
"""Of what is left of the limit: what a level may take that others follow, so that one that resists its proof
costs itself and not the levels behind it."""


class NoSolverError(RuntimeError):
    """No solver is wanted, none can be imported, or it found nothing within the limit: answer with the
    greedy plan."""


class ImpossibleError(NoSolverError):
    """It is proven that no values keep all rows."""


@dataclass(frozen=True, slots=True)
class Solved:
    """The values of all variables, each goal's value with the bound it cannot go below, and the
    deterministic time that it took."""

    values: list[int]
    reached: Mapping[str, tuple[int, int]]
    spent: float = 0.0


def solver_name() -> dict[str, str]:
    """Name and version of the solver, for the plan's record.

    Raises:
        NoSolverError: none is installed.
    """
    return {"name": "CP-SAT", "version": _import_solver()[1]}


def solve_lex(
    rows: Rows,
    goals: list[Goal],
    hint: Mapping[int, int],
    *,
    seed: int,
    limit: float,
    on_level: OnLevel | None = None,
    stop_when_worse: bool = False,
    tight: int = 0,
) -> Solved:
    """Solve the goals in order; a goal that the hint already meets at its bound costs nothing.

    `hint` gives decisions to start from; `limit` is deterministic time for all goals together. The bounds of
    the first `tight` goals can mostly be reached together: one solve tries that before one for each.
    A goal's bound is believed as long as every goal before it reached its own, and nothing below it is asked
    of the goals that follow; with `stop_when_worse` the goals after the first that misses its bound are not
    solved.

    Raises:
        NoSolverError: no solver, or no answer within the limit; fall back to the greedy plan.
    """
    best = rows.complete(hint)
    reached: dict[str, tuple[int, int]] = {}
    capped: list[tuple[Goal, int]] = []
    bounds, spent = {goal.name: goal.bound for goal in goals}, 0.0
    if tight and not (best is not None and all(goal.value(best) <= goal.bound for goal in goals[:tight])):
        attempt = _Engine(rows, seed)
        for goal in goals[:tight]:
            attempt.cap(goal, goal.bound)
        with suppress(NoSolverError):
            best, bounds[goals[tight].name] = attempt.minimise(
                goals[tight], best, goals[tight].bound, limit * _ATTEMPT
            )
        spent = attempt.spent
    engine: _Engine | None = None
    trusted = True
    for goal in goals:
        known = bounds[goal.name] if trusted else 0
        if best is not None and goal.value(best) <= known:
            raw = bound = goal.value(best)
        else:
            if engine is None:
                engine = _Engine(rows, seed)
                for earlier, value in capped:
                    engine.cap(earlier, value)
            share = 1.0 if goal is goals[-1] else _SHARE
            best, bound = engine.minimise(goal, best, known, (limit - spent - engine.spent) * share)
            raw, bound = goal.value(best), max(bound, known)
        trusted = trusted and raw <= goal.bound
        found = reached[goal.name] = (raw // goal.unit, bound // goal.unit)
        capped.append((goal, max(raw, known)))
        if engine is not None:
            engine.cap(*capped[-1])
        if on_level is not None:
            on_level(goal.name, *found)
        if stop_when_worse and not trusted:
            break
    if best is None:
        raise NoSolverError("there was nothing to minimise and nothing to start from")
    return Solved(best, reached, spent + (engine.spent if engine is not None else 0.0))


class _Engine:
    """One CP-SAT model whose objective is replaced level by level."""

    def __init__(self, rows: Rows, seed: int) -> None:
        self._cp, _ = _import_solver()
        self._seed, self._upper = seed, rows.upper
        self.spent = 0.0
        self._model: Any = self._cp.CpModel()
        self._vars = [self._model.new_int_var(0, upper, "") for upper in rows.upper]
        self._indices = [var.index for var in self._vars]
        for terms, low, high in rows.rows:
            total = self._sum(terms)
            if low is not None and low == high:
                self._model.add(total == low)
                continue
            if low is not None:
                self._model.add(total >= low)
            if high is not None:
                self._model.add(total <= high)

    def cap(self, goal: Goal, value: int) -> None:
        if goal.terms:
            self._model.add(self._sum(goal.terms) <= value - goal.constant)

    def minimise(
        self, goal: Goal, start: list[int] | None, known: int, limit: float
    ) -> tuple[list[int], int]:
        """Best values and proven bound of one goal, from `start` on, within that deterministic time."""
        most = goal.constant + sum(max(w, 0) * self._upper[var] for var, w in goal.terms)
        # An explicit variable keeps the bound 0 that presolve would otherwise substitute away.
        z = self._model.new_int_var(known, max(most, known), "")
        self._model.add(z >= self._sum(goal.terms) + goal.constant)
        self._model.minimize(z)
        self._model.clear_hints()
        if start is not None:
            self._model.proto.solution_hint.vars.extend(self._indices)
            self._model.proto.solution_hint.values.extend(start)
        solver = self._solver(limit)
        status = solver.solve(self._model)
        self.spent += solver.response_proto.deterministic_time
        if status in (self._cp.OPTIMAL, self._cp.FEASIBLE):
            values = list(solver.response_proto.solution)[: len(self._vars)]
            proven = goal.value(values) if status == self._cp.OPTIMAL else round(solver.best_objective_bound)
            return values, proven
        if status == self._cp.INFEASIBLE and start is None:
            raise ImpossibleError(f"no values keep all rows (asked for {goal.name})")
        if start is None or status != self._cp.UNKNOWN:
            raise NoSolverError(f"no answer for {goal.name} within the limit ({solver.status_name(status)})")
        return start, known

    def _solver(self, limit: float) -> Any:
        solver = self._cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self._seed
        solver.parameters.max_deterministic_time = max(limit, 0.01)
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        # Otherwise the solver takes Ctrl-C from the process that serves, and leaves the default behind.
        solver.parameters.catch_sigint_signal = False
        return solver

    def _sum(self, terms: tuple[tuple[int, int], ...]) -> Any:
        return self._cp.LinearExpr.weighted_sum([self._vars[v] for v, _ in terms], [w for _, w in terms])


def _import_solver() -> tuple[Any, str]:
    try:
        from ortools.sat.python import cp_model
    except ImportError as err:
        raise NoSolverError("OR-Tools is not installed") from err
    return cp_model, version("ortools")
