"""The nouns of the connectors: calendars, busy time, entries, and what a poll remembers.

Frozen values, standard library only. Every instant is aware and UTC; every range is half-open.
Nothing here carries the title, place or people of an event that is not ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NewType

from connectors.errors import ConnectorError
from connectors.sentences import Sentence

CalendarId = NewType("CalendarId", str)
"""How a provider names a calendar: the absolute collection URL (CalDAV), the calendar id (Google)."""

ETag = NewType("ETag", str)
"""A strong entity tag, sent back exactly as the server spelled it (RFC 9110 section 8.8.3)."""

Gesture = Literal["none", "done", "hand_over"]
"""What a person said through a title: it starts with `x` or `✓` (done), or `>` (please take this)."""


@dataclass(frozen=True, slots=True, order=True)
class TimeRange:
    """`[start_at, end_at)`; aware, kept as UTC, never empty.

    Raises:
        ValueError: an end is naive, or the end does not lie after the start.
    """

    start_at: datetime
    end_at: datetime

    def __post_init__(self) -> None:
        if self.start_at.tzinfo is None or self.end_at.tzinfo is None:
            raise ValueError("a time range needs aware datetimes")
        object.__setattr__(self, "start_at", self.start_at.astimezone(UTC))
        object.__setattr__(self, "end_at", self.end_at.astimezone(UTC))
        if self.end_at <= self.start_at:
            raise ValueError(f"a time range must end after it starts: {self.start_at} to {self.end_at}")

    def overlaps(self, other: TimeRange) -> bool:
        return self.start_at < other.end_at and other.start_at < self.end_at

    def contains(self, other: TimeRange) -> bool:
        return self.start_at <= other.start_at and other.end_at <= self.end_at


@dataclass(frozen=True, slots=True)
class CalendarRef:
    """One calendar of an account. `mark` shows that it is of ours: the ownership mark in its description,
    or its name in the address where the server keeps no description. `own`: it counts as busy when none
    were chosen; one that a person only follows does not."""

    id: CalendarId
    name: str
    writable: bool
    mark: str | None = None
    own: bool = True


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as it shall stand on the server; never recurring, never with attendees.

    `private` becomes CLASS:PRIVATE, `busy` TRANSP:OPAQUE (RFC 5545 sections 3.8.1.3, 3.8.2.7).
    `alarm_minutes_before` is `None` for a silent entry. `mark` names the block inside a hidden
    property; it is a hint for finding things again, never a proof of ownership.
    """

    uid: str
    title: str
    description: str
    time: TimeRange
    busy: bool
    private: bool
    mark: str
    url: str = ""
    alarm_minutes_before: int | None = None


@dataclass(frozen=True, slots=True)
class EntryRef:
    """Where one of our entries stands. `etag` is `None` when the server gave none, or a weak one."""

    calendar: CalendarId
    href: str
    uid: str
    etag: ETag | None


@dataclass(frozen=True, slots=True)
class EntrySeen:
    """A resource of our own calendar as people left it; the caller's journal says whether it is ours.

    `times` are its occurrences inside the watched window. `start_at` and `end_at` are those of the
    event itself, wherever it was moved to; `None` when it could not be read. `fingerprint` is
    `ics.fingerprint` of its title, text, time, transparency and class: equal to the draft's as long
    as nobody changed it. `busy` is false for a transparent or cancelled one.
    """

    ref: EntryRef
    start_at: datetime | None
    end_at: datetime | None
    times: tuple[TimeRange, ...]
    busy: bool
    recurring: bool
    gesture: Gesture
    fingerprint: str
    mark: str | None


@dataclass(frozen=True, slots=True)
class EntryElsewhere:
    """An event under a UID of our form in a calendar that makes its person busy: they put it there, so it
    is theirs. `time` is that of the event itself; `None` when it could not be read."""

    calendar: CalendarId
    uid: str
    time: TimeRange | None


@dataclass(frozen=True, slots=True)
class SkippedItem:
    """An event that could not be read, or only in part: where it stands and why, without its content."""

    calendar: CalendarId
    href: str
    reason: str


