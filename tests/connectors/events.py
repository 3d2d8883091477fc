"""Events in one line each: iCalendar text for tests, and the window they are read in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from connectors import ics
from connectors.model import EntryDraft, TimeRange

DATA = Path(__file__).parent / "data"
WINDOW = TimeRange(datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC))
"""Five weeks across the end of summer time, in Europe (25 October) and in America (1 November)."""


def vevent(*lines: str, uid: str = "one@test") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"))


def vcalendar(*parts: str) -> str:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *parts, "END:VCALENDAR", ""))


def an_event(*lines: str) -> str:
    """A resource with one VEVENT of these lines."""
    return vcalendar(vevent(*lines))


def a_series(master: tuple[str, ...], *changed: tuple[str, ...]) -> str:
    """A resource with a master and its changed occurrences."""
    return vcalendar(*(vevent(*lines) for lines in (master, *changed)))


def reading(text: str | bytes, *, zone: str = "Europe/Berlin", me: tuple[str, ...] = ()) -> ics.EventReading:
    return ics.read(text, window=WINDOW, time_zone=zone, addresses=me)


def spans(times: tuple[TimeRange, ...]) -> list[str]:
    """`10-05 07:00/08:00` in UTC, the second day named only when it is another."""
    return [
        f"{time.start_at:%m-%d %H:%M}/"
        + time.end_at.strftime("%H:%M" if time.start_at.date() == time.end_at.date() else "%m-%d %H:%M")
        for time in times
    ]


def a_draft(**changes: object) -> EntryDraft:
    plain: dict[str, object] = {
        "uid": "0gn7pjc7l7pvlica5rgmnn5vfkvmo5no@offplate",
        "title": "Close-down: kitchen, bottles, bag",
        "description": "Done means: the kitchen is dark.\n\nYour week: https://offplate.test/week",
        "time": TimeRange(datetime(2026, 11, 3, 19, tzinfo=UTC), datetime(2026, 11, 3, 19, 45, tzinfo=UTC)),
        "busy": False,
        "private": False,
        "mark": "close-down.2.0",
    }
    return EntryDraft(**(plain | changes))  # type: ignore[arg-type]
