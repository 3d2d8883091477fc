"""The rules of thumb that couples use, to measure the planner against: who takes what, then the first hour.

Each keeps the hard rules of a week and its self-care, as the planner does; what does not fit stays undone.
None of them leaves anything out on purpose, and none looks at likings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.domain.plan import Block
from service.planner import Responsibility, Snapshot
from service.planner.board import Board
from service.planner.candidates import Prepared, block_of

Doers = dict[str, str]


def alternate_weekly(week: Snapshot) -> Doers:
    """Whoever did not have it last week."""
    return {
        chore.id: next((one for one in chore.doers if one != chore.previous), chore.doers[0])
        for chore in week.responsibilities
    }


def half_each_by_count(week: Snapshot) -> Doers:
    """As many chores for one as for the other, whatever they take."""
    count = {adult.id: 0 for adult in week.adults}
    return _each_to_the_lowest(week.responsibilities, count, lambda _: 1)


def largest_first(week: Snapshot) -> Doers:
    """The heaviest chore first, to whoever is furthest below the agreed share."""
    weights = {adult.id: max(adult.weight, 1) for adult in week.adults}
    carried = {adult.id: 0 for adult in week.adults}
    found: Doers = {}
    for chore in sorted(week.responsibilities, key=lambda chore: (-chore.total_minutes, chore.id)):
        who = min(chore.doers, key=lambda one: ((carried[one] + chore.total_minutes) / weights[one], one))
        carried[who] += chore.total_minutes
        found[chore.id] = who
    return found


def keep_last_owner(week: Snapshot) -> Doers:
    """Everything as it was; what nobody had goes to whoever has less."""
    kept = {c.id: c.previous for c in week.responsibilities if c.previous in c.doers and c.previous}
    minutes = {adult.id: 0 for adult in week.adults}
    for chore in week.responsibilities:
        if chore.id in kept:
            minutes[kept[chore.id]] += chore.total_minutes
    new = [chore for chore in week.responsibilities if chore.id not in kept]
    return kept | _each_to_the_lowest(new, minutes, lambda chore: chore.total_minutes)


RULES: Mapping[str, Callable[[Snapshot], Doers]] = {
    "largest first": largest_first,
    "50/50 by count": half_each_by_count,
    "alternate weekly": alternate_weekly,
    "keep last owner": keep_last_owner,
}


def earliest(prepared: Prepared, doers: Doers) -> list[Block]:
    """Every occurrence in the order of the list, each at the first hour that is still free."""
    board, blocks = Board(prepared), []
    for task in prepared.tasks:
        who = doers[task.chore.id]
        for start in sorted(task.starts[who], key=lambda start: start.slot):
            if board.fits(task, who, start):
                board.take(task, who, start)
                blocks.append(block_of(prepared, task, who, start.slot))
                break
    return blocks


def _each_to_the_lowest(
    chores: tuple[Responsibility, ...] | list[Responsibility],
    carried: dict[str, int],
    weight: Callable[[Responsibility], int],
) -> Doers:
    found: Doers = {}
    for chore in chores:
        who = min(chore.doers, key=lambda one: (carried[one], one))
        carried[who] += weight(chore)
        found[chore.id] = who
    return found
