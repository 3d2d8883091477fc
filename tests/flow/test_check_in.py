"""Sealed answers, a reveal, and *Agree*: who sees what, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.domain.checkin import Agreement
from service.domain.plan import Plan
from service.domain.week import Week
from service.flow import check_in, my_week
from service.flow.answers import AnswerRefusedError
from service.flow.planning import InThisProcess
from service.flow.week import tick
from service.ports import PlanStage
from tests.builders import ANA, BEN, HOME, SUNDAY_EVENING, WEEK, Home, a_chore, a_home


@pytest.fixture
def asked(home: Home) -> Home:
    tick(home.world, HOME)
    return home


def test_nobody_sees_the_others_answer_nor_that_it_was_given(asked: Home) -> None:
    before = check_in.view(asked.world, HOME, BEN, WEEK)
    check_in.answer(asked.world, HOME, ANA, WEEK, state="blown", appreciation="For the nights.")
    assert check_in.view(asked.world, HOME, BEN, WEEK) == before
    assert check_in.view(asked.world, HOME, ANA, WEEK).stage == "waiting"
    assert check_in.view(asked.world, HOME, ANA, WEEK).answers == {}


def test_both_answers_are_revealed_together(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="weeds", appreciation="For the nights.")
    check_in.answer(asked.world, HOME, BEN, WEEK, state="fine")
    for reader in (ANA, BEN):
        view = check_in.view(asked.world, HOME, reader, WEEK)
        assert view.stage == "together"
        assert view.answers[ANA].appreciation == "For the nights."


def test_a_reader_sees_only_their_own_busy_time(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    check_in.answer(asked.world, HOME, BEN, WEEK, state="fine")
    proposal = check_in.view(asked.world, HOME, ANA, WEEK).proposal
    assert proposal is not None
    assert set(proposal.busy) == {ANA}


def test_an_answer_can_be_changed_until_the_close_and_withdraws_agreement(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    check_in.answer(asked.world, HOME, BEN, WEEK, state="fine")
    check_in.agree(asked.world, HOME, ANA, WEEK)
    check_in.answer(asked.world, HOME, BEN, WEEK, state="blown")
    view = check_in.view(asked.world, HOME, ANA, WEEK)
    assert view.agreements == {}
    assert view.stage == "together"


def test_an_agreed_week_holds(asked: Home) -> None:
    for partner in (ANA, BEN):
        check_in.answer(asked.world, HOME, partner, WEEK, state="fine")
    for partner in (ANA, BEN):
        check_in.agree(asked.world, HOME, partner, WEEK)
    with pytest.raises(check_in.CheckInClosedError, match="agreed"):
        check_in.answer(asked.world, HOME, ANA, WEEK, state="blown")


def test_agreeing_to_a_proposal_that_has_changed_is_refused(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    check_in.answer(asked.world, HOME, BEN, WEEK, state="fine")
    with pytest.raises(check_in.ProposalChangedError):
        check_in.agree(asked.world, HOME, ANA, WEEK, proposal_made_at=SUNDAY_EVENING - timedelta(minutes=1))


def test_every_problem_of_an_answer_is_named_and_nothing_is_saved(asked: Home) -> None:
    with pytest.raises(AnswerRefusedError) as refused:
        check_in.answer(
            asked.world, HOME, ANA, WEEK, state="great", hand_overs=["moon"], appreciation="x" * 501
        )
    assert len(refused.value.problems) == 3
    assert check_in.view(asked.world, HOME, ANA, WEEK).my_answer is None


def test_the_others_chores_cannot_be_handed_over(asked: Home) -> None:
    with pytest.raises(AnswerRefusedError, match="bedtime"):
        check_in.answer(asked.world, HOME, ANA, WEEK, state="weeds", hand_overs=["bedtime"])


def test_after_the_close_nothing_is_agreed_to_and_nobody_answers_anew(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    asked.clock.move(timedelta(hours=2, minutes=31))
    tick(asked.world, HOME)
    with pytest.raises(check_in.CheckInClosedError):
        check_in.answer(asked.world, HOME, ANA, WEEK, state="blown")
    with pytest.raises(check_in.CheckInClosedError):
        check_in.agree(asked.world, HOME, ANA, WEEK)


def test_there_is_nothing_to_agree_on_before_the_reveal(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    with pytest.raises(check_in.CheckInClosedError, match="both"):
        check_in.agree(asked.world, HOME, ANA, WEEK)


def test_both_low_is_said_first_and_what_can_wait_is_named(asked: Home) -> None:
    for partner in (ANA, BEN):
        check_in.answer(asked.world, HOME, partner, WEEK, state="blown")
    proposal = check_in.view(asked.world, HOME, ANA, WEEK).proposal
    assert proposal is not None
    assert proposal.heading == "This week is smaller."
    assert proposal.smaller
    assert {line.chore for line in proposal.left_out} >= {"Clothes check"}
    assert proposal.own_time


def test_what_must_happen_and_found_no_place_is_not_said_to_wait(tmp_path: Path) -> None:
    pick_up = a_chore("Pick-up", cadence="weekdays", window="Mon-Fri 16:00-17:00", shed="never")
    with a_home(tmp_path, chores=[pick_up, a_chore("Bathroom", window="Tue 16:00-17:00")]) as home:
        check_in.open_check_in(home.world, HOME, WEEK)
        for partner in (ANA, BEN):
            home.put_busy(partner, "Tue 15:00-18:00")
        tick(home.world, HOME)
        for partner in (ANA, BEN):
            check_in.answer(home.world, HOME, partner, WEEK, state="fine")
        proposal = check_in.view(home.world, HOME, ANA, WEEK).proposal
    assert proposal is not None
    assert [line.chore for line in proposal.needs_somebody] == ["Pick-up, Tuesday"]
    assert proposal.needs_somebody[0].offers
    assert [line.chore for line in proposal.left_out] == ["Bathroom"]


def test_a_check_in_by_hand_is_about_the_running_week_until_sunday(asked: Home) -> None:
    household = asked.store.households.get(HOME)
    assert check_in.week_in_question(household, SUNDAY_EVENING) == WEEK
    assert check_in.week_in_question(household, SUNDAY_EVENING + timedelta(days=2)) == WEEK
    assert check_in.week_in_question(household, SUNDAY_EVENING - timedelta(days=2)) == WEEK.previous


def test_the_week_page_shows_of_the_partner_only_protected_time(asked: Home) -> None:
    view = my_week.view(asked.world, HOME, ANA, week=WEEK)
    assert {block.partner for day in view.days for block in day.blocks} == {ANA}
    assert [line.name for line in view.partner_own_time] == ["Run"]


def test_a_week_without_a_plan_says_so(asked: Home) -> None:
    view = my_week.view(asked.world, HOME, ANA, week=Week.parse("2027-W01"))
    assert view.heading == "Nothing is planned yet."


def test_a_thing_is_handed_over_once_however_often_it_is_named(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="weeds", hand_overs=["laundry"] * 40)
    mine = check_in.view(asked.world, HOME, ANA, WEEK).my_answer
    assert mine is not None
    assert mine.hand_overs == ("laundry",)


class KilledError(BaseException):
    """Nobody catches this: the process is gone."""


class _KillsOnPlan(InThisProcess):
    def plan(self, snapshot: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Plan:
        raise KilledError


def _states(home: Home, stage: PlanStage) -> dict[str, str]:
    stored = home.store.plans.get(HOME, WEEK, stage)
    assert stored is not None
    return {adult["id"]: adult["state"] for adult in stored.snapshot["adults"]}


def test_a_stop_between_the_last_answer_and_the_plan_loses_no_answer(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="blown")
    with pytest.raises(KilledError):
        check_in.answer(replace(asked.world, planner=_KillsOnPlan()), HOME, BEN, WEEK, state="fine")
    assert check_in.view(asked.world, HOME, ANA, WEEK).proposal is None
    tick(asked.world, HOME)
    assert check_in.view(asked.world, HOME, ANA, WEEK).proposal is not None
    assert _states(asked, "proposed") == {"ana": "blown", "ben": "fine"}


def test_a_changed_answer_takes_the_old_proposal_and_its_agreements_along(asked: Home) -> None:
    for partner in (ANA, BEN):
        check_in.answer(asked.world, HOME, partner, WEEK, state="fine")
    check_in.agree(asked.world, HOME, BEN, WEEK)
    with pytest.raises(KilledError):
        check_in.answer(replace(asked.world, planner=_KillsOnPlan()), HOME, ANA, WEEK, state="blown")
    assert check_in.view(asked.world, HOME, ANA, WEEK).agreements == {}
    assert not check_in.agree(asked.world, HOME, ANA, WEEK)
    assert _states(asked, "proposed") == {"ana": "blown", "ben": "fine"}


def test_who_answers_while_the_week_is_planned_is_planned_with(asked: Home) -> None:
    class AnswersMeanwhile(InThisProcess):
        def plan(self, snapshot: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Plan:
            made = super().plan(snapshot, before)
            if {adult["id"]: adult["state"] for adult in snapshot["adults"]}["ana"] == "fine":
                asked.clock.move(timedelta(seconds=1))
                check_in.answer(asked.world, HOME, ANA, WEEK, state="blown")
            return made

    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    check_in.answer(replace(asked.world, planner=AnswersMeanwhile()), HOME, BEN, WEEK, state="fine")
    assert _states(asked, "proposed") == {"ana": "blown", "ben": "fine"}


def test_agreeing_counts_for_the_standing_proposal_of_an_open_check_in_only(asked: Home) -> None:
    for partner in (ANA, BEN):
        check_in.answer(asked.world, HOME, partner, WEEK, state="fine")
    stored = asked.store.plans.get(HOME, WEEK, "proposed")
    assert stored is not None
    agreement = Agreement(ANA, asked.clock.now())
    agree, made_at = asked.store.check_ins.agree, stored.made_at
    assert not agree(HOME, WEEK, agreement, proposal_made_at=made_at - timedelta(minutes=1))
    assert agree(HOME, WEEK, agreement, proposal_made_at=made_at)
    asked.store.check_ins.close(HOME, WEEK, closed_at=asked.clock.now())
    assert not agree(HOME, WEEK, replace(agreement, partner=BEN), proposal_made_at=made_at)


def test_a_stop_between_the_close_and_the_plan_loses_no_answer(asked: Home) -> None:
    asked.clock.move(timedelta(minutes=5))
    check_in.answer(asked.world, HOME, ANA, WEEK, state="blown")
    asked.clock.move(timedelta(hours=2, minutes=40))
    with pytest.raises(KilledError):
        tick(replace(asked.world, planner=_KillsOnPlan()), HOME)
    assert tick(asked.world, HOME).planned == [WEEK]
    assert _states(asked, "published")["ana"] == "blown"
    assert tick(asked.world, HOME).planned == []


def test_a_stop_between_the_last_agree_and_the_plan_loses_no_agreement(asked: Home) -> None:
    asked.clock.move(timedelta(minutes=5))
    for partner in (ANA, BEN):
        check_in.answer(asked.world, HOME, partner, WEEK, state="weeds")
    stored = asked.store.plans.get(HOME, WEEK, "proposed")
    assert stored is not None
    for partner in (ANA, BEN):
        agreement = Agreement(partner, asked.clock.now())
        assert asked.store.check_ins.agree(HOME, WEEK, agreement, proposal_made_at=stored.made_at)
    assert tick(asked.world, HOME).planned == [WEEK]
    assert asked.store.plans.get(HOME, WEEK, "published") == stored
    assert tick(asked.world, HOME).planned == []


def test_a_machine_that_slept_through_the_close_closes_and_plans_when_it_wakes(asked: Home) -> None:
    asked.clock.move(timedelta(minutes=5))
    check_in.answer(asked.world, HOME, ANA, WEEK, state="blown")
    asked.clock.move(timedelta(hours=14))
    report = tick(asked.world, HOME)
    assert (report.closed, report.planned) == ([WEEK], [WEEK])
    assert _states(asked, "published")["ana"] == "blown"
    assert [kind for kind, *_ in asked.post.sent].count("week") == 2
    assert tick(asked.world, HOME).planned == []


def test_the_week_page_leads_to_the_question_while_it_is_open(asked: Home) -> None:
    assert my_week.view(asked.world, HOME, ANA).check_in == WEEK
    for partner in (ANA, BEN):
        check_in.answer(asked.world, HOME, partner, WEEK, state="fine")
    for partner in (ANA, BEN):
        check_in.agree(asked.world, HOME, partner, WEEK)
    assert my_week.view(asked.world, HOME, ANA).check_in is None


def test_own_time_that_finds_no_place_is_said_to_both(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    check_in.answer(asked.world, HOME, BEN, WEEK, state="away")
    for reader in (ANA, BEN):
        proposal = check_in.view(asked.world, HOME, reader, WEEK).proposal
        assert proposal is not None
        placed = {line.name for line in proposal.own_time}
        assert "Swim" not in placed
        assert "No time was found for Ana's “Swim” this week." in proposal.lead


def test_a_clock_that_was_set_back_does_not_undo_what_came_after_the_agreement(asked: Home) -> None:
    for partner in (ANA, BEN):
        check_in.answer(asked.world, HOME, partner, WEEK, state="fine")
    for partner in (ANA, BEN):
        check_in.agree(asked.world, HOME, partner, WEEK)
    tick(asked.world, HOME)
    asked.clock.move(timedelta(minutes=-50))
    laundry = next(e for e in asked.server.account(ANA).entries() if e.title == "Laundry")
    asked.server.account(ANA).add_event(asked.personal[ANA], laundry.time)
    assert tick(asked.world, HOME).planned == [WEEK]
    for _ in range(3):
        report = tick(asked.world, HOME)
        assert (report.planned, [report.partners[p].writes for p in (ANA, BEN)]) == ([], [0, 0])
    assert not asked.server.account(ANA).event(laundry.uid).time.overlaps(laundry.time)
