"""Three hard weeks in six: a talk for both, help for one, and each on its own page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from service.domain.checkin import Answer, State
from service.domain.household import PartnerId
from service.domain.week import Week
from service.flow import check_in
from service.flow.hard_weeks import help_lines
from tests.builders import ANA, BEN, HOME, WEEK, Home

HELP, TALK = "Low mood after a birth", "Your base split deserves a talk."


def weeks_ago(count: int) -> Week:
    week = WEEK
    for _ in range(count):
        week = week.previous
    return week


def said(home: Home, partner: PartnerId, state: State, *weeks: int) -> None:
    """`partner` answered that in the check-ins of so many weeks ago."""
    now = home.clock.now()
    for week in map(weeks_ago, weeks):
        home.store.check_ins.open(HOME, week, opened_at=now, closes_at=now + timedelta(hours=2))
        home.store.check_ins.answer(HOME, week, Answer(partner, state, answered_at=now))


def test_three_in_six_show_a_talk_to_both_and_help_to_one(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    said(home, ANA, "blown", 5, 3)
    assert HELP not in ana.get("/week").text
    check_in.answer(home.world, HOME, ANA, WEEK, state="blown")
    check_in.answer(home.world, HOME, BEN, WEEK, state="fine")
    assert HELP in ana.get("/week").text
    assert "TelefonSeelsorge 0800\N{NO-BREAK SPACE}111" in ana.get("/week").text
    assert HELP not in ben.get("/week").text
    home.clock.move(timedelta(days=2))  # the week in question has begun
    assert HELP in ana.get("/week").text
    home.clock.move(-timedelta(days=2))
    for client in (ana, ben):
        shared = client.get(f"/check-in/{WEEK}").text
        assert TALK in shared
        assert HELP not in shared


def test_a_sealed_answer_is_not_given_away_by_it(home: Home, ana: TestClient, ben: TestClient) -> None:
    said(home, ANA, "blown", 5, 3)
    before = ben.get(f"/check-in/{WEEK}").text
    check_in.answer(home.world, HOME, ANA, WEEK, state="blown")
    assert ben.get(f"/check-in/{WEEK}").text == before


@pytest.mark.parametrize(("state", "weeks"), [("blown", (6, 3, 1)), ("weeds", (3, 2, 1)), ("blown", (2, 1))])
def test_older_ones_fewer_ones_and_the_weeds_do_not_count(
    home: Home, ana: TestClient, state: State, weeks: tuple[int, ...]
) -> None:
    said(home, ANA, state, *weeks)
    assert HELP not in ana.get("/week").text


@pytest.mark.parametrize(
    ("zone", "listens"),
    [
        ("Europe/Berlin", "TelefonSeelsorge 0800 111 0 111"),
        ("America/Chicago", "National Maternal Mental Health Hotline 1-833-852-6262"),
        ("Australia/Sydney", ""),
        ("Asia/Tokyo", ""),
    ],
)
def test_the_lines_are_those_of_ones_country_or_none(home: Home, zone: str, listens: str) -> None:
    found = help_lines(home.world, ZoneInfo(zone))
    assert found.listens.replace("\N{NO-BREAK SPACE}", " ") == listens
    assert bool(found.safe) == bool(listens), "both are known, or neither is named"


def test_what_the_host_names_comes_before_what_we_know(home: Home) -> None:
    world = replace(home.world, help_listens="Our midwife 555 0100")
    found = help_lines(world, ZoneInfo("Europe/Berlin"))
    assert found.listens == "Our midwife 555\N{NO-BREAK SPACE}0100"
    assert found.safe == "Hilfetelefon Gewalt gegen Frauen 116\N{NO-BREAK SPACE}016"


def test_where_no_line_is_known_the_page_names_the_doctor_and_the_emergency_number(
    home: Home, ana: TestClient
) -> None:
    home.store.households.edit(HOME, lambda stands: replace(stands, zone=ZoneInfo("Asia/Tokyo")))
    said(home, ANA, "blown", 3, 2, 1)
    page = ana.get("/week").text
    for words in (HELP, "a good first call; when it cannot wait, the emergency number", "In danger, call"):
        assert words in page
    assert "free of charge" not in page
