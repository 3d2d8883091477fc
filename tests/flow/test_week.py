"""The week as its people live it: planned, written, asked, agreed, and left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.errors import AuthExpiredError, RateLimitedError, UnavailableError
from service.domain.household import Sitter
from service.domain.interval import Interval
from service.domain.week import parse_windows
from service.flow import check_in
from service.flow.week import tick
from service.ports import Account
from tests.builders import ANA, BEN, HOME, WEEK, Home, busy, span, time_range


def test_the_first_tick_fills_both_calendars_and_the_second_writes_nothing(home: Home) -> None:
    first = tick(home.world, HOME)
    assert first.partners[ANA].problem is None
    assert first.partners[ANA].written.created > 5
    assert first.partners[BEN].written.created > 5
    second = tick(home.world, HOME)
    assert [second.partners[p].writes for p in (ANA, BEN)] == [0, 0]
    assert len(home.server.account(ANA).entries()) == first.partners[ANA].written.created


def test_a_week_that_cannot_be_planned_keeps_its_plan_and_stops_nothing_else(home: Home) -> None:
    """Facts that contradict each other (here one id for two people) are reported; the tick goes on."""
    tick(home.world, HOME)
    titles = home.titles(ANA)
    twin = Sitter("ana", "Granny", parse_windows("Wed 14:00-18:00"))
    home.store.households.edit(HOME, lambda stands: replace(stands, sitters=(twin,)))
    home.put_busy(ANA, "Mon-Sun 06:30-22:00")
    home.clock.move(timedelta(days=1))
    report = tick(home.world, HOME)
    assert any("ana" in why and "used twice" in why for why in report.unplanned)
    assert home.titles(ANA) == titles
    home.store.households.edit(HOME, lambda stands: replace(stands, sitters=()))
    assert tick(home.world, HOME).unplanned == []
    assert home.titles(ANA) != titles


def test_self_care_stands_in_one_calendar_and_its_cover_in_the_other(home: Home) -> None:
    tick(home.world, HOME)
    (swim,) = [e for e in home.server.account(ANA).entries() if e.title.startswith("Yours: swim")]
    (cover,) = [e for e in home.server.account(BEN).entries() if e.title.startswith("On duty")]
    assert swim.title == "Yours: swim. Ben is on duty"
    assert swim.time == cover.time
    assert "CLASS:PRIVATE" in swim.text


def test_blown_moves_work_to_the_other_and_agreeing_changes_the_calendars(home: Home) -> None:
    tick(home.world, HOME)
    before = len(home.server.account(ANA).entries())
    check_in.answer(home.world, HOME, ANA, WEEK, state="blown")
    check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
    view = check_in.view(home.world, HOME, ANA, WEEK)
    assert view.stage == "together"
    assert view.proposal is not None
    assert view.proposal.moves
    assert {move.taker for move in view.proposal.moves} == {BEN}
    assert not check_in.agree(home.world, HOME, ANA, WEEK)
    assert len(home.server.account(ANA).entries()) == before
    assert check_in.agree(home.world, HOME, BEN, WEEK)
    report = tick(home.world, HOME)
    assert report.partners[ANA].written.deleted > 0
    assert len(home.server.account(ANA).entries()) < before
    assert tick(home.world, HOME).partners[BEN].writes == 0


def test_a_hand_over_goes_exactly_where_it_was_asked(home: Home) -> None:
    tick(home.world, HOME)
    check_in.answer(home.world, HOME, ANA, WEEK, state="weeds", hand_overs=["laundry"])
    check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
    stored = home.store.plans.get(HOME, WEEK, "proposed")
    assert stored is not None
    assert {b.adult for b in stored.plan.blocks if b.responsibility == "laundry"} == {"ben"}


def test_one_partners_wrong_password_costs_that_half_only(home: Home) -> None:
    home.server.account(ANA).password = "changed"
    report = tick(home.world, HOME)
    assert "password" in (report.partners[ANA].problem or "")
    assert report.partners[BEN].written.created > 5
    assert [kind for kind, partner, *_ in home.post.sent if partner == ANA and kind == "needs_you"]
    home.server.account(ANA).password = "secret"
    assert tick(home.world, HOME).partners[ANA].requests == 0
    assert tick(home.world, HOME, at_once=True).partners[ANA].written.created > 5


def test_an_unreachable_server_is_left_alone_until_its_time(home: Home) -> None:
    home.server.fail_next(UnavailableError("No answer."))
    assert tick(home.world, HOME).partners[ANA].problem
    resting = tick(home.world, HOME)
    assert resting.partners[ANA].requests == 0
    home.clock.move(timedelta(minutes=6))
    assert tick(home.world, HOME).partners[ANA].written.created > 5


@pytest.mark.parametrize("answered", range(4))
def test_a_pause_that_a_server_asks_for_half_way_is_kept(home: Home, answered: int) -> None:
    """Ana's account answers so many requests of a look before it wants to be left alone for two hours."""
    tick(home.world, HOME)
    home.server.account(ANA).add_calendar("Choir")
    pause = RateLimitedError("Please wait.", retry_after_seconds=7_200)
    home.server.fail_next(pause, skip=answered)
    assert "Please wait" in (tick(home.world, HOME).partners[ANA].problem or "")
    for _ in range(3):
        home.clock.move(timedelta(minutes=39))
        resting = tick(home.world, HOME)
        assert (resting.partners[ANA].requests, resting.partners[BEN].problem) == (0, None)
    home.clock.move(timedelta(minutes=30))
    assert tick(home.world, HOME).partners[ANA].problem is None
    stored = home.store.accounts.get(HOME, ANA)
    assert stored is not None
    assert (stored.retry_at, stored.failures) == (None, 0)


