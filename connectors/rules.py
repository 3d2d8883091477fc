"""The guard before every expansion: an RRULE is understood and bounded, or refused.

Every expander hangs on some rule; 32 bytes are enough for an hour of computing. So a rule is
checked here, on its text, and handed on only in a form whose cost is known (RFC 5545 section 3.3.10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import prod

from dateutil.rrule import rrulestr

from connectors.content_lines import UnreadableEventError

MAX_INTERVAL = 1000
MAX_COMBINATIONS = 366
ENDLESS_COUNT = 20_000
"""A COUNT above this (54 years of days) is read as "for ever"."""

COARSE = frozenset(("HOURLY", "MINUTELY", "SECONDLY"))
_FREQUENCIES = COARSE | {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_RANGES = {
    "BYSECOND": (0, 60),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (-366, 366),
}
_ZERO_ALLOWED = frozenset(("BYSECOND", "BYMINUTE", "BYHOUR"))
_DAY_ANCHORS = ("BYMONTHDAY", "BYDAY", "BYYEARDAY", "BYWEEKNO")
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d{1,10}")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")


@dataclass(frozen=True, slots=True)
class Until:
    """The last moment of a rule as written: a date (`at` is its midnight), a local time or UTC."""

    at: datetime
    is_date: bool
    is_utc: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule within the limits. `parts` are its BY-lists and WKST, as written."""

    frequency: str
    interval: int
    count: int | None
    until: Until | None
    parts: tuple[tuple[str, str], ...]

    @property
    def coarse(self) -> bool:
        """Whether it repeats more often than daily: shown as days, never expanded."""
        return self.frequency in COARSE

    def text(self, until: datetime) -> str:
        """The rule ending at `until` (local time, as its DTSTART) in place of COUNT and UNTIL."""
        head = f"FREQ={self.frequency};INTERVAL={self.interval};UNTIL={until:%Y%m%dT%H%M%S}"
        return ";".join((head, *(f"{name}={value}" for name, value in self.parts)))

    def last_start(self, first: datetime, horizon: datetime) -> datetime:
        """COUNT as a moment: the start of the last one, or `horizon` when that is not reached."""
        if self.count is None:
            return horizon
        starts = iter(rrulestr(self.text(horizon), dtstart=first))
        return next(islice(starts, self.count - 1, None), horizon)

    def forwarded(self, first: datetime, near: datetime) -> tuple[Rule, datetime]:
        """The same rule from a later first start, at most one interval before `near`.

        Saves walking through all the years since 1990. Right only for what lies after `near`, and
        only once COUNT has become an end; the new start itself need not be on the rule.
        """
        if near <= first:
            return self, first
        if self.frequency in ("DAILY", "WEEKLY"):
            days = self.interval * (7 if self.frequency == "WEEKLY" else 1)
            return self, first + (near - first) // timedelta(days=days) * timedelta(days=days)
        months = self.interval * (12 if self.frequency == "YEARLY" else 1)
        passed = (near.year - first.year) * 12 + near.month - first.month - 1
        if passed < months:
            return self, first
        count = first.year * 12 + first.month - 1 + passed // months * months
        # What DTSTART said about the day has to be said by the rule before DTSTART may move.
        parts = dict(self.parts)
        if not any(name in parts for name in _DAY_ANCHORS):
            parts["BYMONTHDAY"] = str(first.day)
            if self.frequency == "YEARLY":
                parts.setdefault("BYMONTH", str(first.month))
        month = 1 if self.frequency == "YEARLY" else count % 12 + 1
        return replace(self, parts=tuple(parts.items())), first.replace(year=count // 12, month=month, day=1)


def read_rule(text: str) -> Rule:
    """The rule in an RRULE value.

    COUNT and UNTIL together are against the RFC; UNTIL counts then.

    Raises:
        UnreadableEventError: a part is unknown, out of range or repeated, or the BY-lists multiply
            to more than `MAX_COMBINATIONS`.
    """
    parts: dict[str, str] = {}
    for part in text.strip().upper().strip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in parts:
            raise UnreadableEventError("has a malformed RRULE")
        parts[name] = value
    frequency = parts.pop("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise UnreadableEventError("has an RRULE with an unknown FREQ")
    interval = _number("INTERVAL", parts.pop("INTERVAL", "1"), 1, MAX_INTERVAL)
    until = _until(parts.pop("UNTIL")) if "UNTIL" in parts else None
    count: int | None = None
    if "COUNT" in parts:
        count = _number("COUNT", parts.pop("COUNT"), 1, 10**10)
        if until is not None or count > ENDLESS_COUNT:
            count = None
    sizes = [_list_size(name, value) for name, value in parts.items() if name != "WKST"]
    if prod(sizes) > MAX_COMBINATIONS:
        raise UnreadableEventError("has an RRULE with too many combinations")
    if "WKST" in parts and (not (day := _WEEKDAY.fullmatch(parts["WKST"])) or day[1]):
        raise UnreadableEventError("has an RRULE with a bad WKST")
    return Rule(frequency, interval, count, until, tuple(parts.items()))


def _list_size(name: str, value: str) -> int:
    items = value.split(",")
    if name == "BYDAY":
        days = [_WEEKDAY.fullmatch(item) for item in items]
        if not all(day and (day[1] is None or 1 <= abs(int(day[1])) <= 53) for day in days):
            raise UnreadableEventError("has an RRULE with a bad BYDAY")
        return len(items)
    if name not in _RANGES:
        raise UnreadableEventError("has an RRULE with an unknown part")
    if name in ("BYSECOND", "BYMINUTE") and len(items) > 1:
        raise UnreadableEventError(f"has an RRULE with a list in {name}")
    for item in items:
        if _number(name, item, *_RANGES[name]) == 0 and name not in _ZERO_ALLOWED:
            raise UnreadableEventError(f"has an RRULE with a zero in {name}")
    # BYSETPOS picks among combinations, it makes none.
    return 1 if name == "BYSETPOS" else len(items)


def _number(name: str, text: str, low: int, high: int) -> int:
    if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
        raise UnreadableEventError(f"has an RRULE with {name} out of range")
    return int(text)


def _until(text: str) -> Until | None:
    if (found := _UNTIL.fullmatch(text)) is None:
        raise UnreadableEventError("has an RRULE with a malformed UNTIL")
    try:
        day = date.fromisoformat(found[1])
        clock = time.fromisoformat(found[2]) if found[2] else time()
    except ValueError:
        raise UnreadableEventError("has an RRULE with an impossible UNTIL") from None
    if day.year > 2200:
        return None  # "99991231" is how some producers spell "for ever"
    at = datetime.combine(max(day, date(1800, 1, 1)), clock)
    return Until(at, is_date=found[2] is None, is_utc=bool(found[3]))
