"""Who is due is run once, by one; a failure stops nobody; a stop gives back what it cannot finish."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.domain.household import HouseholdId
from service.flow.turn import BUSY_SECONDS, LEASE, HouseholdBusyError, standing_still
from service.jobs import WAITS, DueWork, Jobs
from tests.builders import Home, a_home, a_household

HOMES = [HouseholdId(name) for name in ("north", "south", "east")]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path) as home:
        for name in HOMES:
            home.store.households.save(replace(a_household(), id=name))
            home.store.due.wake(name, at=home.clock.now())
        yield home


def test_each_due_household_is_run_once_and_comes_again_when_it_said(home: Home) -> None:
    ran: list[HouseholdId] = []

    def run(household: HouseholdId) -> datetime:
        ran.append(household)
        return home.clock.now() + timedelta(minutes=5)

    work = DueWork(home.world, run, owner="here")
    assert work.run_all_due() == 3
    assert sorted(ran) == sorted(HOMES)
    home.clock.move(timedelta(minutes=4))
    assert work.run_all_due() == 0
    home.clock.move(timedelta(minutes=1))
    assert work.run_all_due() == 3
    assert work.stop()


def test_one_failing_household_waits_longer_each_time_and_stops_nobody(home: Home) -> None:
    ran: list[HouseholdId] = []

    def run(household: HouseholdId) -> datetime:
        if household == "south":
            raise RuntimeError("dentist at nine")
        ran.append(household)
        return home.clock.now() + timedelta(days=7)

    work = DueWork(home.world, run, owner="here")
    work.run_all_due()
    assert sorted(ran) == ["east", "north"]
    for name in ran:
        home.store.erase_household(name)
    for pause in (*WAITS, WAITS[-1]):
        (problem,) = home.store.due.problems().values()
        assert "RuntimeError" in problem
        assert "dentist" not in problem
        home.clock.move(pause - timedelta(seconds=1))
        assert work.run_all_due() == 0
        home.clock.move(timedelta(seconds=1))
        assert work.run_all_due() == 1
    work.stop()


def test_no_more_than_the_free_workers_are_claimed(home: Home) -> None:
    go, started = threading.Event(), threading.Semaphore(0)

    def run(household: HouseholdId) -> datetime:
        started.release()
        assert go.wait(10)
        return home.clock.now() + timedelta(minutes=5)

    work = DueWork(home.world, run, owner="here", workers=2)
    assert work.run_due() == 2
    assert started.acquire(timeout=10)
    assert started.acquire(timeout=10)
    assert work.run_due() == 0
    assert home.store.due.claim(now=home.clock.now(), owner="there", lease=LEASE, limit=9) != []
    go.set()
    assert work.stop(within_seconds=10)


def test_a_stop_waits_a_while_then_gives_the_household_to_others(home: Home) -> None:
    go, started = threading.Event(), threading.Event()

    def run(household: HouseholdId) -> datetime:
        started.set()
        assert go.wait(10)
        return home.clock.now() + timedelta(days=7)

    work = DueWork(home.world, run, owner="here", workers=1)
    work.run_due()
    assert started.wait(10)
    assert not work.stop(within_seconds=0.05)
    assert work.run_due() == 0
    others = home.store.due.claim(now=home.clock.now(), owner="there", lease=LEASE, limit=9)
    assert sorted(others) == sorted(HOMES)

    go.set()
    work._pool.shutdown(wait=True)
    assert home.store.due.claim(now=home.clock.now() + LEASE * 2, owner="x", lease=LEASE, limit=9) != []


def test_ticking_runs_households_mail_and_upkeep_and_knows_when_it_last_did(home: Home) -> None:
    ran, mailed, kept = threading.Semaphore(0), threading.Event(), threading.Event()

    def run(household: HouseholdId) -> datetime:
        ran.release()
        return home.clock.now() + timedelta(minutes=5)

    jobs = Jobs(home.world, run, deliver_mail=mailed.set, upkeep=kept.set, seconds=0.05, mail_seconds=0.05)
    assert jobs.not_ready() != []
    jobs.start()
    try:
        assert all(ran.acquire(timeout=10) for _ in HOMES)
        assert mailed.wait(10)
        assert kept.wait(10)
        assert jobs.not_ready() == []
    finally:
        assert jobs.stop(within_seconds=10)
    home.clock.move(timedelta(minutes=3))
    assert jobs.not_ready() == ["no household has been looked at for two minutes"]


@pytest.mark.parametrize("back", [timedelta(hours=2), timedelta(days=1), timedelta(days=400)])
def test_a_clock_that_is_set_back_keeps_no_household_waiting(home: Home, back: timedelta) -> None:
    def run(household: HouseholdId) -> datetime:
        return home.clock.now() + timedelta(days=30)

    work = DueWork(home.world, run, owner="here")
    assert work.run_all_due() == len(HOMES)
    assert work.run_all_due() == 0
    home.clock.move(-back)
    assert work.run_all_due() == len(HOMES)
    assert work.run_all_due() == 0
    work.stop()


def test_a_household_that_stands_still_is_run_by_nobody(home: Home) -> None:
    work = DueWork(home.world, lambda _: home.clock.now(), owner="here")
    with standing_still(home.world, HOMES[0], owner="alone"):
        assert work.run_due() == len(HOMES) - 1
    work.stop()


def test_who_needs_a_household_to_stand_still_waits_for_its_run_and_then_gives_up(home: Home) -> None:
    began_at = home.clock.now()
    claimed = home.store.due.claim(now=began_at, owner="there", lease=LEASE, limit=9)
    with (
        pytest.raises(HouseholdBusyError, match="Nothing was changed"),
        standing_still(home.world, HOMES[0], owner="here"),
    ):
        pytest.fail("two at one household")
    assert home.clock.now() - began_at == timedelta(seconds=BUSY_SECONDS)
    assert claimed
    home.store.due.release(owner="there")
    with standing_still(home.world, HOMES[0], owner="here"):
        pass
