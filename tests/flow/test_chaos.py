"""The same random lives on real servers, as they are and with other servers' habits put on them.

The machine of `test_machine` has no sockets; here every request and every lost reply is real. People write
past the door that misbehaves. `--long` runs 300 steps and more for each server and habit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from random import Random

import pytest

from tests.builders import a_home
from tests.connectors.worlds import PASSWORD, CalDavWorld
from tests.flow.life import BEFORE_THE_CLOCKS_CHANGE, CHORES, Life, life_at, live
from tests.flow.sides import CalDavSide, HurriedDoor
from tests.servers import running_door, running_radicale, running_xandikos

HABITS = {
    "none": (),
    "no sync report": ("no_sync",),
    "no sync report, no ctag": ("no_sync", "no_ctag", "no_token"),
    "no ETag after a write": ("no_put_etag",),
    "weak ETag after a write": ("weak_put_etag",),
    "412 for a bad token, 418 for what is gone": ("token_412", "teapot"),
    "everything for a bad token": ("whole_for_a_bad_token",),
    "conditions of a create ignored": ("no_if_none_match", "silent_create_status"),
    "an update creates": ("if_match_creates",),
    "no description, odd content type": ("no_description", "odd_content_type"),
}
SOGO = ("no_if_none_match", "no_if_match_delete", "if_match_creates", "silent_create_status")
_USERS = {f"{name}{number}": PASSWORD for name in ("ana", "ben") for number in range(200)}
_numbers = count()


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_radicale(_USERS, tmp_path_factory.mktemp("radicale")) as url:
        yield url


@pytest.fixture(scope="module")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_xandikos(_USERS, tmp_path_factory.mktemp("xandikos")) as url:
        yield url


@contextmanager
def a_life_on(
    server: str, folder: Path, habits: tuple[str, ...] = (), *, shared: bool = False
) -> Iterator[Life]:
    """A household whose accounts are new on that server, each behind a door of its own."""
    number = next(_numbers)
    with ExitStack() as running, a_home(folder, now=BEFORE_THE_CLOCKS_CHANGE, chores=CHORES) as home:
        worlds = {}
        for name in ("ana",) if shared else ("ana", "ben"):
            door = HurriedDoor(server)
            running.enter_context(running_door(server, door=door))
            worlds[name] = CalDavWorld(server, door, f"{name}{number}")
            running.callback(worlds[name].close)
        yield life_at(home, CalDavSide(worlds, home.clock, frozenset(habits)), shared=shared)


@pytest.mark.parametrize("habit", HABITS)
def test_five_promises_hold_on_radicale_with_other_servers_habits(
    radicale: str, tmp_path: Path, habit: str
) -> None:
    with a_life_on(radicale, tmp_path, HABITS[habit]) as life:
        live(life, Random(habit), steps=20 if habit == "none" else 8)


def test_five_promises_hold_on_xandikos(xandikos: str, tmp_path: Path) -> None:
    with a_life_on(xandikos, tmp_path) as life:
        live(life, Random(5), steps=15)


def test_five_promises_hold_for_two_in_one_account(radicale: str, tmp_path: Path) -> None:
    with a_life_on(radicale, tmp_path, shared=True) as life:
        live(life, Random(6), steps=20)


@pytest.mark.long
@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("seed", range(3))
def test_five_promises_hold_for_long_whatever_the_habit(
    radicale: str, tmp_path: Path, habit: str, seed: int
) -> None:
    with a_life_on(radicale, tmp_path, HABITS[habit], shared=seed == 2) as life:
        live(life, Random(f"{habit} {seed}"), steps=300)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_five_promises_hold_for_long_on_xandikos(xandikos: str, tmp_path: Path, seed: int) -> None:
    with a_life_on(xandikos, tmp_path, shared=seed == 2) as life:
        live(life, Random(seed), steps=300)


@pytest.mark.long
def test_where_conditions_are_ignored_only_the_moment_of_a_write_is_open(
    radicale: str, tmp_path: Path
) -> None:
    """What SOGo makes impossible: an edit between our look and our write. Counted; docs/connectors.md."""
    broken = []
    for seed in range(3):
        (tmp_path / str(seed)).mkdir()
        with a_life_on(radicale, tmp_path / str(seed), SOGO) as life:
            life.witness.counts_only = True
            live(life, Random(seed), steps=300)
            broken += life.witness.violations
    assert len(broken) <= 9, broken
