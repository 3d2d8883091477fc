"""The contract suite in each world we have: memory, Radicale, Xandikos."""

from __future__ import annotations

import pytest

from tests.connectors.contract import ConnectorContract, desk
from tests.connectors.worlds import CalDavWorld, MemoryWorld, World

__all__ = ["desk"]


def test_no_promise_hides_another_of_the_same_name() -> None:
    names = [name for part in ConnectorContract.__bases__ for name in vars(part) if name.startswith("test_")]
    assert len(names) == len(set(names)) > 50


class TestMemory(ConnectorContract):
    @pytest.fixture
    def world(self, memory_world: MemoryWorld) -> World:
        return memory_world


class TestRadicale(ConnectorContract):
    @pytest.fixture
    def world(self, radicale_world: CalDavWorld) -> World:
        return radicale_world


class TestXandikos(ConnectorContract):
    @pytest.fixture
    def world(self, xandikos_world: CalDavWorld) -> World:
        return xandikos_world
