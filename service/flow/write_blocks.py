"""Step 4 of the week: make one partner's calendar of ours show what the plan says.

Reads: journal. Writes: entries, each committed as an intent before the call and as a result after it.
Never: anything that is not in the journal, or that a person has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connectors import ics
from connectors.errors import EntryChangedError, EntryExistsError, EntryGoneError
from connectors.identity import entry_uid
from connectors.model import CalendarId, EntryDraft, EntryRef, ETag, TimeRange
from connectors.protocol import CalendarConnector
from service.dates import first_day
from service.domain.entries import BlockKey, Change, Create, Delete, Entry, JournalEntry, Replace
from service.domain.household import HouseholdId
from service.domain.week import Week
from service.flow.guards import many_removed_next
from service.flow.read_calendars import until_looked
from service.planner.changes import changes
from service.ports import Account, World
from service.words import _

MOST_CHANGES_A_RUN = 200
MOST_REMOVED_A_RUN = 20
"""So many of a week's entries, if they are more than half of them, are removed only when people meant it."""


class ManyToRemoveError(ValueError):
    """Most of a week would be removed at once. Nothing is written until a person has said it is right."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many entries this run created, replaced and deleted on the server."""

    created: int = 0
    replaced: int = 0
    deleted: int = 0

    @property
    def total(self) -> int:
        return self.created + self.replaced + self.deleted

    def __add__(self, other: Written) -> Written:
        return Written(
            self.created + other.created, self.replaced + other.replaced, self.deleted + other.deleted
        )


def write_entries(
    world: World,
    account: Account,
    connector: CalendarConnector,
    desired: Mapping[Week, Sequence[Entry]],
    *,
    elsewhere: Collection[BlockKey] = (),
    meant: Collection[Week] = (),
    now: datetime,
) -> Written:
    """Apply the changes between `desired`, all of each week named, and the journal, call by call.

    A stop after any call is harmless: the next run finds the intent and ends in the same place.
    A run that would change more than MOST_CHANGES_A_RUN stops there and goes on at the next tick.
    `meant` are weeks whose people have agreed to whatever is removed.

    Raises:
        ManyToRemoveError: most of another week would go; nothing was written.
        ConnectorError: as from the connector; what was done before it is in the journal.
    """
    if account.home_id is None:
        raise ValueError("an account is connected before anything is written to it")
    entries = [entry for of_week in desired.values() for entry in of_week]
    written = Written()
    # Twice, because an intent that a crash left open is first repeated as it was.
    for _round in range(2):
        journal = [
            row
            for week in desired
            for row in world.store.journal.of_week(account.household, week)
            if row.entry.partner == account.partner
        ]
        due = changes(entries, journal, elsewhere=elsewhere, now=now)
        _guard_against_removing(due, journal, meant, now, agreed=account.confirmed)
        for change in due[: MOST_CHANGES_A_RUN - written.total]:
            if not isinstance(change, Create) and change.old.is_left:
                continue  # let go of on a page meanwhile; the next reading says where it stands
            written += _apply(world, account, account.home_id, connector, change)
    return written


def draft_of(world: World, household: HouseholdId, entry: Entry, generation: int) -> EntryDraft:
    """The entry as a connector takes it, under the UID that this generation of it always has."""
    return EntryDraft(
        uid=entry_uid(world.store.install, household, entry.mark, generation),
        title=entry.title,
        description=entry.description,
        time=TimeRange(entry.interval.start_at, entry.interval.end_at),
        busy=entry.busy,
        private=entry.private,
        mark=f"{entry.mark}.{generation}",
        url=f"{world.base_url}/week/{entry.week}",
        alarm_minutes_before=entry.alarm_minutes_before,
    )


