"""Feeds answer as their port promises."""

from __future__ import annotations

import pytest

from connectors.model import AccountState, CalendarId, SkippedItem
from service.ports import Feed
from service.store import SqlStore
from tests.store.builders import ANA, BEN, HOME, NOW, a_household, at, span

ONE, OTHER = "https://roster.example.org/one.ics", "https://roster.example.org/other.ics"
SKIPPED = SkippedItem(CalendarId("Roster"), "0a1b2c3d4e5f", "has no DTSTART")


@pytest.fixture
def read(store: SqlStore) -> SqlStore:
    """Ana has two feeds, and the roster was read."""
    store.households.save(a_household())
    store.feeds.connect(HOME, ANA, {"Work": OTHER, "Roster": ONE})
    store.feeds.save_reading(
        the_roster(store), read_at=NOW, state=AccountState({"v": 1}), busy=[span(1, 2)], skipped=[SKIPPED]
    )
    return store


def the_roster(store: SqlStore) -> Feed:
    return store.feeds.of_partner(HOME, ANA)[0]


def test_a_feed_is_what_was_connected_and_what_it_said(read: SqlStore) -> None:
    roster, work = read.feeds.of_partner(HOME, ANA)
    assert roster == Feed(HOME, ANA, "Roster", ONE, AccountState({"v": 1}), (span(1, 2),), (SKIPPED,), NOW)
    assert work == Feed(HOME, ANA, "Work", OTHER)
    assert read.feeds.of_partner(HOME, BEN) == []


def test_a_problem_leaves_the_last_good_reading_with_its_age(read: SqlStore) -> None:
    for count in (1, 2):
        read.feeds.save_problem(
            the_roster(read), problem="Gone.", retry_at=at(1), state=AccountState({"doubted": True})
        )
        roster = the_roster(read)
        assert (roster.busy, roster.skipped, roster.read_at) == ((span(1, 2),), (SKIPPED,), NOW)
        assert (roster.problem, roster.retry_at, roster.failures) == ("Gone.", at(1), count)
        assert roster.state == AccountState({"doubted": True})
    read.feeds.save_reading(roster, read_at=at(2), state=AccountState(), busy=[], skipped=[])
    roster = the_roster(read)
    assert (roster.problem, roster.retry_at, roster.failures, roster.busy) == (None, None, 0, ())


def test_the_same_address_again_changes_nothing(read: SqlStore) -> None:
    before = read.feeds.of_partner(HOME, ANA)
    read.feeds.connect(HOME, ANA, {"Roster": ONE, "Work": OTHER})
    assert read.feeds.of_partner(HOME, ANA) == before


def test_what_another_address_said_is_forgotten(read: SqlStore) -> None:
    read.feeds.connect(HOME, ANA, {"Roster": OTHER})
    assert read.feeds.of_partner(HOME, ANA) == [Feed(HOME, ANA, "Roster", OTHER)]


def test_a_feed_that_is_taken_out_is_gone_also_while_it_is_read(read: SqlStore) -> None:
    roster = the_roster(read)
    read.feeds.connect(HOME, BEN, {"Roster": ONE})
    read.feeds.connect(HOME, ANA, {})
    read.feeds.save_reading(roster, read_at=NOW, state=AccountState(), busy=[span(1, 2)], skipped=[])
    assert read.feeds.of_partner(HOME, ANA) == []
    assert [feed.busy for feed in read.feeds.of_partner(HOME, BEN)] == [()]
