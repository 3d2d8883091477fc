"""iCalendar text (RFC 5545) to our model and back: the words; `recurrence` does the arithmetic.

Writes our entries: one plain VEVENT in UTC, never with people, never repeating. Reads anybody's:
when it takes place and whether that keeps this person busy; of a foreign event nothing else leaves
this module. Pure: no clock, no network, no process-wide state.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from connectors.content_lines import ADDED_BY_PEOPLE, Component, UnreadableEventError, parse
from connectors.event_times import alarm_minutes, read_series
from connectors.model import EntryDraft, Gesture, TimeRange
from connectors.prefilter import might_overlap
from connectors.recurrence import occurrences
from connectors.zones import Zones

__all__ = [
    "EventReading",
    "UnreadableEventError",
    "fingerprint",
    "might_overlap",
    "read",
    "writable",
    "write",
    "write_all",
]

_MARK = re.compile(r"[A-Za-z0-9._-]+")
_DONE = re.compile(r"[✓✔]|[xX](?![^\W_])")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class EventReading:
    """What one resource (a series and its changed occurrences) says about this person's time.

    `times` are its occurrences that overlap the window, whole, in order; `busy_times` those of them
    that keep the person busy. `start_at` and `end_at` are the event's own, the first of a series;
    `None` when the resource holds no event at all (a task, a journal). `note` says what was
    simplified, fit for the person to read.
    """

    uid: str
    start_at: datetime | None
    end_at: datetime | None
    times: tuple[TimeRange, ...]
    busy_times: tuple[TimeRange, ...]
    busy: bool
    recurring: bool
    gesture: Gesture
    fingerprint: str
    mark: str | None
    note: str | None


def write(draft: EntryDraft, *, stamped_at: datetime, sequence: int = 0) -> str:
    """One VCALENDAR with one VEVENT, lines folded and ended by CRLF, times in UTC to the second.

    Characters no calendar can carry (controls, half surrogates) are left out of title and text.

    Raises:
        ValueError: `draft.mark` holds anything but letters, digits, dot, underscore or hyphen
            (servers rewrite other characters in X-properties), or `draft.url` a blank or control.
    """
    return _calendar_of([_event(draft, stamped_at, sequence)])


def write_all(drafts: Sequence[EntryDraft], *, stamped_at: datetime) -> str:
    """One VCALENDAR with an event for each, in their order, for a person to import. It has no METHOD: it
    invites nobody and asks for no reply (RFC 5546 is about those that do).

    Raises:
        ValueError: as from `write`.
    """
    return _calendar_of([_event(draft, stamped_at, 0) for draft in drafts])


def _event(draft: EntryDraft, stamped_at: datetime, sequence: int) -> icalendar.Event:
    if not _MARK.fullmatch(draft.mark):
        raise ValueError("a block's mark is made of letters, digits, '.', '_' and '-'")
    if re.search(r"[\s\x00-\x1f\x7f]", draft.url):
        raise ValueError("an entry's url holds a blank or a control character")
    event = icalendar.Event()
    event.add("UID", draft.uid)
    event.add("DTSTAMP", stamped_at.astimezone(UTC))
    event.add("LAST-MODIFIED", stamped_at.astimezone(UTC))
    event.add("SEQUENCE", sequence)
    event.add("DTSTART", draft.time.start_at.replace(microsecond=0))
    event.add("DTEND", draft.time.end_at.replace(microsecond=0))
    event.add("SUMMARY", writable(draft.title))
    event.add("DESCRIPTION", writable(draft.description))
    if draft.url:
        event.add("URL", draft.url)
    event.add("TRANSP", "OPAQUE" if draft.busy else "TRANSPARENT")
    event.add("CLASS", "PRIVATE" if draft.private else "PUBLIC")
    event.add("X-OFFPLATE-BLOCK", draft.mark)
    if draft.alarm_minutes_before is not None:
        alarm = icalendar.Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", writable(draft.title))
        alarm.add("TRIGGER", timedelta(minutes=-draft.alarm_minutes_before))
        event.add_component(alarm)
    return event


def _calendar_of(events: Iterable[icalendar.Event]) -> str:
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Offplate//Offplate//EN")
    for event in events:
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text.decode("utf-8")


def fingerprint(draft: EntryDraft) -> str:
    """A short hash of what a person may change: title, text, time, busy, private, alarm, guests, place.

    Equal to `EventReading.fingerprint` of the same entry, however a server folds, escapes, spaces
    or orders it. Blank space does not count, nor the URL, which some clients move into the text.
    """
    return _fingerprint(
        title=draft.title,
        text=draft.description,
        start_at=draft.time.start_at,
        end_at=draft.time.end_at,
        busy=draft.busy,
        private=draft.private,
        alarms=[] if draft.alarm_minutes_before is None else [draft.alarm_minutes_before],
        untouched=True,
    )


def read(
    text: str | bytes, *, window: TimeRange, time_zone: str, addresses: Sequence[str] = ()
) -> EventReading:
    """What a resource says about the time of the person who lives in `time_zone`, inside `window`.

    Floating and all-day times are taken in `time_zone` (IANA). `addresses` are the person's own
    mail addresses: what they declined does not keep them busy.

    Raises:
        UnreadableEventError: broken or hostile, whatever the bytes; skip this event, report `reason`.
        zoneinfo.ZoneInfoNotFoundError: `time_zone` is no zone; the caller's mistake, not the event's.
    """
    home = ZoneInfo(time_zone)
    try:
        return _read(parse(text), window, home, addresses)
    except UnreadableEventError:
        raise
    except Exception as err:
        # The libraries below raise whatever they like, with the event's text in the message:
        # its class is all that may be told, and no chain of causes.
        raise UnreadableEventError(f"cannot be read ({type(err).__name__})") from None


def _read(calendar: Component, window: TimeRange, home: ZoneInfo, addresses: Sequence[str]) -> EventReading:
    events = calendar.named("VEVENT")
    if not events:
        return _NO_EVENT
    if len({_text(event, "UID") for event in events}) > 1:
        raise UnreadableEventError("holds events with different UIDs")
    zones = Zones(calendar, home)
    series, events = read_series(events, zones)
    own = {address.casefold().removeprefix("mailto:") for address in addresses}
    cancelled = [event.word("STATUS") == "CANCELLED" for event in events]
    busy = [not gone and _keeps_busy(event, own) for event, gone in zip(events, cancelled, strict=True)]
    found = [one for one in occurrences(series, window, home=home) if not cancelled[one.part]]
    first, part = events[0], series.parts[0]
    title = _text(first, "SUMMARY")
    added = any(first.first(name) for name in ADDED_BY_PEOPLE)
    return EventReading(
        uid=_text(first, "UID"),
        start_at=part.start_at,
        end_at=part.end_at,
        times=tuple(one.time for one in found),
        busy_times=tuple(one.time for one in found if busy[one.part]),
        busy=busy[0],
        recurring=series.recurring,
        gesture=_gesture(title),
        fingerprint=_fingerprint(
            title=title,
            text=_text(first, "DESCRIPTION"),
            start_at=part.start_at,
            end_at=part.end_at,
            busy=busy[0],
            private=first.word("CLASS") in ("PRIVATE", "CONFIDENTIAL"),
            alarms=alarm_minutes(first),
            untouched=not (series.recurring or len(events) > 1 or cancelled[0] or added),
        ),
        mark=_text(first, "X-OFFPLATE-BLOCK") or None,
        note=_note(coarse=series.rule is not None and series.rule.coarse, zones=zones, events=events),
    )


def _keeps_busy(event: Component, own: set[str]) -> bool:
    """Whether an event that takes place takes this person's time.

    An invitation not answered yet does; so does a tentative one. Outlook's "free" and "working
    elsewhere" (a day at home, a marker) do not.
    """
    if event.word("TRANSP") == "TRANSPARENT":
        return False
    if event.word("X-MICROSOFT-CDO-BUSYSTATUS") in ("FREE", "WORKINGELSEWHERE"):
        return False
    answers = [
        guest.parameters.get("PARTSTAT", "").upper()
        for guest in event.all("ATTENDEE")
        if own & {_address(guest.value), _address(guest.parameters.get("EMAIL", ""))}
    ]
    return not answers or any(answer not in ("DECLINED", "DELEGATED") for answer in answers)


def _address(value: str) -> str:
    return value.strip().casefold().removeprefix("mailto:")


def _gesture(title: str) -> Gesture:
    """`x` counts when no letter or digit follows: "x Laundry", not "xylophone"."""
    if _DONE.match(title.strip()):
        return "done"
    return "hand_over" if title.strip().startswith(">") else "none"


def _note(*, coarse: bool, zones: Zones, events: Iterable[Component]) -> str | None:
    notes = []
    if coarse:
        notes.append("repeats more often than daily; shown as busy all day")
    if zones.guessed:
        notes.append("names an unknown time zone; read in your own")
    if any(event.first("EXRULE") for event in events):
        notes.append("has exceptions in an obsolete form (EXRULE), which were left out")
    return "; ".join(notes) or None


def _text(event: Component, name: str) -> str:
    found = event.first(name)
    return found.text if found else ""


def writable(text: str) -> str:
    """The text without what no calendar can carry: controls, half surrogates; line ends become `\n`."""
    return _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text))


def _fingerprint(
    *,
    title: str,
    text: str,
    start_at: datetime,
    end_at: datetime,
    busy: bool,
    private: bool,
    alarms: Sequence[int],
    untouched: bool,
) -> str:
    said: list[Any] = [_letters(title), _letters(text), int(start_at.timestamp()), int(end_at.timestamp())]
    said += [busy, private, sorted(alarms), untouched]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _letters(text: str) -> str:
    """The text without blank space, which servers lose or add at folds and line ends."""
    return "".join(unicodedata.normalize("NFC", writable(text)).split())


_NO_EVENT = EventReading("", None, None, (), (), False, False, "none", "", None, None)
