"""A press on a page and a tick's re-plan in the same moment: neither is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from service.domain.plan import Plan
from service.flow import blown_now, questions
from service.flow.plan_week import PlanChangedError, keep_published, stored_snapshot
from service.flow.planning import InThisProcess
from service.flow.week import tick
from service.ports import StoredPlan
from tests.builders import ANA, BEN, HOME, WEEK, Home, time_range


@dataclass
class Meanwhile(InThisProcess):
    """Mends a week while somebody does something, the first time."""

    act: Callable[[], object] | None

    def repair(self, snapshot: Mapping[str, Any]) -> Plan:
        plan = super().repair(snapshot)
        act, self.act = self.act, None
        if act:
            act()
        return plan


@pytest.fixture
def running(home: Home) -> Home:
    """Tuesday, 17:15 in Berlin, in a planned week; both have agreed to the pact."""
    household = home.store.households.get(HOME)
    pact = frozenset({"stretch", "pact"})
    both = tuple(replace(partner, consents=pact) for partner in household.partners)
    home.store.households.save(replace(household, partners=both))
    tick(home.world, HOME)
    home.clock.move(timedelta(hours=6))
    tick(home.world, HOME)
    home.clock.move(timedelta(days=1, hours=16, minutes=15))
    tick(home.world, HOME)
    return home


def published(home: Home) -> StoredPlan:
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    return stored


def test_a_spent_evening_asked_for_while_the_week_is_mended_is_in_the_mended_week(running: Home) -> None:
    later = next(
        block
        for block in published(running).plan.blocks
        if block.adult == BEN and block.interval.start_at > running.clock.now() + timedelta(days=1)
    )
    running.server.account(BEN).add_event(running.personal[BEN], time_range(later.interval))
    planner = Meanwhile(lambda: blown_now.ask(running.world, HOME, ANA))
    tick(replace(running.world, planner=planner), HOME)
    assert planner.act is None
    plan = published(running).plan
    now = running.clock.now()
    tonight = [b for b in plan.blocks_of(ANA) if now <= b.interval.start_at < now + timedelta(hours=5)]
    assert tonight == [], "what the press took off her stays off"
    there = [b.interval for b in plan.blocks_of(BEN)]
    assert not any(time.overlaps(later.interval) for time in there), "and the event was heard"
    assert tick(running.world, HOME).planned == []


def test_of_two_changes_made_from_one_plan_the_second_is_told(running: Home) -> None:
    stored, household = published(running), running.store.households.get(HOME)
    fewer = replace(stored.plan, blocks=stored.plan.blocks[:-1])
    snapshot = stored_snapshot(stored)
    keep_published(running.world, household, WEEK, fewer, snapshot, instead_of=stored)
    with pytest.raises(PlanChangedError):
        keep_published(running.world, household, WEEK, stored.plan, snapshot, instead_of=stored)
    assert published(running).plan == fewer


def test_a_press_that_was_overtaken_changes_nothing_and_works_the_second_time(running: Home) -> None:
    (own,) = (one for one in published(running).plan.selfcare if one.adult == BEN)
    running.server.account(BEN).add_event(running.personal[BEN], time_range(own.interval))
    tick(running.world, HOME)
    (asked,) = (q for q in running.store.questions.of_week(HOME, WEEK) if q.kind == "mend")
    chosen = asked.options[0].start_at.isoformat()
    planner = Meanwhile(lambda: _somebody_else_changes(running))
    busy_world = replace(running.world, planner=planner)
    with pytest.raises(PlanChangedError):
        questions.answer(busy_world, HOME, BEN, WEEK, asked.id, chosen)
    (still,) = (q for q in running.store.questions.of_week(HOME, WEEK) if q.kind == "mend")
    assert still.is_open
    questions.answer(busy_world, HOME, BEN, WEEK, asked.id, chosen)
    (moved,) = (one for one in published(running).plan.selfcare if one.adult == BEN)
    assert moved.interval == asked.options[0]


def _somebody_else_changes(home: Home) -> None:
    stored, household = published(home), home.store.households.get(HOME)
    keep_published(home.world, household, WEEK, stored.plan, stored_snapshot(stored), instead_of=stored)
