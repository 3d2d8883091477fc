"""The work in the background: who is due is asked of the store, and a few threads do it.

APScheduler only ticks; it holds no job that must not be lost. A household is claimed with a lease,
so one process or ten on the same database do each household once. One household's failure stops
nobody: it waits a while longer each time, the others go on.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from service.clock import SystemClock
from service.domain.household import HouseholdId
from service.flow.turn import LEASE
from service.log import with_context
from service.ports import World

RunHousehold = Callable[[HouseholdId], datetime]
"""Does whatever is due for a household now; returns when it is due next, aware."""

WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
CLOCK_SLACK = timedelta(minutes=10)
"""No turn is later than the longest wait and this; one that is was noted before the clock was set back."""
WORKERS = 8
TICK_SECONDS = 3.0
MAIL_SECONDS = 15.0
UPKEEP_HOURS = 6
STOP_SECONDS = 20.0
TICKED_WITHIN = timedelta(minutes=2)

_log = logging.getLogger(__name__)


class DueWork:
    """Claims due households for `owner` and runs them in threads. Safe to call from any thread."""

    def __init__(
        self, world: World, run_household: RunHousehold, *, owner: str, workers: int = WORKERS
    ) -> None:
        self._world = world
        self._run_household = run_household
        self._owner = owner
        self._workers = workers
        self._longest_wait = max(world.sync_every, WAITS[-1])
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="household")
        self._running: set[Future[None]] = set()
        self._failures: Counter[HouseholdId] = Counter()
        self._stopping = False

    def run_due(self) -> int:
        """Start as many due households as there are free workers. Returns how many."""
        self._running = {future for future in self._running if not future.done()}
        free = self._workers - len(self._running)
        if self._stopping or not free:
            return 0
        claimed = self._world.store.due.claim(
            now=self._world.clock.now(),
            owner=self._owner,
            lease=LEASE,
            limit=free,
            farthest=self._longest_wait + CLOCK_SLACK,
        )
        for household in claimed:
            self._running.add(self._pool.submit(self._run, household))
        return len(claimed)

    def run_all_due(self) -> int:
        """Run every household that is due, and wait for all of them. Returns how many runs."""
        runs = 0
        while started := self.run_due():
            runs += started
            wait(self._running)
        return runs

    def stop(self, *, within_seconds: float = STOP_SECONDS) -> bool:
        """Claim nothing more, let what runs finish, give back the leases of the rest.

        False when something still ran at the end of the time: its result will be thrown away.
        """
        self._stopping = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        unfinished = wait(self._running, timeout=within_seconds).not_done
        self._world.store.due.release(owner=self._owner)
        return not unfinished

    def _run(self, household: HouseholdId) -> None:
        due = self._world.store.due
        with with_context(household=household, run=secrets.token_hex(4)):
            try:
                next_due_at = self._run_household(household)
            except Exception as error:
                _log.exception("this household's run failed; the others go on")
                self._failures[household] += 1
                pause = WAITS[min(self._failures[household], len(WAITS)) - 1]
                held = due.fail(
                    household,
                    owner=self._owner,
                    next_due_at=self._world.clock.now() + pause,
                    problem=f"its last run stopped with {type(error).__name__}; the log has the details",
                )
            else:
                self._failures.pop(household, None)
                latest_at = self._world.clock.now() + self._longest_wait
                held = due.finish(household, owner=self._owner, next_due_at=min(next_due_at, latest_at))
            if not held:
                _log.warning("the run took longer than its lease; another one has this household now")


class Jobs:
    """The ticking around `DueWork`: households, mail and upkeep, from `start` to `stop`."""

    def __init__(
        self,
        world: World,
        run_household: RunHousehold,
        *,
        deliver_mail: Callable[[], object],
        upkeep: Callable[[], object],
        workers: int = WORKERS,
        seconds: float = TICK_SECONDS,
        mail_seconds: float = MAIL_SECONDS,
    ) -> None:
        self._world = world
        self._seconds, self._mail_seconds = seconds, mail_seconds
        self._work = DueWork(world, run_household, owner=process_name(), workers=workers)
        self._deliver_mail = deliver_mail
        self._upkeep = upkeep
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self.last_tick_at: datetime | None = None

    def start(self) -> None:
        """Tick from now on, in threads of its own."""
        self.last_tick_at = self._world.clock.now()
        every = self._scheduler.add_job
        every(self.tick, "interval", seconds=self._seconds)
        every(self._deliver_mail, "interval", seconds=self._mail_seconds)
        every(self._upkeep, "interval", hours=UPKEEP_HOURS, next_run_time=SystemClock().now())
        self._scheduler.start()

    def tick(self) -> None:
        """One look at the board. A database that does not answer shows in `not_ready`, and is asked again."""
        self._work.run_due()
        self.last_tick_at = self._world.clock.now()

    def not_ready(self) -> list[str]:
        """What keeps this process from its work; empty when nothing does."""
        if self.last_tick_at is None or self._world.clock.now() - self.last_tick_at > TICKED_WITHIN:
            return ["no household has been looked at for two minutes"]
        return []

    def stop(self, *, within_seconds: float = STOP_SECONDS) -> bool:
        """As `DueWork.stop`, after the last tick."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        return self._work.stop(within_seconds=within_seconds)


def process_name() -> str:
    """Names this process on the board of leases; a restart is another one."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
