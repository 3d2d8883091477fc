"""Random weeks against a real server: people edit, replies vanish, cursors are forgotten, we repeat.

A small household journal drives the connector as the flow does. Whatever happens, what a person
did stands, nothing is doubled, nothing comes back, nothing foreign is touched, nothing is left over.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

import pytest

from connectors import ics, identity
from connectors.errors import RetryLaterError, StaleViewError
from connectors.model import EntryDraft, EntryRef, TimeRange
from tests.connectors.contract import Desk, at, draft, event, fingerprint, moved
from tests.connectors.worlds import CalDavWorld, World


@dataclass
class Row:
    """A block in the journal: what shall stand (`None`: nothing), and where it stood last."""

    wanted: EntryDraft | None
    ref: EntryRef | None = None
    written: str | None = None
    settled: bool = False


class Chaos:
    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.desk = Desk(world)
        self.dice = random.Random(seed)
        self.journal: dict[str, Row] = {}
        self.theirs: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.made = 0

    # The person, past the connector.

    def disturb(self) -> None:
        texts = self.world.texts(self.desk.home)
        choice = self.dice.random()
        if choice < 0.2 or not texts:
            self.made += 1
            self._put(f"own-{self.made}.ics", event(f"own-{self.made}", self.time()))
        elif choice < 0.55:
            name = self.dice.choice(sorted(texts))
            text = moved(texts[name], self.time())
            if fingerprint(text) != fingerprint(texts[name]):  # dragged back to where it was is no edit
                self._put(name, text)
        elif choice < 0.8:
            name = self.dice.choice(sorted(texts))
            self.world.remove(self.desk.home, name)
            self.deleted.add(name)
            self.theirs.pop(name, None)
        else:
            name = self.dice.choice(sorted(texts))
            self.made += 1
            uid = f"copy-{self.made}"
            lines = (f"UID:{uid}" if ln.startswith("UID:") else ln for ln in texts[name].splitlines())
            self._put(f"{uid}.ics", "\r\n".join([*lines, ""]))

    def _put(self, name: str, text: str) -> None:
        self.world.put(self.desk.home, name, text)
        self.theirs[name] = self.world.texts(self.desk.home)[name]

    def time(self) -> TimeRange:
        return at(self.dice.randrange(7), self.dice.randrange(6, 22))

    # The plan and its writes, as the flow makes them.

    def plan(self) -> None:
        open_rows = [block for block, row in self.journal.items() if not row.settled and row.wanted]
        choice = self.dice.random()
        if choice < 0.5 or not open_rows:
            self.made += 1
            block = f"b{self.made}.0"
            self.journal[block] = Row(draft(block, self.time()))
        else:
            block = self.dice.choice(open_rows)
            new = draft(block, self.time()) if choice < 0.8 else None
            self.journal[block].wanted = new

    def tick(self) -> None:
        """One round: poll, follow people, write what is missing; whatever fails waits for the next."""
        try:
            self.follow()
        except RetryLaterError:
            return
        for block, row in self.journal.items():
            if row.settled or not self.needs_writing(row):
                continue
            if self.dice.random() < 0.25:
                self.disturb()
            if self.dice.random() < 0.08:
                self.world.lose_reply("write")
            try:
                self.write(row)
            except StaleViewError:
                row.settled = True
            except RetryLaterError:
                continue
            finally:
                self.world.recover()
            self.check(block)

    def follow(self) -> None:
        if self.dice.random() < 0.1:
            self.world.forget_cursors()
        try:
            delta = self.desk.poll()
        finally:
            self.world.recover()
        if isinstance(delta.home_error, RetryLaterError):
            raise delta.home_error
        entries = delta.entries
        assert entries is not None
        seen = {self.key_of(entry.ref): entry for entry in entries}
        for row in self.journal.values():
            if row.ref is None or row.settled:
                continue
            entry = seen.get(self.key_of(row.ref))
            if entry is None or entry.fingerprint != row.written:
                row.settled = True
            else:
                row.ref = entry.ref

    def key_of(self, ref: EntryRef) -> str:
        """By what an entry is known again."""
        return ref.uid

    def name_of(self, row: Row) -> str:
        """The name under which an entry that shall stand, stands."""
        assert row.wanted is not None
        return identity.caldav_href(row.wanted.uid)

    def needs_writing(self, row: Row) -> bool:
        if row.wanted is None:
            return row.ref is not None
        return row.written != ics.fingerprint(row.wanted)

    def write(self, row: Row) -> None:
        if row.ref is None and row.wanted is not None:
            row.ref = self.desk.connector.create_entry(self.desk.home, row.wanted)
        elif row.ref is not None and row.wanted is None:
            self.desk.connector.delete_entry(row.ref)
            row.settled = True
            return
        elif row.ref is not None and row.wanted is not None:
            row.ref = self.desk.connector.replace_entry(row.ref, row.wanted)
        if row.wanted is not None:
            row.written = ics.fingerprint(row.wanted)

    # What must hold after every write.

    def check(self, block: str) -> None:
        texts = self.world.texts(self.desk.home)
        for name, text in self.theirs.items():
            assert texts.get(name) == text, f"{block}: what a person wrote was changed"
        assert not self.deleted & texts.keys(), f"{block}: what a person deleted came back"
        uids = [line for text in texts.values() for line in text.splitlines() if line.startswith("UID:")]
        assert len(uids) == len(set(uids)), f"{block}: an entry stands twice"

    def check_in_the_end(self) -> None:
        for _ in range(3):
            self.follow()
            for row in self.journal.values():
                if not row.settled and self.needs_writing(row):
                    try:
                        self.write(row)
                    except StaleViewError:
                        row.settled = True
        stands = {name: fingerprint(text) for name, text in self.world.texts(self.desk.home).items()}
        wanted = {
            self.name_of(row): ics.fingerprint(row.wanted)
            for row in self.journal.values()
            if row.wanted is not None and not row.settled
        }
        theirs = self.theirs.keys() - wanted.keys()  # what was dragged away and back stays ours
        ours = {name: found for name, found in stands.items() if name not in theirs}
        assert ours == wanted, "an entry is lost, or left over"


@pytest.mark.parametrize("seed", [7])
def test_nothing_is_lost_doubled_or_overridden_whatever_happens(
    radicale_world: CalDavWorld, seed: int
) -> None:
    run(Chaos(radicale_world, seed), steps=75)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_lost_in_a_long_run_either(
    radicale_world: CalDavWorld, xandikos_world: CalDavWorld, seed: int
) -> None:
    for world in (radicale_world, xandikos_world):
        run(Chaos(world, seed), steps=400)


def run(chaos: Chaos, *, steps: int) -> None:
    for _ in range(steps):
        if chaos.dice.random() < 0.4:
            chaos.disturb()
        elif chaos.dice.random() < 0.5:
            chaos.plan()
        else:
            chaos.tick()
            chaos.world.now += timedelta(minutes=5)
    chaos.check_in_the_end()
