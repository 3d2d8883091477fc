"""Who wants it is shown as busy where colleagues look, and the copies never get in anybody's way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from connectors.errors import AccessDeniedError, UnavailableError
from connectors.identity import is_entry_uid
from connectors.memory import MemoryConnector
from connectors.memory_server import Resource
from connectors.model import TimeRange
from service.flow.leave import remove_entries
from service.flow.week import tick
from service.ports import Account
from tests.builders import ANA, BEN, HOME, Home


@pytest.fixture
def seen(home: Home) -> Home:
    """A home where Ana's colleagues see her personal calendar, and copies in it."""

    def connector(account: Account) -> MemoryConnector:
        where = home.personal[ANA] if account.partner == ANA else None
        return MemoryConnector(home.server, account.username, password=account.secret, colleagues=where)

    return replace(home, world=replace(home.world, open_connector=connector))


def copies(home: Home) -> list[Resource]:
    found = home.server.account(ANA).calendars[home.personal[ANA]].resources.values()
    return sorted((each for each in found if is_entry_uid(each.uid)), key=lambda each: each.time)


def originals(home: Home) -> list[Resource]:
    """Ana's self-care, cover and fixed times."""
    entries = home.server.account(ANA).entries()
    return sorted(
        (e for e in entries if "TRANSP:OPAQUE" in e.text and "Half an hour for the two" not in e.text),
        key=lambda each: each.time,
    )


def later(entry: Resource, minutes: int) -> TimeRange:
    by = timedelta(minutes=minutes)
    return TimeRange(entry.time.start_at + by, entry.time.end_at + by)


def test_self_care_cover_and_fixed_times_get_a_plain_copy(seen: Home) -> None:
    tick(seen.world, HOME)
    assert [copy.time for copy in copies(seen)] == [entry.time for entry in originals(seen)]
    assert len(copies(seen)) > 1
    assert {copy.title for copy in copies(seen)} == {"Busy"}
    assert not [copy for copy in copies(seen) if "swim" in copy.text.lower() or "duty" in copy.text.lower()]


def test_copies_are_never_busy_so_an_unchanged_week_writes_nothing(seen: Home) -> None:
    first = tick(seen.world, HOME)
    before = [entry.text for entry in seen.server.account(ANA).entries()]
    for _ in range(2):
        assert [tick(seen.world, HOME).partners[p].writes for p in (ANA, BEN)] == [0, 0]
    assert [entry.text for entry in seen.server.account(ANA).entries()] == before
    account = seen.store.accounts.get(HOME, ANA)
    assert account is not None
    busy = seen.store.accounts.busy(HOME, ANA)
    assert not [t for t in busy for c in account.copies if t.start_at == c.interval.start_at]
    assert first.partners[ANA].problem is None


def test_a_copy_follows_its_original(seen: Home) -> None:
    tick(seen.world, HOME)
    moved, gone = originals(seen)[:2]
    person = seen.server.account(ANA)
    person.move(moved.uid, later(moved, 15))
    person.delete(gone.uid)
    tick(seen.world, HOME)
    times = [copy.time for copy in copies(seen)]
    assert moved.time.start_at + timedelta(minutes=15) in [time.start_at for time in times]
    assert times == [entry.time for entry in originals(seen)]


def test_a_copy_that_its_person_changed_is_theirs(seen: Home) -> None:
    tick(seen.world, HOME)
    person = seen.server.account(ANA)
    changed = copies(seen)[0]
    person.move(changed.uid, later(changed, 30))
    theirs = next(c.text for c in copies(seen) if c.uid == changed.uid)
    person.delete(next(entry.uid for entry in originals(seen) if entry.time == changed.time))
    tick(seen.world, HOME)
    assert theirs in [copy.text for copy in copies(seen)]


@pytest.mark.parametrize("carried_out", [False, True])
def test_copying_may_be_cut_off_anywhere_and_repeated(seen: Home, carried_out: bool) -> None:
    dice = Random(3)
    for _ in range(6):
        if carried_out:
            seen.server.lose_next_reply("put")
        seen.server.fail_next(UnavailableError("No answer."), "put", "get", skip=dice.randrange(40))
        tick(seen.world, HOME, at_once=True)
        seen.server.faults.clear()
    tick(seen.world, HOME, at_once=True)
    assert [copy.time for copy in copies(seen)] == [entry.time for entry in originals(seen)]


def test_a_right_taken_back_costs_the_copies_only(seen: Home) -> None:
    def connector(account: Account) -> MemoryConnector:
        made = seen.world.open_connector(account)
        assert isinstance(made, MemoryConnector)
        create: Callable[..., object] = made.create_entry

        class Refusing(MemoryConnector):
            def create_entry(self, calendar, draft):  # type: ignore[no-untyped-def]
                if calendar == seen.personal[ANA]:
                    raise AccessDeniedError("Not allowed.")
                return create(calendar, draft)

        where = seen.personal[ANA] if account.partner == ANA else None
        return Refusing(seen.server, account.username, password=account.secret, colleagues=where)

    report = tick(replace(seen.world, open_connector=connector), HOME)
    assert "Not allowed" in (report.partners[ANA].problem or "")
    assert report.partners[ANA].written.created > 5
    account = seen.store.accounts.get(HOME, ANA)
    assert account is not None
    assert account.retry_at is None


def test_leaving_takes_the_copies_away(seen: Home) -> None:
    tick(seen.world, HOME)
    household = seen.store.households.get(HOME)
    remove_entries(seen.world, household, household.partner(ANA))
    assert copies(seen) == []


def test_who_has_not_asked_for_copies_gets_none(home: Home) -> None:
    tick(home.world, HOME)
    assert copies(home) == []
