"""One calendar file with many events to one person's busy time, each event on its own.

`ics.read` takes one event with its changed occurrences, so the file is cut into such pieces first,
each with the time zones it names: one hostile event then costs that event. Pure, linear and bounded.
Of an event that cannot be read only a short hash of its UID is told, never a word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors import ics, identity
from connectors.content_lines import UnreadableEventError, unfolded
from connectors.errors import BadResponseError
from connectors.model import CalendarId, SkippedItem, TimeRange
from connectors.sentences import Sentence

MOST_OCCURRENCES = 5_000
MOST_EVENTS = 3_000
"""That may touch the horizon and so have to be read: five seconds when all of them are awkward."""
MOST_SKIPPED = 100

_BORDER = re.compile(rb"^(BEGIN|END):(VEVENT|VTIMEZONE)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_ALARM = re.compile(rb"^BEGIN:VALARM", re.IGNORECASE | re.MULTILINE)
_UID = re.compile(rb"^UID(?:;[^:\r\n]*)?:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_CHANGED = re.compile(rb"^RECURRENCE-ID[;:]", re.IGNORECASE | re.MULTILINE)
_ZONE_NAME = re.compile(rb"^TZID(?:;[^:\r\n]*)?:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_ZONE_USED = re.compile(rb';TZID=("[^"\r\n]*"|[^:;\r\n]*)', re.IGNORECASE)
_ESCAPED = re.compile(rb"\\(.)")
_FREE_BUSY = re.compile(rb"^BEGIN:VFREEBUSY", re.IGNORECASE | re.MULTILINE)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype|html|\?xml|!--)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileReading:
    """Busy occurrences that overlap the horizon, whole; how many events the file holds in all."""

    busy: tuple[TimeRange, ...]
    events: int
    skipped: tuple[SkippedItem, ...]


@dataclass(slots=True)
class _Event:
    """The VEVENTs of one event, as text; `has_master` when one of them, the first, changes no other."""

    texts: list[bytes]
    has_master: bool


@dataclass(slots=True)
class _Pieces:
    """What a file is cut into: events, time zones by name, and the beginnings of events that never end."""

    events: list[_Event] = field(default_factory=list)
    zones: dict[bytes, bytes] = field(default_factory=dict)
    broken: list[bytes] = field(default_factory=list)


def read_file(
    body: bytes, *, horizon: TimeRange, time_zone: str, addresses: Sequence[str], calendar: CalendarId
) -> FileReading:
    """What `body` says about the time of the person who lives in `time_zone`, inside `horizon`.

    Entries of ours are left out: a calendar may be published that holds them.

    Raises:
        BadResponseError: not a calendar file, or not a whole one; or too full, or too broken, to be
            taken for busy time.
    """
    raw = unfolded(body)
    _check_whole(raw)
    pieces = _cut(raw)
    skipped = [SkippedItem(calendar, _named(text, 0), "stops in the middle") for text in pieces.broken]
    busy: list[TimeRange] = []
    _check_measure(0, busy, skipped)
    for read, (number, text) in enumerate(_worth_reading(pieces, horizon), start=1):
        try:
            event = ics.read(text, window=horizon, time_zone=time_zone, addresses=addresses)
            busy += event.busy_times
        except UnreadableEventError as error:
            skipped.append(SkippedItem(calendar, _named(text, number), error.reason))
        _check_measure(read, busy, skipped)
    return FileReading(tuple(busy), len(pieces.events), tuple(skipped))


def _check_measure(read: int, busy: Sequence[TimeRange], skipped: Sequence[SkippedItem]) -> None:
    """Neither so full nor so broken that it would be no busy time but noise, or hours of work."""
    if read > MOST_EVENTS:
        raise BadResponseError(
            Sentence(
                "The calendar holds more than %(most)s events for these weeks.",
                most=MOST_EVENTS,
            )
        )
    if len(busy) > MOST_OCCURRENCES:
        raise BadResponseError(
            Sentence(
                "Its events take place more than %(most)s times in these weeks.",
                most=MOST_OCCURRENCES,
            )
        )
    if len(skipped) > MOST_SKIPPED:
        raise BadResponseError(
            Sentence("More than %(most)s events of the calendar cannot be read.", most=MOST_SKIPPED)
        )


def _check_whole(raw: bytes) -> None:
    trimmed = raw.strip()
    if trimmed[:15].upper() != b"BEGIN:VCALENDAR":
        if _WEB_PAGE.match(raw):
            raise BadResponseError(
                Sentence("This address answers with a web page, not with a calendar file.")
            )
        raise BadResponseError(Sentence("This address answers with something that is not a calendar file."))
    if trimmed[-13:].upper() != b"END:VCALENDAR":
        raise BadResponseError(Sentence("The calendar file stops in the middle."))
    if _FREE_BUSY.search(raw):
        raise BadResponseError(Sentence("This address publishes free/busy times; Offplate reads events."))


def _cut(raw: bytes) -> _Pieces:
    """Cut at every BEGIN and END; an event inside an event means that the outer one never ended."""
    pieces = _Pieces()
    by_uid: dict[bytes, _Event] = {}
    open_at: int | None = None
    is_event = False
    for border in _BORDER.finditer(raw):
        if border[1].upper() == b"BEGIN":
            if open_at is not None and is_event:
                pieces.broken.append(raw[open_at : border.start()])
            open_at, is_event = border.start(), border[2].upper() == b"VEVENT"
        elif open_at is not None:
            text = raw[open_at : border.end()]
            if is_event:
                _sort_in(text, by_uid, pieces.events)
            elif name := _ZONE_NAME.search(text):
                pieces.zones[_ESCAPED.sub(rb"\1", name[1]).strip()] = text
            open_at = None
    if open_at is not None and is_event:
        pieces.broken.append(raw[open_at:])
    return pieces


def _sort_in(text: bytes, by_uid: dict[bytes, _Event], events: list[_Event]) -> None:
    """Put a VEVENT with those it belongs to.

    Rosters are met that give every shift the same UID: a second VEVENT that changes no other is an
    event of its own, for too busy is better than a shift that is lost.
    """
    uid, is_master = _uid(text), _CHANGED.search(text) is None
    event = by_uid.get(uid) if uid else None
    if event is None or (is_master and event.has_master):
        event = _Event([text], is_master)
        events.append(event)
        if uid:
            by_uid.setdefault(uid, event)
    elif is_master:
        event.texts.insert(0, text)
        event.has_master = True
    else:
        event.texts.append(text)


def _worth_reading(pieces: _Pieces, horizon: TimeRange) -> Iterator[tuple[int, bytes]]:
    """The number and the text of each event that is not ours and could touch `horizon`."""
    for number, (uid, text) in enumerate(_resources(pieces), start=1):
        if not identity.is_entry_uid(uid) and ics.might_overlap(text, horizon):
            yield number, text


def _resources(pieces: _Pieces) -> Iterator[tuple[str, bytes]]:
    """Each event as a calendar object of its own, with the zones it names; and its UID."""
    for each in pieces.events:
        event = b"\r\n".join(each.texts)
        names = dict.fromkeys(name.strip(b'" \t') for name in _ZONE_USED.findall(event))
        zones = [pieces.zones[name] for name in names if name in pieces.zones]
        parts = (b"BEGIN:VCALENDAR", *zones, event, b"END:VCALENDAR", b"")
        yield _uid(event).decode("utf-8", "replace"), b"\r\n".join(parts)


def _uid(text: bytes) -> bytes:
    alarm = _ALARM.search(text)  # alarms have UIDs of their own (RFC 9074)
    found = _UID.search(text, 0, alarm.start() if alarm else len(text))
    return found[1].strip() if found else b""


def _named(text: bytes, number: int) -> str:
    uid = _uid(text)
    return hashlib.sha256(uid).hexdigest()[:12] if uid else f"number {number}"
