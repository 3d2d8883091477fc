"""An open question on the week page: shown to whom it asks, answered by one press, never by anybody else."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from service.domain.week import Week
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.web.conftest import OWN_PAGE

PAGE = f"/week/{WEEK}"


@pytest.fixture
def asked(planned: Home) -> Home:
    """Ana has put a `>` before one of her entries."""
    laundry = next(e for e in planned.server.account(ANA).entries() if e.title == "Laundry")
    planned.server.account(ANA).retitle(laundry.uid, "> Laundry")
    tick(planned.world, HOME)
    return planned


def form_of(client: TestClient) -> tuple[str, dict[str, str]]:
    """The address of the first question's form, and what it sends but the answer."""
    page = client.get(PAGE).text
    action = re.search(r'action="(/week/[^"]+/question/[^"]+)"', page)
    assert action
    reader = re.search(r'name="reader" value="([^"]+)"', page)
    return action[1], {"reader": reader[1] if reader else ""}


def test_the_question_is_put_to_the_other_and_the_asker_reads_that_it_is_asked(
    asked: Home, ana: TestClient, ben: TestClient
) -> None:
    assert "Ana asks you to take Laundry" in ben.get(PAGE).text
    mine = ana.get(PAGE).text
    assert "asked; it stays with you until Ben says yes" in mine
    assert "/question/" not in mine


def test_one_press_settles_it_and_a_second_says_so(asked: Home, ben: TestClient) -> None:
    address, form = form_of(ben)
    taken = ben.post(address, data={**form, "answer": "take"}, headers=OWN_PAGE)
    assert (taken.status_code, taken.headers["location"]) == (303, PAGE)
    again = ben.post(address, data={**form, "answer": "take"}, headers=OWN_PAGE)
    assert again.status_code == 409
    assert "This has been settled meanwhile" in again.text
    tick(asked.world, HOME)
    assert "Laundry" in asked.titles(BEN)


def test_the_calendars_follow_without_waiting_for_the_next_poll(asked: Home, ben: TestClient) -> None:
    address, form = form_of(ben)
    ben.post(address, data={**form, "answer": "take"}, headers=OWN_PAGE)
    assert asked.store.due.lag(now=asked.clock.now()).total_seconds() == 0


def test_nobody_else_can_answer_it(asked: Home, ana: TestClient, ben: TestClient) -> None:
    address, form = form_of(ben)
    as_ana = ana.post(address, data={"reader": "home/ana", "answer": "take"}, headers=OWN_PAGE)
    assert as_ana.status_code == 409
    mixed_up = ana.post(address, data={**form, "answer": "take"}, headers=OWN_PAGE)
    assert mixed_up.status_code == 409
    assert "somebody else now" in mixed_up.text
    from_elsewhere = ben.post(
        address, data={**form, "answer": "take"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert from_elsewhere.status_code == 403
    (question,) = asked.store.questions.of_week(HOME, WEEK)
    assert question.is_open


@pytest.mark.parametrize("answer", ["", "let-go", "2026-12-03T18:00:00", "<script>"])
def test_what_is_no_answer_changes_nothing(asked: Home, ben: TestClient, answer: str) -> None:
    address, form = form_of(ben)
    refused = ben.post(address, data={**form, "answer": answer}, headers=OWN_PAGE)
    assert refused.status_code == 409
    assert "<script>" not in refused.text
    assert "Ana asks you to take Laundry" in refused.text


def test_a_question_that_never_was_is_refused_in_words(planned: Home, ben: TestClient) -> None:
    form = {"reader": "home/ben", "answer": "take"}
    for week in (WEEK, Week.parse("2030-W01")):
        refused = ben.post(f"/week/{week}/question/mend.x.9", data=form, headers=OWN_PAGE)
        assert refused.status_code == 409
        assert "not being asked any more" in refused.text
