"""On the answer page: time for oneself in this week, and the private question with what follows from it."""

from __future__ import annotations

from starlette.testclient import TestClient

from service.flow import check_in
from tests.builders import ANA, HOME, WEEK, Home
from tests.web.conftest import OWN_PAGE

ASKED = WEEK.next


def answered(client: TestClient, week: object = WEEK, **fields: str):  # type: ignore[no-untyped-def]
    form = {"reader": "home/ana", "state": "fine", "appreciation": "", **fields}
    return client.post(f"/check-in/{week}/answer", data=form, headers=OWN_PAGE)


def test_a_wish_for_the_week_is_kept_and_shown_again(home: Home, ana: TestClient) -> None:
    assert "takes the place of “Swim” for this week" in ana.get(f"/check-in/{WEEK}").text
    wish = {"own_time_name": "Pottery", "own_time_minutes": "120", "own_time_day": "3"}
    assert answered(ana, **wish, own_time_part="evening").status_code == 303
    page = ana.get(f"/check-in/{WEEK}?change=1").text
    for shown in ('value="Pottery"', '"120" selected', '"3" selected', '"evening" selected'):
        assert shown in page
    given = home.store.check_ins.get(HOME, WEEK)
    assert given
    assert given.answers[ANA].own_time


def test_what_is_named_privately_leads_to_the_table_or_to_the_card(home: Home, ana: TestClient) -> None:
    check_in.open_check_in(home.world, HOME, ASKED)
    assert "Only you see this." in ana.get(f"/check-in/{ASKED}").text
    assert answered(ana, ASKED, named="clothes-check").status_code == 303
    page = ana.get(f"/check-in/{ASKED}").text
    assert "You thought of setting down “Clothes check”." in page
    assert 'href="/list/clothes-check/card"' in page
    form = ana.get(f"/check-in/{ASKED}?change=1&raise=clothes-check").text
    assert '<option value="clothes-check" selected>' in form
    given = home.store.check_ins.get(HOME, ASKED)
    assert given
    assert not given.answers[ANA].raised, "looking brings nothing up"


def test_who_carries_less_of_the_thinking_is_not_asked(home: Home, ben: TestClient) -> None:
    check_in.open_check_in(home.world, HOME, ASKED)
    assert "set down" not in ben.get(f"/check-in/{ASKED}").text
    assert "grown-up" not in ben.get(f"/check-in/{ASKED}").text
