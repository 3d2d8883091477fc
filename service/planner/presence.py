"""Who is free, who is at home with the children and could mind them: masks over the grid.

Rounding is always to the safe side: free and at home only where a slot is wholly so, children at home,
awake and quiet hours wherever a slot is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.planner.grid import Grid, bits
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


def presence_of(snapshot: Snapshot, grid: Grid) -> Presence:
    """Read the snapshot's intervals onto the grid."""
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
    return Presence(
        free, unbusy, home, carers, children_home, awake, calm, grid.touched(snapshot.quiet), ahead
    )


def sole_carer(carers: Mapping[str, int], person: str, children_home: int) -> int:
    """Slots with children at home in which `person` is the only carer."""
    others = 0
    for other, mask in carers.items():
        if other != person:
            others |= mask
    return children_home & carers[person] & ~others


def carers_at(carers: Mapping[str, int], slot: int) -> list[str]:
    """Everybody who could mind the children in that slot."""
    return [person for person, mask in carers.items() if mask >> slot & 1]


def within(mask: int) -> tuple[int, int]:
    """First slot and the one after the last of a mask that is not empty."""
    return next(bits(mask)), mask.bit_length()
