"""The pages over a real store and the real flow, asked by a client or by a real browser."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from service.domain.household import PartnerId
from service.flow import check_in
from service.flow.invite import link_for
from service.flow.week import tick
from service.web.app import create_app
from tests.builders import HOME, WEEK, Home, a_home

BASE_URL = "http://127.0.0.1:8000"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home on Sunday evening with the check-in for `WEEK` open and nothing planned yet."""
    with a_home(tmp_path) as made:
        check_in.open_check_in(made.world, HOME, WEEK)
        yield made


@pytest.fixture
def planned(home: Home) -> Home:
    """The same home with `WEEK` planned and in both calendars."""
    home.put_busy(PartnerId("ana"), "Mon-Fri 09:00-15:00")
    home.put_busy(PartnerId("ben"), "Mon-Fri 08:45-16:30")
    tick(home.world, HOME)
    return home


@pytest.fixture
def app(home: Home) -> FastAPI:
    return create_app(home.world, base_url=BASE_URL)


@pytest.fixture
def phone(app: FastAPI) -> Iterator[Callable[[], TestClient]]:
    """A new phone with every call: its own cookies, and no redirect followed unless asked."""
    with contextlib.ExitStack() as stack:

        def new_phone() -> TestClient:
            return stack.enter_context(TestClient(app, base_url=BASE_URL, follow_redirects=False))

        yield new_phone


def path_for(home: Home, partner: str, **facts: object) -> str:
    """The path of that partner's mailed link, `/c/TOKEN`."""
    expires_at = home.clock.now() + timedelta(days=8)
    url = link_for(home.world, HOME, PartnerId(partner), week=WEEK, expires_at=expires_at)
    return url.removeprefix(home.world.base_url)


@pytest.fixture
def ana(home: Home, phone: Callable[[], TestClient]) -> TestClient:
    """Ana's phone, come in by her link."""
    return come_in(home, phone(), "ana")


@pytest.fixture
def ben(home: Home, phone: Callable[[], TestClient]) -> TestClient:
    return come_in(home, phone(), "ben")


def come_in(home: Home, client: TestClient, partner: str) -> TestClient:
    assert client.get(path_for(home, partner)).status_code == 303
    return client


@dataclass(frozen=True)
class LiveSite:
    base_url: str
    home: Home


@pytest.fixture
def live(home: Home) -> Iterator[LiveSite]:
    """The pages on a real port of this machine."""
    with serving(home, lambda world, base_url: create_app(world, base_url=base_url)) as site:
        yield site


@contextlib.contextmanager
def serving(home: Home, make_app: Callable[..., FastAPI], *, host: str = "127.0.0.1") -> Iterator[LiveSite]:
    """`home` behind a real port; `host` is the name that browsers use for this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base_url = f"http://{host}:{listener.getsockname()[1]}"
        world = replace(home.world, base_url=base_url)
        server = uvicorn.Server(
            uvicorn.Config(
                make_app(world, base_url), log_level="warning", access_log=False, ws="none", lifespan="off"
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            thread.join(0.02)
        try:
            yield LiveSite(base_url, replace(home, world=world))
        finally:
            server.should_exit = True
            thread.join(10)
