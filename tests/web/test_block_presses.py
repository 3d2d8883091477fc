"""Done, and asking the other, by a press on one's own block: like the gestures, and as easily taken back."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.web.conftest import OWN_PAGE

PAGE = f"/week/{WEEK}"


def block_of(client: TestClient, title: str) -> str:
    """The address of the form under the first block of that title."""
    page = client.get(PAGE).text
    found = re.search(rf'<summary class="title">{title}</summary>\s*<form[^>]*action="([^"]+)"', page)
    assert found, title
    return found[1]


def press(client: TestClient, address: str, wanted: str, reader: str = "ana"):  # type: ignore[no-untyped-def]
    form = {"reader": f"home/{reader}", "press": wanted}
    return client.post(address, data=form, headers=OWN_PAGE)


def standing(home: Home, address: str) -> str:
    key = address.rpartition("/")[2]
    return next(row.standing for row in home.store.journal.of_week(HOME, WEEK) if row.entry.key == key)


def test_done_stays_done_over_the_next_polls_and_can_be_taken_back(planned: Home, ana: TestClient) -> None:
    address = block_of(ana, "Laundry")
    for _press in range(2):
        assert press(ana, address, "done").status_code == 303
    for _poll in range(2):
        tick(planned.world, HOME)
        assert standing(planned, address) == "done"
    assert '<span class="soft">done</span>' in ana.get(PAGE).text
    assert press(ana, address, "not_done").status_code == 303
    assert standing(planned, address) == "standing"
    tick(planned.world, HOME)
    assert standing(planned, address) == "standing"


def test_a_block_that_was_dragged_and_then_done_stays_done(planned: Home, ana: TestClient) -> None:
    laundry = next(e for e in planned.server.account(ANA).entries() if e.title == "Laundry")
    planned.server.account(ANA).retitle(laundry.uid, "Laundry, whites")
    tick(planned.world, HOME)
    address = block_of(ana, "Laundry")
    press(ana, address, "done")
    tick(planned.world, HOME)
    assert standing(planned, address) == "done"


def test_the_other_is_asked_and_the_question_outlives_the_next_poll(
    planned: Home, ana: TestClient, ben: TestClient
) -> None:
    address = block_of(ana, "Laundry")
    for _press in range(2):
        assert press(ana, address, "hand_over").status_code == 303
    tick(planned.world, HOME)
    assert ben.get(PAGE).text.count("Ana asks you to take Laundry") == 1
    assert "asked; it stays with you until Ben says yes" in ana.get(PAGE).text
    assert [kind for kind, who, *_ in planned.post.sent if who == BEN].count("question") == 1
    assert press(ana, address, "keep").status_code == 303
    assert "Ana asks you" not in ben.get(PAGE).text


def test_yes_moves_it_into_the_others_calendar(planned: Home, ana: TestClient, ben: TestClient) -> None:
    before = planned.titles(BEN).count("Laundry")
    press(ana, block_of(ana, "Laundry"), "hand_over")
    page = ben.get(PAGE).text
    action = re.search(r'action="(/week/[^"]+/question/[^"]+)"', page)
    assert action
    yes = ben.post(action[1], data={"reader": "home/ben", "answer": "take"}, headers=OWN_PAGE)
    assert yes.status_code == 303
    tick(planned.world, HOME)
    assert planned.titles(BEN).count("Laundry") == before + 1


@pytest.mark.parametrize("wanted", ["done", "hand_over"])
def test_nobody_presses_on_what_is_the_others_or_gone(
    planned: Home, ana: TestClient, ben: TestClient, wanted: str
) -> None:
    for address in (block_of(ana, "Laundry"), f"{PAGE}/block/nothing.9"):
        refused = press(ben, address, wanted, "ben")
        assert refused.status_code == 409
        assert "nothing was changed" in refused.text


def test_there_is_no_press_on_ones_own_time_nor_on_duty(planned: Home, ana: TestClient) -> None:
    page = ana.get(PAGE).text
    assert "Yours: swim" in page
    assert not re.search(r'<summary class="title">(Yours|On duty|Sit down together)', page)
