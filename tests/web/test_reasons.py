"""A reason is said in one way: on the page, in the mail, in the entry and on the terminal, and in none of
them does it say where the other one is or how they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from starlette.testclient import TestClient

from service.commands.week_on_paper import print_week
from service.domain.entries import Entry
from service.domain.plan import Plan
from service.flow import check_in
from service.flow.plan_week import proposal, stored_snapshot
from service.flow.tell import mail_week
from service.flow.wanted_entries import desired_entries
from service.flow.week import tick
from service.flow.week_view import week_view
from service.mail import compose
from service.planner.told import moved_lines
from service.ports import WeekLines
from tests.builders import ANA, BEN, HOME, SUNDAY_EVENING, WEEK, Home, a_chore, a_home

NEVER_SAID = re.compile(
    r"\b(blown|spent|weeds|tired|busy|away|is out|less room|meeting|free)\b", re.IGNORECASE
)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Ana is spent, Ben is fine; on Wednesday neither of them has room for dinner, on Tuesday only Ana."""
    with a_home(tmp_path) as home:
        home.put_busy(ANA, "Wed 17:00-20:00")
        home.put_busy(BEN, "Tue 17:00-20:00, Wed 17:00-20:00")
        check_in.open_check_in(home.world, HOME, WEEK)
        tick(home.world, HOME)
        check_in.answer(home.world, HOME, ANA, WEEK, state="blown")
        check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
        yield home


def plan_of(home: Home) -> Plan:
    return proposal(home.world, home.store.households.get(HOME), WEEK).plan


def entries_of(home: Home) -> list[Entry]:
    household = home.store.households.get(HOME)
    return [
        entry
        for partner in household.partners
        for entry in desired_entries(home.world, household, partner, SUNDAY_EVENING)[WEEK]
    ]


def evened(text: str) -> str:
    return " ".join(text.split())


def on_the_terminal(home: Home) -> str:
    household, chores = home.store.households.get(HOME), home.store.households.chores(HOME)
    stored = proposal(home.world, household, WEEK)
    paper = StringIO()
    print_week(week_view(household, WEEK, stored, chores=chores), household, Console(file=paper, width=400))
    return evened(paper.getvalue())


def in_the_mail(home: Home) -> tuple[str, str]:
    household = home.store.households.get(HOME)
    mail_week(home.world, household, household.partner(BEN), WEEK, home.clock.now())
    (lines,) = [what for kind, who, _, what in home.post.sent if (kind, who) == ("week", BEN)]
    assert isinstance(lines, WeekLines)
    letter = compose.week(household, household.partner(BEN), WEEK, lines=lines, link="https://o.example")
    return evened(letter.text), evened(unescape(re.sub(r"<[^>]+>", " ", letter.html)))


def test_page_mail_entry_and_terminal_say_the_same(home: Home, ben: TestClient) -> None:
    plan = plan_of(home)
    page = evened(unescape(ben.get(f"/check-in/{WEEK}?next=1").text))
    terminal = on_the_terminal(home)
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    text, html = in_the_mail(home)
    moved = {(move.responsibility, move.taker): move.reason for move in plan.moves}
    (dinner,) = [one for one in plan.unplaced if one.responsibility == "dinner"]
    assert dinner.offers
    for sentence in {*moved.values(), *(one.reason for one in plan.unplaced)}:
        for place in (page, terminal, text, html):
            assert sentence in place
    for offer in dinner.offers[:2]:
        for place in (page, terminal, text, html):
            assert offer in place
    told = {(entry.key.partition(".")[0], entry.partner): entry.description for entry in entries_of(home)}
    assert moved.keys() & told.keys()
    for one in moved.keys() & told.keys():
        assert moved[one] in told[one]
    assert f"Dinner, Wednesday: {dinner.reason}" in told["dinner", ANA]
    assert "; ".join(dinner.offers[:2]) in told["dinner", ANA]


def test_times_of_a_chore_in_turns_that_pass_are_told_everywhere(home: Home, ben: TestClient) -> None:
    stored = proposal(home.world, home.store.households.get(HOME), WEEK)
    dinner = next(
        line for line in moved_lines(stored_snapshot(stored), stored.plan) if "Dinner" in line.chore
    )
    assert (dinner.giver, dinner.taker) == (ANA, BEN)
    assert re.fullmatch(r"Dinner, five of six times", dinner.chore)
    page = evened(unescape(ben.get(f"/check-in/{WEEK}?next=1").text))
    terminal = on_the_terminal(home)
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    text, html = in_the_mail(home)
    for place in (page, terminal, text, html):
        assert dinner.chore in place
        assert dinner.reason in place
    passed = [one for one in entries_of(home) if one.key.startswith("dinner.") and one.partner == BEN]
    assert len(passed) == dinner.times
    assert all(dinner.reason in one.description for one in passed)


def test_a_week_in_which_only_turns_pass_is_not_called_as_it_was(tmp_path: Path) -> None:
    at_home = {"minutes": 60, "cadence": "daily", "shed": "never"}
    dinner = a_chore("Dinner", "ana", window="17:00-19:00", mode="alternating", **at_home)
    wash = a_chore("Wash", "ana", window="08:00-21:00", only=("ana",), **at_home)
    with a_home(tmp_path, chores=[dinner, wash]) as home:
        check_in.open_check_in(home.world, HOME, WEEK)
        check_in.answer(home.world, HOME, ANA, WEEK, state="weeds")
        check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
        household, chores = home.store.households.get(HOME), home.store.households.chores(HOME)
        view = week_view(household, WEEK, proposal(home.world, household, WEEK), chores=chores)
    assert view.heading == "This week leans on Ben, as you agreed."
    assert view.lead == "One thing moves, two stay."
    assert [move.chore for move in view.moves] == ["Dinner"]
    assert "Dinner" not in {line.chore for line in view.stays}


def test_no_reason_says_where_the_other_one_is_or_how_they_are(home: Home) -> None:
    plan = plan_of(home)
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    said = [*(move.reason for move in plan.moves), *(one.reason for one in plan.unplaced)]
    said += [entry.description for entry in entries_of(home) if entry.kind == "chore"]
    assert len(said) > 20
    for sentence in said:
        assert not NEVER_SAID.search(sentence), sentence


def test_only_the_taker_is_named_by_a_reason(home: Home) -> None:
    plan, household = plan_of(home), home.store.households.get(HOME)
    assert plan.moves
    for move in plan.moves:
        named = {partner.id for partner in household.partners if partner.name in move.reason}
        assert named <= {move.taker}
    for one in plan.unplaced:
        assert not any(partner.name in one.reason for partner in household.partners)
