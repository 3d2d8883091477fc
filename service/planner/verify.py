"""The independent check that every plan passes before anybody sees it.

Shares no code with the planner but the snapshot's values and intervals: no grid, no masks, no rows. Each
rule is a function whose sentence is what a person reads. A violation is a defect of the planner; the
caller publishes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import combinations
from math import ceil

from service.domain.interval import Interval, clipped, common, difference
from service.domain.plan import Block, Plan
from service.planner.checked_week import STEP, CheckedWeek
from service.planner.recount import false_figures
from service.planner.recount_moved import false_moves, readings
from service.planner.snapshot import Responsibility, Snapshot
from service.planner.verify_envy import false_envy
from service.planner.verify_nights import false_nights
from service.planner.verify_selfcare import every_cover_is_real, selfcare_is_what_was_wished


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the plan breaks, and a sentence that says where."""

    rule: str
    sentence: str


def verify(snapshot: Snapshot, plan: Plan) -> list[Violation]:
    """Everything that is wrong with the plan; an empty list means it may be published."""
    snapshot = snapshot.going_without(plan.without)
    week = CheckedWeek(snapshot, plan)
    if strangers := list(_strangers(week)):
        return [Violation("known", sentence) for sentence in strangers]
    week.watch()
    found = [Violation(rule.__name__.strip("_"), sentence) for rule in _RULES for sentence in rule(week)]
    figures = [
        *false_figures(snapshot, plan),
        *false_moves(snapshot, plan, _stands_alone),
        *false_envy(snapshot, plan, _keeps_rules),
    ]
    nights = [Violation("nights", sentence) for sentence in false_nights(snapshot, plan)]
    return found + nights + [Violation("figures", sentence) for sentence in figures]


def _keeps_rules(snapshot: Snapshot, plan: Plan) -> bool:
    """Whether the plan's blocks and doers keep every rule, whatever it says of them."""
    week = CheckedWeek(snapshot, plan)
    week.watch()
    broken = (sentence for rule in _RULES if rule not in _OF_WORDS for sentence in rule(week))
    return next(broken, None) is None and not list(false_nights(snapshot, plan))


def _stands_alone(snapshot: Snapshot, plan: Plan, block: Block) -> bool:
    """Whether the block keeps every rule beside the plan's self-care and what has begun, nothing else."""
    given = CheckedWeek(snapshot, plan)
    begun = tuple(one for one in plan.blocks if one in given.settled)

    def broken(blocks: tuple[Block, ...]) -> set[str]:
        week = CheckedWeek(snapshot, replace(plan, blocks=blocks))
        week.watch()
        return {sentence for rule in _OF_ONE_BLOCK for sentence in rule(week)}

    if given.chore(block).is_duty:
        return not list(false_nights(snapshot, replace(plan, blocks=(*begun, block))))
    inside = given.in_window(block.interval, given.chore(block).numbered(block.occurrence).window)
    return (inside or given.is_put(block)) and broken((*begun, block)) <= broken(begun)


def _strangers(week: CheckedWeek) -> Iterator[str]:
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
    for chore, parts in plan.without.items():
        known = week.chores.get(chore)
        if known is None or len(set(parts)) < len(parts) or set(parts) - {part.id for part in known.without}:
            yield f"{chore} is told to go without what is no part of it"
    for one in plan.selfcare:
        if not 0 <= one.index < len(week.snapshot.selfcare) or one.adult not in week.adults:
            yield f"appointment {one.index} is nobody's wish"


def _nobody_is_twice_at_once(week: CheckedWeek) -> Iterator[str]:
    for adult in week.adults:
        held = [(b.id, b.interval, b in week.settled) for b in week.by_day if b.adult == adult]
        held += [(f"self-care {a.index}", a.interval, False) for a in week.plan.selfcare if a.adult == adult]
        for (one, first, begun), (other, second, also) in combinations(held, 2):
            if first.overlaps(second) and not (begun and also):
                yield f"{one} and {other} overlap"


def _only_free_time_is_used(week: CheckedWeek) -> Iterator[str]:
    for block in week.new_by_day:
        adult = week.adults[block.adult]
        free = difference(adult.may_be_planned, adult.busy)
        if difference([block.interval], free) and not week.is_put(block):
            yield f"{block.id} is not in {block.adult}'s free time"
        if week.snapshot.now is not None and block.interval.start_at < week.snapshot.now:
            yield f"{block.id} starts before now"


