"""Requests and time of a Google account: first reading, nothing changed, 20 blocks; and what loading costs.

`python -m bench.google [ENTRIES]` speaks to the double of Google on loopback, so its times are ours
and not Google's. An unchanged account shall cost two requests, a block one, and a household without
Google nothing; the exit status says whether they did.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import timedelta

from connectors import identity
from connectors.google.connector import GoogleConnector
from connectors.model import AccountState, CalendarId, EntryDraft, TimeRange, Watch
from tests.connectors.google_world import GoogleWorld, running_google_door
from tests.connectors.worlds import NOW

BLOCKS = 20
REPEATS = 50
LOADING = """
import json, resource, sys, time
started = time.perf_counter()
import service.wiring
%s
seconds = time.perf_counter() - started
peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, peak_kb, "googleapiclient" in sys.modules]))
"""
OPENING = """
from connectors.google import GoogleCredentials, GoogleApp, GoogleGrant, open_account
open_account(GoogleCredentials(GoogleApp(), GoogleGrant("r", frozenset())), clock=None, sleep=None, keep=None)
"""


def main(arguments: list[str]) -> int:
    entries = int(arguments[0]) if arguments else 200
    with running_google_door() as door:
        world = GoogleWorld(door)
        connector = world.connector()
        home = connector.ensure_home("Offplate", identity.ownership_mark("bench", "h1", "ana")).id
        work = world.add_calendar("Work")
        for number in range(entries):
            connector.create_entry(home, _draft(f"old{number}", number))
            world.person.put(work, _their_event(number))
        watch = Watch(TimeRange(NOW, NOW + timedelta(weeks=2)), "Europe/Berlin", home=home, busy=(work,))
        state = _first(world.connector(), watch, entries)
        unchanged = _unchanged(connector, watch, state)
        a_block = _written(connector, home)
        world.close()
    loaded = _loading()
    print(f"goal of 2 requests and 0 writes: {'kept' if unchanged == 2 else 'missed'}")
    print(f"goal of 1 request per block: {'kept' if a_block == 1 else 'missed'}")
    print(f"goal of no Google client without Google: {'missed' if loaded else 'kept'}")
    return 0 if unchanged == 2 and a_block == 1 and not loaded else 1


def _first(connector: GoogleConnector, watch: Watch, entries: int) -> AccountState:
    started = time.perf_counter()
    delta = connector.poll_account(watch, AccountState())
    seconds = time.perf_counter() - started
    print(
        f"first reading of {entries} entries: {connector.traffic.requests} requests, {seconds * 1000:.0f} ms"
    )
    return delta.state


def _unchanged(connector: GoogleConnector, watch: Watch, state: AccountState) -> float:
    """Requests of a poll when nothing changed; a write would count as one too many."""
    before, written = connector.traffic.requests, connector.traffic.writes
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        state = AccountState(json.loads(json.dumps(connector.poll_account(watch, state).state.json)))
        seconds.append(time.perf_counter() - started)
    sent = (connector.traffic.requests - before) / REPEATS
    print(f"nothing changed: {sent:g} requests, {min(seconds) * 1000:.1f} ms at best")
    return sent + connector.traffic.writes - written


def _written(connector: GoogleConnector, home: CalendarId) -> float:
    before, seconds = connector.traffic.requests, []
    for number in range(BLOCKS):
        started = time.perf_counter()
        connector.create_entry(home, _draft(f"new{number}", number))
        seconds.append(time.perf_counter() - started)
    a_block = (connector.traffic.requests - before) / BLOCKS
    print(f"{BLOCKS} blocks: {a_block:g} requests and {min(seconds) * 1000:.1f} ms per block at best")
    return a_block


def _loading() -> bool:
    """Time and peak memory of starting with and without a Google account; whether without loads it."""
    without, with_google = _start(""), _start(OPENING)
    for label, (seconds, peak_kb, _) in (("without Google", without), ("with Google", with_google)):
        print(f"start {label}: {seconds:.2f} s, {peak_kb / 1024:.0f} MiB")
    return without[2]


def _start(more: str) -> tuple[float, float, bool]:
    """The quickest of three starts."""
    command = [sys.executable, "-c", LOADING % more]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(3)]
    seconds, peak_kb, loaded = min(runs)
    return seconds, peak_kb, loaded


def _draft(block: str, number: int) -> EntryDraft:
    start_at = NOW + timedelta(hours=number)
    return EntryDraft(
        uid=identity.entry_uid("bench", "h1", block, 0),
        title=f"Chore {number}",
        description="Yours this week, because the week before was not.",
        time=TimeRange(start_at, start_at + timedelta(minutes=45)),
        busy=True,
        private=False,
        mark=identity.block_mark(block, 0),
    )


def _their_event(number: int) -> dict[str, object]:
    start_at = NOW + timedelta(hours=3 * number)
    return {
        "start": {"dateTime": start_at.isoformat()},
        "end": {"dateTime": (start_at + timedelta(hours=1)).isoformat()},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
