"""Mend a published week after something came in between: the fewest moves, and nothing dealt anew.

Three ways, each tried only when the one before cannot place everything: only the blocks that lost their
place; those and one other block; a programme over all of them. Doers stay (an alternating turn may pass to
the other), what was left out stays left out, and a freed slot moves nothing. Pure, like `week`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from service.domain.interval import Interval
from service.domain.plan import Move, Plan, Unplaced
from service.planner.allocate import Places, still_done
from service.planner.board import Board, board_of
from service.planner.candidates import Prepared, Start, Task, blocks_of, prepare, with_tasks
from service.planner.explain_unplaced import why_lost
from service.planner.levels import count_levels, level_names
from service.planner.ownership import Doers, alternates
from service.planner.parse import parse_snapshot
from service.planner.place import place
from service.planner.policy import DEFAULT, Policy
from service.planner.refit import TooManyWaysError, fill, refit, refit_with_one_more
from service.planner.snapshot import Responsibility, Snapshot
from service.planner.snapshot_file import to_json
from service.planner.solve_lex import NoSolverError
from service.planner.week import assemble, checked
from service.words import _

HELD_FOR = timedelta(hours=2)
_FIRST_STARTS = 8
"""Most blocks stay where they are, so that few other starts are looked at."""


@dataclass(frozen=True, slots=True)
class Fallen:
    """What the published week has left to place: `standing` blocks with their starts, `lost` tasks
    without a place, and which of the standing ones may be asked to move."""

    standing: Mapping[tuple[str, int], tuple[str, Start]]
    lost: tuple[Task, ...]
    movable: tuple[Task, ...]


def repair(snapshot: Snapshot, *, policy: Policy = DEFAULT) -> Plan:
    """The published plan, mended. `status` is `mended`: figures are counted, and only `moved` is proven.

    A block that starts within two hours, or that a repair has moved on the same day, moves only if its
    place is gone. What finds no place is told with what would make room.

    Raises:
        SnapshotError: the snapshot contradicts itself; show its problems.
        PlanInvalidError: the plan broke a rule; publish nothing.
        ValueError: the snapshot has no published plan; plan the week instead.
    """
    week = as_agreed(snapshot)
    if week.published is None:
        raise ValueError("there is no published plan to repair")
    prepared, wanted, doers = as_published(week, week.published)
    fallen = what_fell(prepared, wanted, week.published)
    places, proven = mend(replace(prepared, tasks=wanted), policy, fallen, doers)
    doers = still_done(prepared, doers, places)
    told, solver = week.published.unplaced, {"name": "repair"}
    _, plan = assemble(prepared, policy, doers, places, "mended", {}, solver, told)
    levels = tuple(
        replace(level, bound=level.value) if proven and level.name == "moved" else level
        for level in plan.levels
    )
    plan = replace(
        plan,
        levels=levels,
        unplaced=_unplaced(prepared, week.published, plan, places),
        moves=_moves(week, week.published, plan),
        solver={**plan.solver, "moved_on": _moved_on(week, week.published, plan)},
    )
    return checked((week, plan))


def lost_places(snapshot: Snapshot) -> list[tuple[str, Interval]]:
    """Whose published times, still to come, can no longer be as they are: blocks, self-care and cover.

    Empty means that the published plan stands, and that `repair` would change nothing.
    """
    week = as_agreed(snapshot)
    if week.published is None:
        return []
    prepared, wanted, _ = as_published(week, week.published)
    fallen = what_fell(prepared, wanted, week.published)
    gone = {task.key for task in fallen.lost}
    found = [(b.adult, b.interval) for b in week.published.blocks if (b.responsibility, b.occurrence) in gone]
    kept = set(prepared.appointments)
    return found + [(one.adult, one.interval) for one in week.published.selfcare if one not in kept]


def held_places(snapshot: Snapshot) -> tuple[str, ...]:
    """The published blocks still to come, by id, that can stay where they are and are not to be moved for
    others: they are near, or a repair has moved them today. Who is to have the rest of a chore does not
    matter."""
    week = as_agreed(snapshot)
    published = week.published
    if published is None:
        return ()
    anybodys = (replace(chore, fixed_doer=None) for chore in week.responsibilities)
    prepared, wanted, _ = as_published(replace(week, responsibilities=tuple(anybodys)), published)
    fallen = what_fell(prepared, wanted, published)
    movable = {task.key for task in fallen.movable}
    return tuple(f"{chore}.{n}" for chore, n in fallen.standing if (chore, n) not in movable)


def is_elsewhere(snapshot: Snapshot) -> bool:
    """Whether a person has put something where it could stay, and the published plan has it elsewhere yet."""
    week = as_agreed(snapshot)
    prepared = prepare(week)
    stands = {(b.responsibility, b.occurrence): b for b in (week.published.blocks if week.published else ())}
    return any(
        prepared.grid.slot_at(stands[key].interval.start_at) != slot
        for key, (_, slot) in prepared.published.items()
    )


def as_agreed(snapshot: Snapshot) -> Snapshot:
    """The week in the blocks of its published plan: what they went without, they still do."""
    week = parse_snapshot(to_json(snapshot))
    return week.going_without(week.published.without) if week.published else week


def as_published(week: Snapshot, published: Plan) -> tuple[Prepared, tuple[Task, ...], Doers]:
    """The week ready to be mended, the tasks that had a place in it, and who does each chore.

    Wishes and chores without a place before ask for none now.
    """
    granted = {one.index for one in published.selfcare}
    wishes = tuple(
        wish if n in granted else replace(wish, fixed_start="left_out")
        for n, wish in enumerate(week.selfcare)
    )
    prepared = replace(prepare(replace(week, selfcare=wishes)), snapshot=week)
    doers = {chore.id: _doer(chore, published) for chore in week.responsibilities}
    had = {(block.responsibility, block.occurrence) for block in published.blocks}
    wanted = tuple(
        _for_doer(task, doers[task.chore.id])
        for task in prepared.tasks
        if task.key in had and doers[task.chore.id] is not None
    )
    return prepared, wanted, doers


def _doer(chore: Responsibility, published: Plan) -> str | None:
    before = published.doers.get(chore.id)
    if before is None and chore.priority > 0:
        return None
    return before if before in chore.doers or alternates(chore) else chore.doers[0]


def _for_doer(task: Task, doer: str | None) -> Task:
    if alternates(task.chore):
        return task
    return replace(task, starts={a: s if a == doer else () for a, s in task.starts.items()})


def what_fell(prepared: Prepared, wanted: tuple[Task, ...], published: Plan) -> Fallen:
    """Put every block back where it was published, soonest first; what does not fit has lost its place."""
    board = Board(prepared)
    standing: dict[tuple[str, int], tuple[str, Start]] = {}
    lost, movable = [], []
    was = {task.key: prepared.published.get(task.key) for task in wanted}
    for task in sorted(wanted, key=lambda t: (_by_hand(t, was[t.key]), t.key)):
        adult, slot = was[task.key] or ("", 0)
        start = next((s for s in task.starts.get(adult, ()) if s.slot == slot), None)
        if start is None or not board.fits(task, adult, start):
            lost.append(task)
            continue
        board.take(task, adult, start)
        standing[task.key] = (adult, start)
        if not _held(prepared, published, task, start):
            movable.append(task)
    return Fallen(standing, tuple(lost), tuple(movable))


def _by_hand(task: Task, was: tuple[str, int] | None) -> tuple[bool, int]:
    """What a person put somewhere goes first, then the soonest."""
    adult, slot = was or ("", 0)
    return adult not in task.by_hand, slot


def _held(prepared: Prepared, published: Plan, task: Task, start: Start) -> bool:
    """Whether a block that stands is not to be moved for others: it is near, or moved today already."""
    now = prepared.snapshot.now
    if now is None:
        return False
    soon = prepared.grid.instant(start.slot) < now + HELD_FOR
    return soon or _dates(published).get(f"{task.chore.id}.{task.occurrence}") == _today(prepared.snapshot)


def mend(
    prepared: Prepared, policy: Policy, fallen: Fallen, doers: Doers, *, overload: int = 0
) -> tuple[Places, bool]:
    """Places for all that can have one, and whether no plan moves fewer blocks. Nothing moves for minutes of
    `overload` that were there."""
    places: Places = {key: (adult, start.slot) for key, (adult, start) in fallen.standing.items()}
    board = board_of(prepared, places)
    hopeful = [task for task in fallen.lost if any(task.starts.values())]
    hands = hands_of(prepared.snapshot)
    try:
        alone = refit(board, hopeful, hands)
        if alone is not None:
            return places | alone[1], all(task.key not in prepared.published for task in fallen.lost)
        movable = [(task, *fallen.standing[task.key]) for task in fallen.movable]
        together = refit_with_one_more(board, hopeful, hands, movable)
    except TooManyWaysError:
        together = None
    if together is not None:
        return places | together, all(task.key not in prepared.published for task in fallen.lost)
    return _by_programme(prepared, policy, fallen, doers, places, {"overload": overload})


def _by_programme(
    prepared: Prepared,
    policy: Policy,
    fallen: Fallen,
    doers: Doers,
    places: Places,
    bounds: Mapping[str, int],
) -> tuple[Places, bool]:
    """All blocks at once: the least left without a place, then the fewest moves."""
    movable = {task.key for task in (*fallen.movable, *fallen.lost)}
    tasks = tuple(
        task if task.key in movable else only_there(task, *fallen.standing[task.key])
        for task in prepared.tasks
    )
    places = fill(board_of(prepared, places), fallen.lost, places)
    held = [key for key in fallen.standing if key not in movable]
    few = replace(policy, first_starts=_FIRST_STARTS)
    try:
        if not policy.solver:
            raise NoSolverError("none is wanted")
        answer = place(with_tasks(prepared, tasks), few, doers, places, held=held, bounds=bounds)
    except NoSolverError:
        return places, False
    values = count_levels(prepared, policy, answer.doers, blocks_of(prepared, answer.places))
    names = level_names(prepared.snapshot)
    until_moved = names[: names.index("moved") + 1]
    return answer.places, all(answer.bounds.get(name) == values[name] for name in until_moved)


def only_there(task: Task, adult: str, start: Start) -> Task:
    return replace(task, starts={who: (start,) if who == adult else () for who in task.starts})


def hands_of(snapshot: Snapshot) -> dict[tuple[str, int], str]:
    blocks = snapshot.published.blocks if snapshot.published else ()
    return {(block.responsibility, block.occurrence): block.adult for block in blocks}


def _unplaced(prepared: Prepared, published: Plan, plan: Plan, places: Places) -> tuple[Unplaced, ...]:
    """What was left out before keeps its words; what lost its place says why and what would help."""
    return tuple(
        why_lost(prepared, places, one.responsibility, doer)
        if one.occurrence is None
        and one not in published.unplaced
        and (doer := published.doers.get(one.responsibility)) is not None
        else one
        for one in plan.unplaced
    )


def _moves(week: Snapshot, published: Plan, plan: Plan) -> tuple[Move, ...]:
    """The reasons that were given still hold: in a repair no more than single turns change hands, and what
    its doer may not do any more."""
    told = {(move.responsibility, move.taker): move for move in published.moves}
    by_turns = {chore.id for chore in week.responsibilities if chore.by_turns}
    passed_on = _("Nobody else could take it any more this week.")
    mended = _("Something came up, and the week was mended with few moves.")
    return tuple(
        told.get(
            (move.responsibility, move.taker),
            replace(move, reason=mended if move.responsibility in by_turns else passed_on),
        )
        for move in plan.moves
    )


def _moved_on(week: Snapshot, published: Plan, plan: Plan) -> dict[str, str]:
    """The day on which a repair last moved each block, by the block's id."""
    before = {block.id: block for block in published.blocks}
    moved = {block.id: _today(week) for block in plan.blocks if before.get(block.id, block) != block}
    return {**_dates(published), **moved}


def _dates(published: Plan) -> dict[str, str]:
    return dict(published.solver.get("moved_on", {}))


def _today(snapshot: Snapshot) -> str:
    at = snapshot.now
    return at.astimezone(ZoneInfo(snapshot.tz)).date().isoformat() if at else ""
