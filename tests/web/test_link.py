"""From the mailed link to a session: scanners change nothing, broken links get a kind word."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from service.links import new_token
from service.web.app import create_app
from service.web.misses import A_MINUTE
from tests.builders import ANA, HOME, WEEK, Home
from tests.web.conftest import BASE_URL, come_in, path_for

Phone = Callable[[], TestClient]


def what_people_would_notice(folder: Path) -> list[str]:
    """Everything stored, but for the links and sessions."""
    with sqlite3.connect(folder / "offplate.db") as database:
        lines = list(database.iterdump())
    database.close()
    return [line for line in lines if not line.startswith('INSERT INTO "link"')]


def test_a_link_opens_a_session_and_leaves_the_token_behind(home: Home, phone: Phone) -> None:
    client, path = phone(), path_for(home, "ana")
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/check-in/{WEEK}"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("offplate=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    assert path.removeprefix("/c/") not in page.text


def test_over_https_the_cookie_is_pinned_to_the_host(home: Home) -> None:
    base_url = "https://offplate.example.org"
    with TestClient(create_app(home.world, base_url=base_url), base_url=base_url) as client:
        answer = client.get(path_for(home, "ana"), follow_redirects=False)
        assert answer.headers["set-cookie"].startswith("__Host-offplate=")
        assert "Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert client.get(f"/check-in/{WEEK}").status_code == 200


@pytest.mark.parametrize(("given", "kept"), [("blown", "?state=blown"), ("evil&x=1", ""), ("", "")])
def test_a_mailed_answer_is_only_a_preselection(home: Home, phone: Phone, given: str, kept: str) -> None:
    answer = phone().get(path_for(home, "ana"), params={"state": given})
    assert answer.headers["location"] == f"/check-in/{WEEK}{kept}"
    check_in = home.store.check_ins.get(HOME, WEEK)
    assert check_in is not None
    assert check_in.answers == {}


def test_the_mail_about_a_week_leads_to_that_week(home: Home, phone: Phone) -> None:
    client = phone()
    answer = client.get(path_for(home, "ana"), params={"to": "week"})
    assert answer.headers["location"] == f"/week/{WEEK}"
    assert client.get(f"/week/{WEEK}").status_code == 200


def test_a_preselected_page_waits_for_the_person_to_press(ana: TestClient) -> None:
    page = ana.get(f"/check-in/{WEEK}?state=blown").text
    assert 'value="blown" required checked' in page
    chosen = re.compile(r'name="state"[^>]*checked')
    assert len(chosen.findall(page)) == 1
    assert not chosen.search(ana.get(f"/check-in/{WEEK}?state=nonsense").text)


def test_fifty_scanners_change_nothing_that_anybody_would_notice(
    home: Home, phone: Phone, tmp_path: Path
) -> None:
    path = path_for(home, "ana")
    before = what_people_would_notice(tmp_path)
    for _visit in range(25):
        scanner = phone()
        assert scanner.head(path).status_code == 303
        assert scanner.get(path, params={"state": "blown"}, follow_redirects=True).status_code == 200
        assert scanner.options(path).status_code == 405
    assert what_people_would_notice(tmp_path) == before
    assert come_in(home, phone(), "ana").get(f"/check-in/{WEEK}").status_code == 200


def test_head_opens_no_session(home: Home, phone: Phone) -> None:
    assert "set-cookie" not in phone().head(path_for(home, "ana")).headers


def test_a_phone_that_is_known_keeps_its_session(home: Home, ana: TestClient) -> None:
    assert "set-cookie" not in ana.get(path_for(home, "ana")).headers
    assert "set-cookie" in ana.get(path_for(home, "ben")).headers


TOKEN = "A" * 43


def test_a_link_that_is_none_gets_a_calm_page(phone: Phone) -> None:
    ends = ("", TOKEN, ".", "%0A", "%00", "%20", "/", "%2f..%2fetc", "A" * 60_000)
    paths = [f"/c/{TOKEN}{end}" for end in ends] + [f"/c/{TOKEN[:-1]}", f"/c/%ff{TOKEN}"]
    client = phone()
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert "Nothing is lost." in answer.text
        assert "set-cookie" not in answer.headers


def test_a_link_in_other_letters_is_another_link(home: Home, phone: Phone) -> None:
    path = path_for(home, "ana")
    assert phone().get(f"/c/{path[3:].swapcase()}").status_code == 404


def test_links_end_when_they_expire_and_when_they_are_revoked(home: Home, phone: Phone) -> None:
    expired, revoked = path_for(home, "ana"), path_for(home, "ben")
    home.clock.move(timedelta(days=9))
    assert phone().get(expired).status_code == 404
    home.clock.move(timedelta(days=-9))
    home.store.links.revoke(HOME, home.store.households.get(HOME).partner("ben").id)
    assert phone().get(revoked).status_code == 404


def test_a_session_is_no_link_and_a_link_is_no_session(home: Home, ana: TestClient, phone: Phone) -> None:
    stranger = phone()
    assert stranger.get(f"/c/{ana.cookies['offplate']}").status_code == 404
    stranger.cookies.set("offplate", path_for(home, "ana").removeprefix("/c/"))
    assert stranger.get("/week").status_code == 403


def test_a_session_lasts_thirty_days_from_its_last_use(home: Home, ana: TestClient) -> None:
    for _month in range(3):
        home.clock.move(timedelta(days=29))
        assert ana.get("/week").status_code == 200
    home.clock.move(timedelta(days=31))
    assert ana.get("/week").status_code == 403


def test_leaving_ends_every_session_at_once(home: Home, ana: TestClient) -> None:
    home.store.links.revoke(HOME, ANA)
    answer = ana.get("/week")
    assert answer.status_code == 403
    assert "Open the link in your latest mail" in answer.text


def test_trying_links_is_slowed_down_and_real_links_are_not(home: Home, phone: Phone) -> None:
    client = phone()
    tried = [client.get(f"/c/{new_token()}") for _try in range(A_MINUTE + 1)]
    assert [answer.status_code for answer in tried] == [404] * A_MINUTE + [429]
    assert tried[-1].headers["retry-after"] == "60"
    assert client.get(path_for(home, "ana")).status_code == 303


def test_links_come_from_the_configured_address_alone(app: FastAPI) -> None:
    with TestClient(app, base_url=BASE_URL) as client:
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
        forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "203.0.113.9"}
        assert "evil" not in client.get("/", headers=forwarded).text
