"""Step 1b of the week: what people did to our entries in their calendar apps, as journal rows.

Reads: the journal and our calendar as it stands. Writes: nothing. Never: takes a person's edit back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.model import CalendarId, EntrySeen, Gesture
from service.domain.entries import BlockKey, JournalEntry, Standing
from service.domain.interval import Interval

WRITTEN: tuple[Standing, ...] = ("standing", "replacing", "deleting", "kept")
ELSEWHERE: tuple[Standing, ...] = ("moved", "doubled")


@dataclass(frozen=True, slots=True)
class Followed:
    """`changed` are the journal rows to save; `foreign_busy` is other people's time in our calendar;
    `handed_over` are the entries whose title says `>` now: please take this."""

    changed: tuple[JournalEntry, ...]
    foreign_busy: tuple[Interval, ...]
    handed_over: frozenset[BlockKey] = frozenset()


@dataclass(frozen=True, slots=True)
class MovedAway:
    """Entries that lie in another calendar of their person's, and when; `None` where that cannot be read.

    `late` are those that had been written again before they were seen there. `unread`: one of those
    calendars could not be read now, so that whatever is missing may lie there."""

    to: Mapping[BlockKey, Interval | None] = field(default_factory=dict)
    late: frozenset[BlockKey] = frozenset()
    unread: bool = False


NOTHING_MOVED = MovedAway()


def follow_edits(
    journal: Sequence[JournalEntry],
    seen: Sequence[EntrySeen],
    *,
    calendar: CalendarId,
    now: datetime,
    removed: bool = False,
    moved: MovedAway = NOTHING_MOVED,
) -> Followed:
    """Compare one partner's journal with all that stands in our calendar, which is `calendar`.

    An entry is found by its href, else by its UID at a new href; one that we wrote into another calendar
    by its UID alone. Same content: it stands. Other content: a person's, kept where it is; a title that says
    so makes it done. Missing here and found in another calendar of theirs: moved. Missing everywhere: a
    person deleted it, and it is not written again unless the flow decides so; with `removed` they have said
    that everything missing is to stay so. While one of their calendars could not be read, nothing is taken
    for deleted. What is missing because we wrote it into another calendar is gone, and may be written anew.
    Everything else in the calendar is a stranger's, also a copy of ours under a new UID. What we had deleted
    and finds itself there again as we wrote it (a server restored from a backup) is ours to delete once more.
    """
    this_one = calendars_within(journal, seen, calendar=calendar)
    by_href = {entry.ref.href: entry for entry in seen}
    by_uid = {entry.ref.uid: entry for entry in reversed(seen)}
    ours: set[str] = set()
    changed: list[JournalEntry] = []
    handed_over: set[BlockKey] = set()
    for row in journal:
        found = (by_href.get(row.href) if row.calendar == calendar else None) or by_uid.get(row.uid)
        was_here, block = row.calendar in this_one or row.standing in ELSEWHERE, row.entry.block
        if found:
            after = _found(row, found)
            if after.standing == "standing" and block in moved.late and row.interval.end_at > now:
                after = replace(_moved(after, moved.to[block], calendar), standing="doubled")
        elif was_here and block in moved.to and row.standing not in ("gone", "done"):
            after = _moved(row, moved.to[block], calendar)
        elif row.calendar in this_one:
            after = _missing(row, now, removed=removed, unread=moved.unread)
        else:
            after = _left_behind(row)
        if found and after.standing != "gone":
            ours.add(found.ref.href)
        if after != row:
            changed.append(after)
        if found and _said(row, found) == "hand_over" and after.standing == "kept":
            handed_over.add(row.entry.block)
    foreign = [
        Interval(time.start_at, time.end_at)
        for entry in seen
        if entry.ref.href not in ours and entry.busy
        for time in entry.times
    ]
    return Followed(tuple(changed), tuple(foreign), frozenset(handed_over))


def standing_here(journal: Sequence[JournalEntry], seen: Sequence[EntrySeen]) -> list[JournalEntry]:
    """What of ours, wherever it was written, is among what stands in a calendar, by its UID."""
    uids = {entry.ref.uid for entry in seen}
    return [row for row in journal if row.standing in (*WRITTEN, "done") and row.uid in uids]


def calendars_within(
    journal: Sequence[JournalEntry], seen: Sequence[EntrySeen], *, calendar: CalendarId
) -> set[str]:
    """Which calendars of the journal `calendar`, in which `seen` stands, is: itself, and any of before of
    which something stands here. That one only goes by another address; what it lacks was deleted."""
    return {calendar, *(row.calendar for row in standing_here(journal, seen))}


def _found(row: JournalEntry, seen: EntrySeen) -> JournalEntry:
    here = replace(row, href=seen.ref.href, calendar=seen.ref.calendar, etag=seen.ref.etag)
    as_written = seen.fingerprint == row.fingerprint and not seen.recurring
    if row.standing == "settled":
        return here
    if row.standing == "deleting" and (as_written or seen.ref.etag == row.etag):
        return here  # not edited since we meant to; whoever did so keeps it
    if row.standing == "gone" and not as_written:
        return row
    if row.standing == "done" and (seen.ref.etag == row.etag or seen.ref.calendar != row.calendar):
        return here  # said on the week page, and nothing was touched since, as far as an ETag tells
    if as_written:
        return replace(here, standing="standing", interval=row.entry.interval)
    if row.standing == "replacing" and seen.ref.etag == row.etag:
        return here
    theirs = replace(here, standing="done" if _said(row, seen) == "done" else "kept")
    if seen.start_at is None or seen.end_at is None or seen.end_at <= seen.start_at:
        return theirs
    return replace(theirs, interval=Interval(seen.start_at, seen.end_at))


def _said(row: JournalEntry, seen: EntrySeen) -> Gesture:
    """What the person's title says. One that we ourselves began like a gesture ("X-ray") says nothing."""
    return "none" if row.entry.title[:1].lower() in ("x", "✓", ">") else seen.gesture


def _moved(row: JournalEntry, to: Interval | None, home: CalendarId) -> JournalEntry:
    return replace(row, calendar=home, standing="moved", interval=to or row.interval)


def _missing(row: JournalEntry, now: datetime, *, removed: bool, unread: bool) -> JournalEntry:
    match row.standing:
        case "creating" | "gone" | "settled" | "done":
            return row
        case "deleting":
            return replace(row, standing="gone")
        case "moved" | "standing" | "replacing" | "kept" | "doubled" | "missing":
            if unread and not removed:
                return row
            if row.standing in ELSEWHERE and row.entry.kind in ("chore", "duty"):
                return replace(row, standing="settled")  # theirs before, and theirs to delete
            ahead = row.interval.start_at > now and not removed
            return replace(row, standing="missing" if ahead else "settled")


def _left_behind(row: JournalEntry) -> JournalEntry:
    """Of an entry that stood in another calendar and did not come along."""
    if row.standing == "doubled":
        return replace(row, standing="moved")
    return replace(row, standing="gone") if row.standing in WRITTEN else row
