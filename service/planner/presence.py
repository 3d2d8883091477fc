"""Who is free, who is at home with the children and could mind them: masks over the grid.

Rounding is always to the safe side: free and at home only where a slot is wholly so, children at home,
awake and quiet hours wherever a slot is touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.domain.plan import Block
from service.planner.grid import Grid
from service.planner.snapshot import Responsibility, Snapshot


@dataclass(frozen=True, slots=True)
class Presence:
    """Masks of one week. `carers` holds adults and sitters; self-care is not taken off yet."""

    free: Mapping[str, int]
    unbusy: Mapping[str, int]
    home: Mapping[str, int]
    carers: Mapping[str, int]
    children_home: int
    awake: int
    asleep: int
    quiet: int
    ahead: int

    def gaps(self) -> int:
        """Slots with children at home where the calendars leave nobody to mind them."""
        covered = 0
        for mask in self.carers.values():
            covered |= mask
        return self.children_home & ~covered

    def exclusive(self, chore: Responsibility) -> int:
        """Slots where whoever does this chore cannot mind the children meanwhile."""
        mask = 0 if chore.with_children_ok else self.awake
        return mask | self.asleep if chore.at_home is False else mask


def presence_of(snapshot: Snapshot, grid: Grid, settled: Iterable[Block] = ()) -> Presence:
    """Read the snapshot's intervals onto the grid; `settled` blocks take their time from their doers, duties
    at night do not."""
    everything = (1 << grid.size) - 1
    ahead = everything if snapshot.now is None else grid.from_instant(snapshot.now)
    children_home = grid.touched(snapshot.children.home)
    awake = grid.touched(snapshot.children.awake) & children_home
    calm = children_home & ~grid.inside(snapshot.children.awake)
    free, unbusy, home, carers = {}, {}, {}, {}
    for adult in snapshot.adults:
        unbusy[adult.id] = everything & ~grid.touched(adult.busy)
        free[adult.id] = grid.inside(adult.may_be_planned) & unbusy[adult.id]
        home[adult.id] = grid.inside(adult.at_home)
        carers[adult.id] = home[adult.id] & (unbusy[adult.id] | (children_home & ~awake))
    for sitter in snapshot.sitters:
        carers[sitter.id] = grid.inside(sitter.hours)
    quiet = grid.touched(snapshot.quiet)
    presence = Presence(free, unbusy, home, carers, children_home, awake, calm, quiet, ahead)
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    for block in settled:
        if chores[block.responsibility].is_duty:
            continue
        taken = grid.touched([block.interval])
        free[block.adult] &= ~taken
        unbusy[block.adult] &= ~taken
        carers[block.adult] &= ~(taken & presence.exclusive(chores[block.responsibility]))
    return presence
