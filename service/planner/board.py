"""A week being filled block by block: what is taken, and whether one more start fits beside it.

Used by `greedy` to build a plan, by `repair` to try what could give way, and by `explain` to ask what
stands in the way of a block.
"""

from __future__ import annotations

from service.planner.allocate import Places
from service.planner.candidates import Prepared, Start, Task, mask_of
from service.planner.nights import Watches


class Board:
    """What is taken so far, and whether a start still fits beside it."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._taken = dict.fromkeys(prepared.adults, 0)
        self._can_wait = dict.fromkeys(prepared.adults, 0)
        self._tied = dict.fromkeys(prepared.adults, 0)
        self._watches = Watches(prepared.grid, prepared.halves, prepared.settled)
        duties = {half.key for half in prepared.halves}
        self._needed: dict[str, int] = {}
        self._left = {(a.id, d): a.limit_on(d) for a in prepared.snapshot.adults for d in range(7)}
        self._days: dict[tuple[str, int], int] = {}
        for block in prepared.settled:
            if (block.responsibility, block.occurrence) in duties:
                continue
            day = prepared.day_of(block)
            self._left[block.adult, day] -= block.interval.minutes
            self._days[block.responsibility, block.occurrence] = day

    def fits(self, task: Task, adult: str, start: Start) -> bool:
        """Whether a start that the rules allow by itself also fits beside what is taken."""
        return self.day_has_room(task, adult, start) and self.fits_but_for_the_limit(task, adult, start)

    def fits_but_for_the_limit(self, task: Task, adult: str, start: Start) -> bool:
        """The same, however full the day is."""
        if task.chore.is_duty:
            return self._has_rest(task, adult) and not self._watches.is_one_too_many(task.key, adult)
        mask = mask_of(task, start.slot)
        if mask & self._taken[adult]:
            return False
        by_hand = adult in task.by_hand
        if task.chore.priority and not by_hand and mask & self._watches.rest(adult):
            return False
        if not self.has_things(task, start):
            return False
        if not by_hand and not self.keeps_gap(task, start):
            return False
        ties = mask & task.exclusive & self._prepared.carers[adult]
        return not (ties and ties & ~self._prepared.others_minding(adult, self._tied))

    def unsuited(self, task: Task, adult: str) -> tuple[int, int]:
        """How little a duty suits that adult beside those given out; (0, 0) for everything else."""
        return self._watches.cost_of(task.key, adult) if task.chore.is_duty else (0, 0)

    def _has_rest(self, task: Task, adult: str) -> bool:
        return not self._watches.hour_after(task.key) & self._can_wait[adult]

    def has_things(self, task: Task, start: Start) -> bool:
        """Whether what it needs, and the home has one of, is not in use elsewhere."""
        mask = mask_of(task, start.slot)
        return not any(mask & self._needed.get(need, 0) for need in task.chore.needs)

    def left(self, adult: str, day: int) -> int:
        """How many minutes that day still holds for them; below none where it holds too much."""
        return self._left[adult, day]

    def day_has_room(self, task: Task, adult: str, start: Start) -> bool:
        return task.chore.is_duty or self._left[adult, start.day] >= task.chore.minutes

    def keeps_gap(self, task: Task, start: Start) -> bool:
        if not task.chore.min_gap_days:
            return True
        near = [self._days.get((task.chore.id, task.occurrence + step)) for step in (-1, 1)]
        return all(day is None or abs(day - start.day) >= task.chore.min_gap_days for day in near)

    def take(self, task: Task, adult: str, start: Start) -> None:
        if task.chore.is_duty:
            self._watches.holder[task.key] = adult
            return
        mask = mask_of(task, start.slot)
        self._taken[adult] |= mask
        self._can_wait[adult] |= mask if task.chore.priority and adult not in task.by_hand else 0
        self._tied[adult] |= mask & task.exclusive
        self._left[adult, start.day] -= task.chore.minutes
        if adult not in task.by_hand:
            self._days[task.key] = start.day
        for need in task.chore.needs:
            self._needed[need] = self._needed.get(need, 0) | mask

    def give_back(self, task: Task, adult: str, start: Start) -> None:
        """Undo `take`."""
        if task.chore.is_duty:
            del self._watches.holder[task.key]
            return
        mask = mask_of(task, start.slot)
        self._taken[adult] &= ~mask
        self._can_wait[adult] &= ~mask
        self._tied[adult] &= ~mask
        self._left[adult, start.day] += task.chore.minutes
        self._days.pop(task.key, None)
        for need in task.chore.needs:
            self._needed[need] &= ~mask


def board_of(prepared: Prepared, places: Places) -> Board:
    """A board with the plan's blocks on it."""
    board = Board(prepared)
    for task in prepared.tasks:
        if task.key in places:
            adult, slot = places[task.key]
            board.take(task, adult, next(s for s in task.starts[adult] if s.slot == slot))
    return board
