"""Free/busy: which question to ask Google, and what its answer says of each calendar. Pure.

The answer holds intervals and nothing else, so no title ever reaches us. A calendar that has an
error, or that the answer does not mention, is an error of its own and never an empty list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.errors import CalendarGoneError, ConnectorError, UnavailableError
from connectors.google.errors import strange
from connectors.model import CalendarId, TimeRange
from connectors.sentences import Sentence

MOST_CALENDARS = 50
"""`calendarExpansionMax` (discovery document)."""

LONGEST_QUESTION = timedelta(days=31)
READ_AHEAD = timedelta(days=28)

BusyAnswer = dict[CalendarId, tuple[TimeRange, ...] | ConnectorError]


def window_of(watched: TimeRange) -> TimeRange:
    """What to ask about: four weeks at least, so that the last good answer outlives the week."""
    return TimeRange(watched.start_at, max(watched.end_at, watched.start_at + READ_AHEAD))


def questions(calendars: Sequence[CalendarId], window: TimeRange, time_zone: str) -> Iterator[dict[str, Any]]:
    """The bodies of `freebusy.query`: every calendar over all of `window`, in as few as are allowed.

    Google does not write down how long a range may be; a month is what everybody gets away with.
    """
    for first in range(0, len(calendars), MOST_CALENDARS):
        for part in _parts(window):
            yield {
                "timeMin": _instant(part.start_at),
                "timeMax": _instant(part.end_at),
                "timeZone": time_zone,
                "items": [{"id": calendar} for calendar in calendars[first : first + MOST_CALENDARS]],
            }


def read_answer(question: Mapping[str, Any], answer: Mapping[str, Any]) -> BusyAnswer:
    """What one answer says of each calendar that was asked about."""
    said = answer.get("calendars")
    calendars = said if isinstance(said, dict) else {}
    asked = [CalendarId(item["id"]) for item in question["items"]]
    return {calendar: _read_calendar(calendar, _found(calendars, calendar, asked)) for calendar in asked}


def put_together(answers: Sequence[BusyAnswer]) -> BusyAnswer:
    """Several answers as one; a calendar that failed in any part of the time failed."""
    whole: BusyAnswer = {}
    for answer in answers:
        for calendar, times in answer.items():
            before = whole.get(calendar, ())
            if isinstance(before, ConnectorError):
                continue
            whole[calendar] = times if isinstance(times, ConnectorError) else (*before, *times)
    return whole


def _found(calendars: Mapping[str, Any], calendar: CalendarId, asked: Sequence[CalendarId]) -> Any:
    """Google answers under the ids it was asked by. Not verified for "primary": where that name does
    not come back, the one id that nobody asked for is its address."""
    if calendar not in calendars and calendar == "primary":
        others = [each for each in calendars if each not in asked]
        return calendars[others[0]] if len(others) == 1 else None
    return calendars.get(calendar)


def _read_calendar(calendar: CalendarId, said: Any) -> tuple[TimeRange, ...] | ConnectorError:
    if not isinstance(said, dict):
        return strange(Sentence("free/busy without one of the calendars"), calendar=calendar)
    errors = said.get("errors")
    if errors:
        return _error(calendar, errors)
    busy = said.get("busy")
    if not isinstance(busy, list):
        return strange(Sentence("free/busy without times"), calendar=calendar)
    try:
        return tuple(_range(each) for each in busy if each["start"] != each["end"])
    except (KeyError, TypeError, ValueError):
        return strange(Sentence("free/busy with times that are none"), calendar=calendar)


def _error(calendar: CalendarId, errors: Any) -> ConnectorError:
    reasons = (
        {each.get("reason") for each in errors if isinstance(each, dict)}
        if isinstance(errors, list)
        else set()
    )
    if "notFound" in reasons:
        gone = CalendarGoneError(
            Sentence("One of the calendars that count as busy is not there any more."), calendar=calendar
        )
        gone.next_step = Sentence("Tick the calendars again on your own page.")
        return gone
    if reasons & {"internalError", "backendError", "rateLimitExceeded", "quotaExceeded"}:
        return UnavailableError(
            Sentence("Google could not read one of the calendars just now."), calendar=calendar
        )
    return strange(Sentence("free/busy of one calendar"), calendar=calendar)


def _range(said: Mapping[str, str]) -> TimeRange:
    return TimeRange(datetime.fromisoformat(said["start"]), datetime.fromisoformat(said["end"]))


def _parts(window: TimeRange) -> Iterator[TimeRange]:
    start_at = window.start_at
    while start_at < window.end_at:
        end_at = min(start_at + LONGEST_QUESTION, window.end_at)
        yield TimeRange(start_at, end_at)
        start_at = end_at


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
