"""Time that a spent partner is off duty, from one tap until the next morning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zlib import crc32

from service.domain.household import PartnerId
from service.domain.interval import Interval
from service.domain.questions import FIRST_AT_ONCE
from service.domain.week import Week

UNDO_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OffTime:
    """`partner` is off during `interval`, at most once from a local `day`; `cover` is on duty meanwhile.

    `cover` is `None` where nobody can be, or where both are spent. Entries end at `entry_until`, when quiet
    hours begin: a night needs none. `passed` are the keys of the blocks that the other took over,
    `unplaced` of those that found no taker. `before` holds the published plan that it changed, and its
    snapshot, for an undo within UNDO_WITHIN of `asked_at`; `changed_to_at` names the plan that came of it.
    Kept until its week is over, and nowhere else.
    """

    week: Week
    partner: PartnerId
    day: date
    interval: Interval
    cover: PartnerId | None
    entry_until: datetime
    asked_at: datetime
    passed: tuple[str, ...]
    unplaced: tuple[str, ...]
    before: Mapping[str, Any]
    changed_to_at: datetime

    @property
    def mail_sequence(self) -> int:
        """What tells its mail from others of the week; it does not wait for another day."""
        return FIRST_AT_ONCE + crc32(f"off {self.partner} {self.day}".encode()) % 1_000_000_000

    def may_be_undone(self, now: datetime) -> bool:
        return self.asked_at <= now < self.asked_at + UNDO_WITHIN
