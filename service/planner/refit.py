"""Fit a few blocks into a week that stands: small, without a solver. Used by `repair` and `place`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from service.planner.allocate import Places
from service.planner.board import Board
from service.planner.candidates import Start, Task

Hands = Mapping[tuple[str, int], str]
_OTHER_HANDS = 10_000
_MOST_TRIES = 20_000
_Option = tuple[int, int, str, Start]


class TooManyWaysError(Exception):
    """The search was cut off before it knew the answer; ask the solver."""


def refit(board: Board, tasks: Sequence[Task], hands: Hands) -> tuple[int, Places] | None:
    """Places for all of `tasks` beside what stands on `board`, and what they cost; None if they never
    all fit. First as many as can stay in the same `hands`, then nearest to their usual times.

    Raises:
        TooManyWaysError: too much to try.
    """
    return _Search(board, hands).best(tasks)


def refit_with_one_more(
    board: Board, tasks: Sequence[Task], hands: Hands, movable: Iterable[tuple[Task, str, Start]]
) -> Places | None:
    """As `refit`, with one of the `movable` blocks (task, adult, where it stands) giving way.

    Raises:
        TooManyWaysError: too much to try.
    """
    found: list[tuple[int, tuple[str, int], Places]] = []
    search = _Search(board, hands)
    for task, adult, start in movable:
        board.give_back(task, adult, start)
        answer = search.best([*tasks, task])
        board.take(task, adult, start)
        if answer is not None:
            found.append((answer[0] - start.cost, task.key, answer[1]))
    return min(found, key=lambda one: one[:2])[2] if found else None


def fill(board: Board, tasks: Iterable[Task], places: Places) -> Places:
    """What fits without moving anything, essential blocks first: a plan to start from."""
    found = dict(places)
    for task in sorted(tasks, key=lambda t: (t.chore.priority, t.key)):
        fitting = [
            (start.cost, start.slot, adult, start)
            for adult, starts in task.starts.items()
            for start in starts
            if board.fits(task, adult, start)
        ]
        if fitting:
            _, slot, adult, start = min(fitting)
            board.take(task, adult, start)
            found[task.key] = (adult, slot)
    return found


class _Search:
    """Depth-first over the tasks, hardest first, cut off by the cheapest possible rest."""

    def __init__(self, board: Board, hands: Hands) -> None:
        self._board, self._hands = board, hands
        self._tries = 0
        self._chosen: list[tuple[Task, _Option]] = []
        self._best: tuple[int, Places] | None = None

    def best(self, tasks: Sequence[Task]) -> tuple[int, Places] | None:
        self._best = None
        options = sorted(
            ((task, self._options(task)) for task in tasks), key=lambda one: (len(one[1]), one[0].key)
        )
        if all(found for _, found in options):
            rest = [0]
            for _, found in reversed(options):
                rest.append(rest[-1] + found[0][0])
            self._descend(options, rest[::-1], 0, 0)
        return self._best

    def _options(self, task: Task) -> list[_Option]:
        return sorted(
            (start.cost + _OTHER_HANDS * (self._hands.get(task.key) != adult), start.slot, adult, start)
            for adult, starts in task.starts.items()
            for start in starts
            if self._board.fits(task, adult, start)
        )

    def _descend(
        self, options: list[tuple[Task, list[_Option]]], rest: list[int], depth: int, cost: int
    ) -> None:
        if depth == len(options):
            self._best = (cost, {task.key: (adult, slot) for task, (_, slot, adult, _) in self._chosen})
            return
        task, choices = options[depth]
        for choice in choices:
            if self._best is not None and cost + choice[0] + rest[depth + 1] >= self._best[0]:
                return
            self._tries += 1
            if self._tries > _MOST_TRIES:
                raise TooManyWaysError
            _, _, adult, start = choice
            if self._board.fits(task, adult, start):
                self._board.take(task, adult, start)
                self._chosen.append((task, choice))
                self._descend(options, rest, depth + 1, cost + choice[0])
                self._chosen.pop()
                self._board.give_back(task, adult, start)
