"""Every page there is, for everyone: the smallest phone, tired eyes, a keyboard alone, and a scanner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from starlette.testclient import TestClient

from service.flow import check_in
from service.flow.week import tick
from service.web.app import create_app
from service.words import ENGLISH, speaking
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_home
from tests.pseudo import PSEUDO
from tests.web.conftest import OWN_PAGE, LiveSite, path_for, serving
from tests.web.routes import filled_in, pages_of, routes_of
from tests.web.test_access import nothing_changes
from tests.web.test_browser import FLAGS, context_of, overflow, violations_on

PAGE = f"/check-in/{WEEK}"
LARGER_TYPE = (
    "(sheet => sheet.insertRule('html { font-size: 36px }', sheet.cssRules.length))(document.styleSheets[0])"
)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def revealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A week that both have answered and nobody has agreed to yet, with a question open to Ben."""
    with a_home(tmp_path_factory.mktemp("home")) as home:
        check_in.open_check_in(home.world, HOME, WEEK)
        home.put_busy(ANA, "Mon-Fri 09:00-15:00")
        tick(home.world, HOME)
        laundry = next(e for e in home.server.account(ANA).entries() if e.title == "Laundry")
        home.server.account(ANA).retitle(laundry.uid, "> Laundry")
        tick(home.world, HOME)
        check_in.answer(home.world, HOME, ANA, WEEK, state="blown", appreciation="The soup.")
        check_in.answer(home.world, HOME, BEN, WEEK, state="weeds", appreciation="Sleep.")
        with serving(home, lambda world, base_url: create_app(world, base_url=base_url)) as site:
            yield site


def every_page(site: LiveSite) -> list[str]:
    app = create_app(site.home.world, base_url=site.base_url)
    return [*pages_of(app), f"{PAGE}?next=1", f"{PAGE}?change=1", "/nowhere"]


def opened(page: Page, site: LiveSite) -> Iterator[str]:
    page.goto(site.base_url + path_for(site.home, "ben"))
    for path in every_page(site):
        page.goto(site.base_url + path)
        yield path


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_any_page(browser: Browser, revealed: LiveSite, width: int, scheme: str) -> None:
    with context_of(browser, width=width, scheme=scheme) as context:
        page = context.new_page()
        for path in opened(page, revealed):
            found = violations_on(page, colours_alone=scheme == "light")
            assert not found, (path, found)


@pytest.mark.browser
@pytest.mark.parametrize("language", [ENGLISH, PSEUDO], ids=["en", "longer words"])
def test_every_page_fits_the_smallest_phone_and_type_twice_as_large(
    browser: Browser, revealed: LiveSite, language: object
) -> None:
    with speaking(language), context_of(browser, width=320) as context:  # type: ignore[arg-type]
        page = context.new_page()
        for path in opened(page, revealed):
            assert overflow(page) <= 0, path
            page.set_viewport_size({"width": 375, "height": 800})
            page.evaluate(LARGER_TYPE)
            assert overflow(page) <= 0, (path, "200 %")
            page.set_viewport_size({"width": 320, "height": 800})


def tab_to(page: Page, control: Locator) -> None:
    for _ in range(40):
        if control.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the Tab key never gets there")


@pytest.mark.browser
def test_a_whole_check_in_with_the_keyboard_alone(browser: Browser, live: LiveSite) -> None:
    with context_of(browser, javascript=False) as context:
        page = context.new_page()
        page.goto(live.base_url + path_for(live.home, "ana"))
        first, second = (page.get_by_role("radio", name=name) for name in ("Fine", "In the weeds"))
        first.wait_for(state="attached")
        page.keyboard.press("Tab")
        expect(first).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(second).to_be_checked()
        tab_to(page, page.get_by_label("One thing you were glad of"))
        page.keyboard.type("Tea.")
        tab_to(page, page.get_by_role("button", name="That's me"))
        page.keyboard.press("Enter")
        page.get_by_text("Thank you. That was all.").wait_for()
    given = live.home.store.check_ins.get(HOME, WEEK)
    assert given is not None
    assert (given.answers[ANA].state, given.answers[ANA].appreciation) == ("weeds", "Tea.")


def test_a_scanner_that_opens_everything_and_sends_every_form_empty_changes_nothing(
    app: FastAPI, planned: Home, ana: TestClient
) -> None:
    """It may even run in the person's own browser: every answer can be changed, none is given by looking."""
    with nothing_changes(planned, HOME):
        for method, path in routes_of(app):
            address = filled_in(path)
            if method == "GET":
                for _ in range(3):
                    assert ana.get(address).status_code < 500, path
                    assert ana.head(address).status_code < 500, path
                assert ana.options(address).status_code == 405, path
            else:
                for form in ({}, {"reader": "home/ana"}):
                    assert ana.post(address, data=form, headers=OWN_PAGE).status_code < 500, path
                    assert ana.post(address, data=form).status_code in (200, 403, 404), path
