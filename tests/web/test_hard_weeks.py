"""Three hard weeks in six: a talk for both, help for one, and each on its own page."""

from __future__ import annotations

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
    assert "0800 111 0 111" in ana.get("/week").text
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
    [("Europe/Berlin", "0800 111 0 111"), ("America/Chicago", "1-833-852-6262"), ("Asia/Tokyo", None)],
)
def test_the_numbers_are_those_of_ones_country_or_none(zone: str, listens: str | None) -> None:
    found = help_lines(ZoneInfo(zone))
    assert (found.listens if found else None) == listens