Right = Literal["own", "busy", "list", "main"]
"""What a person may grant at their provider, each by itself. own: make a calendar and write into it · busy:
see when they are busy · list: see the names of their calendars · main: put "Busy" into their main one."""


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """A question for `rights` on its way to a provider's own page at `address`, good for one answer. `state`
    and `verifier` are the asker's secrets until then."""

    address: str = field(repr=False)
    redirect: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    rights: tuple[Right, ...] = ("own", "busy")


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """What a person granted at their provider. `subject` is who they are there for good, `email` their
    address now; `secret` is to be sealed. `rights` are all they have granted so far; `problems` are sentences
    on what was asked for and goes without. It lasts until `ends_at`, `None` for until it is taken back."""

    email: str
    subject: str
    secret: str = field(repr=False)
    rights: frozenset[Right]
    problems: tuple[Sentence, ...] = ()
    ends_at: datetime | None = None

    @property
    def can_write(self) -> bool:
        return "own" in self.rights


@dataclass(frozen=True, slots=True)
class ConsentHeld:
    """What an account may do now, and a sentence for each right that connecting asks for and is missing."""

    rights: frozenset[Right]
    problems: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """What a poll shall look at.

    `busy` names the calendars that make this person busy, `None` for all but those that carry an
    ownership mark: `home`, and what is made for a partner in the same account. `time_zone` is
    the IANA zone for floating and all-day events; `addresses` are this person's own mail addresses,
    by which a declined invitation is recognised (PARTSTAT, RFC 5545 section 3.2.12), beside those that the
    server itself tells. `copies` are the
    UIDs of entries that we put where colleagues look; they are never busy time.
    """

    window: TimeRange
    time_zone: str
    home: CalendarId | None = None
    busy: tuple[CalendarId, ...] | None = None
    addresses: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarReading:
    """Busy time of one calendar inside the window. With `error`, `busy` is the last good reading."""

    calendar: CalendarId
    busy: tuple[TimeRange, ...]
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True)
class AccountState:
    """What a connector wants back at the next poll: JSON of its own making, opaque to everyone else.

    It holds hrefs, ETags, UIDs, cursors and busy intervals; never titles. Save it in the same
    transaction as the data of the delta that carried it.
    """

    json: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountDelta:
    """The whole present view of an account after one poll, and the state to save with it.

    `entries` lists everything in `home`, `None` when home was not watched or could not be read
    (see `home_error`): an error is never an empty list.

    `elsewhere` are those of our form in the calendars of `readings`, as read after `home`, so that whatever
    was moved between is seen in one of them. With `elsewhere_unread` one of these could not be read: what is
    missing from `entries` may lie there. A provider that tells no UIDs of them (Google) leaves both empty.
    """

    state: AccountState
    readings: tuple[CalendarReading, ...]
    entries: tuple[EntrySeen, ...] | None
    home_error: ConnectorError | None = None
    skipped: tuple[SkippedItem, ...] = ()
    elsewhere: tuple[EntryElsewhere, ...] = ()
    elsewhere_unread: bool = False


@dataclass(frozen=True, slots=True)
class BusyReading:
    """Busy time of a read-only source inside the window, and the state to save with it.

    With `error`, the source answered and is not believed yet: `busy` is the last good reading, and
    its age goes on counting. Save `state` all the same.
    """

    state: AccountState
    busy: tuple[TimeRange, ...]
    skipped: tuple[SkippedItem, ...] = ()
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """Where an account seems to live, before a password goes there.

    `host` is to be named to the person. `elsewhere`: it is neither what they typed nor a known
    provider's, but what a domain or a server said. `advice` are sentences to read before signing in.
    """

    url: str
    host: str
    elsewhere: bool = False
    provider: str = ""
    username: str = ""
    advice: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundCalendar:
    """One collection of an account that was tried. `changes` is how it tells that something changed:
    a sync report (RFC 6578), a tag of the whole calendar, or only a listing of everything."""

    id: CalendarId
    name: str
    writable: bool
    holds_events: bool
    changes: Literal["sync report", "tag", "listing"]
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a live test found, and nothing was changed by it. `notes` are sentences for the person.

    `can_make_calendars` is what the server and its reputation say; only making one proves it.
    """

    url: str
    principal: str | None
    home: str
    calendars: tuple[FoundCalendar, ...]
    can_make_calendars: bool
    notes: tuple[Sentence, ...] = ()


@dataclass(slots=True)
class Traffic:
    """What a connector sent since it was made. Mutable on purpose: it is a meter."""

    requests: int = 0
    writes: int = 0
