"""The list and what both settle, on two phones without JavaScript: pressed twice, gone back, left open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.domain.chores import Chore
from service.flow import check_in
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.web.test_browser import browser
from tests.web.two_phones import TwoPhones, press, two_phones

__all__ = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture
def phones(browser: Browser, tmp_path: Path) -> Iterator[TwoPhones]:
    with two_phones(browser, tmp_path, planned=False) as made:
        yield made


def listed(home: Home) -> dict[str, Chore]:
    return {chore.id: chore for chore in home.store.households.chores(HOME)}


def fill_in(page: Page, **words: str) -> None:
    for label, text in words.items():
        page.get_by_label({"name": "Name", "minutes": "Minutes, each time"}[label]).fill(text)


def test_something_is_added_once_changed_taken_off_and_put_back(phones: TwoPhones) -> None:
    home, page = phones.home, phones.open(phones.ana, "/list")
    press(page, "Add something")
    fill_in(page, name="Windows", minutes="40")
    press(page, "Save", twice=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything the home needs.")
    page.go_back()
    fill_in(page, name="Windows", minutes="40")
    press(page, "Save")
    assert [name for name in listed(home) if name.startswith("windows")] == ["windows"]
    with page.expect_navigation():  # anywhere on its row, with a thumb
        page.locator("li.row", has_text="Windows").first.click(position={"x": 6, "y": 6})
    fill_in(page, minutes="25")
    press(page, "Save")
    page.go_back()
    assert page.url.endswith("/list/windows")
    press(page, "Save")  # the page as it was before: what stands in it is what is saved
    assert listed(home)["windows"].effort_minutes in (25, 40)

    other_tab = phones.open(page.context.new_page(), "/list/windows")
    press(page, "Windows")
    press(page, "Take it off the list", twice=True)
    assert "windows" not in listed(home)
    fill_in(other_tab, name="Windows and doors")
    press(other_tab, "Save")
    assert "windows" not in listed(home)
    phones.open(phones.ben, "/list").get_by_text("Taken off the list").click()
    press(phones.ben, "Put it back")
    back = listed(home)["windows"]
    assert (back.owner, back.name) == (None, "Windows")
    expect(phones.ben.get_by_role("heading", name="Nobody's yet")).to_be_visible()
    press(phones.ben, "I take it")
    assert listed(home)["windows"].owner == BEN


def test_whoever_does_it_this_week_is_not_whoever_holds_it(phones: TwoPhones) -> None:
    home = phones.home
    check_in.answer(home.world, HOME, ANA, WEEK, state="weeds", hand_overs=["laundry"])
    check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    phones.tick()
    home.clock.move(WEEK.interval(home.store.households.get(HOME).zone).start_at - home.clock.now())
    row = phones.open(phones.ana, "/list").locator("li", has_text="Laundry").first
    expect(row).to_contain_text("This week with Ben")
    expect(row.get_by_role("link")).to_have_attribute("href", "/list/laundry")
    his = phones.open(phones.ben, "/list").locator("li", has_text="Laundry").first
    expect(his.get_by_role("link")).to_have_attribute("href", "/rules/chore/laundry")
    assert listed(home)["laundry"].owner == ANA


def test_a_whole_hand_over_ends_with_the_one_who_took_it_alone_changing_it(phones: TwoPhones) -> None:
    home, ana, ben = phones.home, phones.ana, phones.ben
    left_open = phones.open(ana.context.new_page(), "/list/laundry")
    press(phones.open(ana, "/list/laundry"), "Hand it over for good")
    ana.get_by_label("What Ben has to know").fill("The filter is behind the left door.")
    press(ana, "Offer it to Ben", twice=True)
    expect(ana.get_by_role("heading", level=1)).to_have_text("Ben has the card.")
    press(phones.open(ben, "/week"), "Look at it")
    expect(ben.get_by_text("The filter is behind the left door.")).to_be_visible()
    press(ben, "I take it whole", twice=True)
    assert listed(home)["laundry"].owner == BEN
    fill_in(left_open, name="Still mine")
    press(left_open, "Save")
    assert listed(home)["laundry"].name == "Laundry"
    for path in ("/week", "/list", "/rules"):
        assert "filter" not in phones.open(ana, path).content()
    press(phones.open(ben, "/list"), "Laundry")
    fill_in(ben, minutes="55")
    press(ben, "Save")
    assert listed(home)["laundry"].effort_minutes == 55


def test_new_jobs_come_three_at_a_time_and_belong_to_nobody(phones: TwoPhones) -> None:
    home, ana = phones.home, phones.ana
    home.store.households.edit(HOME, lambda now: replace(now, set_up_on=date(2026, 11, 12)))
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine")
    phones.open(ana, f"/check-in/{WEEK}?talk=1")
    offered = ana.get_by_role("button", name="Put it on the list")
    assert offered.count() == 3
    name = ana.locator("form.question .strong").first.inner_text()
    press(ana, "Put it on the list", twice=True)
    assert sum(chore.name == name for chore in listed(home).values()) == 1
    press(ana, "Not for us")
    assert len(home.store.households.get(HOME).declined) == 1
    taken = next(chore for chore in listed(home).values() if chore.name == name)
    assert taken.owner is None
    row = phones.open(phones.ben, "/list").locator("li", has_text=name)
    row.get_by_role("button", name="I take it").click()
    phones.ben.wait_for_load_state()
    assert listed(home)[taken.id].owner == BEN


def test_either_proposes_and_nothing_holds_before_the_other_has_said_yes(phones: TwoPhones) -> None:
    home, ana, ben = phones.home, phones.ana, phones.ben
    phones.open(ben, "/rules/split").get_by_label("Of a hundred").select_option("40")
    press(ben, "Propose it", twice=True)
    assert ben.get_by_role("button", name="Yes, so be it").count() == 0
    assert home.store.households.get(HOME).base_split == {ANA: 50, BEN: 50}
    second_tab = phones.open(ana.context.new_page(), "/rules")
    press(phones.open(ana, "/week"), "Look at it")
    press(ana, "Yes, so be it", twice=True)
    assert home.store.households.get(HOME).base_split == {ANA: 40, BEN: 60}
    press(second_tab, "Leave it as it is")
    assert home.store.households.get(HOME).base_split == {ANA: 40, BEN: 60}

    phones.open(ana, "/rules/chore/bathroom").get_by_role("radio", name="is never left out").check()
    ana.get_by_role("button", name="Propose it").first.click()
    ana.wait_for_load_state()
    expect(phones.open(ben, "/rules").locator(".question")).to_contain_text("Bathroom")
    press(phones.open(ana, "/rules"), "Take it back")
    press(ben, "Yes, so be it")  # his page is older than her second thought
    assert listed(home)["bathroom"].shed == "drop"
    expect(phones.open(ben, "/rules").locator(".question")).to_have_count(0)
