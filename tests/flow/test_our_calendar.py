"""Our calendar at another address, or an account under another name: what stands there is known again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import identity
from connectors.memory_server import MemoryCalendar
from connectors.model import TimeRange
from service.flow.connect_calendar import let_go_of
from service.flow.leave import leave
from service.flow.week import tick
from service.ports import Account
from tests.builders import ANA, HOME, WEEK, Home, a_chore, a_home

CHORES = [
    a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
    a_chore("Laundry", "ana", cadence="3/week", window="08:00-21:00", only=("ana",)),
    a_chore("Plants", "ana", minutes=15, cadence="2/week", window="17:00-21:00", only=("ana",)),
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path, chores=CHORES) as home:
        tick(home.world, HOME)
        yield home


def ours(home: Home) -> MemoryCalendar:
    (found,) = (c for c in home.server.account(ANA).calendars.values() if identity.find_mark(c.description))
    return found


def titles(home: Home) -> list[str]:
    return sorted(entry.title for entry in home.server.account(ANA).entries())


def drag(home: Home, title: str) -> tuple[str, TimeRange]:
    account = home.server.account(ANA)
    entry = next(e for e in account.entries() if e.title == title)
    to = TimeRange(*(moment + timedelta(hours=3) for moment in (entry.time.start_at, entry.time.end_at)))
    account.move(entry.uid, to)
    return entry.uid, to


def connect_as(home: Home, *, url: str = "https://dav.invalid/other", username: str = ANA) -> None:
    """What connecting on a page saves."""
    before = home.store.accounts.get(HOME, ANA)
    after = Account(HOME, ANA, "caldav", url, username, "secret")
    home.store.accounts.connect(after)
    let_go_of(home.world, before, after)


def test_our_calendar_is_followed_to_another_address_and_nobody_is_asked(home: Home) -> None:
    before = titles(home)
    moved = home.server.account(ANA).move_calendar(ours(home).id)
    report = tick(home.world, HOME).partners[ANA]
    assert (report.problem, report.writes, titles(home)) == (None, 0, before)
    kept = home.store.accounts.get(HOME, ANA)
    assert kept is not None
    assert kept.home_id == moved
    assert not [kind for kind, *_ in home.post.sent if kind == "needs_you"]
    rows = home.store.journal.of_partner(HOME, ANA)
    assert {row.calendar for row in rows} == {moved}


def test_what_its_person_did_around_the_move_stands(home: Home) -> None:
    account, before = home.server.account(ANA), titles(home)
    dragged, to = drag(home, "Laundry")
    account.move_calendar(ours(home).id)
    plants = next(entry for entry in account.entries() if entry.title == "Plants")
    account.delete(plants.uid)
    for _again in range(3):
        assert tick(home.world, HOME, at_once=True).partners[ANA].problem is None
    assert account.event(dragged).time == to
    before.remove("Plants")
    assert titles(home) == before, "the deleted one is not back, and nothing stands twice"


def test_a_calendar_that_moved_and_lost_most_of_its_entries_asks_first(home: Home) -> None:
    account = home.server.account(ANA)
    account.move_calendar(ours(home).id)
    for entry in account.entries()[1:]:
        account.delete(entry.uid)
    asked = tick(home.world, HOME).partners[ANA]
    assert "are gone from this calendar at once" in (asked.problem or "")
    assert len(titles(home)) == 1


def test_a_twin_that_holds_none_of_our_entries_waits_for_a_yes(home: Home) -> None:
    account, before, old = home.server.account(ANA), titles(home), ours(home)
    account.add_calendar("Offplate", description=old.description)
    del account.calendars[old.id]
    for _again in range(2):
        asked = tick(home.world, HOME, at_once=True).partners[ANA]
        assert "is gone" in (asked.problem or "")
        assert titles(home) == []
    said_so = tick(home.world, HOME, at_once=True, confirmed=frozenset({ANA})).partners[ANA]
    assert (said_so.problem, titles(home)) == (None, before)
    assert tick(home.world, HOME, at_once=True).partners[ANA].writes == 0


@pytest.mark.parametrize("way", ["another address of the server", "let go and connected again"])
def test_an_account_that_is_connected_again_doubles_nothing(home: Home, way: str) -> None:
    account, before = home.server.account(ANA), titles(home)
    dragged, to = drag(home, "Laundry")
    tick(home.world, HOME, at_once=True)
    if way.startswith("let go"):
        account.password = "changed"
        home.store.accounts.disconnect(HOME, ANA)
        tick(home.world, HOME, at_once=True)
        assert home.store.accounts.get(HOME, ANA) is None
        account.password = "secret"
    connect_as(home)
    report = tick(home.world, HOME, at_once=True).partners[ANA]
    assert (report.problem, report.writes, titles(home)) == (None, 0, before)
    assert account.event(dragged).time == to
    (kept,) = (row for row in home.store.journal.of_week(HOME, WEEK) if row.uid == dragged)
    assert kept.standing == "kept"


def test_what_was_done_stays_done_in_an_account_that_is_connected_again(home: Home) -> None:
    row = next(r for r in home.store.journal.of_partner(HOME, ANA) if r.entry.title == "Plants")
    home.store.journal.save(HOME, [replace(row, standing="done", etag='"of before"')])
    connect_as(home)
    tick(home.world, HOME, at_once=True)
    (after,) = (r for r in home.store.journal.of_partner(HOME, ANA) if r.uid == row.uid)
    assert (after.standing, after.calendar) == ("done", ours(home).id)


def test_the_weeks_to_come_are_written_into_another_account(home: Home) -> None:
    drag(home, "Laundry")
    tick(home.world, HOME, at_once=True)
    before = titles(home)
    connect_as(home, username="ana-elsewhere")
    report = tick(home.world, HOME, at_once=True).partners[ANA]
    assert report.problem is None
    elsewhere = home.server.account("ana-elsewhere")
    assert sorted(entry.title for entry in elsewhere.entries()) == before
    assert titles(home) == before, "what stands in the account that was left stays"


def test_who_goes_to_another_account_and_back_finds_nothing_twice(home: Home) -> None:
    done = next(r for r in home.store.journal.of_partner(HOME, ANA) if r.entry.title == "Plants")
    home.store.journal.save(HOME, [replace(done, standing="done")])
    dragged, to = drag(home, "Laundry")
    tick(home.world, HOME, at_once=True)
    before = titles(home)
    for username in ("ana-elsewhere", ANA, "ana-elsewhere", ANA):
        connect_as(home, username=username)
        for _again in range(2):
            assert tick(home.world, HOME, at_once=True).partners[ANA].problem is None
        if username != ANA:  # what came only while that one was connected
            home.server.account(ANA).delete(home.server.account(ANA).entries()[-1].uid)
    assert titles(home) == before
    assert home.server.account(ANA).event(dragged).time == to
    elsewhere = [entry.title for entry in home.server.account("ana-elsewhere").entries()]
    before.remove("Plants")
    assert sorted(elsewhere) == before, "nor there"


def test_leaving_takes_the_entries_out_of_a_calendar_that_moved(home: Home) -> None:
    home.server.account(ANA).move_calendar(ours(home).id)
    removed = leave(home.world, HOME, ANA, owner="test")
    assert removed.deleted
    assert titles(home) == []
