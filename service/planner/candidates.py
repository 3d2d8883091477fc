"""What could happen when: every start that the rules allow for each occurrence and adult.

Reads a snapshot, puts self-care in first and leaves the rest to `greedy`, `allocate` and `place`.
Everything that depends on one block alone is decided here (window, free time, home, quiet, minding the
children alone); what depends on other blocks is left to them. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from service.domain.interval import Interval
from service.domain.plan import Appointment, Block
from service.planner.chosen_starts import put_by_hand
from service.planner.grid import Grid, bits, grid_of, run, slots_for, starts_of_runs
from service.planner.nights import Half, in_order, whole_window
from service.planner.presence import Presence, presence_of
from service.planner.selfcare import place_selfcare
from service.planner.snapshot import STEP_MINUTES, Occurrence, Responsibility, Snapshot

DAY_OFF_STEPS = 6
_LATE = 21 * 60


class Start(NamedTuple):
    """A slot to start in, its local day, and how far from the usual it is, in steps."""

    slot: int
    day: int
    cost: int


@dataclass(frozen=True, slots=True)
class Task:
    """One occurrence still to be placed. `starts` holds each adult's choices, cheapest first; of those in
    `by_hand` the one that they chose themselves."""

    chore: Responsibility
    occurrence: int
    length: int
    exclusive: int
    starts: Mapping[str, tuple[Start, ...]]
    by_hand: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, int]:
        return self.chore.id, self.occurrence

    @property
    def wanted(self) -> Occurrence:
        """The window it was wished in."""
        return self.chore.numbered(self.occurrence)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A week ready to be planned. `free` and `carers` are who is free and who could mind the children,
    beside their own self-care and what is already under way; `on_cover` are the slots in which somebody
    is the named cover. `settled` are blocks begun before now, and held ones; `published` is where the
    other published blocks stand. `halves` are the week's duties in their order. `own_time_is_exact`: no
    better appointments are possible."""

    snapshot: Snapshot
    grid: Grid
    presence: Presence
    appointments: tuple[Appointment, ...]
    free: Mapping[str, int]
    carers: Mapping[str, int]
    on_cover: Mapping[str, int]
    settled: tuple[Block, ...]
    tasks: tuple[Task, ...]
    published: Mapping[tuple[str, int], tuple[str, int]]
    halves: tuple[Half, ...] = ()
    own_time_is_exact: bool = True

    @property
    def adults(self) -> tuple[str, ...]:
        return tuple(adult.id for adult in self.snapshot.adults)

    def settled_count(self, chore: str, adult: str) -> int:
        return sum(1 for block in self.settled if (block.responsibility, block.adult) == (chore, adult))

    def day_of(self, block: Block) -> int:
        """The local day on which a block starts."""
        return self.grid.days[self.grid.slot_at(block.interval.start_at)]

    def room(self, chore: Responsibility, adult: str) -> int:
        """Slots in which that adult could do the chore, whatever the hour of its window."""
        presence, exclusive = self.presence, self.presence.exclusive(chore)
        room = self.free[adult]
        if chore.at_home:
            room &= presence.home[adult]
        if chore.noisy:
            room &= ~presence.quiet
        alone = self.carers[adult] & ~self.others_minding(adult, {})
        return room & ~(exclusive & (alone | self.on_cover[adult]))

    def others_minding(self, adult: str, tied: Mapping[str, int]) -> int:
        """Slots where somebody else minds the children, `tied` being what keeps each from it."""
        mask = 0
        for person, minding in self.carers.items():
            if person != adult:
                mask |= minding & ~tied.get(person, 0)
        return mask


