"""Connecting in a real browser, without JavaScript, to a real CalDAV server on this machine.

Screenshots land in artefacts/ for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from connectors.caldav import bodies
from service.flow.week import tick
from service.web.app import create_app
from service.wiring import build_onboarding, connector_opener
from tests.builders import BEN, HOME, Home, a_home
from tests.servers import running_radicale
from tests.web.conftest import path_for, serving
from tests.web.test_browser import ARTEFACTS, FLAGS, context_of, overflow

pytestmark = pytest.mark.browser

PASSWORD = "canary-7b1d"
HOSTS = ("127.0.0.1",)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[tuple[Home, str]]:
    """Nobody is connected; Ben has two calendars on the server."""
    with a_home(tmp_path, accounts=()) as made, running_radicale({"ben": PASSWORD}, tmp_path) as url:
        for name in ("Work", "Family"):
            requests.request(
                "MKCALENDAR",
                f"{url}ben/{name.lower()}/",
                data=bodies.make_calendar(name, ""),
                auth=("ben", PASSWORD),
                timeout=10,
            ).raise_for_status()
        world = replace(
            made.world,
            onboarding=build_onboarding(HOSTS, made.clock),
            open_connector=connector_opener(made.clock, HOSTS),
        )
        yield replace(made, world=world), url


def seen(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    assert overflow(page) <= 0, name
    assert PASSWORD not in page.content()
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True, animations="disabled")


def test_a_calendar_is_connected_from_a_phone(chromium: str, home: tuple[Home, str]) -> None:
    made, url = home
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=list(FLAGS)) as browser,
        serving(made, lambda world, base_url: create_app(world, base_url=base_url)) as site,
        context_of(browser, javascript=False) as context,
    ):
        page = context.new_page()
        page.goto(site.base_url + path_for(site.home, "ben"))
        page.goto(f"{site.base_url}/week")
        page.get_by_role("link", name="Connect your calendar").click()
        page.get_by_label("Mail address, or address of the server").fill("ben@icloud.com")
        seen(page, "connect-address")
        page.get_by_role("button", name="Find it").click()
        assert page.get_by_role("heading").inner_text() == "Your password goes to caldav.icloud.com."
        seen(page, "connect-provider")

        page.get_by_role("link", name="Another address").click()
        page.get_by_label("Mail address, or address of the server").fill(url)
        page.get_by_role("button", name="Find it").click()
        page.get_by_label("User name").fill("ben")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Look around").click()
        assert page.get_by_role("alert").is_visible()
        assert page.get_by_label("Password").input_value() == ""
        seen(page, "connect-refused")

        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Look around").click()
        assert page.get_by_role("heading").inner_text() == "We found 2 calendars."
        page.get_by_role("checkbox", name="Family").uncheck()
        seen(page, "connect-found")
        page.get_by_role("button", name="Connect", exact=True).click()
        assert page.get_by_text("Your calendar is connected.").is_visible()
        seen(page, "connect-done")

        report = tick(made.world, HOME)
        assert report.partners[BEN].problem is None
        page.get_by_role("link", name="Your week").click()
        assert page.get_by_role("link", name="Connect your calendar").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_are_accessible(chromium: str, home: tuple[Home, str], scheme: str) -> None:
    made, url = home
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=list(FLAGS)) as browser,
        serving(made, lambda world, base_url: create_app(world, base_url=base_url)) as site,
        context_of(browser, scheme=scheme, width=320) as context,
    ):
        page = context.new_page()
        page.goto(site.base_url + path_for(site.home, "ben"))
        page.goto(f"{site.base_url}/connect")
        assert Axe().run(page).violations_count == 0
        page.get_by_label("Mail address").fill(url)
        page.get_by_role("button", name="Find it").click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.get_by_label("User name").fill("ben")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Look around").click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert overflow(page) <= 0
