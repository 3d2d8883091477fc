"""*Child is ill* on two phones: a link that shows, a press that does, and a yes from each for themselves."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, span
from tests.web.conftest import OWN_PAGE

THURSDAY = WEEK.days[3].isoformat()


@pytest.fixture
def tuesday(planned: Home) -> Home:
    """Tuesday 19:00. Ana is busy on weekdays from 9:00 to 15:00, Ben from 8:45 to 16:30; Granny is there on
    Wednesday from 14:00."""
    planned.clock.move(span("Tue 19:00-20:00").start_at - planned.clock.now())
    tick(planned.world, HOME)
    return planned


def key_on(client: TestClient, path: str) -> str:
    found = re.search(r'name="reader" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def press(client: TestClient, path: str, **fields: str) -> str:
    """What the page says after that press."""
    answer = client.post(path, data={"reader": key_on(client, "/ill"), **fields}, headers=OWN_PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ill")
    return client.get("/ill").text


def turn_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def test_looking_changes_nothing_and_one_press_does_it(tuesday: Home, ana: TestClient) -> None:
    assert 'href="/ill"' in ana.get("/week").text
    page = ana.get("/ill").text
    assert "A child at home instead of out?" in page
    assert f'<option value="{WEEK.days[2]}" selected>' in page, "in the evening it is about tomorrow"
    assert tuesday.store.days_at_home.get(HOME) is None
    said = press(ana, "/ill", until=THURSDAY)
    assert "The baby is at home until Thursday 3 December." in said
    assert "The baby is at home until Thursday 3 December." in ana.get("/week").text
    tick(tuesday.world, HOME)
    ahead = [e for who in (ANA, BEN) for e in tuesday.server.account(who).entries()]
    runs = [e.time.start_at for e in ahead if e.title == "Nursery run"]
    assert [at for at in runs if at > span("Wed 00:00-01:00").start_at] == [span("Fri 07:45-08:15").start_at]


def test_each_says_yes_for_themselves_and_the_other_reads_no_reason(
    tuesday: Home, ana: TestClient, ben: TestClient
) -> None:
    press(ana, "/ill", until=WEEK.days[2].isoformat())
    page = ben.get("/ill").text
    assert "Nobody yet" in page
    assert "if your 330 minutes from 08:30 can move, it could be you" in page
    assert "from 08:40" not in page, "what is hers is not said to him"
    taken = press(ben, "/ill/take", turn=turn_of(page, "turn"))
    assert "It holds once Ana has as well." in press(ben, "/ill/yes", turns=turn_of(taken, "turns"))
    asked = ana.get("/week").text
    answer = ana.post(
        "/ill/yes",
        data={"reader": key_on(ana, "/ill"), "turns": turn_of(asked, "turns")},
        headers=OWN_PAGE,
    )
    assert answer.status_code == 303
    assert "agreed" in ana.get("/ill").text
    tick(tuesday.world, HOME)
    assert "At home with the baby" in tuesday.titles(BEN)
    assert "At home with the baby" not in tuesday.titles(ANA)


def test_an_old_form_changes_nothing_and_says_how_it_stands(
    tuesday: Home, ana: TestClient, ben: TestClient
) -> None:
    page = press(ana, "/ill", until=THURSDAY)
    press(ben, "/ill/take", turn=turn_of(page, "turn"))
    late = ana.post("/ill/yes", data={"reader": key_on(ana, "/ill"), "turns": "0" * 16}, headers=OWN_PAGE)
    assert late.status_code == 409
    assert "divided anew meanwhile" in late.text
    gone = ana.post("/ill/take", data={"reader": key_on(ana, "/ill"), "turn": "nothing"}, headers=OWN_PAGE)
    assert gone.status_code == 409


def test_it_can_be_taken_back_or_end_and_is_nobodys_alone(
    tuesday: Home, ana: TestClient, ben: TestClient
) -> None:
    press(ana, "/ill", until=THURSDAY)
    assert "A child at home instead of out?" in press(ben, "/ill/undo", press="yes")
    press(ben, "/ill", until=THURSDAY)
    tuesday.clock.move(span("Wed 20:00-21:00").start_at - tuesday.clock.now())
    assert "at home today" in press(ana, "/ill/well", press="yes")
    again = ana.post("/ill/well", data={"reader": key_on(ana, "/ill"), "press": "yes"}, headers=OWN_PAGE)
    assert again.status_code == 409
    assert "It is over already, or ends by itself tonight." in again.text


@pytest.mark.parametrize("until", ["", "tomorrow", "2026-13-01"])
def test_what_is_no_day_is_refused(tuesday: Home, ana: TestClient, until: str) -> None:
    form = {"reader": key_on(ana, "/ill"), "until": until}
    assert ana.post("/ill", data=form, headers=OWN_PAGE).status_code == 400
    assert tuesday.store.days_at_home.get(HOME) is None


def test_a_form_of_the_others_says_nothing(
    tuesday: Home, ana: TestClient, ben: TestClient, phone: Callable[[], TestClient]
) -> None:
    form = {"reader": key_on(ana, "/ill"), "until": THURSDAY}
    assert ben.post("/ill", data=form, headers=OWN_PAGE).status_code == 409
    assert phone().get("/ill").status_code == 403
    assert tuesday.store.days_at_home.get(HOME) is None
