"""What may be said besides how one is: days away, what did not happen, and what one wants to talk about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.checkin import Answer, DaysAway, Raised
from service.domain.chores import ChoreId
from service.flow import check_in
from service.flow.answers import AnswerRefusedError, Asides, offers_for
from service.flow.plan_week import snapshot_for
from service.flow.values_questions import values_questions
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, span

MON_TUE = Asides(away_from="2026-11-30", away_until="2026-12-01")


@pytest.fixture
def asked(home: Home) -> Home:
    check_in.open_check_in(home.world, HOME, WEEK)
    return home


def kept(home: Home, partner: str) -> Answer:
    found = home.store.check_ins.get(HOME, WEEK)
    assert found is not None
    return next(answer for answer in found.answers.values() if answer.partner == partner)


def test_who_is_away_for_two_days_carries_their_part_of_the_other_five(asked: Home) -> None:
    household = asked.store.households.get(HOME)
    whole = next(a for a in snapshot_for(asked.world, household, WEEK).adults if a.id == BEN)
    check_in.answer(asked.world, HOME, BEN, WEEK, state="away", asides=MON_TUE)
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    ben = next(a for a in snapshot_for(asked.world, household, WEEK).adults if a.id == BEN)
    away = span("Mon 00:00-23:59")
    assert ben.offered_min == whole.offered_min * 5 // 7
    assert not any(time.overlaps(away) for time in (*ben.may_be_planned, *ben.at_home))
    proposal = asked.store.plans.get(HOME, WEEK, "proposed")
    assert proposal is not None
    theirs = [block.interval.start_at for block in proposal.plan.blocks_of(BEN)]
    assert theirs
    assert min(theirs) >= away.start_at + timedelta(days=2)
    assert [one.adult for one in proposal.plan.selfcare].count(BEN) == 1
    view = check_in.view(asked.world, HOME, ANA, WEEK)
    assert view.answers[BEN].state == "away"


@pytest.mark.parametrize(
    ("asides", "sentence"),
    [
        (Asides(away_from="2026-12-02", away_until="2026-12-01"), "before the first"),
        (Asides(away_from="2026-11-01", away_until="2026-11-02"), "in another week"),
        (Asides(away_from="tomorrow"), "2026-11-30"),
    ],
)
def test_days_that_make_no_sense_come_back_with_a_sentence(
    asked: Home, asides: Asides, sentence: str
) -> None:
    with pytest.raises(AnswerRefusedError, match=sentence):
        check_in.answer(asked.world, HOME, BEN, WEEK, state="away", asides=asides)


def test_away_without_days_is_the_whole_week_and_one_day_alone_is_from_then_on(asked: Home) -> None:
    check_in.answer(asked.world, HOME, BEN, WEEK, state="away")
    assert kept(asked, BEN).days_away is None
    check_in.answer(asked.world, HOME, BEN, WEEK, state="away", asides=Asides(away_from="2026-12-04"))
    assert kept(asked, BEN).days_away == DaysAway(WEEK.days[4], WEEK.days[6])
    check_in.answer(asked.world, HOME, BEN, WEEK, state="fine", asides=MON_TUE)
    assert kept(asked, BEN).days_away is None


def test_what_one_raises_is_sealed_until_both_have_answered(asked: Home) -> None:
    asides = Asides(raised_chore="bins", raised_wish="hand_over")
    check_in.answer(asked.world, HOME, BEN, WEEK, state="fine", asides=asides)
    assert check_in.view(asked.world, HOME, ANA, WEEK).raised == ()
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    for reader in (ANA, BEN):
        (line,) = check_in.view(asked.world, HOME, reader, WEEK).raised
        assert (line.sentence, line.partner) == ("Ben would like to hand over Bins.", BEN)
    assert kept(asked, BEN).raised == (Raised(ChoreId("bins"), "hand_over"),)


def test_one_raises_only_what_is_ones_own_and_says_what_one_would_like(asked: Home) -> None:
    for chore, wish in (("bins", "hand_over"), ("laundry", "burn")):
        with pytest.raises(AnswerRefusedError):
            check_in.answer(asked.world, HOME, ANA, WEEK, state="fine", asides=Asides(chore, wish))
    assert check_in.view(asked.world, HOME, ANA, WEEK).my_answer is None


def test_last_weeks_question_is_about_ones_own_never_shed_chores_and_what_was_missed_before(
    asked: Home,
) -> None:
    household = asked.store.households.get(HOME)
    assert offers_for(asked.world, household, asked.store.households.chores(HOME), BEN, WEEK).missed == ()
    asides = Asides(missed=["bathroom"])
    check_in.answer(asked.world, HOME, BEN, WEEK, state="fine", asides=asides)
    assert kept(asked, BEN).missed == (), "nothing was asked about it"
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    asked.clock.move(timedelta(hours=6))
    tick(asked.world, HOME)
    asked.clock.move(timedelta(days=6, hours=12))
    check_in.open_check_in(asked.world, HOME, WEEK.next)
    theirs = {
        chore
        for chore, _name in offers_for(
            asked.world, household, asked.store.households.chores(HOME), BEN, WEEK.next
        ).missed
    }
    anas = {
        chore
        for chore, _name in offers_for(
            asked.world, household, asked.store.households.chores(HOME), ANA, WEEK.next
        ).missed
    }
    assert "bins" in theirs
    assert "bathroom" not in theirs | anas
    assert "bins" not in anas
    assert max(len(theirs), len(anas)) <= 5


def test_what_did_not_happen_is_shown_to_nobody_else(asked: Home) -> None:
    check_in.answer(asked.world, HOME, ANA, WEEK, state="fine")
    check_in.answer(asked.world, HOME, BEN, WEEK, state="fine")
    asked.clock.move(timedelta(hours=6))
    tick(asked.world, HOME)
    asked.clock.move(timedelta(days=6, hours=12))
    check_in.open_check_in(asked.world, HOME, WEEK.next)
    said = Asides(missed=["bins"])
    check_in.answer(asked.world, HOME, BEN, WEEK.next, state="fine", asides=said)
    check_in.answer(asked.world, HOME, ANA, WEEK.next, state="fine")
    shown = check_in.view(asked.world, HOME, ANA, WEEK.next)
    assert shown.answers[BEN].missed == ()
    mine = check_in.view(asked.world, HOME, BEN, WEEK.next).my_answer
    assert mine is not None
    assert mine.missed == ("bins",)


def test_once_a_month_both_get_the_same_question_about_a_chore_of_the_week(asked: Home) -> None:
    questions = values_questions()
    assert len(set(questions)) == len(questions) >= 24
    assert all(sentence.count("%(chore)s") == 1 for sentence in questions)
    for partner in (ANA, BEN):
        check_in.answer(asked.world, HOME, partner, WEEK, state="fine")
    assert WEEK.monday.day > 7
    assert check_in.view(asked.world, HOME, ANA, WEEK).values is None
    asked.clock.move(timedelta(days=7))
    check_in.open_check_in(asked.world, HOME, WEEK.next)
    for partner in (ANA, BEN):
        assert check_in.view(asked.world, HOME, partner, WEEK.next).values is None
        check_in.answer(asked.world, HOME, partner, WEEK.next, state="fine")
    mine, theirs = (check_in.view(asked.world, HOME, who, WEEK.next).values for who in (ANA, BEN))
    assert mine is not None
    assert mine == theirs
    assert mine.title in mine.sentence
