"""What a home could do without at first, and what a child grows into: three at a time, nobody's yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from service.domain.chores import Chore
from service.domain.week import Week
from service.flow import check_in, new_jobs
from service.flow.job_offers import AT_A_TIME, job_offers, offered_in
from service.starter import bundles_for
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_household
from tests.flow.sides import QuickPlanner

SET_UP_ON = date(2026, 11, 12)
BORN = date(2026, 6, 1)


def household():  # type: ignore[no-untyped-def]
    return replace(a_household(), set_up_on=SET_UP_ON, children_born=(BORN,))


def first_list() -> list[Chore]:
    return [chore for bundle in bundles_for((BORN,), SET_UP_ON) for chore in bundle.chores]


def later_list() -> set[str]:
    return {chore.id for bundle in bundles_for((BORN,), SET_UP_ON) for chore in bundle.later}


@pytest.fixture
def set_up(home: Home) -> Home:
    home.store.households.save(household())
    known = {chore.id for chore in home.store.households.chores(HOME)}
    home.store.households.add_chores(HOME, [one for one in first_list() if one.id not in known])
    home.world = replace(home.world, planner=QuickPlanner())
    check_in.open_check_in(home.world, HOME, WEEK)
    return home


def test_a_home_finds_its_feet_first_then_three_come_a_week_and_all_come_round() -> None:
    week, seen = Week.of(SET_UP_ON), set()
    for number in range(12):
        grown = {one.id for each in bundles_for((BORN,), week.monday) for one in (*each.chores, *each.later)}
        there = grown - later_list()
        offered = offered_in(household(), week, SET_UP_ON, there)
        assert len(offered) <= AT_A_TIME
        assert bool(offered) == (number >= 2)
        assert all(chore.owner is None for chore in offered)
        seen |= {chore.id for chore in offered}
        week = week.next
    assert later_list() <= seen


def test_what_the_child_grew_into_comes_first() -> None:
    there = {chore.id for chore in first_list()} | later_list()
    months = [Week.of(SET_UP_ON + timedelta(weeks=n)) for n in range(2, 110)]
    grown = [offered for week in months if (offered := offered_in(household(), week, SET_UP_ON, there))]
    assert grown
    assert not {chore.id for offered in grown for chore in offered} & there


def test_one_press_puts_it_on_the_list_as_nobodys_or_turns_it_down_for_good(set_up: Home) -> None:
    first, second, *_rest = job_offers(set_up.world, HOME, WEEK)
    new_jobs.put_on_the_list(set_up.world, HOME, WEEK, first.id)
    new_jobs.turn_down(set_up.world, HOME, WEEK, second.id)
    (listed,) = (one for one in set_up.store.households.chores(HOME) if one.id == first.id)
    assert listed.owner is None
    assert set_up.store.households.get(HOME).declined == (second.id,)
    left = {one.id for one in job_offers(set_up.world, HOME, WEEK)}
    assert not left & {first.id, second.id}
    assert len(left) == 1, "answered ones are not filled up in the same week"
    for again in (new_jobs.put_on_the_list, new_jobs.turn_down):
        with pytest.raises(check_in.CheckInClosedError):
            again(set_up.world, HOME, WEEK, first.id)


def test_both_read_it_once_they_have_answered_and_not_before(set_up: Home) -> None:
    check_in.answer(set_up.world, HOME, ANA, WEEK, state="fine")
    assert not check_in.view(set_up.world, HOME, ANA, WEEK).job_offers
    check_in.answer(set_up.world, HOME, BEN, WEEK, state="fine")
    for reader in (ANA, BEN):
        assert len(check_in.view(set_up.world, HOME, reader, WEEK).job_offers) == AT_A_TIME


def test_a_bundle_that_was_turned_down_brings_nothing_later() -> None:
    bundle = next(one for one in bundles_for((BORN,), SET_UP_ON) if one.chores and one.later)
    home = replace(household(), declined=tuple(chore.id for chore in bundle.chores))
    there = {chore.id for chore in first_list()} - set(home.declined)
    weeks = [Week.of(SET_UP_ON + timedelta(weeks=n)) for n in range(2, 20)]
    seen = {chore.id for week in weeks for chore in offered_in(home, week, SET_UP_ON, there)}
    assert seen
    assert not seen & {chore.id for chore in (*bundle.chores, *bundle.later)}


def test_a_home_with_a_list_of_its_own_is_offered_nothing(home: Home) -> None:
    assert home.store.households.get(HOME).set_up_on is None
    assert job_offers(home.world, HOME, WEEK) == ()
