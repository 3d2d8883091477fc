"""Step 4b of the week, for who wants it: colleagues see that one is taken, and nothing else.

A calendar that an app made does not count in what colleagues see at Google. So self-care, cover and
fixed times get a copy in the person's main calendar that only says "Busy". Reads: the journal, after the
entries were written. Writes: copies, each committed as an intent before the call and as a result after
it. Never: anything but its own copies, and none of those that their person changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.errors import EntryChangedError, EntryExistsError, EntryGoneError
from connectors.identity import entry_uid
from connectors.model import CalendarId, EntryDraft, EntryRef, ETag, TimeRange
from connectors.protocol import CalendarConnector
from service.domain.entries import Copy, JournalEntry
from service.domain.interval import Interval
from service.ports import Account, World
from service.words import _

KEPT_FOR = timedelta(days=14)
"""How long a copy that has passed is remembered: as long as its time is read at all."""

_PENDING = ("creating", "replacing", "deleting")


def copy_for_colleagues(
    world: World, account: Account, connector: CalendarConnector, *, now: datetime, leaving: bool = False
) -> None:
    """Bring the copies into line with the journal. A stop after any call is harmless.

    Nothing happens where the person has not asked for copies. `leaving` takes all to come away.

    Raises:
        ConnectorError: as from the connector; what was done before it is remembered.
    """
    calendar = connector.colleagues
    if calendar is None:
        return
    rows = () if leaving else world.store.journal.of_partner(account.household, account.partner)
    book = _Book(world, account, connector, calendar)
    # Twice, because an intent that a crash left open is first repeated as it was.
    for _again in range(2):
        due = due_copies(book.copies, wanted_times(rows, now=now), now=now)
        for copy in due:
            book.settle(copy)
        if not any(copy.standing in _PENDING for copy in book.copies.values()) and not due:
            break
    book.forget(before=now - KEPT_FOR)


def wanted_times(rows: Iterable[JournalEntry], *, now: datetime) -> dict[str, Interval]:
    """Which entries get a copy, by UID, and when: as they stand now, wherever their person put them."""
    return {
        row.uid: row.interval
        for row in rows
        if row.standing in ("standing", "kept")
        and row.interval.end_at > now
        and row.entry.busy
        and row.entry.kind in ("self_care", "cover", "on_duty", "chore")
    }


def due_copies(copies: Mapping[str, Copy], wanted: Mapping[str, Interval], *, now: datetime) -> list[Copy]:
    """What has to be done, as the intents to commit; none for copies that stand as they should.

    Open intents come first and as they were. What has passed stays as history.
    """
    pending = [copy for copy in copies.values() if copy.standing in _PENDING]
    if pending:
        return pending
    due = []
    for of, copy in copies.items():
        if copy.standing != "standing" or copy.interval.end_at <= now:
            continue
        if of not in wanted:
            due.append(replace(copy, standing="deleting"))
        elif wanted[of] != copy.interval:
            due.append(replace(copy, standing="replacing", interval=wanted[of]))
    for of, interval in wanted.items():
        before = copies.get(of)
        if before is None or before.standing == "gone":
            generation = before.generation + 1 if before else 1
            due.append(Copy(of, generation, "", "", "", None, "creating", interval))
    return sorted(due, key=lambda copy: (copy.interval, copy.of))


class _Book:
    """The copies of one account: what is remembered of them, and how each intent is carried out."""

    def __init__(
        self, world: World, account: Account, connector: CalendarConnector, calendar: CalendarId
    ) -> None:
        self._world = world
        self._account = account
        self._connector = connector
        self._calendar = calendar
        kept = world.store.accounts.get(account.household, account.partner)
        self.copies = {copy.of: copy for copy in (kept.copies if kept else ())}

    def settle(self, due: Copy) -> None:
        intent = self._named(due) if due.standing == "creating" and not due.uid else due
        self._save(intent)
        draft, ref = self._draft(intent), _ref(intent)
        try:
            match intent.standing:
                case "creating":
                    self._save(_standing(intent, self._connector.create_entry(self._calendar, draft)))
                case "replacing":
                    self._save(_standing(intent, self._connector.replace_entry(ref, draft)))
                case _:
                    self._connector.delete_entry(ref)
                    self._save(replace(intent, standing="gone"))
        except (EntryChangedError, EntryGoneError):
            self._save(replace(intent, standing="left"))
        except EntryExistsError:
            self._save(replace(intent, standing="gone"))

    def forget(self, *, before: datetime) -> None:
        kept = [copy for copy in self.copies.values() if copy.interval.end_at > before]
        if len(kept) < len(self.copies):
            self._write(kept)

    def _named(self, copy: Copy) -> Copy:
        uid = entry_uid(
            self._world.store.install, self._account.household, f"copy of {copy.of}", copy.generation
        )
        return replace(copy, uid=uid, calendar=self._calendar)

    def _draft(self, copy: Copy) -> EntryDraft:
        return EntryDraft(
            uid=copy.uid,
            title=_("Busy"),
            description="",
            time=TimeRange(copy.interval.start_at, copy.interval.end_at),
            busy=True,
            private=False,
            mark=f"copy.{copy.generation}",
        )

    def _save(self, copy: Copy) -> None:
        self._write([*(each for each in self.copies.values() if each.of != copy.of), copy])

    def _write(self, copies: Sequence[Copy]) -> None:
        self._world.store.accounts.save_copies(self._account.household, self._account.partner, copies)
        self.copies = {copy.of: copy for copy in copies}


def _ref(copy: Copy) -> EntryRef:
    return EntryRef(CalendarId(copy.calendar), copy.href, copy.uid, ETag(copy.etag) if copy.etag else None)


def _standing(copy: Copy, ref: EntryRef) -> Copy:
    return replace(copy, href=ref.href, etag=ref.etag, standing="standing")
