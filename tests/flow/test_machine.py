"""Whatever people, the network and a kill do between any two requests, five promises hold.

Offplate never touches what it did not write, never writes anything twice, never brings back what was
deleted, never overrides a person's edit, and never loses a block. A state machine over `tick` with the
memory server; `life` says what happens, `witness` what must not. `--long` tries many more lives.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from service.domain.week import Week
from service.flow import check_in
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME
from tests.flow.life import MISHAPS, Life, a_life, live
from tests.flow.people import PEOPLE, RARE, an_event
from tests.flow.witness import times_of

DICE = st.integers(0, 1_000_000).map(Random)


class Machine(RuleBasedStateMachine):
    """One life a run: any order of steps, shrunk to the shortest that breaks a promise."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._life: Life | None = None
        self._rare = 0

    @initialize(shared=st.booleans(), dice=DICE)
    def move_in(self, shared: bool, dice: Random) -> None:
        """The first week is written, and we are killed somewhere in it; then somebody edits meanwhile."""
        folder = Path(self._open.enter_context(TemporaryDirectory()))
        self._life = self._open.enter_context(a_life(folder, shared=shared))
        self.life.kill(dice)
        self.life.tick_at_once()
        self.life.tick_at_once()
        for act in (self.life.add_event, self.life.agree, self.life.race):
            act(dice)
        self.life.tick_at_once()

    @property
    def life(self) -> Life:
        assert self._life is not None
        return self._life

    @rule(act=st.sampled_from(PEOPLE), dice=DICE)
    def people_act(self, act, dice: Random) -> None:  # type: ignore[no-untyped-def]
        act(self.life, dice)

    @rule(act=st.sampled_from(PEOPLE), dice=DICE)
    def people_act_and_we_follow(self, act, dice: Random) -> None:  # type: ignore[no-untyped-def]
        act(self.life, dice)
        self.life.tick_at_once()

    @rule(act=st.sampled_from(PEOPLE), dice=DICE)
    def people_act_and_we_are_killed_while_we_follow(self, act, dice: Random) -> None:  # type: ignore[no-untyped-def]
        act(self.life, dice)
        self.life.kill(dice)
        self.life.tick_at_once()
        self.life.add_event(dice)
        self.life.tick_at_once()

    @rule(act=st.sampled_from(PEOPLE), dice=DICE)
    def somebody_edits_while_we_follow_the_other(self, act, dice: Random) -> None:  # type: ignore[no-untyped-def]
        act(self.life, dice)
        self.life.race(dice)
        self.life.tick_at_once()

    @rule(act=st.sampled_from(MISHAPS), dice=DICE)
    def something_fails(self, act, dice: Random) -> None:  # type: ignore[no-untyped-def]
        act(self.life, dice)

    @rule(dice=DICE)
    def time_passes(self, dice: Random) -> None:
        self.life.wait(dice)

    @rule(dice=DICE)
    def we_tick(self, dice: Random) -> None:
        self.life.tick(dice)

    @precondition(lambda self: self._rare < 1)
    @rule(act=st.sampled_from(RARE), dice=DICE)
    def a_calendar_goes(self, act, dice: Random) -> None:  # type: ignore[no-untyped-def]
        self._rare += 1
        act(self.life, dice)

    @rule(dice=DICE)
    def people_look_at_what_stopped(self, dice: Random) -> None:
        self.life.confirm(dice)

    def teardown(self) -> None:
        try:
            if self._life is not None and not self._life.witness.violations:
                self._life.settle_down()
        finally:
            self._open.close()


def _lives(count: int, steps: int) -> settings:
    return settings(
        max_examples=count,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def test_five_promises_hold_in_any_order_of_events() -> None:
    run_state_machine_as_test(Machine, settings=_lives(6, 12))  # type: ignore[no-untyped-call]


@pytest.mark.long
def test_five_promises_hold_in_many_orders_of_events() -> None:
    run_state_machine_as_test(Machine, settings=_lives(100, 40))  # type: ignore[no-untyped-call]


def test_five_promises_hold_in_a_random_life_in_one_account(tmp_path: Path) -> None:
    with a_life(tmp_path, shared=True) as life:
        live(life, Random(2), steps=60)


@pytest.mark.parametrize("seed", range(3))
def test_what_has_begun_goes_on_when_its_week_is_planned_anew(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    with a_life(tmp_path) as life:
        life.sleep(hours=3)  # past the weekly question, which can be asked by hand then
        life.tick_at_once()
        life.sleep(hours=10)
        life.add_event(dice)
        for _time in range(2):
            life.tick_at_once()
            life.agree_while_something_runs(dice)
        life.settle_down()


def test_an_essential_chore_deleted_at_the_moment_it_is_moved_comes_back(tmp_path: Path) -> None:
    with a_life(tmp_path) as life:
        life.tick_at_once()
        place, text = next((p, text) for p, text in life.there().items() if "SUMMARY:Bins" in text)
        start_at, end_at = times_of(text)
        event = ("ben", life.side.personal["ben"], "late.ics")
        life.side.put(event, an_event("late@phone", start_at, end_at))
        life.side.before_write(lambda: life.remove(place), after=0)
        life.tick_at_once()
        assert not [text for text in life.there().values() if "SUMMARY:Bins" in text]
        life.tick_at_once()
        (again,) = [text for text in life.there().values() if "SUMMARY:Bins" in text]
        assert times_of(again) != (start_at, end_at)
        life.settle_down()


@pytest.mark.parametrize("after", range(12))
def test_a_write_that_arrives_twice_is_written_once(tmp_path: Path, after: int) -> None:
    with a_life(tmp_path) as life:
        life.tick_at_once()
        life.agree(Random(3))
        life.side.repeat_write(after=after)
        life.tick_at_once()
        life.settle_down()


def test_a_server_restored_from_a_backup_doubles_nothing_and_overrides_nothing(tmp_path: Path) -> None:
    with a_life(tmp_path) as life:
        life.tick_at_once()
        backup = life.there()
        bins = next(place for place, text in backup.items() if "SUMMARY:Bins" in text)
        start_at, end_at = times_of(backup[bins])
        late = ("ben", life.side.personal["ben"], "late.ics")
        life.side.put(late, an_event("late@phone", start_at, end_at))
        for partner, state in ((ANA, "away"), (BEN, "fine")):
            check_in.answer(life.world, HOME, partner, Week.parse("2026-W43"), state=state)
        for partner in (ANA, BEN):
            check_in.agree(life.world, HOME, partner, Week.parse("2026-W43"))
        life.tick_at_once()
        removed = backup.keys() - life.there().keys()
        assert removed, "her week is his now"
        for place in life.there():
            life.side.remove(place)
        for place, text in backup.items():
            life.side.put(place, text)
        stopped = tick(life.world, HOME, at_once=True).partners[BEN].problem
        assert stopped, "so much is missing that Ben is asked first"
        assert "are gone from this calendar at once" in stopped
        life.confirm(Random(0))
        marks = [m for p, text in life.there().items() if (m := life.witness.ours(p, text))]
        assert len(set(marks)) == len(marks)
        assert not removed & life.there().keys(), "ours, and not wanted any more"
        quiet = tick(life.world, HOME, at_once=True)
        assert [one.writes for one in quiet.partners.values()] == [0, 0]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_five_promises_hold_in_a_long_life(tmp_path: Path, seed: int) -> None:
    with a_life(tmp_path, shared=seed % 4 == 3) as life:
        live(life, Random(seed), steps=300)
