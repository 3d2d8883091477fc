"""The heading of one's own week: the best true news first, and never what is over already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.domain.household import PartnerId
from service.flow import my_week
from service.flow.views import MyWeekView
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home, a_household, a_partner, span

MORNING = {"cadence": "daily", "window": "06:30-08:00", "routine": "morning", "shed": "never"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A planned week of few things: Ana's mornings are a routine, her Tuesday evening has one thing."""
    chores = [
        a_chore("Breakfast", "ana", minutes=20, **MORNING),  # type: ignore[arg-type]
        a_chore("Wash and dress", "ana", minutes=15, **MORNING),  # type: ignore[arg-type]
        replace(a_chore("Forms", "ana", window="Tue 20:00-20:30", shed="never"), name="Nursery: forms"),
    ]
    household = a_household(partners=(a_partner("Ana"), a_partner("Ben")), base_split={ANA: 95, BEN: 5})
    with a_home(tmp_path, household=household, chores=chores) as made:
        tick(made.world, HOME)
        yield made


def seen(home: Home, when: str, partner: PartnerId = ANA) -> MyWeekView:
    home.clock.move(span(when).start_at - home.clock.now())
    return my_week.view(home.world, HOME, partner)


def test_it_says_what_today_begins_with_then_what_comes_next_then_that_nothing_does(home: Home) -> None:
    early = seen(home, "Tue 05:00-06:00")
    assert early.heading == "Today begins with Morning."
    assert seen(home, "Tue 12:00-13:00").heading == "Next today: Nursery: forms."
    assert seen(home, "Tue 12:00-13:00").lead == "20:00–20:30."
    assert seen(home, "Tue 20:15-20:30").heading == "Now: Nursery: forms."
    assert seen(home, "Tue 21:00-21:30").heading == "Nothing more of yours today."


def test_time_of_ones_own_is_the_best_news_until_it_is_over(planned: Home) -> None:
    home = planned
    days = my_week.view(home.world, HOME, BEN, week=WEEK).days
    run = next(block for day in days for block in day.blocks if block.kind == "self_care")
    home.clock.move(run.interval.start_at - home.clock.now())
    assert my_week.view(home.world, HOME, BEN).heading == run.title
    home.clock.move(run.interval.end_at - home.clock.now())
    assert my_week.view(home.world, HOME, BEN).heading != run.title


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path) as made:
        tick(made.world, HOME)
        yield made
