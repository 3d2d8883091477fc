"""From an empty machine to "Yours. Ben is on duty" in her calendar: what it takes of her, and how long.

`python -m bench.first_minutes` starts a real `serve` that knows nobody and a real calendar server, fills in
the pages of set-up as a browser would, with the whole list for a one-year-old, and looks into her calendar
until the entry stands there. The exit status says whether the goals were met.
"""

from __future__ import annotations

import base64
import http.client
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from service.clock import SystemClock
from service.demo.addresses import port_or_another
from service.demo.dav import DavAccount
from service.demo.radicale import running_radicale

ROOT = Path(__file__).resolve().parents[1]
MOST_STEPS = 12
MOST_SECONDS = 60.0
GIVES_UP_AFTER_SECONDS = 300.0
HERS = "Yours: an evening to myself. Ben is on duty"


@dataclass
class Browser:
    """Follows links and sends forms, with one cookie; `steps` counts both."""

    port: int
    cookie: str = ""
    steps: int = 0
    page: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})

    def go(self, path: str, form: dict[str, object] | None = None) -> None:
        """One step; where it leads further is no step of hers."""
        self.steps += 1
        while path:
            path, form = self._ask(path, form), None

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        return unescape(found[1]) if found else ""

    def _ask(self, path: str, form: dict[str, object] | None) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = self.headers | ({"Cookie": self.cookie} if self.cookie else {})
        body = urlencode({"reader": self.hidden("reader"), **form}, doseq=True) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if body is not None else "GET", path, body, headers)
        answer = connection.getresponse()
        self.page = answer.read().decode()
        connection.close()
        if answer.status >= 400:
            raise SystemExit(f"{path} answered {answer.status}:\n{self.page}")
        if given := answer.getheader("Set-Cookie"):
            self.cookie = given.partition(";")[0]
        return answer.getheader("Location") or ""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="offplate-bench-") as folder:
        state = Path(folder)
        port = port_or_another(0)
        (state / "config.toml").write_text(
            f'[server]\nbase_url = "http://127.0.0.1:{port}"\nlisten = "127.0.0.1:{port}"\n'
            f'[mail]\nurl = "smtp://127.0.0.1:{port_or_another(0)}"\n'
            '[sync]\nallow_private_hosts = ["127.0.0.1"]\n'
        )
        with running_radicale(state / "calendars", {"ana": "secret"}) as caldav_url:
            steps, seconds = _measure(state, port, caldav_url)
    met = steps <= MOST_STEPS and seconds <= MOST_SECONDS
    for what, measured, goal, is_met in (
        ("pages and presses, calendar included", f"{steps}", f"{MOST_STEPS}", steps <= MOST_STEPS),
        ("from Start to her calendar", f"{seconds:.1f} s", f"{MOST_SECONDS:.0f} s", seconds <= MOST_SECONDS),
    ):
        print(f"{what:<44}{measured:>12}   goal {goal}: {'met' if is_met else 'MISSED'}")
    return 0 if met else 1


def _measure(state: Path, port: int, caldav_url: str) -> tuple[int, float]:
    command = [sys.executable, "-m", "service", "serve", "--config", str(state / "config.toml")]
    with (
        (state / "log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            printed = iter(process.stdout.readline, "") if process.stdout else iter(())
            link = next(found[0] for line in printed if (found := re.search(r"/c/\S+", line)))
            ana = Browser(port)
            began = _fill_in(ana, link, caldav_url)
            while not _stands_there(caldav_url):
                if time.perf_counter() - began > GIVES_UP_AFTER_SECONDS:
                    raise SystemExit(f"Nothing came:\n{(state / 'log').read_text()}")
                time.sleep(0.2)
            return ana.steps, time.perf_counter() - began
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _fill_in(ana: Browser, link: str, caldav_url: str) -> float:
    """Everything that she has to do; returns when *Start* was pressed."""
    year_old = (SystemClock().now() - timedelta(days=390)).date().isoformat()
    ana.go(link)
    ana.go(
        "/set-up/begin",
        {
            "name": "Home", "zone": "Europe/Berlin", "child": year_old,
            "name-1": "Ana", "email-1": "ana@example.org", "name-2": "Ben", "email-2": "ben@example.org",
            "asleep-1-days": list(range(7)), "asleep-1-from": "19:30", "asleep-1-to": "06:30",
        },
    )  # fmt: skip
    bundles = set(re.findall(r'name="(bundle-[\w-]+)"', ana.page))
    ana.go("/set-up/list", dict.fromkeys(bundles, "both") | {"bundle-pets": "nobody", "press": "next"})
    ana.go("/connect")
    ana.go("/connect", {"address": caldav_url})
    found = {"attempt": ana.hidden("attempt"), "username": "ana", "password": "secret"}
    ana.go("/connect/account", found)
    ana.go("/connect/save", {"attempt": ana.hidden("attempt"), "home": "own"})
    ana.go("/welcome")
    began = time.perf_counter()
    ana.go(
        "/set-up/you",
        {
            "press": "yes", "state": "fine", "run_by": "Ana", "consent": ["stretch", "pact"],
            "wish": "An evening to myself", "minutes": "90",
            "own-1-days": list(range(5)), "own-1-from": "19:00", "own-1-to": "21:30",
        },
    )  # fmt: skip
    return began


def _stands_there(caldav_url: str) -> bool:
    account = DavAccount(caldav_url, "ana", "secret")
    home = account.calendars().get("Offplate")
    return home is not None and any(HERS in _event(caldav_url, path) for path in account.events(home))


def _event(caldav_url: str, path: str) -> str:
    """The text of one event, unfolded (RFC 5545 section 3.1)."""
    token = base64.b64encode(b"ana:secret").decode()
    connection = http.client.HTTPConnection(urlsplit(caldav_url).netloc, timeout=30)
    connection.request("GET", path, headers={"Authorization": f"Basic {token}"})
    text = connection.getresponse().read().decode()
    connection.close()
    return text.replace("\r\n ", "")


if __name__ == "__main__":
    raise SystemExit(main())
