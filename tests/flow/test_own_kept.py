"""What is kept about somebody is said as it is, and what they said can go before its time."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from service.flow import check_in, my_week, own_kept
from service.flow.plan_week import stored_snapshot
from service.flow.week import tick
from service.planner import parse_snapshot
from tests.builders import ANA, BEN, BERLIN, HOME, WEEK, Home


def said(home: Home) -> dict[str, str]:
    return {line.what: line.until for line in own_kept.kept(home.world, HOME, ANA)}


def both_answer(home: Home) -> None:
    check_in.open_check_in(home.world, HOME, WEEK)
    check_in.answer(home.world, HOME, ANA, WEEK, state="blown", appreciation="The soup.")
    check_in.answer(home.world, HOME, BEN, WEEK, state="fine", appreciation="Sleep.")
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    tick(home.world, HOME)


def test_the_day_that_is_named_is_the_day_on_which_it_goes(home: Home) -> None:
    assert not any("How you were" in what for what in said(home))
    both_answer(home)
    assert said(home)["How you were, in 1 week"] == "six weeks each; the first goes on Tuesday 19 January"
    goes_at = datetime.combine(datetime(2027, 1, 19).date(), time(0), BERLIN) + timedelta(hours=2)  # noqa: DTZ001
    for moment, is_there in ((goes_at - timedelta(days=1), True), (goes_at, False)):
        home.store.forget_old(now=moment)
        assert (home.store.check_ins.states_before(HOME, ANA, WEEK.next)[0] is not None) == is_there


def test_erasing_leaves_the_week_and_the_others_words_and_is_told_to_nobody(home: Home) -> None:
    both_answer(home)
    before = my_week.view(home.world, HOME, BEN, week=WEEK)
    own_kept.erase_said(home.world, HOME, ANA)
    found = home.store.check_ins.get(HOME, WEEK)
    assert found is not None
    assert (found.answers[ANA].appreciation, found.answers[BEN].appreciation) == ("", "Sleep.")
    tick(home.world, HOME)
    assert my_week.view(home.world, HOME, BEN, week=WEEK) == before
    assert {kind for kind, *_ in home.post.sent} == {"week"}
    home.clock.move(timedelta(days=8))
    own_kept.erase_said(home.world, HOME, ANA)
    assert home.store.check_ins.states_before(HOME, ANA, WEEK.next)[0] is None
    assert home.store.check_ins.states_before(HOME, BEN, WEEK.next)[0] == "fine"


def test_what_a_plan_was_made_from_no_longer_tells_how_anybody_was_once_the_next_week_is_over(
    home: Home,
) -> None:
    both_answer(home)
    shown = my_week.view(home.world, HOME, ANA, week=WEEK).days
    end_at = WEEK.next.interval(BERLIN).end_at
    for moment, tells in ((end_at - timedelta(hours=1), True), (end_at + timedelta(days=2), False)):
        home.store.forget_old(now=moment)
        stored = home.store.plans.get(HOME, WEEK, "published")
        assert stored is not None
        ana = next(adult for adult in stored.snapshot["adults"] if adult["id"] == ANA)
        assert (ana["state"] == "blown") == tells
        assert bool(ana["busy"]) == tells
        assert (ana["capacity_min"] < ana["offered_min"]) == tells
        assert parse_snapshot(dict(stored.snapshot)) == stored_snapshot(stored)
    assert my_week.view(home.world, HOME, ANA, week=WEEK).days == shown
