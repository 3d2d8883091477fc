"""One's own calendars on a phone: how they are, and the yes that lets a stopped one go on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from connectors import identity
from service.flow.week import tick
from service.web.app import create_app
from tests.builders import ANA, HOME, Home, a_home
from tests.flow.test_guards import MANY, empty_the_plan, our_calendars
from tests.web.conftest import BASE_URL, OWN_PAGE, come_in

GO_ON = "/me/calendars/go-on"


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Home]:
    """Ana's week holds many small things, and it is written."""
    with a_home(tmp_path, chores=MANY) as home:
        tick(home.world, HOME)
        yield home


@pytest.fixture
def anas(full: Home) -> Iterator[TestClient]:
    app = create_app(full.world, base_url=BASE_URL)
    with TestClient(app, base_url=BASE_URL, follow_redirects=False) as client:
        yield come_in(full, client, "ana")


def lose_entries(home: Home) -> None:
    account = home.server.account(ANA)
    for entry in account.entries()[:20]:
        account.delete(entry.uid)


def lose_calendar(home: Home) -> None:
    account = home.server.account(ANA)
    del account.calendars[next(c.id for c in account.calendars.values() if identity.find_mark(c.description))]


def form_of(page: str) -> dict[str, str]:
    fields = dict(re.findall(r'name="(reader|asked)" value="([^"]*)"', page))
    return {**fields, "press": "yes"}


@pytest.mark.parametrize(
    ("mishap", "does"),
    [
        (lose_entries, "They stay gone."),
        (lose_calendar, "Offplate makes a new calendar in your account"),
        (empty_the_plan, "Exactly these entries are deleted"),
    ],
)
def test_a_yes_after_saying_what_it_does_lets_a_stopped_calendar_go_on(
    full: Home, anas: TestClient, mishap: Callable[[Home], None], does: str
) -> None:
    mishap(full)
    assert tick(full.world, HOME, at_once=True).partners[ANA].needs_person
    page = anas.get("/me/calendars").text
    assert "Nothing is written there until somebody has looked." in page
    assert "whoever runs" not in page
    assert does in page
    assert anas.post(GO_ON, data=form_of(page), headers=OWN_PAGE).status_code == 303
    assert "You said that it is right." in anas.get("/me/calendars").text
    after = tick(full.world, HOME)
    assert (after.partners[ANA].problem, our_calendars(full)) == (None, 1)
    stored = full.store.accounts.get(HOME, ANA)
    assert stored is not None
    assert (stored.problem, stored.confirmed) == (None, None)
    assert tick(full.world, HOME).partners[ANA].writes == 0


def test_a_yes_is_for_that_very_problem_and_another_one_is_asked_anew(full: Home, anas: TestClient) -> None:
    lose_entries(full)
    tick(full.world, HOME, at_once=True)
    old = anas.get("/me/calendars").text
    assert anas.post(GO_ON, data=form_of(old), headers=OWN_PAGE).status_code == 303
    account = full.server.account(ANA)
    account.delete(account.entries()[0].uid)
    assert tick(full.world, HOME).partners[ANA].needs_person, "one more is gone than was said yes to"
    refused = anas.post(GO_ON, data=form_of(old), headers=OWN_PAGE)
    assert refused.status_code == 409
    assert "nothing was done" in refused.text
    stored = full.store.accounts.get(HOME, ANA)
    assert stored is not None
    assert stored.confirmed is None


def test_a_problem_that_no_yes_settles_offers_none(home: Home, ana: TestClient) -> None:
    home.server.account(ANA).password = "changed"
    tick(home.world, HOME)
    page = ana.get("/me/calendars").text
    assert "go-on" not in page
    assert 'href="/connect' in page
    assert ana.post(GO_ON, data={"reader": "home/ana", "asked": "x", "press": "yes"}, headers=OWN_PAGE)
    stored = home.store.accounts.get(HOME, ANA)
    assert stored is not None
    assert stored.confirmed is None


def test_what_makes_one_busy_is_said_without_an_address(home: Home, ana: TestClient) -> None:
    stored = home.store.accounts.get(HOME, ANA)
    assert stored is not None
    home.store.accounts.connect(replace(stored, busy=("/dav/ana/work/", "/dav/ana/home/")))
    home.add_feed(ANA, "Shifts")
    page = ana.get("/me/calendars").text
    assert "2 of its calendars make you busy." in page
    assert "Shifts" in page
    assert "/dav/" not in page
    assert "memory:ana/Shifts" not in page
