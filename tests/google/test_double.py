"""The double itself: the API as Google documents it, and the gate before it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from service.demo.google_double import GoogleDouble, InProcessHttp, Person

BASE = "https://www.googleapis.com/auth/"
OURS = f"{BASE}calendar.app.created"
BUSY = f"{BASE}calendar.events.freebusy"
LIST = f"{BASE}calendar.calendarlist.readonly"
RIGHTS = ("openid", "email", OURS, BUSY, LIST)
MONDAY = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.at = MONDAY - timedelta(days=1)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def double(clock: Clock) -> GoogleDouble:
    return GoogleDouble(clock)


@pytest.fixture
def ben(double: GoogleDouble) -> Person:
    return double.add_account("ben@example.com")


@pytest.fixture
def honest(double: GoogleDouble) -> Iterator[None]:
    """Nothing was asked that Google would refuse."""
    yield
    assert double.problems == []


def client(double: GoogleDouble, email: str = "ben@example.com", scopes: tuple[str, ...] = RIGHTS) -> Any:
    http = InProcessHttp(double, double.access_token(email, scopes))
    return build("calendar", "v3", http=http, static_discovery=True, cache_discovery=False)


def body(start: datetime = MONDAY, **more: Any) -> dict[str, Any]:
    end = start + HOUR
    return {
        "summary": "Laundry",
        "start": {"dateTime": start.isoformat()},
        "end": {"dateTime": end.isoformat()},
        **more,
    }


def our_calendar(google: Any) -> str:
    return str(google.calendars().insert(body={"summary": "Offplate"}).execute()["id"])


def refused(request: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as refusal:
        request.execute()
    return refusal.value.status_code, json.loads(refusal.value.content)["error"]["errors"][0]["reason"]


def ids(answer: Mapping[str, Any]) -> list[str]:
    return [item["id"] for item in answer["items"]]


@pytest.mark.usefixtures("honest", "ben")
class TestEvents:
    def test_an_event_is_answered_in_the_zone_of_its_calendar_and_without_defaults(
        self, double: GoogleDouble
    ) -> None:
        google = client(double)
        home = our_calendar(google)
        sent = body(id="abcde", transparency="opaque", visibility="private")
        made = google.events().insert(calendarId=home, body=sent, sendUpdates="none").execute()
        assert made["start"] == {"dateTime": "2026-11-30T18:00:00+01:00", "timeZone": "Europe/Berlin"}
        assert "transparency" not in made
        assert made["visibility"] == "private"
        assert google.events().get(calendarId=home, eventId="abcde").execute() == made

    def test_a_taken_id_is_refused_and_a_deleted_event_keeps_its_own(self, double: GoogleDouble) -> None:
        google = client(double)
        home, events = our_calendar(google), google.events()
        events.insert(calendarId=home, body=body(id="abcde")).execute()
        assert refused(events.insert(calendarId=home, body=body(id="abcde"))) == (409, "duplicate")
        events.delete(calendarId=home, eventId="abcde").execute()
        assert refused(events.insert(calendarId=home, body=body(id="abcde"))) == (409, "duplicate")
        assert refused(events.delete(calendarId=home, eventId="abcde")) == (410, "deleted")
        assert events.get(calendarId=home, eventId="abcde").execute()["status"] == "cancelled"
        assert refused(events.patch(calendarId=home, eventId="abcde", body={"status": "confirmed"}))[0] == 403

    def test_a_change_on_an_old_etag_is_refused(self, double: GoogleDouble, ben: Person) -> None:
        google = client(double)
        home, events = our_calendar(google), google.events()
        etag = events.insert(calendarId=home, body=body(id="abcde")).execute()["etag"]
        ben.drag(home, "abcde", HOUR)
        for request in (
            events.patch(calendarId=home, eventId="abcde", body={"summary": "Late"}),
            events.update(calendarId=home, eventId="abcde", body=body()),
            events.delete(calendarId=home, eventId="abcde"),
        ):
            request.headers["If-Match"] = etag
            assert refused(request) == (412, "conditionNotMet")
        assert ben.events(home)["abcde"]["start"]["dateTime"] == "2026-11-30T19:00:00+01:00"

    def test_a_patch_merges_and_an_update_replaces(self, double: GoogleDouble) -> None:
        google = client(double)
        home, events = our_calendar(google), google.events()
        properties = {"private": {"a": "1", "b": "2"}}
        sent = body(id="abcde", description="Dark things", extendedProperties=properties)
        events.insert(calendarId=home, body=sent).execute()
        patch = {"extendedProperties": {"private": {"a": None, "c": "3"}}, "description": None}
        patched = events.patch(calendarId=home, eventId="abcde", body=patch).execute()
        assert patched["extendedProperties"] == {"private": {"b": "2", "c": "3"}}
        assert patched["summary"] == "Laundry"
        assert "description" not in patched
        updated = events.update(calendarId=home, eventId="abcde", body=body(summary="Wash")).execute()
        assert updated["summary"] == "Wash"
        assert "extendedProperties" not in updated
        assert updated["sequence"] == 2

    def test_only_the_fields_asked_for_are_answered(self, double: GoogleDouble) -> None:
        google = client(double)
        home = our_calendar(google)
        properties = {"private": {"mark": "1"}, "shared": {"other": "2"}}
        google.events().insert(
            calendarId=home, body=body(id="abcde", extendedProperties=properties)
        ).execute()
        asked = "items(id,extendedProperties/private),nextSyncToken"
        answer = google.events().list(calendarId=home, fields=asked).execute()
        assert answer["items"] == [{"id": "abcde", "extendedProperties": {"private": {"mark": "1"}}}]
        assert set(answer) == {"items", "nextSyncToken"}


@pytest.mark.usefixtures("honest")
class TestSyncTokens:
    def test_a_delta_holds_what_changed_and_a_tombstone_of_what_is_gone(
        self, double: GoogleDouble, ben: Person
    ) -> None:
        google = client(double)
        home, events = our_calendar(google), google.events()
        for each in ("aaaaa", "bbbbb", "ccccc"):
            events.insert(calendarId=home, body=body(id=each)).execute()
        token = events.list(calendarId=home).execute()["nextSyncToken"]
        assert events.list(calendarId=home, syncToken=token).execute()["items"] == []
        ben.retitle(home, "aaaaa", "Wash")
        ben.move_to(home, "bbbbb", "primary")
        delta = events.list(calendarId=home, syncToken=token).execute()
        assert ids(delta) == ["aaaaa", "bbbbb"]
        assert {**delta["items"][1], "etag": ""} == {
            "kind": "calendar#event", "etag": "", "id": "bbbbb", "status": "cancelled",
        }  # fmt: skip
        assert "bbbbb" in ben.events("primary")
        assert events.list(calendarId=home, syncToken=delta["nextSyncToken"]).execute()["items"] == []

    def test_only_the_last_page_has_a_token_and_it_stands_for_the_first_page(
        self, double: GoogleDouble, ben: Person
    ) -> None:
        google = client(double)
        home, events = our_calendar(google), google.events()
        for each in ("aaaaa", "bbbbb", "ccccc"):
            events.insert(calendarId=home, body=body(id=each)).execute()
        double.lists.largest_page = 2
        first = events.list(calendarId=home, maxResults=250).execute()
        assert "nextSyncToken" not in first
        ben.retitle(home, "aaaaa", "Wash")
        last = events.list(calendarId=home, maxResults=250, pageToken=first["nextPageToken"]).execute()
        assert ids(first) + ids(last) == ["aaaaa", "bbbbb", "ccccc"]
        assert ids(events.list(calendarId=home, syncToken=last["nextSyncToken"]).execute()) == ["aaaaa"]

    def test_an_expired_token_is_410_and_the_full_list_has_no_tombstones(
        self, double: GoogleDouble, ben: Person
    ) -> None:
        google = client(double)
        home, events = our_calendar(google), google.events()
        events.insert(calendarId=home, body=body(id="aaaaa")).execute()
        token = events.list(calendarId=home, showDeleted=True).execute()["nextSyncToken"]
        ben.delete(home, "aaaaa")
        assert ids(events.list(calendarId=home, showDeleted=True).execute()) == ["aaaaa"]
        double.expire_sync_tokens()
        request = events.list(calendarId=home, showDeleted=True, syncToken=token)
        assert refused(request) == (410, "fullSyncRequired")
        assert ids(events.list(calendarId=home, showDeleted=True).execute()) == []
        assert refused(events.insert(calendarId=home, body=body(id="aaaaa"))) == (409, "duplicate")

    def test_what_changes_between_two_pages_may_come_on_both(self, double: GoogleDouble, ben: Person) -> None:
        google = client(double)
        home, events = our_calendar(google), google.events()
        for each in ("aaaaa", "bbbbb"):
            events.insert(calendarId=home, body=body(id=each)).execute()
        double.lists.largest_page, double.lists.changes_join_pages = 1, True
        first = events.list(calendarId=home).execute()
        ben.retitle(home, "aaaaa", "Wash")
        double.lists.largest_page = 250
        last = events.list(calendarId=home, pageToken=first["nextPageToken"]).execute()
        assert (ids(first), ids(last)) == (["aaaaa"], ["bbbbb", "aaaaa"])
        assert last["items"][1]["summary"] == "Wash"

    def test_sharing_a_calendar_ends_its_tokens(self, double: GoogleDouble, ben: Person) -> None:
        google = client(double)
        home, events = our_calendar(google), google.events()
        token = events.list(calendarId=home).execute()["nextSyncToken"]
        double.add_account("ana@example.com")
        ben.share(home, "ana@example.com", "reader")
        assert refused(events.list(calendarId=home, syncToken=token)) == (410, "fullSyncRequired")
        token = events.list(calendarId=home).execute()["nextSyncToken"]
        assert events.list(calendarId=home, syncToken=token).execute()["items"] == []

    def test_a_token_is_worth_nothing_elsewhere(self, double: GoogleDouble, ben: Person) -> None:
        google = client(double)
        home, other, events = our_calendar(google), our_calendar(google), google.events()
        token = events.list(calendarId=home, showDeleted=True).execute()["nextSyncToken"]
        assert refused(events.list(calendarId=other, showDeleted=True, syncToken=token)) == (400, "invalid")
        assert refused(events.list(calendarId=home, syncToken=token)) == (400, "invalid")
        assert refused(events.list(calendarId=home, syncToken="rubbish")) == (400, "invalid")


@pytest.mark.usefixtures("honest")
class TestRights:
    def test_the_apps_own_right_reaches_what_it_made_and_nothing_else(
        self, double: GoogleDouble, ben: Person
    ) -> None:
        google = client(double, scopes=(OURS,))
        home = our_calendar(google)
        theirs = ben.add_calendar("Private")
        google.events().insert(calendarId=home, body=body()).execute()
        for request in (
            google.events().insert(calendarId=theirs, body=body()),
            google.events().list(calendarId="primary"),
            google.calendars().get(calendarId=theirs),
            google.calendarList().list(),
            google.freebusy().query(body=question("primary")),
        ):
            assert refused(request) == (403, "insufficientPermissions")
        assert ben.events(theirs) == {}

    def test_another_client_does_not_reach_it(self, double: GoogleDouble, ben: Person) -> None:
        home = our_calendar(client(double))
        double.add_client("other", "secret")
        http = InProcessHttp(double, double.access_token(ben.email, RIGHTS, client_id="other"))
        google = build("calendar", "v3", http=http, static_discovery=True, cache_discovery=False)
        assert refused(google.events().insert(calendarId=home, body=body()))[0] == 403

    def test_the_right_to_busy_times_shows_no_words(self, double: GoogleDouble, ben: Person) -> None:
        ben.add("primary", "Choir", MONDAY, MONDAY + HOUR, location="Hall")
        [seen] = client(double, scopes=(BUSY,)).events().list(calendarId="primary").execute()["items"]
        assert not {"summary", "location", "description"} & set(seen)
        assert seen["start"]["dateTime"] == "2026-11-30T18:00:00+01:00"

    def test_the_calendars_of_others_are_not_there(self, double: GoogleDouble, ben: Person) -> None:
        ana = double.add_account("ana@example.com")
        theirs = ana.add_calendar("Hers")
        google = client(double, scopes=(f"{BASE}calendar",))
        assert refused(google.events().list(calendarId=theirs)) == (404, "notFound")
        ana.share(theirs, ben.email, "reader")
        assert ids(google.events().list(calendarId=theirs).execute()) == []
        insert = google.events().insert(calendarId=theirs, body=body())
        assert refused(insert) == (403, "requiredAccessLevel")
        roles = {item["id"]: item["accessRole"] for item in google.calendarList().list().execute()["items"]}
        assert roles == {ben.email: "owner", theirs: "reader"}

    def test_a_calendar_that_its_person_deleted_is_404(self, double: GoogleDouble, ben: Person) -> None:
        google = client(double)
        home = our_calendar(google)
        ben.delete_calendar(home)
        assert refused(google.events().list(calendarId=home)) == (404, "notFound")


def question(*calendars: str, days: int = 7) -> dict[str, Any]:
    start = MONDAY - timedelta(hours=17)
    return {
        "timeMin": start.isoformat(),
        "timeMax": (start + timedelta(days=days)).isoformat(),
        "items": [{"id": each} for each in calendars],
    }


@pytest.mark.usefixtures("honest")
class TestFreeBusy:
    def test_series_count_with_their_changes_and_free_time_does_not(
        self, double: GoogleDouble, ben: Person
    ) -> None:
        daily = ben.add(
            "primary", "Choir", MONDAY, MONDAY + HOUR,
            recurrence=["RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20261201T170000Z"],
        )  # fmt: skip
        original = {"dateTime": (MONDAY + timedelta(days=2)).isoformat()}
        late = MONDAY + timedelta(days=2, hours=3)
        ben.add("primary", "Choir", late, late + HOUR, recurringEventId=daily, originalStartTime=original)
        ben.add("primary", "Parcel", MONDAY + 2 * HOUR, MONDAY + 4 * HOUR, transparency="transparent")
        ben.add("primary", "Call", MONDAY + HOUR / 2, MONDAY + 2 * HOUR)
        asked = question("primary", "gone@example.com")
        answer = client(double).freebusy().query(body=asked).execute()["calendars"]
        assert [(each["start"], each["end"]) for each in answer["primary"]["busy"]] == [
            ("2026-11-30T17:00:00Z", "2026-11-30T19:00:00Z"),
            ("2026-12-02T20:00:00Z", "2026-12-02T21:00:00Z"),
            ("2026-12-03T17:00:00Z", "2026-12-03T18:00:00Z"),
        ]
        assert answer["gone@example.com"]["errors"] == [{"domain": "global", "reason": "notFound"}]

    def test_a_series_keeps_its_hour_over_a_change_of_clocks(self, double: GoogleDouble, ben: Person) -> None:
        summer = datetime(2027, 3, 22, 8, 0, tzinfo=UTC)
        ben.add("primary", "Work", summer, summer + HOUR, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
        asked: dict[str, Any] = {"timeMin": "2027-03-22T00:00:00Z", "timeMax": "2027-04-01T00:00:00Z"}
        asked |= {"items": [{"id": "primary"}]}
        answer = client(double).freebusy().query(body=asked).execute()
        starts = [each["start"] for each in answer["calendars"]["primary"]["busy"]]
        assert starts == ["2027-03-22T08:00:00Z", "2027-03-29T07:00:00Z"]


def test_between_two_bounds_a_series_is_listed_as_its_occurrences(double: GoogleDouble, ben: Person) -> None:
    daily = ben.add("primary", "Choir", MONDAY, MONDAY + HOUR, recurrence=["RRULE:FREQ=DAILY"])
    ben.add("primary", "Once", MONDAY + 30 * HOUR, MONDAY + 31 * HOUR)
    moved = {"recurringEventId": daily, "originalStartTime": {"dateTime": (MONDAY + 24 * HOUR).isoformat()}}
    ben.add("primary", "Choir, late", MONDAY + 28 * HOUR, MONDAY + 29 * HOUR, **moved)
    api = client(double, scopes=(f"{BASE}calendar.events.owned",))
    bounds = {"timeMin": MONDAY.isoformat(), "timeMax": (MONDAY + 49 * HOUR).isoformat()}
    found = api.events().list(calendarId="primary", singleEvents=True, **bounds).execute()
    starts = sorted(datetime.fromisoformat(item["start"]["dateTime"]) - MONDAY for item in found["items"])
    assert starts == [timedelta(), 28 * HOUR, 30 * HOUR, 48 * HOUR]
    assert "nextSyncToken" not in found
    assert not any("recurrence" in item for item in found["items"])
    assert double.problems == []
