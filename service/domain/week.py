"""Weeks, weekly windows and weekly moments: how people say times, and the instants they mean.

Written forms are those of config.toml: `"Mon-Fri 17:00-19:30, Sat 08:00-12:00"`, `"Sun 20:30"`,
`"22:00-06:30"`, `"15m"`. A window whose end lies before its start runs past midnight. All of them
are in the household's own time zone; a wall time that a clock change skips is read with the offset
from before the change, and one that comes twice means the first (RFC 5545 section 3.3.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from service.domain.interval import Interval, union

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUTES_A_DAY = 24 * 60


def instant_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of `minute` minutes after local midnight of `day`; `minute` may pass 1440."""
    local_day = day + timedelta(days=minute // MINUTES_A_DAY)
    wall = time(*divmod(minute % MINUTES_A_DAY, 60))
    return datetime.combine(local_day, wall, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week by its Monday, written `2026-W48`.

    Raises:
        ValueError: the date given is not a Monday.
    """

    monday: date

    def __post_init__(self) -> None:
        if self.monday.weekday() != 0:
            raise ValueError(f"a week starts on a Monday, and {self.monday} is none")

    @classmethod
    def parse(cls, text: str) -> Week:
        """Raises ValueError unless `text` is an ISO week such as `2026-W48`."""
        match = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", text.strip())
        if not match:
            raise ValueError(f"“{text}” is not a week; write it like 2026-W48")
        return cls(date.fromisocalendar(int(match[1]), int(match[2]), 1))

    @classmethod
    def of(cls, day: date) -> Week:
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def at(cls, now: datetime, zone: ZoneInfo) -> Week:
        """The week that is running in `zone` at `now`."""
        return cls.of(now.astimezone(zone).date())

    @property
    def next(self) -> Week:
        return Week(self.monday + timedelta(days=7))

    @property
    def previous(self) -> Week:
        return Week(self.monday - timedelta(days=7))

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=n) for n in range(7)]

    def interval(self, zone: ZoneInfo) -> Interval:
        """Monday's midnight to the next Monday's, local; 167, 168 or 169 hours of true time."""
        return Interval(instant_of(self.monday, 0, zone), instant_of(self.monday, 7 * MINUTES_A_DAY, zone))

    def __str__(self) -> str:
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True, order=True)
class WeeklyMoment:
    """A weekday and a wall time, such as `Sun 20:30`. `day` 0 is Monday."""

    day: int
    minute: int

    @classmethod
    def parse(cls, text: str) -> WeeklyMoment:
        """Raises ValueError with a sentence when `text` is not like `Sun 20:30`."""
        match = re.fullmatch(r"([A-Za-z]{3}) +(\d{1,2}:\d{2})", text.strip())
        if not match:
            raise ValueError(f"“{text}” is not a moment; write it like Sun 20:30")
        return cls(_day(match[1]), _minute(match[2]))

    def in_week(self, week: Week, zone: ZoneInfo) -> datetime:
        return instant_of(week.days[self.day], self.minute, zone)

    def __str__(self) -> str:
        return f"{DAY_NAMES[self.day]} {clock_time(self.minute)}"


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """The same stretch on some weekdays. Minutes after local midnight; `end_minute` may pass 1440."""

    days: tuple[int, ...]
    start_minute: int
    end_minute: int

    def __str__(self) -> str:
        end = self.end_minute % MINUTES_A_DAY or MINUTES_A_DAY
        return f"{_day_list(self.days)} {clock_time(self.start_minute)}-{clock_time(end)}"


def parse_windows(text: str) -> tuple[WeeklyWindow, ...]:
    """Windows from `"Mon-Fri 17:00-19:30, Sat 08:00-12:00"`; without days it is every day.

    An end before its start runs past midnight.

    Raises:
        ValueError: with a sentence that quotes the part it could not read.
    """
    return tuple(_window(part) for part in text.split(","))


def windows_text(windows: Iterable[WeeklyWindow]) -> str:
    """The written form that `parse_windows` reads back."""
    return ", ".join(str(window) for window in windows)


def day_runs(days: Iterable[int]) -> list[tuple[int, ...]]:
    """Weekdays as runs that follow each other, each in its order: `(0, 1, 4)` is `(0, 1)` and `(4,)`.

    A run may pass from Sunday to Monday: `(0, 5, 6)` is `(5, 6, 0)`.
    """
    there = sorted(set(days))
    firsts = [day for day in there if (day - 1) % 7 not in there] or there[:1]
    return [
        tuple(takewhile(there.__contains__, ((first + n) % 7 for n in range(len(there))))) for first in firsts
    ]


def window_intervals(windows: Iterable[WeeklyWindow], week: Week, zone: ZoneInfo) -> list[Interval]:
    """All stretches of `windows` that touch `week`, those from the night before it included."""
    around = [week.monday + timedelta(days=n) for n in range(-1, 8)]
    whole = week.interval(zone)
    return [interval for interval in stretches_on(around, windows, zone) if interval.overlaps(whole)]


def stretches_on(days: Iterable[date], windows: Iterable[WeeklyWindow], zone: ZoneInfo) -> list[Interval]:
    """The stretches of `windows` that begin on these days, sorted and disjoint."""
    windows = tuple(windows)
    return union(
        Interval(start_at, end_at)
        for day in days
        for window in windows
        if day.weekday() in window.days
        and (start_at := instant_of(day, window.start_minute, zone))
        < (end_at := instant_of(day, window.end_minute, zone))
    )


def parse_duration(text: str) -> timedelta:
    """`"90s"`, `"15m"`, `"2h"`, `"3d"`. Raises ValueError with a sentence for anything else."""
    match = re.fullmatch(r"(\d+)\s*([smhd])", text.strip())
    if not match:
        raise ValueError(f"“{text}” is not a duration; write it like 15m, 2h or 3d")
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[match[2]]
    return timedelta(**{unit: int(match[1])})


def clock_time(minute: int) -> str:
    """`1110` -> `18:30`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _window(text: str) -> WeeklyWindow:
    match = re.fullmatch(
        r"(?:([A-Za-z]{3}(?:-[A-Za-z]{3})?) +)?(\d{1,2}:\d{2}) *[-–] *(\d{1,2}:\d{2})", text.strip()
    )
    if not match:
        raise ValueError(f"“{text.strip()}” is not a window; write it like Mon-Fri 17:00-19:30")
    start, end = _minute(match[2]), _minute(match[3])
    if start == end:
        raise ValueError(f"“{text.strip()}” ends when it starts; leave it out, or write 00:00-24:00")
    if end < start:
        end += MINUTES_A_DAY
    return WeeklyWindow(_days(match[1]) if match[1] else tuple(range(7)), start, end)


def _days(text: str) -> tuple[int, ...]:
    first, _, last = text.partition("-")
    start = _day(first)
    length = (_day(last) - start) % 7 if last else 0
    return tuple(sorted((start + n) % 7 for n in range(length + 1)))


def _day(name: str) -> int:
    for number, known in enumerate(DAY_NAMES):
        if name.capitalize() == known:
            return number
    raise ValueError(f"“{name}” is not a day; write Mon, Tue, Wed, Thu, Fri, Sat or Sun")


def _minute(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if minutes > 59 or hours * 60 + minutes > MINUTES_A_DAY:
        raise ValueError(f"“{text}” is not a time of day")
    return hours * 60 + minutes


def _day_list(days: tuple[int, ...]) -> str:
    run, *more = day_runs(days)
    if more:
        raise ValueError("a window's days are one run of days")
    return DAY_NAMES[run[0]] if len(run) == 1 else f"{DAY_NAMES[run[0]]}-{DAY_NAMES[run[-1]]}"
