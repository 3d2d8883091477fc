"""The double's levers: what goes wrong on order, in process and on loopback."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from service.demo.google_double import GoogleDouble, InProcessHttp, Person, serving
from service.demo.google_double.double import BrokenDoubleError

RIGHTS = ("https://www.googleapis.com/auth/calendar",)
NOW = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
EVENT = {"id": "abcde", "start": {"dateTime": NOW.isoformat()}, "end": {"dateTime": NOW.isoformat()}}


@pytest.fixture
def double() -> GoogleDouble:
    return GoogleDouble(lambda: NOW)


@pytest.fixture
def ben(double: GoogleDouble) -> Person:
    return double.add_account("ben@example.com")


@pytest.fixture
def events(double: GoogleDouble, ben: Person) -> Any:
    http = InProcessHttp(double, double.access_token(ben.email, RIGHTS))
    return build("calendar", "v3", http=http, static_discovery=True, cache_discovery=False).events()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (403, "rateLimitExceeded"),
        (403, "userRateLimitExceeded"),
        (403, "quotaExceeded"),
        (429, "rateLimitExceeded"),
        (503, "backendError"),
    ],
)
def test_a_refusal_comes_as_ordered_and_nothing_is_done(
    double: GoogleDouble, ben: Person, events: Any, status: int, reason: str
) -> None:
    double.faults.refuse("events.insert", status, reason, retry_after_seconds=30, times=2, after=1)
    events.insert(calendarId="primary", body={**EVENT, "id": "first"}).execute()
    for _ in range(2):
        with pytest.raises(HttpError) as refused:
            events.insert(calendarId="primary", body=EVENT).execute()
        assert refused.value.status_code == status
        assert refused.value.error_details[0]["reason"] == reason
        assert refused.value.resp["retry-after"] == "30"
    assert set(ben.events("primary")) == {"first"}
    events.insert(calendarId="primary", body=EVENT).execute()
    assert [each.carried_out for each in double.log] == [True, False, False, True]


@pytest.mark.parametrize("carried_out", [True, False])
def test_an_answer_is_lost_after_the_deed_or_before_it(
    double: GoogleDouble, ben: Person, events: Any, carried_out: bool
) -> None:
    double.faults.drop("events.insert", carried_out=carried_out)
    with pytest.raises(ConnectionResetError):
        events.insert(calendarId="primary", body=EVENT).execute()
    assert set(ben.events("primary")) == ({"abcde"} if carried_out else set())
    assert [(each.status, each.carried_out) for each in double.log] == [(None, carried_out)]


def test_an_answer_is_cut_or_is_a_web_page(double: GoogleDouble, ben: Person) -> None:
    http = InProcessHttp(double, double.access_token(ben.email, RIGHTS))
    address = "https://www.googleapis.com/calendar/v3/calendars/primary/events"
    double.faults.cut("events.list")
    response, content = http.request(address)
    assert response.status == 200
    with pytest.raises(ValueError):
        json.loads(content)
    double.faults.bad_gateway("events.*", times=-1)
    for _ in range(3):
        response, content = http.request(address)
        assert (response.status, content[:9]) == (502, b"<!DOCTYPE")
    double.faults.clear()
    assert http.request(address)[0].status == 200


def test_the_token_endpoint_fails_on_order_too(double: GoogleDouble) -> None:
    http = InProcessHttp(double)
    double.faults.refuse("token", 401, "deleted_client")
    response, content = http.request("https://oauth2.googleapis.com/token", "POST", "")
    assert (response.status, json.loads(content)["error"]) == (401, "deleted_client")


def test_on_loopback_httplib2_itself_sends_a_lost_post_again(double: GoogleDouble, ben: Person) -> None:
    """The trap for which ids are ours: the client never hears of the first, which was carried out."""
    token = double.access_token(ben.email, RIGHTS)
    double.faults.drop("events.insert", carried_out=True)
    http = httplib2.Http(timeout=10)
    with serving(double) as at:
        address, signed = f"{at.api}calendars/primary/events", {"authorization": f"Bearer {token}"}
        response, _ = http.request(address, "POST", json.dumps(EVENT), signed)
        http.close()
    assert response.status == 409
    assert [each.method for each in double.log] == ["events.insert", "events.insert"]


def test_a_person_drags_retitles_moves_and_deletes(double: GoogleDouble, ben: Person, events: Any) -> None:
    other = ben.add_calendar("Other")
    events.insert(calendarId="primary", body=EVENT).execute()
    ben.drag("primary", "abcde", timedelta(hours=2))
    ben.retitle("primary", "abcde", "x")
    changed = events.get(calendarId="primary", eventId="abcde").execute()
    assert (changed["summary"], changed["start"]["dateTime"]) == ("x", "2026-11-29T20:00:00+01:00")
    ben.move_to("primary", "abcde", other)
    assert events.get(calendarId="primary", eventId="abcde").execute()["status"] == "cancelled"
    assert set(ben.events(other)) == {"abcde"}
    ben.delete(other, "abcde")
    assert ben.events(other) == {}
    assert double.problems == []


def test_an_answer_that_googles_schemas_forbid_is_the_doubles_own_fault(
    double: GoogleDouble, ben: Person, events: Any
) -> None:
    ben.add("primary", "Choir", NOW, NOW + timedelta(hours=1), nonsense=1)
    with pytest.raises(BrokenDoubleError, match="nonsense"):
        events.list(calendarId="primary").execute()
    assert ["nonsense" in str(problem) for problem in double.problems] == [True]


def test_what_is_not_played_says_so(events: Any) -> None:
    with pytest.raises(HttpError) as refused:
        events.list(calendarId="primary", singleEvents=True).execute()
    assert refused.value.status_code == 501
    with pytest.raises(HttpError) as refused:
        events.quickAdd(calendarId="primary", text="Lunch").execute()
    assert refused.value.status_code == 501