def prepare(snapshot: Snapshot) -> Prepared:
    """Place self-care, then list the possible starts of every occurrence."""
    grid = grid_of(snapshot.tz, snapshot.monday)
    settled = settled_blocks(snapshot)
    presence = presence_of(snapshot, grid, settled)
    appointments, own_time_is_exact = place_selfcare(snapshot, grid, presence)
    carers, on_cover = dict(presence.carers), dict.fromkeys(presence.carers, 0)
    free = {adult: mask & presence.ahead for adult, mask in presence.free.items()}
    for one in appointments:
        mask = grid.touched([one.interval])
        free[one.adult] &= ~mask
        carers[one.adult] &= ~mask
        if one.cover is not None:
            on_cover[one.cover] |= mask & presence.children_home
    bare = Prepared(snapshot, grid, presence, appointments, free, carers, on_cover, settled, (), {})
    begun = {(block.responsibility, block.occurrence) for block in settled}
    by_hand = put_by_hand(bare)
    tasks = tuple(
        _task(bare, chore, n, by_hand)
        for chore in snapshot.responsibilities
        if chore.blocked
        for n in chore.numbers
        if (chore.id, n) not in begun
    )
    halves = in_order([*_begun_halves(bare), *_halves_ahead(bare, tasks)])
    return replace(
        bare,
        tasks=tasks,
        published=_published(bare, tasks),
        halves=halves,
        own_time_is_exact=own_time_is_exact,
    )


def settled_blocks(snapshot: Snapshot) -> tuple[Block, ...]:
    """The published blocks that stay as they are: begun before now, or held."""
    if snapshot.published is None:
        return ()
    known = {chore.id: chore.numbers for chore in snapshot.responsibilities if chore.blocked}
    adults = {adult.id for adult in snapshot.adults}
    return tuple(
        block
        for block in snapshot.published.blocks
        if snapshot.is_settled(block)
        and block.occurrence in known.get(block.responsibility, ())
        and block.adult in adults
    )


def with_tasks(prepared: Prepared, tasks: tuple[Task, ...]) -> Prepared:
    """The same week with these tasks alone, and of its duties what has begun or what they leave open."""
    begun = {(block.responsibility, block.occurrence) for block in prepared.settled}
    able = {task.key: frozenset(who for who, starts in task.starts.items() if starts) for task in tasks}
    halves = tuple(
        half if half.key in begun else replace(half, able=could, asked=half.asked & could or could)
        for half in prepared.halves
        if (could := half.able & able.get(half.key, frozenset())) or half.key in begun
    )
    return replace(prepared, tasks=tasks, halves=halves)


def _begun_halves(prepared: Prepared) -> list[Half]:
    duties = {chore.id for chore in prepared.snapshot.responsibilities if chore.is_duty}
    return [
        Half((block.responsibility, block.occurrence), block.interval, *[frozenset({block.adult})] * 2)
        for block in prepared.settled
        if block.responsibility in duties
    ]


def _halves_ahead(prepared: Prepared, tasks: tuple[Task, ...]) -> list[Half]:
    blown = {adult.id for adult in prepared.snapshot.adults if adult.state == "blown"}
    found = []
    for task in tasks:
        if task.chore.is_duty:
            able = frozenset(adult for adult, starts in task.starts.items() if starts)
            found.append(
                Half(task.key, whole_window(prepared.snapshot, task.wanted), able, able - blown or able)
            )
    return found


def _published(prepared: Prepared, tasks: tuple[Task, ...]) -> dict[tuple[str, int], tuple[str, int]]:
    """Published blocks that could still stand where they are, or where a person has put them since; the
    others must move anyway."""
    if prepared.snapshot.published is None:
        return {}
    possible = {
        (task.key, adult, start.slot)
        for task in tasks
        for adult, starts in task.starts.items()
        for start in starts
    }
    by_hand = {(task.key, adult): task.starts[adult][0].slot for task in tasks for adult in task.by_hand}
    found = {}
    for block in prepared.snapshot.published.blocks:
        key, slot = (block.responsibility, block.occurrence), prepared.grid.slot_at(block.interval.start_at)
        slot = by_hand.get((key, block.adult), slot)
        if (key, block.adult, slot) in possible:
            found[key] = (block.adult, slot)
    return found


def _duty(prepared: Prepared, chore: Responsibility, n: int) -> Task:
    """One start for each adult who is at home and free, their own time kept, over the whole window."""
    grid, presence = prepared.grid, prepared.presence
    held = whole_window(prepared.snapshot, chore.numbered(n))
    slots, first = grid.touched([held]), grid.slot_at(held.start_at)
    start = Start(first, grid.days[first], 0)
    starts: dict[str, tuple[Start, ...]] = {}
    for adult in chore.doers:
        own = grid.touched([one.interval for one in prepared.appointments if one.adult == adult])
        room = presence.unbusy[adult] & presence.home[adult] & ~own
        able = not slots & ~room and presence.ahead >> first & 1
        starts[adult] = (start,) if able else ()
    return Task(chore, n, slots.bit_count(), 0, starts)


