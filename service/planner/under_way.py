"""A running week planned anew: what has begun of its published plan is in it as it was, and is not planned
again. Pure.

From the facts alone such a week has only what is still ahead. Here it gets back what its plan had before
now: times of chores, their minutes, and time for oneself, each under the number that its entry has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.domain.plan import Appointment, Block, Plan
from service.planner.snapshot import STEP_MINUTES, Adult, Occurrence, Responsibility, SelfCare, Snapshot

_STEP = timedelta(minutes=STEP_MINUTES)


@dataclass(frozen=True, slots=True)
class WasPlanned:
    """The published `plan`, its times as people had them, the `snapshot` that it was made from, the ids of
    blocks that their person `let_go` before they began, and the numbers of own times `given_up`."""

    plan: Plan
    snapshot: Snapshot
    let_go: Collection[str] = ()
    given_up: Collection[int] = ()


def under_way(fresh: Snapshot, was: WasPlanned) -> Snapshot:
    """`fresh`, which has only what is still ahead, as the running week of which `was` is published.

    What has begun counts in the shares, and the capacities grow by it: what somebody can still give stays
    what it was.
    """
    if fresh.now is None:
        return fresh
    people = {adult.id for adult in fresh.adults}
    planned = was.snapshot.going_without(was.plan.without)
    before = {chore.id: chore for chore in planned.responsibilities}
    begun = [
        block
        for block in was.plan.blocks
        if block.interval.start_at < fresh.now and block.adult in people and block.responsibility in before
    ]
    numbers: dict[str, set[int]] = {}
    for block in begun:
        numbers.setdefault(block.responsibility, set()).add(block.occurrence)
    lighter = {one: parts for one, parts in was.plan.without.items() if one in numbers}
    still = {chore.id: chore for chore in fresh.going_without(lighter).responsibilities}
    chores = [
        made
        for chore_id in (*still, *(one for one in numbers if one not in still))
        if (made := _chore(still.get(chore_id), before.get(chore_id), numbers.get(chore_id, set()), was))
    ]
    known = {*people, *(sitter.id for sitter in fresh.sitters)}
    appointments = [one for one in was.plan.selfcare if one.adult in people]
    done = _done(begun, chores, numbers, was.plan)
    return replace(
        fresh,
        adults=tuple(_with_done(adult, done[adult.id]) for adult in fresh.adults),
        responsibilities=tuple(chores),
        selfcare=_wishes(fresh, was, appointments, fresh.now),
        published=replace(
            was.plan,
            selfcare=tuple(
                one if one.cover is None or one.cover in known else replace(one, cover=None)
                for one in appointments
            ),
        ),
    )


def with_held(snapshot: Snapshot, held: Iterable[str]) -> Snapshot:
    """The week with these published blocks held where they are. A chore of which nothing is left to be
    planned stays in the hands it was in."""
    week = replace(snapshot, held=tuple(sorted(held)))
    blocks = week.published.blocks if week.published else ()
    settled = {(one.responsibility, one.occurrence): one.adult for one in blocks if week.is_settled(one)}

    def kept(chore: Responsibility) -> Responsibility:
        left = not chore.blocked or any((chore.id, n) not in settled for n in chore.numbers)
        if chore.by_turns or left or not chore.occurrences:
            return chore
        published = week.published.doers.get(chore.id) if week.published else None
        doer = published or settled[chore.id, chore.numbers[0]]
        return replace(chore, fixed_doer=doer) if doer in chore.eligible else chore

    return replace(week, responsibilities=tuple(kept(chore) for chore in week.responsibilities))


def still_held(snapshot: Snapshot) -> Snapshot:
    """The same week without the held blocks whose place is gone since, or that their person has put
    elsewhere."""
    return replace(snapshot, held=tuple(one for one in snapshot.held if _is_free(snapshot, one)))


def _is_free(snapshot: Snapshot, block_id: str) -> bool:
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    adults = {adult.id: adult for adult in snapshot.adults}
    for block in snapshot.published.blocks if snapshot.published else ():
        if block.id == block_id and block.adult in adults:
            chore = chores.get(block.responsibility)
            if chore is None or block.occurrence not in chore.numbers:
                return False
            put_at = chore.numbered(block.occurrence).fixed_start.get(block.adult)
            if put_at is not None:
                return block.interval.start_at <= put_at < block.interval.start_at + _STEP
            return not any(busy.overlaps(block.interval) for busy in adults[block.adult].busy)
    return False


def _chore(
    chore: Responsibility | None, before: Responsibility | None, begun: Collection[int], was: WasPlanned
) -> Responsibility | None:
    """The chore with the times of it that have begun, without those let go; None where none is left. One of
    which nothing is ahead is as it was planned."""
    known = _everything(before) if before else {}
    wanted = dict(zip(chore.numbers, chore.occurrences, strict=True)) if chore else {}
    off = dict(chore.called_off) if chore else {}
    for number in begun:
        fresh = wanted.get(number) or off.pop(number, None)
        wanted[number] = fresh or known[number]
    ahead = [number for number in wanted if number not in begun]
    if chore is None or (before is not None and begun and not ahead):
        chore = before
    for number in ahead:
        if chore is not None and f"{chore.id}.{number}" in was.let_go:
            off[number] = wanted.pop(number)
    if chore is None or (not wanted and not chore.called_off):
        return None
    numbers = {*wanted, *off}
    first = min(numbers)
    for number in set(range(first, max(numbers))) - numbers:
        off[number] = known.get(number) or next(iter([*wanted.values(), *off.values()]))
    return replace(
        chore,
        occurrences=tuple(one for _number, one in sorted(wanted.items())),
        called_off=tuple(sorted(off.items(), key=lambda one: one[0])),
        first_occurrence=first,
    )


def _everything(chore: Responsibility) -> dict[int, Occurrence]:
    return {**dict(zip(chore.numbers, chore.occurrences, strict=True)), **dict(chore.called_off)}


def _done(
    begun: Iterable[Block],
    chores: Iterable[Responsibility],
    numbers: Mapping[str, Collection[int]],
    plan: Plan,
) -> Counter[str]:
    """Minutes that each has given already, the thinking of what is over included."""
    by_id = {chore.id: chore for chore in chores}
    done: Counter[str] = Counter()
    for block in begun:
        done[block.adult] += by_id[block.responsibility].minutes
    for chore_id, theirs in numbers.items():
        chore = by_id[chore_id]
        thinker = chore.previous if chore.by_turns else plan.doers.get(chore_id)
        if thinker is not None and set(chore.numbers) <= set(theirs):
            done[thinker] += chore.mental_min
    return done


def _with_done(adult: Adult, minutes: int) -> Adult:
    return replace(
        adult,
        share_weight=adult.weight,
        offered_min=adult.offered_min + minutes,
        capacity_min=adult.capacity_min + minutes,
    )


def _wishes(
    fresh: Snapshot, was: WasPlanned, appointments: Iterable[Appointment], now: datetime
) -> tuple[SelfCare, ...]:
    """This week's wishes, each at the place that it had in the plan. One whose time has begun is granted;
    whoever has given one up, or wishes it no more, is given no other."""
    people = {adult.id for adult in fresh.adults}
    begun = {one.index: one for one in appointments if one.interval.start_at < now}
    left, found = list(fresh.selfcare), list[SelfCare]()
    for index, wish in enumerate(was.snapshot.selfcare):
        if wish.adult not in people:
            continue
        same = next((one for one in left if (one.adult, one.title) == (wish.adult, wish.title)), None)
        if same is not None:
            left.remove(same)
        if index in begun:
            found.append(_granted(wish, begun[index]))
        elif same is None or index in was.given_up:
            found.append(replace(wish, fixed_start="left_out"))
        else:
            found.append(same)
    while not left and found and found[-1].fixed_start == "left_out":
        found.pop()
    return (*found, *left)


def _granted(wish: SelfCare, appointment: Appointment) -> SelfCare:
    interval = appointment.interval
    return replace(wish, fixed_start=interval.start_at, minutes=interval.minutes)
