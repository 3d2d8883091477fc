"""Dates and times as people read them, in the household's zone and with Babel's words.

Each pattern is a sentence of the catalogue, so that a translation has its own order and marks. Instants
come in as UTC; nothing here knows what time it is now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_time

from service.domain.interval import Interval
from service.domain.week import MINUTES_A_DAY, Week, WeeklyMoment, WeeklyWindow, day_runs
from service.words import _, language


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`21:30`"""
    # Translators: a CLDR date pattern, in the order of your language.
    return format_time(at.astimezone(zone), _("HH:mm"), locale=_locale())


def span(interval: Interval, zone: ZoneInfo) -> str:
    """`19:00–20:30`"""
    return f"{clock(interval.start_at, zone)}–{clock(interval.end_at, zone)}"


def day_span(interval: Interval, zone: ZoneInfo) -> str:
    """`Thu 19:00–20:30`"""
    return f"{short_weekday(interval.start_at.astimezone(zone).date())} {span(interval, zone)}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """`Sunday 21:30`"""
    return f"{weekday(at.astimezone(zone).date())} {clock(at, zone)}"


def weekday(day: date) -> str:
    """`Thursday`"""
    return format_date(day, "EEEE", locale=_locale())


def short_weekday(day: date) -> str:
    """`Thu`"""
    return format_date(day, "EEE", locale=_locale())


def short_day(day: date) -> str:
    """`Thu 3`"""
    # Translators: a CLDR date pattern, in the order of your language.
    return format_date(day, _("EEE d"), locale=_locale())


def long_day(day: date) -> str:
    """`Thursday 3 December`"""
    # Translators: a CLDR date pattern, in the order of your language.
    return format_date(day, _("EEEE d MMMM"), locale=_locale())


def first_day(week: Week) -> str:
    """`30 November`, by which people call the week."""
    # Translators: a CLDR date pattern, in the order of your language.
    return format_date(week.monday, _("d MMMM"), locale=_locale())


def days_of_week() -> list[str]:
    """`Mon` to `Sun`."""
    monday = date(2026, 1, 5)
    return [short_weekday(monday + timedelta(days=n)) for n in range(7)]


def weekly_moment(moment: WeeklyMoment) -> str:
    """`Sun 20:30`"""
    return f"{days_of_week()[moment.day]} {_wall(moment.minute)}"


def weekly(windows: Iterable[WeeklyWindow]) -> str:
    """`Mon–Fri 18:00–21:00, Sat 08:00–12:00`; of every day `22:00–06:30`."""
    return ", ".join(_weekly(window) for window in windows)


def _weekly(window: WeeklyWindow) -> str:
    names = days_of_week()
    runs = [
        names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}"
        for run in day_runs(window.days)
        if len(run) < len(names)
    ]
    start, end = (_wall(minute) for minute in (window.start_minute, window.end_minute))
    return " ".join([*runs, f"{start}–{end}"])


def _wall(minute: int) -> str:
    # Translators: a CLDR date pattern, in the order of your language.
    return format_time(time(*divmod(minute % MINUTES_A_DAY, 60)), _("HH:mm"), locale=_locale())


def in_hours(minutes: int) -> str:
    """`45 min`, `4 h`, `1 h 30 min`"""
    hours, left = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": left}
    if not left:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": left}


def country_of(zone: ZoneInfo) -> str | None:
    """The country a zone is named for, as two letters (ISO 3166-1); `None` for UTC and its like."""
    country = get_global("zone_territories").get(zone.key)
    return country if country and country.isalpha() and country != "ZZ" else None


def _locale() -> Locale:
    return _parsed(language().locale)


@cache
def _parsed(locale: str) -> Locale:
    return Locale.parse(locale)
