"""Five weeks of busy time out of 2,000 events: ours against the two libraries alone, in one run.

    python -m bench.ics

Prints a table; fails when the two do not find the same occurrences, or when a goal is missed: 0.6 s of
computing for all of them, 5 ms after one has changed.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from connectors import ics
from connectors.model import TimeRange
from connectors.times import merged

RESOURCES = 2_000
ROUNDS = 3
GOAL_SECONDS = 0.6
GOAL_SECONDS_CHANGED = 0.005
HOME = "Europe/Berlin"
WINDOW = TimeRange(datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC))
ZONES = ("Europe/Berlin", "Europe/Berlin", "Europe/Berlin", "America/New_York", "UTC")
RULES = ("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=DAILY", "FREQ=MONTHLY", "FREQ=WEEKLY;BYDAY=MO,WE,FR")


def vtimezone(name: str) -> str:
    """The zone as clients send it along, in full since 1970."""
    zone = icalendar.Timezone.from_tzid(name, first_date=date(1970, 1, 1), last_date=date(1997, 1, 1))
    text: str = zone.to_ical().decode()
    return text.strip()


def family_calendar(seed: int = 7) -> list[str]:
    """Years of a family's life: 15 % series, some with changes; 11 % all day; three zones."""
    chance = random.Random(seed)
    zones = {name: vtimezone(name) for name in set(ZONES) - {"UTC"}}
    return [_resource(chance, number, zones) for number in range(RESOURCES)]


def _resource(chance: random.Random, number: int, zones: dict[str, str]) -> str:
    name = chance.choice(ZONES)
    start = datetime(2023, 1, 2, tzinfo=UTC) + timedelta(
        days=chance.randrange(1460), hours=chance.randrange(7, 21), minutes=15 * chance.randrange(4)
    )
    end = start + timedelta(minutes=chance.choice((30, 60, 90, 120)))
    all_day = chance.random() < 0.11
    if all_day:
        end = start + timedelta(days=2)

    def spelled(name_of_property: str, at: datetime) -> str:
        if all_day:
            return f"{name_of_property};VALUE=DATE:{at:%Y%m%d}"
        zoned = f":{at:%Y%m%dT%H%M%S}Z" if name == "UTC" else f";TZID={name}:{at:%Y%m%dT%H%M%S}"
        return name_of_property + zoned

    lines = [spelled("DTSTART", start), spelled("DTEND", end)]
    changed: list[str] = []
    if number % 7 == 0:
        rule = chance.choice(RULES)
        lines.append(f"RRULE:{rule}" + chance.choice(("", ";COUNT=30", f";UNTIL={start:%Y}1231T230000Z")))
        slots = [start + timedelta(weeks=2 * week) for week in range(1, 60)]
        if chance.random() < 0.3:
            lines += [spelled("EXDATE", slot) for slot in chance.sample(slots, 2)]
        if chance.random() < 0.25 and not all_day:
            slot = chance.choice(slots)
            moved = [spelled("RECURRENCE-ID", slot), spelled("DTSTART", slot + timedelta(hours=3))]
            changed = [*_event(number, [*moved, "DURATION:PT45M"])]
    parts = [zones[name]] if name in zones else []
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Offplate//bench//EN", *parts]
    return "\r\n".join([*head, *_event(number, lines), *changed, "END:VCALENDAR", ""])


def _event(number: int, lines: list[str]) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{number:08}@bench.test",
        "DTSTAMP:20260901T080000Z",
        "CREATED:20260901T080000Z",
        "LAST-MODIFIED:20260901T080000Z",
        f"SUMMARY:Event number {number}",
        "DESCRIPTION:" + "A few words about it\\, as people write them.\\n" * 4,
        "LOCATION:At home",
        "STATUS:CONFIRMED",
        "SEQUENCE:0",
        *lines,
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Reminder\r\nEND:VALARM",
        "END:VEVENT",
    ]


def ours(texts: list[str]) -> Iterator[TimeRange]:
    for text in texts:
        if ics.might_overlap(text, WINDOW):
            yield from ics.read(text, window=WINDOW, time_zone=HOME).times


def without_prefilter(texts: list[str]) -> Iterator[TimeRange]:
    for text in texts:
        yield from ics.read(text, window=WINDOW, time_zone=HOME).times


def libraries(texts: list[str]) -> Iterator[TimeRange]:
    home = ZoneInfo(HOME)
    for text in texts:
        query = recurring_ical_events.of(icalendar.Calendar.from_ical(text))
        # A day more on both sides: all-day events have no zone for the library.
        for event in query.between(WINDOW.start_at - timedelta(days=1), WINDOW.end_at + timedelta(days=1)):
            start, end = (_instant(moment, home) for moment in (event.start, event.end))
            if start < end and start < WINDOW.end_at and WINDOW.start_at < end:
                yield TimeRange(start, end)


def _instant(moment: date, home: ZoneInfo) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, tzinfo=home)


def best(way: Callable[[list[str]], Iterator[TimeRange]], texts: list[str]) -> tuple[float, list[TimeRange]]:
    """Computing seconds of the quickest of `ROUNDS`, and what was found."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        found = sorted(way(texts))
        seconds.append(time.process_time() - began)
    return min(seconds), found


def after_one_change(texts: list[str]) -> tuple[float, float]:
    """Median computing seconds to read one changed series, and to join it to the busy time of all.

    The others are remembered as occurrences, as between two polls, so only the changed one is read.
    """
    remembered = [list(ours([text])) for text in texts]
    reading, joining = [], []
    for number in (n for n, text in enumerate(texts) if "RRULE:" in text):
        began = time.process_time()
        remembered[number] = list(ours([texts[number]]))
        read = time.process_time()
        merged((busy for times in remembered for busy in times), within=WINDOW)
        reading.append(read - began)
        joining.append(time.process_time() - read)
    return statistics.median(reading), statistics.median(joining)


def _goal(what: str, seconds: float, goal: float) -> bool:
    kept = seconds <= goal
    print(f"{what}: {seconds * 1000:.1f} ms, goal {goal * 1000:g} ms {'kept' if kept else 'missed'}")
    return kept


def main() -> int:
    texts = family_calendar()
    reference_seconds, reference = best(libraries, texts)
    left = sum(ics.might_overlap(text, WINDOW) for text in texts)
    series = sum("RRULE:" in text for text in texts)
    size = sum(map(len, texts)) / 1e6
    print(f"{RESOURCES} resources, {series} series, {size:.1f} MB, {left} left by the prefilter\n")
    print(f"{'way':<42}{'seconds':>9}{'ratio':>8}{'found':>8}")
    print(f"{'icalendar + recurring-ical-events':<42}{reference_seconds:>9.2f}{1:>8.1f}{len(reference):>8}")
    for name, way in (("read, without the prefilter", without_prefilter), ("prefilter + read", ours)):
        seconds, found = best(way, texts)
        print(f"{name:<42}{seconds:>9.2f}{reference_seconds / seconds:>8.1f}{len(found):>8}")
        if found != reference:
            raise SystemExit(f"{name}: finds other occurrences than the libraries")
    print()
    kept = _goal("cold", seconds, GOAL_SECONDS)
    reading, joining = after_one_change(texts)
    kept &= _goal("after one change", reading, GOAL_SECONDS_CHANGED)
    print(f"joined to the busy time of all: {joining * 1000:.1f} ms")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
