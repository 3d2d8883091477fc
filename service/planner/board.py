"""A week being filled block by block: what is taken, and whether one more start fits beside it.

Used by `greedy` to build a plan, by `repair` to try what could give way, and by `explain` to ask what
stands in the way of a block.
"""

from __future__ import annotations

from service.planner.candidates import Prepared, Start, Task, mask_of


class Board:
    """What is taken so far, and whether a start still fits beside it."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._taken = dict.fromkeys(prepared.adults, 0)
        self._tied = dict.fromkeys(prepared.adults, 0)
        self._needed: dict[str, int] = {}
        self._left = {(a.id, d): a.day_limit_min for a in prepared.snapshot.adults for d in range(7)}
        self._days: dict[tuple[str, int], int] = {}
        for block in prepared.settled:
            day = prepared.day_of(block)
            self._left[block.adult, day] -= block.interval.minutes
            self._days[block.responsibility, block.occurrence] = day

    def fits(self, task: Task, adult: str, start: Start) -> bool:
        """Whether a start that the rules allow by itself also fits beside what is taken."""
        mask = mask_of(task, start.slot)
        if mask & self._taken[adult] or not self.day_has_room(task, adult, start):
            return False
        if any(mask & self._needed.get(need, 0) for need in task.chore.needs):
            return False
        if not self.keeps_gap(task, start):
            return False
        ties = mask & task.exclusive & self._prepared.carers[adult]
        return not (ties and ties & ~self._prepared.others_minding(adult, self._tied))

    def day_has_room(self, task: Task, adult: str, start: Start) -> bool:
        return self._left[adult, start.day] >= task.chore.minutes

    def keeps_gap(self, task: Task, start: Start) -> bool:
        if not task.chore.min_gap_days:
            return True
        near = [self._days.get((task.chore.id, task.occurrence + step)) for step in (-1, 1)]
        return all(day is None or abs(day - start.day) >= task.chore.min_gap_days for day in near)

    def take(self, task: Task, adult: str, start: Start) -> None:
        mask = mask_of(task, start.slot)
        self._taken[adult] |= mask
        self._tied[adult] |= mask & task.exclusive
        self._left[adult, start.day] -= task.chore.minutes
        self._days[task.key] = start.day
        for need in task.chore.needs:
            self._needed[need] = self._needed.get(need, 0) | mask

    def give_back(self, task: Task, adult: str, start: Start) -> None:
        """Undo `take`."""
        mask = mask_of(task, start.slot)
        self._taken[adult] &= ~mask
        self._tied[adult] &= ~mask
        self._left[adult, start.day] += task.chore.minutes
        del self._days[task.key]
        for need in task.chore.needs:
            self._needed[need] &= ~mask
