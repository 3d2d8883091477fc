"""The gate: what Google would refuse is refused here, and named with its source."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from service.demo.google_double import GoogleDouble, InProcessHttp
from service.demo.google_double.gate import check
from service.demo.google_double.rules import RULES
from service.demo.google_double.wire import Request

NOW = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
EVENTS = "/calendar/v3/calendars/primary/events"
START, END = "2026-11-30T17:00:00Z", "2026-11-30T18:00:00Z"
POPUP = {"method": "popup", "minutes": 5}


@pytest.fixture
def ask() -> Callable[..., tuple[int, list[str]]]:
    """Send it with every right; the status, and what the gate says of it."""
    double = GoogleDouble(lambda: NOW)
    double.add_account("ben@example.com")
    right = "https://www.googleapis.com/auth/calendar"
    http = InProcessHttp(double, double.access_token("ben@example.com", [right]))

    def send(verb: str, path: str, body: Any = None) -> tuple[int, list[str]]:
        double.problems.clear()
        sent = None if body is None else json.dumps(body)
        response, _ = http.request(f"https://www.googleapis.com{path}", verb, sent)
        return response.status, [problem.said for problem in double.problems]

    return send


def event(**more: Any) -> dict[str, Any]:
    return {"start": {"dateTime": START}, "end": {"dateTime": END}, **more}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (event(nope=1), "body.nope is not in the documentation"),
        (event(summary=5), "body.summary is no string"),
        (event(summary=None), "body.summary is null"),
        ({"summary": "x"}, "start is required"),
        (event(id="ABCDE"), "id is not of 5"),
        (event(id="abc"), "id is not of 5"),
        (event(id="abcde", iCalUID="x@y"), "id and iCalUID are both there"),
        (event(start={"dateTime": "2026-11-30T17:00:00"}), "start.dateTime has no offset"),
        (event(start={"dateTime": START, "timeZone": "Mars/Base"}), "start.timeZone is no IANA zone"),
        (event(start={"dateTime": "soon"}), "body.start.dateTime is no RFC 3339 time"),
        (event(start={"date": "2026-11-30"}), "start is a day and end is a time"),
        (event(end={"dateTime": "2026-11-30T16:00:00Z"}), "The specified time range is empty."),
        (event(recurrence=["RRULE:FREQ=DAILY"]), "start.timeZone is required for a series"),
        (event(visibility="secret"), "visibility is none of"),
        (event(reminders={"useDefault": True, "overrides": [POPUP]}), "useDefault"),
        (event(reminders={"overrides": [{"method": "popup", "minutes": 40321}]}), "minutes are not between"),
        (event(reminders={"overrides": [POPUP] * 6}), "more than 5 overrides"),
        (event(source={"url": "mailto:x"}), "source.url is neither"),
        (event(attendees=[{"displayName": "x"}]), "a guest has no email"),
        (event(extendedProperties={"private": {"k" * 45: "v"}}), "extendedProperties.private"),
    ],
)  # fmt: skip
def test_an_event_that_google_refuses(
    ask: Callable[..., tuple[int, list[str]]], body: dict[str, Any], said: str
) -> None:
    status, problems = ask("POST", EVENTS, body)
    assert status == 400
    assert any(said in each for each in problems), problems


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("nope=1", "parameter nope is not in the documentation"),
        ("maxResults=0", "parameter maxResults is less than 1"),
        ("maxResults=many", "parameter maxResults is no whole number"),
        ("showDeleted=yes", "parameter showDeleted is neither true nor false"),
        ("orderBy=title", "parameter orderBy is none of"),
        ("orderBy=startTime", "orderBy=startTime needs singleEvents=true"),
        ("timeMin=2026-11-30T17:00:00", "parameter timeMin is no RFC 3339 time with an offset"),
        (f"timeMin={END}&timeMax={START}", "timeMin is not before timeMax"),
        ("privateExtendedProperty=mark", "privateExtendedProperty is not name=value"),
        ("showDeleted=true&showDeleted=true", "parameter showDeleted stands there twice"),
        ("fields=items(title)", "fields names items/title, which no answer has"),
        ("fields=items(id", "Invalid field selection"),
        *((f"syncToken=x&{each}", "together with syncToken") for each in (
            "iCalUID=x", "orderBy=updated", "privateExtendedProperty=a%3Db", "q=x",
            "sharedExtendedProperty=a%3Db", f"timeMin={START}", f"timeMax={START}", f"updatedMin={START}",
            "showDeleted=false",
        )),
    ],
)  # fmt: skip
def test_a_list_that_google_refuses(ask: Callable[..., tuple[int, list[str]]], query: str, said: str) -> None:
    status, problems = ask("GET", f"{EVENTS}?{query}")
    assert status == 400
    assert any(said in each for each in problems), problems


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"items": [{"id": "primary"}]}, "timeMin and timeMax are required"),
        ({"timeMin": "2026-11-30T17:00:00", "timeMax": END}, "no RFC 3339 time with an offset"),
        ({"timeMin": END, "timeMax": START}, "The specified time range is empty."),
        ({"timeMin": START, "timeMax": END, "items": [{"id": f"c{n}"} for n in range(51)]}, "more than 50"),
        ({"timeMin": START, "timeMax": "2027-03-01T00:00:00Z"}, "time range is too long"),
        ({"timeMin": START, "timeMax": END, "calendars": []}, "body.calendars is not in the documentation"),
    ],
)  # fmt: skip
def test_a_question_about_busy_times_that_google_refuses(
    ask: Callable[..., tuple[int, list[str]]], body: dict[str, Any], said: str
) -> None:
    status, problems = ask("POST", "/calendar/v3/freeBusy", body)
    assert status == 400
    assert any(said in each for each in problems), problems


def test_a_calendar_needs_a_name_and_a_method_needs_to_exist(
    ask: Callable[..., tuple[int, list[str]]],
) -> None:
    assert ask("POST", "/calendar/v3/calendars", {}) == (400, ["summary is required"])
    assert ask("POST", "/calendar/v3/calendars", {"summary": "x", "timeZone": "Berlin"})[0] == 400
    assert ask("POST", "/calendar/v3/nope", {}) == (404, ["there is no such method"])
    assert ask("DELETE", f"{EVENTS}/abcde", {"really": True})[0] == 400


def test_a_patch_that_leaves_no_event_is_refused(ask: Callable[..., tuple[int, list[str]]]) -> None:
    assert ask("POST", EVENTS, event(id="abcde"))[0] == 200
    assert ask("PATCH", f"{EVENTS}/abcde", {"start": {"date": "2026-11-30"}})[0] == 400
    assert ask("PATCH", f"{EVENTS}/abcde", {"end": {"dateTime": "2026-11-30T16:00:00Z"}})[0] == 400
    assert ask("PATCH", f"{EVENTS}/abcde", {"end": None})[0] == 400
    assert ask("PATCH", f"{EVENTS}/abcde", {"recurrence": ["RRULE:FREQ=SOON"]})[0] == 400


def test_a_long_get_may_come_as_a_post() -> None:
    body = b"syncToken=abc&showDeleted=true"
    headers = {"X-HTTP-Method-Override": "GET", "Content-Type": "application/x-www-form-urlencoded"}
    passed = check(Request.of("POST", EVENTS, headers, body))
    assert passed.method.name == "events.list"
    assert passed.call.one("syncToken") == "abc"


def test_every_rule_names_its_source() -> None:
    assert all(rule.source.startswith(("https://developers.google.com/", "K")) for rule in RULES)
