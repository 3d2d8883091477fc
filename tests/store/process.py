"""What other processes do to the store: `python -m tests.store.process VERB URL KEY …`."""
# ruff: noqa: T201  (what it prints is its answer)

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path

from service.store import SqlStore, open_store
from tests.store.builders import HOME, NOW, at, poll


def start(store: SqlStore) -> None:
    """Say who we are."""
    print(store.install)


def work(store: SqlStore) -> None:
    """Claim and finish with four threads until nothing is due; print each household."""

    def until_done(thread: int) -> list[str]:
        owner, done = f"{os.getpid()}-{thread}", []
        while mine := store.due.claim(now=NOW, owner=owner, lease=timedelta(minutes=3), limit=3):
            for household in mine:
                assert store.due.finish(household, owner=owner, next_due_at=at(1))
                done.append(household)
        return done

    with ThreadPoolExecutor(4) as threads:
        for done in threads.map(until_done, range(4)):
            print(*done, sep="\n")


def die_at_work(store: SqlStore) -> None:
    """Claim a household and end as by a power cut."""
    store.due.claim(now=NOW, owner="dead", lease=timedelta(minutes=3), limit=1)
    os.kill(os.getpid(), signal.SIGKILL)


def write(store: SqlStore) -> None:
    """Save polls for ever, a line for each."""
    first = int(store.accounts.get(HOME, "ana").state.json["cursor"]) + 1
    for cursor in count(first):
        poll(store, cursor=cursor)
        print(cursor, flush=True)


if __name__ == "__main__":
    verb, url, key = sys.argv[1:]
    opened = open_store(url, key=Path(key))
    {"start": start, "work": work, "die_at_work": die_at_work, "write": write}[verb](opened)
    opened.close()
