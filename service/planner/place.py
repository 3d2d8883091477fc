"""When: exact starts for every block, for given doers (`place`) or together with them (`joint`).

A start is a yes-or-no variable. Each block first offers its cheapest starts and one promise, "later",
that costs what the next start would and needs no room. An answer that uses no promise is the best over
all starts. Otherwise it bounds them, the blocks that used one offer more (in the third round everything), and
the next round begins where it ended.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from zlib import crc32

from service.planner.allocate import Places, decisions, doers_of, still_done
from service.planner.board import board_of
from service.planner.candidates import Prepared, Start, Task, mask_of
from service.planner.grid import bits
from service.planner.nights import hour_after
from service.planner.ownership import Doers, Ownership, alternates, ownership
from service.planner.policy import Policy
from service.planner.refit import fill
from service.planner.rows import Goal
from service.planner.solve_lex import OnLevel, Solved, solve_lex

_ROUNDS = 3
_TIES = 251


@dataclass(frozen=True, slots=True)
class Placement:
    """Doers and starts, `(chore, occurrence) -> (adult, slot)`, and what no such plan can beat at each
    level, as long as those before it are at their own."""

    doers: Doers
    places: Places
    bounds: Mapping[str, int]
    width: Mapping[tuple[str, int, str], int]
    spent: float = 0.0


@dataclass(frozen=True, slots=True)
class _Column:
    var: int
    task: Task
    adult: str
    start: Start
    mask: int


@dataclass(slots=True)
class _Timing:
    columns: list[_Column] = field(default_factory=list)
    later: dict[tuple[str, int, str], tuple[int, int]] = field(default_factory=dict)


def place(
    prepared: Prepared,
    policy: Policy,
    doers: Doers,
    places: Places,
    *,
    who_too: bool = False,
    bounds: Mapping[str, int],
    width: Mapping[tuple[str, int, str], int] | None = None,
    held: Collection[tuple[str, int]] = (),
    on_level: OnLevel | None = None,
) -> Placement:
    """The best starts for these doers, or with `who_too` the best doers and starts at once.

    `doers` and `places` are a plan to start from; `bounds` are values that no plan can beat, each as long
    as those before it are reached; `width` is how many starts an earlier placement had to offer. The
    blocks of `held` have a place, whatever else has none.

    Raises:
        NoSolverError: as `solve_lex`.
    """
    width, bounds = dict(width or {}), dict(bounds)
    fixed = None if who_too else _fixed(prepared, doers)
    spent, reachable = 0.0, bool(bounds) and not who_too  # with both free the start has shown it already
    for attempt in range(_ROUNDS):
        model = ownership(prepared, policy, fixed)
        timing = _add_starts(model, policy, width, places, full=attempt == _ROUNDS - 1)
        for one in held:
            model.rows.add([(var, 1) for (c, n, _), var in model.placed.items() if (c, n) == one], low=1)
        goals = [*model.goals(*_moved(model, timing), bounds=bounds), _timing_goal(timing, bounds)]
        solved = solve_lex(
            model.rows,
            goals,
            _hint(model, timing, doers, places),
            seed=policy.seed,
            limit=policy.limit - spent,
            on_level=on_level,
            tight=len(goals) - 1 if reachable else 0,
        )
        spent += solved.spent
        bounds |= _proven(solved)
        reachable = len(bounds) == len(goals) and all(
            solved.reached[goal.name][0] <= bounds[goal.name] for goal in goals[:-1]
        )
        doers = doers_of(model, solved.values)
        places = {c.task.key: (c.adult, c.start.slot) for c in timing.columns if solved.values[c.var]}
        promised = [key for key, (var, _) in timing.later.items() if solved.values[var]]
        if not promised:
            break
        places = _with_promises(prepared, places, promised)
        doers = still_done(prepared, doers, places)
        if spent >= policy.limit:
            break
        for key in promised:
            width[key] = 4 * width.get(key, policy.first_starts)
    return Placement(doers, places, bounds, width, spent)


def _proven(solved: Solved) -> dict[str, int]:
    """The bounds up to the first level that is not at its own."""
    found = {}
    for name, (value, bound) in solved.reached.items():
        found[name] = bound
        if value != bound:
            break
    return found


def _with_promises(prepared: Prepared, places: Places, promised: list[tuple[str, int, str]]) -> Places:
    """Those that were promised a place have the cheapest one that is left, if any."""
    adults = {(chore, n): adult for chore, n, adult in promised}
    tasks = [
        replace(task, starts={adults[task.key]: task.starts[adults[task.key]]})
        for task in prepared.tasks
        if task.key in adults
    ]
    return fill(board_of(prepared, places), tasks, places)


def _fixed(prepared: Prepared, doers: Doers) -> Doers:
    return {c.id: doers[c.id] for c in prepared.snapshot.responsibilities if not alternates(c)}


def _add_starts(
    model: Ownership,
    policy: Policy,
    width: Mapping[tuple[str, int, str], int],
    places: Places,
    *,
    full: bool,
) -> _Timing:
    timing = _Timing()
    tasks = {task.key: task for task in model.prepared.tasks}
    for (chore, n, adult), placed in model.placed.items():
        task, key = tasks[chore, n], (chore, n, adult)
        starts = task.starts[adult]
        kept = len(starts) if full else width.get(key, policy.first_starts)
        wanted = {places.get(task.key), model.prepared.published.get(task.key)}
        offered = [s for k, s in enumerate(starts) if k < kept or (adult, s.slot) in wanted]
        new = [
            _Column(model.rows.variable(), task, adult, start, mask_of(task, start.slot)) for start in offered
        ]
        timing.columns += new
        terms = [(column.var, 1) for column in new]
        if kept < len(starts):
            later = model.rows.variable()
            timing.later[key] = (later, starts[kept].cost)
            terms.append((later, 1))
        model.rows.add([*terms, (placed, -1)], low=0, high=0)
    work = [column for column in timing.columns if not column.task.chore.is_duty]
    _never_two_at_once(model, work)
    _day_limits(model, work)
    _gaps(model, work)
    _somebody_minds(model, work)
    _rest_after_duty(model, work)
    return timing


def _never_two_at_once(model: Ownership, columns: list[_Column]) -> None:
    """One block at a time for each adult, and for each thing that the household has once."""
    for adult in model.prepared.adults:
        _cliques(model, [column for column in columns if column.adult == adult])
    for need in sorted({need for column in columns for need in column.task.chore.needs}):
        _cliques(model, [column for column in columns if need in column.task.chore.needs])


def _cliques(model: Ownership, columns: list[_Column]) -> None:
    """One row for each largest set of columns that share a slot."""
    active: list[_Column] = []
    grown = False
    for column in sorted(columns, key=lambda c: c.start.slot):
        still = [other for other in active if other.mask >> column.start.slot]
        if len(still) < len(active) and grown:
            model.rows.add([(other.var, 1) for other in active], high=1)
            grown = False
        active = [*still, column]
        grown = True
    if len(active) > 1:
        model.rows.add([(other.var, 1) for other in active], high=1)


def _day_limits(model: Ownership, columns: list[_Column]) -> None:
    prepared = model.prepared
    duties = {half.key for half in prepared.halves}
    for adult in prepared.snapshot.adults:
        for day in range(7):
            spent = sum(
                block.interval.minutes
                for block in prepared.settled
                if block.adult == adult.id
                and prepared.day_of(block) == day
                and (block.responsibility, block.occurrence) not in duties
            )
            terms = [
                (c.var, c.task.chore.minutes) for c in columns if c.adult == adult.id and c.start.day == day
            ]
            model.rows.add(terms, high=max(0, adult.limit_on(day) - spent))


def _gaps(model: Ownership, columns: list[_Column]) -> None:
    """Neighbouring occurrences never start within fewer than `min_gap_days` days."""
    by_task: dict[tuple[str, int], list[_Column]] = {}
    for column in columns:
        if column.task.chore.min_gap_days and column.adult not in column.task.by_hand:
            by_task.setdefault(column.task.key, []).append(column)
    for (chore, n), first in by_task.items():
        second = by_task.get((chore, n + 1), [])
        gap = first[0].task.chore.min_gap_days
        for day in range(8 - gap):
            near = [[c for c in some if day <= c.start.day < day + gap] for some in (first, second)]
            if near[0] and near[1]:
                model.rows.add([(c.var, 1) for c in near[0] + near[1]], high=1)


def _somebody_minds(model: Ownership, columns: list[_Column]) -> None:
    """With children at home, at least one carer has no block that keeps from minding them."""
    prepared = model.prepared
    rows: dict[tuple[int, ...], int] = {}
    tying: dict[int, list[int]] = {}
    for column in columns:
        able = prepared.carers[column.adult] & prepared.presence.children_home
        for slot in bits(column.mask & column.task.exclusive & able):
            tying.setdefault(slot, []).append(column.var)
    for slot, some in tying.items():
        carers = sum(1 for mask in prepared.carers.values() if mask >> slot & 1)
        if len(some) >= carers:
            rows[tuple(some)] = carers - 1
    for terms, most in rows.items():
        model.rows.add([(var, 1) for var in terms], high=most)


def _rest_after_duty(model: Ownership, columns: list[_Column]) -> None:
    """In the hour after a duty its doer has nothing that could be left out, but what they put there."""
    begun = {(b.responsibility, b.occurrence): b.adult for b in model.prepared.settled}
    can_wait = [c for c in columns if c.task.chore.priority and c.adult not in c.task.by_hand]
    for half in model.prepared.halves:
        rest = hour_after(model.prepared.grid, half.interval)
        for adult in sorted(half.able):
            held = [] if half.key in begun else [(model.placed[(*half.key, adult)], 1)]
            for slot in bits(rest):
                there = [(c.var, 1) for c in can_wait if c.adult == adult and c.mask >> slot & 1]
                if there:
                    model.rows.add([*there, *held], high=1 if held else 0)


def _moved(model: Ownership, timing: _Timing) -> tuple[list[tuple[int, int]], int]:
    stays = model.prepared.published
    terms = [(c.var, -1) for c in timing.columns if stays.get(c.task.key) == (c.adult, c.start.slot)]
    return terms, len(stays)


def _timing_goal(timing: _Timing, bounds: Mapping[str, int]) -> Goal:
    """Distance from the usual times, and below one step a fixed order among equals: one best answer."""
    step = _TIES * (len({column.task.key for column in timing.columns}) + 1)
    terms = [(column.var, column.start.cost * step + _rank(column)) for column in timing.columns]
    later = [(var, cost * step) for var, cost in timing.later.values()]
    return Goal("deviation", (*terms, *later), bound=bounds.get("deviation", 0) * step, unit=step)


def _rank(column: _Column) -> int:
    return crc32(f"{column.task.key} {column.adult} {column.start.slot}".encode()) % _TIES


def _hint(model: Ownership, timing: _Timing, doers: Doers, places: Places) -> dict[int, int]:
    chosen = decisions(model, doers, places)
    for column in timing.columns:
        chosen[column.var] = int(places.get(column.task.key) == (column.adult, column.start.slot))
    return chosen
