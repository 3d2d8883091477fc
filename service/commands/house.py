"""What most commands open first: the configuration, its database and its world."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.catalogue import named
from service.cli import CommandError
from service.config import Config, ConfigError, load_config
from service.domain.household import Household, Partner
from service.domain.week import Week
from service.ports import World
from service.store import SqlStore, StoreError
from service.wiring import build_store, build_world, seed
from service.words import speaking


@dataclass(frozen=True, slots=True)
class House:
    config: Config
    store: SqlStore
    world: World

    @property
    def household(self) -> Household:
        """As it is in the database, where somebody may have left since the file was written."""
        return self.world.store.households.get(self.config.household().id)

    def partner(self, partner_id: str) -> Partner:
        """Raises CommandError for an id that nobody has."""
        try:
            return self.household.partner(partner_id)
        except KeyError as error:
            ids = ", ".join(partner.id for partner in self.household.partners)
            raise CommandError(f"There is no partner “{partner_id}”; there are {ids}.", code=2) from error


def read_config(path: Path) -> Config:
    """Raises CommandError (2) with every problem of the file."""
    try:
        return load_config(path, os.environ)
    except ConfigError as error:
        raise CommandError(str(error), code=2) from error


@contextmanager
def open_house(path: Path) -> Iterator[House]:
    """The house of the configuration at `path`, its household seeded; closed at the end.

    Raises:
        CommandError: 2 for a configuration that cannot be used, 1 for a database that cannot.
    """
    config = read_config(path)
    with store_errors(), speaking(named(config.server.language)):
        store = build_store(config)
        try:
            world = build_world(config, store)
            seed(world, config)
            yield House(config, store, world)
        finally:
            store.close()


@contextmanager
def store_errors() -> Iterator[None]:
    """Whatever the store refuses is for a person."""
    try:
        yield
    except StoreError as error:
        raise CommandError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


def week_named(text: str | None, house: House) -> Week:
    """The week a person named; without a name the one to come."""
    if text is None:
        return Week.at(house.world.clock.now(), house.household.zone).next
    try:
        return Week.parse(text)
    except ValueError as error:
        raise CommandError(f"{error}.", code=2) from error
