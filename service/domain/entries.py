"""Entries: what shall stand in a partner's calendar, and the journal of what we wrote there.

The journal is the only proof that an entry is ours. A row is committed as an intent before the
call and as a result after it, so that a crash between the two is found and settled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from service.domain.household import PartnerId
from service.domain.interval import Interval
from service.domain.week import Week

BlockKey = tuple[Week, str]
"""What names a block for both partners: its week, and its key in it."""

Kind = Literal["chore", "duty", "self_care", "cover", "relief", "sit_down", "off", "on_duty"]
"""duty: a night half, or another duty over its whole window · relief: what the other has instead."""

Standing = Literal[
    "creating",
    "standing",
    "replacing",
    "deleting",
    "gone",
    "kept",
    "moved",
    "doubled",
    "done",
    "missing",
    "settled",
]
"""creating, replacing, deleting: an intent whose outcome is not known yet · standing: as we wrote it ·
gone: not there by our doing, and may be written again under a new UID · kept: a person changed it and it
stays where they put it · moved: a person put it into another calendar of theirs, where it stays and is never
touched by us · doubled: so, but seen only after it was written again, and ours has to go · done: its title
says so; never touched again · missing: a person deleted it before it began, and what follows from that is
not decided yet · settled: a person deleted it; it is not written again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that shall stand. `key` is stable for the block it shows, unique in partner and week."""

    partner: PartnerId
    week: Week
    key: str
    kind: Kind
    title: str
    description: str
    interval: Interval
    busy: bool
    private: bool
    alarm_minutes_before: int | None = None

    @property
    def block(self) -> BlockKey:
        return self.week, self.key

    @property
    def mark(self) -> str:
        """What its UIDs are made from, and what its hidden property begins with."""
        return f"{self.week}.{self.partner}.{self.key}"


_LEFT = "left: "


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An entry that we wrote, or were about to write.

    `entry` is what was last asked for (its text encrypted at rest). `uid` belongs to `generation`;
    after a deletion the next one gets a new generation, since servers may remember a UID.
    Once its calendar was lost or let go, `calendar` only says which it was (`left`), until the reading of
    another one has said whether it stands there.
    `interval` is where it stands now, ours or the person's; `fingerprint` is that of the content as
    last written, `etag` `None` where unknown.
    """

    entry: Entry
    generation: int
    uid: str
    calendar: str
    href: str
    etag: str | None
    fingerprint: str
    standing: Standing
    interval: Interval

    @property
    def is_left(self) -> bool:
        return self.calendar.startswith(_LEFT)

    def left(self) -> JournalEntry:
        """The row once its calendar is lost or let go."""
        return self if self.is_left else replace(self, calendar=_LEFT + self.calendar)

    @property
    def is_as_put(self) -> bool:
        """Whether a person has put or changed it, and it stays so."""
        return self.standing in ("kept", "moved")


CopyStanding = Literal["creating", "standing", "replacing", "deleting", "gone", "left"]
"""As `Standing`; left: its person changed or deleted it, so it is theirs and never touched again."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An entry that only says "Busy", where colleagues look. `of` is the UID of the entry it follows.

    `uid` belongs to `generation`, as in the journal; `interval` is what was last asked for.
    """

    of: str
    generation: int
    uid: str
    calendar: str
    href: str
    etag: str | None
    standing: CopyStanding
    interval: Interval

    @property
    def is_ours(self) -> bool:
        """Whether it is to be left out of its person's busy time."""
        return self.standing not in ("gone", "left")


@dataclass(frozen=True, slots=True)
class Create:
    entry: Entry
    generation: int


@dataclass(frozen=True, slots=True)
class Replace:
    old: JournalEntry
    entry: Entry


@dataclass(frozen=True, slots=True)
class Delete:
    old: JournalEntry


Change = Create | Replace | Delete
