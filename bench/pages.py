"""What a page takes: the server's time, its bytes with everything it needs, and a change of the proposal.

`python -m bench.pages [SECONDS]` serves the demo's household (a real calendar server, SQLite) from a process
of its own on one core, and asks for every page in turn, 50 times a second whether or not an answer is there.
The time of a request counts from the moment it was due, so a machine that is busy otherwise shows in it; what
the server computed does not. The exit status says whether the goals were met.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn

from service.clock import FixedClock
from service.commands.serve import never_collect_what_is_loaded
from service.demo.house import DemoHouse, Places, running_house
from service.demo.household import ZONE
from service.demo.story import A_SUNDAY_EVENING
from service.domain.household import PartnerId
from service.domain.week import Week
from service.flow import check_in
from service.flow.invite import link_for
from service.flow.week import tick
from service.ports import Account
from service.web.app import create_app

WEEK = Week.at(A_SUNDAY_EVENING, ZONE).next
RATE = 50
MOST_P99_MS, MOST_PAGE_KB, MOST_CHANGE_SECONDS = 50.0, 60.0, 1.0
ASSETS = ("/static/offplate.css", "/static/favicon.svg")


def main(seconds: float) -> int:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.pages", "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        try:
            met = _measure(told, seconds, server.pid)
        finally:
            server.stdin.close()
    return 0 if met else 1


def _measure(told: Mapping[str, Any], seconds: float, pid: int) -> bool:
    port, cookie = int(told["port"]), _come_in(int(told["port"]), told["link"])
    pages = {
        "week": f"/week/{WEEK}",
        "how both are": f"/check-in/{WEEK}",
        "proposal": f"/check-in/{WEEK}?next=1",
        "answer": f"/check-in/{WEEK}?change=1",
        "a spent evening": "/off",
        "front": "/",
    }
    assets = sum(len(_get(port, cookie, asset)[1]) for asset in ASSETS)
    for path in pages.values():  # what only the first request after a start pays: templates are compiled
        _get(port, cookie, path)
    before = _computed_seconds(pid)
    took = _under_load(port, cookie, list(pages.values()), seconds)
    computed_ms = (_computed_seconds(pid) - before) * 1000 / int(seconds * RATE)
    met = True
    print(f"{'page, at 50 requests a second':<34}{'p50 ms':>9}{'p99 ms':>9}{'kB':>8}{'with assets':>13}")
    for name, path in pages.items():
        times, size = sorted(took[path]), len(_get(port, cookie, path)[1]) / 1000
        p50, p99 = times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))]
        whole = size + assets / 1000
        met &= p99 < MOST_P99_MS and whole < MOST_PAGE_KB
        print(f"{name:<34}{p50:>9.1f}{p99:>9.1f}{size:>8.1f}{whole:>13.1f}")
    change = _swap(port, cookie, told["reader"])
    met &= change < MOST_CHANGE_SECONDS
    goal = f"goal < {MOST_CHANGE_SECONDS:.0f} s"
    print(f"{'a change of the proposal, to its page':<44}{change:>8.2f} s   {goal}")
    print(f"{'computing by the server, per request':<44}{computed_ms:>8.1f} ms")
    print(f"{'load of this machine, all its work':<44}{os.getloadavg()[0]:>8.1f} on {os.cpu_count()} cores")
    for partner, count in told["requests_to_first_entry"].items():
        print(f"{'requests to the first entry, ' + partner:<44}{count:>8}")
    print(f"goals (p99 < {MOST_P99_MS:.0f} ms, page < {MOST_PAGE_KB:.0f} kB): {'met' if met else 'MISSED'}")
    return met


def _under_load(port: int, cookie: str, paths: list[str], seconds: float) -> dict[str, list[float]]:
    """Milliseconds of each request from when it was due, by its path."""
    took: dict[str, list[float]] = defaultdict(list)
    began = time.perf_counter() + 0.2

    def ask(number: int) -> None:
        due = began + number / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        path = paths[number % len(paths)]
        status, _body = _get(port, cookie, path)
        assert status == 200, (path, status)
        took[path].append((time.perf_counter() - due) * 1000)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, range(int(seconds * RATE))))
    return took


def _computed_seconds(pid: int) -> float:
    """Processor time of that process so far; 0 where the system has no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _get(port: int, cookie: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _come_in(port: int, link: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", link)
    cookie = connection.getresponse().headers["Set-Cookie"].partition(";")[0]
    connection.close()
    return str(cookie)


def _swap(port: int, cookie: str, reader: str) -> float:
    """Seconds from sending one change to the whole page that shows it."""
    page = _get(port, cookie, f"/check-in/{WEEK}?next=1")[1].decode()
    made_at = re.search(r'name="made_at" value="([^"]+)"', page)
    chores = re.findall(r'<option value="([^"]+)"', page)
    assert made_at
    form = {"reader": reader, "made_at": made_at[1], "kind": "give", "chore": chores[0], "other": ""}
    headers = {
        "Cookie": cookie,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("POST", f"/check-in/{WEEK}/change", urlencode(form), headers)
    status = connection.getresponse().status
    connection.close()
    assert status == 303, status
    _get(port, cookie, f"/check-in/{WEEK}?next=1")
    return time.perf_counter() - began


@dataclass
class _Counted:
    """A connector that notes how many requests had gone out when the first entry was written."""

    inner: Any
    first: dict[str, int]
    partner: str

    def create_entry(self, *arguments: Any, **named: Any) -> Any:
        made = self.inner.create_entry(*arguments, **named)
        self.first.setdefault(self.partner, self.inner.traffic.requests)
        return made

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def serve() -> None:
    """The child: the house with both answers given, served on one core until its standard input ends."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with (
        socket.create_server(("127.0.0.1", 0)) as web,
        tempfile.TemporaryDirectory(prefix="offplate-bench-") as folder,
        running_house(
            Path(folder),
            Places(web=web.getsockname()[1]),
            clock=FixedClock(A_SUNDAY_EVENING),
            week=WEEK,
            seed_number=1,
        ) as house,
    ):
        first = _lived(house)
        expires_at = A_SUNDAY_EVENING + timedelta(days=8)
        link = link_for(house.world, house.household.id, PartnerId("ana"), week=WEEK, expires_at=expires_at)
        told = {
            "port": web.getsockname()[1],
            "link": link.removeprefix(house.config.server.base_url),
            "reader": f"{house.household.id}/ana",
            "requests_to_first_entry": first,
        }
        app = create_app(house.world, base_url=house.config.server.base_url)
        options = uvicorn.Config(app, log_level="warning", access_log=False, ws="none", lifespan="off")
        server = uvicorn.Server(options)
        print(json.dumps(told), flush=True)
        _stop_when_input_ends(server)
        never_collect_what_is_loaded()
        server.run(sockets=[web])


def _lived(house: DemoHouse) -> dict[str, int]:
    """Set up, planned, written and answered."""
    first: dict[str, int] = {}
    world = house.world

    def open_connector(account: Account) -> Any:
        return _Counted(world.open_connector(account), first, account.partner)

    tick(replace(world, open_connector=open_connector), house.household.id)
    house.ask(WEEK)
    for partner, state in (("ana", "blown"), ("ben", "fine")):
        check_in.answer(world, house.household.id, PartnerId(partner), WEEK, state=state)
    return first


def _stop_when_input_ends(server: uvicorn.Server) -> None:
    def wait() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20))
