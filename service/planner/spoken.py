"""Hours, days and small numbers as sentences carry them. Needs no library of dates, so that a plan from a
file starts at once."""

from __future__ import annotations

from collections.abc import Sequence

from service.planner.snapshot import Occurrence
from service.words import _


def clock(minute: int) -> str:
    """A time of day, `19:30`; past midnight the hour of the next day."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def when(occurrence: Occurrence) -> str:
    """`between 17:00 and 19:00 on Tuesday`"""
    hours = {"from": clock(occurrence.start), "to": clock(occurrence.end)}
    if len(occurrence.days) == 1:
        return _("between %(from)s and %(to)s on %(day)s") % {**hours, "day": day_name(occurrence.days[0])}
    return _("between %(from)s and %(to)s on the days it may happen") % hours


def day_name(day: int) -> str:
    """`Monday` for 0"""
    return (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    )[day]  # fmt: skip


def number_word(number: int) -> str:
    """Nought to twelve in words; above that people read figures."""
    words = (
        _("none"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"),
        _("nine"), _("ten"), _("eleven"), _("twelve"),
    )  # fmt: skip
    return words[number] if number < len(words) else str(number)


def counted(said: str, count: int, **others: int | str) -> str:
    """`four things move`, `one thing moves`, `31 things move`: `said` with its `number`."""
    return said % {"number": number_word(count), **others}


def begun(said: str) -> str:
    """As the beginning of a sentence."""
    return said[:1].upper() + said[1:]


def offered(offer: str, *, at: tuple[int, int] | None = None, needs: Sequence[str] = ()) -> str:
    """What could be, on which day and at what minute of it, and what that takes (two things at most)."""
    if at is not None:
        day, minute = at
        offer = _("%(offer)s on %(day)s at %(time)s") % {
            "offer": offer, "day": day_name(day), "time": clock(minute),
        }  # fmt: skip
    if not needs:
        return offer
    condition = needs[0]
    if len(needs) > 1:
        condition = _("%(one)s and %(other)s") % {"one": needs[0], "other": needs[1]}
    return _("%(offer)s if %(condition)s") % {"offer": offer, "condition": condition}
