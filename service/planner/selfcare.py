"""Protected time first: place every wish before any chore, each with somebody on duty.

A depth-first search, exact for the wishes that most people have; else it ends after _MOST_LOOKED_AT ways with
the best of them, and says so. In this order it places the most wishes of who had the week before alone, of
spent partners, the most wishes, moves the fewest published appointments and blocks, ruins the fewest minutes
of essential chores that only this person can do, and stays close to the usual time and out of those chores'
windows. Chores never move an appointment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from service.domain.interval import Interval
from service.domain.plan import Appointment
from service.planner.grid import Grid, bits, run, slots_for, starts_of_runs
from service.planner.presence import Presence
from service.planner.snapshot import STEP_MINUTES, SelfCare, Snapshot

_DAY_OFF_STEPS = 6
_CROWDING_STEPS = 2
_FIRST = 10_000
"""What a step from the usual time weighs for whose time goes first: more than all steps of the others."""
_MOST_LOOKED_AT = 20_000
"""A fraction of a second; a count and no clock, so that the same week gives the same plan."""
Cost = tuple[int, int, int, int, int]
_NOTHING: Cost = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to grant a wish; `watched` are its slots with children at home."""

    cost: Cost
    start: int
    mask: int
    watched: int
    covers: tuple[str, ...]
    day: int


class Placed(NamedTuple):
    """The appointments in the order of their wishes, and whether no better ones are possible; a wish without
    one found no place."""

    appointments: tuple[Appointment, ...]
    is_exact: bool


def place_selfcare(snapshot: Snapshot, grid: Grid, presence: Presence) -> Placed:
    """The best times for all wishes, or the best that were found within the limit."""
    possible = [choices(snapshot, grid, presence, n) for n in range(len(snapshot.selfcare))]
    days = [len({choice.day for choice in of_wish}) for of_wish in possible]
    order = sorted(range(len(possible)), key=lambda n: (days[n], repr(snapshot.selfcare[n]), n))
    options = [possible[n] for n in order]
    refusals = [_refusal(snapshot, snapshot.selfcare[n]) for n in order]
    search = _Search(order, options, refusals, [snapshot.selfcare[n].adult for n in order])
    search.descend(0, _NOTHING)
    appointments = tuple(
        Appointment(
            index,
            snapshot.selfcare[index].adult,
            grid.interval(choice.start, snapshot.selfcare[index].minutes),
            cover,
        )
        for index, choice, cover in sorted(search.best, key=lambda found: found[0])
    )
    return Placed(appointments, search.is_exact)


class _Search:
    """Depth-first over the wishes, cheapest choice first, cut off where the cheapest rest is too dear."""

    def __init__(
        self, order: list[int], choices: list[list[Choice]], refusals: list[Cost], adults: list[str]
    ) -> None:
        self._order, self._choices, self._refusals, self._adults = order, choices, refusals, adults
        self._looked_at = 0
        self._floors = {adult: self._floors_of(adult) for adult in sorted(set(adults))}
        self._placed: list[tuple[str, Choice, str | None]] = []
        self._indices: list[int] = []
        self._best_cost: Cost | None = None
        self.best: list[tuple[int, Choice, str | None]] = []

    @property
    def is_exact(self) -> bool:
        """Whether nothing better was left unlooked at."""
        return self._looked_at <= _MOST_LOOKED_AT

    def descend(self, depth: int, cost: Cost) -> None:
        self._looked_at += 1
        if self._best_cost is not None and (
            self._looked_at > _MOST_LOOKED_AT or self._at_least(depth, cost) >= self._best_cost
        ):
            return
        if depth == len(self._order):
            self._best_cost = cost
            self.best = [(i, c, cover) for i, (_, c, cover) in zip(self._indices, self._placed, strict=True)]
            return
        for choice, cover in self._feasible(depth):
            self._placed.append((self._adults[depth], choice, cover))
            self._indices.append(self._order[depth])
            self.descend(depth + 1, _plus(cost, choice.cost))
            self._placed.pop()
            self._indices.pop()
        self.descend(depth + 1, _plus(cost, self._refusals[depth]))

    def _floors_of(self, adult: str) -> list[list[Cost]]:
        """For each depth, and each set of days that this adult has taken, the least that their wishes from
        there on cost: each on a day of its own, or refused, whatever the others' wishes are."""
        floors = [[_NOTHING] * (1 << 7)]
        for depth in range(len(self._order) - 1, -1, -1):
            after = floors[-1]
            if self._adults[depth] != adult:
                floors.append(after)
                continue
            cheapest: dict[int, Cost] = {}
            for choice in self._choices[depth]:
                cheapest.setdefault(choice.day, choice.cost)
            floors.append([self._floor(depth, cheapest, after, taken) for taken in range(1 << 7)])
        return floors[::-1]

    def _floor(self, depth: int, cheapest: dict[int, Cost], after: list[Cost], taken: int) -> Cost:
        granted = [
            _plus(cost, after[taken | 1 << day]) for day, cost in cheapest.items() if not taken >> day & 1
        ]
        return min([_plus(self._refusals[depth], after[taken]), *granted])

    def _at_least(self, depth: int, cost: Cost) -> Cost:
        """What all comes to at least, from there on."""
        taken = dict.fromkeys(self._floors, 0)
        for adult, choice, _ in self._placed:
            taken[adult] |= 1 << choice.day
        for adult, floors in self._floors.items():
            cost = _plus(cost, floors[depth][taken[adult]])
        return cost

    def _feasible(self, depth: int) -> Iterator[tuple[Choice, str | None]]:
        adult = self._adults[depth]
        for choice in self._choices[depth]:
            if any(
                (who == adult and (other.day == choice.day or other.mask & choice.mask))
                or (cover == adult and other.watched & choice.mask)
                for who, other, cover in self._placed
            ):
                continue
            if not choice.covers:
                yield choice, None
                continue
            for cover in choice.covers:
                if not any(who == cover and other.mask & choice.watched for who, other, _ in self._placed):
                    yield choice, cover


