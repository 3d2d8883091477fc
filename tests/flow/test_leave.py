"""Leaving is quiet, complete and for good: whatever a file says, and however often it is pressed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.errors import UnavailableError
from service.flow import chore_list, my_week
from service.flow.leave import leave
from service.flow.turn import LEASE, HouseholdBusyError
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home


def go(home: Home, partner: str = ANA, **how: bool) -> int:
    return leave(home.world, HOME, partner, owner="the page", busy_seconds=2, **how).deleted  # type: ignore[arg-type]


def own_entries(home: Home, partner: str) -> list[str]:
    return home.titles(partner)  # type: ignore[arg-type]


def test_who_leaves_takes_their_entries_and_with_the_next_tick_the_cover_for_them(home: Home) -> None:
    tick(home.world, HOME)
    assert "On duty: this time is Ana's" in own_entries(home, BEN)
    assert go(home) > 5
    assert own_entries(home, ANA) == []
    tick(home.world, HOME)
    assert "On duty: this time is Ana's" not in own_entries(home, BEN)
    household = home.store.households.get(HOME)
    assert [partner.id for partner in household.partners] == [BEN]
    assert {chore.owner for chore in home.store.households.chores(HOME)} == {None, BEN}


def test_what_the_other_held_falls_on_nobody_until_it_is_taken(home: Home) -> None:
    tick(home.world, HOME)
    held = {c.name for c in home.store.households.chores(HOME) if c.owner == BEN}
    hers = [c for c in home.store.households.chores(HOME) if c.owner == ANA]
    go(home)
    tick(home.world, HOME)
    assert not set(own_entries(home, BEN)) & {chore.name for chore in hers}
    assert set(own_entries(home, BEN)) & held
    taken = next(chore for chore in hers if chore.mode == "whole" and not chore.only)
    chore_list.take(home.world, HOME, BEN, taken.id)
    home.clock.move(timedelta(days=7))
    tick(home.world, HOME)
    assert taken.name in own_entries(home, BEN)


def test_who_stays_reads_one_line_and_only_for_a_while(home: Home) -> None:
    go(home)
    unplanned = my_week.view(home.world, HOME, BEN)
    assert unplanned.heading == "Offplate has stopped for the two of you."
    assert unplanned.notices == ()
    tick(home.world, HOME)
    (line,) = my_week.view(home.world, HOME, BEN, week=WEEK).notices
    assert line.startswith(unplanned.heading)
    assert "Ana" not in line
    home.clock.move(timedelta(days=14))
    later = my_week.view(home.world, HOME, BEN)
    assert not any("stopped" in said for said in (later.heading, *later.notices))


def test_a_calendar_that_cannot_be_reached_keeps_everything_until_its_person_says_so(home: Home) -> None:
    tick(home.world, HOME)
    before = own_entries(home, ANA)
    home.server.fail_next(UnavailableError("No answer."))
    with pytest.raises(UnavailableError):
        go(home)
    assert home.store.households.get(HOME).partner(ANA).email
    assert home.store.accounts.get(HOME, ANA)
    assert go(home, with_entries=False) == 0
    assert own_entries(home, ANA) == before
    assert home.store.accounts.get(HOME, ANA) is None


def test_a_run_that_is_under_way_is_not_left_in_the_middle(home: Home) -> None:
    home.store.due.wake(HOME, at=home.clock.now())
    assert home.store.due.claim(now=home.clock.now(), owner="a run", lease=LEASE, limit=1)
    with pytest.raises(HouseholdBusyError):
        go(home)
    assert home.store.households.get(HOME).partner(ANA)


def test_a_second_press_finds_that_it_is_done(home: Home) -> None:
    go(home)
    with pytest.raises(KeyError):
        go(home)
    assert [partner.id for partner in home.store.households.get(HOME).partners] == [BEN]


def test_with_the_last_one_the_home_goes_and_only_its_name_in_the_database_stays(home: Home) -> None:
    tick(home.world, HOME)
    go(home)
    go(home, BEN)
    household = home.store.households.get(HOME)
    assert (household.partners, household.sitters, household.children_born) == ((), (), ())
    assert household.name == HOME
    assert home.store.households.chores(HOME) == []
    assert tick(home.world, HOME).planned == []
