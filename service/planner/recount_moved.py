"""How many published blocks have left a place that they could have kept, counted a second time.

Part of `verify`: asks its rules of each block alone, in intervals. The planner thinks in quarters of an hour
and rounds to the safe side, so that a place which is gone by a few minutes is counted by neither; what
lies between the two readings is left to the planner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.domain.interval import Interval
from service.domain.plan import Block, Plan
from service.planner.snapshot import Responsibility, Snapshot

StandsAlone = Callable[[Snapshot, Plan, Block], bool]
_STEP = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def false_moves(snapshot: Snapshot, plan: Plan, stands: StandsAlone) -> Iterator[str]:
    """A sentence if `moved` is missing, too small or too large; `stands(snapshot, plan, block)` says whether
    that block alone would keep every rule beside self-care and what has begun."""
    if snapshot.published is None:
        return
    stated = next((level.value for level in plan.levels if level.name == "moved"), None)
    if stated is None:
        yield "the level moved is missing"
        return
    strict = readings(snapshot)
    least = most = 0
    for places in _left(snapshot, snapshot.published, plan):
        loose = [stands(snapshot, plan, block) for block in places if block is not None]
        sure = [block is not None and all(stands(week, plan, block) for week in strict) for block in places]
        least, most = least + all(sure), most + any(loose)
    if not least <= stated <= most:
        yield f"moved is {least}, not {stated}"


def readings(snapshot: Snapshot) -> list[Snapshot]:
    """The week as a planner may read it that thinks in quarters of an hour and rounds to the safe side, in
    two ways, and as it is."""
    return [*(_rounded(snapshot, awake_grows=grows) for grows in (True, False)), snapshot]


def _left(snapshot: Snapshot, published: Plan, plan: Plan) -> Iterator[list[Block | None]]:
    """Published blocks, not settled, of occurrences that this week still has: the place that each has left,
    and the one where its doer has put it since; None for one where it is."""
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    now = {(b.responsibility, b.occurrence): (b.adult, _down(b.interval.start_at)) for b in plan.blocks}
    for block in published.blocks:
        chore, key = chores.get(block.responsibility), (block.responsibility, block.occurrence)
        if snapshot.is_settled(block) or chore is None or not chore.blocked:
            continue
        if block.occurrence not in chore.numbers:
            continue
        if block.adult in chore.doers:
            put_at = chore.numbered(block.occurrence).fixed_start.get(block.adult)
            yield [
                _in_quarters(chore, block, at) if now.get(key) != (block.adult, _down(at)) else None
                for at in ([block.interval.start_at] if put_at is None else [block.interval.start_at, put_at])
            ]


def _in_quarters(chore: Responsibility, block: Block, at: datetime) -> Block:
    """The block at that time, with the whole quarters of an hour that it takes."""
    if chore.is_duty:
        return block
    start_at = _down(at)
    return replace(block, interval=Interval(start_at, start_at + -(-chore.minutes // 15) * _STEP))


def _rounded(snapshot: Snapshot, *, awake_grows: bool) -> Snapshot:
    """The week with room shrunk and hindrances grown to whole quarters of an hour."""
    return replace(
        snapshot,
        adults=tuple(
            replace(
                adult,
                may_be_planned=_shrunk(adult.may_be_planned),
                at_home=_shrunk(adult.at_home),
                busy=_grown(adult.busy),
            )
            for adult in snapshot.adults
        ),
        children=replace(
            snapshot.children,
            home=_grown(snapshot.children.home),
            awake=(_grown if awake_grows else _shrunk)(snapshot.children.awake),
        ),
        quiet=_grown(snapshot.quiet),
        sitters=tuple(replace(sitter, hours=_shrunk(sitter.hours)) for sitter in snapshot.sitters),
    )


def _grown(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    return tuple(Interval(_down(one.start_at), _up(one.end_at)) for one in intervals)


def _shrunk(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    ends = ((_up(one.start_at), _down(one.end_at)) for one in intervals)
    return tuple(Interval(start, end) for start, end in ends if start < end)


def _down(at: datetime) -> datetime:
    return at - (at - _EPOCH) % _STEP


def _up(at: datetime) -> datetime:
    return at + (_EPOCH - at) % _STEP