def _blocks_keep_their_window_and_length(week: CheckedWeek) -> Iterator[str]:
    for block in week.new_by_day:
        chore = week.chore(block)
        window = chore.numbered(block.occurrence).window
        taken = Interval(block.interval.start_at, block.interval.start_at + -(-chore.minutes // 15) * STEP)
        if not week.in_window(taken, window) and not week.is_put(block):
            yield f"{block.id} leaves its window"
        if block.interval.minutes != chore.minutes:
            yield f"{block.id} lasts {block.interval.minutes} min, not {chore.minutes}"


def _noise_keeps_quiet_hours(week: CheckedWeek) -> Iterator[str]:
    for block in week.new:
        noisy = week.chore(block).noisy and not week.is_put(block)
        if noisy and clipped(week.snapshot.quiet, block.interval):
            yield f"{block.id} is noisy in quiet hours"


def _chores_at_home_are_done_at_home(week: CheckedWeek) -> Iterator[str]:
    for block in week.new_by_day:
        needs_home = week.chore(block).at_home and not week.is_put(block)
        if needs_home and difference([block.interval], week.adults[block.adult].at_home):
            yield f"{block.id} needs its doer at home"


def _no_day_is_above_its_limit(week: CheckedWeek) -> Iterator[str]:
    minutes: dict[tuple[str, date], int] = {}
    for block in week.by_day:
        key = (block.adult, week.day(block.interval.start_at))
        minutes[key] = minutes.get(key, 0) + block.interval.minutes
    for adult, day in sorted({(b.adult, week.day(b.interval.start_at)) for b in week.new_by_day}):
        limits = week.adults[adult]
        weekday = (day - week.snapshot.monday).days
        if minutes[adult, day] > limits.day_limits.get(weekday, limits.day_limit_min):
            yield f"{adult} has {minutes[adult, day]} min on {day}"


def _repeats_keep_their_distance(week: CheckedWeek) -> Iterator[str]:
    free = [block for block in week.new if not week.is_put(block)]
    bound = [*free, *(block for block in week.plan.blocks if block in week.settled)]
    days = {(b.responsibility, b.occurrence): week.day(b.interval.start_at) for b in bound}
    for block in free:
        for near in (block.occurrence - 1, block.occurrence + 1):
            other = days.get((block.responsibility, near))
            own = days[block.responsibility, block.occurrence]
            if other is not None and abs((own - other).days) < week.chore(block).min_gap_days:
                yield f"{block.id} is too near to its neighbour"


def _single_things_are_used_once_at_a_time(week: CheckedWeek) -> Iterator[str]:
    for one, other in combinations(week.plan.blocks, 2):
        shared = set(week.chore(one).needs) & set(week.chore(other).needs)
        if shared and one.interval.overlaps(other.interval) and not {one, other} <= week.settled:
            yield f"{one.id} and {other.id} need the same {min(shared)}"


def _somebody_minds_the_children(week: CheckedWeek) -> Iterator[str]:
    for block in week.new:
        lost = common(week.tying(block), week.minding[block.adult])
        for person in week.people:
            if lost and person != block.adult:
                lost = difference(lost, week.on_duty[person])
        if lost:
            yield f"during {block.id} nobody minds the children"


def _doers_may_do_it(week: CheckedWeek) -> Iterator[str]:
    for chore in week.snapshot.responsibilities:
        doer, blocks = week.plan.doers[chore.id], [b for b in week.new if b.responsibility == chore.id]
        split = chore.mode != "whole" and chore.blocked
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


def _every_occurrence_has_one_place_or_a_reason(week: CheckedWeek) -> Iterator[str]:
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


def _every_change_of_hands_has_a_reason(week: CheckedWeek) -> Iterator[str]:
    told = {(move.responsibility, move.giver, move.taker) for move in week.plan.moves if move.reason}
    changes = set()
    for chore in week.snapshot.responsibilities:
        doer = week.plan.doers[chore.id]
        hands = {doer}
        if doer is not None and chore.mode == "alternating" and chore.blocked:
            hands = {block.adult for block in week.plan.blocks if block.responsibility == chore.id}
        if doer is not None and chore.mode == "duty" and chore.blocked and chore.previous is not None:
            hands = set(_beyond_their_turn(week, chore))
        changes |= {(chore.id, chore.previous, who) for who in hands if who not in (None, chore.previous)}
    for name, _giver, taker in changes - told:
        yield f"{name} is {taker}'s this week, and no reason is told"
    for name, _giver, taker in told - changes:
        yield f"{name} is told to be {taker}'s this week, and is not"


def _what_blocks_go_without_is_told(week: CheckedWeek) -> Iterator[str]:
    for chore in week.snapshot.responsibilities:
        gone = {part.id for part in chore.without} if week.plan.doers[chore.id] is not None else set()
        if gone != set(week.plan.without.get(chore.id, ())):
            yield f"what {chore.id} goes without is not told as it is"


def _beyond_their_turn(week: CheckedWeek, chore: Responsibility) -> Iterator[str]:
    """Who holds more nights of it than an even share of them, rounded up; and who holds any at all where its
    owner may hold none."""
    held = [block.adult for block in week.plan.blocks if block.responsibility == chore.id]
    share = Fraction(len(held), len(chore.doers)) if chore.previous in chore.doers else Fraction(0)
    for who in sorted(set(held)):
        if held.count(who) > ceil(share):
            yield who


def _what_a_person_put_somewhere_stays_there(week: CheckedWeek) -> Iterator[str]:
    for block in week.new:
        put = week.put(block)
        if put is None or week.is_put(block) or any(week.clash(put, other) for other in week.all_put()):
            continue
        if not week.whole().contains(put.interval):
            continue
        if all(_stands_alone(strict, week.plan, put) for strict in readings(week.snapshot)):
            yield f"{block.id} is not where {block.adult} put it"


_RULES: tuple[Callable[[CheckedWeek], Iterator[str]], ...] = (
    _nobody_is_twice_at_once,
    _only_free_time_is_used,
    _blocks_keep_their_window_and_length,
    _noise_keeps_quiet_hours,
    _chores_at_home_are_done_at_home,
    _no_day_is_above_its_limit,
    _repeats_keep_their_distance,
    _single_things_are_used_once_at_a_time,
    _somebody_minds_the_children,
    every_cover_is_real,
    selfcare_is_what_was_wished,
    _doers_may_do_it,
    _every_occurrence_has_one_place_or_a_reason,
    _every_change_of_hands_has_a_reason,
    _what_blocks_go_without_is_told,
    _what_a_person_put_somewhere_stays_there,
)

_OF_WORDS = (_every_occurrence_has_one_place_or_a_reason, _every_change_of_hands_has_a_reason)

_OF_ONE_BLOCK = (
    _nobody_is_twice_at_once,
    _only_free_time_is_used,
    _noise_keeps_quiet_hours,
    _chores_at_home_are_done_at_home,
    _repeats_keep_their_distance,
    _somebody_minds_the_children,
    every_cover_is_real,
)
