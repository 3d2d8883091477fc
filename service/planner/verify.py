"""The independent check that every plan passes before anybody sees it.

Shares no code with the planner but the snapshot's values and intervals: no grid, no masks, no rows. Each
rule is a function whose sentence is what a person reads. A violation is a defect of the planner; the
caller publishes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from service.domain.interval import Interval, clipped, common, difference, union
from service.domain.plan import Appointment, Block, Plan
from service.planner.recount import false_figures
from service.planner.recount_moved import false_moves
from service.planner.snapshot import Responsibility, SelfCare, Snapshot, Window

_STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the plan breaks, and a sentence that says where."""

    rule: str
    sentence: str


def verify(snapshot: Snapshot, plan: Plan) -> list[Violation]:
    """Everything that is wrong with the plan; an empty list means it may be published."""
    week = _Week(snapshot, plan)
    if strangers := list(_strangers(week)):
        return [Violation("known", sentence) for sentence in strangers]
    week.watch()
    found = [Violation(rule.__name__.strip("_"), sentence) for rule in _RULES for sentence in rule(week)]
    figures = [*false_figures(snapshot, plan), *false_moves(snapshot, plan, _stands_alone)]
    return found + [Violation("figures", sentence) for sentence in figures]


def _stands_alone(snapshot: Snapshot, plan: Plan, block: Block) -> bool:
    """Whether the block keeps every rule beside the plan's self-care and what has begun, nothing else."""
    given = _Week(snapshot, plan)
    begun = tuple(one for one in plan.blocks if one in given.settled)

    def broken(blocks: tuple[Block, ...]) -> set[str]:
        week = _Week(snapshot, replace(plan, blocks=blocks))
        week.watch()
        return {sentence for rule in _OF_ONE_BLOCK for sentence in rule(week)}

    inside = given.in_window(block.interval, given.chore(block).numbered(block.occurrence).window)
    return inside and broken((*begun, block)) <= broken(begun)


class _Week:
    """The plan beside the facts it must keep, in intervals."""

    def __init__(self, snapshot: Snapshot, plan: Plan) -> None:
        self.snapshot, self.plan = snapshot, plan
        self.adults = {adult.id: adult for adult in snapshot.adults}
        self.chores = {chore.id: chore for chore in snapshot.responsibilities}
        self._zone = ZoneInfo(snapshot.tz)
        published = snapshot.published.blocks if snapshot.published else ()
        begun = snapshot.now if published else None
        self.settled = {b for b in published if begun is not None and b.interval.start_at < begun}
        self.new = [block for block in plan.blocks if block not in self.settled]
        self.people = [*self.adults, *(sitter.id for sitter in snapshot.sitters)]

    def watch(self) -> None:
        """Work out when each person could mind the children (`minding`), and when no block keeps
        them from it (`on_duty`); own self-care is taken off."""
        self.minding = {person: self._minding(person) for person in self.people}
        self.on_duty = {person: self._untied(person) for person in self.people}

    def chore(self, block: Block) -> Responsibility:
        return self.chores[block.responsibility]

    def day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def in_window(self, interval: Interval, window: Window) -> bool:
        """Whether each quarter of an hour begun carries a label inside the window on one of its days."""
        return any(self._in_day(interval, window, day) for day in window.days)

    def _in_day(self, interval: Interval, window: Window, day: int) -> bool:
        at = interval.start_at
        while at < interval.end_at:
            local = at.astimezone(self._zone)
            days = (local.date() - self.snapshot.monday).days - day
            minute = local.hour * 60 + local.minute + 1440 * days
            if not (window.start <= minute and minute + 15 <= window.end):
                return False
            at += _STEP
        return True

    def _minding(self, person: str) -> list[Interval]:
        for sitter in self.snapshot.sitters:
            if sitter.id == person:
                return list(sitter.hours)
        adult, children = self.adults[person], self.snapshot.children
        working = common(adult.busy, children.awake)
        own = [one.interval for one in self.plan.selfcare if one.adult == person]
        return difference(adult.at_home, [*working, *difference(adult.busy, children.home), *own])

    def _untied(self, person: str) -> list[Interval]:
        tied = [part for b in self.plan.blocks if b.adult == person for part in self.tying(b)]
        return difference(self.minding[person], tied)

    def tying(self, block: Block) -> list[Interval]:
        """When the block keeps its doer from minding the children."""
        children, chore = self.snapshot.children, self.chore(block)
        home = clipped(children.home, block.interval)
        parts = common(home, children.awake) if not chore.with_children_ok else []
        return union([*parts, *(difference(home, children.awake) if chore.at_home is False else [])])


