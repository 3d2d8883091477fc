"""A child falls ill on Tuesday evening: two phones without JavaScript, and both calendars on a real Radicale.

Screenshots land in artefacts/ for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from service.flow.week import tick
from service.web.app import create_app
from tests.builders import HOME, WEEK, a_chore, span
from tests.flow.sides import QuickPlanner
from tests.radicale_home import App, a_home_at_radicale
from tests.web.conftest import LiveSite, path_for, serving
from tests.web.test_browser import ARTEFACTS, FLAGS, context_of, overflow

pytestmark = pytest.mark.browser

RUN = {"cadence": "weekdays", "mode": "alternating", "at_home": "out", "shed": "never"}
CHORES = [
    a_chore("Pick up", "ana", window="Mon-Fri 15:45-16:30", **RUN),  # type: ignore[arg-type]
    a_chore("Bedtime", "ben", minutes=45, cadence="daily", window="18:45-20:15", shed="never"),
    a_chore("Laundry", "ana", cadence="daily", window="16:30-18:30", shed="shrink"),
]


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[tuple[LiveSite, dict[str, App]]]:
    """Tuesday 19:00 of a planned week, in two real calendars."""
    with a_home_at_radicale(tmp_path, chores=CHORES) as (home, apps):
        made = replace(home, world=replace(home.world, planner=QuickPlanner()))
        tick(made.world, HOME)
        made.clock.move(span("Tue 19:00-20:00").start_at - made.clock.now())
        tick(made.world, HOME)
        with serving(made, lambda world, base_url: create_app(world, base_url=base_url)) as site:
            yield site, apps


def looked_at(page: Page, name: str) -> None:
    """In both schemes and on the smallest phone."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (320, 375, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert overflow(page) <= 0, (name, width)
        page.set_viewport_size({"width": 375, "height": 800})
        page.screenshot(path=ARTEFACTS / f"{name}-{scheme}.png", full_page=True, animations="disabled")
    page.emulate_media(color_scheme="light")


def accessible(browser: Browser, site: LiveSite, partner: str, path: str) -> None:
    with context_of(browser, scheme="dark") as context:
        page = context.new_page()
        page.goto(site.base_url + path_for(site.home, partner))
        page.goto(site.base_url + path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_from_the_first_fever_to_well_again(chromium: str, lived: tuple[LiveSite, dict[str, App]]) -> None:
    site, apps = lived
    days = ("20261202", "20261203")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        phones = {}
        for partner in ("ana", "ben"):
            phones[partner] = context_of(browser, javascript=False).new_page()
            phones[partner].goto(site.base_url + path_for(site.home, partner))
            phones[partner].goto(site.base_url + "/week")
        ana, ben = phones["ana"], phones["ben"]

        ana.get_by_role("link", name="Child is ill, nursery closed").click()
        looked_at(ana, "ill-ask")
        accessible(browser, site, "ana", "/ill")
        ana.get_by_label("Until and with").select_option(WEEK.days[3].isoformat())
        ana.get_by_role("button", name="Make these days small").click()
        assert (
            ana.get_by_role("heading", level=1).inner_text()
            == "The baby is at home until Thursday 3 December."
        )
        looked_at(ana, "ill-said")
        accessible(browser, site, "ana", "/ill")
        tick(site.home.world, HOME)
        for app in apps.values():
            for text in app.entries().values():
                ahead = any(f"DTSTART:{day}" in text for day in days)
                assert not ahead or not ("SUMMARY:Pick up" in text or "SUMMARY:Laundry" in text)

        ben.reload()
        looked_at(ben, "ill-week")
        accessible(browser, site, "ben", "/week")
        ben.get_by_role("button", name="Yes, so be it").click()
        assert "It holds once Ana has as well." in ben.content()
        ana.reload()
        ana.get_by_role("button", name="Yes, so be it").click()
        looked_at(ana, "ill-agreed")
        tick(site.home.world, HOME)
        at_home = [name for name, app in apps.items() if app.has("At home with the baby")]
        assert sorted(at_home) == ["ana", "ben"], "a day for each"

        ben.goto(site.base_url + "/ill")
        site.home.clock.move(span("Wed 20:00-21:00").start_at - site.home.clock.now())
        ben.get_by_role("button", name="All is well again").click()
        tick(site.home.world, HOME)
        back = [t for app in apps.values() for t in app.entries().values() if "SUMMARY:Pick up" in t]
        assert any("DTSTART:20261203" in text for text in back)
        gone = [t for app in apps.values() for t in app.entries().values() if "SUMMARY:At home" in t]
        assert not any("DTSTART:20261203" in text for text in gone)
        browser.close()
