"""One's own settings on a phone: small pages, one press each, nothing lost and nothing overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.testclient import TestClient

from service.domain.household import Partner
from service.domain.week import parse_windows, windows_text
from service.flow.own_settings import mark_of
from tests.builders import ANA, BEN, HOME, Home
from tests.web.conftest import OWN_PAGE, LiveSite, path_for
from tests.web.test_browser import FLAGS, context_of


def me(home: Home) -> Partner:
    return home.store.households.get(HOME).partner(ANA)


def sent(client: TestClient, path: str, page: str = "", **fields: object):  # type: ignore[no-untyped-def]
    """As the page's own form sends it: with what it carries hidden, and `fields` as filled in."""
    hidden = dict(re.findall(r'name="(reader|was)" value="([^"]*)"', client.get(page or path).text))
    return client.post(path, data={**hidden, **fields}, headers=OWN_PAGE)


def test_the_page_says_what_stands_and_leads_to_where_it_is_changed(home: Home, ana: TestClient) -> None:
    page = ana.get("/me").text
    for said in ("22:00–06:30", "Swim, 1 h 30 min, once a week", "4 h at most", "ana@example.org"):
        assert said in page
    for link in re.findall(r'href="(/me/[^"]+)"', page):
        assert ana.get(link).status_code == 200
    assert "Ben" not in page
    assert 'href="/me"' in ana.get("/week").text


def test_quiet_hours_are_changed_row_by_row(home: Home, ana: TestClient) -> None:
    night = {"quiet-1-days": [str(day) for day in range(7)], "quiet-1-from": "21:00", "quiet-1-to": "06:00"}
    nap = {"quiet-2-days": ["5", "6"], "quiet-2-from": "13:00", "quiet-2-to": "14:00"}
    done = sent(ana, "/me/quiet-hours", **night, **nap)
    assert (done.status_code, done.headers["location"]) == (303, "/me")
    assert windows_text(me(home).quiet_hours) == "Mon-Sun 21:00-06:00, Sat-Sun 13:00-14:00"
    assert sent(ana, "/me/quiet-hours", **night, **nap, **{"quiet-1-gone": "yes"}).status_code == 303
    assert windows_text(me(home).quiet_hours) == "Sat-Sun 13:00-14:00"
    assert sent(ana, "/me/quiet-hours").status_code == 303
    assert me(home).quiet_hours == ()


def test_all_that_is_wrong_is_said_and_what_was_typed_stays(home: Home, ana: TestClient) -> None:
    refused = sent(
        ana, "/me/quiet-hours", **{"quiet-1-from": "21:00", "quiet-1-to": "x", "quiet-2-days": ["3"]}
    )
    assert refused.status_code == 422
    for said in ("Tick the days that 21:00–x", "“x” is not a time of day", "from when to when on Thu"):
        assert said in refused.text
    assert 'value="x"' in refused.text
    wish = sent(ana, "/me/self-care/new", name="Choir <3", minutes="5", per_week="0")
    assert wish.status_code == 422
    assert wish.text.count("<p>Say ") == 3
    assert 'value="Choir &lt;3"' in wish.text
    assert windows_text(me(home).quiet_hours) == "Mon-Sun 22:00-06:30"


def test_a_page_that_was_left_open_says_what_changed_meanwhile_and_saves_with_one_more_press(
    home: Home, ana: TestClient
) -> None:
    old = dict(re.findall(r'name="(reader|was)" value="([^"]*)"', ana.get("/me/minutes").text))
    assert sent(ana, "/me/minutes", offered="", most="90").status_code == 303
    stale = ana.post("/me/minutes", data={**old, "offered": "", "most": "30"}, headers=OWN_PAGE)
    assert stale.status_code == 409
    assert "It says now: 1 h 30 min at most." in stale.text
    assert 'value="30"' in stale.text
    assert me(home).most_minutes_a_day == 90
    again = dict(re.findall(r'name="(reader|was)" value="([^"]*)"', stale.text))
    assert ana.post("/me/minutes", data={**again, "offered": "", "most": "30"}, headers=OWN_PAGE)
    assert me(home).most_minutes_a_day == 30


def test_where_one_is_and_what_one_likes(home: Home, ana: TestClient) -> None:
    assert sent(ana, "/me/where", busy_means="home", travel="0").status_code == 303
    assert me(home).busy_means == "home"
    assert sent(ana, "/me/where", busy_means="", travel="x").status_code == 422
    assert sent(ana, "/me/likings", **{"liking-bins": "dislike", "liking-dinner": "like"}).status_code == 303
    assert "you like Dinner; you dislike Bins" in ana.get("/me").text
    five_more = [f"liking-{name}" for name in ("kitchen", "bottles", "laundry", "bedtime", "bathroom")]
    refused = sent(ana, "/me/likings", **dict.fromkeys(five_more, "dislike"))
    assert refused.status_code == 422
    assert "Five can be disliked" in refused.text
    assert refused.text.count('value="dislike" checked') == 6, "what was ticked is still ticked"


