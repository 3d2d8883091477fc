"""A partner connects a calendar from their own page: three steps, and nothing is saved before the last."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from connectors.errors import AuthExpiredError, UnavailableError
from service.flow.connect_calendar import should_connect
from service.flow.week import tick
from service.ports import Account
from service.web.app import create_app
from tests.builders import ANA, BEN, HOME, Home, a_home
from tests.onboarding import MemoryOnboarding
from tests.web.conftest import BASE_URL, OWN_PAGE, come_in

PASSWORD = "canary-7b1d"

Page: TypeAlias = Any
"""The test client's response, whichever library it came with."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Ana is connected, Ben is not; on the server he has "Personal" and "Work"."""
    with a_home(tmp_path, accounts=(ANA,)) as made:
        account = made.server.account("ben")
        account.password = PASSWORD
        account.add_calendar("Work")
        yield made


@pytest.fixture
def app(home: Home) -> FastAPI:
    return create_app(home.world, base_url=BASE_URL)


def onboarding_of(home: Home) -> MemoryOnboarding:
    assert isinstance(home.world.onboarding, MemoryOnboarding)
    return home.world.onboarding


def send(phone: TestClient, step: str, reader: str = "home/ben", **fields: object) -> Page:
    return phone.post(f"/connect{step}", data={"reader": reader, **fields}, headers=OWN_PAGE)


