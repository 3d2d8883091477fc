"""The figures of a plan counted a second time, from its blocks and the wall clock alone.

Part of `verify`: shares nothing with the planner's own counting. Uses fractions where the planner uses
scaled whole numbers, so that a slip in one shows in the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import ceil, floor
from zoneinfo import ZoneInfo

from service.domain.plan import Block, Plan
from service.planner.checked_week import is_put
from service.planner.part import Part
from service.planner.snapshot import Adult, Responsibility, Snapshot
from service.planner.verify_nights import sleep_of
from service.planner.verify_trades import false_trades
from service.planner.verify_words import false_words


def false_figures(snapshot: Snapshot, plan: Plan) -> Iterator[str]:
    """Every level or certificate figure that is not what the blocks say."""
    loads, _ceilings = _loads(snapshot, plan)
    gap = _gap(snapshot, loads)
    expected = counted(snapshot, plan)
    stated = {level.name: level for level in plan.levels}
    for name, value in expected.items():
        if name not in stated:
            yield f"the level {name} is missing"
        elif stated[name].value != value:
            yield f"{name} is {value}, not {stated[name].value}"
    if plan.status == "proven" and plan.solver.get("own_time"):
        yield "the plan is called proven, and its times for oneself are the best found"
    for level in plan.levels:
        if level.bound > level.value:
            yield f"{level.name} is {level.value}, below its own bound {level.bound}"
        if plan.status == "proven" and level.bound != level.value:
            yield f"{level.name} is called proven at {level.value} with bound {level.bound}"
    yield from false_trades(
        snapshot,
        plan,
        lambda chore: len(_hands(plan, chore)),
        lambda more: _gap(snapshot, {who: load + more.get(who, 0) for who, load in loads.items()}),
    )
    if plan.certificate:
        yield from _false_certificate(snapshot, plan, loads, gap)


def counted(snapshot: Snapshot, plan: Plan) -> dict[str, int]:
    """Every level but *moved*, as the plan's blocks and doers say."""
    policy = plan.solver.get("policy", {})
    band, price = policy.get("band_minutes", 30), policy.get("change_price_minutes", 30)
    loads, ceilings = _loads(snapshot, plan)
    found = {
        "essential": _left_out(snapshot, plan, 0),
        "overload": sum(max(0, ceilings[a.id] - a.capacity_min) for a in snapshot.adults),
        "shed1": _left_out(snapshot, plan, 1),
        "shed2": _left_out(snapshot, plan, 2),
        "shed3": _left_out(snapshot, plan, 3),
        "unfair": max(0, _gap(snapshot, loads) - band),
        "burden": sum(_felt(chore, plan, price) for chore in snapshot.responsibilities),
        "deviation": sum(_distance(snapshot, block) for block in plan.blocks),
    }
    return found | _of_some_weeks(snapshot, plan)


def is_free_of_envy(snapshot: Snapshot, plan: Plan) -> bool:
    """Whether nobody, their heaviest chore taken off, carries more for what is due than the other."""
    loads, _ceilings = _loads(snapshot, plan)
    return all(_free_of_envy(snapshot, plan, loads, _heaviest(snapshot, plan)))


def _false_certificate(snapshot: Snapshot, plan: Plan, loads: dict[str, int], gap: int) -> Iterator[str]:
    if plan.certificate["minutes"] != loads:
        yield f"the certificate says {plan.certificate['minutes']} minutes, the plan {loads}"
    if plan.certificate["gap_min"] != gap:
        yield f"the certificate says {plan.certificate['gap_min']} min off, the plan {gap}"
    yield from _other_shares(snapshot, plan, loads)
    yield from _unnamed(snapshot, plan)
    yield from false_words(snapshot, plan, _parts(snapshot), loads, gap)
    envy = plan.certificate["wef1"]
    if envy["holds"] and not all(_free_of_envy(snapshot, plan, loads, envy["witness"])):
        yield "the certificate's witness does not remove all envy"
    if not envy["holds"] and is_free_of_envy(snapshot, plan):
        yield "the certificate finds no witness, and there is one"


def _other_shares(snapshot: Snapshot, plan: Plan, loads: dict[str, int]) -> Iterator[str]:
    """Shares in percent and agreed minutes, both rounded, where they are not what the weights say."""
    parts = _parts(snapshot)
    carry = {adult.id: _carry(adult) for adult in snapshot.adults}
    total = sum(loads.values()) + sum(carry.values())
    agreed = {who: floor(part * total + Fraction(1, 2)) - carry[who] for who, part in parts.items()}
    if plan.certificate["agreed"] != agreed:
        yield f"the certificate says {plan.certificate['agreed']} agreed, the shares {agreed}"
    if any(abs(plan.certificate["shares"][who] - 100 * part) > Fraction(1, 2) for who, part in parts.items()):
        yield f"the certificate's shares {plan.certificate['shares']} are not the week's"


