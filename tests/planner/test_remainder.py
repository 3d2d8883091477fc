"""What a week could not divide, handed to the next: small, from plans alone, and never a debt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from service.flow import check_in
from service.flow.answers import Asides
from service.flow.plan_week import snapshot_for
from service.flow.week import tick
from service.planner import Snapshot, plan_week, remainder
from tests.builders import ANA, BEN, HOME, WEEK, a_home
from tests.builders import a_chore as a_chore_at_home
from tests.planner.building import a_chore, a_week, an_adult
from tests.planner.test_promises import QUICK, weeks

ODD = [a_chore(f"C{n}", priority=0, minutes=20) for n in range(3)]


def test_half_of_it_is_evened_out_the_week_after() -> None:
    week = a_week(*ODD)
    plan = plan_week(week)
    assert plan.certificate["gap_min"] == 30
    left = remainder(week, plan)
    assert left == {"ana": 30, "ben": -30}
    adults = tuple(an_adult(name, ledger_min=left[name.lower()]) for name in ("Ana", "Ben"))
    after = replace(week, adults=adults)
    assert plan_week(after).certificate["minutes"] == {"ana": 40, "ben": 20}
    assert remainder(after, plan_week(after)) == {"ana": 30, "ben": -30}


def test_it_counts_on_from_what_was_left_before() -> None:
    adults = (an_adult("Ana", ledger_min=-12), an_adult("Ben", ledger_min=12))
    week = a_week(*ODD[:1], adults=adults)
    assert remainder(week, plan_week(week)) == {"ana": -2, "ben": 2}


@pytest.mark.parametrize("state", ["blown", "away"])
def test_a_hard_week_hands_on_nothing(state: str) -> None:
    adults = (an_adult("Ana", state=state, ledger_min=25), an_adult("Ben", ledger_min=-25))
    week = a_week(*ODD, adults=adults)
    assert remainder(week, plan_week(week)) == {"ana": 0, "ben": 0}


@pytest.mark.parametrize(("state", "handed_on"), [("fine", True), ("away", False)])
def test_a_week_with_somebody_away_for_some_of_it_hands_on_nothing(
    state: str, handed_on: bool, tmp_path: Path
) -> None:
    with a_home(tmp_path, chores=[a_chore_at_home("Laundry", "ana", minutes=60)]) as home:
        tick(home.world, HOME)
        monday = Asides(away_until=WEEK.monday.isoformat()) if state == "away" else Asides()
        check_in.answer(home.world, HOME, ANA, WEEK, state="fine")
        check_in.answer(home.world, HOME, BEN, WEEK, state=state, asides=monday)
        for partner in (ANA, BEN):
            check_in.agree(home.world, HOME, partner, WEEK)
        after = snapshot_for(home.world, home.store.households.get(HOME), WEEK.next)
        assert any(adult.ledger_min for adult in after.adults) == handed_on
        assert not any(adult.was_alone for adult in after.adults)


@QUICK
@given(weeks())
def test_it_is_never_more_than_half_an_hour_and_one_ones_more_is_the_others_less(week: Snapshot) -> None:
    level = replace(week, adults=tuple(replace(a, state="weeds", ledger_min=0) for a in week.adults))
    left = remainder(level, plan_week(level))
    assert all(abs(minutes) <= 30 for minutes in left.values())
    assert sum(left.values()) == 0


def test_the_coming_week_knows_what_this_one_left(tmp_path: Path) -> None:
    chores = [a_chore_at_home("Bins", "ben", minutes=15), a_chore_at_home("Laundry", "ana", minutes=60)]
    with a_home(tmp_path, chores=chores) as home:
        tick(home.world, HOME)
        check_in.answer(home.world, HOME, ANA, WEEK, state="fine")
        check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
        for partner in (ANA, BEN):
            check_in.agree(home.world, HOME, partner, WEEK)
        stored = home.store.plans.get(HOME, WEEK, "published")
        assert stored is not None
        minutes = stored.plan.certificate["minutes"]
        beyond = (minutes[ANA] - minutes[BEN]) // 2
        ana, ben = snapshot_for(home.world, home.store.households.get(HOME), WEEK.next).adults
        assert (ana.ledger_min, ben.ledger_min) == (beyond, -beyond)
        assert beyond > 0
