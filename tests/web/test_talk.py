"""What a couple talks about before the week, on a phone and without a script."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from starlette.testclient import TestClient

from tests.builders import HOME, WEEK, Home
from tests.web.conftest import OWN_PAGE

PAGE = f"/check-in/{WEEK}"


def answer(client: TestClient, reader: str, **fields: object):  # type: ignore[no-untyped-def]
    form = {"reader": f"home/{reader}", "appreciation": "", "raised_chore": "", "raised_wish": "hand_over"}
    return client.post(f"{PAGE}/answer", data={**form, **fields}, headers=OWN_PAGE)


def test_what_is_raised_has_a_screen_of_its_own_and_one_press_puts_it_into_the_week(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    assert answer(ben, "ben", state="fine", raised_chore="bins").status_code == 303
    kept = ben.get(f"{PAGE}?change=1").text
    assert '<option value="bins" selected>' in kept
    assert "Bins" not in ana.get(PAGE).text
    answer(ana, "ana", state="fine")
    assert 'href="?talk=1"' in ana.get(PAGE).text
    talk = ana.get(f"{PAGE}?talk=1").text
    assert "Ben would like to hand over Bins." in talk
    assert "What moves" not in talk
    assert "Agree</button>" not in talk
    form = dict(re.findall(r'name="(reader|made_at|chore)" value="([^"]+)"', talk))
    done = ana.post(f"{PAGE}/change", data={**form, "kind": "give"}, headers=OWN_PAGE)
    assert done.headers["location"] == f"{PAGE}?next=1"
    assert "Bins: Ana." in ben.get(f"{PAGE}?next=1").text


def test_with_nothing_to_talk_about_the_week_comes_next(home: Home, ana: TestClient, ben: TestClient) -> None:
    answer(ana, "ana", state="fine")
    answer(ben, "ben", state="fine")
    assert 'href="?next=1"' in ana.get(PAGE).text
    assert "How you both are" in ana.get(f"{PAGE}?talk=1").text


def test_away_for_some_days_is_kept_and_read_by_both(home: Home, ana: TestClient, ben: TestClient) -> None:
    days = {"away_from": "2026-11-30", "away_until": "2026-12-01"}
    wrong = answer(ben, "ben", state="away", away_from="2026-12-01", away_until="2026-11-30")
    assert wrong.status_code == 422
    assert "before the first" in wrong.text
    assert 'value="2026-12-01"' in wrong.text
    answer(ben, "ben", state="away", **days)
    answer(ana, "ana", state="weeds")
    for phone in (ana, ben):
        page = phone.get(PAGE).text
        assert "Monday 30 November – Tuesday 1 December" in page
    assert home.store.plans.get(HOME, WEEK, "proposed") is not None


def test_new_jobs_are_taken_onto_the_list_or_turned_down_by_one_press(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    home.store.households.edit(HOME, lambda now: replace(now, set_up_on=date(2026, 11, 12)))
    answer(ben, "ben", state="fine")
    answer(ana, "ana", state="fine")
    assert 'href="?talk=1"' in ana.get(PAGE).text
    talk = ana.get(f"{PAGE}?talk=1").text
    first, second = re.findall(rf'action="({PAGE}/job/[^"]+)"', talk)[:2]
    for path, press in ((first, "list"), (second, "not_for_us"), (second, "list")):
        done = ana.post(path, data={"reader": "home/ana", "press": press}, headers=OWN_PAGE)
        assert done.headers["location"] == f"{PAGE}?talk=1"
    assert first.rsplit("/", 1)[1] in {one.id for one in home.store.households.chores(HOME)}
    assert home.store.households.get(HOME).declined == (second.rsplit("/", 1)[1],)
    assert "Nobody's yet" in ben.get("/list").text.replace("&#39;", "'")
