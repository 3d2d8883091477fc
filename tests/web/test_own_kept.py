"""What is kept, on one's own page; one press erases what one said, and the other one notices nothing."""

from __future__ import annotations

from starlette.testclient import TestClient

from service.flow import check_in
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.web.conftest import OWN_PAGE


def test_the_page_says_what_is_kept_until_when_and_where_all_of_it_goes(home: Home, ana: TestClient) -> None:
    assert 'href="/me/kept"' in ana.get("/me").text
    page = ana.get("/me/kept").text
    for words in (
        "When you are busy, and no word of what with",
        "as long as it stands in your calendar",
        "30 days after you last used it",
        'href="/me/leave"',
    ):
        assert words in page
    assert "six weeks each" not in page
    assert "on a card" not in page


def test_one_press_erases_what_one_said_and_the_other_sees_no_difference(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    for partner, note in ((ANA, "Hers."), (BEN, "His.")):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine", appreciation=note)
    pages = ("/week", "/list", "/rules", "/me", "/me/kept")
    before = {path: ben.get(path).text for path in pages}
    page = ana.get("/me/kept").text
    assert "until Sunday 6 December, when its week is over" in page
    done = ana.post("/me/kept", data={"reader": "home/ana", "press": "yes"}, headers=OWN_PAGE)
    assert done.headers["location"] == "/me/kept?erased=1"
    after = ana.get(done.headers["location"]).text
    assert "What you said is erased." in after
    assert "in your latest answer" not in after
    shared = ben.get(f"/check-in/{WEEK}").text
    assert "Hers." not in shared
    assert "His." in shared
    assert {path: ben.get(path).text for path in pages} == before


def test_a_form_sent_empty_erases_nothing(home: Home, ana: TestClient) -> None:
    check_in.answer(home.world, HOME, ANA, WEEK, state="fine", appreciation="Hers.")
    assert ana.post("/me/kept", data={"reader": "home/ana"}, headers=OWN_PAGE).status_code == 400
    assert "Hers." in ana.get(f"/check-in/{WEEK}").text
