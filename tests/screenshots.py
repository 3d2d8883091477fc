"""`make screenshots`: every page and every mail of the demo's household, as pictures for a person to look at.

    .venv/bin/python -m tests.screenshots FOLDER

Ana and Ben's week is lived once from Sunday morning on, with a clock that stands still, on a real calendar
server; at each step every page that has changed is taken on a phone by day and by night and on a desk.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from service.clock import FixedClock
from service.commands.tests import find_browser
from service.demo.house import DemoHouse, Places, running_house
from service.demo.story import A_SUNDAY_EVENING
from service.domain.household import PartnerId
from service.domain.week import Week
from service.flow.invite import link_for
from service.flow.week import tick
from service.web.app import create_app
from service.wiring import mail_delivery
from tests.web.routes import filled_in, routes_of

SIZES = {"phone-light": (375, "light"), "phone-dark": (375, "dark"), "desk": (1280, "light")}
WEEK = Week.at(A_SUNDAY_EVENING, A_SUNDAY_EVENING.tzinfo).next  # type: ignore[arg-type]


@dataclass
class Gallery:
    """Two people with a browser each, and where their pictures go."""

    house: DemoHouse
    base_url: str
    folder: Path
    contexts: dict[str, BrowserContext]
    paths: Sequence[str]
    seen: dict[str, str] = field(default_factory=dict)

    def page(self, person: str) -> Page:
        pages = self.contexts[person].pages
        return pages[0] if pages else self.contexts[person].new_page()

    def come_in(self, person: str, to: str = "") -> Page:
        expires_at = self.house.world.clock.now() + timedelta(days=8)
        link = link_for(
            self.house.world, self.house.household.id, PartnerId(person), week=WEEK, expires_at=expires_at
        )
        page = self.page(person)
        page.goto(link + to)
        return page

    def take(self, name: str, page: Page) -> None:
        """In every size, unless this very page was taken before."""
        content = re.sub(r"[\w-]{43}|\d{2}:\d{2}:\d{2}", "", page.content())
        if self.seen.get(content):
            return
        self.seen[content] = name
        for size, (width, scheme) in SIZES.items():
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=self.folder / f"{name}-{size}.png", full_page=True, animations="disabled")
        sys.stdout.write(f"  {name}\n")

    def take_all(self, step: str, person: str) -> None:
        """Every page there is, as that person sees it now."""
        page = self.page(person)
        for path in self.paths:
            page.goto(self.base_url + path)
            plain = path.replace(str(WEEK), "of").replace("t" * 43, "link")
            name = re.sub(r"\W+", "-", plain).strip("-") or "front"
            self.take(f"{step}-{person}-{name}", page)

    def take_mails(self) -> None:
        page = self.contexts["ana"].new_page()
        for mail in self.house.mailbox.mails():
            page.set_content(mail.html)
            name = re.sub(r"\W+", "-", mail.subject.lower()).strip("-")
            self.take(f"mail-{mail.number:02}-{mail.recipient.partition('@')[0]}-{name}", page)
        page.close()

    def answer(self, person: str, word: str, *, hand_over: bool = False, thanks: str = "") -> None:
        page = self.come_in(person)
        page.get_by_role("radio", name=word).check()
        if hand_over:
            page.locator("input[name=hand_over]").first.check(force=True)
        page.locator("textarea").first.fill(thanks)
        self.take(f"2-answer-{person}-filled-in", page)
        page.locator("form.answer button.primary").click()

    def deliver(self) -> None:
        mail_delivery(self.house.config, self.house.world, at_any_hour=True)()

    def tick(self) -> None:
        tick(self.house.world, self.house.household.id, at_once=True)
        self.deliver()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with open_gallery(folder) as gallery:
        gallery.take_all("0-stranger", "ana")
        gallery.tick()
        gallery.house.ask(WEEK)
        gallery.deliver()
        gallery.come_in("ana")
        gallery.take_all("1-asked", "ana")
        gallery.answer("ana", "In the weeds", hand_over=True, thanks="You let me sleep until nine.")
        gallery.take_all("3-waiting", "ana")
        gallery.answer("ben", "Fine", thanks="The soup.")
        gallery.take_all("4-together", "ben")
        for person in ("ana", "ben"):
            page = gallery.page(person)
            page.goto(f"{gallery.base_url}/check-in/{WEEK}?next=1")
            gallery.take("5-proposal", page)
            page.get_by_role("button", name="Agree").click()
        gallery.tick()
        gallery.take_all("6-settled", "ana")
        clock = gallery.house.world.clock
        assert isinstance(clock, FixedClock)
        clock.move(timedelta(days=2, hours=12))
        gallery.tick()
        gallery.take_all("7-wednesday", "ben")
        gallery.take_mails()
    with open_gallery(folder) as gallery:
        gallery.tick()
        gallery.house.ask(WEEK)
        for person in ("ana", "ben"):
            gallery.answer(person, "Blown")
        page = gallery.page("ana")
        page.goto(f"{gallery.base_url}/check-in/{WEEK}?next=1")
        gallery.take("5-smaller-week", page)


@contextmanager
def open_gallery(folder: Path) -> Iterator[Gallery]:
    with ExitStack() as stack:
        web = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = web.getsockname()[1]
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offplate-pictures-")))
        clock = FixedClock(A_SUNDAY_EVENING)
        house = stack.enter_context(
            running_house(state, Places(web=port), clock=clock, week=WEEK, seed_number=1)
        )
        base_url = house.config.server.base_url
        app = create_app(house.world, base_url=base_url)
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, ws="none", lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [web]}, daemon=True)
        thread.start()
        browser = stack.enter_context(_browser())
        no_page = ("/static/", "/livez", "/readyz")
        paths = [
            filled_in(path, week=str(WEEK))
            for method, path in routes_of(app)
            if method == "GET" and not path.startswith(no_page)
        ]
        people = [partner.id for partner in house.household.partners]
        contexts = {person: browser.new_context(reduced_motion="reduce") for person in people}
        yield Gallery(house, base_url, folder, contexts, paths)
        server.should_exit = True
        thread.join(10)


@contextmanager
def _browser() -> Iterator[Browser]:
    found = find_browser(os.environ)
    if found is None:
        raise SystemExit("There is no Chromium here. Install it, or name one in OFFPLATE_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "artefacts/screenshots"))
