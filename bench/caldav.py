"""Requests and time of reading an account, first and with nothing changed, and of writing blocks.

`python -m bench.caldav [EVENTS]` fills three calendars of a Radicale of its own on loopback, reads
them twice, writes a hundred blocks and prints one line each. The second reading shall cost one request
per calendar and no write, a block one request; the exit status says whether they did.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from connectors import identity
from connectors.caldav import CalDavAccount, CalDavConnector, bodies
from connectors.model import AccountState, EntryDraft, TimeRange, Watch
from tests.servers import running_radicale

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
CALENDARS = ("personal", "work", "family")
BLOCKS = 100


def main(arguments: list[str]) -> int:
    events = int(arguments[0]) if arguments else 500
    with tempfile.TemporaryDirectory() as folder, running_radicale({"ana": "pw"}, Path(folder)) as url:
        fill(url, events)
        connector = CalDavConnector(
            CalDavAccount(url, "ana", "pw"),
            clock=lambda: NOW,
            sleep=time.sleep,
            allow_private_hosts=frozenset({"127.0.0.1"}),
        )
        watch = Watch(TimeRange(NOW, NOW + timedelta(weeks=2)), "Europe/Berlin")
        state = _timed("first reading", connector, watch, AccountState())
        before = connector.traffic.requests
        _timed("nothing changed", connector, watch, state)
        requests_again, writes = connector.traffic.requests - before, connector.traffic.writes
        requests_a_block = _written(connector)
        connector.close()
    kept = requests_again <= len(CALENDARS) and writes == 0
    print(f"goal of {len(CALENDARS)} requests and 0 writes: {'kept' if kept else 'missed'}")
    print(f"goal of 1 request per block: {'kept' if requests_a_block == 1 else 'missed'}")
    return 0 if kept and requests_a_block == 1 else 1


def _timed(label: str, connector: CalDavConnector, watch: Watch, state: AccountState) -> AccountState:
    before, started = connector.traffic.requests, time.perf_counter()
    delta = connector.poll_account(watch, state)
    seconds = time.perf_counter() - started
    busy = sum(len(reading.busy) for reading in delta.readings)
    sent, writes = connector.traffic.requests - before, connector.traffic.writes
    print(f"{label}: {sent} requests, {writes} writes, {seconds * 1000:.0f} ms, {busy} busy times")
    return delta.state


def _written(connector: CalDavConnector) -> float:
    """Requests per block, over `BLOCKS` blocks in a calendar of ours."""
    home = connector.ensure_home("Offplate", identity.ownership_mark("bench", "h1", "ana")).id
    before, started = connector.traffic.requests, time.perf_counter()
    for number in range(BLOCKS):
        connector.create_entry(home, _draft(number))
    seconds = time.perf_counter() - started
    requests_a_block = (connector.traffic.requests - before) / BLOCKS
    print(f"{BLOCKS} blocks: {requests_a_block:g} requests and {seconds / BLOCKS * 1000:.1f} ms per block")
    return requests_a_block


def _draft(number: int) -> EntryDraft:
    start_at = NOW + timedelta(hours=number)
    return EntryDraft(
        uid=identity.entry_uid("bench", "h1", f"b{number}", 0),
        title=f"Chore {number}",
        description="Yours this week, because the week before was not.",
        time=TimeRange(start_at, start_at + timedelta(minutes=45)),
        busy=True,
        private=False,
        mark=identity.block_mark(f"b{number}", 0),
    )


def fill(url: str, events: int) -> None:
    """Put many events at once: a PUT of a whole calendar, which Radicale allows."""
    for index, name in enumerate(CALENDARS):
        calendar = f"{url}ana/{name}/"
        about = bodies.make_calendar("Bench", "Of a person").encode()
        _send("MKCALENDAR", calendar, about, "text/xml")
        _send("DELETE", calendar)
        numbers = range(index, events, len(CALENDARS))
        _send("PUT", calendar, _calendar(*map(_event, numbers)), "text/calendar")


def edit_event(calendar: str, edition: int) -> None:
    """What a person does elsewhere: one event of the coming night, written anew."""
    event = _event(-26).replace("Event", f"Edition {edition}")
    _send("PUT", f"{calendar}edited.ics", _calendar(event), "text/calendar")


def _send(method: str, url: str, body: bytes | None = None, kind: str = "") -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("ana", "pw")
        session.request(
            method, url, data=body, headers={"Content-Type": kind}, timeout=600
        ).raise_for_status()


def _calendar(*events: str) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN")
    return "\r\n".join((*head, *events, "END:VCALENDAR", "")).encode()


def _event(number: int) -> str:
    """Every tenth is a weekly series; the others lie within the year around now."""
    start_at = NOW + timedelta(days=number * 7 % 364 - 182, hours=number % 12)
    rule = ("RRULE:FREQ=WEEKLY;BYDAY=TU,TH",) if number % 10 == 0 else ()
    lines = (
        "BEGIN:VEVENT",
        f"UID:bench-{number}",
        "DTSTAMP:20261101T000000Z",
        f"DTSTART:{start_at:%Y%m%dT%H%M%SZ}",
        f"DTEND:{start_at + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
        f"SUMMARY:Event {number}",
        f"DESCRIPTION:{'words ' * 40}",
        *rule,
        "END:VEVENT",
    )
    return "\r\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
