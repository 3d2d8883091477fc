"""Handing something over for good: with its card, taken whole, and never half given."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.chores import Chore
from service.domain.household import PartnerId
from service.flow import check_in, chore_list, hand_overs
from service.flow.house_rules import RuleRefusedError, confirm, withdraw
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home

FILTER = "The filter is behind the left door."


def chore(home: Home, name: str = "laundry") -> Chore:
    return next(one for one in home.store.households.chores(HOME) if one.id == name)


def offer(home: Home, name: str = "laundry", *, learning: bool = False) -> None:
    hand_overs.give(home.world, HOME, ANA, name, know_how=FILTER, who_else="Granny", learning=learning)


def take(home: Home) -> None:
    (change,) = home.store.households.get(HOME).pending
    confirm(home.world, HOME, BEN, change.id, seen_at=change.proposed_at.isoformat())


def test_it_stays_with_its_giver_until_the_other_takes_it_whole(home: Home) -> None:
    offer(home)
    assert chore(home).owner == ANA
    mine, theirs = (hand_overs.view(home.world, HOME, who, "laundry") for who in (ANA, BEN))
    assert (mine.stage, theirs.stage) == ("waiting", "offered")
    assert theirs.card is not None
    assert theirs.card.know_how == FILTER
    take(home)
    assert chore(home).owner == BEN
    assert hand_overs.view(home.world, HOME, BEN, "laundry").stage == "taken"
    with pytest.raises(RuleRefusedError):
        hand_overs.view(home.world, HOME, ANA, "laundry")


def test_afterwards_the_new_owner_alone_changes_it_and_the_giver_has_no_entry_of_it(home: Home) -> None:
    check_in.open_check_in(home.world, HOME, WEEK)
    offer(home, "dinner")
    take(home)
    with pytest.raises(chore_list.ListRefusedError):
        chore_list.to_edit(home.world, HOME, ANA, "dinner")
    assert chore_list.to_edit(home.world, HOME, BEN, "dinner").mode == "whole", "turns end"
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine")
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    tick(home.world, HOME)
    assert "Dinner" not in home.titles(ANA)
    assert "Dinner" in home.titles(BEN)


def test_who_lets_it_be_leaves_no_word_of_the_card_behind(home: Home) -> None:
    offer(home)
    (change,) = home.store.households.get(HOME).pending
    withdraw(home.world, HOME, change.id, seen_at=change.proposed_at.isoformat())
    assert home.store.cards.get(HOME, "laundry") is None
    assert chore(home).owner == ANA


@pytest.mark.parametrize(("learning", "weeks"), [(False, 1), (True, 4)])
def test_the_card_stays_for_the_week_it_comes_into_force_or_for_four_of_learning(
    home: Home, learning: bool, weeks: int
) -> None:
    offer(home, learning=learning)
    take(home)
    over = home.clock.now() + timedelta(weeks=weeks)  # Sunday evening, so that is how long it still holds
    home.store.forget_old(now=over)
    assert home.store.cards.get(HOME, "laundry") is not None
    home.store.forget_old(now=over + timedelta(days=2))
    assert home.store.cards.get(HOME, "laundry") is None
    assert chore(home).owner == BEN


def test_an_offer_ends_when_its_giver_no_longer_holds_the_thing(home: Home) -> None:
    offer(home)
    chore_list.let_go(home.world, HOME, ANA, "laundry")
    assert home.store.households.get(HOME).pending == ()
    assert home.store.cards.get(HOME, "laundry") is None


@pytest.mark.parametrize(("giver", "name"), [(BEN, "laundry"), (ANA, "bins")])
def test_nobody_hands_over_what_the_other_holds(home: Home, giver: PartnerId, name: str) -> None:
    with pytest.raises(RuleRefusedError, match="Whoever holds it"):
        hand_overs.give(home.world, HOME, giver, name, know_how="", who_else="", learning=False)
    assert home.store.cards.get(HOME, name) is None


def test_who_learnt_it_can_hand_it_on(home: Home) -> None:
    offer(home, learning=True)
    take(home)
    assert hand_overs.view(home.world, HOME, BEN, "laundry", anew=True).stage == "to_write"
    hand_overs.give(home.world, HOME, BEN, "laundry", know_how="", who_else="", learning=False)
    assert hand_overs.view(home.world, HOME, ANA, "laundry").stage == "offered"
