"""Requests and time of reading an account: the first time, and again when nothing has changed.

`python -m bench.caldav [EVENTS]` fills three calendars of a Radicale of its own on loopback, reads
them twice and prints one line each. The second reading shall cost one request per calendar and no
write; the exit status says whether it did.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from connectors.caldav import CalDavAccount, CalDavConnector, bodies
from connectors.model import AccountState, TimeRange, Watch
from tests.servers import running_radicale

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
CALENDARS = ("personal", "work", "family")


def main(arguments: list[str]) -> int:
    events = int(arguments[0]) if arguments else 500
    with tempfile.TemporaryDirectory() as folder, running_radicale({"ana": "pw"}, Path(folder)) as url:
        for index, name in enumerate(CALENDARS):
            _fill(f"{url}ana/{name}/", [n for n in range(events) if n % len(CALENDARS) == index])
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
        connector.close()
    kept = requests_again <= len(CALENDARS) and writes == 0
    print(f"goal of {len(CALENDARS)} requests and 0 writes: {'kept' if kept else 'missed'}")
    return 0 if kept else 1


def _timed(label: str, connector: CalDavConnector, watch: Watch, state: AccountState) -> AccountState:
    before, started = connector.traffic.requests, time.perf_counter()
    delta = connector.poll_account(watch, state)
    seconds = time.perf_counter() - started
    busy = sum(len(reading.busy) for reading in delta.readings)
    sent, writes = connector.traffic.requests - before, connector.traffic.writes
    print(f"{label}: {sent} requests, {writes} writes, {seconds * 1000:.0f} ms, {busy} busy times")
    return delta.state


def _fill(calendar: str, numbers: list[int]) -> None:
    """Put many events at once: a PUT of a whole calendar, which Radicale allows."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN")
    text = "\r\n".join((*head, *(_event(number) for number in numbers), "END:VCALENDAR", ""))
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("ana", "pw")
        xml, ics = {"Content-Type": "text/xml"}, {"Content-Type": "text/calendar"}
        made = session.request(
            "MKCALENDAR", calendar, data=bodies.make_calendar("Bench", "Of a person"), headers=xml, timeout=60
        )
        made.raise_for_status()
        session.delete(calendar, timeout=60).raise_for_status()
        session.put(calendar, data=text.encode(), headers=ics, timeout=600).raise_for_status()


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
