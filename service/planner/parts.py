"""What blocks go without in a small week: members of a routine, dropped from the bottom by agreed order.

Settled before anything has its time. As in `allocate`, a calendar is only a budget here: a part stays in its
block unless some level, down to the last of what can wait, is better without it; then it is out of that block
all week. A week that holds everything goes without nothing, and costs no solving. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from service.planner.allocate import add_budgets, decisions, moved_terms
from service.planner.candidates import Prepared, Task, blocks_of, prepare
from service.planner.greedy import greedy
from service.planner.grid import slots_for, starts_of_runs
from service.planner.levels import count_levels
from service.planner.ownership import Ownership, alternates, ownership
from service.planner.part import Part
from service.planner.policy import Policy
from service.planner.rows import Goal
from service.planner.snapshot import STEP_MINUTES, Responsibility, Snapshot
from service.planner.solve_lex import NoSolverError, solve_lex

Without = Mapping[str, tuple[str, ...]]
Candidate = tuple[Responsibility, Part]

_LIMIT = 0.08
"""Of the limit for the whole plan: what this may take before the rule of thumb answers."""
_WHOLE = ("essential", "overload", "shed1", "shed2", "shed3")
_COUNTED = (*_WHOLE, "spared")
_RANKS = 20


@dataclass(frozen=True, slots=True)
class Settled:
    """What the blocks of each chore go without, and the deterministic time that it took to find out."""

    without: Without
    spent: float = 0.0


def settle(week: Snapshot, policy: Policy) -> Settled:
    """What is best left out of the week's blocks, chore by chore; by a rule of thumb where no solver answers.

    A chore of which a published block has begun, or is held, goes without what it went without before.
    """
    before = _as_before(week)
    week = week.going_without(before)
    candidates = _candidates(week)
    if not candidates or _holds_everything(prepare(week), policy):
        return Settled(before)
    try:
        if policy.solver:
            found = _best(week, candidates, policy)
            return Settled({**before, **found.without}, found.spent)
    except NoSolverError:
        pass
    return Settled({**before, **by_thumb(week)})


def by_thumb(week: Snapshot) -> Without:
    """From the bottom by agreed order, for as long as what must happen is more than all can give."""
    capacity = sum(adult.capacity_min for adult in week.adults)
    gone: dict[str, tuple[str, ...]] = {}
    for chore, part in reversed([one for one in _candidates(week) if one[0].priority == 0]):
        must = [one for one in week.going_without(gone).responsibilities if one.priority == 0 and one.blocked]
        if sum(one.total_minutes for one in must) <= capacity:
            break
        gone[chore.id] = (*gone.get(chore.id, ()), part.id)
    return gone


def told_without(snapshot: Snapshot, doers: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """What the blocks of those chores that anybody does go without, as a plan says it."""
    return {
        chore.id: tuple(sorted(part.id for part in chore.without))
        for chore in snapshot.responsibilities
        if chore.without and doers[chore.id] is not None
    }


def _settled_chores(week: Snapshot) -> set[str]:
    blocks = week.published.blocks if week.published else ()
    return {block.responsibility for block in blocks if week.is_settled(block)}


def _as_before(week: Snapshot) -> Without:
    settled = _settled_chores(week)
    published = week.published.without if week.published else {}
    return {chore: parts for chore, parts in published.items() if chore in settled}


def _candidates(week: Snapshot) -> list[Candidate]:
    """All that may be left out of a block, what goes last first."""
    settled = _settled_chores(week)
    found = [
        (chore, part) for chore in week.responsibilities if chore.id not in settled for part in chore.parts
    ]
    return sorted(found, key=lambda one: (one[1].priority, -one[1].left_out_weeks, one[0].id, one[1].id))


def _holds_everything(prepared: Prepared, policy: Policy) -> bool:
    """Whether already the first answer has a place for all, within what everybody can give."""
    doers, places = greedy(prepared)
    values = count_levels(prepared, policy, doers, blocks_of(prepared, places))
    return not any(values[name] for name in _WHOLE)


def _best(week: Snapshot, candidates: list[Candidate], policy: Policy) -> Settled:
    """The best of all ways by budgets: who does what and which parts stay, chosen together.

    Raises:
        NoSolverError: as `solve_lex`.
    """
    prepared = prepare(_bare(week, candidates))
    model = ownership(prepared, policy)
    shortest = {chore.id: chore for chore in prepared.snapshot.responsibilities}
    stays = {(chore.id, part.id): model.rows.variable() for chore, part in candidates}
    done: dict[tuple[str, int, str], list[tuple[int, int]]] = {}
    for chore, part in candidates:
        _add_part(model, shortest[chore.id], part, stays[chore.id, part.id], done)
    _keep_to_the_room(model, done)
    goals = [goal for goal in model.goals(*moved_terms(model), bounds={}) if goal.name in _COUNTED]
    add_budgets(model)
    solved = solve_lex(
        model.rows,
        [*goals, _what_goes_last_stays(list(stays.values()))],
        decisions(model, *greedy(prepared)),
        seed=policy.seed,
        limit=policy.limit * _LIMIT,
    )
    gone: dict[str, tuple[str, ...]] = {}
    for chore, part in candidates:
        if not solved.values[stays[chore.id, part.id]]:
            gone[chore.id] = (*gone.get(chore.id, ()), part.id)
    return Settled(gone, solved.spent)


def _bare(week: Snapshot, candidates: list[Candidate]) -> Snapshot:
    """The week in its shortest blocks. What they go without is counted by the parts that stay."""
    bare = {chore.id: {part.id for part in chore.parts} for chore, _ in candidates}
    chores = week.going_without(bare).responsibilities
    return replace(week, responsibilities=tuple(replace(chore, without=()) for chore in chores))


def _what_goes_last_stays(stays: list[int]) -> Goal:
    """Of ways that cost the same, the one by agreed order."""
    weights = [(var, 1 << max(0, _RANKS - n)) for n, var in enumerate(stays)]
    return Goal("parts", tuple((var, -weight) for var, weight in weights), sum(w for _, w in weights))


def _add_part(
    model: Ownership,
    chore: Responsibility,
    part: Part,
    stays: int,
    done: dict[tuple[str, int, str], list[tuple[int, int]]],
) -> None:
    """A part in every block of its chore, or in none; its minutes with whoever does them."""
    given = {adult: var for (name, adult), var in model.given.items() if name == chore.id}
    taken = [model.kept[chore.id]] if alternates(chore) else list(given.values())
    model.rows.add([(stays, 1), *((var, -1) for var in taken)], high=0)
    model.count_missed(part.priority, part.missed(part.mental_min), [stays])
    for n in chore.numbers:
        placed = {a: v for (name, k, a), v in model.placed.items() if (name, k) == (chore.id, n)}
        times = {adult: _both(model, var, stays) for adult, var in placed.items()}
        model.count_missed(part.priority, part.missed(part.minutes), times.values())
        for adult, time in times.items():
            done.setdefault((chore.id, n, adult), []).append((time, part.minutes))
            if alternates(chore):
                model.add_load(adult, part.minutes, time)
    if alternates(chore) and chore.previous is not None:
        model.add_load(chore.previous, part.mental_min, stays)
    for adult, var in given.items():
        model.add_load(
            adult, len(chore.occurrences) * part.minutes + part.mental_min, _both(model, var, stays)
        )
        if small := model.small.get((chore.id, adult)):
            half = model.rows.variable()
            model.rows.add([(half, 1), (small, -1)], high=0)
            model.rows.add([(half, 1), (stays, -1)], high=0)
            model.add_load(adult, -(len(chore.occurrences) - chore.fewest) * part.minutes, half)


def _both(model: Ownership, one: int, other: int) -> int:
    """A variable that is 1 where both are."""
    both = model.rows.variable()
    model.rows.floor(both, [(one, 1), (other, 1)], -1)
    model.rows.add([(both, 1), (one, -1)], high=0)
    model.rows.add([(both, 1), (other, -1)], high=0)
    return both


def _keep_to_the_room(model: Ownership, done: Mapping[tuple[str, int, str], list[tuple[int, int]]]) -> None:
    """No block is longer than the longest stretch that its window leaves its doer."""
    tasks = {task.key: task for task in model.prepared.tasks}
    for (chore, n, adult), parts in done.items():
        task = tasks[chore, n]
        more = sum(minutes for _, minutes in parts)
        if adult in task.by_hand:
            continue
        room = _longest_minutes(model.prepared, task, adult, task.chore.minutes + more) - task.chore.minutes
        if room < more:
            model.rows.add(parts, high=room)


def _longest_minutes(prepared: Prepared, task: Task, adult: str, wanted_minutes: int) -> int:
    room = prepared.room(task.chore, adult) & prepared.grid.window(task.wanted.window)
    length = task.length
    while length < slots_for(wanted_minutes) and starts_of_runs(room, length + 1):
        length += 1
    return length * STEP_MINUTES