def _parts(snapshot: Snapshot) -> dict[str, Fraction]:
    """Each one's part of the whole; equal ones where nobody has a weight."""
    weights = {a.id: a.capacity_min if a.share_weight is None else a.share_weight for a in snapshot.adults}
    whole = sum(weights.values())
    return {
        who: Fraction(weight, whole) if whole else Fraction(1, len(weights))
        for who, weight in weights.items()
    }


def _carry(adult: Adult) -> int:
    """The half of the ledger that counts this week."""
    return floor(Fraction(adult.ledger_min, 2))


def _unnamed(snapshot: Snapshot, plan: Plan) -> Iterator[str]:
    elsewhere = sorted(block.id for block in plan.blocks if _is_elsewhere(snapshot, block))
    if plan.certificate.get("not_where_put", []) != elsewhere:
        yield f"the certificate must name what is not where it was put: {elsewhere}"


def _is_elsewhere(snapshot: Snapshot, block: Block) -> bool:
    """Whether the block is still ahead and not where its doer put it."""
    chore = next(c for c in snapshot.responsibilities if c.id == block.responsibility)
    ahead = snapshot.now is None or block.interval.start_at >= snapshot.now
    put = block.adult in chore.numbered(block.occurrence).fixed_start
    return ahead and put and not is_put(chore, block)


def _of_some_weeks(snapshot: Snapshot, plan: Plan) -> dict[str, int]:
    """The levels that only some weeks have."""
    found, chores = {}, snapshot.responsibilities
    if any(chore.asked_last for chore in chores):
        found["spared"] = sum(_of_asked_last(chore, plan) for chore in chores)
    if any(chore.mode == "duty" and chore.blocked for chore in chores):
        found["sleep"] = sleep_of(snapshot, plan)
    return found


def _of_asked_last(chore: Responsibility, plan: Plan) -> int:
    if not chore.blocked:
        return len(chore.occurrences) * chore.minutes if plan.doers[chore.id] in chore.asked_last else 0
    return chore.minutes * sum(block.adult in chore.asked_last for block in _blocks_of(plan, chore))


def _blocks_of(plan: Plan, chore: Responsibility) -> list[Block]:
    return [block for block in plan.blocks if block.responsibility == chore.id]


def _hands(plan: Plan, chore: Responsibility) -> list[str]:
    """Whose each occurrence is: who does it, or (chores held whole) who would have."""
    doer, hands = plan.doers[chore.id], [block.adult for block in _blocks_of(plan, chore)]
    if doer is not None and (chore.mode == "whole" or not chore.blocked):
        hands += [doer] * (_carried(chore, len(hands)) - len(hands))
    return hands


def _carried(chore: Responsibility, blocks: int) -> int:
    """How many occurrences count: where a chore may shrink and has half its blocks or fewer, only half."""
    wanted = len(chore.occurrences)
    return (wanted + 1) // 2 if chore.shrinks and 0 < 2 * blocks <= wanted + 1 else wanted


def _loads(snapshot: Snapshot, plan: Plan) -> tuple[dict[str, int], dict[str, int]]:
    """Minutes in each one's share, and those of them that count against the capacity."""
    loads = {adult.id: 0 for adult in snapshot.adults}
    ceilings = dict(loads)
    for chore in snapshot.responsibilities:
        doer = plan.doers[chore.id]
        parts = [(who, chore.minutes) for who in _hands(plan, chore)]
        if doer is not None:
            split = chore.mode != "whole" and chore.blocked
            thinker = chore.previous if split else doer
            parts += [(thinker, chore.mental_min)] if thinker is not None else []
        for who, minutes in parts:
            loads[who] += minutes
            ceilings[who] += minutes if chore.blocked else 0
    return loads, ceilings


def _gap(snapshot: Snapshot, loads: dict[str, int]) -> int:
    carried = {adult.id: loads[adult.id] + _carry(adult) for adult in snapshot.adults}
    total = sum(carried.values())
    return max(ceil(abs(carried[who] - part * total)) for who, part in _parts(snapshot).items())


def _heaviest(snapshot: Snapshot, plan: Plan) -> dict[str, str]:
    """Of what could have gone either way, each holder's heaviest parcel in their own eyes."""
    found: dict[str, tuple[int, str]] = {}
    for chore in snapshot.responsibilities:
        for holder, times, thinking in _parcels(plan, chore):
            percent = chore.burden_percent.get(holder, 100)
            felt = (times * chore.minutes * percent + 50) // 100 + thinking
            if len(chore.doers) > 1:
                found[holder] = max(found.get(holder, (0, "")), (felt, chore.id))
    return {holder: chore for holder, (_, chore) in found.items()}


