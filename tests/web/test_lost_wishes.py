"""A time for oneself that found no place: its person reads why and what would help, and nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from starlette.testclient import TestClient

from service.commands.week_on_paper import print_week
from service.flow import check_in, my_week
from service.flow.plan_week import proposal
from service.flow.tell import mail_week
from service.flow.week import tick
from service.flow.week_view import week_view
from service.mail import compose
from service.ports import WeekLines
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_home

WHY = "Nobody could be on duty for all of it in the hours that you wished for."
HELP = "What would help: there is time on"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Ben is away, so that nobody could be on duty while Ana swims."""
    with a_home(tmp_path) as home:
        check_in.open_check_in(home.world, HOME, WEEK)
        tick(home.world, HOME)
        check_in.answer(home.world, HOME, ANA, WEEK, state="fine")
        check_in.answer(home.world, HOME, BEN, WEEK, state="away")
        yield home


def letter(home: Home, partner: str) -> str:
    household = home.store.households.get(HOME)
    reader = next(one for one in household.partners if one.id == partner)
    mail_week(home.world, household, reader, WEEK, home.clock.now())
    lines = [what for kind, who, _, what in home.post.sent if (kind, who) == ("week", partner)][-1]
    assert isinstance(lines, WeekLines)
    written = compose.week(household, reader, WEEK, lines=lines, link="https://o.example")
    return " ".join(f"{written.text} {unescape(written.html)}".split())


def test_the_page_says_it_to_whose_wish_it_is(home: Home, ana: TestClient, ben: TestClient) -> None:
    page = f"/check-in/{WEEK}?next=1"
    hers = unescape(ana.get(page).text)
    assert (hers.count(WHY), hers.count(HELP)) == (1, 1)
    assert "a sitter comes for" in hers
    his = unescape(ben.get(page).text)
    assert "No time was found for Ana's “Swim” this week." in his
    assert WHY not in his
    assert HELP not in his


def test_so_do_the_week_page_and_the_mail(home: Home, ana: TestClient, ben: TestClient) -> None:
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    hers, his = letter(home, ANA), letter(home, BEN)
    assert hers.count(WHY) == hers.count(HELP) == 2  # once as text, once as HTML
    assert WHY not in his
    assert HELP not in his
    assert [line.name for line in my_week.view(home.world, HOME, ANA, week=WEEK).lost_wishes] == ["Swim"]
    assert my_week.view(home.world, HOME, BEN, week=WEEK).lost_wishes == ()
    assert WHY in unescape(ana.get(f"/week/{WEEK}").text)
    assert WHY not in unescape(ben.get(f"/week/{WEEK}").text)


def test_and_the_terminal_names_whose_it_is(home: Home) -> None:
    household, chores = home.store.households.get(HOME), home.store.households.chores(HOME)
    paper = StringIO()
    view = week_view(household, WEEK, proposal(home.world, household, WEEK), chores=chores)
    print_week(view, household, Console(file=paper, width=400))
    (line,) = [line for line in paper.getvalue().splitlines() if line.startswith("Swim")]
    assert "Ana" in line
    assert WHY in line
    assert HELP in line
