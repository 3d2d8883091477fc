"""Dates and times as people read them, in the household's zone and with Babel's words.

Instants come in as UTC; nothing here knows what time it is now.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from service.domain.interval import Interval
from service.domain.week import Week

LOCALE = Locale("en", "GB")


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`21:30`"""
    return format_time(at.astimezone(zone), "HH:mm", locale=LOCALE)


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
    return format_date(day, "EEEE", locale=LOCALE)


def short_weekday(day: date) -> str:
    """`Thu`"""
    return format_date(day, "EEE", locale=LOCALE)


def short_day(day: date) -> str:
    """`Thu 3`"""
    return format_date(day, "EEE d", locale=LOCALE)


def long_day(day: date) -> str:
    """`Thursday 3 December`"""
    return format_date(day, "EEEE d MMMM", locale=LOCALE)


def first_day(week: Week) -> str:
    """`30 November`, by which people call the week."""
    return format_date(week.monday, "d MMMM", locale=LOCALE)
