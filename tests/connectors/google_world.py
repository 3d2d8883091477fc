"""A Google account as a world of the contract: a double of Google behind a door that misbehaves on order.

The person's calendar app speaks iCalendar in the contract; here it is turned into what Google stores.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar

from connectors.google import GoogleApp, GoogleClient, GoogleCredentials, GoogleEndpoints, GoogleGrant, rights
from connectors.google.connector import GoogleConnector
from connectors.identity import google_event_id, is_entry_uid, uid_of_google_event
from connectors.model import CalendarId
from service.demo.google_double import CLIENT_ID, CLIENT_SECRET, GoogleDouble
from service.demo.google_double.accounts import StoredCalendar
from service.demo.google_double.wire import Request
from tests.connectors.worlds import LOOPBACK, NOW, PASSWORD, Kind, _matching, _Order, _Script
from tests.servers import Door, Reply, running_door

USUAL_RIGHTS = " ".join((rights.OWN_CALENDAR, rights.BUSY_TIMES, rights.CALENDAR_LIST))
EVERY_RIGHT = f"{USUAL_RIGHTS} {rights.MAIN_CALENDAR}"
_OUR_FILE = re.compile(r"([0-9a-v]{32})\.ics")


def refusal(status: int, reason: str, **headers: str) -> Reply:
    error = {"code": status, "errors": [{"reason": reason, "location": ""}], "message": "Secret words"}
    return Reply(status, headers, json.dumps({"error": error}).encode())


class GoogleDoor(Door):
    """What stands between the connector and the double: lost replies, dead lines, refusals."""

    def __init__(self) -> None:
        super().__init__("http://unused.invalid/")
        self.google: GoogleDouble | None = None
        self.script = _Script()

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        self.seen.append((method, path))
        assert self.google is not None
        reads = method == "GET" or path.endswith(("/token", "/freeBusy")) or "/freeBusy?" in path
        order = self.script.meets("GET" if reads else "PUT")
        if order is not None and not order.carried_out:
            return order.reply
        answer = self.google.answer(Request.of(method, path, headers, body))
        if order is not None or answer is None:
            return order.reply if order is not None else None
        return Reply(answer.status, dict(answer.headers), answer.body)


@contextmanager
def running_google_door() -> Iterator[GoogleDoor]:
    door = GoogleDoor()
    with running_door("http://unused.invalid/", door=door):
        yield door


class GoogleWorld:
    """One Google account; the person goes in past the door."""

    requests_without_change = 2
    tells_uids_elsewhere = False

    def __init__(
        self,
        door: GoogleDoor,
        *,
        granted: str = USUAL_RIGHTS,
        make: type[GoogleConnector] = GoogleConnector,
    ) -> None:
        self._make = make
        self.now = NOW
        self.pauses: list[float] = []
        self.door = door
        self.google = GoogleDouble(now=lambda: self.now)
        self.person = self.google.add_account("ana@example.org")
        door.google, door.script = self.google, _Script()
        door.seen.clear()
        self.calls_old_cursors_garbage = False
        self.consent(granted)
        self.names: dict[str, str] = {}
        self._connectors: list[GoogleConnector] = []

    @property
    def app(self) -> GoogleApp:
        url = self.door.url
        return GoogleApp(
            GoogleClient(CLIENT_ID, CLIENT_SECRET),
            GoogleEndpoints(api=f"{url}calendar/v3/", token=f"{url}token"),
        )

    @property
    def main(self) -> CalendarId:
        return CalendarId(self.person.email)

    def consent(self, granted: str) -> None:
        """The person has granted exactly this, and no connector has asked for a token yet."""
        scopes = frozenset(granted.split())
        self.grant = GoogleGrant(self.google.connect(self.person.email, scopes), scopes)

    def connector(self, *, password: str = PASSWORD) -> GoogleConnector:
        grant = self.grant if password == PASSWORD else GoogleGrant(password, self.grant.rights)
        connector = self._make(
            GoogleCredentials(self.app, grant),
            clock=lambda: self.now,
            sleep=self.pauses.append,
            keep=self.keep,
            allow_private_hosts=LOOPBACK,
        )
        self._connectors.append(connector)
        return connector

    def keep(self, grant: GoogleGrant) -> None:
        self.grant = grant

    def close(self) -> None:
        """Give back sockets. Nothing was ever sent that Google would not have taken."""
        for connector in self._connectors:
            connector.close()
        assert [str(problem) for problem in self.google.problems] == []

    # The person.

    def add_calendar(self, name: str, *, read_only: bool = False) -> CalendarId:
        return CalendarId(self.person.add_calendar(name, role="reader" if read_only else "owner"))

    def add_twin(self, mark: str) -> CalendarId:
        """Another calendar that Offplate has made, of which nobody knows why."""
        made = self.google.accounts.add_calendar(self.person.email, "Offplate", made_by=CLIENT_ID)
        made.description = mark
        return CalendarId(made.id)

    def remove_calendar(self, calendar: CalendarId) -> None:
        self.person.delete_calendar(calendar)

    def rename_calendar(self, calendar: CalendarId, name: str) -> None:
        self.person.rename_calendar(calendar, name)

    def calendars(self) -> list[StoredCalendar]:
        return self.person.calendars()

    def put(self, calendar: CalendarId, name: str, text: str) -> None:
        event = event_of(text)
        event_id = self._id_of(calendar, name)
        if event_id is not None:
            event = {**self.stands(calendar)[event_id], **event}
        elif found := _OUR_FILE.fullmatch(name):
            event["id"] = found[1]
        elif is_entry_uid(event["iCalUID"]):
            event["id"] = google_event_id(event["iCalUID"])
        self.names[self.person.put(calendar, event)] = name

    def remove(self, calendar: CalendarId, name: str) -> None:
        event_id = self._id_of(calendar, name)
        assert event_id is not None
        self.person.delete(calendar, event_id)

    def stands(self, calendar: CalendarId) -> dict[str, dict[str, Any]]:
        """The events of a calendar by their ids, as they were sent."""
        events = self.person.calendar(calendar).events
        return {each: event.resource for each, event in events.items() if not event.cancelled}

    def texts(self, calendar: CalendarId) -> dict[str, str]:
        return {self.names.get(each, each): text_of(event) for each, event in self.stands(calendar).items()}

    def _id_of(self, calendar: CalendarId, name: str) -> str | None:
        return next((each for each in self.stands(calendar) if self.names.get(each, each) == name), None)

    # The network.

    def lose_reply(self, kind: Kind, *, after: int = 0) -> None:
        self.door.script.orders.append(_Order(_matching(kind), carried_out=True, skip=after))

    def hang_up(self, kind: Kind, *, after: int = 0, carried_out: bool = False) -> None:
        order = _Order(_matching(kind), carried_out=carried_out, skip=after, times=-1)
        self.door.script.orders.append(order)

    def answer(self, kind: Kind, reply: Reply | None, *, times: int = 1, after: int = 0) -> None:
        """The next such requests but `after` get this reply (`None`: none) and are not carried out."""
        self.door.script.orders.append(_Order(_matching(kind), reply, skip=after, times=times))

    def ask_for_a_pause(self, kind: Kind, seconds: int) -> None:
        self.answer(kind, Reply(429, {"Retry-After": str(seconds)}))

    def refuse_as_full(self) -> None:
        self.answer("write", refusal(403, "quotaExceeded"))

    def talk_nonsense(self, kind: Kind) -> None:
        self.answer(kind, Reply(200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"), times=20)

    def recover(self) -> None:
        self.door.script = _Script()

    def forget_cursors(self) -> None:
        self.google.expire_sync_tokens()
        if self.calls_old_cursors_garbage:
            self.google.lists._sync.clear()


def event_of(text: str) -> dict[str, Any]:
    """What a calendar app would store at Google for this iCalendar text."""
    component = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    start = component["DTSTART"].dt
    end = component["DTEND"].dt if "DTEND" in component else start + timedelta(days=1)
    event: dict[str, Any] = {
        "iCalUID": str(component["UID"]),
        "summary": str(component.get("SUMMARY", "")),
        "description": str(component.get("DESCRIPTION", "")),
        "start": _moment(start),
        "end": _moment(end),
        "transparency": str(component.get("TRANSP", "OPAQUE")).lower(),
        "visibility": "private" if component.get("CLASS") == "PRIVATE" else "default",
    }
    if component.get("STATUS") == "CANCELLED":
        event["status"] = "cancelled"
    if "LOCATION" in component:
        event["location"] = str(component["LOCATION"])
    if "RRULE" in component:
        event["recurrence"] = [f"RRULE:{component['RRULE'].to_ical().decode()}"]
    if "ATTENDEE" in component:
        guest = component["ATTENDEE"]
        answer = str(guest.params.get("PARTSTAT", "needsAction")).lower()
        event["attendees"] = [
            {"email": guest.removeprefix("mailto:"), "self": True, "responseStatus": answer}
        ]
    if "X-OFFPLATE-BLOCK" in component:
        event["extendedProperties"] = {"private": {"offplate": str(component["X-OFFPLATE-BLOCK"])}}
    return event


def text_of(event: dict[str, Any]) -> str:
    """The event as the person's app shows it to the contract: plain iCalendar in UTC."""
    shown = icalendar.Event()
    own = event.get("iCalUID") or f"{event['id']}@google.com"
    shown.add("UID", own if not own.endswith("@google.com") else uid_of_google_event(event["id"], own))
    shown.add("DTSTAMP", NOW)
    for name, end in (("DTSTART", "start"), ("DTEND", "end")):
        moment = event[end]
        if "date" in moment:
            shown.add(name, date.fromisoformat(moment["date"]))
        else:
            shown.add(name, datetime.fromisoformat(moment["dateTime"]).astimezone(UTC))
    shown.add("SUMMARY", event.get("summary", ""))
    shown.add("DESCRIPTION", event.get("description", ""))
    shown.add("TRANSP", event.get("transparency", "opaque").upper())
    shown.add("CLASS", "PRIVATE" if event.get("visibility") == "private" else "PUBLIC")
    if event.get("location"):
        shown.add("LOCATION", event["location"])
    if mark := event.get("extendedProperties", {}).get("private", {}).get("offplate"):
        shown.add("X-OFFPLATE-BLOCK", mark)
    for reminder in event.get("reminders", {}).get("overrides", ()):
        alarm = icalendar.Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("TRIGGER", timedelta(minutes=-reminder["minutes"]))
        shown.add_component(alarm)
    calendar = icalendar.Calendar()
    calendar.add_component(shown)
    return "\r\n".join([*calendar.to_ical().decode().replace("\r\n ", "").splitlines(), ""])


def _moment(value: date | datetime) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"dateTime": value.astimezone(UTC).isoformat(), "timeZone": "UTC"}
    return {"date": value.isoformat()}