def test_a_wish_is_added_changed_and_taken_away(home: Home, ana: TestClient) -> None:
    when = {"when-1-days": ["1", "3"], "when-1-from": "19:00", "when-1-to": "21:00"}
    choir = {"name": "Choir", "minutes": "90", "per_week": "2", "needs_cover": "yes"}
    assert sent(ana, "/me/self-care/new", **choir, **when).status_code == 303
    added = me(home).self_care[1]
    assert (added.name, added.per_week, windows_text(added.windows)) == (
        "Choir",
        2,
        "Tue 19:00-21:00, Thu 19:00-21:00",
    )
    path = f"/me/self-care/{mark_of(added)}"
    assert sent(ana, path, **{**choir, "minutes": "60"}, **when).status_code == 303
    assert me(home).self_care[1].minutes == 60
    gone = sent(ana, f"{path}/remove", page="/me/self-care/new", press="yes")
    assert gone.status_code == 409, "it was changed since"
    assert ana.get(path).headers["location"] == "/me/self-care"
    now = f"/me/self-care/{mark_of(me(home).self_care[1])}"
    assert sent(ana, f"{now}/remove", page=now, press="yes").status_code == 303
    assert [wish.name for wish in me(home).self_care] == ["Swim"]


def test_a_calendar_says_no_more_than_its_person_wants(home: Home, ana: TestClient) -> None:
    assert "Your calendar says what each entry is." in ana.get("/me/titles").text
    assert sent(ana, "/me/titles", press="yes").status_code == 303
    assert "Your calendar says “Appointment”." in ana.get("/me/titles").text
    assert (me(home).discreet, home.store.households.get(HOME).partner(BEN).discreet) == (True, False)
    assert "“Appointment”, and no more" in ana.get("/me").text
    assert sent(ana, "/me/titles", press="perhaps").status_code == 400
    assert sent(ana, "/me/titles", press="no").status_code == 303
    assert not me(home).discreet


def test_what_both_have_to_agree_to_is_said_with_whether_it_holds(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    assert "You have not said yes" in ana.get("/me/agreed").text
    for client, reader in ((ana, "home/ana"), (ben, "home/ben")):
        form = {"reader": reader, "press": "yes"}
        assert client.post("/me/agreed/pact", data=form, headers=OWN_PAGE).status_code == 303
    assert ana.get("/me/agreed").text.count("You both said yes, so it holds.") == 2
    take_back = {"reader": "home/ben", "press": "no"}
    assert ben.post("/me/agreed/stretch", data=take_back, headers=OWN_PAGE).status_code == 303
    assert "You said yes. It holds once both of you have." in ana.get("/me/agreed").text
    assert ben.post("/me/agreed/everything", data=take_back, headers=OWN_PAGE).status_code == 404
    assert home.store.households.get(HOME).partner(BEN).consents == {"pact"}


def test_mails_stop_and_come_again(home: Home, ana: TestClient) -> None:
    assert sent(ana, "/me/mails", press="no").status_code == 303
    assert not me(home).mailed
    assert "No more mails come to you." in ana.get("/me/mails").text
    assert sent(ana, "/me/mails", press="yes").status_code == 303
    assert me(home).mailed


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


def filled_in(page: Page, live: LiveSite, until: str) -> Page:
    page.goto(f"{live.base_url}/me/quiet-hours")
    page.get_by_label("until").first.fill(until)
    return page


@pytest.mark.browser
def test_two_tabs_and_an_impatient_thumb_end_in_what_was_meant(browser: Browser, live: LiveSite) -> None:
    with context_of(browser, width=320, scheme="dark", javascript=False) as context:
        first, second = context.new_page(), context.new_page()
        first.goto(live.base_url + path_for(live.home, "ana"))
        filled_in(first, live, "07:00")
        filled_in(second, live, "07:30")
        first.get_by_role("button", name="Save").dblclick()
        first.get_by_text("22:00–07:00").wait_for()
        second.get_by_role("button", name="Save").click()
        second.get_by_text("It says now: 22:00–07:00.").wait_for()
        expect(second.get_by_label("until").first).to_have_value("07:30")
        second.get_by_role("button", name="Save").click()
        second.get_by_text("22:00–07:30").wait_for()
        first.go_back()
        first.goto(f"{live.base_url}/me/self-care/new")
        first.get_by_label("What it is").fill("Choir")
        first.get_by_label("Tue", exact=True).first.check()
        first.get_by_label("From").first.fill("19:00")
        first.get_by_label("until").first.fill("21:00")
        first.get_by_role("button", name="Save").dblclick()
        first.get_by_text("1 h, once a week").wait_for()
    mine = live.home.store.households.get(HOME).partner(ANA)
    assert mine.quiet_hours == parse_windows("22:00-07:30")
    assert [wish.name for wish in mine.self_care] == ["Swim", "Choir"]
