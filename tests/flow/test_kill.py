"""`serve` as a real process, killed at any request and started again, while a person edits past it.

The five promises of `test_machine` on a real Radicale, and a database that a power cut leaves whole.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import get_args
from unittest import mock

import pytest

from service.clock import SystemClock
from service.commands.house import House, open_house
from service.jobs import LEASE
from service.ports import MailState
from tests.builders import ANA, BEN, HOME
from tests.cli.household import CONFIG
from tests.connectors.worlds import PASSWORD, CalDavWorld
from tests.flow.life import Life
from tests.flow.sides import CalDavSide, HurriedDoor
from tests.servers import Reply, running_door, running_radicale

ROOT = Path(__file__).resolve().parents[2]
CHORES = """
[[chore]]
id = "bins"
name = "Bins"
owner = "ben"
window = "Mon-Sun 17:00-21:45"
shed = "never"
[[chore]]
id = "bedtime"
name = "Bedtime"
owner = "ana"
effort_minutes = 45
cadence = "daily"
window = "18:45-20:15"
shed = "never"
[[chore]]
id = "laundry"
name = "Laundry"
owner = "ana"
cadence = "daily"
window = "08:00-21:00"
[[chore]]
id = "cook"
name = "Cook"
owner = "ben"
cadence = "daily"
window = "16:00-19:00"
"""
EDITS = (
    *(Life.drag, Life.resize, Life.retitle, Life.decorate, Life.undo),
    *(Life.copy, Life.move_away, Life.delete, Life.add_event, Life.press),
)


class DeadlyDoor(HurriedDoor):
    """A door that tells when the request it was set for arrives, before or after it is carried out."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.left = -1
        self.done = False
        self.strike: Callable[[], None] = lambda: None
        self.writes = 0

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        self.writes += method in ("PUT", "DELETE")
        self.left -= 1
        now = self.left == 0
        if now and not self.done:
            self.strike()
            return None
        reply = super().pass_on(method, path, headers, body)
        if now:
            self.strike()
            return None
        return reply


@dataclass
class Lived:
    house: House
    config: Path
    life: Life
    door: DeadlyDoor

    def serve(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "service", "serve", "--config", self.config],
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )

    def serve_until_killed(self, *, request: int, done: bool, edit: Callable[[], None]) -> None:
        """Kill -9 at that request, or after a while if so many never come; somebody edits meanwhile."""
        process = self.serve()
        self.door.done, self.door.strike = done, process.kill
        self.door.hurried.order(edit, 0)
        self.door.left = request
        try:
            process.wait(timeout=9)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)
        assert process.returncode == -signal.SIGKILL
        self.door.left = -1
        self.door.hurried.forget()

    def serve_until_idle(self) -> None:
        """Whatever is due is done, by a process that is asked to stop."""
        process = self.serve()
        try:
            deadline = time.monotonic() + 90
            while self._is_waiting() and time.monotonic() < deadline:
                assert process.poll() is None
                threading.Event().wait(0.2)
            assert not self._is_waiting()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)

    def let_its_lease_end(self) -> None:
        """As if a dead process's lease were over, and the time of the next tick had come."""
        with closing(self._database()) as database, database:
            until = [text for (text,) in database.execute("SELECT lease_until FROM due") if text]
            assert all(datetime.fromisoformat(text) <= SystemClock().now() + LEASE for text in until)
            database.execute("UPDATE due SET lease_until = NULL, owner = NULL, attempts = 0")
            database.execute("UPDATE account SET retry_at = NULL, failures = 0")
        self.house.store.due.wake(HOME, at=SystemClock().now())

    def _is_waiting(self) -> bool:
        now = SystemClock().now().isoformat(timespec="microseconds")
        with closing(self._database()) as database:
            query = "SELECT count(*) FROM due WHERE lease_until IS NOT NULL OR due_at <= ?"
            return bool(database.execute(query, (now,)).fetchone()[0])

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.house.config.server.data_dir / "offplate.db", timeout=30)

    def check_database(self) -> None:
        with closing(self._database()) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            states = {state for (state,) in database.execute("SELECT state FROM outbox")}
            mails = database.execute("SELECT household, partner, week, kind, sequence FROM outbox").fetchall()
        assert states <= set(get_args(MailState))
        assert len(mails) == len(set(mails))


@contextmanager
def a_served_life(folder: Path) -> Iterator[Lived]:
    with ExitStack() as running:
        users = {"ana": PASSWORD, "ben": PASSWORD}
        server = running.enter_context(running_radicale(users, folder))
        door = DeadlyDoor(server)
        running.enter_context(running_door(server, door=door))
        config = folder / "config.toml"
        head = CONFIG.partition("[[chore]]")[0]
        config.write_text(head.format(mail="smtp://127.0.0.1:9", dav=door.url) + CHORES)
        running.enter_context(
            mock.patch.dict(os.environ, {"ANA_PASSWORD": PASSWORD, "BEN_PASSWORD": PASSWORD})
        )
        worlds = {name: CalDavWorld(server, door, name) for name in users}
        for world in worlds.values():
            running.callback(world.close)
        side = CalDavSide(worlds, SystemClock(), frozenset())
        house = running.enter_context(open_house(config))
        yield Lived(house, config, Life(house.world, house.store, side), door)


def live_and_be_killed(folder: Path, *, kills: int, seed: int) -> None:
    dice = Random(seed)
    with a_served_life(folder) as lived:
        life = lived.life
        lived.house.store.due.wake(HOME, at=SystemClock().now())
        lived.serve_until_idle()
        life.look(read=(ANA, BEN), well=(ANA, BEN))
        assert lived.door.writes
        for _ in range(kills):
            for _ in range(dice.randrange(1, 4)):
                dice.choice(EDITS)(life, dice)
            lived.let_its_lease_end()
            lived.serve_until_killed(
                request=dice.randrange(1, 12),
                done=dice.random() < 0.5,
                edit=lambda: dice.choice(EDITS)(life, dice),
            )
            lived.check_database()
            life.look()
        for _ in range(2):
            lived.let_its_lease_end()
            lived.serve_until_idle()
            life.look(read=(ANA, BEN), well=(ANA, BEN))
        life.look_when_calm()
        before = lived.door.writes
        lived.let_its_lease_end()
        lived.serve_until_idle()
        assert lived.door.writes == before
        lived.check_database()


def test_a_process_that_is_killed_at_any_request_keeps_the_five_promises(tmp_path: Path) -> None:
    live_and_be_killed(tmp_path, kills=3, seed=1)


@pytest.mark.long
def test_a_process_that_is_killed_sixty_times_keeps_the_five_promises(tmp_path: Path) -> None:
    live_and_be_killed(tmp_path, kills=60, seed=2)