def _free_of_envy(
    snapshot: Snapshot, plan: Plan, loads: dict[str, int], witness: Mapping[str, str | None]
) -> Iterator[bool]:
    """Whether each adult, without the chore named, carries no more for what is due than every other one.

    Due is what the agreed share leaves after the ledger and after the chores only this adult may do.
    """
    parts = _parts(snapshot)
    carry = {adult.id: _carry(adult) for adult in snapshot.adults}
    total = sum(loads.values()) + sum(carry.values())
    due = {who: part * total - carry[who] for who, part in parts.items()}
    felt: dict[tuple[str, str], int] = {(eyes, holder): 0 for eyes in parts for holder in parts}
    lightened = dict.fromkeys(parts, 0)
    for chore in snapshot.responsibilities:
        for holder, times, thinking in _parcels(plan, chore):
            if len(chore.doers) == 1:
                due[holder] -= times * chore.minutes + thinking
                continue
            for eyes in parts:
                percent = chore.burden_percent.get(eyes, 100)
                felt[eyes, holder] += (times * chore.minutes * percent + 50) // 100 + thinking
            own = (times * chore.minutes * chore.burden_percent.get(holder, 100) + 50) // 100 + thinking
            if witness.get(holder) == chore.id:
                lightened[holder] = max(lightened[holder], own)
    for one, other in product(parts, parts):
        rest = felt[one, one] - lightened[one]
        yield one == other or rest * _positive(due[other]) <= felt[one, other] * _positive(due[one])


def _positive(value: Fraction) -> Fraction:
    return value if value > 0 else Fraction(0)


def _parcels(plan: Plan, chore: Responsibility) -> list[tuple[str, int, int]]:
    """The parts of a chore that could change hands alone: holder, occurrences, thinking."""
    doer = plan.doers[chore.id]
    if doer is None:
        return []
    if chore.mode != "whole" and chore.blocked:
        thinker = [(chore.previous, 0, chore.mental_min)] if chore.previous and chore.mental_min else []
        return [(who, 1, 0) for who in _hands(plan, chore)] + thinker
    return [(doer, len(_hands(plan, chore)), chore.mental_min)]


def _left_out(snapshot: Snapshot, plan: Plan, priority: int) -> int:
    minutes = 0
    for chore in snapshot.responsibilities:
        wanted, doer = len(chore.occurrences), plan.doers[chore.id]
        undone = wanted - len(_blocks_of(plan, chore)) if chore.blocked or doer is None else 0
        within = [(chore.without, wanted, True), (chore.parts, undone, doer is None)]
        for parts, times, thinking in within:
            minutes += sum(_weighed(part, times, thinking) for part in parts if part.priority == priority)
        if chore.priority == priority:
            own = Part(
                chore.id,
                chore.title,
                priority,
                chore.minutes - sum(part.minutes for part in chore.parts),
                chore.mental_min - sum(part.mental_min for part in chore.parts),
                chore.left_out_weeks if priority else 0,
            )
            minutes += _weighed(own, undone, priority > 0 and doer is None)
    return minutes


def _weighed(part: Part, times: int, thinking: bool) -> int:
    weight = _weight(part.left_out_weeks)
    return times * ceil(part.minutes * weight) + (ceil(part.mental_min * weight) if thinking else 0)


def _weight(waited: int) -> Fraction:
    """A quarter more for each of the first four weeks of waiting, double for each of the next six."""
    weight = Fraction(1)
    for week in range(1, min(waited, 10) + 1):
        weight = weight + Fraction(1, 4) if week <= 4 else weight * 2
    return weight


def _felt(chore: Responsibility, plan: Plan, price: int) -> int:
    doer, hands = plan.doers[chore.id], _hands(plan, chore)
    if doer is None:
        return 0
    split = chore.mode != "whole" and chore.blocked
    groups = [(who, 1) for who in hands] if split else [(who, hands.count(who)) for who in set(hands)]
    felt = sum(
        (times * chore.minutes * chore.burden_percent.get(who, 100) + 50) // 100 for who, times in groups
    )
    moved = any(who != chore.previous for who in (hands if split else [doer]))
    return felt + chore.mental_min + (price if chore.previous is not None and moved else 0)


def _distance(snapshot: Snapshot, block: Block) -> int:
    """Steps from the usual time, six for each day off, one for each whole step past 21:00."""
    if snapshot.is_settled(block):
        return 0
    chore = next(c for c in snapshot.responsibilities if c.id == block.responsibility)
    if chore.mode == "duty" or is_put(chore, block):
        return 0
    occurrence = chore.numbered(block.occurrence)
    local = block.interval.start_at.astimezone(ZoneInfo(snapshot.tz))
    minute, day = local.hour * 60 + local.minute, (local.date() - snapshot.monday).days
    if not (day in occurrence.days and minute >= occurrence.start):
        minute, day = minute + 1440, day - 1
    steps = abs(minute - chore.usual_min) // 15 + 6 * abs(day - occurrence.usual_day)
    return steps + max(0, minute + chore.minutes - 21 * 60) // 15
