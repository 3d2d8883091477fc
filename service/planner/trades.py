"""Swaps that would leave both with what they mind less: found after the week is solved, offered, never made.

Each counts in its own eyes, the agreed share stays inside the band, and the swapped hours were tried beside
everything else that is planned. Not every such swap is found; each that is offered is one. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from service.domain.plan import Plan, Trade
from service.planner.allocate import Places
from service.planner.board import Board, board_of
from service.planner.candidates import Prepared, block_of
from service.planner.levels import counted_loads, off_share
from service.planner.policy import Policy
from service.planner.snapshot import Responsibility

MOST_OFFERED = 3
_MOST_TRIED = 60
Pair = tuple[Responsibility, Responsibility]


def trades(prepared: Prepared, policy: Policy, plan: Plan, places: Places) -> tuple[Trade, ...]:
    """At most three, each of other chores, the one that helps most first."""
    found: list[Trade] = []
    taken: set[str] = set()
    for pair in _by_gain(prepared, plan)[:_MOST_TRIED]:
        if len(found) < MOST_OFFERED and not taken & {chore.id for chore in pair}:
            trade = _traded(prepared, policy, plan, places, pair)
            if trade is not None:
                found.append(trade)
                taken |= {trade.first, trade.second}
    return tuple(found)


def _by_gain(prepared: Prepared, plan: Plan) -> list[Pair]:
    """Pairs in different hands that both would rather have the other way, the least gain of two largest."""
    ranked = []
    for one, other in combinations(_free(prepared, plan), 2):
        gains = _gains(plan, one, other)
        if gains and min(gains.values()) > 0:
            ranked.append((-min(gains.values()), -sum(gains.values()), one.id, other.id, (one, other)))
    return [pair for *_rank, pair in sorted(ranked, key=lambda one: one[:4])]


def _free(prepared: Prepared, plan: Plan) -> Iterator[Responsibility]:
    """Chores held whole that both may do and nobody has begun."""
    begun = {block.responsibility for block in prepared.settled}
    for chore in prepared.snapshot.responsibilities:
        held = plan.doers[chore.id] is not None and not chore.by_turns
        if held and len(chore.doers) > 1 and chore.id not in begun:
            yield chore


def _gains(plan: Plan, one: Responsibility, other: Responsibility) -> dict[str, int]:
    """Minutes that each would carry less, as they feel them; empty where nothing can be swapped."""
    first, second = plan.doers[one.id], plan.doers[other.id]
    if first is None or second is None or first == second:
        return {}
    if first not in other.doers or second not in one.doers:
        return {}
    return {
        first: _felt(plan, one, first) - _felt(plan, other, first),
        second: _felt(plan, other, second) - _felt(plan, one, second),
    }


def _felt(plan: Plan, chore: Responsibility, eyes: str) -> int:
    placed = sum(block.responsibility == chore.id for block in plan.blocks)
    times = chore.fewest if chore.is_small(placed) else len(chore.occurrences)
    return chore.burden(eyes, times) + chore.mental_min


def _traded(prepared: Prepared, policy: Policy, plan: Plan, places: Places, pair: Pair) -> Trade | None:
    one, other = pair
    first, second = str(plan.doers[one.id]), str(plan.doers[other.id])
    swapped = _swapped(prepared, places, {one.id: second, other.id: first})
    if swapped is None:
        return None
    doers = {**plan.doers, one.id: second, other.id: first}
    tasks = {task.key: task for task in prepared.tasks}
    blocks = [*prepared.settled, *(block_of(prepared, tasks[key], *swapped[key]) for key in swapped)]
    gap = off_share(prepared.snapshot, doers, blocks)
    loads = counted_loads(prepared.snapshot, doers, blocks, blocked_only=True)
    before = counted_loads(prepared.snapshot, plan.doers, plan.blocks, blocked_only=True)
    fits = all(
        loads[adult.id] <= max(adult.capacity_min, before[adult.id]) for adult in prepared.snapshot.adults
    )
    if gap > policy.band_minutes or not fits:
        return None
    return Trade(one.id, other.id, first, second, _gains(plan, one, other), gap)


def _swapped(prepared: Prepared, places: Places, takers: dict[str, str]) -> Places | None:
    """Places for the two chores in the other hands, beside all others; None where a time finds none."""
    found = {key: place for key, place in places.items() if key[0] not in takers}
    moving = [task for task in prepared.tasks if task.key in places and task.chore.id in takers]
    board: Board = board_of(prepared, found)
    for task in sorted(moving, key=lambda t: (len(t.starts[takers[t.chore.id]]), t.key)):
        taker = takers[task.chore.id]
        start = next((one for one in task.starts[taker] if board.fits(task, taker, one)), None)
        if start is None:
            return None
        board.take(task, taker, start)
        found[task.key] = (taker, start.slot)
    return found