def _plus(a: Cost, b: Cost) -> Cost:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4])


def _refusal(snapshot: Snapshot, wish: SelfCare) -> Cost:
    spent = any(adult.id == wish.adult and adult.state == "blown" for adult in snapshot.adults)
    more_than_all = len(snapshot.selfcare) + 1
    return (int(spent) + (more_than_all if _goes_first(snapshot, wish) else 0), 1, 0, 0, 0)


def _goes_first(snapshot: Snapshot, wish: SelfCare) -> bool:
    return any(adult.id == wish.adult and adult.was_alone for adult in snapshot.adults)


def choices(snapshot: Snapshot, grid: Grid, presence: Presence, index: int) -> list[Choice]:
    """Every start that suits one wish by itself, cheapest first; one that has begun is the only one."""
    wish = snapshot.selfcare[index]
    length, published = slots_for(wish.minutes), _published(snapshot, index)
    stands_at = None if published is None else grid.slot_at(published.interval.start_at)
    starts = _starts(wish, grid, presence, length)
    begun = published is not None and stands_at is not None and not presence.ahead >> stands_at & 1
    if begun and stands_at is not None and wish.fixed_start != "left_out":
        starts = 1 << stands_at
    elif not isinstance(wish.fixed_start, datetime):
        starts &= presence.ahead
    only_mine = _only_mine(snapshot, grid, presence, wish.adult)
    in_the_way = _in_the_way(snapshot, grid, wish.adult)
    found = []
    for start in bits(starts):
        mask = run(start, length)
        watched = mask & presence.children_home if wish.needs_cover else 0
        covers = _covers(snapshot, presence, wish, watched, published)
        if begun and published is not None:
            covers = () if published.cover is None else (published.cover,)
        elif watched and not covers:
            continue
        moved = int(stands_at is not None and start != stands_at) + sum(
            (chores & mask).bit_count() > 0 for chores in in_the_way
        )
        shift = abs(grid.minutes[start] - wish.usual_min) // STEP_MINUTES
        shift += _DAY_OFF_STEPS * (grid.days[start] != wish.usual_day)
        clash = sum(need for room, need in only_mine if not starts_of_runs(room & ~mask, slots_for(need)))
        shift += sum(_CROWDING_STEPS * (room & mask).bit_count() for room, _ in only_mine)
        cost = (0, 0, moved, clash, shift * (_FIRST if _goes_first(snapshot, wish) else 1))
        found.append(Choice(cost, start, mask, watched, covers, grid.days[start]))
    return sorted(found, key=lambda choice: (choice.cost, choice.start))


def _covers(
    snapshot: Snapshot, presence: Presence, wish: SelfCare, watched: int, published: Appointment | None
) -> tuple[str, ...]:
    """Who could be on duty in all watched slots: whoever was, then sitters, then the partner."""
    sitters = {sitter.id for sitter in snapshot.sitters}
    before = None if published is None else published.cover
    able = [
        person
        for person, minding in presence.carers.items()
        if watched and person != wish.adult and not watched & ~minding
    ]
    return tuple(sorted(able, key=lambda person: (person != before, person not in sitters, person)))


def _starts(wish: SelfCare, grid: Grid, presence: Presence, length: int) -> int:
    """Where the wish fits its person: a settled start needs only free time in their calendar."""
    if wish.fixed_start == "left_out":
        return 0
    if isinstance(wish.fixed_start, datetime):
        slot = grid.slot_at(wish.fixed_start)
        if not 0 <= slot < grid.size:
            return 0
        return starts_of_runs(presence.unbusy[wish.adult], length) & (1 << slot)
    starts = 0
    for window in wish.windows:
        starts |= starts_of_runs(grid.window(window) & presence.free[wish.adult], length)
    return starts


def _published(snapshot: Snapshot, index: int) -> Appointment | None:
    """The published appointment of that wish, if the wish is still the same."""
    wish = snapshot.selfcare[index]
    for one in snapshot.published.selfcare if snapshot.published else ():
        if (one.index, one.adult, one.interval.minutes) == (index, wish.adult, wish.minutes):
            return one
    return None


def _in_the_way(snapshot: Snapshot, grid: Grid, adult: str) -> list[int]:
    """What that person's published blocks take, and what they put somewhere themselves, each one a mask."""
    put = {
        (chore.id, n): Interval(at, at + timedelta(minutes=chore.minutes))
        for chore in snapshot.responsibilities
        for n in chore.numbers
        if (at := chore.numbered(n).fixed_start.get(adult))
    }
    blocks = snapshot.published.blocks if snapshot.published else ()
    stand = {(b.responsibility, b.occurrence): b.interval for b in blocks if b.adult == adult}
    return [grid.touched([interval]) for interval in (stand | put).values()]


def _only_mine(snapshot: Snapshot, grid: Grid, presence: Presence, adult: str) -> list[tuple[int, int]]:
    """Room and minutes of each essential occurrence that fits this person's week and nobody else may do."""
    rooms = []
    for chore in snapshot.responsibilities:
        if chore.priority == 0 and chore.blocked and chore.doers == (adult,):
            for occurrence in chore.occurrences:
                room = grid.window(occurrence.window) & presence.free[adult]
                if starts_of_runs(room, slots_for(chore.minutes)):
                    rooms.append((room, chore.minutes))
    return rooms
