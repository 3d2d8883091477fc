"""Access tokens: renewed in time, kept before they are used, never lost to an odd answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.errors import BadResponseError, ConnectorError, RateLimitedError, UnavailableError
from connectors.google.credentials import GoogleClient, GoogleGrant
from connectors.google.errors import ClientRefusedError, SignedOutError
from connectors.google.tokens import Answer, Tokens

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
GRANT = GoogleGrant("1//refresh", frozenset({"a"}), "ya29.old", NOW + timedelta(hours=1))


class Endpoint:
    """A token endpoint that gives these answers, and what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[Mapping[str, str]] = []

    def __call__(self, form: Mapping[str, str]) -> Answer:
        self.asked.append(form)
        return self.answers.pop(0)


def renewed(**changes: Any) -> Answer:
    fields = {
        "access_token": "ya29.new",
        "expires_in": 3599,
        "scope": "a b",
        "token_type": "Bearer",
    } | changes
    return Answer(200, {}, json.dumps({k: v for k, v in fields.items() if v is not None}).encode())


def tokens(grant: GoogleGrant, endpoint: Endpoint, kept: list[GoogleGrant] | None = None) -> Tokens:
    keep = (kept if kept is not None else []).append
    return Tokens(GoogleClient("id", "hush"), grant, post=endpoint, clock=lambda: NOW, keep=keep)


def test_a_token_that_lasts_is_used_as_it_is() -> None:
    assert tokens(GRANT, Endpoint()).authorization() == "Bearer ya29.old"


@pytest.mark.parametrize(
    "grant",
    [
        replace(GRANT, access_token=None),
        replace(GRANT, expires_at=None),
        replace(GRANT, expires_at=NOW + timedelta(minutes=3)),
        replace(GRANT, expires_at=NOW - timedelta(days=3)),
    ],
)
def test_one_that_runs_out_is_renewed_and_kept(grant: GoogleGrant) -> None:
    endpoint, kept = Endpoint(renewed()), list[GoogleGrant]()
    assert tokens(grant, endpoint, kept).authorization() == "Bearer ya29.new"
    assert endpoint.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "1//refresh",
            "client_id": "id",
            "client_secret": "hush",
        }
    ]
    assert kept == [GoogleGrant("1//refresh", frozenset("ab"), "ya29.new", NOW + timedelta(seconds=3599))]


@pytest.mark.parametrize(
    ("sent", "stays"), [(None, "1//refresh"), ("", "1//refresh"), ("1//next", "1//next")]
)
def test_the_refresh_token_stays_unless_another_one_comes(sent: str | None, stays: str) -> None:
    kept: list[GoogleGrant] = []
    tokens(GRANT, Endpoint(renewed(refresh_token=sent)), kept).renew()
    assert kept[0].refresh_token == stays


@pytest.mark.parametrize("scope", [None, "", "  "])
def test_rights_stay_when_none_are_named(scope: str | None) -> None:
    kept: list[GoogleGrant] = []
    tokens(GRANT, Endpoint(renewed(scope=scope)), kept).renew()
    assert kept[0].rights == GRANT.rights


@pytest.mark.parametrize("seconds", [None, "soon", -1, 10**30, 0])
def test_an_odd_lifetime_is_a_short_one(seconds: Any) -> None:
    kept: list[GoogleGrant] = []
    tokens(GRANT, Endpoint(renewed(expires_in=seconds)), kept).renew()
    assert kept[0].expires_at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(400, {}, b'{"error": "invalid_grant"}'), SignedOutError),
        (Answer(401, {}, b'{"error": "deleted_client"}'), ClientRefusedError),
        (Answer(503, {}, b"<html>"), UnavailableError),
        (Answer(429, {"retry-after": "9"}, b""), RateLimitedError),
        (Answer(200, {}, b'{"access_token": "ya'), UnavailableError),
        (Answer(200, {}, b"[]"), BadResponseError),
        (Answer(200, {}, b"{}"), BadResponseError),
        (Answer(302, {}, b""), BadResponseError),
    ],
)
def test_what_is_no_token_changes_nothing(answer: Answer, error: type[ConnectorError]) -> None:
    kept: list[GoogleGrant] = []
    asked = tokens(GRANT, Endpoint(answer), kept)
    with pytest.raises(error) as raised:
        asked.renew()
    assert (kept, asked.grant) == ([], GRANT)
    assert not any(secret in str(raised.value) for secret in ("1//refresh", "hush", "ya29"))
