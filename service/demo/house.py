"""The demo's whole house running: calendar server, mailbox, database, and Offplate's world on them.

Both forms of the demo, the story and the live one, open the same house. Everything of it lies in one
folder and ends with the `with` block.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from service.clock import Clock
from service.config import Config, load_config
from service.demo.calendars import existing_calendars
from service.demo.dav import DavAccount
from service.demo.household import passwords_in, write_config
from service.demo.mailbox import Mailbox, running_mailbox
from service.demo.radicale import running_radicale
from service.domain.household import Household
from service.domain.interval import Interval
from service.domain.week import Week
from service.flow import check_in
from service.flow.invite import link_for
from service.ports import World
from service.store import SqlStore
from service.wiring import build_store, build_world, seed

if TYPE_CHECKING:
    from service.demo.google import DemoGoogle


@dataclass(frozen=True, slots=True)
class Places:
    """Ports on this machine; 0 is any for the last two. What was asked for need not be what there is."""

    web: int = 8000
    caldav: int = 0
    smtp: int = 0


@dataclass(frozen=True, slots=True)
class DemoHouse:
    config: Config
    store: SqlStore
    world: World
    mailbox: Mailbox
    accounts: Mapping[str, DavAccount]
    passwords: Mapping[str, str]
    caldav_url: str
    places: Places
    google: DemoGoogle | None = None

    @property
    def household(self) -> Household:
        return self.config.home

    def ask(self, week: Week) -> None:
        """Open the check-in for `week` and mail both, although its weekly moment may be days away.

        Changes nothing where that has happened.
        """
        world, home = self.world, self.household
        check_in.open_check_in(world, home.id, week)
        opened = world.store.check_ins.get(home.id, week)
        for person in home.partners:
            if opened is None or world.store.outbox.has(home.id, person.id, week, "check_in"):
                continue
            link = link_for(world, home.id, person.id, week=week, expires_at=week.interval(home.zone).end_at)
            world.post.check_in(home, person, week, link=link, closes_at=opened.closes_at)

    def entries_on_server(self, within: Interval) -> dict[str, int]:
        """How many entries stand in each one's calendar of ours, counted on the server."""
        counts = {}
        for person, account in self.accounts.items():
            ours = account.calendars().get("Offplate")
            counts[person] = len(account.events(ours, within)) if ours else 0
        return counts

    def fingerprint_of_theirs(self) -> str:
        """Changes when anything changes in a calendar that is not ours."""
        theirs = [
            (person, name, sorted(account.events(path).items()))
            for person, account in sorted(self.accounts.items())
            for name, path in sorted(account.calendars().items())
            if name != "Offplate"
        ]
        return hashlib.sha256(repr(theirs).encode()).hexdigest()


@contextmanager
def running_house(
    folder: Path,
    places: Places,
    *,
    clock: Clock,
    week: Week,
    seed_number: int,
    with_google: bool = False,
) -> Iterator[DemoHouse]:
    """Start everything that `folder` holds, or make it. `week` is what the calendars are filled around;
    `with_google` leaves it to Ben to connect his at a Google of our own.

    Raises:
        CommandError: a part did not start; the sentence says which.
    """
    passwords = passwords_in(folder)
    base_url = f"http://127.0.0.1:{places.web}"
    with (
        _google(folder, clock, week, base_url) if with_google else nullcontext() as google,
        running_radicale(folder / "calendars", passwords, port=places.caldav) as caldav_url,
        running_mailbox(folder / "mailbox", port=places.smtp) as (mailbox, smtp_port),
    ):
        accounts = {
            person: DavAccount(caldav_url, person, password) for person, password in passwords.items()
        }
        _fill(accounts, week, seed_number)
        path = write_config(
            folder,
            base_url=base_url,
            caldav_url=caldav_url,
            smtp_port=smtp_port,
            google=google.section if google else "",
        )
        config = load_config(path, {})
        store = build_store(config)
        try:
            at = {"google_at": google.endpoints} if google else {}
            world = build_world(config, store, clock=clock, **at)
            seed(world, config)
            there = Places(places.web, int(caldav_url.rstrip("/").rpartition(":")[2]), smtp_port)
            yield DemoHouse(config, store, world, mailbox, accounts, passwords, caldav_url, there, google)
        finally:
            store.close()


def _google(folder: Path, clock: Clock, week: Week, base_url: str) -> AbstractContextManager[DemoGoogle]:
    """Imported here alone: a demo without Google does not load Google's contract."""
    from service.demo.google import running_google

    return running_google(folder, clock, week, base_url=base_url)


def _fill(accounts: Mapping[str, DavAccount], week: Week, seed_number: int) -> None:
    """Put the existing calendars there, once."""
    new = {person for person, account in accounts.items() if account.is_empty()}
    for calendar in existing_calendars(week, seed=seed_number):
        if calendar.owner in new:
            accounts[calendar.owner].put_calendar(calendar)