def _task(prepared: Prepared, chore: Responsibility, n: int, put: Mapping[tuple[str, int, str], int]) -> Task:
    if chore.is_duty:
        return _duty(prepared, chore, n)
    occurrence, length = chore.numbered(n), slots_for(chore.minutes)
    window = prepared.grid.window(occurrence.window)
    possible = {adult: starts_of_runs(prepared.room(chore, adult) & window, length) for adult in chore.doers}
    anybody = 0
    for mask in possible.values():
        anybody |= mask
    by_cost = [
        start
        for start in ranked(prepared.grid, chore, occurrence, anybody)
        if _keeps_gap(prepared, chore, n, start.day)
    ]
    chosen = {adult: prepared.grid.slot_at(at) for adult, at in occurrence.fixed_start.items()}
    starts = {
        adult: _as_chosen([start for start in by_cost if mask >> start.slot & 1], chosen.get(adult))
        for adult, mask in possible.items()
    }
    by_hand = frozenset(adult for adult in chore.doers if (chore.id, n, adult) in put)
    for adult in by_hand:
        slot = put[chore.id, n, adult]
        starts[adult] = (Start(slot, prepared.grid.days[slot], 0),)
    return Task(chore, n, length, prepared.presence.exclusive(chore), starts, by_hand)


def _as_chosen(starts: list[Start], slot: int | None) -> tuple[Start, ...]:
    """Where its doer has put it is no distance from the usual, also where another thing was put first."""
    there = (start._replace(cost=0) for start in starts if start.slot == slot)
    return *there, *(start for start in starts if start.slot != slot)


def _keeps_gap(prepared: Prepared, chore: Responsibility, n: int, day: int) -> bool:
    """Whether that day is far enough from neighbours already begun."""
    return not prepared.settled or all(
        abs(prepared.day_of(block) - day) >= chore.min_gap_days
        for block in prepared.settled
        if block.responsibility == chore.id and abs(block.occurrence - n) == 1
    )


def ranked(grid: Grid, chore: Responsibility, occurrence: Occurrence, possible: int) -> list[Start]:
    """The starts, cheapest first.

    The cost is the distance from the usual time in steps, six for each day off the usual one, and
    one for each whole step that the work reaches past 21:00.
    """
    found = []
    for slot in bits(possible):
        minute, day = grid.minutes[slot], grid.days[slot]
        if minute < occurrence.start or day not in occurrence.days:
            minute, day = minute + 1440, day - 1
        cost = abs(minute - chore.usual_min) // STEP_MINUTES
        cost += DAY_OFF_STEPS * abs(day - occurrence.usual_day)
        cost += max(0, minute + chore.minutes - _LATE) // STEP_MINUTES
        found.append((cost, slot))
    return [Start(slot, grid.days[slot], cost) for cost, slot in sorted(found)]


def block_of(prepared: Prepared, task: Task, adult: str, slot: int) -> Block:
    """The block that this start would make: the chore's true minutes long, a duty its whole window."""
    interval: Interval = (
        whole_window(prepared.snapshot, task.wanted)
        if task.chore.is_duty
        else prepared.grid.interval(slot, task.chore.minutes)
    )
    return Block(f"{task.chore.id}.{task.occurrence}", task.chore.id, task.occurrence, adult, interval)


def blocks_of(prepared: Prepared, places: Mapping[tuple[str, int], tuple[str, int]]) -> list[Block]:
    """All blocks of a plan with these places, those that have begun among them, in order of time."""
    placed = [block_of(prepared, task, *places[task.key]) for task in prepared.tasks if task.key in places]
    return sorted([*prepared.settled, *placed], key=lambda block: (block.interval, block.adult, block.id))


def mask_of(task: Task, slot: int) -> int:
    """The slots a block takes when it starts there."""
    return run(slot, task.length)
