"""First step of reading: foreign bytes to components and properties, before any library sees them.

Unfolds (on bytes, since a fold may cut a letter in two), keeps the few properties that say when
and whether a person is busy, and drops the rest unread. Everything here is linear in the size of
the text and bounded: size, depth, number of events, length of a property (RFC 5545 section 3.1).
Never quotes a word of the event in an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_BYTES = 8 * 1024 * 1024
MAX_PROPERTY_CHARS = 64 * 1024
MAX_PROPERTIES = 10_000
MAX_EVENTS = 1_000
MAX_DEPTH = 4

_OBSERVANCE = frozenset(("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"))
_WHEN = frozenset(
    ("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE")
)
_WHOSE = frozenset(
    ("UID", "STATUS", "TRANSP", "CLASS", "SUMMARY", "DESCRIPTION", "ATTENDEE", "X-MICROSOFT-CDO-BUSYSTATUS")
) | {"X-OFFPLATE-BLOCK"}
ADDED_BY_PEOPLE = frozenset(("ATTENDEE", "LOCATION", "CATEGORIES", "COLOR"))
"""What an entry of ours never has."""
_KEPT = {
    "VCALENDAR": frozenset(),
    "VEVENT": _WHEN | _WHOSE | ADDED_BY_PEOPLE,
    "VALARM": frozenset(("TRIGGER", "X-APPLE-DEFAULT-ALARM")),
    "VTIMEZONE": frozenset(("TZID", "X-LIC-LOCATION")),
    "STANDARD": _OBSERVANCE,
    "DAYLIGHT": _OBSERVANCE,
}
_NOTHING: frozenset[str] = frozenset()
_CUT_WHEN_LONG = frozenset(("SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "COLOR"))

_HEAD_BYTES = 4 * MAX_PROPERTY_CHARS + 4

_NAME = re.compile(r"([A-Za-z0-9-]+)([;:])")
_PARAMETER = re.compile(r';?([A-Za-z0-9-]+)=((?:"[^"]*"|[^":;])*)([;:])')
_ESCAPED = re.compile(r"\\(.)")


class UnreadableEventError(ValueError):
    """An event that cannot be understood. `reason` is safe to log: it never quotes the event."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Property:
    """One content line: `value` as written (still escaped), parameter names in upper case."""

    name: str
    value: str
    parameters: dict[str, str]

    @property
    def text(self) -> str:
        """The value as TEXT, unescaped (RFC 5545 section 3.3.11)."""
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)

    @property
    def word(self) -> str:
        """The value of an enumeration, comparable: trimmed, in upper case."""
        return self.value.strip().upper()


@dataclass(frozen=True, slots=True)
class Component:
    """A BEGIN/END pair with the properties that were kept."""

    name: str
    properties: list[Property] = field(default_factory=list)
    children: list[Component] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def first(self, name: str) -> Property | None:
        return next((one for one in self.properties if one.name == name), None)

    def only(self, name: str) -> Property | None:
        """The property that may stand at most once.

        Raises:
            UnreadableEventError: it stands there twice.
        """
        found = self.all(name)
        if len(found) > 1:
            raise UnreadableEventError(f"has more than one {name}")
        return found[0] if found else None

    def word(self, name: str) -> str:
        """The enumeration `name` in upper case, empty when absent."""
        found = self.first(name)
        return found.word if found else ""

    def named(self, name: str) -> list[Component]:
        return [child for child in self.children if child.name == name]


def unfolded(text: str | bytes) -> bytes:
    """The text as UTF-8 bytes, one content line a line, without a byte order mark."""
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    for fold in (b"\r\n ", b"\r\n\t", b"\n ", b"\n\t"):
        raw = raw.replace(fold, b"")
    return raw


def parse(text: str | bytes) -> Component:
    """The VCALENDAR in `text`. Bytes that are not UTF-8 become U+FFFD: times are ASCII anyway.

    Raises:
        UnreadableEventError: it is not iCalendar, is cut off, or passes a limit.
    """
    if len(text) > MAX_BYTES:
        raise UnreadableEventError("is larger than 8 MB")
    tree = _Tree()
    for line in _lines(unfolded(text)):
        if (start := _NAME.match(line)) is None:
            continue
        name = start[1].upper()
        if name == "BEGIN":
            tree.open(line[start.end() :].strip().upper())
        elif name == "END":
            if (calendar := tree.close(line[start.end() :].strip().upper())) is not None:
                return calendar
        elif name in tree.kept_names and (found := _property(name, line, start)):
            tree.keep(found)
    raise UnreadableEventError("stops in the middle" if tree.stack else "is not iCalendar text")


class _Tree:
    """The components as they open and close, and the limits on how many there may be."""

    def __init__(self) -> None:
        self.stack: list[Component] = []
        self.kept_names = _NOTHING
        self._events = 0
        self._properties = 0

    def open(self, name: str) -> None:
        if not self.stack and name != "VCALENDAR":
            raise UnreadableEventError("is not iCalendar text")
        if len(self.stack) >= MAX_DEPTH:
            raise UnreadableEventError("is nested too deeply")
        self._events += name == "VEVENT"
        if self._events > MAX_EVENTS:
            raise UnreadableEventError(f"holds more than {MAX_EVENTS} events")
        component = Component(name)
        if self.stack:
            self.stack[-1].children.append(component)
        self.stack.append(component)
        self.kept_names = _KEPT.get(name, _NOTHING)

    def close(self, name: str) -> Component | None:
        """The whole calendar when this closes it."""
        if not self.stack or self.stack[-1].name != name:
            raise UnreadableEventError("closes its components in the wrong order")
        component = self.stack.pop()
        self.kept_names = _KEPT.get(self.stack[-1].name, _NOTHING) if self.stack else _NOTHING
        return None if self.stack else component

    def keep(self, found: Property) -> None:
        self._properties += 1
        if self._properties > MAX_PROPERTIES:
            raise UnreadableEventError("has too many properties")
        self.stack[-1].properties.append(found)


def _lines(raw: bytes) -> Iterator[str]:
    """Line by line, so that a large body is never held a second time as text."""
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start)
        end = len(raw) if end < 0 else end
        # A long line is an attachment we drop, or too long anyway: its head is enough to tell.
        head = raw[start : min(end, start + _HEAD_BYTES)]
        yield head.decode("utf-8", "replace").rstrip("\r")
        start = end + 1


def _property(name: str, line: str, start: re.Match[str]) -> Property | None:
    """The property on `line`, or `None` when its parameters are not well-formed."""
    if len(line) > MAX_PROPERTY_CHARS:
        if name not in _CUT_WHEN_LONG:
            raise UnreadableEventError(f"has a {name} longer than 64 KB")
        line = line[:MAX_PROPERTY_CHARS]
    parameters: dict[str, str] = {}
    at, closed_by = start.end(), start[2]
    while closed_by == ";":
        if (found := _PARAMETER.match(line, at)) is None:
            return None
        parameters[found[1].upper()] = found[2].replace('"', "")
        at, closed_by = found.end(), found[3]
    return Property(name, line[at:], parameters)
