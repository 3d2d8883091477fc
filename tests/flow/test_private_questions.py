"""Now and then, to whoever carries more of the thinking: one question, and what they name is theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.household import PartnerId
from service.domain.week import Week
from service.flow import check_in, hand_overs, my_week
from service.flow.answers import Asides
from service.flow.check_in_views import PrivateQuestion
from service.flow.house_rules import confirm
from service.flow.private_questions import private_question
from tests.builders import ANA, BEN, HOME, WEEK, Home

ASKED = WEEK.next


def question(home: Home, reader: PartnerId, week: Week) -> PrivateQuestion | None:
    return private_question(home.store.households.get(HOME), home.store.households.chores(HOME), reader, week)


def test_it_comes_every_second_week_two_in_turn_and_always_the_same(home: Home) -> None:
    weeks = [WEEK]
    while len(weeks) < 8:
        weeks.append(weeks[-1].next)
    asked = [question(home, ANA, week) for week in weeks]
    assert asked == [question(home, ANA, week) for week in weeks]
    sentences = [one.sentence for one in asked if one]
    assert [bool(one) for one in asked] == [False, True] * 4
    assert sentences[0] != sentences[1]
    assert sentences[:2] == sentences[2:]


def test_it_is_for_whoever_carries_more_of_the_thinking_and_for_nobody_when_it_is_even(home: Home) -> None:
    assert question(home, ANA, ASKED)
    assert question(home, BEN, ASKED) is None
    home.store.households.edit_chore(
        HOME, home.store.households.chores(HOME)[-1].id, lambda one: replace(one, thinking_weight=2)
    )
    assert question(home, ANA, ASKED) is None
    assert question(home, BEN, ASKED) is None


def test_what_never_is_left_out_is_not_something_they_could_do_for_themselves(home: Home) -> None:
    asked = [one for week in (ASKED, ASKED.next.next) if (one := question(home, ANA, week))]
    (grown_up,) = (one for one in asked if "grown-up" in one.sentence)
    (set_down,) = (one for one in asked if one is not grown_up)
    assert "nursery-run" in dict(set_down.chores)
    assert "nursery-run" not in dict(grown_up.chores)
    assert grown_up.chores


@pytest.fixture
def named(home: Home) -> Home:
    check_in.open_check_in(home.world, HOME, ASKED)
    check_in.answer(home.world, HOME, ANA, ASKED, state="fine", asides=Asides(named="clothes-check"))
    return home


def test_what_was_named_is_on_ones_own_page_alone(named: Home) -> None:
    mine = check_in.view(named.world, HOME, ANA, ASKED)
    assert mine.named
    assert (mine.named.title, mine.named.may_raise) == ("Clothes check", True)
    check_in.answer(named.world, HOME, BEN, ASKED, state="fine")
    theirs = check_in.view(named.world, HOME, BEN, ASKED)
    assert theirs.answers[ANA].named is None
    assert theirs.named is None
    assert my_week.view(named.world, HOME, BEN).named is None


def test_it_goes_once_it_was_brought_up_or_handed_over(named: Home) -> None:
    brought_up = Asides(named="clothes-check", raised_chore="clothes-check", raised_wish="shrink")
    check_in.answer(named.world, HOME, ANA, ASKED, state="fine", asides=brought_up)
    assert check_in.view(named.world, HOME, ANA, ASKED).named is None
    check_in.answer(named.world, HOME, ANA, ASKED, state="fine", asides=Asides(named="clothes-check"))
    hand_overs.give(named.world, HOME, ANA, "clothes-check", know_how="", who_else="", learning=False)
    (change,) = named.store.households.get(HOME).pending
    confirm(named.world, HOME, BEN, change.id, seen_at=change.proposed_at.isoformat())
    assert check_in.view(named.world, HOME, ANA, ASKED).named is None


def test_nobody_names_what_was_not_asked(home: Home) -> None:
    check_in.open_check_in(home.world, HOME, WEEK)
    check_in.answer(home.world, HOME, ANA, WEEK, state="fine", asides=Asides(named="clothes-check"))
    answer = check_in.view(home.world, HOME, ANA, WEEK).my_answer
    assert answer
    assert answer.named is None
