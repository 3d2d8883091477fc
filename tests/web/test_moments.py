"""The moments that must be right, in a real browser, read back from a real CalDAV server; and what two tired
people do to pages: press twice, go back, keep two tabs open, share one tablet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from service.flow import check_in
from service.flow.week import tick
from service.web.app import create_app
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_household, a_partner, span
from tests.radicale_home import App, a_home_at_radicale
from tests.web.conftest import LiveSite, path_for, serving
from tests.web.test_browser import ARTEFACTS, browser, context_of

__all__ = ["browser"]
pytestmark = pytest.mark.browser

CHORES = [
    a_chore("Bedtime", "ana", minutes=45, cadence="daily", window="18:45-20:15", shed="never"),
    a_chore("Laundry", "ana", window="Tue 19:00-21:45", only=("ana",)),
    a_chore("Bathroom", "ben", window="Sat 09:00-18:00"),
    a_chore("Ironing", "ana", minutes=60, window="Sat-Sun 09:00-18:00"),
    a_chore("Garden", "ben", minutes=90, window="Sat-Sun 09:00-18:00"),
    a_chore("Clothes check", "ana", minutes=45, window="Sat-Sun 09:00-18:00"),
    a_chore("Photos", "ben", minutes=45, window="Sat-Sun 09:00-18:00"),
]

SOME = ("Laundry", "Bathroom", "Ironing", "Garden", "Clothes check", "Photos")


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[tuple[LiveSite, App, App]]:
    """The pages, and both calendars on Radicale, with the week planned and written."""
    pact = frozenset({"stretch", "pact"})
    tired = {"consents": pact, "offered_minutes_a_day": 60}
    partners = tuple(a_partner(name, **tired) for name in ("Ana", "Ben"))
    household = a_household(partners=partners, base_split={ANA: 85, BEN: 15})
    with a_home_at_radicale(tmp_path, household=household, chores=CHORES) as (home, apps):
        check_in.open_check_in(home.world, HOME, WEEK)
        tick(home.world, HOME)
        with serving(home, lambda world, base_url: create_app(world, base_url=base_url)) as site:
            yield site, apps[ANA], apps[BEN]


def phone_of(browser: Browser, site: LiveSite, partner: str) -> Page:
    page = context_of(browser, width=320, javascript=False).new_page()
    page.goto(site.base_url + path_for(site.home, partner))
    return page


def answer(page: Page, word: str) -> None:
    page.get_by_role("radio", name=word).check()
    page.get_by_role("button", name="That's me").click()


def shown(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"moment-{name}.png", full_page=True)


def test_one_tap_on_a_spent_evening(browser: Browser, lived: tuple[LiveSite, App, App]) -> None:
    site, ana, ben = lived
    home = site.home
    home.clock.move(span("Tue 18:00-19:00").start_at - home.clock.now())
    tick(home.world, HOME)
    page = phone_of(browser, site, "ana")
    page.goto(f"{site.base_url}/week")
    page.get_by_role("link", name="I'm blown").click()
    assert not ana.has("Don't get up")
    page.get_by_role("button", name="Yes. I'm blown").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Don't get up."
    assert page.get_by_text("Ben has the baby until 06:30.").first.is_visible()
    shown(page, "spent")
    tick(home.world, HOME)
    assert ana.has("Don't get up. Ben has the baby until 06:30")
    his = next(text for text in ben.entries().values() if "On duty until 06:30" in text)
    assert "TRIGGER" in his
    assert not any("blown" in text.lower() for text in (*ana.entries().values(), *ben.entries().values()))
    page.get_by_role("button", name="Take it back").click()
    tick(home.world, HOME)
    assert not ana.has("Don't get up")
    page.context.close()


def test_both_spent_the_smaller_week_comes_first_and_is_gone_from_both_calendars(
    browser: Browser, lived: tuple[LiveSite, App, App]
) -> None:
    site, ana, ben = lived
    before = {title for title in SOME if ana.has(title) or ben.has(title)}
    pages = [phone_of(browser, site, partner) for partner in ("ana", "ben")]
    for page in pages:
        answer(page, "Blown")
    for page in pages:
        page.reload()
        page.get_by_role("link", name="Next").click()
        assert page.get_by_role("heading", level=1).inner_text() == "This week is smaller."
        assert page.get_by_role("heading", level=2).first.inner_text() == "Let go, on purpose"
        can_wait = page.locator(".let-go li").all_inner_texts()
        shown(page, "smaller")
        page.get_by_role("button", name="Agree").click()
    tick(site.home.world, HOME)
    assert can_wait
    for title in can_wait:
        assert title in before
        assert not ana.has(title), title
        assert not ben.has(title), title
    assert ana.has("Bedtime") or ben.has("Bedtime")
    for page in pages:
        page.context.close()


def answers_of(home: Home) -> dict[str, str]:
    found = home.store.check_ins.get(HOME, WEEK)
    assert found is not None
    return {partner: given.state for partner, given in found.answers.items()}


def test_a_double_click_saves_one_answer_and_back_shows_it_as_saved(browser: Browser, live: LiveSite) -> None:
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(live.base_url + path_for(live.home, "ana"))
        page.get_by_role("radio", name="Blown").check()
        page.get_by_role("button", name="That's me").dblclick()
        page.get_by_text("Thank you.").wait_for()
        page.go_back()
        page.reload()
        assert page.get_by_text("Thank you.").is_visible()
        assert answers_of(live.home) == {"ana": "blown"}


def test_of_two_tabs_the_later_answer_holds_and_a_week_later_the_old_one_says_that_it_is_over(
    browser: Browser, live: LiveSite
) -> None:
    with context_of(browser, javascript=False) as context:
        first, second, third = (context.new_page() for _tab in range(3))
        first.goto(live.base_url + path_for(live.home, "ana"))
        for page in (second, third):
            page.goto(f"{live.base_url}/check-in/{WEEK}")
        answer(first, "Fine")
        answer(second, "In the weeds")
        assert answers_of(live.home) == {"ana": "weeds"}
        live.home.clock.move(timedelta(days=7))
        third.get_by_label("One thing you were glad of").fill("The soup")
        answer(third, "Blown")
        assert third.get_by_text("This check-in is closed").is_visible()
        assert third.get_by_label("One thing you were glad of").input_value() == "The soup"
        assert answers_of(live.home) == {"ana": "weeds"}


def test_both_on_one_tablet_are_never_mixed_up_and_can_agree_there(browser: Browser, live: LiveSite) -> None:
    with context_of(browser, width=768, javascript=False) as context:
        anas, bens = context.new_page(), context.new_page()
        anas.goto(live.base_url + path_for(live.home, "ana"))
        bens.goto(live.base_url + path_for(live.home, "ben"))
        answer(anas, "Blown")
        assert anas.get_by_text("This phone answers as somebody else now.").is_visible()
        assert answers_of(live.home) == {}
        answer(bens, "Fine")
        assert answers_of(live.home) == {"ben": "fine"}
        anas.goto(live.base_url + path_for(live.home, "ana"))
        answer(anas, "Blown")
        for partner in ("ana", "ben"):
            anas.goto(live.base_url + path_for(live.home, partner))
            anas.get_by_role("link", name="Next").click()
            anas.get_by_role("button", name="Agree").click()
        assert anas.get_by_text("It is settled.").is_visible()


def test_two_tabs_with_one_proposal_a_change_in_one_is_seen_before_the_other_agrees(
    browser: Browser, live: LiveSite
) -> None:
    for partner in (ANA, BEN):
        check_in.answer(live.home.world, HOME, partner, WEEK, state="fine")
    with context_of(browser, javascript=False) as ana, context_of(browser, javascript=False) as ben:
        hers, his = ana.new_page(), ben.new_page()
        for page, partner in ((hers, "ana"), (his, "ben")):
            page.goto(live.base_url + path_for(live.home, partner))
            page.get_by_role("link", name="Next").click()
        hers.get_by_text("Change something").click()
        hers.get_by_label("What", exact=True).select_option("bathroom")
        hers.get_by_role("button", name="Not this week").click()
        assert hers.get_by_text("Ana changed the week.").is_visible()
        his.get_by_role("button", name="Agree").click()
        assert his.get_by_text("This is a newer proposal than the one you saw.").is_visible()
        found = live.home.store.check_ins.get(HOME, WEEK)
        assert found is not None
        assert not found.agreements
        his.get_by_role("button", name="Take it back").click()
        assert not his.get_by_text("Ana changed the week.").is_visible()
