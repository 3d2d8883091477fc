"""A family lives with Offplate, at random: people edit and answer, the network fails, we die and go on.

After every tick the witness looks. Every step takes its dice, so that one seed is one life.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from service.clock import FixedClock
from service.domain.household import PartnerId
from service.domain.week import Week
from service.flow.plan_week import stored_snapshot
from service.flow.read_calendars import waits_for_a_look
from service.flow.relief import relief_entries
from service.flow.tick_report import TickReport
from service.flow.week import tick
from service.ports import Account
from tests.builders import ANA, BEN, BERLIN, HOME, Home, a_chore, a_home
from tests.flow.people import PEOPLE, RARE, People
from tests.flow.sides import TROUBLES, KilledError, MemorySide, Side
from tests.flow.witness import Mark, Planned, times_of

CHORES = [
    a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
    a_chore("Bedtime", "ana", minutes=45, cadence="2/week", window="18:45-20:15", shed="never"),
    a_chore("Laundry", "ana", cadence="2/week", window="08:00-21:00", shed="shrink"),
    a_chore("Food shop", "ben", minutes=60, window="Sat-Sun 09:00-18:00", at_home="out"),
]
BEFORE_THE_CLOCKS_CHANGE = datetime(2026, 10, 18, 17, tzinfo=UTC)
"""A Sunday evening; the week after it ends with the change to winter time."""


class Life(People):
    """One household with its people, its servers, its network and us."""

    # What the network and the machine do.

    def lose_reply(self, dice: Random) -> None:
        self.side.lose_reply(of_a_write=dice.random() < 0.7, after=dice.randrange(6))

    def repeat_write(self, dice: Random) -> None:
        self.side.repeat_write(after=dice.randrange(4))

    def trouble(self, dice: Random) -> None:
        self.side.trouble(dice.choice(TROUBLES), after=dice.randrange(8))

    def read_only(self, dice: Random) -> None:
        for calendar, partner in self.witness.homes.items():
            account = self.account_of[PartnerId(partner)]
            if dice.random() < 0.5 and self.side.texts(account, calendar) is not None:
                self.side.make_read_only(account, calendar)

    def forget_cursors(self, dice: Random) -> None:
        self.side.forget_cursors()

    def calm(self, dice: Random) -> None:
        """The network is mended."""
        self.side.calm()
        self._mortal.live()

    def kill(self, dice: Random) -> None:
        """We shall die soon."""
        done, at_a_write = dice.random() < 0.6, dice.random() < 0.6
        after = dice.randrange(dice.choice((2, 12)) if at_a_write else 30)
        if dice.random() < 0.3 or not self.side.kill(at_a_write=at_a_write, after=after, done=done):
            self._mortal.die(after=2 * after, done=done)

    def race(self, dice: Random) -> None:
        """Somebody edits just before a write of ours arrives."""
        act = dice.choice((self.drag, self.delete, self.add_event, self.undo, self.retitle_everything))

        def meanwhile() -> None:
            with self.witness.after_we_read():
                act(dice)

        self.side.before_write(meanwhile, after=dice.choice((0, 0, 0, 1, 3)))

    def wait(self, dice: Random) -> None:
        assert isinstance(self.clock, FixedClock)
        minutes = dice.choice((5, 5, 5, 20, 60, 240, 24 * 60, 3 * 24 * 60, -60))
        self.clock.move(timedelta(minutes=minutes))

    def sleep(self, hours: int) -> None:
        """Nothing happens, and nobody asks us."""
        assert isinstance(self.clock, FixedClock)
        self.clock.move(timedelta(hours=hours))

    def agree_while_something_runs(self, dice: Random) -> None:
        """A little after an entry of ours has begun both answer anew and agree to the rest of its week."""
        assert isinstance(self.clock, FixedClock)
        now, a_little = self.clock.now(), timedelta(minutes=5)
        starts = sorted(times_of(text)[0] for text in self.witness.originals.values())
        soon = [at for at in starts if now - a_little < at < now + timedelta(days=2)]
        if soon:
            self.clock.move(dice.choice(soon) + a_little - now)
            self._tick(at_once=True)
        self.agree(dice, Week.at(self.clock.now(), BERLIN))
        self._tick(at_once=True)

    # What we do.

    def tick(self, dice: Random) -> None:
        self._tick(at_once=dice.random() < 0.7)

    def tick_at_once(self) -> None:
        self._tick(at_once=True)

    def confirm(self, dice: Random) -> None:
        """Whoever was asked to look has looked, and says that it is right."""
        report = self._tick(at_once=True)
        mine = report.partners.items() if report else ()
        stopped = frozenset(p for p, one in mine if waits_for_a_look(one.problem))
        for partner in stopped:
            self.witness.confirmed(partner)
        self._tick(at_once=True, confirmed=stopped)

    def _tick(
        self, *, at_once: bool = False, confirmed: frozenset[PartnerId] = frozenset()
    ) -> TickReport | None:
        report: TickReport | None = None
        with suppress(KilledError):
            report = tick(self.world, HOME, at_once=at_once, confirmed=confirmed)
        mine = report.partners.items() if report else ()
        self.look(
            read={p for p, one in mine if one.read and not one.read.home_error},
            well={p for p, one in mine if one.read and not one.problem},
        )
        return report

    def look(self, *, read: Collection[str] = (), well: Collection[str] = ()) -> None:
        """Let the witness look at everything."""
        for calendar, partner in self._homes().items():
            if self.side.texts(self.account_of[PartnerId(partner)], calendar) is not None:
                self.witness.homes[calendar] = partner
        there, now = self.there(), self.clock.now()
        self.witness.look(there, planned=self.planned(), read=read, well=well, now=now)
        self.before_edit |= self.witness.originals

    def look_when_calm(self) -> None:
        running = Week.at(self.clock.now(), BERLIN)
        asked = [
            Mark(str(week), question.asker, question.key)
            for week in (running, running.next)
            for question in self.store.questions.of_week(HOME, week)
            if question.is_open and question.kind == "who_takes"
        ]
        weeks = {str(running), str(running.next)}
        self.witness.look_when_calm(planned=self.planned(), weeks=weeks, asked=asked)

    def settle_down(self) -> None:
        """Faults are over, people have looked: entries and plan agree, and a further tick writes nothing."""
        dice = Random(0)
        self.calm(dice)
        self.confirm(dice)
        self._tick(at_once=True)
        self.look_when_calm()
        quiet = self._tick(at_once=True)
        assert quiet
        for partner, one in quiet.partners.items():
            if one.problem or one.writes:
                self.witness.broke(f"{partner}: {one.writes} writes once all is calm, {one.problem}")

    def planned(self) -> dict[str, Planned]:
        running, household = Week.at(self.clock.now(), BERLIN), self.store.households.get(HOME)
        found: dict[str, dict[tuple[str, str], Any]] = {ANA: {}, BEN: {}}
        for week in (running.previous, running, running.next):
            stored = self.store.plans.get(HOME, week, "published")
            if stored is None:
                continue
            for block in stored.plan.blocks:
                found[block.adult][str(week), block.id] = (block.interval.start_at, block.interval.end_at)
            for one in stored.plan.selfcare:
                times = (one.interval.start_at, one.interval.end_at)
                found[one.adult][str(week), f"self-care.{one.adult}.{one.index}"] = times
                if one.cover in found:
                    found[one.cover][str(week), f"cover.{one.adult}.{one.index}"] = times
            for partner in household.partners:
                for told in relief_entries(
                    household, partner, week, stored.plan, stored_snapshot(stored), ""
                ):
                    found[partner.id][str(week), told.key] = (told.interval.start_at, told.interval.end_at)
        return found  # type: ignore[return-value]


MISHAPS = (
    *(Life.lose_reply, Life.repeat_write, Life.trouble, Life.read_only, Life.forget_cursors, Life.calm),
    *(Life.kill, Life.kill, Life.race, Life.race, Life.agree_while_something_runs),
)


@contextmanager
def a_life(folder: Path, *, shared: bool = False) -> Iterator[Life]:
    """A life in memory."""
    with a_home(folder, now=BEFORE_THE_CLOCKS_CHANGE, chores=CHORES) as home:
        yield life_at(home, MemorySide(("ana",) if shared else ("ana", "ben")), shared=shared)


def life_at(home: Home, side: Side, *, shared: bool) -> Life:
    """A life on that side; if `shared`, both partners have one account."""
    for partner in (ANA, BEN):
        user = "ana" if shared else partner
        home.store.accounts.connect(Account(HOME, partner, "caldav", "https://dav.invalid/", user, "secret"))
    return Life(replace(home.world, open_connector=side.connector), home.store, side, shared=shared)


def live(life: Life, dice: Random, *, steps: int) -> None:
    """So many random steps, from a first week in which we are killed, with a rest now and then."""
    life.kill(dice)
    life.tick_at_once()
    for step in range(steps):
        chance = dice.random()
        if chance < 0.30:
            life.tick(dice)
        elif chance < 0.72:
            dice.choice(PEOPLE)(life, dice)
        elif chance < 0.88:
            dice.choice(MISHAPS)(life, dice)
        elif chance < 0.98:
            life.wait(dice)
        else:
            dice.choice(RARE)(life, dice)
            dice.choice((life.tick, life.confirm))(dice)
        if step % 50 == 49:
            life.settle_down()
    life.settle_down()
