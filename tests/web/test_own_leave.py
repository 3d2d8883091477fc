"""Leaving on a phone: what goes and what stays is said, and one press does it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.testclient import TestClient

from connectors.errors import UnavailableError
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, Home
from tests.web.conftest import OWN_PAGE

FORM = {"reader": "home/ana", "press": "yes"}


def test_one_press_and_the_phone_knows_nobody_any_more(home: Home, ana: TestClient, ben: TestClient) -> None:
    tick(home.world, HOME)
    page = ana.get("/me/leave").text
    for said in ("What goes at once", "What stays", "Ben reads one line", "cannot be taken back"):
        assert said in page
    left = ana.post("/me/leave", data=FORM, headers=OWN_PAGE)
    assert left.status_code == 200
    assert "Nothing of yours is stored here any more" in left.text
    assert 'offplate=""; ' in left.headers["set-cookie"]
    assert ana.get("/week").status_code == 403
    assert home.titles(ANA) == []
    assert "Offplate has stopped for the two of you." in ben.get("/week").text
    assert [partner.id for partner in home.store.households.get(HOME).partners] == [BEN]


def test_a_calendar_that_does_not_answer_is_said_and_can_be_left_behind(home: Home, ana: TestClient) -> None:
    tick(home.world, HOME)
    home.server.fail_next(UnavailableError("The server of this account does not answer."))
    refused = ana.post("/me/leave", data=FORM, headers=OWN_PAGE)
    assert refused.status_code == 409
    assert "Nothing was erased yet." in refused.text
    assert "does not answer" in refused.text
    assert home.store.accounts.get(HOME, ANA)
    left = ana.post("/me/leave", data={**FORM, "press": "without"}, headers=OWN_PAGE)
    assert "delete the calendar “Offplate” there" in left.text
    assert home.store.accounts.get(HOME, ANA) is None
    assert home.titles(ANA)


def test_who_is_alone_is_told_that_the_home_goes_with_them(home: Home, ana: TestClient, app: FastAPI) -> None:
    home.store.erase_partner(HOME, BEN)
    assert "the home itself: nobody else is here" in ana.get("/me/leave").text
    assert ana.post("/me/leave", data=FORM, headers=OWN_PAGE).status_code == 200
    assert home.store.households.get(HOME).partners == ()
