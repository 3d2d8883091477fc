"""A Google account as a world of the contract: a double of Google behind a door that misbehaves on order.

The person's calendar app speaks iCalendar in the contract; here it is turned into what Google stores.
"""

from __future__ import annotations

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
from tests.connectors.tiny_google import Calendar, TinyGoogle
from tests.connectors.worlds import LOOPBACK, NOW, PASSWORD, Kind, _matching, _Order, _Script
from tests.servers import Door, Reply, running_door

EVERY_RIGHT = " ".join((rights.OWN_CALENDAR, rights.BUSY_TIMES, rights.CALENDAR_LIST, rights.MAIN_CALENDAR))
_OUR_FILE = re.compile(r"([0-9a-v]{32})\.ics")


class GoogleDoor(Door):
    """What stands between the connector and the double: lost replies, dead lines, refusals."""

    def __init__(self) -> None:
        super().__init__("http://unused.invalid/")
        self.google: TinyGoogle | None = None
        self.script = _Script()

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        self.seen.append((method, path))
        assert self.google is not None
        reads = method == "GET" or path.endswith(("/token", "/freeBusy")) or "/freeBusy?" in path
        order = self.script.meets("GET" if reads else "PUT")
        if order is not None and not order.carried_out:
            return order.reply
        reply = self.google.answer(method, path, headers, body)
        return order.reply if order is not None else reply


@contextmanager
def running_google_door() -> Iterator[GoogleDoor]:
    door = GoogleDoor()
    with running_door("http://unused.invalid/", door=door):
        yield door


class GoogleWorld:
    """One Google account; the person goes in past the door."""

    requests_without_change = 2

    def __init__(
        self,
        door: GoogleDoor,
        *,
        granted: str = EVERY_RIGHT,
        make: type[GoogleConnector] = GoogleConnector,
    ) -> None:
        self._make = make
        self.now = NOW
        self.pauses: list[float] = []
        self.door = door
        self.google = TinyGoogle(lambda: self.now)
        door.google, door.script = self.google, _Script()
        door.seen.clear()
        self.grant = GoogleGrant(self.google.connect(granted), frozenset(granted.split()))
        self.names: dict[str, str] = {}
        self._connectors: list[GoogleConnector] = []

    @property
    def app(self) -> GoogleApp:
        url = self.door.url
        return GoogleApp(
            GoogleClient("client-id", "client-secret"),
            GoogleEndpoints(api=f"{url}calendar/v3/", token=f"{url}token"),
        )

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
        for connector in self._connectors:
            connector.close()

    # The person.

    def add_calendar(self, name: str, *, read_only: bool = False) -> CalendarId:
        return CalendarId(self.google.add_calendar(name, role="reader" if read_only else "owner").id)

    def remove_calendar(self, calendar: CalendarId) -> None:
        del self.google.calendars[calendar]

    def rename_calendar(self, calendar: CalendarId, name: str) -> None:
        self.google.calendars[calendar].summary = name

    def put(self, calendar: CalendarId, name: str, text: str) -> None:
        event = event_of(text)
        event_id = self._id_of(calendar, name)
        old = self.google.calendars[calendar].events.get(event_id or "")
        if old is not None:
            event = {**old, **event}
        elif found := _OUR_FILE.fullmatch(name):
            event["id"] = found[1]
        elif is_entry_uid(event["iCalUID"]):
            event["id"] = google_event_id(event["iCalUID"])
        self.names[self.google.put(calendar, event)["id"]] = name

    def remove(self, calendar: CalendarId, name: str) -> None:
        event_id = self._id_of(calendar, name)
        assert event_id is not None
        self.google.cancel(calendar, event_id)

    def texts(self, calendar: CalendarId) -> dict[str, str]:
        standing = self.google.standing(calendar)
        return {self.names.get(each, each): text_of(event) for each, event in standing.items()}

    def _id_of(self, calendar: CalendarId, name: str) -> str | None:
        standing = self.google.standing(calendar)
        return next((each for each in standing if self.names.get(each, each) == name), None)

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

    def recover(self) -> None:
        self.door.script = _Script()

    def forget_cursors(self) -> None:
        self.google.generation += 1

    def calendar(self, calendar: CalendarId) -> Calendar:
        return self.google.calendars[calendar]


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
    own = event.get("iCalUID", "")
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
