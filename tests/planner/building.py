"""One line per fact: small weeks for the planner's house rules.

Ana and Ben, Berlin, the week of Monday 2026-11-23. The children are at nursery on weekdays 08:00-16:00 and
asleep from 19:00 to 07:00; both adults may be planned 06:00-22:00 and are at home.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.interval import Interval, difference
from service.domain.plan import Block, Plan
from service.planner import Adult, Children, Occurrence, Responsibility, SelfCare, Snapshot, Window

WEEKS = Path(__file__).parent / "weeks"
SAMPLES = sorted(path.stem for path in WEEKS.glob("*-*.json"))
MONDAY = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/Berlin")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def sample(name: str) -> dict[str, Any]:
    """The sample week as it stands in its file."""
    week: dict[str, Any] = json.loads((WEEKS / f"{name}.json").read_text())
    return week


def reference() -> dict[str, Any]:
    return sample("reference")


def at(text: str) -> datetime:
    """`"Tue 18:30"` of the week, as an instant."""
    day, clock = text.split()
    hour, minute = (int(part) for part in clock.split(":"))
    midnight = MONDAY + timedelta(days=DAYS.index(day) + hour // 24)
    return datetime(midnight.year, midnight.month, midnight.day, hour % 24, minute, tzinfo=ZONE).astimezone(
        UTC
    )


def on(*texts: str) -> tuple[Interval, ...]:
    """`"Tue 18:30-19:00"` as intervals; `"daily 06:00-22:00"` for all seven days."""
    found: list[Interval] = []
    for text in texts:
        name, hours = text.split()
        start, end = hours.split("-")
        days = DAYS if name == "daily" else (name,)
        found += [Interval(at(f"{day} {start}"), at(f"{day} {end}")) for day in days]
    return tuple(found)


def local(instant: datetime) -> str:
    """The inverse of `at`."""
    there = instant.astimezone(ZONE)
    return f"{DAYS[there.weekday()]} {there:%H:%M}"


def an_adult(name: str, **facts: Any) -> Adult:
    busy = facts.pop("busy", ())
    usual = Adult(
        id=name.lower(),
        name=name,
        state="fine",
        offered_min=600,
        capacity_min=600,
        day_limit_min=300,
        ledger_min=0,
        may_be_planned=tuple(difference(on("daily 06:00-22:00"), busy)),
        at_home=tuple(difference(on("daily 00:00-24:00"), busy)),
        busy=busy,
    )
    return replace(usual, **facts)


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def a_time(days: str = "daily", hours: str = "08:00-21:00", usual: str | None = None) -> Occurrence:
    listed = tuple(range(7)) if days == "daily" else tuple(DAYS.index(day) for day in days.split(","))
    start, end = hours.split("-")
    return Occurrence(listed, minutes(start), minutes(end), DAYS.index(usual) if usual else listed[0])


def a_chore(name: str, *times: Occurrence, **facts: Any) -> Responsibility:
    usual = Responsibility(
        id=name.lower().replace(" ", "-"),
        title=name,
        priority=1,
        minutes=30,
        mental_min=0,
        at_home=True,
        with_children_ok=True,
        noisy=False,
        eligible=("ana", "ben"),
        previous="ana",
        burden_percent={"ana": 100, "ben": 100},
        usual_min=17 * 60,
        occurrences=times or (a_time(),),
    )
    return replace(usual, **facts)


def a_wish(name: str, days: str = "Thu", hours: str = "18:00-22:00", **facts: Any) -> SelfCare:
    time = a_time(days, hours)
    usual = SelfCare(name.lower(), 90, (Window(time.days, time.start, time.end),), 19 * 60, time.days[0])
    return replace(usual, **facts)


def a_week(*chores: Responsibility, **facts: Any) -> Snapshot:
    weekdays = [f"{day} {hours}" for day in DAYS[:5] for hours in ("00:00-08:00", "16:00-24:00")]
    usual = Snapshot(
        name="a week",
        tz="Europe/Berlin",
        monday=MONDAY,
        adults=(an_adult("Ana"), an_adult("Ben")),
        children=Children(
            home=on(*weekdays, "Sat 00:00-24:00", "Sun 00:00-24:00"),
            awake=on(
                *(f"{day} {hours}" for day in DAYS[:5] for hours in ("07:00-08:00", "16:00-19:00")),
                "Sat 07:00-19:00",
                "Sun 07:00-19:00",
            ),
        ),
        quiet=on("daily 00:00-07:00", "daily 19:00-24:00"),
        responsibilities=chores,
    )
    return replace(usual, **facts)


def block(plan: Plan, chore: str, occurrence: int = 0) -> Block:
    return next(b for b in plan.blocks if (b.responsibility, b.occurrence) == (chore, occurrence))


def starts(plan: Plan, chore: str) -> list[str]:
    """Local starts of a chore's blocks, in the order of its occurrences."""
    found = sorted((b for b in plan.blocks if b.responsibility == chore), key=lambda b: b.occurrence)
    return [local(b.interval.start_at) for b in found]
