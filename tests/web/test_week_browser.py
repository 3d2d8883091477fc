"""The week on two phones without JavaScript: changed together, done, handed over, hit, unsubscribed, left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from connectors.model import TimeRange
from service.domain.week import Week
from service.flow import check_in
from service.flow.invite import link_for
from service.links import new_token, token_hash
from service.ports import Link
from tests.builders import ANA, BEN, HOME, SUNDAY_EVENING, WEEK, Home
from tests.web.test_browser import browser
from tests.web.two_phones import TwoPhones, press, two_phones

__all__ = ["browser"]
pytestmark = pytest.mark.browser
SHARED = f"/check-in/{WEEK}?next=1"


@pytest.fixture
def asked(browser: Browser, tmp_path: Path) -> Iterator[TwoPhones]:
    """The check-in is open, and nothing is planned yet."""
    with two_phones(browser, tmp_path, planned=False) as made:
        yield made


@pytest.fixture
def phones(browser: Browser, tmp_path: Path) -> Iterator[TwoPhones]:
    """The week stands in both calendars."""
    with two_phones(browser, tmp_path, planned=True) as made:
        yield made


def doers(home: Home) -> dict[str, str]:
    stored = home.store.plans.get(HOME, WEEK, "proposed")
    assert stored is not None
    return {chore: str(doer) for chore, doer in stored.plan.doers.items()}


def change(page: Page, what: str, kind: str, *, other: str = "", twice: bool = False) -> None:
    page.get_by_text("Change something").click()
    page.get_by_label("What", exact=True).select_option(what)
    page.get_by_label("In exchange for").select_option(other)
    press(page, kind, twice=twice)


def test_a_swap_and_a_pin_on_one_phone_are_read_and_taken_back_on_the_other(asked: TwoPhones) -> None:
    home, ana, ben = asked.home, asked.ana, asked.ben
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine")
    before = doers(home)
    change(asked.open(ana, SHARED), "bathroom", "Swap the two", other="clothes-check", twice=True)
    swapped = doers(home)
    assert (swapped["bathroom"], swapped["clothes-check"]) == (before["clothes-check"], before["bathroom"])
    change(asked.open(ben, SHARED), "laundry", "Keep it there")
    expect(ben.get_by_text("Ben changed the week.")).to_be_visible()
    expect(asked.open(ana, SHARED).get_by_text("Ben changed the week.")).to_be_visible()
    press(ana, "Take it back", twice=True)
    ana.go_back()
    asked.open(ana, SHARED)
    while ana.get_by_role("button", name="Take it back").count():
        press(ana, "Take it back")
    assert doers(home) == before
    stale = asked.open(ben.context.new_page(), SHARED)
    change(ana, "bathroom", "To the other")
    press(stale, "Agree")
    expect(stale.get_by_text("This is a newer proposal than the one you saw.")).to_be_visible()
    assert doers(home)["bathroom"] != before["bathroom"]


def test_the_question_of_the_month_has_a_screen_and_its_answer_is_in_the_week(
    browser: Browser, tmp_path: Path
) -> None:
    first_of_month = Week.parse("2026-W50")  # its Monday is the 7th
    sunday_evening = SUNDAY_EVENING + timedelta(days=7)
    with two_phones(browser, tmp_path, planned=False, now=sunday_evening) as phones:
        home = phones.home
        check_in.open_check_in(home.world, HOME, first_of_month)
        for partner in (ANA, BEN):
            check_in.answer(home.world, HOME, partner, first_of_month, state="fine")
        phones.open(phones.ana, f"/check-in/{first_of_month}")
        press(phones.ana, "Next")
        card = phones.ana.locator("section.question", has_text="Once a month, one question")
        expect(card.locator(".word")).to_contain_text("?")
        before = home.store.plans.get(HOME, first_of_month, "proposed")
        press(phones.ana, "Try it the other way round this week", twice=True)
        after = home.store.plans.get(HOME, first_of_month, "proposed")
        assert before is not None
        assert after is not None
        moved = [chore for chore, doer in after.plan.doers.items() if before.plan.doers[chore] != doer]
        assert moved
        phones.open(phones.ben, f"/check-in/{first_of_month}?next=1")
        expect(phones.ben.get_by_text("Ana changed the week.")).to_be_visible()


def test_done_and_taken_over_by_a_press_under_ones_own_block(phones: TwoPhones) -> None:
    home, ana, ben = phones.home, phones.ana, phones.ben
    week = f"/week/{WEEK}"

    def laundry(page: Page) -> None:
        row = phones.open(page, week).locator("li.row", has=page.locator("summary", has_text="Laundry")).first
        row.click(position={"x": 8, "y": 8})

    laundry(ana)
    press(ana, "Done", twice=True)
    phones.tick()
    expect(phones.open(ana, week).get_by_text("done", exact=True).first).to_be_visible()
    laundry(ana)
    press(ana, "Not done after all")
    expect(ana.get_by_text("done", exact=True)).to_have_count(0)
    laundry(ana)
    press(ana, "Ask Ben to take it", twice=True)
    phones.tick()
    his = home.titles(BEN).count("Laundry")
    second_tab = phones.open(ben.context.new_page(), week)
    assert phones.open(ben, week).get_by_text("Ana asks you to take Laundry").count() == 1
    press(ben, "I take it", twice=True)
    press(second_tab, "Not this time")
    expect(second_tab.get_by_role("alert")).to_contain_text("settled meanwhile")
    phones.tick()
    assert home.titles(BEN).count("Laundry") == his + 1


def test_whoever_breaks_an_own_time_is_offered_three_others_and_the_other_sees_none(
    phones: TwoPhones,
) -> None:
    home, ana, ben = phones.home, phones.ana, phones.ben
    account = home.server.account(ANA)

    def swim() -> TimeRange:
        return next(entry.time for entry in account.entries() if entry.title.startswith("Yours: swim"))

    stands = swim()
    account.add_event(home.personal[ANA], stands)
    phones.tick()
    page = phones.open(ana, "/week/" + str(WEEK))
    card = page.locator("form.question", has_text="When instead?")
    slots = card.locator("button.answer")
    assert slots.count() == 3
    assert phones.open(ben, "/week/" + str(WEEK)).get_by_text("When instead?").count() == 0
    chosen = slots.first.inner_text()
    with page.expect_event("load"):
        slots.first.click(click_count=2)
    phones.tick()
    assert swim() != stands
    expect(phones.open(ana, "/week/" + str(WEEK)).get_by_text("When instead?")).to_have_count(0)
    assert chosen.split()[0] in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    assert any(entry.time == swim() for entry in home.server.account(BEN).entries()), "his duty"


def test_no_more_mails_is_one_press_and_looking_is_none(asked: TwoPhones) -> None:
    home, page = asked.home, asked.ana.context.new_page()
    token = new_token()
    until = home.clock.now() + timedelta(days=365)
    home.store.links.save(Link(token_hash(token), HOME, ANA, "unsubscribe", None, until))
    for _look in range(2):
        asked.open(page, f"/u/{token}")
        assert home.store.households.get(HOME).partner(ANA).mailed
    press(page, "No more mails", twice=True)
    assert not home.store.households.get(HOME).partner(ANA).mailed
    assert home.store.households.get(HOME).partner(BEN).mailed
    page.reload()
    press(page, "Send them again")
    assert home.store.households.get(HOME).partner(ANA).mailed


def test_leaving_is_quiet_alone_and_done_once(phones: TwoPhones) -> None:
    home, ana, ben = phones.home, phones.ana, phones.ben
    second_tab = phones.open(ana.context.new_page(), "/me")
    old_link = link_for(home.world, HOME, ANA, week=WEEK, expires_at=home.clock.now() + timedelta(days=1))
    press(phones.open(ana, "/me"), "Leave Offplate")
    assert len(home.store.households.get(HOME).partners) == 2
    press(ana, "Leave now", twice=True)
    expect(ana.get_by_role("heading", level=1)).to_have_text("You have left.")
    assert home.titles(ANA) == []
    ana.go_back()
    second_tab.reload()
    expect(second_tab.get_by_role("heading", level=1)).to_have_text("Whose week is it?")
    phones.open(second_tab, old_link.removeprefix(home.world.base_url))
    expect(second_tab.get_by_role("heading", level=1)).to_have_text("This link has ended.")
    phones.open(ben, "/week")
    expect(ben.get_by_role("heading", level=1)).to_have_text("Offplate has stopped for the two of you.")
    assert "Ana" not in ben.content()
