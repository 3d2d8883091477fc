"""What a Google account's poll remembers between two ticks, and its JSON: ids, ETags, times, one token.

Never a title, a place or a name. Instants are whole seconds since 1970 in the JSON, to keep it small.
Our own JSON of another version is forgotten, not converted: everything is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.model import AccountState, CalendarId, Gesture, TimeRange

VERSION = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One event of our own calendar as last read.

    `lines` are the content lines that say when, kept for a series and its changed occurrences only;
    `series` is the id of the series that a changed occurrence belongs to. `problem` says why it
    could not be understood (then it has no times).
    """

    etag: str
    uid: str
    start_at: datetime | None = None
    end_at: datetime | None = None
    busy: bool = True
    gesture: Gesture = "none"
    fingerprint: str = ""
    mark: str | None = None
    series: str | None = None
    lines: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(slots=True)
class HomeState:
    """Our own calendar between polls. `token` stands for exactly these `items`, read from `view`."""

    calendar: CalendarId | None = None
    token: str | None = None
    view: tuple[str, ...] = ()
    items: dict[str, Item] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """The last good answer about one calendar, and when it was had."""

    read_at: datetime
    times: tuple[TimeRange, ...]


@dataclass(slots=True)
class PollState:
    """One account between polls. `listed` are the calendars that count when none were chosen; `main` is
    the id of the person's first one, where the list tells it."""

    listed_at: datetime | None = None
    listed: tuple[CalendarId, ...] = ()
    main: CalendarId | None = None
    busy: dict[CalendarId, BusyTimes] = field(default_factory=dict)
    home: HomeState = field(default_factory=HomeState)


def read_state(state: AccountState) -> PollState:
    """The poll state behind our own JSON; an empty one for another version's, or none."""
    json = state.json
    if json.get("google") != VERSION:
        return PollState()
    home = json["home"]
    return PollState(
        listed_at=_moment(json["listed_at"]),
        listed=tuple(CalendarId(each) for each in json["listed"]),
        main=CalendarId(json["main"]) if json.get("main") else None,
        busy={
            CalendarId(each): BusyTimes(datetime.fromtimestamp(kept["at"], UTC), _ranges(kept["times"]))
            for each, kept in json["busy"].items()
        },
        home=HomeState(
            calendar=CalendarId(home["calendar"]) if home["calendar"] else None,
            token=home["token"],
            view=tuple(home["view"]),
            items={each: _read_item(item) for each, item in home["items"].items()},
        ),
    )


def write_state(poll: PollState) -> AccountState:
    return AccountState(
        {
            "google": VERSION,
            "listed_at": _seconds(poll.listed_at),
            "listed": list(poll.listed),
            "main": poll.main,
            "busy": {
                each: {"at": _seconds(kept.read_at), "times": _pairs(kept.times)}
                for each, kept in poll.busy.items()
            },
            "home": {
                "calendar": poll.home.calendar,
                "token": poll.home.token,
                "view": list(poll.home.view),
                "items": {each: _write_item(item) for each, item in poll.home.items.items()},
            },
        }
    )


def _read_item(json: Mapping[str, Any]) -> Item:
    return Item(
        etag=json["etag"],
        uid=json["uid"],
        start_at=_moment(json.get("start")),
        end_at=_moment(json.get("end")),
        busy=json.get("busy", True),
        gesture=json.get("gesture", "none"),
        fingerprint=json.get("fingerprint", ""),
        mark=json.get("mark"),
        series=json.get("series"),
        lines=tuple(json.get("lines", ())),
        problem=json.get("problem"),
    )


def _write_item(item: Item) -> dict[str, Any]:
    json: dict[str, Any] = {
        "etag": item.etag,
        "uid": item.uid,
        "start": _seconds(item.start_at),
        "end": _seconds(item.end_at),
        "busy": item.busy,
        "gesture": item.gesture,
        "fingerprint": item.fingerprint,
        "mark": item.mark,
        "series": item.series,
        "lines": list(item.lines),
        "problem": item.problem,
    }
    default = {"busy": True, "gesture": "none", "fingerprint": "", "lines": []}
    return {name: value for name, value in json.items() if value is not None and value != default.get(name)}


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _ranges(pairs: Iterable[list[int]]) -> tuple[TimeRange, ...]:
    return tuple(
        TimeRange(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
        for start, end in pairs
    )


def _pairs(ranges: Iterable[TimeRange]) -> list[list[int]]:
    return [[int(each.start_at.timestamp()), int(each.end_at.timestamp())] for each in ranges]
