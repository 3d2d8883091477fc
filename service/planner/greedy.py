"""The first answer: doers by need and share, then the most constrained block first at its cheapest start.

Milliseconds, no solver. It is what the page shows while the proof runs, the hint that the proof starts
from, and the plan itself where no solver is installed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from service.planner.allocate import Places
from service.planner.board import Board, board_of
from service.planner.candidates import Prepared, Task
from service.planner.ownership import alternates
from service.planner.part import WAITS_AT_MOST
from service.planner.refit import fill
from service.planner.snapshot import Responsibility


def greedy(prepared: Prepared) -> tuple[dict[str, str | None], Places]:
    """Doers and starts that keep every rule, close to good."""
    doers, small = _choose_doers(prepared)
    hands = {
        task.key: task.chore.doers if alternates(task.chore) else (doer,)
        for task in prepared.tasks
        if (doer := doers[task.chore.id]) is not None
    }
    places = _fill(prepared, hands, small)
    for chore in prepared.snapshot.responsibilities:
        begun = any(block.responsibility == chore.id for block in prepared.settled)
        unplaced = not any((chore.id, n) in places for n in chore.numbers)
        if chore.blocked and chore.priority > 0 and unplaced and not begun and chore.occurrences:
            doers[chore.id] = None
        elif alternates(chore) and doers[chore.id] is not None:
            times = [places[chore.id, n][0] for n in chore.numbers if (chore.id, n) in places]
            most = max(sorted(set(times)), key=times.count) if times else chore.doers[0]
            doers[chore.id] = chore.previous or most
    return doers, places


def _choose_doers(prepared: Prepared) -> tuple[dict[str, str | None], set[str]]:
    """Essential and heavy chores first, each to whoever has most room left for it. What would pass a
    capacity is left out, or is named as small where half of it fits."""
    adults = {adult.id: adult for adult in prepared.snapshot.adults}
    minutes = {chore.id: chore.minutes for chore in prepared.snapshot.responsibilities}
    load, settled = dict.fromkeys(adults, 0), Counter[str]()
    for block in prepared.settled:
        load[block.adult] += minutes[block.responsibility]
        settled[block.responsibility] += minutes[block.responsibility]
    reach = {
        (task.key, adult): bool(starts) for task in prepared.tasks for adult, starts in task.starts.items()
    }
    doers: dict[str, str | None] = {}
    small: set[str] = set()
    chores = sorted(
        prepared.snapshot.responsibilities,
        key=lambda c: (c.priority, -min(c.left_out_weeks, WAITS_AT_MOST), -c.total_minutes, c.id),
    )
    for chore in chores:

        def cost(who: str, chore: Responsibility = chore) -> tuple[int, bool, int, int, int, str]:
            after = load[who] + chore.total_minutes - settled[chore.id]
            blind = sum(not reach.get(((chore.id, n), who), False) for n in chore.numbers)
            over = max(0, after - adults[who].capacity_min)
            change = 30 if chore.previous not in (None, who) else 0
            felt = chore.burden(who, len(chore.occurrences)) + change
            even = 1000 * after // max(adults[who].weight, 1)
            return blind if chore.blocked else 0, who in chore.asked_last, over, even // 100, felt, who

        who = min(chore.doers, key=cost)
        blind, _, over, _, _, _ = cost(who)
        begun = any(block.responsibility == chore.id for block in prepared.settled)
        hopeless = chore.blocked and blind == len(chore.occurrences) and chore.occurrences
        spared = (len(chore.occurrences) - chore.fewest) * chore.minutes
        shrinks = bool(over and spared and over <= spared and not hopeless)
        if chore.priority > 0 and not begun and (over or hopeless) and not shrinks:
            doers[chore.id] = None
            continue
        doers[chore.id] = who
        load[who] += chore.total_minutes - settled[chore.id] - (spared if shrinks else 0)
        if shrinks:
            small.add(chore.id)
    return doers, small


def cheapest(prepared: Prepared, hands: Mapping[tuple[str, int], str]) -> Places:
    """Starts for these occurrences in these hands; of what finds none, turns may pass to another's."""
    places = _fill(prepared, {key: (adult,) for key, adult in hands.items()}, set())
    lost = [
        task
        for task in prepared.tasks
        if task.key in hands and task.key not in places and alternates(task.chore)
    ]
    return fill(board_of(prepared, places), lost, places)


def _fill(
    prepared: Prepared, hands: Mapping[tuple[str, int], tuple[str, ...]], small: Collection[str]
) -> Places:
    """Nights in their order, then what a person put somewhere, then the most constrained essential block,
    each at its cheapest start that still fits; of a small chore no more than half."""
    board = Board(prepared)
    places: Places = {}
    times = Counter(block.responsibility for block in prepared.settled)
    for task, adults in _order(prepared, hands):
        if task.chore.id in small and times[task.chore.id] >= task.chore.fewest:
            continue
        options = [
            (
                (adult in task.chore.asked_last, *board.unsuited(task, adult)),
                start.cost,
                start.slot,
                adult,
                start,
            )
            for adult in adults
            for start in task.starts[adult]
            if board.fits(task, adult, start)
        ]
        if options:
            _, _, slot, adult, start = min(options, key=lambda option: option[:4])
            board.take(task, adult, start)
            places[task.key] = (adult, slot)
            times[task.chore.id] += 1
    return places


def _order(
    prepared: Prepared, hands: Mapping[tuple[str, int], tuple[str, ...]]
) -> list[tuple[Task, tuple[str, ...]]]:
    when = {half.key: n for n, half in enumerate(prepared.halves)}
    return sorted(
        ((task, hands[task.key]) for task in prepared.tasks if task.key in hands),
        key=lambda one: (
            (0, when[one[0].key]) if one[0].key in when else (1, 0),
            not one[0].by_hand.intersection(one[1]),
            one[0].chore.priority,
            sum(len(one[0].starts[adult]) for adult in one[1]),
            -one[0].length,
            one[0].key,
        ),
    )
