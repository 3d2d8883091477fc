"""Servers for the connectors' tests: one of each kind for the whole run, a new user for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.worlds import USERS, CalDavWorld, MemoryWorld, MischiefDoor, a_new_user
from tests.servers import running_door, running_radicale, running_xandikos


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("radicale")
    with running_radicale(USERS, folder, read_only="shared") as url:
        yield url


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("xandikos")
    with running_xandikos(USERS, folder) as url:
        yield url


@pytest.fixture(scope="session")
def radicale_door(radicale: str) -> Iterator[MischiefDoor]:
    door = MischiefDoor(radicale)
    with running_door(radicale, door=door):
        yield door


@pytest.fixture(scope="session")
def xandikos_door(xandikos: str) -> Iterator[MischiefDoor]:
    door = MischiefDoor(xandikos)
    with running_door(xandikos, door=door):
        yield door


@pytest.fixture
def radicale_world(radicale: str, radicale_door: MischiefDoor) -> Iterator[CalDavWorld]:
    world = CalDavWorld(radicale, radicale_door, a_new_user(), admin="admin")
    yield world
    world.close()


@pytest.fixture
def xandikos_world(xandikos: str, xandikos_door: MischiefDoor) -> Iterator[CalDavWorld]:
    world = CalDavWorld(xandikos, xandikos_door, a_new_user())
    yield world
    world.close()


@pytest.fixture
def memory_world() -> MemoryWorld:
    return MemoryWorld()
