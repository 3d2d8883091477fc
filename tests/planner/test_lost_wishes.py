"""A time for oneself that found no place: its reason, and offers that really make one."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from service.domain.interval import difference, union
from service.planner import Adult, SelfCare, Sitter, Snapshot, Window, parse_snapshot, plan_week, to_json
from service.planner.candidates import prepare
from service.planner.grid import bits
from service.planner.lost_wishes import LostWish, WishOffer, lost_wishes, wish_offers
from service.planner.policy import Policy
from tests.planner.building import DAYS, a_week, a_wish, an_adult, at, local, on

QUICK = Policy(solver=False)
EVENING = "Thu 16:00-22:00"


def the_lost(*wishes: SelfCare, **facts: Any) -> LostWish:
    facts.setdefault("adults", (an_adult("Ana"), an_adult("Ben", busy=on(EVENING))))
    week = a_week(selfcare=wishes, **facts)
    (one,) = lost_wishes(week, plan_week(week, policy=QUICK))
    return one


def test_without_anybody_on_duty_a_sitter_comes_first() -> None:
    one = the_lost(a_wish("Ana", "Thu", "17:00-18:30"))
    assert one.reason == "Nobody could be on duty for all of it in the hours that you wished for."
    assert one.offers[0] == "there is time on Thursday at 17:00 if a sitter comes for 90 minutes"


def test_the_sitter_is_asked_for_where_least_is_lacking() -> None:
    """From 19:45 on Ben could be there for all but a quarter of an hour; everywhere else more is lacking."""
    ben = an_adult("Ben", busy=on("Thu 16:00-18:00", "Thu 19:00-20:00", "Thu 21:30-22:00"))
    awake = replace(a_week().children, awake=on("Thu 00:00-24:00"))
    wish = a_wish("Ana", "Thu", "17:00-21:15", usual_min=17 * 60)
    one = the_lost(wish, adults=(an_adult("Ana"), ben), children=awake)
    assert one.offers[0] == "there is time on Thursday at 19:45 if a sitter comes for 90 minutes"


def test_a_shorter_time_then_other_hours_then_an_entry_of_ones_own() -> None:
    ana = an_adult("Ana", busy=on("Thu 16:00-17:00", "Thu 18:00-22:00"))
    one = the_lost(a_wish("Ana", "Thu", "16:00-22:00", needs_cover=False), adults=(ana, an_adult("Ben")))
    assert one.reason == "Your calendar has no 90 minutes free in the hours that you wished for."
    assert one.offers == (
        "60 minutes would fit on Thursday at 17:00",
        "there is time on Wednesday at 19:00",
        "there is time on Thursday at 17:00 if 30 minutes come free in your calendar",
    )


def test_two_changes_where_none_is_enough() -> None:
    ana = an_adult("Ana", may_be_planned=on("daily 17:00-18:00"))
    ben = an_adult("Ben", busy=on("daily 06:00-22:00"))
    one = the_lost(a_wish("Ana", "Thu", "17:00-22:00"), adults=(ana, ben))
    assert one.offers == ("60 minutes would fit on Thursday at 17:00 if a sitter comes for 60 minutes",)


def test_where_the_week_has_no_room_at_all_somebody_from_outside_is_named() -> None:
    ana = an_adult("Ana", may_be_planned=())
    one = the_lost(a_wish("Ana"), adults=(ana, an_adult("Ben")))
    assert one.offers == ("somebody from outside takes over something that fills your calendar",)


def test_hours_that_are_too_short_say_so() -> None:
    one = the_lost(a_wish("Ana", windows=(Window((3,), 1080, 1140),)))
    assert one.reason == "90 minutes do not fit the hours that you wished for."
    assert one.offers


def test_of_hours_that_have_passed_nothing_is_said() -> None:
    monday = a_wish("Ana", windows=(Window((0,), 1080, 1320),))
    for now, said in (("Mon 08:00", True), ("Tue 08:00", False)):
        ana = an_adult("Ana", busy=on("Mon 17:00-23:00"))
        week = a_week(selfcare=(monday,), adults=(ana, an_adult("Ben")), now=at(now))
        assert bool(lost_wishes(week, plan_week(week))) is said


def test_two_wishes_for_one_hour_say_that_another_time_has_it() -> None:
    pair = [a_wish(name, "Thu", "20:00-21:30") for name in ("Ana", "Ben")]
    one = the_lost(*pair, adults=(an_adult("Ana"), an_adult("Ben")))
    assert one.reason == "Another time of one of you has the hours that you wished for."
    assert one.offers[0] == "there is time on Thursday at 18:30"


def test_what_somebody_let_go_is_not_spoken_of() -> None:
    week = a_week(selfcare=(a_wish("Ana", fixed_start="left_out"),))
    assert lost_wishes(week, plan_week(week, policy=QUICK)) == ()


def test_nothing_in_it_says_where_anybody_else_is() -> None:
    for ben in (on(EVENING), on("Thu 19:00-20:00"), ()):
        week = a_week(
            adults=(an_adult("Ana"), an_adult("Ben", busy=ben)),
            selfcare=(a_wish("Ana", "Thu", "18:00-20:30"), a_wish("Ben", "Thu", "18:00-20:30")),
        )
        for one in lost_wishes(week, plan_week(week, policy=QUICK)):
            assert not {"Ana", "Ben"} & set(" ".join([one.reason, *one.offers]).split())


# Each offer is true: with just that change the wish has that time, the other times staying where they are.


def carried_out(week: Snapshot, index: int, offer: WishOffer) -> Snapshot:
    prepared = prepare(week)
    grid, wish = prepared.grid, week.selfcare[index]
    at = grid.interval(offer.slot, offer.minutes)
    slots = [grid.interval(slot, 15) for slot in bits(grid.touched([at]))]
    if "shorter" in offer.gives:
        assert wish.minutes / 2 <= offer.minutes < wish.minutes
    else:
        assert offer.minutes == wish.minutes
    windows = (Window((grid.days[offer.slot],), 0, 1440),) if "hours" in offer.gives else wish.windows
    eased = replace(wish, minutes=offer.minutes, windows=windows, usual_min=grid.minutes[offer.slot])
    eased = replace(eased, usual_day=grid.days[offer.slot])

    def adult(one: Adult) -> Adult:
        if one.id != wish.adult or "entry" not in offer.gives:
            return one
        taken = union([*one.busy, *difference(slots, one.at_home)])
        free = [found for gone in taken for slot in slots if (found := gone.intersection(slot))]
        planned = union([*one.may_be_planned, *free])
        return replace(one, busy=tuple(difference(one.busy, slots)), may_be_planned=tuple(planned))

    sitters = week.sitters
    if "sitter" in offer.gives:
        hours = union([grid.interval(slot, 15) for slot in bits(offer.watched)])
        sitters = (*sitters, Sitter("somebody", "Somebody", tuple(hours)))
    stand = {one.index: one.interval.start_at for one in prepared.appointments}
    wishes = [
        eased if n == index else replace(one, fixed_start=stand.get(n, "left_out"))
        for n, one in enumerate(week.selfcare)
    ]
    return replace(
        week, adults=tuple(adult(one) for one in week.adults), sitters=sitters, selfcare=tuple(wishes)
    )


def a_full_week(chance: Random) -> Snapshot:
    def hours(low: int, high: int, most: int) -> str:
        start = chance.randint(low * 4, high * 4)
        end = start + chance.randint(2, most * 4)
        return f"{start // 4:02d}:{start % 4 * 15:02d}-{end // 4:02d}:{end % 4 * 15:02d}"

    def adult(name: str) -> Adult:
        one = an_adult(name, busy=tuple(union(on(*[f"{day} {hours(6, 16, 6)}" for day in DAYS * 2]))))
        return replace(one, may_be_planned=tuple(difference(on(f"daily {hours(8, 14, 8)}"), one.busy)))

    wishes = [
        a_wish(name, chance.choice(DAYS), hours(8, 18, 3), minutes=chance.choice([60, 90, 120]))
        for name in ("Ana", "Ana", "Ben", "Ben")
    ]
    return parse_snapshot(
        to_json(
            a_week(
                adults=(adult("Ana"), adult("Ben")),
                selfcare=tuple(replace(one, needs_cover=chance.random() < 0.7) for one in wishes),
            )
        )
    )


def test_every_offer_of_a_random_week_makes_the_time_it_names() -> None:
    gives: set[str] = set()
    pairs = 0
    for seed in range(40):
        week = a_full_week(Random(seed))
        plan = plan_week(week, policy=QUICK)
        for lost in lost_wishes(week, plan):
            assert lost.offers
            for offer in wish_offers(week, plan, lost.index):
                gives.update(offer.gives)
                pairs += len(offer.gives) == 2
                found = prepare(carried_out(week, lost.index, offer)).appointments
                mine = [one for one in found if one.index == lost.index]
                at = prepare(week).grid.interval(offer.slot, offer.minutes)
                assert [local(one.interval.start_at) for one in mine] == [local(at.start_at)], offer
                assert len(found) == len(plan.selfcare) + 1
    assert gives == {"sitter", "shorter", "hours", "entry"}
    assert pairs
