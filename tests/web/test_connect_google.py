"""Connecting at Google in a real browser, to a Google of our own: consent, whose it is, the week in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from service.demo.google_double import GoogleDouble
from service.flow.week import tick
from service.web.app import create_app
from tests.builders import ANA, BEN, HOME, Home
from tests.web import conftest
from tests.web.at_google import a_home_at_google
from tests.web.conftest import path_for
from tests.web.test_browser import ARTEFACTS, FLAGS, context_of, overflow, violations_on

pytestmark = pytest.mark.browser


@dataclass
class Mixed:
    """Ana on CalDAV in memory, Ben about to connect at Google; `page` is Ben's phone."""

    home: Home
    double: GoogleDouble
    page: Page
    base_url: str


@contextmanager
def a_mixed_home(folder: Path, chromium: str, *, width: int = 375, scheme: str = "light") -> Iterator[Mixed]:
    with ExitStack() as stack:
        there = stack.enter_context(a_home_at_google(folder))
        live = stack.enter_context(
            conftest.serving(there.home, lambda world, base_url: create_app(world, base_url=base_url))
        )
        there.sends_back_to(live.base_url)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = context_of(browser, width=width, scheme=scheme).new_page()
        page.goto(live.base_url + path_for(there.home, "ben"))
        yield Mixed(there.home, there.double, page, live.base_url)
        browser.close()


def to_google(mixed: Mixed) -> None:
    mixed.page.goto(f"{mixed.base_url}/connect")
    mixed.page.get_by_role("button", name="Connect Google Calendar").click()
    mixed.page.get_by_role("link", name="Go on to Google").click()


def seen(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    assert overflow(page) <= 0, name
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True, animations="disabled")


def test_a_consent_connects_and_the_week_is_written_into_a_calendar_of_ours(
    chromium: str, tmp_path: Path
) -> None:
    with a_mixed_home(tmp_path, chromium) as mixed:
        page = mixed.page
        page.goto(f"{mixed.base_url}/connect")
        seen(page, "google-offered")
        page.get_by_role("button", name="Connect Google Calendar").click()
        seen(page, "google-ask")
        page.get_by_role("link", name="Go on to Google").click()
        page.get_by_role("button", name="Continue").click()
        assert page.get_by_role("heading", level=1).inner_text() == "This is ben@example.com."
        seen(page, "google-found")
        assert mixed.home.store.accounts.get(HOME, BEN) is None, "nothing is saved before Save"
        page.reload()
        page.get_by_role("button", name="Save").click()
        assert page.url.endswith("/connect/google")
        account = mixed.home.store.accounts.get(HOME, BEN)
        assert account is not None
        assert (account.kind, account.username) == ("google", "ben@example.com")
        report = tick(mixed.home.world, HOME)
        assert report.partners[BEN].problem is None
        assert report.partners[BEN].written.created > 0
        assert [tick(mixed.home.world, HOME).partners[p].writes for p in (ANA, BEN)] == [0, 0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_are_accessible_on_the_smallest_phone(chromium: str, tmp_path: Path, scheme: str) -> None:
    with a_mixed_home(tmp_path, chromium, width=320, scheme=scheme) as mixed:
        page = mixed.page

        def look(name: str) -> None:
            seen(page, f"google-{name}-{scheme}")
            found = violations_on(page, colours_alone=scheme == "dark")
            assert not found, (name, found)

        page.goto(f"{mixed.base_url}/connect/google")
        look("none")
        page.get_by_role("button", name="Connect Google Calendar").click()
        look("ask")
        page.get_by_role("link", name="Go on to Google").click()
        page.get_by_role("button", name="Cancel").click()
        look("declined")
        mixed.double.set_testing()
        page.get_by_role("button", name="Start again").click()
        page.get_by_role("link", name="Go on to Google").click()
        page.get_by_role("button", name="Continue").click()
        look("found")
        page.get_by_role("button", name="Save").click()
        look("account")
        mixed.double.person("ben@example.com").add_calendar("Football")
        page.get_by_role("button", name="Ask Google for the list").click()
        look("ask-list")
        page.get_by_role("link", name="Go on to Google").click()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Choose calendars").click()
        look("choose")
        page.get_by_role("checkbox", name="Football").uncheck()
        page.get_by_role("button", name="Save").click()
        assert page.get_by_text("One calendar counts.").is_visible()
        page.get_by_text("Disconnect", exact=True).click()
        look("chosen")
        page.get_by_role("button", name="Disconnect this account").click()
        look("leaving")


def test_no_is_said_plainly_and_nothing_is_kept(chromium: str, tmp_path: Path) -> None:
    with a_mixed_home(tmp_path, chromium) as mixed:
        to_google(mixed)
        mixed.page.get_by_role("button", name="Cancel").click()
        assert "Google says that you did not agree." in mixed.page.content()
        assert mixed.page.get_by_role("button", name="Start again").is_visible()
        assert mixed.home.store.accounts.get(HOME, BEN) is None


def test_a_consent_without_the_calendar_says_what_to_tick(chromium: str, tmp_path: Path) -> None:
    with a_mixed_home(tmp_path, chromium) as mixed:
        to_google(mixed)
        for box in mixed.page.get_by_role("checkbox").all():
            box.uncheck()
        mixed.page.get_by_role("button", name="Continue").click()
        assert "Without the right to make a calendar of its own" in mixed.page.content()
        assert mixed.home.store.accounts.get(HOME, BEN) is None


def test_an_answer_to_another_question_connects_nothing(chromium: str, tmp_path: Path) -> None:
    with a_mixed_home(tmp_path, chromium) as mixed:
        to_google(mixed)
        mixed.page.goto(f"{mixed.base_url}/connect/google/back?code=stolen&state=guessed")
        assert "This answer belongs to another question." in mixed.page.content()
        assert mixed.home.store.accounts.get(HOME, BEN) is None
