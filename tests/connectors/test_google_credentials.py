"""What is kept of a Google account, and what its rights allow."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from importlib import resources

import pytest

from connectors.google import rights
from connectors.google.credentials import GoogleClient, GoogleGrant

DISCOVERY = json.loads(
    resources.files("googleapiclient").joinpath("discovery_cache/documents/calendar.v3.json").read_text()
)
GRANT = GoogleGrant(
    "1//refresh", frozenset({rights.OWN_CALENDAR}), "ya29.access", datetime(2026, 11, 23, 9, tzinfo=UTC), True
)


def test_a_grant_comes_back_from_its_json() -> None:
    assert GoogleGrant.from_json(GRANT.to_json()) == GRANT
    bare = GoogleGrant("1//refresh", frozenset())
    assert GoogleGrant.from_json(bare.to_json()) == bare


@pytest.mark.parametrize("text", ["", "secret", "[]", "null", '{"refresh_token": "1//refresh"}'])
def test_what_is_no_grant_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match="connect the account again") as raised:
        GoogleGrant.from_json(text)
    assert "1//refresh" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_no_secret_shows_in_a_repr() -> None:
    shown = repr(GRANT) + repr(GoogleClient("id", "client-secret"))
    for secret in ("1//refresh", "ya29.access", "client-secret"):
        assert secret not in shown


def test_an_expiry_is_an_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        GoogleGrant("r", frozenset(), expires_at=datetime(2026, 11, 23))  # noqa: DTZ001
    berlin = timezone(timedelta(hours=1))
    assert GoogleGrant("r", frozenset(), expires_at=datetime(2026, 11, 23, 10, tzinfo=berlin)) == GoogleGrant(
        "r", frozenset(), expires_at=datetime(2026, 11, 23, 9, tzinfo=UTC)
    )


def test_a_wider_right_serves_and_identity_is_no_right() -> None:
    assert rights.missing(()) == (rights.OWN_CALENDAR, rights.BUSY_TIMES)
    assert rights.missing({rights.OWN_CALENDAR}) == (rights.BUSY_TIMES,)
    assert rights.missing({"https://www.googleapis.com/auth/calendar"}) == ()


@pytest.mark.parametrize(
    ("right", "methods"),
    [
        (rights.OWN_CALENDAR, ("calendars.insert", "calendars.get", "calendars.delete", "events.patch")),
        (rights.BUSY_TIMES, ("freebusy.query",)),
        (rights.CALENDAR_LIST, ("calendarList.list",)),
        (rights.MAIN_CALENDAR, ("events.insert", "events.patch", "events.delete", "events.get")),
    ],
)
def test_each_right_allows_what_it_is_asked_for(right: str, methods: tuple[str, ...]) -> None:
    for method in methods:
        resource, _, verb = method.partition(".")
        allowed = DISCOVERY["resources"][resource]["methods"][verb]["scopes"]
        assert right in allowed
        assert all(wider in allowed for wider in rights._WIDER[right])


@pytest.mark.parametrize(
    "right", [rights.OWN_CALENDAR, rights.BUSY_TIMES, rights.CALENDAR_LIST, rights.MAIN_CALENDAR]
)
def test_the_box_to_tick_is_named_as_google_names_it(right: str) -> None:
    assert DISCOVERY["auth"]["oauth2"]["scopes"][right]["description"] in rights.what_goes_without(right)
