"""The person's main calendar, once it holds copies of ours: when they are busy apart from those.

Free/busy cannot leave an event out, so here the events are listed instead, under the right that the
copies need anyway, and never with more than their times: `FIELDS` asks for no word of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.google import rights
from connectors.google.client import CalendarApi
from connectors.google.errors import error_of, strange
from connectors.google.events import Event, is_cancelled
from connectors.model import CalendarId, TimeRange
from connectors.sentences import Sentence

FIELDS = "nextPageToken,items(id,status,start,end,transparency,attendees(self,responseStatus))"
_PAGE = 2_500
_MOST_PAGES = 2


def busy_without(
    api: CalendarApi, calendar: CalendarId, copies: Collection[str], window: TimeRange, time_zone: str
) -> tuple[TimeRange, ...]:
    """Busy time of `calendar` in `window`, series expanded, leaving out the events with those ids.

    Raises:
        ConnectorError: it could not be read, or holds more than 5,000 events in that time.
    """
    zone = ZoneInfo(time_zone)
    return tuple(
        time
        for event in _events(api, calendar, window)
        if event.get("id") not in copies and _keeps_busy(event) and (time := _time(event, zone)) is not None
    )


def _events(api: CalendarApi, calendar: CalendarId, window: TimeRange) -> Iterator[Event]:
    page: str | None = None
    for _ in range(_MOST_PAGES):
        request = api.events.list(
            calendarId=calendar,
            timeMin=f"{window.start_at:%Y-%m-%dT%H:%M:%SZ}",
            timeMax=f"{window.end_at:%Y-%m-%dT%H:%M:%SZ}",
            singleEvents=True,
            maxResults=_PAGE,
            pageToken=page,
            fields=FIELDS,
        )
        reply = api.read(request, right=rights.MAIN_CALENDAR)
        if reply.verdict != "done":
            raise error_of(reply.verdict, reply.refusal, right=rights.MAIN_CALENDAR, calendar=calendar)
        items = reply.body.get("items")
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            raise strange(Sentence("the events of the main calendar"), calendar=calendar)
        yield from items
        page = reply.body.get("nextPageToken")
        if not page:
            return
    raise strange(Sentence("more than 5,000 events in four weeks"), calendar=calendar)


def _keeps_busy(event: Event) -> bool:
    """As free/busy has it: not when free, cancelled or declined."""
    guests: Any = event.get("attendees") or ()
    declined = any(guest.get("self") and guest.get("responseStatus") == "declined" for guest in guests)
    return not (is_cancelled(event) or event.get("transparency") == "transparent" or declined)


def _time(event: Event, zone: ZoneInfo) -> TimeRange | None:
    """From start to end, days being the person's own; `None` for a moment without length."""
    try:
        start_at, end_at = (_instant(event[end], zone) for end in ("start", "end"))
    except (KeyError, TypeError, ValueError):
        raise strange(Sentence("an event without a time")) from None
    return TimeRange(start_at, end_at) if start_at < end_at else None


def _instant(moment: Any, zone: ZoneInfo) -> datetime:
    if "date" in moment:
        return datetime.fromisoformat(moment["date"]).replace(tzinfo=zone).astimezone(UTC)
    at = datetime.fromisoformat(moment["dateTime"])
    if at.tzinfo is None:
        raise ValueError("a time without an offset")
    return at.astimezone(UTC)
