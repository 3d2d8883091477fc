"""*I'm blown* on a phone: a link that shows, one tap that does, an hour in which it can be taken back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, span
from tests.web.conftest import OWN_PAGE


@pytest.fixture
def tuesday(planned: Home) -> Home:
    """Tuesday 17:00, and both have agreed to the pact."""
    pact = frozenset({"stretch", "pact"})
    planned.store.households.edit(
        HOME, lambda home: replace(home, partners=tuple(replace(p, consents=pact) for p in home.partners))
    )
    planned.clock.move(span("Tue 17:00-18:00").start_at - planned.clock.now())
    tick(planned.world, HOME)
    return planned


def key_on(client: TestClient, path: str) -> str:
    found = re.search(r'name="reader" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def test_looking_changes_nothing_and_one_tap_does_it(tuesday: Home, ana: TestClient) -> None:
    assert 'href="/off"' in ana.get("/week").text
    page = ana.get("/off").text
    assert "Put the rest of today down?" in page
    assert tuesday.store.off_times.of_week(HOME, WEEK) == []
    done = ana.post("/off", data={"reader": key_on(ana, "/off"), "press": "yes"}, headers=OWN_PAGE)
    assert (done.status_code, done.headers["location"]) == (303, "/week")
    week = ana.get("/week").text
    assert "<h1>Don&#39;t get up.</h1>" in week
    assert "Ben has the baby until 06:30." in week
    assert 'href="/off"' not in week
    tick(tuesday.world, HOME)
    assert any(title.startswith("Don't get up. Ben has the baby") for title in tuesday.titles(ANA))
    assert any(title.startswith("On duty until 06:30") for title in tuesday.titles(BEN))


def test_a_second_tap_says_so_and_it_can_be_taken_back(tuesday: Home, ana: TestClient) -> None:
    form = {"reader": key_on(ana, "/off"), "press": "yes"}
    ana.post("/off", data=form, headers=OWN_PAGE)
    again = ana.post("/off", data=form, headers=OWN_PAGE)
    assert again.status_code == 409
    assert "You are off already." in again.text
    back = ana.post("/off/undo", data={"reader": form["reader"]}, headers=OWN_PAGE)
    assert back.status_code == 303
    assert "Don&#39;t get up." not in ana.get("/week").text


def test_before_both_have_agreed_the_page_leads_to_where_one_agrees(tuesday: Home, ana: TestClient) -> None:
    assert "/me/agreed" not in ana.get("/off").text
    tuesday.store.households.edit(
        HOME,
        lambda home: replace(home, partners=tuple(replace(p, consents=frozenset()) for p in home.partners)),
    )
    assert '<a href="/me/agreed">What you agree to</a>' in ana.get("/off").text


def test_nobody_does_it_for_the_other(tuesday: Home, ana: TestClient, ben: TestClient) -> None:
    of_ana = key_on(ana, "/off")
    assert ben.post("/off", data={"reader": of_ana, "press": "yes"}, headers=OWN_PAGE).status_code == 409
    assert tuesday.store.off_times.of_week(HOME, WEEK) == []


def test_the_other_reads_what_is_theirs_now_and_never_why(
    tuesday: Home, ana: TestClient, ben: TestClient
) -> None:
    ana.post("/off", data={"reader": key_on(ana, "/off"), "press": "yes"}, headers=OWN_PAGE)
    page = ben.get("/week").text
    assert "Ana is off. Ben has the baby until 06:30." in page
    assert "blown" not in page.replace(">I'm blown<", ""), "but for the link of his own"
