"""What stands in the way of a split without envy: the level that gets worse for one at best.

Asked only when the certificate's comparison fails. What is done this week stays as it is; only who does it is
dealt again, with the comparison as rows: one chore may be taken off each list. Since the minutes done are
fixed, so is what is due to each, and the rows are linear. Rows know budgets only, so that the hours of the
week may cost more, never less. The split that was found goes with the answer, so that `verify` can count it.
Two adults.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from zlib import crc32

from service.domain.plan import Plan
from service.planner.allocate import Places, add_budgets, decisions, goals_of, solved_until_worse, worse_of
from service.planner.candidates import Prepared
from service.planner.certify import due_shares, shares_of
from service.planner.ownership import Ownership, alternates, ownership
from service.planner.policy import Policy
from service.planner.rows import Goal
from service.planner.solve_lex import ImpossibleError, NoSolverError, Solved, solve_lex

_Item = tuple[str, int | None, int]
"""Whose it would be, the variable that says so (none: it is), and the minutes of effort it stands for."""

_TIES = 2**16


def stands_in_the_way(
    prepared: Prepared, policy: Policy, plan: Plan, places: Places
) -> Mapping[str, Any] | None:
    """The level, by how many minutes at least it would get worse, and the changes of hands that make the
    split in which it gets no worse than that; `hours` where no such split of the same work fits the week,
    `none` where no level above the times has to get worse. None where it was not found out, or there are not
    two adults."""
    if len(prepared.snapshot.adults) != 2:
        return None
    model = ownership(prepared, policy)
    goals = goals_of(model, plan)
    add_budgets(model)
    _hold_what_is_done(model, plan)
    _add_rows(model, plan)
    hint = decisions(model, plan.doers, places)
    try:
        solved = solved_until_worse(model, replace(policy, limit=policy.reason_limit), goals, hint)
        worse = worse_of(solved, plan, goals)
    except ImpossibleError:
        return {"level": "hours", "by": 0}
    except NoSolverError:
        return None
    split = _fewest_changes(model, policy, plan, solved, goals)
    if worse is None:
        return {"level": "none", "by": 0, "split": split} if plan.status == "proven" else None
    value, least = solved.reached[worse[0]]
    return {"level": worse[0], "by": worse[1], "split": split} if value == least else None


def _fewest_changes(
    model: Ownership, policy: Policy, plan: Plan, solved: Solved, goals: list[Goal]
) -> list[dict[str, Any]]:
    """A split that is as good as the one that was `solved`, in as few changes of hands as the time allows; of
    equally few always the same, whatever the solver came upon."""
    changes = _changes(model, plan)
    kept = [replace(goal, bound=goal.value(solved.values)) for goal in goals if goal.name in solved.reached]
    each = _TIES * (len(changes) + 1)
    terms = tuple((var, each + crc32(f"{change}".encode()) % _TIES) for var, change in changes.items())
    values, limit = solved.values, policy.reason_limit - solved.spent
    with suppress(NoSolverError):
        hint = dict(enumerate(values))
        values = solve_lex(
            model.rows, [*kept, Goal("changes", terms)], hint, seed=policy.seed, limit=limit
        ).values
    return [change for var, change in changes.items() if values[var]]


def _changes(model: Ownership, plan: Plan) -> dict[int, dict[str, Any]]:
    """By its variable each thing that could be in other hands than in the plan: chores whole, or single times
    of those done in turns."""
    found: dict[int, dict[str, Any]] = {}
    for (chore, adult), var in model.given.items():
        if plan.doers[chore] != adult:
            found[var] = {"chore": chore, "occurrence": None, "to": adult}
    hands = {(block.responsibility, block.occurrence): block.adult for block in plan.blocks}
    for (chore, n, adult), var in model.placed.items():
        if chore in model.kept and hands.get((chore, n), adult) != adult:
            found[var] = {"chore": chore, "occurrence": n, "to": adult}
    return found


def _hold_what_is_done(model: Ownership, plan: Plan) -> None:
    """Each chore is kept or left out as it is, and so is each of its times; what has begun whole stays in the
    hands it is in."""
    begun = {block.responsibility for block in model.prepared.settled}
    for (name, adult), var in model.given.items():
        if name in begun and plan.doers[name] == adult:
            model.rows.add([(var, 1)], low=1)
    done = {(block.responsibility, block.occurrence) for block in plan.blocks}
    for chore in model.prepared.snapshot.responsibilities:
        given = [var for (name, _), var in model.given.items() if name == chore.id]
        given += [model.kept[chore.id]] if chore.id in model.kept else []
        model.rows.add(
            [(var, 1) for var in given], low=(kept := int(plan.doers[chore.id] is not None)), high=kept
        )
        for n in chore.numbers:
            placed = [var for (name, k, _), var in model.placed.items() if (name, k) == (chore.id, n)]
            if placed:
                found = int((chore.id, n) in done)
                model.rows.add([(var, 1) for var in placed], low=found, high=found)


def _add_rows(model: Ownership, plan: Plan) -> None:
    """Without one chore, nobody carries more for what is due to them than the other, in the same eyes."""
    snapshot = model.prepared.snapshot
    due = due_shares(snapshot, plan)
    mine, theirs = shares_of(snapshot)
    for eyes, other in ((mine, theirs), (theirs, mine)):
        felt: dict[str, list[tuple[int, int]]] = {mine: [], theirs: []}
        held = {mine: 0, theirs: 0}
        lighter = []
        for holder, var, cost in _items(model, plan, eyes):
            if var is None:
                held[holder] += cost
            else:
                felt[holder].append((var, cost))
            if holder == eyes:
                off = model.rows.variable()
                lighter.append((off, cost))
                if var is not None:
                    model.rows.add([(off, 1), (var, -1)], high=0)
        model.rows.add([(off, 1) for off, _ in lighter], high=1)
        rest = [(var, cost * due[other]) for var, cost in felt[eyes]]
        rest += [(off, -cost * due[other]) for off, cost in lighter]
        rest += [(var, -cost * due[eyes]) for var, cost in felt[other]]
        model.rows.add(rest, high=held[other] * due[eyes] - held[eyes] * due[other])


def _items(model: Ownership, plan: Plan, eyes: str) -> list[_Item]:
    """What could go either way, as it is felt by `eyes`; turns that have begun stay where they are, and so
    does the thinking for them."""
    found: list[_Item] = []
    for chore in model.prepared.snapshot.responsibilities:
        if len(chore.doers) < 2 or plan.doers[chore.id] is None:
            continue
        if alternates(chore):
            found += [
                (who, var, chore.burden(eyes, 1))
                for (name, _, who), var in model.placed.items()
                if name == chore.id
            ]
            begun = [one.adult for one in model.prepared.settled if one.responsibility == chore.id]
            found += [(who, None, chore.burden(eyes, 1)) for who in begun]
            found += [(chore.previous, None, chore.mental_min)] if chore.previous else []
            continue
        times = sum(block.responsibility == chore.id for block in plan.blocks)
        times = chore.fewest if chore.is_small(times) else len(chore.occurrences)
        cost = chore.burden(eyes, times) + chore.mental_min
        found += [(who, var, cost) for (name, who), var in model.given.items() if name == chore.id]
    return found
