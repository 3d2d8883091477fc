"""What a plan costs at every level, counted from its doers and blocks.

The solver's own figures are bounds; the values printed with a plan come from here, and `verify` counts
them again in its own way. Whole minutes only.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.domain.plan import Block
from service.planner.candidates import Prepared
from service.planner.nights import broken_sleep
from service.planner.ownership import Doers, alternates
from service.planner.policy import Policy
from service.planner.snapshot import Responsibility, Snapshot

ORDER = ("essential", "overload", "shed1", "shed2", "shed3", "unfair", "burden", "deviation")


def level_names(snapshot: Snapshot) -> tuple[str, ...]:
    """The levels in the order in which they count; `spared` only where somebody is asked last, `moved` when a
    plan was published before, `sleep` with duties at night."""
    spared = ("spared",) if snapshot.spares else ()
    moved = () if snapshot.published is None else ("moved",)
    sleep = ("sleep",) if snapshot.has_duties else ()
    return (ORDER[0], *spared, *ORDER[1:5], *moved, ORDER[5], *sleep, *ORDER[6:])


def count_levels(prepared: Prepared, policy: Policy, doers: Doers, blocks: Iterable[Block]) -> dict[str, int]:
    """Each level's value for that plan; a chore whose doer is None is left out."""
    snapshot = prepared.snapshot
    where = {(block.responsibility, block.occurrence): block for block in blocks}
    left_out = dict.fromkeys(range(4), 0)
    burden = 0
    for chore in snapshot.responsibilities:
        burden += _burden(policy, chore, doers, where)
        kept = doers[chore.id] is not None
        if not chore.blocked:
            left_out[chore.priority] += 0 if kept else _missed_whole(chore)
            continue
        unplaced = sum((chore.id, n) not in where for n in chore.numbers)
        for priority, minutes in chore.missed_time():
            left_out[priority] += unplaced * minutes
        for priority, minutes in (*chore.missed_parts(), *(() if kept else chore.missed_thinking())):
            left_out[priority] += minutes
    loads = counted_loads(snapshot, doers, where.values(), blocked_only=True)
    found = {
        "essential": left_out[0],
        "overload": sum(max(0, loads[adult.id] - adult.capacity_min) for adult in snapshot.adults),
        "shed1": left_out[1],
        "shed2": left_out[2],
        "shed3": left_out[3],
        "unfair": max(0, off_share(snapshot, doers, where.values()) - policy.band_minutes),
        "burden": burden,
        "deviation": _deviation(prepared, where),
    }
    if snapshot.spares:
        found["spared"] = _not_spared(snapshot, doers, where)
    if snapshot.has_duties:
        found["sleep"] = broken_sleep(prepared.halves, {key: block.adult for key, block in where.items()})
    if snapshot.published is not None:
        stay = sum(
            key in where and (where[key].adult, prepared.grid.slot_at(where[key].interval.start_at)) == place
            for key, place in prepared.published.items()
        )
        found["moved"] = len(prepared.published) - stay
    return found


def _not_spared(snapshot: Snapshot, doers: Doers, where: dict[tuple[str, int], Block]) -> int:
    """Minutes that come to those who are asked last, in blocks; all of what never becomes one."""
    total = 0
    for chore in snapshot.responsibilities:
        if chore.blocked:
            hands = [where[chore.id, n].adult for n in chore.numbers if (chore.id, n) in where]
        else:
            hands = [doers[chore.id] or ""] * len(chore.occurrences)
        total += chore.minutes * sum(hand in chore.asked_last for hand in hands)
    return total


def _missed_whole(chore: Responsibility) -> int:
    return len(chore.occurrences) * chore.missed(chore.minutes) + chore.missed(chore.mental_min)


def counted_loads(
    snapshot: Snapshot, doers: Doers, blocks: Iterable[Block], *, blocked_only: bool = False
) -> dict[str, int]:
    """Minutes each adult carries: effort where it was done or given, thinking with whoever holds it."""
    loads = {adult.id: 0 for adult in snapshot.adults}
    where = {(block.responsibility, block.occurrence): block.adult for block in blocks}
    for chore in snapshot.responsibilities:
        doer = doers[chore.id]
        if blocked_only and not chore.blocked:
            continue
        workers = [where.get((chore.id, n)) for n in chore.numbers]
        for worker in workers if alternates(chore) else _hands(chore, workers, doer):
            if worker is not None:
                loads[worker] += chore.minutes
        thinker = chore.previous if alternates(chore) else doer
        if doer is not None and thinker is not None:
            loads[thinker] += chore.mental_min
    return loads


def _hands(chore: Responsibility, workers: list[str | None], doer: str | None) -> list[str | None]:
    """Whose each occurrence is: what found no place is the doer's, but in a small week only up to half."""
    placed = [worker for worker in workers if worker is not None]
    carried = chore.fewest if chore.is_small(len(placed)) else len(workers)
    return [*placed, *([doer] * (carried - len(placed)))]


def off_share(snapshot: Snapshot, doers: Doers, blocks: Iterable[Block]) -> int:
    """The smallest whole number of minutes that no adult is further off the agreed share than."""
    loads = counted_loads(snapshot, doers, blocks)
    weights = {adult.id: adult.weight for adult in snapshot.adults}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    total = sum(weights.values())
    carried = {adult.id: loads[adult.id] + adult.ledger_min * 50 // 100 for adult in snapshot.adults}
    whole = sum(carried.values())
    return max(-(-abs(total * carried[who] - weights[who] * whole) // total) for who in weights)


def _burden(policy: Policy, chore: Responsibility, doers: Doers, where: dict[tuple[str, int], Block]) -> int:
    doer = doers[chore.id]
    if doer is None:
        return 0
    workers = [where[chore.id, n].adult if (chore.id, n) in where else None for n in chore.numbers]
    if alternates(chore):
        felt = sum(chore.burden(who, 1) for who in workers if who is not None)
        changed = chore.previous is not None and any(w not in (None, chore.previous) for w in workers)
    else:
        hands = [who or doer for who in _hands(chore, workers, doer)]
        felt = sum(chore.burden(who, hands.count(who)) for who in sorted(set(hands)))
        changed = chore.previous not in (None, doer)
    return felt + chore.mental_min + (policy.change_price_minutes if changed else 0)


def _deviation(prepared: Prepared, where: dict[tuple[str, int], Block]) -> int:
    total = 0
    for task in prepared.tasks:
        block = where.get(task.key)
        if block is not None:
            slot = prepared.grid.slot_at(block.interval.start_at)
            total += next(s.cost for s in task.starts[block.adult] if s.slot == slot)
    return total
