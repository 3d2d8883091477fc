"""config.toml begins a household; after that the household lives in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from service.clock import FixedClock
from service.config import load_config
from service.domain.household import HouseholdId, PartnerId
from service.flow import chore_list, first_week, set_up
from service.flow.chore_list import ChoreWords
from service.flow.first_week import OwnWords
from service.flow.leave import leave
from service.flow.set_up import HomeWords
from service.flow.week import tick
from service.ports import World
from service.wiring import build_store, build_world, seed
from tests.builders import SUNDAY_EVENING

HOME = HouseholdId("home")
PARTNERS = """\
[[partner]]
id = "ana"
name = "Ana"
email = "ana@example.org"
[[partner]]
id = "ben"
name = "Ben"
email = "ben@example.org"
"""
BINS = '[[chore]]\nid = "bins"\nname = "Bins"\n'


@contextmanager
def started(folder: Path, text: str) -> Iterator[World]:
    """Offplate as it stands after a start with that file."""
    path = folder / "config.toml"
    path.write_text(text)
    config = load_config(path, {})
    store = build_store(config)
    try:
        world = build_world(config, store, clock=FixedClock(SUNDAY_EVENING))
        seed(world, config)
        yield world
    finally:
        store.close()


def is_due(world: World) -> bool:
    return bool(world.store.due.lag(now=SUNDAY_EVENING.replace(hour=23)))


def test_what_a_page_changed_outlives_the_next_start(tmp_path: Path) -> None:
    with started(tmp_path, PARTNERS + BINS) as world:
        world.store.households.edit(HOME, lambda home: replace(home, name="Nest"))
        assert is_due(world)
    with started(tmp_path, '[household]\nname = "Flat"\n' + PARTNERS + BINS) as world:
        assert world.store.households.get(HOME).name == "Nest"


def test_who_has_left_is_not_brought_back_by_the_file(tmp_path: Path) -> None:
    with started(tmp_path, PARTNERS + BINS) as world:
        world.store.erase_partner(HOME, PartnerId("ben"))
    with started(tmp_path, PARTNERS + BINS) as world:
        assert [partner.id for partner in world.store.households.get(HOME).partners] == ["ana"]


def test_a_home_that_both_have_left_stays_empty_whatever_the_file_says(tmp_path: Path) -> None:
    with started(tmp_path, PARTNERS + BINS) as world:
        for partner in ("ana", "ben"):
            leave(world, HOME, PartnerId(partner), owner="test")
    with started(tmp_path, PARTNERS + BINS) as world:
        assert world.store.households.get(HOME).partners == ()
        assert world.store.households.chores(HOME) == []
        assert tick(world, HOME).planned == []


def test_a_home_that_somebody_left_while_it_was_set_up_is_not_brought_back_by_a_file(tmp_path: Path) -> None:
    with started(tmp_path, PARTNERS) as world:
        world.store.households.edit(HOME, lambda home: replace(home, in_set_up=True))
        leave(world, HOME, PartnerId("ben"), owner="test")
    with started(tmp_path, PARTNERS) as world:
        assert world.store.households.get(HOME).partners == ()


def test_a_file_that_names_nobody_waits_and_plans_nothing(tmp_path: Path) -> None:
    with started(tmp_path, "") as world:
        assert world.store.households.get(HOME).in_set_up
        assert not is_due(world)
    with started(tmp_path, PARTNERS) as world:
        home = world.store.households.get(HOME)
        assert [partner.id for partner in home.partners] == ["ana", "ben"]
        assert not home.in_set_up
        assert is_due(world)


def test_a_file_that_names_the_partners_after_all_wins_until_start(tmp_path: Path) -> None:
    words = HomeWords("Nest", "Europe/Berlin", ("Eva", "Kim"), ("eva@example.org", "kim@example.org"))
    with started(tmp_path, "") as world:
        set_up.save_home(world, HOME, words)
    with started(tmp_path, "") as world:
        assert [partner.name for partner in world.store.households.get(HOME).partners] == ["Eva", "Kim"]
    with started(tmp_path, PARTNERS + BINS) as world:
        home = world.store.households.get(HOME)
        assert ([partner.id for partner in home.partners], home.in_set_up) == (["ana", "ben"], False)


def test_a_home_that_was_set_up_on_its_pages_stands_whatever_the_file_says_later(tmp_path: Path) -> None:
    words = HomeWords("Nest", "Europe/Berlin", ("Eva", "Kim"), ("eva@example.org", "kim@example.org"))
    with started(tmp_path, "") as world:
        home = set_up.save_home(world, HOME, words)
        first_week.start(world, HOME, home.partners[0].id, OwnWords(state="fine"), "Eva")
    with started(tmp_path, PARTNERS + BINS) as world:
        home = world.store.households.get(HOME)
        assert [partner.name for partner in home.partners] == ["Eva", "Kim"]
        assert "Bins" not in {chore.name for chore in world.store.households.chores(HOME)}


def test_a_home_without_a_list_is_planned_and_gets_its_list_on_the_page(tmp_path: Path) -> None:
    with started(tmp_path, PARTNERS) as world:
        assert tick(world, HOME).planned
        chore_list.add(world, HOME, PartnerId("ana"), ChoreWords(name="Bins"))
        assert [chore.name for chore in world.store.households.chores(HOME)] == ["Bins"]


def test_chores_that_the_file_brings_later_begin_the_list(tmp_path: Path) -> None:
    with started(tmp_path, PARTNERS):
        pass
    with started(tmp_path, PARTNERS + BINS) as world:
        assert is_due(world)
        assert [chore.id for chore in world.store.households.chores(HOME)] == ["bins"]
