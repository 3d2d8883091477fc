"""The first moment that must be right: from an empty machine to "Yours. Ben is on duty" in her own calendar.

A real `serve`, a real browser without JavaScript on a small phone, a real CalDAV server; the other one comes
in by the link that is handed over, since no mail server answers here.
"""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.radicale_home import App
from tests.servers import running_radicale
from tests.web.test_browser import ARTEFACTS, browser, context_of, overflow

__all__ = ["browser"]
pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
MOST_PRESSES = 14


@dataclass
class Hand:
    """One hand on a phone: it counts what it has to press. `reader` can run the scripts of axe."""

    page: Page
    reader: BrowserContext
    presses: Counter[str] = field(default_factory=Counter)

    def press(self, role: str, name: str) -> None:
        self.presses[name] += 1
        self.page.get_by_role(role, name=name).click()  # type: ignore[arg-type]

    def choose(self, role: str, name: str) -> None:
        self.presses[name] += 1
        self.page.get_by_role(role, name=name).check()  # type: ignore[arg-type]

    def looks(self, name: str) -> None:
        """The page fits, is there as a picture, and with an address of its own reads well for everybody."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        assert overflow(self.page) <= 0, name
        self.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True, animations="disabled")
        if self.page.url.endswith("/link"):
            return
        self.reader.add_cookies(self.page.context.cookies())  # type: ignore[arg-type]
        same = self.reader.new_page()
        same.goto(self.page.url)
        found = Axe().run(same)
        same.close()
        assert found.violations_count == 0, found.generate_report()


@contextmanager
def empty_machine(folder: Path) -> Iterator[str]:
    """`serve` where nobody has been named; yields the link that it prints."""
    with socket.create_server(("127.0.0.1", 0)) as free, socket.create_server(("127.0.0.1", 0)) as no_mail:
        port, mail = free.getsockname()[1], no_mail.getsockname()[1]
    config = folder / "config.toml"
    config.write_text(
        f'[server]\nbase_url = "http://127.0.0.1:{port}"\nlisten = "127.0.0.1:{port}"\n'
        f'[mail]\nurl = "smtp://127.0.0.1:{mail}"\n'
        '[sync]\nallow_private_hosts = ["127.0.0.1"]\n'
    )
    command = [sys.executable, "-m", "service", "serve", "--config", str(config)]
    with (
        (folder / "log").open("w") as log_file,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log_file, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            printed = iter(process.stdout.readline, "")
            link = next(found[1] for line in printed if (found := re.search(r"(http://\S+/c/\S+)", line)))
            yield link
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
    log = (folder / "log").read_text()
    assert "Traceback" not in log, log
    assert link.rpartition("/")[2] not in log
    assert process.returncode == 0


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        threading.Event().wait(0.3)
    return is_so()


def test_from_an_empty_machine_to_her_own_evening_in_her_calendar(
    browser: Browser, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    server = tmp_path / "server"
    server.mkdir()
    with (
        running_radicale({"ana": "secret"}, server) as url,
        empty_machine(tmp_path) as link,
        context_of(browser, width=320, javascript=False) as phone,
        context_of(browser, width=320, scheme="dark", javascript=False) as bens_phone,
        context_of(browser, width=320) as reader,
        context_of(browser, width=320, scheme="dark") as bens_reader,
    ):
        phone.set_default_timeout(30_000)
        ana = Hand(phone.new_page(), reader)
        requests: list[str] = []
        phone.on("request", lambda request: requests.append(request.method + " " + request.url))
        begun = time.monotonic()
        ana.page.goto(link)
        ana.page.get_by_label("Your name").fill("Ana")
        ana.page.get_by_label("Your e-mail address").fill("ana@example.org")
        ana.page.get_by_label("The other one's name").fill("Ben")
        ana.page.get_by_label("Their e-mail address").fill("ben@example.org")
        ana.page.get_by_label("Its time zone").select_option("Europe/Berlin")
        ana.page.get_by_label("Child 1").fill("2025-11-02")
        ana.looks("set-up-home")
        ana.press("button", "Next: what needs doing")
        ana.looks("set-up-list")
        ana.press("button", "Next: you")
        ana.looks("set-up-you")
        ana.press("link", "Connect your calendar")
        ana.page.get_by_label("Mail address, or address of the server").fill(url)
        ana.press("button", "Find it")
        ana.page.get_by_label("User name").fill("ana")
        ana.page.get_by_label("Password, better an app password").fill("secret")
        ana.press("button", "Look around")
        ana.press("button", "Connect")
        ana.press("link", "Go on")
        ana.choose("radio", "Fine")
        ana.choose("checkbox", "A bigger week")
        ana.choose("checkbox", "An evening taken over")
        ana.press("button", "Start")
        assert ana.page.get_by_role("heading", level=1).inner_text().startswith("Your first week is")
        ana.looks("welcome-after-start")

        app = App(url, "ana")
        assert within(120, lambda: app.has("Ben is on duty")), (tmp_path / "log").read_text()
        seconds = time.monotonic() - begun
        _path, entry = app.find("Ben is on duty")
        assert "SUMMARY:Yours: an evening to myself. Ben is on duty" in entry.replace("\r\n ", "")
        record_property("presses", sum(ana.presses.values()))
        record_property("requests", len(requests))
        record_property("seconds", round(seconds))
        (ARTEFACTS / "first-minutes.json").write_text(
            json.dumps({"presses": ana.presses, "requests": len(requests), "seconds": round(seconds)})
        )
        assert sum(ana.presses.values()) <= MOST_PRESSES

        def can_hand_over() -> bool:
            ana.page.reload()
            return ana.page.get_by_role("button", name="Show the link, once").is_visible()

        assert within(60, can_hand_over)
        ana.looks("welcome-no-mail")
        ana.press("button", "Show the link, once")
        ana.looks("hand-over")
        bens_link = ana.page.locator(".link").inner_text()
        ana.page.get_by_role("link", name="back").click()
        assert ana.page.get_by_text("You have their link to hand over.").is_visible()

        ben = Hand(bens_phone.new_page(), bens_reader)
        ben.page.goto(bens_link)
        assert ben.page.get_by_role("heading", level=1).inner_text() == "Welcome, Ben."
        assert ben.page.get_by_text("Whoever that is could technically read").is_visible()
        ben.looks("welcome-other")
        ben.choose("radio", "In the weeds")
        ben.press("button", "That's me")
        assert ben.page.get_by_role("link", name="Connect your calendar").is_visible()
        ben.looks("welcome-joined")
