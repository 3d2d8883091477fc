"""A shift at night in somebody's calendar: mails wait until they have slept, and what stood there moves."""

from __future__ import annotations

import pytest

from service.flow.tell import quiet_until
from service.flow.week import tick
from tests.builders import ANA, BEN, BERLIN, HOME, WEEK, Home, span

SHIFT = "Tue 21:30-06:00"


@pytest.mark.parametrize(
    ("at", "ends"),
    [("Tue 22:30", None), ("Wed 06:15", "14:00"), ("Wed 13:45", "14:00"), ("Wed 14:00", None)],
)
def test_mails_wait_for_the_sleep_after_a_shift(home: Home, at: str, ends: str | None) -> None:
    home.put_busy(ANA, SHIFT)
    tick(home.world, HOME)
    day, clock = at.split()
    now = span(f"{day} {clock}-23:59").start_at
    household = home.store.households.get(HOME)
    until = quiet_until(home.world, household, household.partner(ANA), now)
    assert (until.astimezone(BERLIN).strftime("%H:%M") if until else None) == ends
    bens = quiet_until(home.world, household, household.partner(BEN), now)
    assert (bens is None) == (at != "Tue 22:30" and at != "Wed 06:15")


def test_a_shift_that_comes_late_moves_what_stood_in_the_sleep_after_it(home: Home) -> None:
    tick(home.world, HOME)
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    sleep = span("Wed 06:00-14:00")
    mornings = [block for block in stored.plan.blocks_of(BEN) if sleep.overlaps(block.interval)]
    doer = BEN if mornings else ANA
    assert [block for block in stored.plan.blocks_of(doer) if sleep.overlaps(block.interval)]
    home.put_busy(doer, SHIFT)
    tick(home.world, HOME)
    mended = home.store.plans.get(HOME, WEEK, "published")
    assert mended is not None
    assert not [block for block in mended.plan.blocks_of(doer) if sleep.overlaps(block.interval)]
