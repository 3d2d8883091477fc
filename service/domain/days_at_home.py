"""Days on which the children are at home though they would be out, and who of the two stays with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zlib import crc32

from service.domain.household import PartnerId
from service.domain.interval import Interval
from service.domain.questions import FIRST_AT_ONCE
from service.domain.week import Week

UNDO_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HomeTurn:
    """Who stays at home with them for a stretch of one local `day`: a partner, a sitter in their hours, or
    `None` where no calendar has room."""

    day: date
    interval: Interval
    who: str | None
    said_yes: tuple[PartnerId, ...] = ()

    @property
    def key(self) -> str:
        """Unique among the turns of a household: `2026-12-02.0730`, by UTC."""
        return f"{self.day}.{self.interval.start_at:%H%M}"

    def stands(self, partners: Collection[PartnerId]) -> bool:
        """Whether everybody has said yes to it; until then it is a proposal."""
        return self.who is not None and set(partners) <= set(self.said_yes)


@dataclass(frozen=True, slots=True)
class DaysAtHome:
    """From `first_on` to `last_on`, both local days; none once the last lies before the first.

    Until `undo_until_at` it can be taken back whole: `before` holds each published week that it changed, and
    its snapshot, by the week's name; `changed_to_at` is when the plan was made that came of it. `taken_back`:
    that is being done. Kept until the week of its last day is over, and nowhere else.
    """

    said_by: PartnerId
    said_at: datetime
    first_on: date
    last_on: date
    turns: tuple[HomeTurn, ...] = ()
    undo_until_at: datetime | None = None
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    changed_to_at: Mapping[str, datetime] = field(default_factory=dict)
    taken_back: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing is left of it but to put the weeks right."""
        return self.taken_back or self.last_on < self.first_on

    def days_in(self, week: Week) -> frozenset[int]:
        """Its days in that week, 0 for Monday."""
        if self.taken_back:
            return frozenset()
        return frozenset(n for n, day in enumerate(week.days) if self.first_on <= day <= self.last_on)

    def mended(self, week: Week, made_at: datetime, now_made_at: datetime) -> DaysAtHome:
        """As it is after the week that came of it was mended: taken back, it is mended anew from before."""
        if self.changed_to_at.get(str(week)) != made_at:
            return self
        return replace(self, changed_to_at={**self.changed_to_at, str(week): now_made_at})

    @property
    def mail_sequence(self) -> int:
        """What tells its mail from others of the week; it does not wait for another day."""
        return FIRST_AT_ONCE + crc32(f"at home {self.said_at.isoformat()}".encode()) % 1_000_000_000

    def may_be_undone(self, now: datetime) -> bool:
        return not self.taken_back and self.undo_until_at is not None and now < self.undo_until_at
