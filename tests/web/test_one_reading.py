"""A page is read in one transaction, which is given back before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from connectors.model import ConsentAsked, ConsentGiven, ConsentHeld, Right
from connectors.protocol import Consent
from service.flow.week import tick
from service.web.app import create_app
from tests.builders import HOME, WEEK, Home
from tests.web.at_google import BASE_URL, Pages, a_home_at_google
from tests.web.conftest import path_for


def held(home: Home) -> int:
    """How many connections to the database are in use."""
    count: int = home.store._database.engine.pool.checkedout()  # type: ignore[attr-defined]
    return count


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
    assert held(home) == 0


@dataclass
class NotingConsent:
    """That way to Google, noting how many connections are in use while an answer is taken there."""

    real: Consent
    home: Home
    meanwhile: list[int] = field(default_factory=list)

    def ask(self, redirect: str, *, email: str, rights: Sequence[Right] = ("own", "busy")) -> ConsentAsked:
        return self.real.ask(redirect, email=email, rights=rights)

    def take(self, asked: ConsentAsked, query: Mapping[str, str]) -> ConsentGiven:
        given = self.real.take(asked, query)
        self.meanwhile.append(held(self.home))
        return given

    def held(self, secret: str) -> ConsentHeld:
        return self.real.held(secret)

    def give_back(self, secret: str) -> None:
        self.real.give_back(secret)


def test_the_page_that_asks_google_holds_nothing_meanwhile(tmp_path: Path) -> None:
    with ExitStack() as stack:
        there = stack.enter_context(a_home_at_google(tmp_path))
        there.sends_back_to(BASE_URL)
        assert there.home.world.google is not None
        consent = NotingConsent(there.home.world.google, there.home)
        app = create_app(replace(there.home.world, google=consent), base_url=BASE_URL)
        phone = Pages(there, app, stack).phone()
        phone.ask()
        assert phone.get(phone.answer()).status_code == 303
        assert consent.meanwhile == [0]
