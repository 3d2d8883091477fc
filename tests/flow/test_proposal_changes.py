"""Together at the proposal: each change is planned at once, says what it moved, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from service.domain.checkin import ChangeKind, ProposalChange
from service.domain.chores import Chore, ChoreId
from service.domain.interval import Interval
from service.domain.plan import Plan
from service.domain.week import parse_windows
from service.flow import check_in, proposal_changes
from service.flow.planning import InThisProcess
from service.flow.views import WeekView
from service.flow.week import tick
from service.planner import parse_snapshot, verify
from service.starter import bundles_for, shared_out
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home, a_household, span
from tests.flow.sides import QuickPlanner

FEW = [
    a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
    a_chore("Laundry", "ana", window="Tue 19:00-21:00"),
    a_chore("Bathroom", "ben", window="Sat 09:00-18:00"),
    a_chore("Feeding", "ana", minutes=15, window="Thu 17:00-21:00", only=("ana",)),
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Both have answered, and the proposal waits."""
    with a_home(tmp_path, chores=FEW) as made:
        check_in.open_check_in(made.world, HOME, WEEK)
        for partner in (ANA, BEN):
            check_in.answer(made.world, HOME, partner, WEEK, state="fine")
        yield made


def proposed(home: Home) -> WeekView:
    stored = home.store.plans.get(HOME, WEEK, "proposed")
    assert stored is not None
    assert verify(parse_snapshot(stored.snapshot), stored.plan) == []
    shown = check_in.view(home.world, HOME, ANA, WEEK).proposal
    assert shown is not None
    return shown


def doers(home: Home) -> dict[str, str | None]:
    stored = home.store.plans.get(HOME, WEEK, "proposed")
    assert stored is not None
    return {chore: doer for chore, doer in stored.plan.doers.items() if not chore.startswith("sit-down")}


def changed(home: Home, kind: ChangeKind, chore: str, other: str = "") -> ProposalChange:
    return proposal_changes.change(
        home.world,
        HOME,
        ANA,
        WEEK,
        kind=kind,
        chore=chore,
        other=other,
        proposal_made_at=proposed(home).made_at,
    )


def test_something_given_to_the_other_goes_exactly_there_and_says_so(home: Home) -> None:
    assert doers(home)["laundry"] == ANA
    said = changed(home, "give", "laundry").said
    assert "Laundry: Ben." in said
    assert doers(home)["laundry"] == BEN
    move = next(move for move in proposed(home).moves if move.chore == "Laundry")
    assert move.reason == "You chose this between you."


def test_turns_that_pass_are_said_with_their_number(tmp_path: Path) -> None:
    """Dinner stays Ana's to think of, whoever cooks."""
    daily = {"minutes": 15, "cadence": "daily", "window": "18:00-19:00", "shed": "never"}
    with a_home(tmp_path, chores=[a_chore("Dinner", "ana", mode="alternating", **daily)]) as home:
        check_in.open_check_in(home.world, HOME, WEEK)
        for partner in (ANA, BEN):
            check_in.answer(home.world, HOME, partner, WEEK, state="fine")
        stored = home.store.plans.get(HOME, WEEK, "proposed")
        assert stored is not None
        anas = sum(one.responsibility == "dinner" for one in stored.plan.blocks_of(ANA))
        assert changed(home, "give", "dinner").said == (f"Dinner: Ben, {anas} times more.",)
        (move,) = proposed(home).moves
        assert (move.chore, move.reason) == ("Dinner", "You chose this between you.")


def test_a_swap_changes_two_hands_at_once(home: Home) -> None:
    changed(home, "swap", "laundry", "bathroom")
    assert (doers(home)["laundry"], doers(home)["bathroom"]) == (BEN, ANA)


def test_what_is_kept_stays_whatever_else_changes(home: Home) -> None:
    changed(home, "keep", "bathroom")
    changed(home, "give", "laundry")
    assert (doers(home)["laundry"], doers(home)["bathroom"]) == (BEN, BEN)


def test_what_is_kept_keeps_its_time_too(home: Home) -> None:
    def bathroom() -> Interval:
        stored = home.store.plans.get(HOME, WEEK, "proposed")
        assert stored is not None
        return next(b.interval for b in stored.plan.blocks if b.responsibility == "bathroom")

    def later(chore: Chore) -> Chore:
        return replace(chore, windows=parse_windows("Sun 15:00-18:00"))

    changed(home, "keep", "bathroom")
    before = bathroom()
    home.store.households.edit_chore(HOME, ChoreId("bathroom"), later)
    changed(home, "give", "laundry")
    assert bathroom() == before
    for _change in range(2):
        proposal_changes.undo(home.world, HOME, WEEK, proposal_made_at=proposed(home).made_at)
    assert bathroom() == span("Sun 15:00-15:30")


def test_what_was_kept_and_then_given_away_has_no_time_of_its_own_any_more(home: Home) -> None:
    for kind, fixed in (("keep", 1), ("give", 0)):
        changed(home, cast("ChangeKind", kind), "laundry")
        stored = home.store.plans.get(HOME, WEEK, "proposed")
        assert stored is not None
        laundry = next(c for c in parse_snapshot(stored.snapshot).responsibilities if c.id == "laundry")
        assert len(laundry.occurrences[0].fixed_start) == fixed


