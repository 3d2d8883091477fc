"""The card of something handed over for good, on two phones."""

from __future__ import annotations

import re
from datetime import timedelta

from starlette.testclient import TestClient

from tests.builders import BEN, HOME, Home
from tests.web.test_house_rules import seen_on, sent

FILTER = "The filter is behind the left door."
CARD = "/list/laundry/card"


def test_the_card_is_written_read_and_taken(home: Home, ana: TestClient, ben: TestClient) -> None:
    assert f'href="{CARD}"' in ana.get("/list/laundry").text
    given = sent(ana, CARD, press="yes", know_how=FILTER, who_else="Granny", learning="yes")
    assert (given.status_code, given.headers["location"]) == (303, CARD)
    assert "Ben has the card." in ana.get(CARD).text
    assert f'href="{CARD}"' in ben.get("/week").text
    page = ben.get(CARD).text
    for said in ("Ana hands this over to you, whole.", FILTER, "Granny", "For four weeks Ana answers"):
        assert said in page
    assert sent(ben, "/rules/hand_over.laundry/yes", press="yes", seen_at=seen_on(page)).status_code == 303
    (laundry,) = (one for one in home.store.households.chores(HOME) if one.id == "laundry")
    assert laundry.owner == BEN
    assert "It is yours." in ben.get(CARD).text
    assert FILTER not in ana.get(CARD).text
    assert 'href="/list/laundry"' not in ana.get("/list").text


def test_leaving_it_needs_no_reason(home: Home, ana: TestClient, ben: TestClient) -> None:
    sent(ana, CARD, press="yes", know_how=FILTER, who_else="")
    seen_at = seen_on(ben.get(CARD).text)
    assert sent(ben, "/rules/hand_over.laundry/no", press="yes", seen_at=seen_at).status_code == 303
    assert "proposes" not in ben.get("/week").text
    assert "Hand it over whole." in ana.get(CARD).text


def test_what_changed_after_it_was_read_is_read_once_more_before_it_is_taken(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    sent(ana, CARD, press="yes", know_how=FILTER, who_else="")
    seen_at = seen_on(ben.get(CARD).text)
    home.clock.move(timedelta(minutes=1))
    more = {"hours-0-days": ["0"], "hours-0-from": "08:00", "hours-0-to": "21:00"}
    fields = {"name": "Laundry", "minutes": "600", "cadence": "daily", "standard": "", "thinking": "3"}
    assert sent(ana, "/list/laundry", **fields, **more).status_code == 303
    assert sent(ben, "/rules/hand_over.laundry/yes", press="yes", seen_at=seen_at).status_code == 409
    page = ben.get(CARD).text
    assert "600 min" in page
    assert sent(ben, "/rules/hand_over.laundry/yes", press="yes", seen_at=seen_on(page)).status_code == 303


def test_what_is_too_long_comes_back_as_it_was_written(home: Home, ana: TestClient) -> None:
    long = "word " * 300
    refused = sent(ana, CARD, press="yes", know_how=long, who_else="Granny")
    assert refused.status_code == 422
    assert "Keep each answer under 1000 characters." in refused.text
    assert re.search(r"<textarea[^>]*>\nword word", refused.text)
    assert not home.store.households.get(HOME).pending
