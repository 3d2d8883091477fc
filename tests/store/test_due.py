"""Turns and leases: never two at one household, and nobody's turn is lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.household import HouseholdId
from service.store import SqlStore
from tests.store.builders import HOME, NOW, a_household, at
from tests.store.conftest import Run

LEASE = timedelta(minutes=3)
AFTER_THE_LEASE = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture
def due(store: SqlStore) -> SqlStore:
    """One household that is due now."""
    store.households.save(a_household())
    store.due.wake(HOME, at=NOW)
    return store


def claim(store: SqlStore, owner: str = "one", *, now=NOW, limit: int = 10) -> list[HouseholdId]:
    return store.due.claim(now=now, owner=owner, lease=LEASE, limit=limit)


def test_a_claimed_household_is_nobody_elses_turn(due: SqlStore) -> None:
    assert claim(due, "one") == [HOME]
    assert claim(due, "two") == []


def test_the_longest_waiting_come_first(store: SqlStore) -> None:
    for n in range(5):
        store.households.save(a_household(f"h{n}"))
        store.due.wake(HouseholdId(f"h{n}"), at=at(-n))
    assert claim(store, limit=2) == ["h4", "h3"]
    assert claim(store, limit=2) == ["h2", "h1"]


def test_a_finished_household_comes_back_when_it_said(due: SqlStore) -> None:
    claim(due)
    assert due.due.finish(HOME, owner="one", next_due_at=at(1))
    assert claim(due, now=at(0.9)) == []
    assert claim(due, now=at(1)) == [HOME]


def test_a_lease_that_ended_is_taken_over_and_its_old_owner_is_told(due: SqlStore) -> None:
    claim(due, "one")
    assert claim(due, "two", now=AFTER_THE_LEASE) == [HOME]
    assert not due.due.finish(HOME, owner="one", next_due_at=at(9))
    assert due.due.finish(HOME, owner="two", next_due_at=at(1))


def test_a_wake_during_the_run_wins_over_a_later_time(due: SqlStore) -> None:
    claim(due)
    due.due.wake(HOME, at=at(0.1))
    due.due.wake(HOME, at=at(0.5))
    due.due.finish(HOME, owner="one", next_due_at=at(24))
    assert claim(due, now=at(0.05)) == []
    assert claim(due, now=at(0.1)) == [HOME]
    due.due.finish(HOME, owner="one", next_due_at=at(24))
    assert claim(due, now=at(23)) == [], "a wake counts once"


def test_a_wake_never_makes_it_later(due: SqlStore) -> None:
    due.due.wake(HOME, at=at(5))
    assert claim(due) == [HOME]


def test_a_failure_keeps_its_reason_until_a_run_succeeds(due: SqlStore) -> None:
    claim(due)
    assert due.due.fail(HOME, owner="one", next_due_at=at(1), problem="the calendar is gone")
    assert due.due.problems() == {HOME: "the calendar is gone"}
    claim(due, now=at(1))
    due.due.finish(HOME, owner="one", next_due_at=at(2))
    assert due.due.problems() == {}


def test_a_stopping_process_gives_back_its_leases_and_no_others(due: SqlStore) -> None:
    due.households.save(a_household("other"))
    claim(due, "one")
    due.due.wake(HouseholdId("other"), at=NOW)
    claim(due, "two")
    due.due.release(owner="one")
    assert claim(due, "three") == [HOME]


def test_a_household_that_kills_every_process_rests_an_hour_and_says_so(due: SqlStore) -> None:
    now = NOW
    for _ in range(5):
        assert claim(due, now=now) == [HOME]
        now += LEASE + timedelta(seconds=1)
    assert claim(due, now=now) == []
    assert "ended with their process" in due.due.problems()[HOME]
    assert claim(due, now=now + timedelta(hours=1)) == [HOME]


def test_lag_is_how_long_the_longest_waiting_has_waited(due: SqlStore) -> None:
    assert due.due.lag(now=at(2)) == timedelta(hours=2)
    assert due.due.lag(now=at(-1)) == timedelta(0)
    claim(due)
    assert due.due.lag(now=NOW) == timedelta(0), "a leased one is being served"


def test_no_household_is_claimed_twice_by_processes_and_threads(
    store: SqlStore, url: str, key: Path, run: Run
) -> None:
    everybody = [HouseholdId(f"h{n}") for n in range(60)]
    for household in everybody:
        store.households.save(a_household(household))
        store.due.wake(household, at=NOW)
    workers = [run("work", url, key) for _ in range(3)]
    done = Counter(line for worker in workers for line in worker.communicate()[0].split())
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert done == Counter(everybody)


def test_the_household_of_a_killed_process_is_taken_over_when_its_lease_ends(
    due: SqlStore, url: str, key: Path, run: Run
) -> None:
    run("die_at_work", url, key).wait()
    assert claim(due) == []
    assert claim(due, now=AFTER_THE_LEASE) == [HOME]


def test_a_turn_from_before_the_clock_was_set_back_is_not_waited_for(due: SqlStore) -> None:
    claim(due)
    due.due.finish(HOME, owner="one", next_due_at=at(1))
    board, two_hours = due.due.claim, timedelta(hours=2)
    assert board(now=at(-0.9), owner="two", lease=LEASE, limit=1, farthest=two_hours) == []
    assert board(now=at(-24), owner="two", lease=LEASE, limit=1) == []
    assert board(now=at(-24), owner="two", lease=LEASE, limit=1, farthest=two_hours) == [HOME]


def test_a_lease_from_before_the_clock_was_set_back_ends_at_once(due: SqlStore) -> None:
    due.due.wake(HOME, at=at(-48))
    claim(due, "dead")
    assert claim(due, "two", now=at(-0.01)) == [], "the clocks of two machines may differ a little"
    assert claim(due, "two", now=at(-1)) == [HOME]
