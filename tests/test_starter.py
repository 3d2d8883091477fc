"""The list a home begins with: right for the children's age, shared out as its people said."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from service.domain.chores import Chore
from service.domain.household import PartnerId
from service.flow.chore_list import can_be_shorter
from service.planner.routines import parts_of, routines
from service.starter import Bundle, Holder, bundles_for, load_a_week, minutes_a_week, shared_out
from service.store.documents import chore_from_json, chore_to_json

TODAY = date(2026, 11, 29)
ANA, BEN = PartnerId("ana"), PartnerId("ben")
PAIR = (ANA, BEN)


def born(*, months_ago: int) -> date:
    years, months = divmod(TODAY.year * 12 + TODAY.month - 1 - months_ago, 12)
    return date(years, months + 1, 15)


def listed(*children: date) -> dict[str, Chore]:
    return {chore.id: chore for bundle in bundles_for(children, TODAY) for chore in bundle.chores}


def out(holder: Holder, *children: date) -> tuple[Chore, ...]:
    bundles = bundles_for(children, TODAY)
    return shared_out(bundles, {bundle.id: holder for bundle in bundles}, PAIR)


@pytest.mark.parametrize("months", [2, 13, 30, 47])
def test_about_twelve_bundles_are_enough_to_begin_with(months: int) -> None:
    offered = [b for b in bundles_for([born(months_ago=months)], TODAY) if b.offered and b.chores]
    assert 10 <= len(offered) <= 14
    assert sum(len(bundle.chores) for bundle in offered) <= 45


def test_a_baby_has_nights_and_feeds_and_no_nursery_yet() -> None:
    baby = listed(born(months_ago=3))
    assert {"night-first-half", "feeds", "bottles"} <= baby.keys()
    assert not {"drop-off", "tea", "breakfast"} & baby.keys()


def test_a_chore_comes_on_the_day_a_child_is_old_enough_and_goes_when_it_has_grown_out_of_it() -> None:
    birthday = date(2026, 5, 29)
    assert "tea" not in {c.id for b in bundles_for([birthday], TODAY - timedelta(days=1)) for c in b.chores}
    assert "tea" in {c.id for b in bundles_for([birthday], TODAY) for c in b.chores}
    assert "feeds" not in listed(born(months_ago=13))


def test_a_child_that_is_not_born_yet_needs_nothing_and_a_home_still_does() -> None:
    waiting = listed(TODAY + timedelta(days=30))
    assert waiting == listed()
    assert "weekday-dinner" in waiting


def test_twins_take_longer_and_a_brother_of_another_age_only_where_both_need_it() -> None:
    twin = born(months_ago=13)
    one, two = listed(twin), listed(twin, twin)
    assert two["nappies"].effort_minutes == 2 * one["nappies"].effort_minutes
    assert one["bath"].effort_minutes < two["bath"].effort_minutes < 2 * one["bath"].effort_minutes
    assert two["weekday-dinner"] == one["weekday-dinner"]
    older = listed(twin, born(months_ago=40))
    assert older["nappies"] == one["nappies"]
    assert older["bath"] == two["bath"]


def test_what_is_done_for_a_child_waits_while_they_are_in_another_home() -> None:
    chores = listed(born(months_ago=8))
    waiting = {chore.id for chore in chores.values() if chore.for_children}
    assert {"night-first-half", "breakfast", "feeds", "bedtime", "nappies", "pick-up", "drops"} <= waiting
    assert not {"kitchen-reset", "wash", "clothes", "health-visits", "food-plan"} & waiting
    assert waiting < chores.keys()


def test_a_shorter_form_is_shorter_and_of_what_has_a_block_of_its_own() -> None:
    bundles = bundles_for([born(months_ago=3), born(months_ago=30)], TODAY)
    every = [chore for bundle in bundles for chore in (*bundle.chores, *bundle.later)]
    shorter = {chore.id: chore for chore in every if chore.shorter_minutes is not None}
    assert {"bathroom", "food-shop"} <= shorter.keys()
    assert all(can_be_shorter(one) and len(parts_of([one], {})) == 1 for one in shorter.values())


def test_of_the_list_the_bins_alone_ring_since_they_are_not_waited_for() -> None:
    every = [c for b in bundles_for([born(months_ago=13)], TODAY) for c in (*b.chores, *b.later)]
    assert [chore.id for chore in every if chore.alarm] == ["bins"]


def test_cover_and_the_sit_down_are_no_chores() -> None:
    names = " ".join(c.name.lower() for b in bundles_for([born(months_ago=13)], TODAY) for c in b.chores)
    assert "check-in" not in names
    assert "on duty" not in names


def test_no_id_comes_twice_and_every_chore_can_be_kept() -> None:
    bundles = bundles_for([born(months_ago=3), born(months_ago=13), born(months_ago=30)], TODAY)
    chores = [chore for bundle in bundles for chore in (*bundle.chores, *bundle.later)]
    assert len({chore.id for chore in chores}) == len(chores) == 69
    assert [chore_from_json(chore.id, chore_to_json(chore)) for chore in chores] == chores


def test_every_chore_fits_into_each_of_its_windows() -> None:
    for bundle in bundles_for([born(months_ago=13)] * 3, TODAY):
        for chore in (*bundle.chores, *bundle.later):
            if chore.blocked:
                room = min(window.end_minute - window.start_minute for window in chore.windows)
                assert chore.effort_minutes <= room, chore.id


def test_what_one_of_them_takes_is_all_theirs_but_for_nights_so_that_both_sleep() -> None:
    chores = out(ANA, born(months_ago=13))
    assert {chore.owner for chore in chores} == {ANA}
    by_turns = [chore for chore in chores if chore.mode != "whole"]
    assert {chore.id for chore in by_turns} == {"night-first-half", "night-second-half", "early-start"}
    assert minutes_a_week(chores, BEN) == minutes_a_week(by_turns, BEN) > 0


def test_what_both_take_is_even_in_doing_and_thinking() -> None:
    chores = out("both", born(months_ago=13))
    loads = [sum(load_a_week(chore) for chore in chores if chore.owner == partner) for partner in PAIR]
    assert abs(loads[0] - loads[1]) < 60
    assert {"alternating", "whole"} <= {chore.mode for chore in chores}


def test_what_both_take_evens_out_what_one_took_alone() -> None:
    bundles = bundles_for([born(months_ago=13)], TODAY)
    holders: dict[str, Holder] = {bundle.id: "both" for bundle in bundles} | {"cooking": ANA}
    chores = shared_out(bundles, holders, PAIR)
    loads = [sum(load_a_week(chore) for chore in chores if chore.owner == partner) for partner in PAIR]
    assert abs(loads[0] - loads[1]) < 60


def test_a_routine_that_both_hold_stays_one_block() -> None:
    chores = out("both", born(months_ago=8))
    blocks = [{chore.routine for chore in group} for group in routines(chores)]
    assert blocks.count({"Morning"}) == 1
    assert blocks.count({"Close-down"}) == 1


def test_names_inside_a_routine_are_plain_words_so_that_its_title_reads_as_a_list() -> None:
    for bundle in bundles_for([born(months_ago=8)], TODAY):
        for chore in (*bundle.chores, *bundle.later):
            assert chore.routine is None or not re.search("[,:;]", chore.name), chore.name


def test_what_is_not_for_this_home_is_not_on_its_list() -> None:
    bundles = bundles_for([], TODAY)
    assert {chore.id for chore in shared_out(bundles, {"pets": BEN}, PAIR)} == {"pet-care", "pet-stock"}


def test_what_only_counts_stands_in_no_calendar() -> None:
    feeds = Bundle("feeding", "Feeding", (listed(born(months_ago=3))["feeds"],))
    chores = shared_out([feeds], {"feeding": ANA}, PAIR)
    assert minutes_a_week(chores, ANA) == 0
    assert load_a_week(chores[0]) > 600
