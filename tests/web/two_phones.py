"""Both partners of one home, each on a small phone of their own without JavaScript, on the real pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from service.flow import check_in
from service.flow.week import tick
from service.web.app import create_app
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_home
from tests.flow.sides import QuickPlanner
from tests.web.conftest import path_for, serving
from tests.web.test_browser import context_of, overflow


@dataclass(frozen=True)
class TwoPhones:
    home: Home
    base_url: str
    ana: Page
    ben: Page

    def open(self, page: Page, path: str) -> Page:
        page.goto(self.base_url + path)
        return page

    def tick(self) -> None:
        tick(self.home.world, HOME)


def press(page: Page, name: str, *, twice: bool = False) -> None:
    """That button or link, and wait for where it leads; `twice` as an impatient thumb does."""
    control = page.get_by_role("button", name=name, exact=True).or_(
        page.get_by_role("link", name=name, exact=True)
    )
    with page.expect_event("load"):  # a second press ends the first one's way before it is there
        control.first.click(click_count=2 if twice else 1)
    page.wait_for_load_state()
    assert overflow(page) <= 0, page.url


@contextmanager
def two_phones(browser: Browser, folder: Path, *, planned: bool, **facts: Any) -> Iterator[TwoPhones]:
    """With the check-in for `WEEK` open and, if `planned`, a first plan of it in both calendars."""
    with a_home(folder, **facts) as made:
        home = replace(made, world=replace(made.world, planner=QuickPlanner()))
        check_in.open_check_in(home.world, HOME, WEEK)
        if planned:
            tick(home.world, HOME)
        with (
            serving(home, lambda world, base_url: create_app(world, base_url=base_url)) as site,
            context_of(browser, width=320, javascript=False) as anas,
            context_of(browser, width=320, javascript=False) as bens,
        ):
            phones = TwoPhones(site.home, site.base_url, anas.new_page(), bens.new_page())
            for page, partner in ((phones.ana, ANA), (phones.ben, BEN)):
                phones.open(page, path_for(site.home, partner))
            yield phones