def attempt_of(page: Page) -> str:
    found = re.search(r'name="attempt" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def boxes(page: Page) -> dict[str, bool]:
    """The calendars to tick, and whether they are."""
    found = re.findall(r'name="busy" value="([^"]+)" (checked)?', page.text)
    return {html.unescape(value): bool(ticked) for value, ticked in found}


def looked_around(phone: TestClient, password: str = PASSWORD) -> Page:
    attempt = attempt_of(send(phone, "", address="ben@example.org"))
    return send(phone, "/account", attempt=attempt, username="ben", password=password)


def account_of(home: Home) -> Account | None:
    return home.world.store.accounts.get(HOME, BEN)


def test_three_steps_connect_a_calendar_and_only_the_last_one_saves(home: Home, ben: TestClient) -> None:
    first = ben.get("/connect")
    assert 'value="ben@example.org"' in first.text
    assert "password" not in re.sub(r"<p.*?</p>", "", first.text).lower()
    second = send(ben, "", address="ben@example.org")
    assert "Your password goes to example.org." in second.text
    assert "Make an app password there." in second.text
    third = send(ben, "/account", attempt=attempt_of(second), username="ben", password=PASSWORD)
    assert "We found 2 calendars." in third.text
    assert set(boxes(third).values()) == {True}
    assert account_of(home) is None

    personal = home.personal[BEN]
    last = send(ben, "/save", attempt=attempt_of(third), busy=[personal], home="own")
    assert (last.status_code, last.headers["location"]) == (303, "/connect/done")
    assert "Your calendar is connected." in ben.get("/connect/done").text
    account = account_of(home)
    assert account is not None
    assert (account.username, account.secret, account.busy) == ("ben", PASSWORD, (personal,))
    for page in (first, second, third, last):
        assert PASSWORD not in page.text


def test_what_was_connected_is_read_and_written_to_at_the_next_tick(home: Home, ben: TestClient) -> None:
    third = looked_around(ben)
    send(ben, "/save", attempt=attempt_of(third), busy=list(boxes(third)), home="own")
    report = tick(home.world, HOME)
    assert report.partners[BEN].problem is None
    account = account_of(home)
    assert account is not None
    assert account.home_id is not None
    assert account.busy is None


def test_a_wrong_password_is_said_and_asked_for_again_without_showing_it(home: Home, ben: TestClient) -> None:
    page = looked_around(ben, password="wrong-canary")
    assert page.status_code == 422
    assert "refused the user name or password" in page.text
    assert "wrong-canary" not in page.text
    assert 'value="ben"' in page.text
    again = send(ben, "/account", attempt=attempt_of(page), username="ben", password=PASSWORD)
    assert "We found 2 calendars." in again.text


def test_the_week_page_leads_there_only_while_there_is_a_need(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    link = 'href="/connect"'
    assert link in ben.get("/week").text
    assert link not in ana.get("/week").text
    home.world.store.accounts.save_problem(HOME, ANA, problem=str(UnavailableError("Down.")), retry_at=None)
    assert link not in ana.get("/week").text
    home.world.store.accounts.save_problem(HOME, ANA, problem=str(AuthExpiredError("No.")), retry_at=None)
    assert link in ana.get("/week").text


def test_in_the_first_minutes_the_way_back_leads_to_them(home: Home, ben: TestClient) -> None:
    assert '<a href="/week">Your week</a>' in ben.get("/connect").text
    home.store.households.edit(HOME, lambda stands: replace(stands, in_set_up=True))
    assert '<a href="/welcome">Back</a>' in ben.get("/connect").text


def test_an_empty_field_is_no_try(ben: TestClient) -> None:
    attempt = attempt_of(send(ben, "", address="ben@example.org"))
    for _press in range(5):
        page = send(ben, "/account", attempt=attempt, username="ben", password="")
        assert "Both the user name and the password are needed." in page.text


def test_three_tries_a_minute_are_enough(ben: TestClient) -> None:
    attempt = attempt_of(send(ben, "", address="ben@example.org"))
    tries = [send(ben, "/account", attempt=attempt, username="ben", password="no") for _ in range(4)]
    assert [page.status_code for page in tries] == [422, 422, 422, 429]
    addresses = [send(ben, "", address="ben@example.org").status_code for _ in range(3)]
    assert addresses == [200, 200, 429]


def test_an_attempt_ends_after_ten_minutes_and_with_the_next_one(home: Home, ben: TestClient) -> None:
    old = attempt_of(looked_around(ben))
    assert "start again" in send(ben, "/save", attempt="x" * 43, home="own").text
    newer = attempt_of(send(ben, "", address="ben@example.org"))
    assert "start again" in send(ben, "/save", attempt=old, home="own").text
    home.clock.move(timedelta(minutes=10))
    page = send(ben, "/account", attempt=newer, username="ben", password=PASSWORD)
    assert "start again" in page.text
    assert account_of(home) is None


def test_nobody_saves_what_the_other_one_tried(home: Home, ana: TestClient, ben: TestClient) -> None:
    attempt = attempt_of(looked_around(ben))
    assert send(ana, "/save", reader="home/ben", attempt=attempt, home="own").status_code == 409
    assert "start again" in send(ana, "/save", reader="home/ana", attempt=attempt, home="own").text
    assert account_of(home) is None


@pytest.mark.parametrize("choice", [{"busy": "memory:elsewhere"}, {"home": "memory:elsewhere"}])
def test_only_what_was_found_can_be_chosen(home: Home, ben: TestClient, choice: dict[str, str]) -> None:
    third = looked_around(ben)
    page = send(ben, "/save", **{"attempt": attempt_of(third), "home": "own", **choice})
    assert page.status_code == 422
    assert "Not saved yet." in page.text
    assert account_of(home) is None


def test_an_account_that_cannot_make_calendars_offers_those_it_has(home: Home, ben: TestClient) -> None:
    onboarding_of(home).can_make_calendars = False
    third = looked_around(ben)
    assert 'value="own"' not in third.text
    assert send(ben, "/save", attempt=attempt_of(third), home="own").status_code == 422
    personal = home.personal[BEN]
    assert send(ben, "/save", attempt=attempt_of(third), busy=[personal], home=personal).status_code == 303
    account = account_of(home)
    assert account is not None
    assert account.home == personal


def test_an_account_of_the_file_is_not_changed_here(home: Home, tmp_path: Path) -> None:
    world = replace(home.world, from_file=frozenset({(HOME, ANA)}))
    with TestClient(create_app(world, base_url=BASE_URL), base_url=BASE_URL, follow_redirects=False) as phone:
        come_in(home, phone, "ana")
        assert phone.get("/connect").status_code == 409
        page = send(phone, "", reader="home/ana", address="ana@example.org")
        assert "can only be changed there" in page.text
    assert not should_connect(world, HOME, ANA)


def test_a_stranger_and_another_site_get_nowhere(app: FastAPI, ben: TestClient) -> None:
    stranger = TestClient(app, base_url=BASE_URL)
    assert stranger.get("/connect").status_code == 403
    assert send(stranger, "", address="ben@example.org").status_code == 403
    fields = {"reader": "home/ben", "address": "ben@example.org"}
    assert ben.post("/connect", data=fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_an_account_left_for_another_is_written_anew_there(home: Home, ana: TestClient) -> None:
    home.put_busy(ANA, "Mon-Fri 09:00-15:00")
    tick(home.world, HOME)
    written = [row for row in home.world.store.journal.of_partner(HOME, ANA) if row.standing == "standing"]
    assert written
    other = home.server.account("ana-anew")
    other.add_calendar("New")
    attempt = attempt_of(send(ana, "", reader="home/ana", address="ana@example.org"))
    fields = {"attempt": attempt, "username": "ana-anew", "password": "secret"}
    third = send(ana, "/account", reader="home/ana", **fields)
    assert send(ana, "/save", reader="home/ana", attempt=attempt_of(third), home="own").status_code == 303
    report = tick(home.world, HOME)
    assert report.partners[ANA].problem is None
    assert report.partners[ANA].written.created == len(written)


def test_the_same_account_with_a_new_password_keeps_what_is_known(home: Home, ana: TestClient) -> None:
    tick(home.world, HOME)
    before = home.world.store.accounts.get(HOME, ANA)
    assert before is not None
    home.server.account("ana").password = PASSWORD
    home.world.store.accounts.save_problem(
        HOME, ANA, problem="Refused.", retry_at=home.clock.now() + timedelta(hours=1)
    )
    assert should_connect(home.world, HOME, ANA)
    attempt = attempt_of(send(ana, "", reader="home/ana", address="ana@example.org"))
    fields = {"attempt": attempt, "username": "ana", "password": PASSWORD}
    third = send(ana, "/account", reader="home/ana", **fields)
    ticked = list(boxes(third))
    send(ana, "/save", reader="home/ana", attempt=attempt_of(third), busy=ticked, home="own")
    account = home.world.store.accounts.get(HOME, ANA)
    assert account is not None
    assert (account.home_id, account.retry_at) == (before.home_id, None)
    assert tick(home.world, HOME).partners[ANA].problem is None
    assert not should_connect(home.world, HOME, ANA)
