"""Who had the children alone for a week comes first with their own time in the next."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.household import SelfCareWish
from service.domain.week import Week, parse_windows
from service.flow import check_in
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_home, a_household, a_partner

ONE_EVENING = parse_windows("Thu 19:30-20:30")
"""Only one of the two can have it, with the other on duty."""


def agreed(home: Home, week: Week, bens: str, anas: str) -> None:
    tick(home.world, HOME)
    check_in.answer(home.world, HOME, BEN, week, state=bens)
    check_in.answer(home.world, HOME, ANA, week, state=anas)
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, week)
    tick(home.world, HOME)


@pytest.mark.parametrize(
    ("last_week", "now", "whose"),
    [("away", "fine", BEN), ("away", "blown", BEN), ("fine", "fine", ANA), ("blown", "fine", ANA)],
)
def test_their_own_time_comes_before_the_others_for_one_week(
    last_week: str, now: str, whose: str, tmp_path: Path
) -> None:
    partners = tuple(
        a_partner(name, self_care=(SelfCareWish(own, 60, 1, ONE_EVENING),))
        for name, own in (("Ana", "Swim"), ("Ben", "Run"))
    )
    with a_home(tmp_path, household=a_household(partners=partners, sitters=()), chores=[]) as home:
        agreed(home, WEEK, "fine", last_week)
        for week, anas, gets_it in ((WEEK.next, now, whose), (WEEK.next.next, "fine", ANA)):
            home.clock.move(timedelta(days=7))
            agreed(home, week, "fine", anas)
            published = home.store.plans.get(HOME, week, "published")
            assert published is not None
            assert [one.adult for one in published.plan.selfcare] == [gets_it]
            title = "Yours: run. Ana is on duty" if gets_it == BEN else "Yours: swim. Ben is on duty"
            assert title in home.titles(gets_it)