def _strangers(week: _Week) -> Iterator[str]:
    """Everything named exists: adults, chores, occurrences, wishes."""
    plan = week.plan
    if set(plan.doers) != set(week.chores):
        yield "the plan and the week do not name the same chores"
    for who in {doer for doer in plan.doers.values() if doer} | {b.adult for b in plan.blocks}:
        if who not in week.adults:
            yield f'there is no adult "{who}"'
    for block in plan.blocks:
        known = week.chores.get(block.responsibility)
        if known is None or block.occurrence not in known.numbers:
            yield f"{block.id} is no occurrence of this week"
    for one in plan.selfcare:
        if not 0 <= one.index < len(week.snapshot.selfcare) or one.adult not in week.adults:
            yield f"appointment {one.index} is nobody's wish"


def _nobody_is_twice_at_once(week: _Week) -> Iterator[str]:
    for adult in week.adults:
        held = [(b.id, b.interval, b in week.settled) for b in week.plan.blocks if b.adult == adult]
        held += [(f"self-care {a.index}", a.interval, False) for a in week.plan.selfcare if a.adult == adult]
        for (one, first, begun), (other, second, also) in combinations(held, 2):
            if first.overlaps(second) and not (begun and also):
                yield f"{one} and {other} overlap"


def _only_free_time_is_used(week: _Week) -> Iterator[str]:
    for block in week.new:
        adult = week.adults[block.adult]
        if difference([block.interval], difference(adult.may_be_planned, adult.busy)):
            yield f"{block.id} is not in {block.adult}'s free time"
        if week.snapshot.now is not None and block.interval.start_at < week.snapshot.now:
            yield f"{block.id} starts before now"


