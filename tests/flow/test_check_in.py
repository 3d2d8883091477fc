"""Sealed answers, a reveal, and *Agree*: who sees what, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.week import Week
from service.flow import check_in, my_week
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, SUNDAY_EVENING, WEEK, Home


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
    with pytest.raises(check_in.AnswerRefusedError) as refused:
        check_in.answer(
            asked.world, HOME, ANA, WEEK, state="great", hand_overs=["moon"], appreciation="x" * 501
        )
    assert len(refused.value.problems) == 3
    assert check_in.view(asked.world, HOME, ANA, WEEK).my_answer is None


def test_the_others_chores_cannot_be_handed_over(asked: Home) -> None:
    with pytest.raises(check_in.AnswerRefusedError, match="bedtime"):
        check_in.answer(asked.world, HOME, ANA, WEEK, state="weeds", hand_overs=["bedtime"])


def test_after_the_close_nothing_is_taken(asked: Home) -> None:
    asked.clock.move(timedelta(hours=2, minutes=31))
    tick(asked.world, HOME)
    with pytest.raises(check_in.CheckInClosedError):
        check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
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
