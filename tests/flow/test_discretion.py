"""A calendar that says when and never what, on its person's word; everything else is as ever."""

from __future__ import annotations

import pytest

from service.flow import my_week
from service.flow.own_settings import be_discreet
from service.flow.tell import week_as_calendar
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home

CALLED = "Appointment"


@pytest.fixture
def discreet(home: Home) -> Home:
    """Ana's calendar was written in plain words, and says no more than it must since."""
    tick(home.world, HOME)
    be_discreet(home.world, HOME, ANA, discreet=True)
    tick(home.world, HOME)
    return home


def test_every_entry_is_an_appointment_and_says_nothing_else_but_where_to_look(discreet: Home) -> None:
    assert set(discreet.titles(ANA)) == {CALLED}
    written = [row.entry for row in discreet.store.journal.of_week(HOME, WEEK, partner=ANA)]
    assert {entry.description for entry in written} == {f"Your week: http://127.0.0.1:8000/week/{WEEK}"}
    assert CALLED not in discreet.titles(BEN)
    days = my_week.view(discreet.world, HOME, ANA, week=WEEK).days
    assert "Laundry" in {block.title for day in days for block in day.blocks}, "her page says what it is"
    report = tick(discreet.world, HOME)
    assert report.partners[ANA].writes == 0


def test_gestures_mean_the_same(discreet: Home) -> None:
    days = my_week.view(discreet.world, HOME, ANA, week=WEEK).days
    laundry = next(block for day in days for block in day.blocks if block.title == "Laundry")
    account = discreet.server.account(ANA)
    there = next(one for one in account.entries() if one.time.start_at == laundry.interval.start_at)
    account.retitle(there.uid, f"x {CALLED}")
    tick(discreet.world, HOME)
    blocks = [b for d in my_week.view(discreet.world, HOME, ANA, week=WEEK).days for b in d.blocks]
    assert [b.soft_line for b in blocks if b.key == laundry.key] == ["done"]
    assert account.event(there.uid).title == f"x {CALLED}"


def test_it_says_what_they_are_again_but_for_what_its_person_changed(discreet: Home) -> None:
    account = discreet.server.account(ANA)
    first = min(account.entries(), key=lambda one: one.time.start_at)
    account.retitle(first.uid, "Dentist")
    be_discreet(discreet.world, HOME, ANA, discreet=False)
    tick(discreet.world, HOME)
    titles = discreet.titles(ANA)
    assert CALLED not in titles
    assert {"Dentist", "Laundry"} <= set(titles)


def test_the_file_in_the_mail_says_no_more(discreet: Home) -> None:
    household = discreet.store.households.get(HOME)
    stored = discreet.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    text = week_as_calendar(discreet.world, household, household.partner(ANA), WEEK, stored)
    assert text.count("BEGIN:VEVENT") == text.count(f"SUMMARY:{CALLED}") > 3
    assert CALLED not in week_as_calendar(discreet.world, household, household.partner(BEN), WEEK, stored)
