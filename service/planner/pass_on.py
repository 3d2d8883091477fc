"""One block of a published plan passes to the other adult, and nothing else moves.

Asked by the flow when somebody has said yes to it. Pure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from service.domain.interval import Interval, clipped, common, difference, union
from service.domain.plan import Block, Plan
from service.planner.amend import amended
from service.planner.board import Board
from service.planner.candidates import Prepared, Start, Task, block_of, prepare
from service.planner.grid import grid_of
from service.planner.parse import parse_snapshot
from service.planner.policy import DEFAULT, Policy
from service.planner.snapshot import Adult, Mode, Responsibility, Snapshot
from service.planner.snapshot_file import to_json
from service.planner.verify import verify


def pass_on(
    snapshot: Snapshot,
    plan: Plan,
    block_id: str,
    *,
    to: Adult,
    now: datetime,
    reason: str,
    policy: Policy = DEFAULT,
) -> tuple[Snapshot, Plan] | None:
    """The plan with that block done by `to`, at its time if that is free, else at the nearest free one.

    `snapshot` is the one that `plan` was made from; `to` is the taker as free as they are today, and `reason`
    why it passes. The snapshot returned says that this chore's turns may have different doers, so that the
    plan can be checked against it. None when the taker may not do it, or has no free start in its window.
    """
    snapshot = snapshot.going_without(plan.without)
    block = next(one for one in plan.blocks if one.id == block_id)
    chore = next(one for one in snapshot.responsibilities if one.id == block.responsibility)
    if to.id not in chore.eligible:
        return None
    week = parse_snapshot(to_json(_loosened(snapshot, plan, chore, to)))
    prepared = prepare(week)
    board, task = _filled(prepared, plan, block)
    ours = prepared.grid.slot_at(block.interval.start_at)
    for start in sorted(task.starts.get(to.id, ()), key=lambda s: (abs(s.slot - ours), s.slot)):
        moved = block_of(prepared, task, to.id, start.slot)
        if (
            not _is_free(to, chore, moved.interval, week)
            or moved.interval.start_at < now
            or not board.fits(task, to.id, start)
        ):
            continue
        passed = _with(prepared, plan, chore, moved, reason, policy)
        if not verify(week, passed):
            return week, passed
    return None


def _is_free(to: Adult, chore: Responsibility, time: Interval, week: Snapshot) -> bool:
    """Whether the taker is free today at that time; for a duty at night, at home and not busy."""
    if not chore.is_duty:
        return not difference([time], to.may_be_planned)
    inside = clipped([time], grid_of(week.tz, week.monday).whole)
    return not (difference(inside, to.at_home) or common([time], to.busy))


def _loosened(snapshot: Snapshot, plan: Plan, chore: Responsibility, to: Adult) -> Snapshot:
    """Self-care held where it stands, the chore open to `to`, and their time as free as it ever was. What is
    held is so as long as it stands, and is none of that chore."""
    stands = {one.index: one.interval.start_at for one in plan.selfcare}
    by_turns: Mode = "duty" if chore.is_duty else "alternating"
    loosened = (
        replace(chore, fixed_doer=to.id)
        if len(chore.occurrences) == 1
        else replace(chore, fixed_doer=None, mode=by_turns, shrinks=False)
    )
    return replace(
        snapshot,
        selfcare=tuple(
            replace(wish, fixed_start=stands.get(n, "left_out")) for n, wish in enumerate(snapshot.selfcare)
        ),
        responsibilities=tuple(loosened if one.id == chore.id else one for one in snapshot.responsibilities),
        adults=tuple(_as_free(adult, to) if adult.id == to.id else adult for adult in snapshot.adults),
        held=tuple(
            block.id
            for block in plan.blocks
            if block.id in snapshot.held and block.responsibility != chore.id
        ),
    )


def _as_free(then: Adult, today: Adult) -> Adult:
    return replace(
        then,
        may_be_planned=_union(then.may_be_planned, today.may_be_planned),
        at_home=_union(then.at_home, today.at_home),
        busy=tuple(common(then.busy, today.busy)),
    )


def _union(some: tuple[Interval, ...], more: tuple[Interval, ...]) -> tuple[Interval, ...]:
    return tuple(union([*some, *more]))


def _filled(prepared: Prepared, plan: Plan, passing: Block) -> tuple[Board, Task]:
    """The week with every block of the plan in its place but the one that passes."""
    board = Board(prepared)
    tasks = {task.key: task for task in prepared.tasks}
    for block in plan.blocks:
        key = (block.responsibility, block.occurrence)
        if block.id != passing.id and key in tasks:
            slot = prepared.grid.slot_at(block.interval.start_at)
            board.take(tasks[key], block.adult, Start(slot, prepared.grid.days[slot], 0))
    return board, tasks[passing.responsibility, passing.occurrence]


def _with(
    prepared: Prepared, plan: Plan, chore: Responsibility, moved: Block, reason: str, policy: Policy
) -> Plan:
    blocks = [moved if one.id == moved.id else one for one in plan.blocks]
    doers = dict(plan.doers)
    if len(chore.occurrences) == 1:
        doers[chore.id] = moved.adult
    return amended(
        prepared, plan, blocks=blocks, doers=doers, unplaced=plan.unplaced, passed=reason, policy=policy
    )
