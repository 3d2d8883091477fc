"""The mails as a phone shows them, light and dark; screenshots land in artefacts/ for a person to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.mail.test_compose import letters

ARTEFACTS = Path(__file__).parents[2] / "artefacts" / "mail"


@pytest.mark.browser
def test_mails_fit_a_phone_and_fetch_nothing(chromium: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--disable-dev-shm-usage"])
        for scheme in ("light", "dark"):
            context = browser.new_context(color_scheme=scheme)
            page = context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            for number, letter in enumerate(letters()):
                for width in (320, 375, 600):
                    page.set_viewport_size({"width": width, "height": 700})
                    page.set_content(letter.html)
                    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                    assert page.evaluate(overflow) <= 0, (letter.subject, width)
                    if width == 375:
                        page.screenshot(path=ARTEFACTS / f"{number}-{scheme}.png", full_page=True)
            background = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert background == ("rgb(251, 248, 243)" if scheme == "light" else "rgb(25, 24, 23)")
        browser.close()
    assert asked == []
