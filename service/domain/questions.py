"""Open questions between two people: what a gesture in a calendar asked, and what became of it.

A question is about one block, or one time for oneself, of one week. It is shown on the pages of those
it asks, answered by one press there, and forgotten soon after its week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zlib import crc32

from service.domain.entries import BlockKey
from service.domain.household import PartnerId
from service.domain.interval import Interval
from service.domain.week import Week

QuestionKind = Literal["take_over", "who_takes", "mend", "cover"]
"""take_over: one asks the other to take a block · who_takes: a chore that is never left out was deleted ·
mend: a time for oneself is broken, and whoever broke it chooses another · cover: it was dragged to where
nobody is on duty."""

Cause = Literal["gesture", "page", "event", "deleted", "dragged", "given_up"]
"""Why it is asked. page: somebody pressed a button there · event: a real event lies on it · deleted, dragged:
whoever is on duty did that to their entry · given_up: somebody deleted their own time."""

Outcome = Literal["open", "taken", "declined", "moved", "kept"]


FIRST_AT_ONCE = 1_000_000_002
"""Mails of the kind `needs_you` whose sequence is this or more are no matter of one a day."""

FIRST_OF_TROUBLE = FIRST_AT_ONCE + 1_000_000_000
"""From here on they are about a calendar that only its person can put right."""


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is that of the block, or of the owner's own entry of a time for oneself; `about` is where
    it stood when it was asked. `asker` is whoever made the gesture, or whose time it is. `options`
    are other times that were possible when last looked."""

    week: Week
    kind: QuestionKind
    key: str
    cause: Cause
    asker: PartnerId
    asked: tuple[PartnerId, ...]
    about: Interval
    opened_at: datetime
    options: tuple[Interval, ...] = ()
    outcome: Outcome = "open"
    settled_by: PartnerId | None = None
    chosen: Interval | None = None

    @property
    def id(self) -> str:
        """Unique in its week: one question of a kind for a block."""
        return question_id(self.kind, self.key)

    @property
    def block(self) -> BlockKey:
        return self.week, self.key

    @property
    def mail_sequence(self) -> int:
        """What tells its mail from others of the week: one for a block, one each time that a time for
        oneself breaks. From `FIRST_AT_ONCE` on it does not wait for another day."""
        once_a_block = self.kind in ("take_over", "who_takes")
        name = self.id if once_a_block else f"{self.id} {self.opened_at.isoformat()}"
        first = FIRST_AT_ONCE if self.kind == "mend" else 2
        return first + crc32(name.encode()) % 1_000_000_000

    @property
    def is_open(self) -> bool:
        return self.outcome == "open"


def question_id(kind: QuestionKind, key: str) -> str:
    return f"{kind}.{key}"
