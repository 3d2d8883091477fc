"""A published plan made smaller: counted anew, and never without what cannot be left out."""

from __future__ import annotations

from service.planner import plan_week, verify
from service.planner.amend import let_go
from tests.planner.building import a_chore, a_time, a_week, block


def test_a_block_that_is_let_go_has_its_reason_and_the_figures_are_counted_anew() -> None:
    week = a_week(a_chore("Laundry", a_time("Mon"), a_time("Thu"), priority=2))
    plan = plan_week(week)
    smaller = let_go(week, plan, ["laundry.1"], "It can wait.")
    assert smaller is not None
    assert verify(week, smaller) == []
    assert [one.id for one in smaller.blocks] == ["laundry.0"]
    assert [(one.occurrence, one.reason) for one in smaller.unplaced] == [(1, "It can wait.")]
    assert smaller.level("shed2").value == plan.level("shed2").value + 30


def test_a_chore_that_keeps_no_block_is_left_out_whole() -> None:
    week = a_week(a_chore("Laundry", a_time("Mon"), priority=2), a_chore("Bins", a_time("Wed")))
    smaller = let_go(week, plan_week(week), ["laundry.0"], "It can wait.")
    assert smaller is not None
    assert verify(week, smaller) == []
    assert smaller.doers["laundry"] is None
    assert [(one.responsibility, one.occurrence) for one in smaller.unplaced] == [("laundry", None)]
    assert block(smaller, "bins")


def test_what_is_never_left_out_stays_whatever_is_asked() -> None:
    week = a_week(a_chore("Bedtime", a_time("Mon"), priority=0))
    plan = plan_week(week)
    same = let_go(week, plan, ["bedtime.0"], "It can wait.")
    assert same is not None
    assert same.blocks == plan.blocks
