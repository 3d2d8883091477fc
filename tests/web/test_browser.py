"""The pages in a real browser: small phones, large screens, dark rooms, keyboards, no JavaScript.

Screenshots land in artefacts/ for a person to look at; nothing is compared with a picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import APIRouter, FastAPI, Request
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.responses import Response

from service.flow.answers import Asides
from service.flow.week import tick
from service.ports import World
from service.web import check_in_page, my_week
from service.web.app import create_app
from service.web.check_in_page import Draft
from service.web.errors import message_page
from service.web.site import site_of
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_home
from tests.web import views
from tests.web.conftest import LiveSite, path_for, serving

pytestmark = pytest.mark.browser

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
)
ARTEFACTS = Path(__file__).parents[2] / "artefacts" / "web"
SAMPLES = (
    "answer",
    "chosen",
    "refused",
    "waiting",
    "together",
    "proposal",
    "smaller",
    "settled",
    "closed",
    "away",
    "talk",
    "week",
    "asked",
    "front",
    "message",
)
samples = APIRouter()


@samples.get("/sample/{name}")
def sample(request: Request, name: str) -> Response:
    """The pages of `tests.web.views`, served by the real application with its real headers."""
    site = site_of(request)
    stages = {"answer": "answer", "waiting": "waiting", "together": "together", "settled": "agreed"}
    if name in stages:
        view = views.check_in(stages[name])
        return check_in_page.check_in_page(site, view, key="home/ana", screen="", preselected="")
    if name in ("proposal", "smaller"):
        proposal = views.proposal() if name == "proposal" else views.smaller()
        view = views.check_in("together", proposal=proposal)
        return check_in_page.proposal_page(site, view, proposal, key="home/ana", changed=name == "smaller")
    if name == "closed":
        view = views.check_in("closed", proposal=None)
        return check_in_page.check_in_page(site, view, key="home/ana", screen="", preselected="")
    if name == "week":
        return my_week.my_week_page(site, views.my_week(notices=("Your calendar no longer lets us in.",)))
    if name == "asked":
        news = ("Your run moved to Sat 10:00–11:00.",)
        return my_week.my_week_page(
            site, views.my_week(questions=views.QUESTIONS, news=news), key="home/ana", problem=""
        )
    if name == "talk":
        view = views.check_in("together", raised=views.RAISED, values=views.VALUES)
        return check_in_page.check_in_page(site, view, key="home/ana", screen="talk", preselected="")
    if name == "away":
        draft = Draft("away", asides=Asides("dinner", "shrink", ("laundry",), "2026-12-01", "2026-12-03"))
        return check_in_page.answer_page(site, views.check_in("answer"), key="home/ana", draft=draft)
    if name == "front":
        return site.page("front.html")
    if name == "message":
        return message_page(site, 200, kind="no_link")
    problems = ("Hand over at most 3 things.",) if name == "refused" else ()
    draft = Draft("weeds", ("dinner", "plants"), "Thursday")
    return check_in_page.answer_page(
        site, views.check_in("answer"), key="home/ana", draft=draft, problems=problems
    )


def _make_app(world: World, base_url: str) -> FastAPI:
    return create_app(world, base_url=base_url, extra_routers=[samples])


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    with a_home(tmp_path_factory.mktemp("home")) as home, serving(home, _make_app) as site:
        yield site


def context_of(
    browser: Browser, *, width: int = 375, scheme: str = "light", javascript: bool = True
) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        java_script_enabled=javascript,
    )
    context.set_default_timeout(10_000)
    return context


def overflow(page: Page) -> int:
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return int(width)


def violations_on(page: Page, *, colours_alone: bool = False) -> str:
    """What axe finds, empty for nothing; a page that was looked at in one scheme differs in the other by
    its colours alone."""
    rules = {"target-size": {"enabled": True}}  # of WCAG 2.2, which axe leaves out unless asked
    options: dict[str, object] = {"resultTypes": ["violations"], "rules": rules}
    if colours_alone:
        options["runOnly"] = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    found = Axe().run(page, options=options)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_every_screen_are_accessible_and_silent(
    browser: Browser, gallery: LiveSite, scheme: str
) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    said: list[str] = []
    with context_of(browser, scheme=scheme) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for name in SAMPLES:
            page.set_viewport_size({"width": 375, "height": 800})
            page.goto(f"{gallery.base_url}/sample/{name}")
            for width in (320, 375, 768, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                assert overflow(page) <= 0, (name, width)
                if width in (375, 1280):
                    file = ARTEFACTS / f"{name}-{width}-{scheme}.png"
                    page.screenshot(path=file, full_page=True, animations="disabled")
                if width == (375 if scheme == "light" else 1280):
                    assert not (found := violations_on(page)), (name, width, found)
    assert said == []


def test_long_words_break_instead_of_pushing_the_page_wide(browser: Browser, gallery: LiveSite) -> None:
    with context_of(browser, width=320) as context:
        page = context.new_page()
        page.goto(f"{gallery.base_url}/sample/proposal")
        page.evaluate(
            "document.querySelectorAll('.strong, .title, h1, .who')"
            ".forEach(element => element.textContent = 'W'.repeat(300))"
        )
        assert overflow(page) <= 0


def test_text_twice_as_large_still_fits(browser: Browser, gallery: LiveSite) -> None:
    with context_of(browser, width=375) as context:
        page = context.new_page()
        for name in SAMPLES:
            page.goto(f"{gallery.base_url}/sample/{name}")
            page.evaluate(
                "(sheet => sheet.insertRule('html { font-size: 36px }', sheet.cssRules.length))"
                "(document.styleSheets[0])"
            )
            assert overflow(page) <= 0, name


def test_every_control_is_reached_by_the_tab_key(browser: Browser, gallery: LiveSite) -> None:
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(f"{gallery.base_url}/sample/chosen")
        reached = []
        for _press in range(20):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate("(e => e.name || e.textContent.trim().split('\\n')[0])(document.activeElement)")
            )
        assert {"state", "hand_over", "More", "appreciation", "That's me", "Your week"} <= set(reached)


def test_only_in_the_weeds_is_asked_what_would_help(browser: Browser, gallery: LiveSite) -> None:
    with context_of(browser, javascript=False) as context:
        page = context.new_page()
        page.goto(f"{gallery.base_url}/sample/answer")
        help_section = page.get_by_text("what would help most?")
        assert not help_section.is_visible()
        page.get_by_role("radio", name="In the weeds").check()
        assert help_section.is_visible()
        page.get_by_role("radio", name="Blown").check()
        assert not help_section.is_visible()


def test_a_check_in_from_two_phones_without_javascript(browser: Browser, live: LiveSite) -> None:
    phones = {}
    for partner, word in (("ana", "Blown"), ("ben", "Fine")):
        context = context_of(browser, javascript=False)
        page = phones[partner] = context.new_page()
        page.goto(live.base_url + path_for(live.home, partner))
        assert page.url == f"{live.base_url}/check-in/{WEEK}"
        page.get_by_role("radio", name=word).check()
        page.get_by_label("One thing you were glad of").fill(f"{partner} is glad")
        page.get_by_role("button", name="That's me").click()
        assert page.url == f"{live.base_url}/check-in/{WEEK}"
    assert phones["ana"].get_by_text("Thank you.").is_visible()
    for page in phones.values():
        page.reload()
        assert page.get_by_text("ben is glad").is_visible()
        page.get_by_role("link", name="Next").click()
        page.get_by_role("button", name="Agree").click()
    phones["ana"].reload()
    assert phones["ana"].get_by_text("It is settled.").is_visible()
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    phones["ana"].screenshot(path=ARTEFACTS / "real-settled.png", full_page=True)
    for page in phones.values():
        page.context.close()


def test_a_press_on_the_week_page_settles_a_question_without_javascript(
    browser: Browser, live: LiveSite
) -> None:
    home = live.home
    tick(home.world, HOME)
    laundry = next(e for e in home.server.account(ANA).entries() if e.title == "Laundry")
    home.server.account(ANA).retitle(laundry.uid, "> Laundry")
    tick(home.world, HOME)
    with context_of(browser, javascript=False) as context:
        page = context.new_page()
        page.goto(live.base_url + path_for(home, "ben") + "?to=week")
        page.goto(f"{live.base_url}/week/{WEEK}")
        assert page.get_by_text("Ana asks you to take Laundry").is_visible()
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTEFACTS / "real-asked.png", full_page=True)
        page.get_by_role("button", name="I take it").click()
        assert page.url == f"{live.base_url}/week/{WEEK}"
        assert not page.get_by_text("Ana asks you").is_visible()
        assert page.get_by_text("Laundry").first.is_visible()
        page.screenshot(path=ARTEFACTS / "real-taken.png", full_page=True)
    tick(home.world, HOME)
    assert "Laundry" in home.titles(BEN)


def test_a_home_network_without_tls_can_answer(browser: Browser, home: Home) -> None:
    """There browsers send no Sec-Fetch-Site, and Origin has to do."""
    with (
        serving(home, _make_app, host="offplate.test") as site,
        context_of(browser, javascript=False) as context,
    ):
        page = context.new_page()
        page.goto(site.base_url + path_for(site.home, "ana"))
        page.get_by_role("radio", name="Fine").check()
        page.get_by_role("button", name="That's me").click()
        assert page.get_by_text("Thank you.").is_visible()


def test_a_form_on_another_site_cannot_answer_for_somebody(
    browser: Browser, live: LiveSite, home: Home
) -> None:
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(live.base_url + path_for(live.home, "ana"))
        evil = (
            f"<form method=post action='{live.base_url}/check-in/{WEEK}/answer'>"
            "<input name=reader value=home/ana><input name=state value=blown><input name=appreciation>"
            "<button>win</button></form>"
        )
        page.route("http://evil.test/**", lambda route: route.fulfill(body=evil, content_type="text/html"))
        page.goto("http://evil.test/")
        with page.expect_navigation():
            page.get_by_role("button").click()
        assert page.get_by_role("heading").inner_text() in (
            "That came from another page.",
            "Whose week is it?",
        )
    check_in = home.store.check_ins.get(home.store.households.ids()[0], WEEK)
    assert check_in is not None
    assert check_in.answers == {}