def _blocks_keep_their_window_and_length(week: _Week) -> Iterator[str]:
    for block in week.new:
        chore = week.chore(block)
        window = chore.numbered(block.occurrence).window
        taken = Interval(block.interval.start_at, block.interval.start_at + -(-chore.minutes // 15) * _STEP)
        if not week.in_window(taken, window):
            yield f"{block.id} leaves its window"
        if block.interval.minutes != chore.minutes:
            yield f"{block.id} lasts {block.interval.minutes} min, not {chore.minutes}"


def _noise_keeps_quiet_hours(week: _Week) -> Iterator[str]:
    for block in week.new:
        if week.chore(block).noisy and clipped(week.snapshot.quiet, block.interval):
            yield f"{block.id} is noisy in quiet hours"


def _chores_at_home_are_done_at_home(week: _Week) -> Iterator[str]:
    for block in week.new:
        at_home = week.adults[block.adult].at_home
        if week.chore(block).at_home and difference([block.interval], at_home):
            yield f"{block.id} needs its doer at home"


def _no_day_is_above_its_limit(week: _Week) -> Iterator[str]:
    minutes: dict[tuple[str, date], int] = {}
    for block in week.plan.blocks:
        key = (block.adult, week.day(block.interval.start_at))
        minutes[key] = minutes.get(key, 0) + block.interval.minutes
    for adult, day in sorted({(b.adult, week.day(b.interval.start_at)) for b in week.new}):
        if minutes[adult, day] > week.adults[adult].day_limit_min:
            yield f"{adult} has {minutes[adult, day]} min on {day}"


def _repeats_keep_their_distance(week: _Week) -> Iterator[str]:
    days = {(b.responsibility, b.occurrence): week.day(b.interval.start_at) for b in week.plan.blocks}
    for block in week.new:
        for near in (block.occurrence - 1, block.occurrence + 1):
            other = days.get((block.responsibility, near))
            own = days[block.responsibility, block.occurrence]
            if other is not None and abs((own - other).days) < week.chore(block).min_gap_days:
                yield f"{block.id} is too near to its neighbour"


def _single_things_are_used_once_at_a_time(week: _Week) -> Iterator[str]:
    for one, other in combinations(week.plan.blocks, 2):
        shared = set(week.chore(one).needs) & set(week.chore(other).needs)
        if shared and one.interval.overlaps(other.interval) and not {one, other} <= week.settled:
            yield f"{one.id} and {other.id} need the same {min(shared)}"


def _somebody_minds_the_children(week: _Week) -> Iterator[str]:
    for block in week.new:
        lost = common(week.tying(block), week.minding[block.adult])
        for person in week.people:
            if lost and person != block.adult:
                lost = difference(lost, week.on_duty[person])
        if lost:
            yield f"during {block.id} nobody minds the children"


def _every_cover_is_real(week: _Week) -> Iterator[str]:
    for one in week.plan.selfcare:
        watched = clipped(union(week.snapshot.children.home), one.interval)
        if not watched or not week.snapshot.selfcare[one.index].needs_cover or _kept(week, one):
            continue
        if one.cover is None or one.cover == one.adult or one.cover not in week.people:
            yield f"self-care {one.index} has no cover"
        elif difference(watched, week.on_duty[one.cover]):
            yield f"the cover of self-care {one.index} is not on duty all the time"


def _selfcare_is_what_was_wished(week: _Week) -> Iterator[str]:
    seen: set[tuple[str, date]] = set()
    for one in week.plan.selfcare:
        wish, adult = week.snapshot.selfcare[one.index], week.adults[one.adult]
        settled = isinstance(wish.fixed_start, datetime)
        room = difference([one.interval], adult.busy if settled else [])
        if not settled:
            room = common([one.interval], difference(adult.may_be_planned, adult.busy))
        if room != [one.interval] and not _kept(week, one):
            yield f"self-care {one.index} is not in free time"
        if wish.adult != one.adult or one.interval.minutes != wish.minutes or wish.fixed_start == "left_out":
            yield f"self-care {one.index} is not the wish"
        if not _in_its_place(week, one, wish) and not _kept(week, one):
            yield f"self-care {one.index} is not where it was wished"
        key = (one.adult, week.day(one.interval.start_at))
        if key in seen:
            yield f"{one.adult} has two self-cares on {key[1]}"
        seen.add(key)


def _in_its_place(week: _Week, one: Appointment, wish: SelfCare) -> bool:
    if isinstance(wish.fixed_start, datetime):
        return one.interval.start_at <= wish.fixed_start < one.interval.start_at + _STEP
    late = week.snapshot.now is not None and one.interval.start_at < week.snapshot.now
    return not late and any(week.in_window(one.interval, window) for window in wish.windows)


def _kept(week: _Week, one: Appointment) -> bool:
    """A published appointment that has begun stays whatever else is true."""
    published, now = week.snapshot.published, week.snapshot.now
    return (
        published is not None
        and now is not None
        and one.interval.start_at < now
        and any((p.index, p.interval) == (one.index, one.interval) for p in published.selfcare)
    )


def _doers_may_do_it(week: _Week) -> Iterator[str]:
    for chore in week.snapshot.responsibilities:
        doer, blocks = week.plan.doers[chore.id], [b for b in week.new if b.responsibility == chore.id]
        split = chore.mode == "alternating" and chore.blocked
        if doer is None and (chore.priority == 0 or blocks):
            yield f"{chore.id} has no doer"
        if doer is not None and not split and doer not in chore.doers:
            yield f"{doer} may not do {chore.id}"
        for block in blocks:
            if block.adult not in chore.doers or (not split and block.adult != doer):
                yield f"{block.adult} may not do {block.id}"
        placed = any(b.responsibility == chore.id for b in week.plan.blocks)
        idle = chore.blocked and chore.priority > 0 and chore.occurrences and not placed
        if doer is not None and idle:
            yield f"{doer} is given {chore.id} and does none of it"


def _every_occurrence_has_one_place_or_a_reason(week: _Week) -> Iterator[str]:
    placed = [(block.responsibility, block.occurrence) for block in week.plan.blocks]
    if len(placed) != len(set(placed)):
        yield "an occurrence is placed twice"
    told = {(one.responsibility, one.occurrence) for one in week.plan.unplaced if one.reason}
    for chore in week.snapshot.responsibilities:
        if not chore.blocked and any(key[0] == chore.id for key in placed):
            yield f"{chore.id} must never become a block"
        if week.plan.doers[chore.id] is None:
            if (chore.id, None) not in told:
                yield f"{chore.id} is left out without a reason"
        elif chore.blocked:
            for n in chore.numbers:
                if ((chore.id, n) in told) == ((chore.id, n) in placed):
                    yield f"{chore.id}.{n} has neither a place nor a reason, or both"


_RULES: tuple[Callable[[_Week], Iterator[str]], ...] = (
    _nobody_is_twice_at_once,
    _only_free_time_is_used,
    _blocks_keep_their_window_and_length,
    _noise_keeps_quiet_hours,
    _chores_at_home_are_done_at_home,
    _no_day_is_above_its_limit,
    _repeats_keep_their_distance,
    _single_things_are_used_once_at_a_time,
    _somebody_minds_the_children,
    _every_cover_is_real,
    _selfcare_is_what_was_wished,
    _doers_may_do_it,
    _every_occurrence_has_one_place_or_a_reason,
)

_OF_ONE_BLOCK = (
    _nobody_is_twice_at_once,
    _only_free_time_is_used,
    _noise_keeps_quiet_hours,
    _chores_at_home_are_done_at_home,
    _repeats_keep_their_distance,
    _somebody_minds_the_children,
    _every_cover_is_real,
)
