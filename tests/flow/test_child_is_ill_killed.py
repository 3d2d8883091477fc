"""Said, agreed and taken back on a real Radicale, by a process that dies at any write and starts again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.domain.household import PartnerId
from service.flow import child_is_ill, my_week
from service.flow.week import tick
from service.ports import World
from tests.builders import ANA, BEN, HOME, WEEK, a_chore, span
from tests.flow.sides import KilledError, MortalStore, QuickPlanner
from tests.radicale_home import App, a_home_at_radicale

RUN = {"cadence": "weekdays", "mode": "alternating", "at_home": "out", "shed": "never"}
CHORES = [
    a_chore("Pick up", "ana", window="Mon-Fri 15:45-16:30", **RUN),  # type: ignore[arg-type]
    a_chore("Laundry", "ben", window="Wed-Thu 16:30-18:30", cadence="2/week", shed="shrink"),
]


class Lived:
    """One home on a real server, and the mortal store of the process that looks after it."""

    def __init__(self, world: World, store: MortalStore, apps: tuple[App, App]) -> None:
        self.world, self.store, self.apps = world, store, apps

    def entries(self) -> list[tuple[str, str]]:
        """Title and beginning of everything in both calendars."""
        texts = [text for app in self.apps for text in app.entries().values()]
        return sorted((_value(text, "SUMMARY"), _value(text, "DTSTART")) for text in texts)

    def do(self, act: Callable[[], None], *, dies_after: int, done: bool) -> bool:
        """That, and the tick that follows; the process dies at that write, if it comes to it, and whoever
        takes its place finds what it left. Whether it died."""
        died = False
        self.store.die(after=dies_after, done=done)
        try:
            act()
            tick(self.world, HOME)
        except KilledError:
            died = True
        self.store.live()
        for _ in range(2):
            tick(self.world, HOME)
        return died


def _value(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(name)).partition(":")[2]


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Lived]:
    """Tuesday 19:00 of a planned week."""
    with a_home_at_radicale(tmp_path, chores=CHORES) as (home, apps):
        store = MortalStore(home.store)
        world = replace(home.world, store=store, planner=QuickPlanner())  # type: ignore[arg-type]
        tick(world, HOME)
        home.clock.move(span("Tue 19:00-20:00").start_at - home.clock.now())
        tick(world, HOME)
        yield Lived(world, store, (apps[ANA], apps[BEN]))


@pytest.mark.parametrize(
    ("done", "writes"), [(False, (0, 3)), (True, (1, 6))], ids=["before it is done", "after it is done"]
)
def test_a_kill_at_any_write_ends_where_none_would_have(
    lived: Lived, done: bool, writes: tuple[int, ...]
) -> None:
    usual = lived.entries()

    def say() -> None:
        if lived.store.days_at_home.get(HOME) is None:
            child_is_ill.say(lived.world, HOME, ANA, WEEK.days[3])

    def agree() -> None:
        for partner in (ANA, BEN):
            child_is_ill.say_yes(lived.world, HOME, partner, shown(partner))

    def take_back() -> None:
        if lived.store.days_at_home.get(HOME) is not None:
            child_is_ill.undo(lived.world, HOME)

    def shown(partner: PartnerId) -> str:
        return my_week.view(lived.world, HOME, partner).home.turns_key

    say()
    agree()
    for _ in range(2):
        tick(lived.world, HOME)
    small = lived.entries()
    assert [title for title, _ in small].count("At home with the baby") == 2
    assert len(small) < len(usual)
    take_back()
    tick(lived.world, HOME)
    assert lived.entries() == usual
    deaths = 0
    for dies_after in writes:
        for act in (say, agree):
            deaths += lived.do(act, dies_after=dies_after, done=done)
            act()
        tick(lived.world, HOME)
        assert lived.entries() == small, dies_after
        deaths += lived.do(take_back, dies_after=dies_after, done=done)
        take_back()
        tick(lived.world, HOME)
        assert lived.entries() == usual, dies_after
    assert deaths >= 3
