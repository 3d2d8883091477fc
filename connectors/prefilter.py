"""A look at an event's text that costs microseconds: could it touch the window at all?

Of a full calendar one resource in five does. Reading the others properly is where the time goes,
so `ics.read` is only asked about what this module cannot rule out. It never says no when unsure.
"""

from __future__ import annotations

import re
from datetime import timedelta

from connectors.content_lines import MAX_BYTES, unfolded
from connectors.model import TimeRange
from connectors.recurrence import MAX_LENGTH

_EVENT = re.compile(rb"(?i)^BEGIN:VEVENT", re.MULTILINE)
_DATE = re.compile(rb"(?i)^(DTSTART|DTEND|DURATION|RDATE|RECURRENCE-ID|RRULE)[;:]([^\r\n]*)", re.MULTILINE)
_DAY = re.compile(rb":((?:19|20|21)\d{6})(?:T\d{6}Z?)?\s*$")
_UNTIL = re.compile(rb"(?i)\bUNTIL=((?:19|20|21)\d{6})")
_FOR_EVER = b"9999"
_MARGIN = timedelta(days=3)
"""More than zones and clock changes can move an event."""


def might_overlap(text: str | bytes, window: TimeRange) -> bool:
    """Whether `ics.read` could find an occurrence inside `window`; true when unsure.

    Looks behind BEGIN:VEVENT only: a VTIMEZONE has a DTSTART and an RRULE of its own.
    """
    if len(text) > MAX_BYTES:
        return True
    raw = unfolded(text)
    if (event := _EVENT.search(raw)) is None:
        return True
    days: list[bytes] = []
    slack = timedelta()
    for name, value in _DATE.findall(raw, event.end()):
        name = name.upper()
        if name == b"DURATION":
            slack = MAX_LENGTH
            continue
        if name in (b"RDATE", b"RECURRENCE-ID"):
            return True
        if name == b"RRULE":
            slack = MAX_LENGTH  # the last occurrence begins by UNTIL; how long it lasts we do not ask
            if b"UNTIL" not in value.upper():
                days.append(_FOR_EVER)
                continue
        found = (_UNTIL if name == b"RRULE" else _DAY).search(b":" + value)
        if found is None:
            return True
        days.append(found[1])
    if not days:
        return True
    earliest = f"{window.start_at - _MARGIN - slack:%Y%m%d}".encode()
    latest = f"{window.end_at + _MARGIN:%Y%m%d}".encode()
    return min(days) <= latest and earliest <= max(days)
