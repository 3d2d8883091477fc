"""Weekly windows in a form: a row is some days, from and to, and the last row is a spare one.

The rows stand in `_parts.html` (`hours_rows`); a form may have several sets of them, told apart by name.
No script: what is to go has a box for that, and a save brings the next spare row. A window that ends before
it starts runs past midnight; 00:00 to 00:00 is the whole day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from service.dates import days_of_week
from service.domain.week import MINUTES_A_DAY, WeeklyWindow, clock_time, day_runs
from service.web.forms import Form
from service.words import _

_PARTS = ("days", "from", "to", "gone")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")


class HoursRefusedError(ValueError):
    """These rows are no windows yet; `problems` are sentences, all of them, and nothing was saved."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


@dataclass(frozen=True, slots=True)
class HoursRow:
    """As it stands in the form: `days` from 0 for Monday, both times as typed, `gone` to leave it out."""

    days: tuple[int, ...] = ()
    start: str = ""
    end: str = ""
    gone: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.days or self.start or self.end)


@dataclass(frozen=True, slots=True)
class Hours:
    """One set of rows under its name; the spare one at the end is empty."""

    name: str
    rows: tuple[HoursRow, ...]

    @property
    def day_names(self) -> list[tuple[int, str]]:
        return list(enumerate(days_of_week()))

    def windows(self) -> tuple[WeeklyWindow, ...]:
        """What the rows mean.

        Raises:
            HoursRefusedError: with everything that cannot be read; show these very rows with it.
        """
        problems: list[str] = []
        found: list[WeeklyWindow] = []
        for row in self.rows:
            if row.is_empty or row.gone:
                continue
            try:
                found += _windows(row)
            except HoursRefusedError as refused:
                problems += refused.problems
        if problems:
            raise HoursRefusedError(dict.fromkeys(problems))
        return tuple(found)


def hours_of(name: str, windows: Iterable[WeeklyWindow]) -> Hours:
    """The rows that show `windows`: those with the same times share one."""
    days_at: dict[tuple[str, str], set[int]] = {}
    for window in windows:
        later, start = divmod(window.start_minute, MINUTES_A_DAY)
        times = clock_time(start), clock_time(window.end_minute % MINUTES_A_DAY)
        days_at.setdefault(times, set()).update((day + later) % 7 for day in window.days)
    rows = [HoursRow(tuple(sorted(days)), *times) for times, days in days_at.items()]
    return _with_spare(name, sorted(rows, key=lambda row: (row.days, row.start)))


def typed_hours(form: Form, name: str) -> Hours:
    """The rows as they were sent, to be read with `windows` or shown again."""
    numbers = sorted({int(found[1]) for field, _value in form.fields if (found := _part_of(field, name))})
    rows = []
    for number in numbers:
        days = {int(day) for day in form.all(f"{name}-{number}-days") if re.fullmatch("[0-6]", day)}
        start, end = (form.text(f"{name}-{number}-{part}") for part in ("from", "to"))
        gone = form.one(f"{name}-{number}-gone") == "yes"
        rows.append(HoursRow(tuple(sorted(days)), start, end, gone))
    return _with_spare(name, [row for row in rows if not row.is_empty])


def fields_once(form: Form, *names: str) -> set[str]:
    """The fields of these rows that `Form.only` lets come once."""
    return {field for field in _fields(form, names) if not field.endswith("-days")}


def fields_many(form: Form, *names: str) -> set[str]:
    return {field for field in _fields(form, names) if field.endswith("-days")}


def _fields(form: Form, names: Iterable[str]) -> set[str]:
    return {field for field, _value in form.fields for name in names if _part_of(field, name)}


def _part_of(field: str, name: str) -> re.Match[str] | None:
    return re.fullmatch(rf"{re.escape(name)}-([0-9]{{1,2}})-(?:{'|'.join(_PARTS)})", field, re.ASCII)


def _with_spare(name: str, rows: Iterable[HoursRow]) -> Hours:
    return Hours(name, (*rows, HoursRow()))


def _windows(row: HoursRow) -> list[WeeklyWindow]:
    problems = []
    if not row.days:
        problems.append(_("Tick the days that %(start)s–%(end)s is about.") % _times(row))
    if not (row.start and row.end):
        names = days_of_week()
        days = ", ".join(names[day] for day in row.days)
        problems.append(
            _("Say from when to when on %(days)s.") % {"days": days} if days else _("Say from when to when.")
        )
    problems += [
        _("“%(text)s” is not a time of day; write it like 18:30.") % {"text": typed}
        for typed in (row.start, row.end)
        if typed and not _CLOCK.fullmatch(typed)
    ]
    if problems:
        raise HoursRefusedError(problems)
    start, end = _minute(row.start), _minute(row.end)
    if start == end != 0:
        ends = _("%(start)s–%(end)s ends when it starts; for the whole day write 00:00–00:00.")
        raise HoursRefusedError([ends % _times(row)])
    if end <= start:
        end += MINUTES_A_DAY
    return [WeeklyWindow(tuple(sorted(run)), start, end) for run in day_runs(row.days)]


def _times(row: HoursRow) -> dict[str, str]:
    return {"start": row.start or "…", "end": row.end or "…"}


def _minute(typed: str) -> int:
    hours, minutes = typed.split(":")[:2]
    return int(hours) * 60 + int(minutes)