def test_what_is_let_go_waits_and_is_named_so(home: Home) -> None:
    said = changed(home, "drop", "bathroom").said
    assert "Bathroom can wait." in said
    assert "bathroom" not in doers(home)
    line = next(line for line in proposed(home).left_out if line.chore == "Bathroom")
    assert line.sentence == "You let it go for this week."


def test_the_last_change_can_be_taken_back_and_the_week_is_as_it_was(home: Home) -> None:
    before = doers(home)
    changed(home, "give", "laundry")
    changed(home, "drop", "bathroom")
    for _ in range(2):
        proposal_changes.undo(home.world, HOME, WEEK, proposal_made_at=proposed(home).made_at)
    assert doers(home) == before
    assert check_in.view(home.world, HOME, ANA, WEEK).changes == ()
    with pytest.raises(proposal_changes.ChangeRefusedError, match="nothing to take back"):
        proposal_changes.undo(home.world, HOME, WEEK, proposal_made_at=proposed(home).made_at)


def test_a_change_withdraws_what_was_agreed_to_and_the_week_written_is_the_changed_one(home: Home) -> None:
    check_in.agree(home.world, HOME, BEN, WEEK)
    changed(home, "give", "laundry")
    assert check_in.view(home.world, HOME, ANA, WEEK).agreements == {}
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    tick(home.world, HOME)
    assert "Laundry" in home.titles(BEN)
    assert "Laundry" not in home.titles(ANA)
    with pytest.raises(check_in.CheckInClosedError, match="both agreed"):
        changed(home, "give", "laundry")


def test_whoever_looked_at_another_proposal_is_told_and_nothing_changes(home: Home) -> None:
    seen = proposed(home).made_at
    changed(home, "give", "laundry")
    with pytest.raises(check_in.ProposalChangedError):
        proposal_changes.change(
            home.world, HOME, BEN, WEEK, kind="drop", chore="bathroom", proposal_made_at=seen
        )
    assert doers(home)["bathroom"] == BEN


class KilledError(BaseException):
    """Nobody catches this: the process is gone."""


class _KillsOnPlan(InThisProcess):
    def adjust(self, snapshot: Mapping[str, Any]) -> Plan:
        raise KilledError


def test_a_stop_during_a_change_leaves_week_and_changes_as_they_were(home: Home) -> None:
    seen, before = proposed(home), doers(home)
    check_in.agree(home.world, HOME, BEN, WEEK)
    alive, home.world = home.world, replace(home.world, planner=_KillsOnPlan())
    with pytest.raises(KilledError):
        changed(home, "drop", "bathroom")
    home.world = alive
    assert (proposed(home), doers(home)) == (seen, before)
    asked = home.store.check_ins.get(HOME, WEEK)
    assert asked is not None
    assert (asked.changes, list(asked.agreements)) == ((), [BEN])
    assert changed(home, "drop", "bathroom").dropped == "bathroom"
    assert doers(home).get("bathroom") is None


@pytest.mark.parametrize(
    ("kind", "chore", "other", "why"),
    [
        ("drop", "bins", "", "never left out"),
        ("give", "feeding", "", "something that Ben cannot do"),
        ("swap", "laundry", "feeding", "with the same person already"),
        ("give", "nothing", "", "Choose something that is in this week"),
    ],
)
def test_what_cannot_be_says_why_and_leaves_the_week_alone(
    home: Home, kind: ChangeKind, chore: str, other: str, why: str
) -> None:
    before = doers(home)
    with pytest.raises(proposal_changes.ChangeRefusedError, match=why):
        changed(home, kind, chore, other)
    assert doers(home) == before


def test_a_new_answer_begins_with_a_fresh_week(home: Home) -> None:
    changed(home, "give", "laundry")
    check_in.answer(home.world, HOME, BEN, WEEK, state="blown")
    assert check_in.view(home.world, HOME, ANA, WEEK).changes == ()
    assert doers(home)["laundry"] == ANA


@pytest.mark.parametrize("state", ["fine", "weeds"])
def test_on_the_list_a_home_begins_with_the_rest_of_the_proposal_stays(tmp_path: Path, state: str) -> None:
    household = a_household()
    bundles = bundles_for(household.children_born, WEEK.monday)
    chores = shared_out(bundles, {bundle.id: "both" for bundle in bundles}, (ANA, BEN))
    with a_home(tmp_path, chores=list(chores)) as home:
        home.world = replace(home.world, planner=QuickPlanner())
        check_in.open_check_in(home.world, HOME, WEEK)
        for partner, said in ((ANA, state), (BEN, "fine")):
            check_in.answer(home.world, HOME, partner, WEEK, state=said)
        seen = plan_of(home)
        first = next(
            one.chore for one in proposed(home).changeable if one.doer == BEN and one.may_change_hands
        )
        assert changed(home, "keep", first).said == ("Nothing else changes.",)
        assert plan_of(home).blocks == seen.blocks, "none of the times moves"
        changed(home, "give", first)
        after = plan_of(home)
        assert after.doers[first] == ANA
        rest = [block for block in seen.blocks if block.responsibility != first]
        assert sum(block in after.blocks for block in rest) >= 0.8 * len(rest)
        for _change in range(2):
            proposal_changes.undo(home.world, HOME, WEEK, proposal_made_at=proposed(home).made_at)
        assert (plan_of(home).blocks, plan_of(home).doers) == (seen.blocks, seen.doers), "as it was"


def plan_of(home: Home) -> Plan:
    stored = home.store.plans.get(HOME, WEEK, "proposed")
    assert stored is not None
    return stored.plan
