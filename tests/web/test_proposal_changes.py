"""Changing the proposal on a phone, without a script: what changes is said, and one press takes it back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from service.domain.chores import ChoreId
from service.flow import check_in
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.web.conftest import OWN_PAGE

PAGE = f"/check-in/{WEEK}?next=1"


@pytest.fixture
def together(home: Home) -> Home:
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine")
    return home


def sent(client: TestClient, **fields: str):  # type: ignore[no-untyped-def]
    page = client.get(PAGE).text
    hidden = {
        name: match[1]
        for name in ("reader", "made_at")
        if (match := re.search(rf'name="{name}" value="([^"]+)"', page))
    }
    where = "undo" if not fields else "change"
    return client.post(f"/check-in/{WEEK}/{where}", data={**hidden, **fields}, headers=OWN_PAGE)


def test_both_read_what_one_changed_and_either_may_take_it_back(
    together: Home, ana: TestClient, ben: TestClient
) -> None:
    done = sent(ana, kind="give", chore="bins", other="")
    assert (done.status_code, done.headers["location"]) == (303, PAGE)
    for phone in (ana, ben):
        page = phone.get(PAGE).text
        assert "Ana changed the week." in page
        assert "Bins: Ana." in page
    assert sent(ben).status_code == 303
    assert "changed the week" not in ana.get(PAGE).text


def test_a_refusal_comes_back_with_its_reason_and_the_form_open(together: Home, ana: TestClient) -> None:
    refused = sent(ana, kind="drop", chore="bins", other="")
    assert refused.status_code == 422
    assert "“Bins” is never left out; your list says so." in refused.text
    assert '<details class="fold" open>' in refused.text


def test_an_unknown_kind_is_no_form_of_ours(together: Home, ana: TestClient) -> None:
    assert sent(ana, kind="burn", chore="bins", other="").status_code == 400


def test_the_page_of_an_older_proposal_changes_nothing(
    together: Home, ana: TestClient, ben: TestClient
) -> None:
    page = ana.get(PAGE).text
    old = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("reader", "made_at")}  # type: ignore[index]
    sent(ben, kind="drop", chore="bathroom", other="")
    late = ana.post(
        f"/check-in/{WEEK}/change",
        data={**old, "kind": "drop", "chore": "laundry", "other": ""},
        headers=OWN_PAGE,
    )
    assert late.status_code == 409
    assert "This is a newer proposal than the one you saw." in late.text


def test_a_swap_that_both_would_gain_by_is_behind_the_fold_and_one_press_away(
    home: Home, ana: TestClient
) -> None:
    minds = {"bathroom": {ANA: "like", BEN: "dislike"}, "clothes-check": {ANA: "dislike", BEN: "like"}}
    for chore, liking in minds.items():
        alike = {"effort_minutes": 30, "thinking_weight": 0, "liking": liking}
        home.store.households.edit_chore(HOME, ChoreId(chore), lambda one, alike=alike: replace(one, **alike))  # type: ignore[misc]
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine")
    page = ana.get(PAGE).text
    fold = page[page.index("Why is it split like this?") :]
    offered = "Swapping “Bathroom” and “Clothes check” would leave each of you with what you mind less."
    assert offered in fold
    assert sent(ana, kind="swap", chore="bathroom", other="clothes-check").status_code == 303
    after = ana.get(PAGE).text
    assert "Bathroom: Ana." in after
    assert offered not in after