def test_one_calendar_that_does_not_answer_keeps_nobody_waiting(home: Home) -> None:
    tick(home.world, HOME)
    home.server.fail_next(UnavailableError("No answer."), "read", skip=1)  # ours is read first
    assert tick(home.world, HOME).partners[ANA].problem
    assert tick(home.world, HOME).partners[ANA].requests > 0


def test_a_rest_from_before_the_clock_was_set_back_is_not_waited_for(home: Home) -> None:
    home.server.fail_next(UnavailableError("No answer."))
    assert tick(home.world, HOME).partners[ANA].problem
    home.clock.move(-timedelta(days=2))
    assert tick(home.world, HOME).partners[ANA].problem is None


def test_an_entry_that_was_dragged_stays_where_it_was_put(home: Home) -> None:
    tick(home.world, HOME)
    laundry = next(e for e in home.server.account(ANA).entries() if e.title == "Laundry")
    there = span("Sat 14:30-15:00")
    home.server.account(ANA).move(laundry.uid, time_range(there))
    assert tick(home.world, HOME).partners[ANA].writes == 0
    assert home.server.account(ANA).event(laundry.uid).time == time_range(there)


def test_an_entry_that_was_deleted_does_not_come_back(home: Home) -> None:
    tick(home.world, HOME)
    laundry = next(e for e in home.server.account(ANA).entries() if e.title == "Laundry")
    home.server.account(ANA).delete(laundry.uid)
    assert tick(home.world, HOME).partners[ANA].writes == 0
    assert laundry.uid not in {e.uid for e in home.server.account(ANA).entries()}


def test_when_everything_of_ours_is_gone_nothing_is_written_until_somebody_says_so(home: Home) -> None:
    tick(home.world, HOME)
    for entry in home.server.account(ANA).entries():
        home.server.account(ANA).delete(entry.uid)
    stopped = tick(home.world, HOME)
    assert "gone" in (stopped.partners[ANA].problem or "")
    assert stopped.partners[ANA].writes == 0
    said_so = tick(home.world, HOME, at_once=True, confirmed=frozenset({ANA}))
    assert said_so.partners[ANA].problem is None
    assert home.server.account(ANA).entries() == []


