"""Read one JSON object field by field, noting every defect with its place.

Used by `service.planner.parse` alone; knows types and ranges, nothing of households.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from service.domain.interval import Interval, union

ABSENT = object()


class Fields:
    """One JSON object being read. A bad field is noted and a harmless value stands in, so that the
    reading goes on to the next problem."""

    def __init__(self, value: Any, place: str, problems: list[str]) -> None:
        self._place = place
        self._problems = problems
        self._left: dict[str, Any] = {}
        if isinstance(value, Mapping):
            self._left = dict(value)
        else:
            self.note("", "must be an object")

    def note(self, name: str, what: str) -> None:
        dot = "." if self._place and name else ""
        self._problems.append(f"{self._place}{dot}{name or ('' if self._place else 'file')}: {what}")

    def take(self, name: str, default: Any) -> Any:
        return self._left.pop(name, default)

    def close(self) -> None:
        for name in sorted(self._left):
            self.note(name, "unknown field")

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int:
        value = self.take(name, ABSENT if default is None else default)
        if type(value) is int and low <= value <= high:
            return value
        self._refuse(name, value, f"must be a whole number from {low} to {high}")
        return max(low, 0)

    def choice(self, name: str, allowed: tuple[Any, ...], default: Any = ABSENT) -> Any:
        value = self.take(name, default)
        if any(value is option or (isinstance(value, str) and value == option) for option in allowed):
            return value
        written = ", ".join("null" if a is None else str(a).lower() for a in allowed)
        self._refuse(name, value, f"must be one of {written}")
        return allowed[0]

    def text(self, name: str, default: Any = ABSENT) -> str:
        value = self.take(name, default)
        if isinstance(value, str) and (value or default == ""):
            return value
        self._refuse(name, value, "must be a text that is not empty")
        return ""

    def text_or_null(self, name: str) -> str | None:
        value = self.take(name, None)
        if value is None or (isinstance(value, str) and value):
            return value
        self.note(name, "must be a text or null")
        return None

    def texts(self, name: str, optional: bool = False) -> tuple[str, ...]:
        value = self.take(name, [] if optional else ABSENT)
        if is_list(value) and all(isinstance(one, str) for one in value):
            return tuple(sorted(set(value)))
        self._refuse(name, value, "must be a list of texts")
        return ()

    def days(self, name: str, optional: bool = False) -> tuple[int, ...]:
        value = self.take(name, [] if optional else ABSENT)
        known = is_list(value) and all(type(one) is int and 0 <= one <= 6 for one in value)
        if known and (value or optional):
            return tuple(sorted(set(value)))
        self._refuse(name, value, "must be a list of days from 0 (Monday) to 6")
        return () if optional else (0,)

    def objects(self, name: str, optional: bool = False) -> list[Fields]:
        value = self.take(name, [] if optional else ABSENT)
        if not is_list(value):
            self._refuse(name, value, "must be a list")
            return []
        prefix = f"{self._place}." if self._place else ""
        return [Fields(one, f"{prefix}{name}[{n}]", self._problems) for n, one in enumerate(value)]

    def instant(self, name: str) -> datetime | None:
        value = self.take(name, None)
        if value is None:
            return None
        at = instant_of(value)
        if at is None:
            self.note(name, "must be an instant with its offset, like 2026-11-23T17:00:00+00:00")
        return at

    def intervals(self, name: str, optional: bool = False) -> tuple[Interval, ...]:
        value = self.take(name, [] if optional else ABSENT)
        if not is_list(value):
            self._refuse(name, value, "must be a list of [from, to] pairs")
            return ()
        read = []
        for n, pair in enumerate(value):
            ends = [instant_of(end) for end in pair] if is_list(pair) and len(pair) == 2 else []
            if len(ends) == 2 and ends[0] and ends[1] and ends[0] < ends[1]:
                read.append(Interval(ends[0], ends[1]))
            else:
                self.note(f"{name}[{n}]", "must be two instants with offsets, the first before the second")
        return tuple(union(read))

    def minutes_by_day(self, name: str) -> dict[int, int]:
        value = self.take(name, {})
        days = {str(day): day for day in range(7)}
        if isinstance(value, Mapping) and all(
            day in days and type(minutes) is int and 0 <= minutes <= 1440 for day, minutes in value.items()
        ):
            return {days[day]: minutes for day, minutes in sorted(value.items())}
        self.note(name, 'must give days from "0" (Monday) to "6" whole numbers from 0 to 1440')
        return {}

    def burdens(self, name: str) -> dict[str, int]:
        value = self.take(name, {})
        if isinstance(value, Mapping) and all(type(v) is int and 0 <= v <= 1000 for v in value.values()):
            return dict(sorted(value.items()))
        self.note(name, "must give each adult a percentage from 0 to 1000")
        return {}

    def instants_by_name(self, name: str) -> dict[str, datetime]:
        value = self.take(name, {})
        read = (
            {who: instant_of(at) for who, at in value.items()} if isinstance(value, Mapping) else {"": None}
        )
        found = {who: at for who, at in sorted(read.items()) if at is not None}
        if len(found) < len(read):
            self.note(name, "must give an adult an instant with its offset")
        return found

    def _refuse(self, name: str, value: Any, what: str) -> None:
        self.note(name, "is missing" if value is ABSENT else what)


def is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def instant_of(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return None if at.tzinfo is None else at.astimezone(UTC)
