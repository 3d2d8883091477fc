"""Random weeks at Google: people edit, answers vanish, tokens expire, the process dies, we repeat.

The same run with a part of the protocol taken out must fail, or it proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.errors import RetryLaterError, StaleViewError
from connectors.google import rights
from connectors.google.connector import GoogleConnector
from connectors.google.events import body_of
from connectors.google.reading import HomeReader, Items
from connectors.google.writing import EntryWriter
from connectors.model import CalendarId, EntryDraft, EntryRef, ETag, Watch
from tests.connectors.contract import at, fingerprint, moved
from tests.connectors.google_world import GoogleDoor, GoogleWorld, running_google_door
from tests.connectors.test_chaos import Chaos, Row, run

SEEDS = range(3)
STEPS = 120


class GoogleChaos(Chaos):
    """What else can happen at Google: a process that dies after the call, tokens refused both ways."""

    world: GoogleWorld

    def __init__(self, world: GoogleWorld, seed: int) -> None:
        super().__init__(world, seed)
        self.open_intents: list[Row] = []

    def key_of(self, ref: EntryRef) -> str:
        return ref.href

    def name_of(self, row: Row) -> str:
        return row.ref.href if row.ref is not None else super().name_of(row).removesuffix(".ics")

    def follow(self) -> None:
        self.world.calls_old_cursors_garbage = self.dice.random() < 0.5
        if self.dice.random() < 0.1:
            self.delete_unseen()
        if self.dice.random() < 0.1:
            self.world.answer("read", None, times=3, after=self.dice.randrange(3))
        super().follow()

    def drag(self, name: str) -> None:
        """Its person is faster than we are."""
        text = self.world.texts(self.desk.home).get(name)
        if text is not None and fingerprint(moved(text, at(6, 23))) != fingerprint(text):
            self._put(name, moved(text, at(6, 23)))

    def delete_unseen(self) -> None:
        """Something goes, and Google forgets that it did."""
        for name in sorted(self.world.texts(self.desk.home))[:1]:
            self.world.remove(self.desk.home, name)
            self.deleted.add(name)
            self.theirs.pop(name, None)
            self.world.forget_cursors()

    def plan(self) -> None:
        """A changed mind comes after what a kill left open, which is repeated as it was."""
        for row in self.journal.values():
            if row in self.open_intents and not row.settled:
                try:
                    super().write(row)
                except StaleViewError:
                    row.settled = True
        self.open_intents.clear()
        super().plan()

    def write(self, row: Row) -> None:
        before = row.ref, row.settled
        if row.ref is not None and self.dice.random() < 0.15:
            self.drag(row.ref.href)
        super().write(row)
        if self.dice.random() < 0.08:
            row.ref, row.settled = before  # killed before the journal heard of it: the intent is there
            row.written = row.written if row.ref is not None else None
            self.open_intents.append(row)
            raise RetryLaterError("killed")

    def check_in_the_end(self) -> None:
        self.dice.random = lambda: 0.99  # type: ignore[method-assign]  # calm weather
        super().check_in_the_end()


class WithoutIds(GoogleConnector):
    """A connector that leaves the ids to Google."""

    def create_entry(self, calendar: CalendarId, draft: EntryDraft) -> EntryRef:
        request = self._api.events.insert(calendarId=calendar, body=body_of(draft), sendUpdates="none")
        made = self._api.write(request, right=rights.OWN_CALENDAR).body
        return EntryRef(calendar, made["id"], draft.uid, ETag(made["etag"]))


class WithoutConditions(GoogleConnector):
    """A connector that overwrites whatever stands there."""

    def replace_entry(self, ref: EntryRef, draft: EntryDraft) -> EntryRef:
        ref, etag = self._latest(ref)
        return EntryWriter(self._api).replace(EntryRef(ref.calendar, ref.href, ref.uid, etag), draft)

    def delete_entry(self, ref: EntryRef) -> None:
        ref, etag = self._latest(ref)
        EntryWriter(self._api).delete(EntryRef(ref.calendar, ref.href, ref.uid, etag))

    def _latest(self, ref: EntryRef) -> tuple[EntryRef, ETag | None]:
        request = self._api.events.get(calendarId=ref.calendar, eventId=ref.href)
        stands = self._api.read(request, right=rights.OWN_CALENDAR).body
        return ref, ETag(stands["etag"]) if "etag" in stands else None


class _ReaderWithoutSweep(HomeReader):
    def sweep(self, known: Items, listed: Items) -> Items:
        return {**known, **listed}


class WithoutSweep(GoogleConnector):
    """A connector that takes a full list for news only."""

    def reader(self, watch: Watch) -> HomeReader:
        return _ReaderWithoutSweep(self._api, watch)


@pytest.fixture(scope="module")
def google_door() -> Iterator[GoogleDoor]:
    with running_google_door() as door:
        yield door


def survive(
    door: GoogleDoor, seed: int, make: type[GoogleConnector] = GoogleConnector, *, steps: int = STEPS
) -> None:
    world = GoogleWorld(door, make=make)
    try:
        run(GoogleChaos(world, seed), steps=steps)
    finally:
        world.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_doubled_or_overridden_at_google(google_door: GoogleDoor, seed: int) -> None:
    survive(google_door, seed)


@pytest.mark.parametrize("mutant", [WithoutIds, WithoutConditions, WithoutSweep])
def test_each_part_of_the_protocol_is_needed(google_door: GoogleDoor, mutant: type[GoogleConnector]) -> None:
    failed = 0
    for seed in SEEDS:
        try:
            survive(google_door, seed, mutant)
        except AssertionError:
            failed += 1
            break
    assert failed, "the run does not notice that a part of the protocol is missing"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160))
def test_nothing_is_lost_at_google_in_a_long_run_either(google_door: GoogleDoor, seed: int) -> None:
    survive(google_door, seed, steps=400)
