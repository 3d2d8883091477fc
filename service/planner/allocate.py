"""Who does what: the exact allocation, against calendars seen from afar.

Here a calendar is only a budget: what one adult does inside any stretch of time must fit that adult's
free slots in it. Every real plan keeps these budgets, so each level's value is a bound that no plan can
beat; `place` then looks for the actual starts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.plan import Plan
from service.planner.candidates import Prepared, Task, mask_of
from service.planner.ownership import Doers, Ownership, alternates, ownership
from service.planner.policy import Policy
from service.planner.rows import Goal
from service.planner.solve_lex import NoSolverError, OnLevel, Solved, solve_lex

Places = dict[tuple[str, int], tuple[str, int]]
Takers = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Allocation:
    """This week's doers (alternating chores are left to `place`), whose each occurrence is that has room,
    everybody who does some of each chore, and the levels, as value and bound."""

    doers: Doers
    hands: Mapping[tuple[str, int], str]
    takers: Takers
    solved: Solved


def allocate(
    prepared: Prepared, policy: Policy, doers: Doers, places: Places, on_level: OnLevel | None = None
) -> Allocation:
    """The best doers; `doers` and `places` are a plan to start from.

    Raises:
        NoSolverError: as `solve_lex`.
    """
    model = ownership(prepared, policy)
    goals = model.goals(*moved_terms(model), bounds={})
    add_budgets(model)
    hint = decisions(model, doers, places)
    solved = solve_lex(model.rows, goals, hint, seed=policy.seed, limit=policy.limit, on_level=on_level)
    doers = doers_of(model, solved.values)
    hands = {(chore, n): adult for (chore, n, adult), var in model.placed.items() if solved.values[var]}
    return Allocation(doers, hands, _takers(model, doers, solved.values), solved)


def worse_if_held(
    prepared: Prepared, policy: Policy, plan: Plan, places: Places, held: tuple[str, str]
) -> tuple[str, int] | None:
    """What is lost at best if the adult of `held` does its chore, as `first_worse`.

    Raises:
        ImpossibleError: they cannot.
        NoSolverError: as `first_worse`.
    """
    model = ownership(prepared, policy)
    goals = goals_of(model, plan)
    add_budgets(model)
    _hold(model, *held)
    stayed = {key: place for key, place in places.items() if key[0] != held[0] or place[0] == held[1]}
    hint = decisions(model, {**plan.doers, held[0]: held[1]}, stayed)
    return first_worse(model, policy, plan, goals, hint)


def worse_if_no_more(
    prepared: Prepared, policy: Policy, plan: Plan, places: Places, most: tuple[str, str, int]
) -> tuple[str, int] | None:
    """What is lost at best if of that duty its holder holds so many at most, as `first_worse`.

    Raises:
        ImpossibleError: it cannot be.
        NoSolverError: as `first_worse`.
    """
    chore, holder, times = most
    model = ownership(prepared, policy)
    goals = goals_of(model, plan)
    add_budgets(model)
    ahead = [(var, 1) for (name, _, who), var in model.placed.items() if (name, who) == (chore, holder)]
    model.rows.add(ahead, high=times - prepared.settled_count(chore, holder))
    stayed = {key: place for key, place in places.items() if key[0] != chore or place[0] != holder}
    return first_worse(model, policy, plan, goals, decisions(model, plan.doers, stayed))


def goals_of(model: Ownership, plan: Plan) -> list[Goal]:
    """The levels of *who*, none to be better than the plan's."""
    return model.goals(*moved_terms(model), bounds={level.name: level.value for level in plan.levels})


def first_worse(
    model: Ownership, policy: Policy, plan: Plan, goals: list[Goal], hint: Mapping[int, int]
) -> tuple[str, int] | None:
    """The first level that these rows make worse than the plan's, and by how much at least; None if they
    make none worse. Rows know budgets only: the hours of the week may cost more, and at an earlier level.

    Raises:
        NoSolverError: it is not known. The limit struck, or the plan is not proven as far as that level.
    """
    return worse_of(solved_until_worse(model, policy, goals, hint), plan, goals)


def solved_until_worse(
    model: Ownership, policy: Policy, goals: list[Goal], hint: Mapping[int, int]
) -> Solved:
    """The levels one after the other, up to the first that gets worse than its goal's bound.

    Raises:
        ImpossibleError, NoSolverError: as `solve_lex`.
    """
    return solve_lex(model.rows, goals, hint, seed=policy.seed, limit=policy.limit, stop_when_worse=True)


def worse_of(solved: Solved, plan: Plan, goals: list[Goal]) -> tuple[str, int] | None:
    """The first level that is worse than the plan's, and by how much at least.

    Raises:
        NoSolverError: as `first_worse`.
    """
    for goal in goals:
        value, least = solved.reached[goal.name]
        if least > goal.bound:
            return goal.name, least - goal.bound
        if value > goal.bound or plan.level(goal.name).bound < goal.bound:
            raise NoSolverError(f"whether {goal.name} gets worse is not known")
    return None


