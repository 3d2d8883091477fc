"""Killed after any request, started again: the same entries, none twice, none lost."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import EntryGoneError
from connectors.memory import MemoryConnector
from connectors.memory_server import Fault, MemoryAccount
from connectors.model import CalendarId, EntryDraft, EntryRef
from service.flow import check_in, my_week, questions
from service.flow.week import tick
from service.ports import Account
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home, span, time_range

FEW = [
    a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
    a_chore("Laundry", "ana", cadence="3/week", window="08:00-21:00", shed="shrink"),
    a_chore("Clothes check", "ana", minutes=45, window="Sat-Sun 09:00-18:00", thinking_weight=3),
]


class KilledError(BaseException):
    """Nobody catches this: the process is gone."""


def _entries(home: Home) -> list[tuple[str, str, str]]:
    return sorted(
        (partner, entry.title, entry.time.start_at.isoformat())
        for partner in (ANA, BEN)
        for entry in home.server.account(partner).entries()
    )


def _live_a_little(home: Home) -> None:
    tick(home.world, HOME)
    check_in.answer(home.world, HOME, ANA, WEEK, state="weeds", hand_overs=["laundry"])
    check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
    check_in.agree(home.world, HOME, ANA, WEEK)
    check_in.agree(home.world, HOME, BEN, WEEK)
    tick(home.world, HOME)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    with a_home(tmp_path_factory.mktemp("undisturbed"), chores=FEW) as home:
        _live_a_little(home)
        return _entries(home)


@pytest.mark.parametrize("applied", [False, True], ids=["before it is done", "after it is done"])
@pytest.mark.parametrize("skip", [0, 2, 4, 5, 7, 9, 12, 15, 18, 21])
def test_a_kill_at_any_request_ends_in_the_same_week(
    tmp_path: Path, undisturbed: list[tuple[str, str, str]], skip: int, applied: bool
) -> None:
    with a_home(tmp_path, chores=FEW) as home:
        home.server.faults.append(Fault(KilledError(), applied=applied, skip=skip))  # type: ignore[arg-type]
        for _ in range(3):
            try:
                _live_a_little(home)
            except KilledError:
                continue
            break
        assert not home.server.faults, "the kill never came: fewer requests than that"
        tick(home.world, HOME)
        assert _entries(home) == undisturbed
        assert [tick(home.world, HOME).partners[p].writes for p in (ANA, BEN)] == [0, 0]


def _edit(home: Home) -> None:
    """As from calendar apps: never-shed and own time deleted, something asked for, own time dragged."""

    def entry(title: str) -> tuple[MemoryAccount, str]:
        return next(
            (account, e.uid)
            for account in map(home.server.account, (ANA, BEN))
            for e in account.entries()
            if e.title.startswith(title)
        )

    for title in ("Bins", "Yours: run"):
        account, uid = entry(title)
        account.delete(uid)
    account, uid = entry("Laundry")
    account.retitle(uid, "> Laundry")
    account, uid = entry("Yours: swim")
    account.move(uid, time_range(span("Thu 18:15-19:45")))


def _say_yes(home: Home) -> None:
    for partner in (ANA, BEN):
        for question in my_week.view(home.world, HOME, partner, week=WEEK).questions:
            if question.id.startswith(("take_over", "mend")):
                questions.answer(home.world, HOME, partner, WEEK, question.id, question.choices[0].value)


def _live_with_gestures(home: Home) -> list[tuple[str, str, str]]:
    tick(home.world, HOME)
    _edit(home)
    tick(home.world, HOME)
    _say_yes(home)
    tick(home.world, HOME)
    return _entries(home)


@pytest.fixture(scope="module")
def undisturbed_gestures(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    with a_home(tmp_path_factory.mktemp("gestures"), chores=FEW) as home:
        return _live_with_gestures(home)


@pytest.mark.parametrize("applied", [False, True], ids=["before it is done", "after it is done"])
@pytest.mark.parametrize("skip", [2, 4, 7])
def test_a_kill_while_gestures_are_followed_ends_in_the_same_week(
    tmp_path: Path, undisturbed_gestures: list[tuple[str, str, str]], skip: int, applied: bool
) -> None:
    with a_home(tmp_path, chores=FEW) as home:
        tick(home.world, HOME)
        _edit(home)
        home.server.faults.append(Fault(KilledError(), applied=applied, skip=skip))  # type: ignore[arg-type]
        for step in (lambda: None, lambda: None, lambda: _say_yes(home), lambda: None):
            step()
            with contextlib.suppress(KilledError):
                tick(home.world, HOME)
        assert not home.server.faults, "the kill never came: fewer requests than that"
        assert _entries(home) == undisturbed_gestures
        assert [tick(home.world, HOME).partners[p].writes for p in (ANA, BEN)] == [0, 0]


def test_what_a_killed_try_wrote_and_its_person_deleted_is_not_written_again(home: Home) -> None:
    """Google remembers a deleted entry under its id, and says so when the create is repeated."""

    class Remembering(MemoryConnector):
        def create_entry(self, calendar: CalendarId, draft: EntryDraft) -> EntryRef:
            if "swim" in draft.title:
                raise EntryGoneError("The entry was there already, and was deleted.")
            return super().create_entry(calendar, draft)

    def connector(account: Account) -> MemoryConnector:
        return Remembering(home.server, account.username, password=account.secret)

    report = tick(replace(home.world, open_connector=connector), HOME)
    assert report.partners[ANA].problem is None
    (row,) = [row for row in home.store.journal.of_partner(HOME, ANA) if "swim" in row.entry.title]
    assert row.standing == "missing"
    assert not [entry for entry in home.server.account(ANA).entries() if "swim" in entry.title]
