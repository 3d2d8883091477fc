"""The double's OAuth: the page, codes, tokens, and how each of them dies."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from playwright.sync_api import expect, sync_playwright

from service.demo.google_double import (
    CLIENT_ID,
    CLIENT_SECRET,
    GoogleDouble,
    InProcessHttp,
    PageRefusalError,
    serving,
)
from service.demo.google_double.oauth import challenge_of

BASE = "https://www.googleapis.com/auth/"
OURS, BUSY, LIST = (
    f"{BASE}{name}"
    for name in ("calendar.app.created", "calendar.events.freebusy", "calendar.calendarlist.readonly")
)
BACK = "https://offplate.example.org/google/back"
BEN = "ben@example.com"
VERIFIER = "v" * 43


class Clock:
    at = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def double(clock: Clock) -> GoogleDouble:
    double = GoogleDouble(clock)
    double.add_account(BEN)
    double.add_account("ana@example.com")
    double.add_client(CLIENT_ID, CLIENT_SECRET, redirect_uris=[BACK])
    return double


def address(**more: str) -> str:
    asked = {
        "client_id": CLIENT_ID,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": f"openid email {OURS} {BUSY}",
        "state": "once",
        "access_type": "offline",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }
    return f"https://accounts.google.com/o/oauth2/v2/auth?{urlencode({**asked, **more})}"


def query(target: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def post(double: GoogleDouble, path: str, **form: str) -> tuple[int, dict[str, Any]]:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    http = InProcessHttp(double)
    response, content = http.request(f"https://oauth2.googleapis.com{path}", "POST", urlencode(form), headers)
    return response.status, json.loads(content)


def exchange(double: GoogleDouble, target: str, **more: str) -> tuple[int, dict[str, Any]]:
    form = {
        "grant_type": "authorization_code",
        "code": query(target)["code"],
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    return post(double, "/token", **{**form, **more})


def renew(double: GoogleDouble, token: str, **more: str) -> tuple[int, dict[str, Any]]:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": CLIENT_ID}
    return post(double, "/token", **{**form, "client_secret": CLIENT_SECRET, **more})


def claims(answer: Mapping[str, Any]) -> dict[str, Any]:
    middle = answer["id_token"].split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found


def test_a_whole_consent_brings_tokens_and_says_whose_they_are(double: GoogleDouble) -> None:
    target = double.answer_consent(address(nonce="n"), BEN)
    assert target.startswith(f"{BACK}?")
    assert query(target)["state"] == "once"
    status, answer = exchange(double, target)
    assert status == 200
    assert set(answer["scope"].split()) == {"openid", f"{BASE}userinfo.email", OURS, BUSY}
    assert "refresh_token_expires_in" not in answer
    said = claims(answer)
    assert (said["email"], said["aud"], said["nonce"]) == (BEN, CLIENT_ID, "n")
    headers = {"authorization": f"Bearer {answer['access_token']}"}
    _, content = InProcessHttp(double).request(
        "https://openidconnect.googleapis.com/v1/userinfo", headers=headers
    )
    assert json.loads(content) == {"sub": said["sub"], "email": BEN, "email_verified": True}


def test_what_was_unticked_is_not_granted_and_who_cancels_grants_nothing(double: GoogleDouble) -> None:
    target = double.answer_consent(address(), BEN, untick=[BUSY])
    assert BUSY not in exchange(double, target)[1]["scope"].split()
    denied = query(double.answer_consent(address(), BEN, deny=True))
    assert denied == {"state": "once", "error": "access_denied"}


def test_rights_granted_before_come_along_when_asked_for(double: GoogleDouble) -> None:
    exchange(double, double.answer_consent(address(), BEN))
    more = address(scope=f"openid {LIST}", include_granted_scopes="true")
    _, answer = exchange(double, double.answer_consent(more, BEN))
    assert {OURS, BUSY, LIST} <= set(answer["scope"].split())
    alone = address(scope=f"openid {LIST}")
    assert OURS not in exchange(double, double.answer_consent(alone, BEN))[1]["scope"].split()


def test_a_refresh_token_comes_with_the_first_consent_or_with_a_new_one_asked_for(
    double: GoogleDouble,
) -> None:
    assert "refresh_token" in exchange(double, double.answer_consent(address(), BEN))[1]
    assert "refresh_token" not in exchange(double, double.answer_consent(address(), BEN))[1]
    assert "refresh_token" in exchange(double, double.answer_consent(address(prompt="consent"), BEN))[1]
    online = double.answer_consent(address(access_type="online"), "ana@example.com")
    assert "refresh_token" not in exchange(double, online)[1]


def test_a_code_serves_once_for_ten_minutes_and_for_who_asked(double: GoogleDouble, clock: Clock) -> None:
    target = double.answer_consent(address(), BEN)
    assert exchange(double, target)[0] == 200
    assert exchange(double, target)[1]["error"] == "invalid_grant"
    for more in ({"code_verifier": "w" * 43}, {"redirect_uri": "https://elsewhere.example"}):
        assert exchange(double, double.answer_consent(address(), BEN), **more)[0] == 400
    wrong = exchange(double, double.answer_consent(address(), BEN), client_secret="x")
    assert (wrong[0], wrong[1]["error"]) == (401, "invalid_client")
    late = double.answer_consent(address(), BEN)
    clock.at += timedelta(minutes=10)
    assert exchange(double, late)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"redirect_uri": f"{BACK}/"}, "redirect_uri_mismatch"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"scope": f"openid {BASE}calendar.everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_wrong_question_is_never_sent_back_to_an_address(
    double: GoogleDouble, wrong: dict[str, str], error: str
) -> None:
    with pytest.raises(PageRefusalError, match=error):
        double.answer_consent(address(**wrong), BEN)
    response, page = InProcessHttp(double).request(address(**wrong))
    assert response.status in (400, 401)
    assert "location" not in response
    assert error.encode() in page


def test_in_testing_a_consent_holds_for_seven_days(double: GoogleDouble, clock: Clock) -> None:
    double.set_testing()
    _, answer = exchange(double, double.answer_consent(address(), BEN))
    assert answer["refresh_token_expires_in"] == 604799
    clock.at += timedelta(days=6, hours=23)
    assert renew(double, answer["refresh_token"])[0] == 200
    clock.at += timedelta(hours=1)
    assert renew(double, answer["refresh_token"])[1]["error"] == "invalid_grant"
    double.set_testing(testing=False)
    assert renew(double, answer["refresh_token"])[0] == 200


def test_refresh_tokens_die_unused_or_as_the_oldest_of_too_many(double: GoogleDouble, clock: Clock) -> None:
    first, second = (double.connect(BEN, [OURS]) for _ in range(2))
    for _ in range(99):
        double.connect(BEN, [OURS])
    assert [renew(double, each)[0] for each in (first, second)] == [400, 200]
    clock.at += timedelta(days=183)
    assert renew(double, second)[1]["error"] == "invalid_grant"


def test_a_deleted_client_and_a_revoked_consent_refresh_nothing(double: GoogleDouble) -> None:
    token = double.connect(BEN, [OURS])
    access = renew(double, token)[1]["access_token"]
    assert post(double, "/revoke", token=access) == (200, {})
    assert renew(double, token)[1]["error"] == "invalid_grant"
    assert post(double, "/revoke", token=token)[1]["error"] == "invalid_token"
    another = double.connect(BEN, [OURS])
    double.revoke(BEN)
    assert renew(double, another)[1]["error"] == "invalid_grant"
    double.delete_client()
    assert renew(double, another)[1]["error"] == "deleted_client"


def test_googles_own_client_renews_an_expired_token_and_names_a_dead_one(
    double: GoogleDouble, clock: Clock
) -> None:
    def credentials() -> Credentials:
        return Credentials(  # type: ignore[no-untyped-call]
            double.access_token(BEN, [OURS]), refresh_token=double.connect(BEN, [OURS]),
            token_uri="https://oauth2.googleapis.com/token", client_id=CLIENT_ID, client_secret=CLIENT_SECRET,
        )  # fmt: skip

    calendars = "https://www.googleapis.com/calendar/v3/calendars"
    held = credentials()
    double.expire_access_tokens()
    http = AuthorizedHttp(held, http=InProcessHttp(double))
    assert http.request(calendars, "POST", '{"summary": "Offplate"}')[0].status == 200
    dead = credentials()
    double.revoke(BEN)
    with pytest.raises(RefreshError, match="invalid_grant"):
        AuthorizedHttp(dead, http=InProcessHttp(double)).request(calendars, "POST", '{"summary": "x"}')
    clock.at += timedelta(days=1)
    assert InProcessHttp(double, held.token).request(calendars, "POST")[0].status == 401


@pytest.mark.browser
def test_somebody_with_a_browser_unticks_a_right(double: GoogleDouble, chromium: str) -> None:
    seen: list[str] = []
    with serving(double) as at, sync_playwright() as playwright:
        back = f"{at.url}back"
        double.add_client(CLIENT_ID, CLIENT_SECRET, redirect_uris=[back])
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 320, "height": 700})
        page.on("console", lambda message: seen.append(message.text))
        page.goto(at.authorize + "?" + urlsplit(address(redirect_uri=back, login_hint=BEN)).query)
        expect(page.get_by_label(BEN)).to_be_checked()
        page.get_by_label("See the availability on Google calendars you have access to").uncheck()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate("document.styleSheets.length") == 1
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{back}?**")
        answered = query(page.url)
        browser.close()
    assert answered["state"] == "once"
    assert OURS in answered["scope"].split()
    assert BUSY not in answered["scope"].split()
    assert not [text for text in seen if "Content Security Policy" in text]
