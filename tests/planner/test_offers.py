"""What would help where a block has no place: one change, else two together, else somebody from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from service.domain.interval import Interval, difference, union
from service.domain.plan import Block, Plan, Unplaced
from service.planner import (
    Adult,
    Responsibility,
    Sitter,
    Snapshot,
    parse_snapshot,
    plan_week,
    repair,
    to_json,
    verify,
)
from service.planner.allocate import Places
from service.planner.board import board_of
from service.planner.candidates import Prepared, prepare
from service.planner.offers import Offer, found_offers, offers_for
from service.planner.policy import Policy
from service.planner.snapshot import State
from service.planner.told import left_out_lines
from tests.planner.building import DAYS, SAMPLES, a_chore, a_time, a_week, a_wish, an_adult, at, on, sample

OUTSIDE = "somebody from outside for it: family, a friend, someone paid"


def the_unplaced(week: Snapshot) -> Unplaced:
    (one,) = plan_week(week).unplaced
    return one


def with_offers(week: Snapshot, adults: tuple[str, ...]) -> tuple[str, ...]:
    prepared = prepare(week)
    return offers_for(prepared, board_of(prepared, {}), {}, prepared.tasks[0], adults)


# What each one change sounds like, where it is the only one that is enough.

EVERY_DAY = [a_time(day, "17:00-18:00") for day in DAYS]
"""Wanted on every day, so that no other day is left."""


def day_by_day(**facts: Any) -> Responsibility:
    times = facts.pop("occurrences", EVERY_DAY)
    return a_chore("Bath", *times, priority=0, eligible=("ana",), **facts)


def of_tuesday(week: Snapshot) -> Unplaced:
    (one,) = [one for one in plan_week(week).unplaced if one.occurrence == 1]
    return one


def test_never_shed_work_beyond_the_days_limit_says_by_how_much() -> None:
    ana = an_adult("Ana", day_limits={1: 20})
    one = of_tuesday(a_week(day_by_day(), adults=(ana, an_adult("Ben"))))
    assert one.reason == "The day's limit is reached between 17:00 and 18:00 on Tuesday."
    assert one.offers == (
        "15 minutes would fit",
        "there is room on Tuesday at 17:00 if that day may hold 10 minutes more",
    )


def test_noisy_work_in_quiet_hours_could_be_heard_then() -> None:
    noisy = day_by_day(noisy=True, minutes=15, occurrences=tuple(a_time(day, "19:00-20:00") for day in DAYS))
    week = a_week(noisy, quiet=on("Tue 16:30-24:00"))
    one = of_tuesday(week)
    assert one.reason == "Only quiet hours have room for it between 19:00 and 20:00 on Tuesday."
    assert one.offers == ("there is room if it may be heard in quiet hours",)


def test_work_at_home_for_who_is_not_there_could_be_done_elsewhere() -> None:
    ana = an_adult("Ana", at_home=tuple(difference(on("daily 00:00-24:00"), on("Tue 14:00-20:30"))))
    one = of_tuesday(a_week(day_by_day(minutes=15), adults=(ana, an_adult("Ben"))))
    assert one.reason == "No room for 15 minutes at home between 17:00 and 18:00 on Tuesday."
    assert one.offers == ("there is room if it need not be done at home",)


def test_where_nobody_would_mind_the_children_somebody_is_asked_for() -> None:
    ben = an_adult("Ben", busy=on("daily 06:00-22:00"))
    ana = an_adult("Ana", may_be_planned=on("daily 17:00-18:00"))
    plan = plan_week(a_week(day_by_day(with_children_ok=False, minutes=15), adults=(ana, ben)))
    assert {one.reason.partition(" in which")[2] for one in plan.unplaced} == {
        " the children are minded meanwhile."
    }
    assert plan.unplaced[1].offers == (
        "there is room on Tuesday at 17:00 if somebody else minds the children meanwhile",
    )


def test_what_shares_the_car_names_what_would_give_way() -> None:
    facts: dict[str, Any] = {"needs": ("car",), "at_home": False, "usual_min": 600, "priority": 0}
    hours = [a_time(day, "10:00-10:15") for day in DAYS]
    shop = a_chore("Shop", *hours, eligible=("ana",), minutes=15, **facts)
    dump = a_chore("Dump", a_time("Wed", "09:00-12:00"), eligible=("ben",), minutes=180, **facts)
    ana = an_adult("Ana", may_be_planned=on("daily 10:00-10:15"))
    one = the_unplaced(a_week(shop, dump, adults=(ana, an_adult("Ben"))))
    assert (one.responsibility, one.occurrence) == ("shop", 2)
    assert one.reason == "What it needs is in use elsewhere between 10:00 and 10:15 on Wednesday."
    assert one.offers == ("there is room on Wednesday at 10:00 if “Dump” gives way",)


def test_a_calendar_that_is_full_is_said_without_saying_whose() -> None:
    ana = an_adult("Ana", busy=on("Tue 06:00-22:00"))
    one = of_tuesday(a_week(day_by_day(), adults=(ana, an_adult("Ben"))))
    assert one.offers == ("there is room if 30 minutes open up between 17:00 and 18:00 on Tuesday",)
    assert "Ana" not in one.reason


def test_repeats_that_would_come_too_soon_may_lie_closer_together() -> None:
    twice = [a_time("Tue", "17:00-18:00"), a_time("Wed", "17:00-18:00")]
    plants = a_chore("Plants", *twice, min_gap_days=6, priority=0, minutes=15)
    one = the_unplaced(a_week(plants))
    assert one.reason.startswith("It would come too soon before or after the last time between 17:00")
    assert any(offer.endswith("if its times may lie closer together") for offer in one.offers)


def test_when_truly_nothing_helps_somebody_from_outside_is_named() -> None:
    resting = tuple(an_adult(name, may_be_planned=()) for name in ("Ana", "Ben"))
    plan = plan_week(a_week(day_by_day(minutes=15), adults=resting))
    assert [one.offers for one in plan.unplaced] == [(OUTSIDE,)] * 7


def test_a_chore_that_can_wait_and_has_no_place_says_what_would_make_room() -> None:
    ana, ben = (an_adult(name, busy=on("Tue 16:00-20:00")) for name in ("Ana", "Ben"))
    week = a_week(a_chore("Mop", a_time("Tue", "17:00-18:00")), adults=(ana, ben))
    plan = plan_week(week)
    assert plan.doers["mop"] is None
    (line,) = left_out_lines(week, plan)
    assert line.sentence == (
        "It can wait this week. No room for 30 minutes between 17:00 and 18:00 on Tuesday."
    )
    assert line.offered == (
        "What would have to give: there is room on Tuesday at 15:30; there is room on Monday at 17:00."
    )
    assert not line.on_purpose


# Two changes, and who is asked.


def test_two_changes_together_are_offered_only_where_no_single_one_is_enough() -> None:
    bath = a_chore("Bath", a_time("Tue", "17:00-18:00"), priority=0, minutes=45, eligible=("ana",))
    ana = an_adult("Ana", busy=on("daily 06:00-16:15", "daily 16:45-18:30", "daily 19:00-22:00"))
    crowded = a_week(bath, adults=(ana, an_adult("Ben")))
    assert the_unplaced(crowded).offers[0] == "30 minutes would fit on Tuesday at 16:15"
    roomy = an_adult("Ana", busy=on("Tue 14:00-22:00"))
    assert the_unplaced(a_week(bath, adults=(roomy, an_adult("Ben")))).offers == (
        "there is room on Monday at 17:00",
    )


def test_the_other_one_for_a_shorter_time_is_a_pair() -> None:
    """Held by Ana, who has no time at all; Ben has half an hour inside the window, and no more."""
    bath = a_chore("Bath", a_time("Tue", "17:00-18:00"), priority=0, minutes=45)
    ana = an_adult("Ana", busy=on("daily 06:00-22:00"))
    ben = an_adult("Ben", busy=on("daily 06:00-17:30", "Tue 18:00-22:00"), day_limit_min=30)
    offers = with_offers(a_week(bath, adults=(ana, ben)), ("ana",))
    assert offers[0] == "Ben could do 30 minutes of it this once"


@pytest.mark.parametrize(("state", "asked"), [("fine", True), ("blown", False), ("away", False)])
def test_of_who_is_spent_nothing_more_is_asked(state: Any, asked: bool) -> None:
    bath = a_chore("Bath", a_time("Tue", "17:00-18:00"))
    ben = an_adult("Ben", busy=on("Tue 17:00-18:00"))
    offers = with_offers(a_week(bath, adults=(an_adult("Ana", state=state), ben)), ("ben",))
    assert ("Ana could do it this once" in offers) is asked


def test_of_who_is_spent_no_longer_day_is_asked() -> None:
    bath = day_by_day()
    for state in ("fine", "blown"):
        ana = an_adult("Ana", day_limits={1: 20}, state=state)
        offers = of_tuesday(a_week(bath, adults=(ana, an_adult("Ben")))).offers
        assert any("may hold" in one for one in offers) is (state == "fine")


def test_more_than_a_window_holds_is_said_in_numbers() -> None:
    hours = a_time("Tue", "17:00-19:00")
    chores = [a_chore(f"C{n}", hours, priority=0, minutes=50, eligible=("ana",)) for n in range(3)]
    ana = an_adult("Ana", busy=on("Tue 18:30-19:00"))
    one = the_unplaced(a_week(*chores[:2], adults=(ana, an_adult("Ben"))))
    assert one.reason == (
        "2 blocks, 100 minutes in all, must lie between 17:00 and 19:00 on Tuesday, where there is "
        "room for 90."
    )


# Each of them is true: carried out on the snapshot, the block has that place by the independent check.

_OF_THE_WHOLE = {
    "figures",
    "nights",
    "every_occurrence_has_one_place_or_a_reason",
    "every_change_of_hands_has_a_reason",
}


def carried_out(week: Snapshot, plan: Plan, offer: Offer, key: tuple[str, int]) -> tuple[Snapshot, Plan]:
    """The snapshot with just that given way, and the plan with the block in the place that was found."""
    prepared = prepare(week)
    block_at = prepared.grid.interval(offer.slot, offer.minutes)
    slots = prepared.grid.interval(offer.slot, -(-offer.minutes // 15) * 15)
    day, kept = prepared.grid.days[offer.slot], offer.without
    chore = next(one for one in week.responsibilities if one.id == key[0])
    times = list(chore.occurrences)
    index = chore.numbers.index(key[1])
    wanted = times[index]
    if "day" in offer.eases:
        assert day not in {one for time in times for one in time.days} or wanted.end + 120 > 1440
        days = tuple(one for one in range(7) if one not in {d for time in times for d in time.days})
        wanted = replace(wanted, days=days, usual_day=days[0])
    if "hours" in offer.eases:
        wanted = replace(wanted, start=max(0, wanted.start - 120), end=min(2880, wanted.end + 120))
    times[index] = wanted
    if "shorter" in offer.eases:
        assert chore.minutes / 2 <= -(-offer.minutes // 15) * 15 < -(-chore.minutes // 15) * 15
    else:
        assert offer.minutes == chore.minutes
    eased = replace(
        chore,
        occurrences=tuple(times),
        at_home=None if "home" in offer.eases else chore.at_home,
        noisy=chore.noisy and "noise" not in offer.eases,
        min_gap_days=0 if "gap" in offer.eases else chore.min_gap_days,
    )

    def adult(one: Adult) -> Adult:
        if one.id != offer.adult:
            return one
        if "limit" in offer.eases:
            one = replace(one, day_limits={**one.day_limits, day: 1440})
        if "calendar" in offer.eases:
            one = replace(
                one,
                busy=tuple(difference(one.busy, [slots])),
                may_be_planned=tuple(union([*one.may_be_planned, *_entries(one, slots)])),
                at_home=tuple(union([*one.at_home, *_entries(one, slots)])),
            )
        return one

    sitters = week.sitters
    if "minded" in offer.eases:
        sitters = (*sitters, Sitter("from-outside", "Somebody", (slots,)))
    relaxed = replace(
        week,
        adults=tuple(adult(one) for one in week.adults),
        sitters=sitters,
        responsibilities=tuple(eased if one.id == chore.id else one for one in week.responsibilities),
    )
    blocks = [b for b in plan.blocks if (b.responsibility, b.occurrence) != kept]
    blocks.append(Block(f"{key[0]}.{key[1]}", *key, offer.adult, block_at))
    return relaxed, replace(plan, blocks=tuple(sorted(blocks, key=lambda b: (b.interval, b.adult, b.id))))


def _entries(one: Adult, slots: Interval) -> list[Interval]:
    """What of those slots an entry or the way to it had taken; hours of rest are none."""
    there = union([*one.busy, *difference([slots], one.at_home)])
    return [found for gone in there if (found := gone.intersection(slots))]


def broken(week: Snapshot, plan: Plan) -> set[tuple[str, str]]:
    return {(one.rule, one.sentence) for one in verify(week, plan) if one.rule not in _OF_THE_WHOLE}


def assert_true(week: Snapshot, plan: Plan) -> set[str]:
    """Carry out every offer of a plan; returns which kinds there were."""
    prepared = prepare(parse_snapshot(to_json(week)))
    places: Places = {
        (b.responsibility, b.occurrence): (b.adult, prepared.grid.slot_at(b.interval.start_at))
        for b in plan.blocks
        if b not in prepared.settled
    }
    board, already = board_of(prepared, places), broken(week, plan)
    seen: set[str] = set()
    for one in plan.unplaced:
        if not one.no_place:
            continue
        assert one.offers
        for task in _tasks(prepared, one):
            doer = plan.doers[task.chore.id]
            adults = (doer,) if doer and task.chore.mode == "whole" else task.chore.doers
            offers = found_offers(prepared, board, places, task, adults)
            said = tuple(dict.fromkeys(offer.sentence for offer in offers))
            assert week.published is not None or one.offers == (said or (OUTSIDE,))
            for offer in offers:
                seen |= set(offer.eases)
                relaxed, more = carried_out(week, plan, offer, task.key)
                found = broken(relaxed, more) - already
                allowed = _by_design(offer, task.chore, doer)
                assert not {(rule, said) for rule, said in found if rule not in allowed}, (offer, found)
    return seen


def _by_design(offer: Offer, chore: Responsibility, doer: str | None) -> set[str]:
    """The other one steps in for a chore that has one doer; a shorter time is not as long as was wished."""
    allowed = {"doers_may_do_it"} if "partner" in offer.eases or doer is None else set()
    return allowed | ({"blocks_keep_their_window_and_length"} if "shorter" in offer.eases else set())


def _tasks(prepared: Prepared, one: Unplaced) -> Sequence[Any]:
    tasks = [t for t in prepared.tasks if t.chore.id == one.responsibility and not t.chore.is_duty]
    return tasks[:1] if one.occurrence is None else [t for t in tasks if t.occurrence == one.occurrence]


@pytest.mark.parametrize("name", [name for name in SAMPLES if "tight" in name or "blown" in name])
def test_every_offer_of_the_sample_weeks_is_true(name: str) -> None:
    week = parse_snapshot(sample(name))
    assert_true(week, plan_week(week, policy=Policy(solver=False)))


def a_crowded_week(chance: Random) -> Snapshot:
    """A few chores in narrow windows, and two adults with little room for them."""

    def hours(low: int, high: int, most: int) -> str:
        start = chance.randint(low * 4, high * 4)
        end = start + chance.randint(2, most * 4)
        return f"{start // 4:02d}:{start % 4 * 15:02d}-{end // 4:02d}:{end % 4 * 15:02d}"

    def adult(name: str) -> Adult:
        busy = union(on(*[f"{chance.choice(DAYS)} {hours(6, 16, 6)}" for _ in range(5)]))
        states: tuple[State, ...] = ("fine", "weeds", "blown")
        one = an_adult(name, state=chance.choice(states), day_limit_min=chance.choice([20, 60, 300]))
        out = on(f"daily {hours(8, 18, 4)}") if chance.random() < 0.5 else ()
        return replace(
            one,
            busy=tuple(busy),
            may_be_planned=tuple(difference(on(f"daily {hours(6, 12, 9)}"), busy)),
            at_home=tuple(difference(one.at_home, [*busy, *out])),
        )

    chores = [
        a_chore(
            f"C{n}",
            *[a_time(day, hours(8, 18, 2)) for day in chance.sample(DAYS, chance.choice([1, 2, 7]))],
            priority=chance.choice([0, 0, 1]),
            minutes=chance.choice([15, 20, 45, 60]),
            noisy=chance.random() < 0.5,
            at_home=chance.choice([True, False, None]),
            with_children_ok=chance.random() < 0.5,
            needs=chance.choice([(), ("car",)]),
            min_gap_days=chance.choice([0, 0, 2]),
            mode=chance.choice(["whole", "alternating"]),
            eligible=chance.choice([("ana",), ("ana", "ben")]),
        )
        for n in range(6)
    ]
    quiet = on("daily 00:00-07:00", "daily 12:00-15:00", "daily 18:00-24:00")
    adults = (adult("Ana"), adult("Ben"))
    return a_week(*chores, adults=adults, selfcare=(a_wish("Ana"),), quiet=quiet)


def test_every_offer_of_a_random_week_is_true_and_every_kind_is_among_them() -> None:
    kinds: set[str] = set()
    for seed in range(25):
        week = a_crowded_week(Random(seed))
        kinds |= assert_true(week, plan_week(week, policy=Policy(solver=False)))
    assert kinds == {
        "partner", "hours", "day", "shorter", "limit", "gap", "noise", "home", "block", "minded", "calendar",
    }  # fmt: skip


def test_so_is_every_offer_of_a_week_that_was_mended_under_way() -> None:
    offered = 0
    for seed in range(12):
        chance = Random(seed)
        week = a_crowded_week(chance)
        first = plan_week(week, policy=Policy(solver=False))
        came = on(*[f"{day} {chance.choice(['08:00-13:00', '14:00-18:00'])}" for day in DAYS[2:]])
        ana, ben = week.adults
        ana = replace(
            ana,
            busy=tuple(union([*ana.busy, *came])),
            may_be_planned=tuple(difference(ana.may_be_planned, came)),
            at_home=tuple(difference(ana.at_home, came)),
        )
        later = replace(week, adults=(ana, ben), published=first, now=at("Wed 07:00"))
        mended = repair(later, policy=Policy(solver=False))
        offered += sum(one.no_place for one in mended.unplaced)
        assert_true(later, mended)
    assert offered > 10
