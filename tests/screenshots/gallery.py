"""The demo's house with a clock that stands still, a browser for each person, and a camera.

Every picture is taken on a phone by day and by night and on a desk. What is taken is held against
`pictures.PICTURES`; a page that is wider than the smallest phone is told at the end.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

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
from tests.screenshots.pictures import MAILS, PICTURES, Shown
from tests.web.routes import api_routes

SIZES = {"phone-light": (375, "light"), "phone-dark": (375, "dark"), "desk": (1280, "light")}
SMALLEST_PHONE = 320
WEEK = Week.at(A_SUNDAY_EVENING, A_SUNDAY_EVENING.tzinfo).next  # type: ignore[arg-type]


class _Noted(jinja2.Template):
    """A template that says which one was shown last."""

    last = ""

    def render(self, *args: Any, **values: Any) -> str:
        _Noted.last = self.name or ""
        return super().render(*args, **values)


@dataclass
class Pictures:
    """What was taken so far, into `folder`, and all that is not as it should be."""

    folder: Path
    taken: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def take(self, name: str, page: Page) -> None:
        page.set_viewport_size({"width": SMALLEST_PHONE, "height": 800})
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            self.problems.append(f"{name} is {wider} px wider than a phone of {SMALLEST_PHONE} px")
        for size, (width, scheme) in SIZES.items():
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=self.folder / f"{name}-{size}.png", full_page=True, animations="disabled")
        self.taken.add(name)
        sys.stdout.write(f"  {name}\n")
        sys.stdout.flush()

    def missing(self) -> list[str]:
        return sorted({*PICTURES, *MAILS} - self.taken)


@dataclass
class Gallery:
    """One house; `ana`, `ben` and whoever else comes have a browser each."""

    house: DemoHouse
    app: FastAPI
    base_url: str
    browser: Browser
    pictures: Pictures
    _contexts: dict[str, BrowserContext] = field(default_factory=dict)
    _asked: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The last page that each person's browser went to: method and address."""

    @property
    def clock(self) -> FixedClock:
        clock = self.house.world.clock
        assert isinstance(clock, FixedClock)
        return clock

    def page(self, person: str) -> Page:
        if person not in self._contexts:
            self._contexts[person] = self.browser.new_context(reduced_motion="reduce")
            self._contexts[person].set_default_timeout(30_000)
            page = self._contexts[person].new_page()
            page.on("request", lambda request: self._note(person, request))
        return self._contexts[person].pages[0]

    def _note(self, person: str, request: Request) -> None:
        if request.is_navigation_request():
            self._asked[person] = (request.method, request.url)

    def come_in(self, person: str, to: str = "") -> Page:
        """By a link as a mail would have it."""
        expires_at = self.clock.now() + timedelta(days=8)
        home = self.house.household.id
        link = link_for(self.house.world, home, PartnerId(person), week=WEEK, expires_at=expires_at)
        page = self.page(person)
        page.goto(link)
        if to:
            page.goto(self.base_url + to)
        return page

    def open(self, person: str, path: str) -> Page:
        page = self.page(person)
        page.goto(self.base_url + path)
        return page

    def press(self, person: str, name: str) -> Page:
        """That button, and wait for the page it leads to."""
        page = self.page(person)
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()
        return page

    def take(self, name: str, person: str, path: str = "") -> Page:
        """What stands on that person's screen, or at `path`, if it is what the row of that name says."""
        page = self.open(person, path) if path else self.page(person)
        if (shown := self._shown(person)) != PICTURES[name]:
            self.pictures.problems.append(f"{name} shows {' with '.join(shown)}")
        self.pictures.take(name, page)
        return page

    def _shown(self, person: str) -> Shown:
        method, url = self._asked[person]
        path = urlsplit(url).path
        routes = (route for route in api_routes(self.app) if method in route.methods)
        found = next((route.path for route in routes if route.path_regex.match(path)), path)
        return f"{method} {found}", _Noted.last

    def take_mails(self) -> None:
        page = self.page("nobody")
        known = {subject: name for name, (subject, _template) in MAILS.items()}
        for mail in self.house.mailbox.mails():
            name = known.get(mail.subject, "")
            if not name:
                self.pictures.problems.append(f"a mail called “{mail.subject}” has no row")
            elif name not in self.pictures.taken:
                page.set_content(mail.html)
                self.pictures.take(name, page)

    def answer(self, person: str, word: str, *, thanks: str = "") -> Page:
        page = self.come_in(person)
        page.get_by_role("radio", name=word).check()
        page.locator("textarea").first.fill(thanks)
        return self.press(person, "That's me")

    def deliver(self) -> None:
        mail_delivery(self.house.config, self.house.world, at_any_hour=True)()

    def tick(self) -> None:
        tick(self.house.world, self.house.household.id, at_once=True)
        self.deliver()


@contextmanager
def open_gallery(browser: Browser, pictures: Pictures, *, with_google: bool = False) -> Iterator[Gallery]:
    """A fresh house on Sunday evening; `with_google` leaves it to Ben to connect his calendar."""
    with ExitStack() as stack:
        web = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offplate-pictures-")))
        house = stack.enter_context(
            running_house(
                state,
                Places(web=web.getsockname()[1]),
                clock=FixedClock(A_SUNDAY_EVENING),
                week=WEEK,
                seed_number=1,
                with_google=with_google,
            )
        )
        base_url = house.config.server.base_url
        app = create_app(house.world, base_url=base_url)
        app.state.site.templates.template_class = _Noted
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, ws="none", lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [web]}, daemon=True)
        thread.start()
        yield Gallery(house, app, base_url, browser, pictures)
        server.should_exit = True
        thread.join(10)


@contextmanager
def a_browser() -> Iterator[Browser]:
    found = find_browser(os.environ)
    if found is None:
        raise SystemExit("There is no Chromium here. Install it, or name one in OFFPLATE_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()
