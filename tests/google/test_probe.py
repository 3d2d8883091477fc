"""One probe for the double and for Google: does the double answer as Google does?

Here it runs against the double. Somebody with a Google account runs it against Google, with a token
that has the one right `calendar.app.created` (the OAuth Playground gives one for an hour); it makes a
calendar of its own and deletes it, and touches nothing else:

    OFFPLATE_GOOGLE_ACCESS_TOKEN=… python -m pytest tests/google/test_probe.py

Where the two differ, the test fails and shows both; the double is what has to change. Steps marked `K`
are known from hearsay alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest

from service.demo.google_double import GoogleDouble, InProcessHttp

RIGHT = "https://www.googleapis.com/auth/calendar.app.created"
TOKEN = os.environ.get("OFFPLATE_GOOGLE_ACCESS_TOKEN", "")
EVENT = {
    "id": "offplate0probe0abcdefghijklmnopq",
    "summary": "Probe",
    "start": {"dateTime": "2026-11-30T17:00:00Z"},
    "end": {"dateTime": "2026-11-30T18:00:00Z"},
    "transparency": "opaque",
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]},
    "extendedProperties": {"private": {"a": "1", "b": "2"}},
}

ANSWERS: dict[str, Any] = {
    "insert": 200,
    "insert the same id": [409, "duplicate"],
    "K: a default is left out": False,
    "K: the zone is the calendar's": "Europe/Berlin",
    "patch takes one property away and keeps the other": {"b": "2"},
    "patch on an old etag": [412, "conditionNotMet"],
    "delete on an old etag": [412, "conditionNotMet"],
    "a list ends with a sync token": True,
    "nothing changed": [],
    "a token that is none": [400, "invalid"],
    "a token with a time bound": [400, "invalid"],
    "delete": 200,
    "delete again": [410, "deleted"],
    "get what is deleted": "cancelled",
    "the delta tells of it": ["cancelled"],
    "insert the id of what is deleted": [409, "duplicate"],
    "K: revive by patch": [403, "forbidden"],
    "an event that never was": [404, "notFound"],
    "K: the main calendar without a right to it": [403, "insufficientPermissions"],
    "the list of calendars without a right to it": [403, "insufficientPermissions"],
}


def probe(google: Any) -> Iterator[tuple[str, Any]]:
    """Each step and what it was answered; the calendar is gone afterwards."""
    named = {"summary": "Offplate probe, delete me", "timeZone": "Europe/Berlin"}
    home = google.calendars().insert(body=named).execute(num_retries=0)["id"]
    try:
        yield from _steps(google.events(), home)
        yield "the list of calendars without a right to it", _answer(google.calendarList().list())
    finally:
        google.calendars().delete(calendarId=home).execute()


def _steps(events: Any, home: str) -> Iterator[tuple[str, Any]]:
    here = {"calendarId": home, "eventId": EVENT["id"]}
    made = events.insert(calendarId=home, body=EVENT).execute()
    yield "insert", 200
    yield "insert the same id", _answer(events.insert(calendarId=home, body=EVENT))
    yield "K: a default is left out", "transparency" in made
    yield "K: the zone is the calendar's", made["start"]["timeZone"]
    changed = events.patch(**here, body={"extendedProperties": {"private": {"a": None}}}).execute()
    yield "patch takes one property away and keeps the other", changed["extendedProperties"]["private"]
    stale = {"If-Match": made["etag"]}
    yield "patch on an old etag", _answer(events.patch(**here, body={"summary": "x"}), stale)
    yield "delete on an old etag", _answer(events.delete(**here), stale)
    token = events.list(calendarId=home).execute().get("nextSyncToken")
    yield "a list ends with a sync token", bool(token)
    yield "nothing changed", events.list(calendarId=home, syncToken=token).execute()["items"]
    yield "a token that is none", _answer(events.list(calendarId=home, syncToken="rubbish"))
    bounded = events.list(calendarId=home, syncToken=token, timeMin="2026-11-30T17:00:00Z")
    yield "a token with a time bound", _answer(bounded)
    yield "delete", _answer(events.delete(**here))
    yield "delete again", _answer(events.delete(**here))
    yield "get what is deleted", events.get(**here).execute()["status"]
    delta = events.list(calendarId=home, syncToken=token).execute()["items"]
    yield "the delta tells of it", [item["status"] for item in delta]
    yield "insert the id of what is deleted", _answer(events.insert(calendarId=home, body=EVENT))
    yield "K: revive by patch", _answer(events.patch(**here, body={"status": "confirmed"}))
    yield "an event that never was", _answer(events.get(calendarId=home, eventId="neverwas"))
    yield "K: the main calendar without a right to it", _answer(events.list(calendarId="primary"))


def _answer(request: HttpRequest, headers: dict[str, str] | None = None) -> Any:
    request.headers.update(headers or {})
    try:
        request.execute(num_retries=0)
    except HttpError as refusal:
        return [refusal.status_code, json.loads(refusal.content)["error"]["errors"][0]["reason"]]
    return 200


def client(http: Any) -> Any:
    return build("calendar", "v3", http=http, static_discovery=True, cache_discovery=False)


def test_the_double_answers_the_probe() -> None:
    double = GoogleDouble(lambda: datetime(2026, 11, 29, tzinfo=UTC))
    ben = double.add_account("ben@example.com")
    http = InProcessHttp(double, double.access_token(ben.email, [RIGHT]))
    assert dict(probe(client(http))) == ANSWERS
    assert [each.id for each in ben.calendars()] == [ben.email]
    assert {problem.said for problem in double.problems} == {
        "timeMin cannot be specified together with syncToken"
    }


class SignedHttp(httplib2.Http):
    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **more: Any
    ) -> Any:
        return super().request(
            uri, method, body, {**(headers or {}), "authorization": f"Bearer {TOKEN}"}, **more
        )


@pytest.mark.skipif(not TOKEN, reason="needs somebody's Google account: OFFPLATE_GOOGLE_ACCESS_TOKEN")
def test_google_answers_the_probe_as_the_double_does() -> None:
    http = SignedHttp(timeout=20)
    assert dict(probe(client(http))) == ANSWERS
    http.close()
