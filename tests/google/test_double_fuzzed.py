"""Whatever is sent to the double, it answers: refusals in Google's format, never an error of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from service.demo.google_double import GoogleDouble
from service.demo.google_double.discovery import BASE_PATH, SCHEMAS, Schema
from service.demo.google_double.wire import Request

NOW = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
MOMENTS = some.sampled_from(
    ("2026-11-30T17:00:00Z", "2026-11-30T17:00:00", "2026-12-01T09:00:00+01:00", "2026-11-30", "soon", "")
)
WORDS = some.one_of(
    MOMENTS,
    some.sampled_from(
        ("abcde", "opaque", "popup", "cancelled", "RRULE:FREQ=DAILY", "RRULE:FREQ=SOON", "EXDATE:x")
    ),
    some.text(max_size=9),
)
ANYTHING = some.one_of(
    some.none(), some.booleans(), some.integers(-5, 50000), WORDS, some.lists(WORDS, max_size=2)
)
AT = {"dateTime": "2026-11-30T17:00:00Z"}
FIELDS = (
    "id", "summary", "start", "end", "recurrence", "reminders", "extendedProperties", "status", "attendees",
    "source", "transparency", "visibility", "originalStartTime", "recurringEventId",
)  # fmt: skip


def shaped(schema: Schema, depth: int = 0) -> some.SearchStrategy[Any]:
    """Something that has the schema's shape, or nearly."""
    schema = SCHEMAS[schema["$ref"]] if "$ref" in schema else schema
    kind = schema.get("type")
    if depth > 3:
        return some.none()
    if kind == "object":
        known = schema.get("properties", {})
        named = {name: shaped(said, depth + 1) for name, said in known.items()}
        if "additionalProperties" in schema:
            return some.dictionaries(WORDS, shaped(schema["additionalProperties"], depth + 1), max_size=2)
        return some.fixed_dictionaries({}, optional=named)
    if kind == "array":
        return some.lists(shaped(schema["items"], depth + 1), max_size=2)
    right: some.SearchStrategy[Any] = WORDS
    if kind in ("boolean", "integer"):
        right = some.booleans() if kind == "boolean" else some.integers(-5, 50000)
    return some.one_of(right, right, right, ANYTHING)


def fields(name: str) -> some.SearchStrategy[dict[str, Any]]:
    return some.builds(
        lambda value: {name: value}, some.none() | shaped(SCHEMAS["Event"]["properties"][name], 1)
    )


FIELD = some.sampled_from(FIELDS).flatmap(fields)
"""One field of an event: a whole event of such would be refused for one of them."""
EVENT = some.builds(
    lambda base, one, two: {**base, **one, **two},
    some.sampled_from(({}, {"start": AT, "end": AT})),
    FIELD,
    FIELD,
)
FREE_BUSY = some.fixed_dictionaries(
    {},
    optional={
        "timeMin": MOMENTS,
        "timeMax": MOMENTS,
        "items": some.lists(some.fixed_dictionaries({"id": WORDS})),
    },
)
QUERY = some.dictionaries(
    some.sampled_from(
        ("timeMin", "timeMax", "syncToken", "pageToken", "showDeleted", "singleEvents", "orderBy", "fields",
         "q", "maxResults")
    ),
    some.lists(WORDS | some.sampled_from(("true", "false", "1", "startTime")), min_size=1, max_size=1),
    max_size=3,
)  # fmt: skip
CALLS = some.sampled_from(
    (
        ("POST", "calendars/primary/events"), ("PATCH", "calendars/primary/events/abcde"),
        ("PUT", "calendars/primary/events/abcde"), ("DELETE", "calendars/primary/events/abcde"),
        ("GET", "calendars/primary/events"), ("POST", "calendars"),
        ("PATCH", "users/me/calendarList/primary"), ("GET", "users/me/calendarList"),
    )
)  # fmt: skip


def put_up() -> tuple[GoogleDouble, str]:
    double = GoogleDouble(lambda: NOW)
    ben = double.add_account("ben@example.com")
    ben.put("primary", {"id": "abcde", "summary": "Choir", "start": AT, "end": AT})
    return double, double.access_token(ben.email, ["https://www.googleapis.com/auth/calendar"])


@settings(max_examples=250, deadline=None)
@given(call=CALLS, body=EVENT | ANYTHING, query=QUERY)
def test_every_call_is_answered_and_what_stands_can_be_read(
    call: tuple[str, str], body: Any, query: dict[str, list[str]]
) -> None:
    double, token = put_up()
    headers = {"authorization": f"Bearer {token}"}
    verb, path = call
    sent = b"" if verb in ("GET", "DELETE") else json.dumps(body).encode()
    answer = double.answer(Request(verb, f"{BASE_PATH}{path}", query if verb == "GET" else {}, headers, sent))
    assert answer is not None
    if answer.status >= 400:
        assert json.loads(answer.body)["error"]["code"] == answer.status
    listed = double.answer(Request("GET", f"{BASE_PATH}calendars/primary/events", {}, headers))
    assert listed is not None
    assert listed.status == 200
    busy = {
        "timeMin": "2026-11-30T00:00:00Z",
        "timeMax": "2026-12-07T00:00:00Z",
        "items": [{"id": "primary"}],
    }
    asked = double.answer(Request("POST", f"{BASE_PATH}freeBusy", {}, headers, json.dumps(busy).encode()))
    assert asked is not None
    assert asked.status == 200


@settings(max_examples=100, deadline=None)
@given(body=FREE_BUSY | ANYTHING)
def test_every_question_about_busy_times_is_answered(body: Any) -> None:
    double, token = put_up()
    headers = {"authorization": f"Bearer {token}"}
    answer = double.answer(Request("POST", f"{BASE_PATH}freeBusy", {}, headers, json.dumps(body).encode()))
    assert answer is not None
    assert answer.status in (200, 400)


@settings(max_examples=100, deadline=None)
@given(
    path=some.sampled_from(("/token", "/revoke", "/v1/userinfo", "/o/oauth2/v2/auth", "/nowhere")),
    verb=some.sampled_from(("GET", "POST")),
    body=some.binary(max_size=20),
    authorization=some.sampled_from(("", "Basic !", "Basic eA==", "Bearer x")),
)
def test_every_request_to_the_other_endpoints_is_answered(
    path: str, verb: str, body: bytes, authorization: str
) -> None:
    answer = put_up()[0].answer(Request(verb, path, {}, {"authorization": authorization}, body))
    assert answer is not None
    assert 400 <= answer.status < 500
