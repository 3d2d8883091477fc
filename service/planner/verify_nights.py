"""Duties at night looked at a second time: the rules they keep, and what the level *sleep* comes to.

Part of `verify`: shares nothing with the planner's own reading of nights, and works by the wall clock. Who
could hold a duty is asked in whole quarters of an hour, as the planner plans.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from service.domain.interval import Interval, clipped, common, difference
from service.domain.plan import Plan
from service.planner.checked_week import is_put
from service.planner.snapshot import Responsibility, Snapshot

_HOUR = timedelta(hours=1)
_STEP = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class _Wanted:
    """One duty of the week: when, and who holds it."""

    interval: Interval
    chore: str
    occurrence: int
    hand: str | None
    begun: bool


def false_nights(snapshot: Snapshot, plan: Plan) -> Iterator[str]:
    """A sentence for each duty that breaks a rule of its own."""
    wanted = _wanted(snapshot, plan)
    for block in plan.blocks:
        chore = _chore(snapshot, block.responsibility)
        if not _is_duty(chore) or snapshot.is_settled(block):
            continue
        window = chore.numbered(block.occurrence).window
        if block.interval != _by_the_clock(snapshot, window.days[0], window.start, window.end):
            yield f"{block.id} is not held over its whole window"
        if not _could_hold(snapshot, plan, block.adult, block.interval):
            yield f"{block.adult} cannot hold {block.id}"
    yield from _without_rest(snapshot, plan)
    for five in zip(*(wanted[n:] for n in range(5)), strict=False):
        hands = {one.hand for one in five}
        who = next(iter(hands))
        shared = any(_others(snapshot, plan, one, who) for one in five) if who else False
        if len(hands) == 1 and shared and not all(one.begun for one in five):
            yield f"{who} holds five nights in a row up to {five[-1].chore}.{five[-1].occurrence}"


def sleep_of(snapshot: Snapshot, plan: Plan) -> int:
    """The level *sleep*, counted night by night."""
    wanted, total = _wanted(snapshot, plan), 0
    for night in _nights(wanted):
        hands = [one.hand for one in night]
        if len(night) > 1 and len(set(hands)) == 1 and hands[0] is not None:
            total += 2 * any(_asked(snapshot, plan, one, hands[0]) for one in night)
        changes = sum(None not in pair and pair[0] != pair[1] for pair in pairwise(hands))
        total += changes - 1 if changes > 1 else 0
    by_chore = sorted(wanted, key=lambda one: (one.chore, one.interval))
    for one, after in pairwise(by_chore):
        soon = after.interval.start_at - one.interval.start_at <= timedelta(hours=30)
        if one.chore == after.chore and soon and one.hand is not None and one.hand == after.hand:
            total += any(_asked(snapshot, plan, each, one.hand) for each in (one, after))
    blown = _blown(snapshot)
    for one in wanted:
        if one.hand in blown:
            total += 3 * bool(set(_others(snapshot, plan, one, one.hand)) - blown)
    return total


def _wanted(snapshot: Snapshot, plan: Plan) -> list[_Wanted]:
    held = {(block.responsibility, block.occurrence): block for block in plan.blocks}
    found = []
    for chore in filter(_is_duty, snapshot.responsibilities):
        for n in chore.numbers:
            window, block = chore.numbered(n).window, held.get((chore.id, n))
            begun = block is not None and snapshot.is_settled(block)
            at = _by_the_clock(snapshot, window.days[0], window.start, window.end)
            found.append(_Wanted(at, chore.id, n, block.adult if block else None, begun))
    return sorted(found, key=lambda one: (one.interval, one.chore, one.occurrence))


def _nights(wanted: list[_Wanted]) -> list[list[_Wanted]]:
    """Those of one night together: each begins at most an hour after the one before it has ended."""
    first_of_night = 0
    numbers = []
    for n, one in enumerate(wanted):
        if n and one.interval.start_at > wanted[n - 1].interval.end_at + _HOUR:
            first_of_night = n
        numbers.append(first_of_night)
    return [
        [one for _, one in night] for _, night in groupby(zip(numbers, wanted, strict=True), lambda p: p[0])
    ]


def _without_rest(snapshot: Snapshot, plan: Plan) -> Iterator[str]:
    duties = [block for block in plan.blocks if _is_duty(_chore(snapshot, block.responsibility))]
    for block in plan.blocks:
        chore = _chore(snapshot, block.responsibility)
        if chore.priority == 0 or _is_duty(chore) or snapshot.is_settled(block) or is_put(chore, block):
            continue
        for duty in duties:
            rest = Interval(duty.interval.end_at, duty.interval.end_at + _HOUR)
            if duty.adult == block.adult and rest.overlaps(block.interval):
                yield f"{block.id} lies in the hour after {duty.id}"


def _others(snapshot: Snapshot, plan: Plan, one: _Wanted, hand: str) -> list[str]:
    """Who else could have held it; what has begun is nobody else's any more."""
    doers = () if one.begun else _chore(snapshot, one.chore).doers
    return [who for who in doers if who != hand and _could_hold(snapshot, plan, who, one.interval)]


def _asked(snapshot: Snapshot, plan: Plan, one: _Wanted, hand: str) -> list[str]:
    """As `_others`, without whoever is blown while somebody is not."""
    others, blown = _others(snapshot, plan, one, hand), _blown(snapshot)
    able = [*others, hand] if _could_hold(snapshot, plan, hand, one.interval) else others
    return [who for who in others if who not in blown] if set(able) - blown else others


def _blown(snapshot: Snapshot) -> set[str]:
    return {adult.id for adult in snapshot.adults if adult.state == "blown"}


def _could_hold(snapshot: Snapshot, plan: Plan, adult: str, duty: Interval) -> bool:
    """Whether that adult is at home, free and not off for themselves all through a duty still ahead."""
    who = next(one for one in snapshot.adults if one.id == adult)
    start_at = duty.start_at - (duty.start_at - _EPOCH) % _STEP
    held = Interval(start_at, duty.end_at + (_EPOCH - duty.end_at) % _STEP)
    own = [one.interval for one in plan.selfcare if one.adult == adult]
    inside = clipped([held], _by_the_clock(snapshot, 0, 0, 7 * 24 * 60))
    late = snapshot.now is not None and start_at < snapshot.now
    return not (late or difference(inside, who.at_home) or common([held], [*who.busy, *own]))


def _by_the_clock(snapshot: Snapshot, day: int, start: int, end: int) -> Interval:
    def instant(minute: int) -> datetime:
        on = snapshot.monday + timedelta(days=day + minute // 1440)
        wall = time(minute % 1440 // 60, minute % 60)
        return datetime.combine(on, wall, tzinfo=ZoneInfo(snapshot.tz)).astimezone(UTC)

    there_is_none = instant(start) >= instant(end)  # the clocks skip that hour
    return Interval(
        instant(start), instant(start) + timedelta(minutes=end - start) if there_is_none else instant(end)
    )


def _chore(snapshot: Snapshot, chore_id: str) -> Responsibility:
    return next(chore for chore in snapshot.responsibilities if chore.id == chore_id)


def _is_duty(chore: Responsibility) -> bool:
    return chore.mode == "duty" and chore.blocked
