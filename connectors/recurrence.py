"""From an event's rules to its occurrences inside a window: RRULE, RDATE, EXDATE, RECURRENCE-ID.

recurring-ical-events does the expansion and sees wall-clock times only, in the zone of the series:
no zone arithmetic is left to it. This module puts the zone back and measures each occurrence as
RFC 5545 section 3.8.5.3 says: DTEND gives every one the same exact length, DURATION's days are
calendar days and its hours exact.
Bounded: at most `MAX_OCCURRENCES` in a window, and no walk through the years before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import icalendar
import recurring_ical_events

from connectors.content_lines import UnreadableEventError
from connectors.model import TimeRange
from connectors.rules import Rule

MAX_OCCURRENCES = 500
MAX_LENGTH = timedelta(days=400)

_MARGIN = timedelta(days=3)
"""More than zones, clock changes and a calendar day can be apart."""
_PART = "X-OFFPLATE-PART"
_ONE_UID = "series"
_ERAS = timedelta(days=19 * 146_097)
"""19 times the 400 years after which the Gregorian calendar repeats, weekdays and all.

Expansion happens that much later: the expander follows a rule that never comes true (30 February)
to the year 9999, which from the 97th century is a fraction of a second and from ours five seconds.
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """A DATE or DATE-TIME as written, and the zone to read it in. A date is its local midnight."""

    wall: datetime
    zone: tzinfo
    is_date: bool

    @property
    def at(self) -> datetime:
        """UTC. In a lost hour the time before the change counts on, in a repeated hour the first."""
        return self.wall.replace(tzinfo=self.zone).astimezone(UTC)

    def wall_in(self, zone: tzinfo) -> datetime:
        """The wall clock in `zone` at this moment; a date stays the date it is."""
        if self.is_date or zone is self.zone:
            return self.wall
        return self.at.astimezone(zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Length:
    """Calendar days, then exact time."""

    days: int = 0
    exact: timedelta = timedelta()

    @property
    def nominal(self) -> timedelta:
        return timedelta(days=self.days) + self.exact

    def end_at(self, start: Moment) -> datetime:
        """When something of this length ends; UTC."""
        whole_days = Moment(start.wall + timedelta(days=self.days), start.zone, start.is_date)
        return whole_days.at + self.exact


@dataclass(frozen=True, slots=True)
class Part:
    """The times of one VEVENT: the series itself, or one changed occurrence of it."""

    start: Moment
    length: Length
    sequence: int = 0
    recurrence_id: Moment | None = None
    this_and_future: bool = False

    @property
    def start_at(self) -> datetime:
        return self.start.at

    @property
    def end_at(self) -> datetime:
        return self.length.end_at(self.start)


@dataclass(frozen=True, slots=True)
class Series:
    """Everything that decides when an event takes place. `parts[0]` carries rule and dates.

    `master` is false when only changed occurrences are there (an invitation to one of a series).
    """

    parts: tuple[Part, ...]
    master: bool = True
    rule: Rule | None = None
    extra: tuple[tuple[Moment, Length | None], ...] = ()
    excluded: tuple[Moment, ...] = ()

    @property
    def recurring(self) -> bool:
        return self.rule is not None or bool(self.extra)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time an event takes place, and the index of the part that says what it is like."""

    time: TimeRange
    part: int


def occurrences(series: Series, window: TimeRange, *, home: tzinfo) -> list[Occurrence]:
    """All occurrences that overlap `window`, whole and sorted; what lasts no time is none.

    A rule finer than daily is one stretch of whole days in `home`, as far as the window goes.

    Raises:
        UnreadableEventError: more than `MAX_OCCURRENCES` of them.
    """
    if series.rule is not None and series.rule.coarse:
        found = list(_whole_days(series, window, home))
    elif series.master and (series.recurring or series.excluded or len(series.parts) > 1):
        found = list(_expanded(series, window))
    else:
        found = [(part.start_at, part.end_at, index) for index, part in enumerate(series.parts)]
    overlapping = [
        Occurrence(TimeRange(start_at, end_at), part)
        for start_at, end_at, part in found
        if start_at < end_at and start_at < window.end_at and window.start_at < end_at
    ]
    if len(overlapping) > MAX_OCCURRENCES:
        raise UnreadableEventError(f"takes place more than {MAX_OCCURRENCES} times")
    return sorted(overlapping, key=lambda occurrence: (occurrence.time, occurrence.part))


_Found = tuple[datetime, datetime, int]


def _whole_days(series: Series, window: TimeRange, home: tzinfo) -> Iterator[_Found]:
    """A rule finer than daily: busy from its first day to its last, without looking closer."""
    part, rule = series.parts[0], series.rule
    if rule is None or not part.length.nominal:
        return
    last = _until_wall(rule, part.start, _wall(window.end_at, part.start.zone))
    last_at = Moment(last, part.start.zone, False).at
    first_at = max(part.start_at, window.start_at)
    if first_at <= last_at:
        first_day, last_day = (datetime.combine(_wall(at, home), time()) for at in (first_at, last_at))
        yield Moment(first_day, home, True).at, Moment(last_day + timedelta(days=1), home, True).at, 0


def _expanded(series: Series, window: TimeRange) -> Iterator[_Found]:
    core = series.parts[0]
    zone = core.start.zone
    reach = max(part.length.nominal for part in series.parts)
    moves = [abs(_move(part, core)) for part in series.parts[1:] if part.this_and_future]
    shift = max(moves, default=timedelta())
    window_start, window_end = (_wall(at, zone) for at in (window.start_at, window.end_at))
    near, far = window_start - reach - shift - _MARGIN, window_end + shift + _MARGIN
    lengths = {moment.wall_in(zone): length for moment, length in series.extra if length is not None}
    calendar = icalendar.Calendar()
    calendar.add_component(_core_event(series, near, far))
    for index, part in enumerate(series.parts[1:], start=1):
        calendar.add_component(_changed_event(index, part, core))
    query = recurring_ical_events.of(calendar)
    for event in query.between(window_start - _MARGIN + _ERAS, window_end + _MARGIN + _ERAS):
        index = int(event[_PART])
        part = series.parts[index]
        wall = _as_datetime(event["DTSTART"].dt) - _ERAS
        if part.recurrence_id is not None and wall == _override_wall(part, core):
            yield part.start_at, part.end_at, index
            continue
        start = Moment(wall, zone, core.start.is_date)
        length = lengths.get(wall, part.length) if index == 0 else part.length
        yield start.at, length.end_at(start), index


def _core_event(series: Series, near: datetime, far: datetime) -> icalendar.Event:
    """The series in wall-clock time, its rule cut at `far` and, where possible, begun near `near`."""
    core, rule = series.parts[0], series.rule
    zone, first = core.start.zone, core.start.wall
    event = icalendar.Event()
    if rule is not None:
        last = _until_wall(rule, core.start, far)
        if first <= last:
            last = rule.last_start(first + _ERAS, last + _ERAS) - _ERAS
            rule, first = rule.forwarded(first, near)
        # Also with an end before the start: that is how a series is written that was cut off whole.
        event["RRULE"] = icalendar.vRecur.from_ical(rule.text(last + _ERAS))
    event.add("DTSTART", _typed(first + _ERAS, core))
    event.add("DTEND", _typed(first + _ERAS + core.length.nominal, core))
    if series.extra:
        event.add("RDATE", [_typed(moment.wall_in(zone) + _ERAS, core) for moment, _ in series.extra])
    if series.excluded:
        event.add("EXDATE", [_excluded(moment, core) for moment in series.excluded])
    event[_PART] = "0"
    event["UID"] = _ONE_UID
    return event


def _changed_event(index: int, part: Part, core: Part) -> icalendar.Event:
    event = icalendar.Event()
    start = _override_wall(part, core) + _ERAS
    event.add("DTSTART", start)
    event.add("DTEND", start + part.length.nominal)
    event.add("SEQUENCE", part.sequence)
    event.add(
        "RECURRENCE-ID",
        _recurrence_wall(part, core) + _ERAS,
        parameters={"RANGE": "THISANDFUTURE"} if part.this_and_future else {},
    )
    event[_PART] = str(index)
    event["UID"] = _ONE_UID
    return event


def _recurrence_wall(part: Part, core: Part) -> datetime:
    """Which occurrence a part replaces. A bare date on a timed series means the one of that day."""
    if part.recurrence_id is None:
        return part.start.wall_in(core.start.zone)
    wall = part.recurrence_id.wall_in(core.start.zone)
    if core.start.is_date:
        return datetime.combine(wall, time())
    return datetime.combine(wall, core.start.wall.time()) if part.recurrence_id.is_date else wall


def _override_wall(part: Part, core: Part) -> datetime:
    return part.start.wall_in(core.start.zone)


def _move(part: Part, core: Part) -> timedelta:
    return _override_wall(part, core) - _recurrence_wall(part, core)


def _excluded(moment: Moment, core: Part) -> date:
    """An EXDATE as a date takes out the whole day, also from a timed series (Exchange writes it so)."""
    wall = moment.wall_in(core.start.zone) + _ERAS
    return wall.date() if moment.is_date or core.start.is_date else wall


def _typed(wall: datetime, core: Part) -> date:
    return wall.date() if core.start.is_date else wall


def _until_wall(rule: Rule, start: Moment, horizon: datetime) -> datetime:
    """The last moment an occurrence may start, at most `horizon`; a bare date is a whole day."""
    if rule.until is None:
        return horizon
    if rule.until.is_date or start.is_date:
        return min(horizon, datetime.combine(rule.until.at, time(23, 59, 59)))
    zone = UTC if rule.until.is_utc else start.zone
    return min(horizon, Moment(rule.until.at, zone, False).wall_in(start.zone))


def _wall(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _as_datetime(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())
