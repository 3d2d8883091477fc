"""A proposal with what two people changed in it: what they touched changes, what must follow follows, and the
rest stays as they saw it.

The snapshot is the week as it is asked for now, its `published` the plan that they looked at. First what they
touched is fitted in, as an event is (`repair`). Only where that gives somebody more than they have room for,
a small programme looks on: what that person has may pass to the other or be let go. And where somebody has
room again, what waits may come back beside all the rest. Everything else keeps its doer and its time. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from service.domain.plan import Move, Plan
from service.planner.allocate import Places, still_done
from service.planner.candidates import Prepared, Task, blocks_of, with_tasks
from service.planner.levels import count_levels, counted_loads, level_names
from service.planner.ownership import Doers
from service.planner.place import place
from service.planner.policy import DEFAULT, Policy
from service.planner.repair import as_agreed, as_published, mend, only_there, what_fell
from service.planner.snapshot import Snapshot
from service.planner.solve_lex import NoSolverError
from service.planner.week import assemble, checked
from service.words import _

LIMIT = 0.2
"""Of deterministic time, for all of it: people wait for the page."""

_FIRST_STARTS = 8


def adjust(snapshot: Snapshot, *, policy: Policy = DEFAULT) -> Plan:
    """The published plan, changed as little as the snapshot asks for. `status` is `adjusted`: its figures are
    counted, none is proven.

    Raises:
        SnapshotError: the snapshot contradicts itself; show its problems.
        PlanInvalidError: the plan broke a rule; publish nothing.
        ValueError: the snapshot has no published plan; plan the week instead.
    """
    week = as_agreed(snapshot)
    if week.published is None:
        raise ValueError("there is no published plan to adjust")
    quick = replace(policy, limit=min(policy.limit, LIMIT), first_starts=_FIRST_STARTS)
    prepared, wanted, doers = as_published(week, week.published)
    fallen = what_fell(prepared, wanted, week.published)
    overload = _overload_before(prepared, week.published)
    places, _proven = mend(replace(prepared, tasks=wanted), quick, fallen, doers, overload=overload)
    doers = still_done(prepared, doers, places)
    if policy.solver:
        if free := _of_who_has_too_much(prepared, week.published, doers, places):
            settled = {chore.id for chore in week.responsibilities if chore.fixed_doer is not None}
            doers, places = _dealt_anew(
                prepared, quick, doers, places, free=free, stays=settled, overload=overload
            )
        if free := _what_waits(prepared, week.published, doers, places):
            doers, places = _dealt_anew(
                prepared, quick, doers, places, free=free, stays=doers, overload=overload
            )
    plan = assemble(prepared, quick, doers, places, "adjusted", {}, {"name": "adjust"})[1]
    return checked((week, replace(plan, moves=_moves(week.published, plan))))


def _of_who_has_too_much(prepared: Prepared, before: Plan, doers: Doers, places: Places) -> set[str]:
    """The chores, but for nights, of those who now carry more than before and than they have room for."""
    week, was = prepared.snapshot, _carried_before(prepared, before)
    blocks = blocks_of(prepared, places)
    carried = counted_loads(week, doers, blocks)
    loads = counted_loads(week, doers, blocks, blocked_only=True)
    over = {
        adult.id
        for adult in week.adults
        if carried[adult.id] > was[adult.id] and loads[adult.id] > adult.capacity_min
    }
    return {
        chore.id
        for chore in week.responsibilities
        if doers[chore.id] in over or (chore.by_turns and over and doers[chore.id] is not None)
        if chore.fixed_doer is None and not chore.is_duty
    }


def _what_waits(prepared: Prepared, before: Plan, doers: Doers, places: Places) -> set[str]:
    """The chores that are left out, where somebody carries less than before."""
    week, was = prepared.snapshot, _carried_before(prepared, before)
    carried = counted_loads(week, doers, blocks_of(prepared, places))
    dropped = any(doer is not None for chore, doer in before.doers.items() if chore not in doers)
    lighter = dropped or any(carried[adult.id] < was[adult.id] for adult in week.adults)
    return {chore.id for chore in week.responsibilities if doers[chore.id] is None} if lighter else set()


def _carried_before(prepared: Prepared, before: Plan, *, blocked_only: bool = False) -> dict[str, int]:
    week = prepared.snapshot
    had = {chore.id: before.doers.get(chore.id) for chore in week.responsibilities}
    return counted_loads(week, had, before.blocks, blocked_only=blocked_only)


def _overload_before(prepared: Prepared, before: Plan) -> int:
    loads = _carried_before(prepared, before, blocked_only=True)
    return sum(max(0, loads[adult.id] - adult.capacity_min) for adult in prepared.snapshot.adults)


def _dealt_anew(
    prepared: Prepared,
    policy: Policy,
    doers: Doers,
    places: Places,
    *,
    free: Collection[str],
    stays: Collection[str],
    overload: int,
) -> tuple[Doers, Places]:
    """Doers and places with the `free` chores dealt and placed anew; everything else stays where it is, or is
    let go if it must be, but for what `stays`. As they were where nothing better is found in time.

    Nothing changes for an `overload` in minutes that was there."""
    week = prepared.snapshot
    asked = tuple(
        chore if chore.id in free or chore.by_turns else replace(chore, fixed_doer=doers[chore.id])
        for chore in week.responsibilities
        if chore.id in free or doers[chore.id] is not None
    )
    names = {chore.id for chore in asked}
    tasks = tuple(
        task if task.chore.id in free else _where_it_is(task, places)
        for task in prepared.tasks
        if task.chore.id in names
    )
    held = [key for key in places if key[0] in stays and key[0] not in free]
    small = replace(with_tasks(prepared, tasks), snapshot=replace(week, responsibilities=asked))
    try:
        dealt = {name: doers[name] for name in names}
        found = place(small, policy, dealt, places, who_too=True, bounds={"overload": overload}, held=held)
    except NoSolverError:
        return doers, places
    dealt = {**doers, **found.doers}
    better = _values(prepared, policy, dealt, found.places) < _values(prepared, policy, doers, places)
    return (dealt, found.places) if better else (doers, places)


def _where_it_is(task: Task, places: Places) -> Task:
    adult, slot = places.get(task.key, ("", 0))
    start = next((one for one in task.starts.get(adult, ()) if one.slot == slot), None)
    return (
        replace(task, starts=dict.fromkeys(task.starts, ()))
        if start is None
        else only_there(task, adult, start)
    )


def _values(prepared: Prepared, policy: Policy, doers: Doers, places: Places) -> list[int]:
    counted = count_levels(prepared, policy, doers, blocks_of(prepared, places))
    return [counted[name] for name in level_names(prepared.snapshot)]


def _moves(before: Plan, plan: Plan) -> tuple[Move, ...]:
    """The reasons that were given still hold; what changes hands now follows from the change."""
    told = {(move.responsibility, move.taker): move.reason for move in before.moves}
    follows = _("It follows from what you changed between you.")
    return tuple(
        replace(move, reason=told.get((move.responsibility, move.taker), follows)) for move in plan.moves
    )
