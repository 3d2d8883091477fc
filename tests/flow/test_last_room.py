"""A chore is free time in a calendar while it could be elsewhere, and busy from when it could not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.memory_server import Resource
from connectors.model import TimeRange
from service.flow.week import tick
from tests.builders import ANA, HOME, Home, a_chore, a_home, span


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    chores = [
        a_chore("Ironing", window="Thu 17:00-22:00", only=("ana",)),
        a_chore("Photos", window="Thu-Fri 17:00-22:00", only=("ana",)),
    ]
    with a_home(tmp_path, chores=chores) as found:
        tick(found.world, HOME)
        yield found


def entry(home: Home, title: str) -> Resource:
    return next(one for one in home.server.account(ANA).entries() if one.title == title)


def fill_around(home: Home, kept: TimeRange) -> list[Resource]:
    """Meetings from early to late on that Thursday, as near as the way there lets them."""
    day, way = span("Thu 16:00-23:00"), timedelta(minutes=20)
    person, found = home.server.account(ANA), []
    for start_at, end_at in ((day.start_at, kept.start_at - way), (kept.end_at + way, day.end_at)):
        if start_at < end_at:
            found.append(person.add_event(home.personal[ANA], TimeRange(start_at, end_at)))
    return found


def test_it_turns_busy_when_its_window_fills_up_and_never_back(home: Home) -> None:
    before = entry(home, "Ironing")
    assert "TRANSP:TRANSPARENT" in before.text
    meetings = fill_around(home, before.time)
    tick(home.world, HOME, at_once=True)
    after = entry(home, "Ironing")
    assert after.time == before.time
    assert "TRANSP:OPAQUE" in after.text
    assert "TRANSP:TRANSPARENT" in entry(home, "Photos").text, "Friday is free"
    assert tick(home.world, HOME, at_once=True).partners[ANA].writes == 0
    for meeting in meetings:
        home.server.account(ANA).delete(meeting.uid)
    tick(home.world, HOME, at_once=True)
    assert entry(home, "Ironing").text == after.text


def test_time_that_passes_writes_nothing(home: Home) -> None:
    start_at = entry(home, "Ironing").time.start_at
    home.clock.move(start_at - timedelta(minutes=1) - home.clock.now())
    tick(home.world, HOME, at_once=True)
    assert "TRANSP:TRANSPARENT" in entry(home, "Ironing").text
