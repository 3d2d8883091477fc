"""Plan against journal: what has to be created, replaced or deleted, as data, before anything is sent.

Never: an entry that a person changed or deleted, an entry that is not in the journal, the past.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from service.domain.entries import BlockKey, Change, Create, Delete, Entry, JournalEntry, Replace


def changes(
    desired: Sequence[Entry],
    journal: Sequence[JournalEntry],
    *,
    elsewhere: Collection[BlockKey] = (),
    now: datetime,
) -> list[Change]:
    """The fewest changes that make one partner's calendar show `desired`; none for a week that stands.

    `journal` holds that partner's rows of the same weeks; `elsewhere` are the blocks that somebody else
    has now: an entry that a person moved stays theirs until its block passes to another. Intents
    that a crash left open are repeated as they were, so that they meet their own half-done work,
    and change at the next look. Deletions come first, so that nobody sees a thing twice. What has passed
    stays as history; a block that is planned anew after it is written anew.
    """
    wanted = {(entry.week, entry.key): entry for entry in desired if entry.interval.end_at > now}
    written = {(row.entry.week, row.entry.key): row for row in journal}
    deletions: list[Delete] = []
    puts: list[Create | Replace] = []
    for key, row in written.items():
        match row.standing:
            case "deleting" | "doubled":
                deletions.append(Delete(row))
            case "creating" if row.interval.end_at > now:
                puts.append(Create(row.entry, row.generation))
            case "replacing" if row.interval.end_at > now:
                puts.append(Replace(row, row.entry))
            case "standing" if row.interval.end_at > now and key not in wanted:
                deletions.append(Delete(row))
            case "kept" if row.interval.end_at > now and key not in wanted and key in elsewhere:
                deletions.append(Delete(row))
            case "standing" if key in wanted and row.interval.end_at > now:
                entry = _once_busy(wanted[key], row.entry)
                if entry != row.entry:
                    puts.append(Replace(row, entry))
    for key, entry in wanted.items():
        old = written.get(key)
        if old is None:
            puts.append(Create(entry, generation=1))
        elif old.standing == "gone" or (old.standing == "standing" and old.interval.end_at <= now):
            puts.append(Create(entry, old.generation + 1))
    return [
        *sorted(deletions, key=lambda change: (change.old.interval, change.old.entry.key)),
        *sorted(puts, key=lambda change: (change.entry.interval, change.entry.key)),
    ]


def _once_busy(entry: Entry, before: Entry) -> Entry:
    """An entry turns busy at most once and never back, so that an unchanged week writes nothing."""
    if before.busy and before.interval == entry.interval:
        return replace(entry, busy=True)
    return entry
