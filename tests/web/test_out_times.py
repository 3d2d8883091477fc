"""The page for whoever has no digital calendar, and the week as a sheet of paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import sync_playwright
from starlette.testclient import TestClient

from service.domain.week import parse_windows
from service.flow.week import tick
from service.web.app import create_app
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.web.conftest import OWN_PAGE, path_for, serving
from tests.web.test_browser import FLAGS


def key_on(client: TestClient, path: str) -> str:
    found = re.search(r'name="reader" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def filled(client: TestClient, **rows: object) -> dict[str, object]:
    return {"reader": key_on(client, f"/out/{WEEK}"), "press": "yes"} | rows


TUESDAY = {"out-1-days": "1", "out-1-from": "18:00", "out-1-to": "21:00"}


def test_what_is_filled_in_holds_from_that_week_on(home: Home, ben: TestClient) -> None:
    said = ben.post(f"/out/{WEEK}", data=filled(ben, **TUESDAY), headers=OWN_PAGE)
    assert (said.status_code, said.headers["location"]) == (303, f"/out/{WEEK}")
    assert home.store.out_times.of_partner(HOME, BEN) == {WEEK: parse_windows("Tue 18:00-21:00")}
    after = ben.get(f"/out/{WEEK.next}").text
    assert 'value="18:00"' in after
    assert "As the week before, as long as you say nothing else." in after


def test_a_row_that_cannot_be_read_saves_nothing_and_keeps_what_was_typed(
    home: Home, ben: TestClient
) -> None:
    page = ben.post(f"/out/{WEEK}", data=filled(ben, **TUESDAY | {"out-1-to": ""}), headers=OWN_PAGE)
    assert page.status_code == 422
    assert "Say from when to when on Tue." in page.text
    assert 'value="18:00"' in page.text
    assert not home.store.out_times.of_partner(HOME, BEN)


def test_an_empty_form_that_nobody_pressed_changes_nothing(home: Home, ben: TestClient) -> None:
    home.store.out_times.save(HOME, BEN, WEEK, parse_windows("Tue 18:00-21:00"))
    sent = ben.post(f"/out/{WEEK}", data={"reader": key_on(ben, f"/out/{WEEK}")}, headers=OWN_PAGE)
    assert sent.status_code == 400
    assert home.store.out_times.of_partner(HOME, BEN)[WEEK]


def test_the_other_never_reads_when_somebody_is_out(home: Home, ana: TestClient, ben: TestClient) -> None:
    ben.post(f"/out/{WEEK}", data=filled(ben, **TUESDAY), headers=OWN_PAGE)
    assert "18:00" not in ana.get(f"/out/{WEEK}").text


def test_the_sheet_has_every_block_of_the_reader_and_none_of_the_others(
    planned: Home, ana: TestClient
) -> None:
    tick(planned.world, HOME)
    sheet = ana.get(f"/week/{WEEK}/paper").text
    stored = planned.store.plans.get(HOME, WEEK, "published") or planned.store.plans.get(
        HOME, WEEK, "proposed"
    )
    assert stored
    titles = set(planned.titles(ANA))
    assert titles
    assert all(title.replace("'", "&#39;") in sheet for title in titles)
    assert "<form" not in sheet


@pytest.mark.browser
def test_a_week_prints_on_one_sheet(planned: Home, chromium: str) -> None:
    tick(planned.world, HOME)
    with (
        serving(planned, lambda world, base_url: create_app(world, base_url=base_url)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page()
        page.goto(site.base_url + path_for(planned, "ana") + "?to=paper")
        assert page.url.endswith(f"/week/{WEEK}/paper")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
        page.emulate_media(media="print")
        columns = page.locator(".sheet section")
        tops = {round(columns.nth(n).bounding_box()["y"]) for n in range(7)}  # type: ignore[index]
        assert len(tops) == 1
        browser.close()
