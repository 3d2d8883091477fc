"""Everything the home needs, and how often: the chore and its cadence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NewType
from zlib import crc32

from service.domain.household import PartnerId
from service.domain.week import Week, WeeklyMoment, WeeklyWindow

ChoreId = NewType("ChoreId", str)

Mode = Literal["whole", "alternating", "duty", "each", "both"]
Place = Literal["home", "out", "either"]
Shed = Literal["never", "shrink", "drop_last", "drop"]
"""What may happen in a small week: drop goes before drop_last, and that before what gets smaller."""
OnlyReason = Literal["breastfeeding", "licence", "medical", "legal"]
"""Why one of them alone can do something. "Not yet able" is none: that is learnt."""
Liking = Literal["like", "neutral", "dislike"]
MOST_DISLIKED = 5
"""Of each partner, so that each of them counts."""

RruleDates = Callable[[str, Week], list[date]]
"""The days of a week on which an RRULE falls; the rule's reader is passed in."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a chore comes: `times` in every `every_weeks`-th week, or monthly, or by an RRULE.

    `weekdays` limits it to those days, one occurrence on each (0 is Monday).
    """

    text: str
    times: int = 1
    every_weeks: int = 1
    monthly: bool = False
    weekdays: tuple[int, ...] = ()
    rrule: str | None = None

    @classmethod
    def parse(cls, text: str) -> Cadence:
        """`daily`, `weekdays`, `weekly`, `3/week`, `every 2 weeks`, `monthly`, or an RRULE.

        Raises:
            ValueError: with a sentence listing these forms.
        """
        plain = text.strip()
        fixed = {
            "daily": cls(plain, times=7, weekdays=tuple(range(7))),
            "weekdays": cls(plain, times=5, weekdays=tuple(range(5))),
            "weekly": cls(plain),
            "monthly": cls(plain, monthly=True),
        }
        if plain in fixed:
            return fixed[plain]
        if match := re.fullmatch(r"([1-7])/week", plain):
            return cls(plain, times=int(match[1]))
        if match := re.fullmatch(r"every ([1-9]|[1-4]\d|5[0-2]) weeks", plain):
            return cls(plain, every_weeks=int(match[1]))
        if plain.upper().startswith("FREQ="):
            return cls(plain, rrule=plain)
        raise ValueError(
            f"“{text}” is not a cadence; write daily, weekdays, weekly, 3/week, every 2 weeks, "
            "monthly or an RRULE such as FREQ=WEEKLY;BYDAY=TU,FR"
        )

    def days_in(self, week: Week, chore_id: str, rrule_dates: RruleDates) -> list[int | None]:
        """One item an occurrence in `week`: the weekday it is bound to, or `None` for any day.

        Rare cadences fall on a week derived from the chore's id, so that monthly chores do not all
        meet in one week; a month's first four Thursdays number its weeks (ISO 8601).
        """
        spread = crc32(chore_id.encode())
        if self.rrule:
            return [day.weekday() for day in rrule_dates(self.rrule, week)]
        if self.monthly:
            return [None] if (week.days[3].day - 1) // 7 == spread % 4 else []
        if (week.monday.toordinal() // 7 + spread) % self.every_weeks:
            return []
        return list(self.weekdays) if self.weekdays else [None] * self.times


@dataclass(frozen=True, slots=True)
class Chore:
    """Anything the home needs. `owner` holds it for good; `None` means nobody does yet.

    `effort_minutes` is for one occurrence; `thinking_weight` (0-3) is the noticing and planning.
    `blocked=False` counts in the share but never becomes an entry. `routine` names the block that
    this chore shares with others of the same owner and window. `standard` is what done means, in a line.
    `for_children`: not wanted while they are in their other home. `only_reason` is why one partner alone can
    do it, where the two have settled that; for breastfeeding `feed_gap_minutes` is how long it can wait,
    unless `bottle_is_fine`. `shorter_minutes` is how long it takes in its shorter form, in a small week.
    `alarm`: its entry rings ahead of it, since it must not be late or its person wants that.
    """

    id: ChoreId
    name: str
    owner: PartnerId | None
    effort_minutes: int
    cadence: Cadence
    windows: tuple[WeeklyWindow, ...]
    mode: Mode = "whole"
    at_home: Place = "home"
    thinking_weight: int = 0
    shed: Shed = "drop"
    only: tuple[PartnerId, ...] = ()
    liking: Mapping[PartnerId, Liking] = field(default_factory=dict)
    routine: str | None = None
    standard: str = ""
    usual: WeeklyMoment | None = None
    noisy: bool = False
    with_children: bool = True
    min_gap_days: int = 0
    blocked: bool = True
    needs: tuple[str, ...] = ()
    only_reason: OnlyReason | None = None
    for_children: bool = False
    feed_gap_minutes: int | None = None
    bottle_is_fine: bool = False
    shorter_minutes: int | None = None
    alarm: bool = False


def feed_gap_minutes(chores: Iterable[Chore], partner: PartnerId) -> int | None:
    """How long that partner can be off between two feeds that only they can give; None for as long as they
    like."""
    return min(
        (
            chore.feed_gap_minutes
            for chore in chores
            if chore.only == (partner,) and chore.only_reason == "breastfeeding"
            if chore.feed_gap_minutes is not None and not chore.bottle_is_fine
        ),
        default=None,
    )