def _guard_against_removing(
    due: Sequence[Change],
    journal: Sequence[JournalEntry],
    meant: Collection[Week],
    now: datetime,
    *,
    agreed: str | None,
) -> None:
    removed = Counter(change.old.entry.week for change in due if isinstance(change, Delete))
    there = Counter(
        row.entry.week
        for row in journal
        if row.interval.end_at > now and row.standing not in ("gone", "settled", "moved")
    )
    for week, count in removed.items():
        if week not in meant and count > MOST_REMOVED_A_RUN and 2 * count > there[week]:
            many = _("%(count)s of the %(there)s entries of one week would be removed at once (%(day)s).")
            counted = {"count": count, "there": there[week], "day": first_day(week)}
            asked = " ".join((many % counted, until_looked(), many_removed_next()))
            if asked != agreed:
                raise ManyToRemoveError(asked)


def _apply(
    world: World, account: Account, home: CalendarId, connector: CalendarConnector, change: Change
) -> Written:
    match change:
        case Create(entry, generation):
            return _create(world, account, home, connector, entry, generation)
        case Replace(old, entry):
            return _replace(world, account, connector, old, entry)
        case Delete(old):
            return _delete(world, account, connector, old)


def _create(
    world: World,
    account: Account,
    home: CalendarId,
    connector: CalendarConnector,
    entry: Entry,
    generation: int,
) -> Written:
    draft = draft_of(world, account.household, entry, generation)
    intent = JournalEntry(
        entry=entry,
        generation=generation,
        uid=draft.uid,
        calendar=home,
        href="",
        etag=None,
        fingerprint=ics.fingerprint(draft),
        standing="creating",
        interval=entry.interval,
    )
    world.store.journal.save(account.household, [intent])
    try:
        ref = connector.create_entry(home, draft)
    except EntryChangedError:
        # A crashed try had written it, and its person has edited it since: theirs now, where it is.
        world.store.journal.save(account.household, [replace(intent, standing="kept")])
        return Written()
    except EntryGoneError:
        # A crashed try had written it, and its person has deleted it since, which the server remembers.
        world.store.journal.save(account.household, [replace(intent, standing="missing")])
        return Written()
    except EntryExistsError:
        # A stranger holds the name: let it be and take the next generation at the next tick.
        world.store.journal.save(account.household, [replace(intent, standing="gone")])
        return Written()
    world.store.journal.save(account.household, [_standing(intent, ref)])
    return Written(created=1)


def _replace(
    world: World, account: Account, connector: CalendarConnector, old: JournalEntry, entry: Entry
) -> Written:
    draft = draft_of(world, account.household, entry, old.generation)
    intent = replace(
        old,
        entry=entry,
        fingerprint=ics.fingerprint(draft),
        standing="replacing",
        interval=entry.interval,
    )
    world.store.journal.save(account.household, [intent])
    try:
        ref = connector.replace_entry(_ref(old), draft)
    except EntryChangedError:
        world.store.journal.save(account.household, [replace(old, standing="kept")])
        return Written()
    except EntryGoneError:
        # Deleted or moved since we looked: the next reading tells which.
        world.store.journal.save(account.household, [old])
        return Written()
    world.store.journal.save(account.household, [_standing(intent, ref)])
    return Written(replaced=1)


def _delete(world: World, account: Account, connector: CalendarConnector, old: JournalEntry) -> Written:
    doubled = old.standing == "doubled"
    intent = old if doubled else replace(old, standing="deleting")
    world.store.journal.save(account.household, [intent])
    try:
        connector.delete_entry(_ref(old))
    except EntryChangedError:
        world.store.journal.save(account.household, [replace(old, standing="kept")])
        return Written()
    world.store.journal.save(account.household, [replace(old, standing="moved" if doubled else "gone")])
    return Written(deleted=1)


def _ref(row: JournalEntry) -> EntryRef:
    return EntryRef(CalendarId(row.calendar), row.href, row.uid, ETag(row.etag) if row.etag else None)


def _standing(row: JournalEntry, ref: EntryRef) -> JournalEntry:
    return replace(row, href=ref.href, etag=ref.etag, standing="standing")