def test_a_meeting_on_a_block_moves_that_block_and_little_else(home: Home) -> None:
    tick(home.world, HOME)
    laundry = next(e for e in home.server.account(ANA).entries() if e.title == "Laundry")
    start = laundry.time.start_at
    home.server.account(ANA).add_event(
        home.personal[ANA], time_range(Interval(start, start + timedelta(minutes=60)))
    )
    report = tick(home.world, HOME)
    changed = report.partners[ANA].written.total + report.partners[BEN].written.total
    assert 1 <= changed <= 3
    moved = home.server.account(ANA).event(laundry.uid)
    assert moved.time.start_at != start
    assert tick(home.world, HOME).partners[ANA].writes == 0


def test_in_the_middle_of_a_week_the_past_stays_and_little_moves(home: Home) -> None:
    tick(home.world, HOME)
    home.clock.move(timedelta(days=2, hours=18))
    tick(home.world, HOME)
    before = {e.uid: e.time for e in home.server.account(ANA).entries()}
    wednesday_noon = home.clock.now()
    laundry = next(
        e
        for e in home.server.account(ANA).entries()
        if e.title == "Laundry" and e.time.start_at > wednesday_noon + timedelta(hours=12)
    )
    home.server.account(ANA).add_event(home.personal[ANA], laundry.time)
    report = tick(home.world, HOME)
    assert report.planned == [WEEK]
    after = {e.uid: e.time for e in home.server.account(ANA).entries()}
    past = {uid: time for uid, time in before.items() if time.start_at < wednesday_noon}
    assert past.items() <= after.items()
    assert len(past) > 3
    assert len(after.items() - before.items()) <= 2
    assert not after[laundry.uid].overlaps(laundry.time)


def test_the_question_goes_once_to_each_and_never_in_quiet_hours(home: Home) -> None:
    for _ in range(3):
        tick(home.world, HOME)
    asked = [(partner, week) for kind, partner, week, _ in home.post.sent if kind == "check_in"]
    assert set(asked) == {(ANA, WEEK), (BEN, WEEK)}


def test_silence_closes_the_check_in_and_the_week_is_planned_all_the_same(home: Home) -> None:
    tick(home.world, HOME)
    home.clock.move(timedelta(hours=2, minutes=45))
    report = tick(home.world, HOME)
    assert report.closed == [WEEK]
    assert check_in.view(home.world, HOME, ANA, WEEK).stage == "closed"
    assert [kind for kind, *_ in home.post.sent].count("week") == 2


def test_a_lost_reply_never_makes_two_entries(home: Home) -> None:
    for _ in range(4):
        home.server.lose_next_reply("put")
    for _ in range(8):
        tick(home.world, HOME)
        home.clock.move(timedelta(hours=1))
    titles = home.titles(ANA)
    days = [(e.title, e.time) for e in home.server.account(ANA).entries()]
    assert len(days) == len(set(days))
    assert titles


def test_a_refused_account_is_not_an_empty_calendar(home: Home) -> None:
    tick(home.world, HOME)
    busy_before = home.store.accounts.busy(HOME, ANA)
    home.server.fail_next(AuthExpiredError("The server refused the password."))
    tick(home.world, HOME)
    assert home.store.accounts.busy(HOME, ANA) == busy_before != []


def test_two_partners_in_one_account_never_make_each_other_busy(home: Home) -> None:
    for partner in (ANA, BEN):
        home.store.accounts.connect(Account(HOME, partner, "caldav", "memory:", ANA, "secret"))
    for _ in range(2):
        tick(home.world, HOME)
    office = [Interval(time.start_at, time.end_at) for time in busy("Mon-Fri 09:00-15:00")]
    assert [home.store.accounts.busy(HOME, partner) for partner in (ANA, BEN)] == [office, office]
    assert [tick(home.world, HOME).partners[partner].writes for partner in (ANA, BEN)] == [0, 0]


def test_our_calendar_is_not_busy_even_when_it_is_named(home: Home) -> None:
    tick(home.world, HOME)
    named = Account(HOME, ANA, "caldav", "memory:", ANA, "secret", busy=("Personal", "Offplate"))
    home.store.accounts.connect(named)
    tick(home.world, HOME)
    office = [Interval(time.start_at, time.end_at) for time in busy("Mon-Fri 09:00-15:00")]
    assert home.store.accounts.busy(HOME, ANA) == office
