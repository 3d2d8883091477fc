"""From the properties of VEVENTs to their times: the limits on what an event may claim.

One resource holds one event: its master, and its changed occurrences with a RECURRENCE-ID.
Reads what producers really write (a date for an end, a date as EXDATE of a timed series) as long
as the meaning is plain, and refuses the rest with a reason.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from connectors.content_lines import Component, Property, UnreadableEventError
from connectors.recurrence import MAX_LENGTH, Length, Moment, Part, Series
from connectors.rules import read_rule
from connectors.zones import Zones

MAX_EXTRA_DATES = 2_000
YEARS = range(1900, 2101)

_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", re.ASCII)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", re.ASCII
)
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)


def read_series(events: list[Component], zones: Zones) -> tuple[Series, list[Component]]:
    """The series the VEVENTs of one UID make, and the VEVENTs in the order of its parts.

    Of two masters the one with the higher SEQUENCE counts (RFC 5545 section 3.8.7.4).

    Raises:
        UnreadableEventError: a property is missing, doubled, malformed or past a limit.
    """
    masters = [event for event in events if event.first("RECURRENCE-ID") is None]
    changed = [event for event in events if event.first("RECURRENCE-ID") is not None]
    master = max(masters, key=_sequence, default=None)
    if master is None:
        return Series(tuple(_part(event, zones) for event in changed), master=False), changed
    extra = [one for prop in master.all("RDATE") for one in _dates(prop, zones)]
    excluded = [moment for prop in master.all("EXDATE") for moment, _ in _dates(prop, zones)]
    if len(extra) + len(excluded) > MAX_EXTRA_DATES:
        raise UnreadableEventError(f"has more than {MAX_EXTRA_DATES} RDATE and EXDATE")
    rule = master.only("RRULE")
    ordered = [master, *changed]
    series = Series(
        parts=tuple(_part(event, zones) for event in ordered),
        rule=read_rule(rule.value) if rule else None,
        extra=tuple(extra),
        excluded=tuple(excluded),
    )
    return series, ordered


def alarm_minutes(event: Component) -> list[int]:
    """Minutes before the start of each alarm tied to it; alarms a phone adds by itself do not count."""
    minutes = []
    for alarm in event.named("VALARM"):
        trigger = alarm.first("TRIGGER")
        if trigger is None or alarm.word("X-APPLE-DEFAULT-ALARM") == "TRUE":
            continue
        found = _DURATION.fullmatch(trigger.word)
        if found and trigger.parameters.get("RELATED", "START").upper() == "START":
            days, seconds = _spelled(found)
            before = (days * 24 * 60 * 60 + seconds) // 60
            minutes.append(before if found[1] == "-" else -before)
    return minutes


def _part(event: Component, zones: Zones) -> Part:
    start = event.only("DTSTART")
    if start is None:
        raise UnreadableEventError("has no DTSTART")
    start_moment = _moment(start, zones)
    recurrence_id = event.only("RECURRENCE-ID")
    this_and_future = recurrence_id is not None and (
        recurrence_id.parameters.get("RANGE", "").upper() == "THISANDFUTURE"
    )
    return Part(
        start=start_moment,
        length=_length(event, start_moment, zones),
        sequence=_sequence(event),
        recurrence_id=_moment(recurrence_id, zones) if recurrence_id else None,
        this_and_future=this_and_future,
    )


def _length(event: Component, start: Moment, zones: Zones) -> Length:
    """DTEND before DURATION; without either a date lasts its day and a time no time at all."""
    end, duration = event.only("DTEND"), event.only("DURATION")
    if end is not None:
        length = _length_until(_moment(end, zones), start)
    elif duration is not None:
        length = _duration(duration)
    else:
        length = Length(days=1 if start.is_date else 0)
    if length.nominal > MAX_LENGTH:
        raise UnreadableEventError("lasts longer than 400 days")
    return length


def _length_until(end: Moment, start: Moment) -> Length:
    if start.is_date and end.is_date:
        days = (end.wall - start.wall).days
        if days < 0:
            raise UnreadableEventError("ends before it starts")
        return Length(days=max(days, 1))  # DTEND = DTSTART is how some clients write one day
    exact = end.at - start.at
    if exact < timedelta():
        raise UnreadableEventError("ends before it starts")
    return Length(exact=exact)


def _duration(prop: Property) -> Length:
    found = _DURATION.fullmatch(prop.word)
    if found is None:
        raise UnreadableEventError("has a malformed DURATION")
    days, seconds = _spelled(found)
    if found[1] == "-" and (days or seconds):
        raise UnreadableEventError("has a negative DURATION")
    if days > MAX_LENGTH.days or seconds > MAX_LENGTH.total_seconds():
        raise UnreadableEventError("lasts longer than 400 days")
    return Length(days, timedelta(seconds=seconds))


def _spelled(found: re.Match[str]) -> tuple[int, int]:
    """Calendar days and exact seconds of a duration (RFC 5545 section 3.3.6)."""
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    return weeks * 7 + days, hours * 3600 + minutes * 60 + seconds


def _dates(prop: Property, zones: Zones) -> list[tuple[Moment, Length | None]]:
    """The values of an RDATE or EXDATE; a PERIOD brings its own length. Empty ones are left out."""
    if prop.value.count(",") > MAX_EXTRA_DATES:
        raise UnreadableEventError(f"has more than {MAX_EXTRA_DATES} RDATE and EXDATE")
    found: list[tuple[Moment, Length | None]] = []
    zone = _zone(prop, zones)
    for value in filter(None, (part.strip() for part in prop.value.upper().split(","))):
        start_text, _, end_text = value.partition("/")
        start = _spelled_moment(prop.name, start_text, zone, zones)
        length: Length | None = None
        if end_text.lstrip("+-").startswith("P"):
            length = _duration(Property("DURATION", end_text, {}))
        elif end_text:
            length = _length_until(_spelled_moment(prop.name, end_text, zone, zones), start)
        if length is not None and length.nominal > MAX_LENGTH:
            raise UnreadableEventError("lasts longer than 400 days")
        found.append((start, length))
    return found


def _moment(prop: Property, zones: Zones) -> Moment:
    return _spelled_moment(prop.name, prop.word, _zone(prop, zones), zones)


def _zone(prop: Property, zones: Zones) -> tzinfo:
    """A time without TZID floats: it is wherever the person is."""
    tzid = prop.parameters.get("TZID", "")
    return zones.find(tzid) if tzid.strip() else zones.home


def _spelled_moment(name: str, text: str, zone: tzinfo, zones: Zones) -> Moment:
    """A date is a day of the person's own, whatever its TZID; a leap second the second before it."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise UnreadableEventError(f"has a malformed {name}")
    year, month, day, hour, minute, second = (int(number or 0) for number in found.groups()[:6])
    if year not in YEARS:
        raise UnreadableEventError(f"has a {name} outside the years {YEARS[0]} to {YEARS[-1]}")
    try:
        clock = time(hour, minute, 59 if second == 60 else second)
        wall = datetime.combine(date(year, month, day), clock)
    except ValueError:
        raise UnreadableEventError(f"has an impossible {name}") from None
    if found[4] is None:
        return Moment(wall, zones.home, is_date=True)
    return Moment(wall, UTC if found[7] else zone, is_date=False)


def _sequence(event: Component) -> int:
    found = event.first("SEQUENCE")
    return int(found.value) if found and _DIGITS.fullmatch(found.value) else 0
