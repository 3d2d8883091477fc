"""A plan beside the facts it must keep, in intervals and wall clocks: what the rules of `verify` ask.

Shares no code with the planner but the snapshot's values and intervals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.interval import Interval, clipped, common, difference, union
from service.domain.plan import Block, Plan
from service.planner.snapshot import Responsibility, Snapshot, Window

STEP = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_put(chore: Responsibility, block: Block) -> bool:
    """Whether the block starts in the quarter of an hour that its doer chose for it."""
    at = chore.numbered(block.occurrence).fixed_start.get(block.adult)
    return at is not None and block.interval.start_at <= at < block.interval.start_at + STEP


class CheckedWeek:
    """The plan beside the facts it must keep, in intervals. `by_day` are the blocks that are no duty at
    night, `new` those that are not settled."""

    def __init__(self, snapshot: Snapshot, plan: Plan) -> None:
        self.snapshot, self.plan = snapshot, plan
        self.adults = {adult.id: adult for adult in snapshot.adults}
        self.chores = {chore.id: chore for chore in snapshot.responsibilities}
        self._zone = ZoneInfo(snapshot.tz)
        published = snapshot.published.blocks if snapshot.published else ()
        self.settled = {block for block in published if snapshot.is_settled(block)}
        self.new = [block for block in plan.blocks if block not in self.settled]
        duties = {chore.id for chore in snapshot.responsibilities if chore.mode == "duty" and chore.blocked}
        self.by_day = [block for block in plan.blocks if block.responsibility not in duties]
        self.new_by_day = [block for block in self.new if block in self.by_day]
        self.people = [*self.adults, *(sitter.id for sitter in snapshot.sitters)]

    def watch(self) -> None:
        """Work out when each person could mind the children (`minding`), and when no block keeps
        them from it (`on_duty`); own self-care is taken off."""
        self.minding = {person: self._minding(person) for person in self.people}
        self.on_duty = {person: self._untied(person) for person in self.people}

    def chore(self, block: Block) -> Responsibility:
        return self.chores[block.responsibility]

    def is_put(self, block: Block) -> bool:
        """Whether the block is where its doer put it themselves."""
        return is_put(self.chore(block), block)

    def put(self, block: Block) -> Block | None:
        """The block where its doer put it, with the whole quarters of an hour that it would take there."""
        chore = self.chore(block)
        at = chore.numbered(block.occurrence).fixed_start.get(block.adult)
        if at is None:
            return None
        start_at = at - (at - _EPOCH) % STEP
        return replace(block, interval=Interval(start_at, start_at + -(-chore.minutes // 15) * STEP))

    def whole(self) -> Interval:
        """The local week."""
        monday = datetime.combine(self.snapshot.monday, datetime.min.time(), self._zone)
        return Interval(monday.astimezone(UTC), (monday + timedelta(days=7)).astimezone(UTC))

    def all_put(self) -> Iterator[Block]:
        """Everything that anybody put anywhere, as blocks."""
        for chore in self.snapshot.responsibilities:
            for n in chore.numbers:
                for adult, at in chore.numbered(n).fixed_start.items():
                    block = Block(f"{chore.id}.{n}", chore.id, n, adult, Interval(at, at + STEP))
                    yield self.put(block) or block

    def clash(self, one: Block, other: Block) -> bool:
        """Whether two blocks cannot both be: at once, for one person, with one thing, or away from the
        children."""
        if one == other or not one.interval.overlaps(other.interval):
            return False
        shared = set(self.chore(one).needs) & set(self.chore(other).needs)
        away = bool(self.tying(one)) and bool(self.tying(other))
        return one.adult == other.adult or bool(shared) or away

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
            at += STEP
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
