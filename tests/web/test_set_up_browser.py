"""The pages of set-up for everyone: the smallest phone, large type, longer words, the back button."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from service.flow import set_up
from service.flow.set_up import HomeWords, set_up_link
from service.web.app import create_app
from service.words import ENGLISH, Language, speaking
from tests.builders import HOME, Home
from tests.pseudo import PSEUDO
from tests.web.conftest import LiveSite, serving
from tests.web.test_browser import browser, context_of, overflow
from tests.web.test_everyone import LARGER_TYPE
from tests.web.test_set_up import home

__all__ = ["browser", "home"]
pytestmark = pytest.mark.browser


@pytest.fixture
def site(home: Home) -> Iterator[LiveSite]:
    with serving(home, lambda world, base_url: create_app(world, base_url=base_url)) as served:
        yield served


def fits(page: Page, where: str) -> None:
    assert overflow(page) <= 0, where
    page.set_viewport_size({"width": 375, "height": 800})
    page.evaluate(LARGER_TYPE)
    assert overflow(page) <= 0, (where, "200 %")
    page.set_viewport_size({"width": 320, "height": 800})


def named(site: LiveSite) -> None:
    words = HomeWords("Home", "Europe/Berlin", ("Maximiliane", "Ben"), ("a@example.org", "b@example.org"))
    set_up.save_home(site.home.world, HOME, words)


@pytest.mark.parametrize("language", [ENGLISH, PSEUDO], ids=["en", "longer words"])
def test_every_page_of_set_up_fits_the_smallest_phone_and_type_twice_as_large(
    browser: Browser, site: LiveSite, language: Language
) -> None:
    language.catalogue.gettext("Start")  # the longer words read the whole source first
    with speaking(language), context_of(browser, width=320) as context:
        page = context.new_page()
        page.goto(set_up_link(site.home.world, HOME))
        fits(page, "begin")
        named(site)
        page.goto(set_up_link(site.home.world, HOME))
        for path in ("home", "list", "you"):
            page.goto(f"{site.base_url}/set-up/{path}")
            fits(page, path)
        page.goto(f"{site.base_url}/set-up/you")
        page.locator("input[name=state]").first.check()
        page.locator("button[name=press]").click()
        for path in ("welcome", "week"):
            page.goto(f"{site.base_url}/{path}")
            fits(page, path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_a_page_of_set_up_says_when_something_is_missing_reads_well_for_everybody(
    browser: Browser, site: LiveSite, scheme: str
) -> None:
    with context_of(browser, width=375, scheme=scheme) as context:
        page = context.new_page()
        page.goto(set_up_link(site.home.world, HOME))
        page.locator("form").evaluate("form => form.noValidate = true")
        page.get_by_role("button", name="Next: what needs doing").click()
        assert page.get_by_role("alert").is_visible()
        assert page.get_by_label("Name", exact=True).is_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_going_back_and_giving_room_for_more_lose_nothing(browser: Browser, site: LiveSite) -> None:
    named(site)
    with context_of(browser, javascript=False) as context:
        page = context.new_page()
        page.goto(set_up_link(site.home.world, HOME))
        page.get_by_role("group", name="Cooking and kitchen").get_by_role("radio", name="me").check()
        page.get_by_role("button", name="Next: you").click()
        page.get_by_role("link", name="back").click()
        cooking = page.get_by_role("group", name="Cooking and kitchen")
        assert cooking.get_by_role("radio", name="me").is_checked()
        page.get_by_role("link", name="back").click()
        for birthday in ("2025-11-02", "2023-01-09"):
            page.get_by_label("Child", exact=False).and_(page.locator("input[value='']")).first.fill(birthday)
            page.get_by_role("button", name="Save, and give me room for more").click()
        assert page.locator("input[name=child]").count() == 3
        page.get_by_text("Somebody who helps").click()
        page.get_by_label("Name", exact=True).fill("Granny")
        sitters = page.locator("details").last
        sitters.get_by_role("checkbox", name="Wed").first.check()
        sitters.get_by_label("From").first.fill("14:00")
        sitters.get_by_label("until").first.fill("18:00")
        page.get_by_role("button", name="Save, and give me room for more").click()
        assert page.get_by_label("Name", exact=True).count() == 2
        page.get_by_role("button", name="Next: what needs doing").click()
    stands = site.home.store.households.get(HOME)
    assert len(stands.children_born) == 2
    assert [sitter.name for sitter in stands.sitters] == ["Granny"]
    assert stands.holders["cooking"] == stands.partners[0].id
