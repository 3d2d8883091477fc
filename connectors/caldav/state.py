"""What a poll remembers between two ticks, and its JSON: hrefs, ETags, UIDs, cursors, busy times.

And the person's own mail addresses, as the server tells them. Never a title, a place or a name. Instants
are whole seconds since 1970 in the JSON, to keep it small.
Our own JSON of another version is forgotten, not converted: the calendars are read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from connectors.caldav.discovery import Homes
from connectors.model import AccountState, CalendarId, EntryElsewhere, EntryRef, EntrySeen, ETag, TimeRange

VERSION = 2

Kind = Literal["sync", "list"]
"""How changes are learned: sync reports (RFC 6578), or ETag listings behind the collection's ctag."""


@dataclass(frozen=True, slots=True)
class SeenItem:
    """What is kept of a resource of home besides its busy time: the entry as people left it. The same of one
    under a UID of our form that they put into another calendar."""

    start_at: datetime | None
    end_at: datetime | None
    times: tuple[TimeRange, ...]
    busy: bool
    recurring: bool
    gesture: Any
    fingerprint: str
    mark: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One resource as last read. `etag` is sent back verbatim; `None` means: read it again.

    `problem` says why it could not be understood (then it has no times), or only in part.
    """

    href: str
    etag: str | None
    uid: str
    busy_times: tuple[TimeRange, ...] = ()
    seen: SeenItem | None = None
    problem: str | None = None


@dataclass(slots=True)
class CalendarState:
    """One calendar between polls. Changed in place while it is read, so that nothing read is lost.

    `token` and `ctag` are adopted only once all they stand for has been read. `view` is the
    perspective the items were read with; from another one all have to be read again.
    """

    kind: Kind = "sync"
    token: str | None = None
    ctag: str | None = None
    listed_fully_at: datetime | None = None
    horizon: TimeRange | None = None
    view: tuple[str, ...] = ()
    items: dict[str, Item] = field(default_factory=dict)


@dataclass(slots=True)
class PollState:
    """One account between polls."""

    homes: Homes | None = None
    costly_listing: bool = False
    listed_at: datetime | None = None
    listed: tuple[CalendarId, ...] = ()
    calendars: dict[CalendarId, CalendarState] = field(default_factory=dict)


def entry_of(calendar: CalendarId, item: Item, window: TimeRange) -> EntrySeen:
    """The protocol's view of a resource of home; an unreadable one stays, or it would seem deleted."""
    ref = EntryRef(calendar, item.href, item.uid, _sendable(item.etag))
    seen = item.seen or SeenItem(None, None, (), True, False, "none", "", None)
    return EntrySeen(
        ref,
        seen.start_at,
        seen.end_at,
        tuple(time for time in seen.times if time.overlaps(window)),
        seen.busy,
        seen.recurring,
        seen.gesture,
        seen.fingerprint,
        seen.mark,
    )


def elsewhere_of(calendar: CalendarId, item: Item) -> EntryElsewhere:
    """The protocol's view of an entry of ours that lies in another calendar."""
    start_at, end_at = (item.seen.start_at, item.seen.end_at) if item.seen else (None, None)
    time = TimeRange(start_at, end_at) if start_at and end_at and start_at < end_at else None
    return EntryElsewhere(calendar, item.uid, time)


def _sendable(etag: str | None) -> ETag | None:
    return ETag(etag) if etag and not etag.startswith("W/") else None


def read_state(state: AccountState) -> PollState:
    """The poll state behind our own JSON; an empty one for another version's, or none."""
    json = state.json
    if json.get("v") != VERSION:
        return PollState()
    return PollState(
        homes=_read_homes(json) if json["homes"] else None,
        costly_listing=json["costly_listing"],
        listed_at=_moment(json["listed_at"]),
        listed=tuple(CalendarId(url) for url in json["listed"]),
        calendars={CalendarId(url): _read_calendar(entry) for url, entry in json["calendars"].items()},
    )


def write_state(poll: PollState) -> AccountState:
    return AccountState(
        {
            "v": VERSION,
            "homes": list(poll.homes.urls) if poll.homes else [],
            "depth": poll.homes.depth if poll.homes else 1,
            "addresses": list(poll.homes.addresses) if poll.homes else [],
            "costly_listing": poll.costly_listing,
            "listed_at": _seconds(poll.listed_at),
            "listed": list(poll.listed),
            "calendars": {url: _write_calendar(calendar) for url, calendar in poll.calendars.items()},
        }
    )


def _read_homes(json: Mapping[str, Any]) -> Homes:
    return Homes(tuple(json["homes"]), json["depth"], addresses=tuple(json["addresses"]))


def _read_calendar(json: Mapping[str, Any]) -> CalendarState:
    return CalendarState(
        kind=json["kind"],
        token=json["token"],
        ctag=json["ctag"],
        listed_fully_at=_moment(json["listed_fully_at"]),
        horizon=_ranges([json["horizon"]])[0] if json["horizon"] else None,
        view=tuple(json["view"]),
        items={key: _read_item(item) for key, item in json["items"].items()},
    )


def _write_calendar(calendar: CalendarState) -> dict[str, Any]:
    return {
        "kind": calendar.kind,
        "token": calendar.token,
        "ctag": calendar.ctag,
        "listed_fully_at": _seconds(calendar.listed_fully_at),
        "horizon": _pairs([calendar.horizon])[0] if calendar.horizon else None,
        "view": list(calendar.view),
        "items": {key: _write_item(item) for key, item in calendar.items.items()},
    }


def _read_item(json: Mapping[str, Any]) -> Item:
    seen = json.get("seen")
    return Item(
        href=json["href"],
        etag=json["etag"],
        uid=json["uid"],
        busy_times=_ranges(json.get("busy", [])),
        seen=_read_seen(seen) if seen else None,
        problem=json.get("problem"),
    )


def _write_item(item: Item) -> dict[str, Any]:
    json: dict[str, Any] = {"href": item.href, "etag": item.etag, "uid": item.uid}
    if item.busy_times:
        json["busy"] = _pairs(item.busy_times)
    if item.seen:
        json["seen"] = _write_seen(item.seen)
    if item.problem:
        json["problem"] = item.problem
    return json


def _read_seen(json: Mapping[str, Any]) -> SeenItem:
    return SeenItem(
        start_at=_moment(json["start"]),
        end_at=_moment(json["end"]),
        times=_ranges(json["times"]),
        busy=json["busy"],
        recurring=json["recurring"],
        gesture=json["gesture"],
        fingerprint=json["fingerprint"],
        mark=json["mark"],
    )


def _write_seen(seen: SeenItem) -> dict[str, Any]:
    return {
        "start": _seconds(seen.start_at),
        "end": _seconds(seen.end_at),
        "times": _pairs(seen.times),
        "busy": seen.busy,
        "recurring": seen.recurring,
        "gesture": seen.gesture,
        "fingerprint": seen.fingerprint,
        "mark": seen.mark,
    }


def _pairs(ranges: Any) -> list[list[int]]:
    return [[int(r.start_at.timestamp()), int(r.end_at.timestamp())] for r in ranges]


def _ranges(pairs: Any) -> tuple[TimeRange, ...]:
    moment = datetime.fromtimestamp
    return tuple(TimeRange(moment(start, UTC), moment(end, UTC)) for start, end in pairs)


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment is not None else None


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
