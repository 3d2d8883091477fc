"""A block that was dragged stays where its person put it, through everything that plans the week again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.interval import Interval
from service.domain.plan import Block, Plan
from service.flow.plan_week import propose, publish
from service.flow.week import tick
from service.planner import parse_snapshot, verify
from tests.builders import ANA, HOME, WEEK, Home, a_chore, a_home, span, time_range

CHORES = [
    a_chore("Laundry", "ana", window="Tue-Sat 17:00-21:00", only=("ana",)),
    a_chore("Ironing", "ana", window="Tue-Sat 17:00-21:00", only=("ana",)),
    a_chore("Bins", "ben", window="Wed 17:00-21:00", only=("ben",)),
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """The week is in both calendars; it is the evening before it begins."""
    with a_home(tmp_path, chores=CHORES) as made:
        made.clock.move(timedelta(hours=3))
        tick(made.world, HOME)
        yield made


def plan(home: Home) -> Plan:
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    assert verify(parse_snapshot(stored.snapshot), stored.plan) == []
    return stored.plan


def block(home: Home, chore: str) -> Block:
    return next(one for one in plan(home).blocks if one.responsibility == chore)


def entry(home: Home, title: str) -> Interval:
    time = next(one for one in home.server.account(ANA).entries() if one.title == title).time
    return Interval(time.start_at, time.end_at)


def drag(home: Home, title: str, to: Interval) -> None:
    account = home.server.account(ANA)
    account.move(next(one for one in account.entries() if one.title == title).uid, time_range(to))
    tick(home.world, HOME)


def test_the_plan_follows_a_drag_and_nothing_is_written(home: Home) -> None:
    there = span("Fri 20:30-21:00")
    ironing = entry(home, "Ironing")
    drag(home, "Laundry", there)
    assert block(home, "laundry").interval == there
    assert (entry(home, "Laundry"), entry(home, "Ironing")) == (there, ironing)
    made_at = home.store.plans.get(HOME, WEEK, "published")
    assert tick(home.world, HOME).planned == []
    assert home.store.plans.get(HOME, WEEK, "published") == made_at


def test_a_meeting_on_another_block_leaves_it_there(home: Home) -> None:
    there = span("Sat 21:40-22:10")
    drag(home, "Laundry", there)
    ironing = block(home, "ironing").interval
    home.server.account(ANA).add_event(home.personal[ANA], time_range(ironing))
    tick(home.world, HOME)
    assert block(home, "ironing").interval != ironing
    assert block(home, "laundry").interval == span("Sat 21:30-22:00")
    assert entry(home, "Laundry") == there


def test_a_meeting_on_the_block_itself_leaves_it_there_too(home: Home) -> None:
    there = span("Sat 20:00-20:30")
    drag(home, "Laundry", there)
    home.server.account(ANA).add_event(home.personal[ANA], time_range(there))
    assert tick(home.world, HOME).planned == []
    assert block(home, "laundry").interval == there


def test_a_week_planned_anew_leaves_it_there(home: Home) -> None:
    there = span("Sat 20:30-21:00")
    drag(home, "Laundry", there)
    household = home.store.households.get(HOME)
    home.clock.move(timedelta(days=2))
    propose(home.world, household, WEEK)
    publish(home.world, household, WEEK)
    tick(home.world, HOME)
    assert block(home, "laundry").interval == there
    assert entry(home, "Laundry") == there


def test_what_is_put_back_is_back_in_the_plan_too(home: Home) -> None:
    before = entry(home, "Laundry")
    drag(home, "Laundry", span("Fri 20:30-21:00"))
    drag(home, "Laundry", before)
    assert block(home, "laundry").interval == before
    assert entry(home, "Laundry") == before


def test_what_it_is_put_on_makes_room(home: Home) -> None:
    ironing = entry(home, "Ironing")
    drag(home, "Laundry", ironing)
    assert block(home, "laundry").interval == ironing
    assert entry(home, "Ironing") == block(home, "ironing").interval
    assert not entry(home, "Ironing").overlaps(ironing)


def test_a_day_may_hold_more_than_its_limit_if_its_person_puts_it_there(tmp_path: Path) -> None:
    long = [
        a_chore(name, minutes=150, window="Tue-Sat 08:00-21:00", only=("ana",))
        for name in ("Attic", "Cellar")
    ]
    with a_home(tmp_path, chores=long) as home:
        home.clock.move(timedelta(hours=3))
        tick(home.world, HOME)
        assert home.store.households.get(HOME).partner(ANA).most_minutes_a_day < 300
        drag(home, "Attic", span("Fri 08:30-11:00"))
        drag(home, "Cellar", span("Fri 12:30-15:00"))
        found = {one.responsibility: one.interval for one in plan(home).blocks}
        assert found["attic"] == span("Fri 08:30-11:00")
        assert found["cellar"] == span("Fri 12:30-15:00")
