"""A wish for one week takes the place of what is usual, for that week alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.household import Partner
from service.flow import check_in
from service.flow.answers import AnswerRefusedError, Asides
from service.flow.plan_week import snapshot_for, stored_snapshot
from service.flow.week import tick
from service.planner.snapshot import SelfCare
from tests.builders import ANA, BEN, BERLIN, HOME, WEEK, Home

POTTERY = Asides(own_time_name="Pottery", own_time_minutes="120", own_time_day="3", own_time_part="evening")


def of_ana(home: Home) -> list[SelfCare]:
    snapshot = snapshot_for(home.world, home.store.households.get(HOME), WEEK)
    return [wish for wish in snapshot.selfcare if wish.adult == ANA]


def test_the_week_holds_what_was_wished_for_on_its_day_and_in_its_part(home: Home) -> None:
    check_in.open_check_in(home.world, HOME, WEEK)
    check_in.answer(home.world, HOME, ANA, WEEK, state="fine", asides=POTTERY)
    check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
    stored = home.store.plans.get(HOME, WEEK, "proposed")
    assert stored
    (wish,) = (one for one in stored_snapshot(stored).selfcare if one.adult == ANA)
    (own,) = (one for one in stored.plan.selfcare if one.adult == ANA)
    assert wish.minutes == 120
    start_at = own.interval.start_at.astimezone(BERLIN)
    assert (start_at.weekday(), own.interval.minutes) == (3, 120)
    assert start_at.hour >= 18
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    tick(home.world, HOME)
    assert "Yours: pottery. Ben is on duty" in home.titles(ANA)


def test_the_other_weeks_and_the_others_time_stay_as_usual(home: Home) -> None:
    household = home.store.households.get(HOME)
    check_in.open_check_in(home.world, HOME, WEEK)
    check_in.answer(home.world, HOME, ANA, WEEK, state="fine", asides=POTTERY)
    minutes = {
        week: [wish.minutes for wish in snapshot_for(home.world, household, week).selfcare]
        for week in (WEEK, WEEK.next)
    }
    assert minutes == {WEEK: [120, 60], WEEK.next: [90, 60]}
    check_in.answer(home.world, HOME, ANA, WEEK, state="fine")
    assert [wish.minutes for wish in of_ana(home)] == [90], "taken back with the answer"


def test_of_several_usual_times_one_makes_room(home: Home) -> None:
    def twice(partner: Partner) -> Partner:
        return replace(partner, self_care=tuple(replace(wish, per_week=2) for wish in partner.self_care))

    home.store.households.edit(
        HOME, lambda now: replace(now, partners=tuple(twice(each) for each in now.partners))
    )
    check_in.open_check_in(home.world, HOME, WEEK)
    check_in.answer(home.world, HOME, ANA, WEEK, state="fine", asides=POTTERY)
    assert [wish.minutes for wish in of_ana(home)] == [120, 90]


def test_who_has_no_usual_time_gets_one(home: Home) -> None:
    home.store.households.edit(
        HOME, lambda now: replace(now, partners=tuple(replace(each, self_care=()) for each in now.partners))
    )
    check_in.open_check_in(home.world, HOME, WEEK)
    check_in.answer(home.world, HOME, ANA, WEEK, state="fine", asides=POTTERY)
    (wish,) = of_ana(home)
    assert (wish.minutes, wish.needs_cover) == (120, True)


def test_a_wish_without_a_length_is_asked_back_and_nothing_is_lost(home: Home) -> None:
    check_in.open_check_in(home.world, HOME, WEEK)
    with pytest.raises(AnswerRefusedError, match="how long"):
        check_in.answer(
            home.world, HOME, ANA, WEEK, state="fine", asides=replace(POTTERY, own_time_minutes="many")
        )
    check_in.answer(home.world, HOME, ANA, WEEK, state="fine", asides=replace(POTTERY, own_time_day="9"))
    answer = check_in.view(home.world, HOME, ANA, WEEK).my_answer
    assert answer
    assert answer.own_time
    assert answer.own_time.day is None