def _hold(model: Ownership, chore: str, adult: str) -> None:
    """The chore is done this week, and nobody else does any of it."""
    mine = model.kept[chore] if chore in model.kept else model.given[chore, adult]
    model.rows.add([(mine, 1)], low=1)
    others = [(var, 1) for (name, _, who), var in model.placed.items() if name == chore and who != adult]
    model.rows.add(others, high=0)


def _takers(model: Ownership, doers: Doers, values: list[int]) -> Takers:
    found = {chore: {doer} - {None} for chore, doer in doers.items()}
    for chore in model.kept:
        found[chore] = {who for (name, _, who), var in model.placed.items() if name == chore and values[var]}
    for block in model.prepared.settled:
        found[block.responsibility].add(block.adult)
    return {chore: frozenset(who for who in takers if who) for chore, takers in found.items()}


def still_done(prepared: Prepared, doers: Doers, places: Places) -> dict[str, str | None]:
    """A chore that can be left out and has no place is left out."""
    left = dict(doers)
    for chore in prepared.snapshot.responsibilities:
        begun = any(block.responsibility == chore.id for block in prepared.settled)
        placed = any((chore.id, n) in places for n in chore.numbers)
        if chore.blocked and chore.priority > 0 and chore.occurrences and not (begun or placed):
            left[chore.id] = None
    return left


def decisions(model: Ownership, doers: Doers, places: Places) -> dict[int, int]:
    """A plan as values of the ownership variables."""
    doers = still_done(model.prepared, doers, places)
    chosen = {var: int(doers.get(chore) == adult) for (chore, adult), var in model.given.items()}
    times = Counter(chore for chore, _ in places)
    times.update(block.responsibility for block in model.prepared.settled)
    chores = {chore.id: chore for chore in model.prepared.snapshot.responsibilities}
    for (chore, adult), var in model.small.items():
        chosen[var] = int(doers.get(chore) == adult and chores[chore].is_small(times[chore]))
    for chore, var in model.kept.items():
        chosen[var] = int(doers.get(chore) is not None)
    for (chore, n, adult), var in model.placed.items():
        chosen[var] = int(places.get((chore, n), ("", 0))[0] == adult)
    return chosen


def doers_of(model: Ownership, values: list[int]) -> dict[str, str | None]:
    """This week's doers; of an alternating chore its owner, or whoever does most of it."""
    doers: dict[str, str | None] = {}
    for chore in model.prepared.snapshot.responsibilities:
        takers = [a for (c, a), var in model.given.items() if c == chore.id and values[var]]
        doers[chore.id] = takers[0] if takers else None
        if alternates(chore) and values[model.kept[chore.id]]:
            times = dict.fromkeys(chore.doers, 0)
            for (c, _, adult), var in model.placed.items():
                if c == chore.id:
                    times[adult] += values[var]
            doers[chore.id] = chore.previous or max(sorted(times), key=times.__getitem__)
    return doers


def moved_terms(model: Ownership) -> tuple[list[tuple[int, int]], int]:
    """What the level *moved* counts: published blocks that pass to other hands."""
    published = model.prepared.published
    return [(model.placed[(*key, who)], -1) for key, (who, _) in published.items()], len(published)


def add_budgets(model: Ownership) -> None:
    """Work confined to a stretch of time fits the free slots there, and the day's limit."""
    prepared = model.prepared
    for adult in prepared.snapshot.adults:
        mine = [task for task in prepared.tasks if task.starts.get(adult.id) and not task.chore.is_duty]
        reach = {task.key: _reach(task, adult.id) for task in mine}
        free = 0
        for room in reach.values():
            free |= room
        for confined in _confined(mine, reach):
            low = min(_first(reach[task.key]) for task in confined)
            high = max(reach[task.key].bit_length() for task in confined)
            budget = (free & ((1 << high) - 1) & ~((1 << low) - 1)).bit_count()
            if sum(task.length for task in confined) > budget:
                model.rows.add(
                    [(model.placed[(*task.key, adult.id)], task.length) for task in confined], high=budget
                )
        for day in range(7):
            tied = [task for task in mine if {start.day for start in task.starts[adult.id]} == {day}]
            if sum(task.chore.minutes for task in tied) > adult.limit_on(day):
                model.rows.add(
                    [(model.placed[(*task.key, adult.id)], task.chore.minutes) for task in tied],
                    high=adult.limit_on(day),
                )


def _reach(task: Task, adult: str) -> int:
    mask = 0
    for start in task.starts[adult]:
        mask |= mask_of(task, start.slot)
    return mask


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _confined(tasks: list[Task], reach: dict[tuple[str, int], int]) -> list[list[Task]]:
    """Every set of tasks that some stretch of at most a day holds completely."""
    spans = [(_first(reach[task.key]), reach[task.key].bit_length(), task) for task in tasks]
    found: dict[tuple[tuple[str, int], ...], list[Task]] = {}
    for low in sorted({span[0] for span in spans}):
        for high in sorted({span[1] for span in spans if low < span[1] <= low + 96}):
            inside = [task for first, last, task in spans if low <= first and last <= high]
            if len(inside) > 1:
                found[tuple(task.key for task in inside)] = inside
    return list(found.values())
