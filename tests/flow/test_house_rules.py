"""Both confirm: nothing that holds for both changes by one of them alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.chores import Chore
from service.domain.household import RuleChange
from service.flow import check_in, chore_list
from service.flow.house_rules import RuleRefusedError, confirm, propose, withdraw
from service.flow.plan_week import stored_snapshot
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_home, a_household, span


def pending(home: Home) -> tuple[RuleChange, ...]:
    return home.store.households.get(HOME).pending


def chore(home: Home, name: str) -> Chore:
    return next(one for one in home.store.households.chores(HOME) if one.id == name)


def split(ana: int) -> dict[str, object]:
    return {"parts": {ANA: ana, BEN: 100 - ana}}


@pytest.fixture(autouse=True)
def asked(home: Home) -> None:
    check_in.open_check_in(home.world, HOME, WEEK)


def yes(home: Home, change: RuleChange) -> None:
    confirm(home.world, HOME, BEN, change.id, seen_at=change.proposed_at.isoformat())


def test_a_newer_proposal_takes_the_place_of_the_older_and_an_old_yes_counts_for_nothing(home: Home) -> None:
    propose(home.world, HOME, ANA, "base_split", split(40))
    (older,) = pending(home)
    home.clock.move(timedelta(minutes=1))
    propose(home.world, HOME, ANA, "base_split", split(20))
    with pytest.raises(RuleRefusedError):
        yes(home, older)
    assert home.store.households.get(HOME).base_split == {ANA: 50, BEN: 50}
    (newer,) = pending(home)
    yes(home, newer)
    assert home.store.households.get(HOME).base_split == {ANA: 20, BEN: 80}


def test_a_yes_after_it_was_taken_back_counts_for_nothing(home: Home) -> None:
    propose(home.world, HOME, ANA, "base_split", split(40))
    (change,) = pending(home)
    withdraw(home.world, HOME, change.id, seen_at=change.proposed_at.isoformat())
    with pytest.raises(RuleRefusedError):
        yes(home, change)
    assert home.store.households.get(HOME).base_split == {ANA: 50, BEN: 50}


def test_each_thing_has_its_own_proposal_and_keeps_its_other_edits(home: Home) -> None:
    propose(home.world, HOME, ANA, "shed", {"shed": "never"}, about="laundry")
    propose(home.world, HOME, BEN, "shed", {"shed": "drop_last"}, about="bathroom")
    assert [change.id for change in pending(home)] == ["shed.laundry", "shed.bathroom"]
    home.store.households.edit_chore(
        HOME, chore(home, "laundry").id, lambda one: replace(one, name="Washing")
    )
    yes(home, pending(home)[0])
    assert (chore(home, "laundry").shed, chore(home, "laundry").name) == ("never", "Washing")


def moments(opens: str, meets: str, closes: str) -> dict[str, object]:
    return {"opens": opens, "meets": meets, "closes": closes}


def test_the_next_question_comes_at_the_new_moment(home: Home) -> None:
    propose(home.world, HOME, ANA, "moments", moments("Fri 08:00", "Sat 20:00", "Sat 22:00"))
    yes(home, pending(home)[0])
    home.clock.move(span("Fri 07:55-08:00").start_at - home.clock.now())
    tick(home.world, HOME)
    assert home.store.check_ins.get(HOME, WEEK.next) is None
    home.clock.move(timedelta(minutes=5))
    tick(home.world, HOME)
    asked = home.store.check_ins.get(HOME, WEEK.next)
    assert asked
    assert asked.closes_at == span("Sat 22:00-23:00").start_at


def test_moments_that_have_passed_this_week_ask_about_the_next_at_once(home: Home) -> None:
    home.clock.move(span("Sat 10:00-11:00").start_at - home.clock.now())
    tick(home.world, HOME)
    propose(home.world, HOME, ANA, "moments", moments("Thu 08:00", "Thu 20:00", "Thu 22:00"))
    yes(home, pending(home)[0])
    check_in.answer(home.world, HOME, ANA, WEEK.next, state="blown")
    tick(home.world, HOME)
    assert "check_in" in {kind for kind, who, week, _ in home.post.sent if (who, week) == (BEN, WEEK.next)}


def test_what_leaves_the_list_takes_its_proposals_along(home: Home) -> None:
    propose(home.world, HOME, ANA, "shed", {"shed": "never"}, about="laundry")
    (change,) = pending(home)
    chore_list.retire(home.world, HOME, ANA, "laundry")
    chore_list.bring_back(home.world, HOME, ANA, "laundry")
    assert not pending(home)
    with pytest.raises(RuleRefusedError):
        yes(home, change)


def test_what_goes_last_goes_last(home: Home) -> None:
    """Of two things that may go, the one that they agreed to let go last is the one of higher priority."""
    propose(home.world, HOME, ANA, "shed", {"shed": "drop_last"}, about="bathroom")
    yes(home, pending(home)[0])
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="blown")
    stored = home.store.plans.get(HOME, WEEK, "proposed")
    assert stored
    priority = {one.id: one.priority for one in stored_snapshot(stored).responsibilities}
    assert (priority["bathroom"], priority["clothes-check"]) == (2, 3)


def test_a_week_that_is_being_talked_about_follows_and_one_that_was_agreed_holds(home: Home) -> None:
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine")
    before = home.store.plans.get(HOME, WEEK, "proposed")
    propose(home.world, HOME, ANA, "base_split", split(20))
    yes(home, pending(home)[0])
    after = home.store.plans.get(HOME, WEEK, "proposed")
    assert before is not None
    assert after is not None
    assert after.made_at > before.made_at
    weights = {adult.id: adult.weight for adult in stored_snapshot(after).adults}
    assert weights[BEN] > weights[ANA]
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    propose(home.world, HOME, ANA, "base_split", split(50))
    yes(home, pending(home)[0])
    assert home.store.plans.get(HOME, WEEK, "proposed") == after


def test_who_lives_alone_says_yes_to_themselves(tmp_path: Path) -> None:
    household = a_household()
    (tmp_path / "alone").mkdir()
    alone = replace(household, partners=household.partners[:1], base_split={})
    with a_home(tmp_path / "alone", household=alone) as home:
        propose(home.world, HOME, ANA, "shed", {"shed": "never"}, about="laundry")
        assert chore(home, "laundry").shed == "never"
        assert not pending(home)


def test_the_list_says_who_has_something_this_week_where_that_is_not_its_owner(home: Home) -> None:
    check_in.answer(home.world, HOME, ANA, WEEK, state="weeds", hand_overs=("laundry",))
    check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    home.clock.move(timedelta(days=1))
    lines = {line.chore.id: line for line in chore_list.view(home.world, HOME, BEN).theirs}
    assert lines["laundry"].doer == BEN
    assert lines["clothes-check"].doer is None
