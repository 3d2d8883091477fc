"""A page is read in one transaction, which is given back before it is sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from service.flow.week import tick
from service.web.app import create_app
from tests.builders import HOME, WEEK, Home
from tests.web.conftest import path_for


@pytest.fixture
def begun(home: Home) -> Iterator[list[bool]]:
    """Whether each transaction that begins is one that writes."""
    found: list[bool] = []
    engine = home.store._database.engine

    def note(connection):  # type: ignore[no-untyped-def]
        found.append(connection.get_execution_options().get("write", False))

    event.listen(engine, "begin", note)
    yield found
    event.remove(engine, "begin", note)


def test_a_page_takes_one_transaction_and_gives_it_back(home: Home, begun: list[bool]) -> None:
    tick(home.world, HOME)
    client = TestClient(
        create_app(home.world, base_url="http://127.0.0.1:8000"), base_url="http://127.0.0.1:8000"
    )
    client.get(path_for(home, "ana"))
    for path in (f"/week/{WEEK}", "/me", "/list"):
        begun.clear()
        assert client.get(path).status_code == 200
        assert begun == [False], path
    assert home.store._database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
