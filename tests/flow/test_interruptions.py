"""Killed after any request, started again: the same entries, none twice, none lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.memory_server import Fault
from service.flow import check_in
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home

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
