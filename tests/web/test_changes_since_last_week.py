"""What changed since the last week, as the reason of a move: named to whose it is, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.flow import check_in
from service.flow.plan_week import proposal
from service.flow.tell import mail_week
from service.flow.wanted_entries import desired_entries
from service.flow.week import tick
from service.ports import WeekLines
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home

HERS = "Your calendar is fuller this week; with last week's it would have stayed."
SHARED = "It follows the week's free times; with last week's it would have stayed."


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A week was agreed on; in the next one Ana's Tuesday evening has less room."""
    evening = {"window": "Tue 16:00-19:30", "shed": "never", "minutes": 60}
    chores = [
        a_chore("Bath", **evening),  # type: ignore[arg-type]
        a_chore("Dinner", **evening),  # type: ignore[arg-type]
        a_chore("Wash", "ben", window="Sat 08:00-21:00", minutes=120, shed="never", only=("ben",)),
    ]
    with a_home(tmp_path, chores=chores) as home:
        for week in (WEEK, WEEK.next):
            if week != WEEK:
                home.clock.move(timedelta(days=7))
                home.put_busy(ANA, "Tue 18:00-19:00", week)
            check_in.open_check_in(home.world, HOME, week)
            tick(home.world, HOME)
            for partner in (ANA, BEN):
                check_in.answer(home.world, HOME, partner, week, state="fine")
            if week == WEEK:
                for partner in (ANA, BEN):
                    check_in.agree(home.world, HOME, partner, week)
        yield home


def test_each_reads_their_own_words_on_the_page(home: Home, ana: TestClient, ben: TestClient) -> None:
    (move,) = proposal(home.world, home.store.households.get(HOME), WEEK.next).plan.moves
    assert (move.giver, move.taker, move.reason, move.own_reasons) == (ANA, BEN, SHARED, {ANA: HERS})
    page = f"/check-in/{WEEK.next}?next=1"
    hers, his = unescape(ana.get(page).text), unescape(ben.get(page).text)
    assert (HERS in hers, SHARED in hers) == (True, False)
    assert (HERS in his, SHARED in his) == (False, True)
    assert "calendar is fuller" not in his


def test_so_in_the_mail_and_in_the_entry(home: Home) -> None:
    household = home.store.households.get(HOME)
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK.next)
    said = {}
    for reader in household.partners:
        mail_week(home.world, household, reader, WEEK.next, home.clock.now())
        lines = [what for kind, who, _, what in home.post.sent if (kind, who) == ("week", reader.id)][-1]
        assert isinstance(lines, WeekLines)
        said[reader.id] = [reason for _what, reason in lines.moves]
    assert said == {ANA: [HERS], BEN: [SHARED]}
    entries = desired_entries(home.world, household, household.partner(BEN), home.clock.now())[WEEK.next]
    (entry,) = [one for one in entries if SHARED in one.description]
    assert HERS not in entry.description


def test_what_was_said_of_her_calendar_goes_with_the_calendar_itself(home: Home) -> None:
    def told() -> list[dict[str, str]]:
        stored = home.store.plans.get(HOME, WEEK.next, "proposed")
        assert stored is not None
        return [dict(move.own_reasons) for move in stored.plan.moves]

    after = WEEK.next.next.interval(home.store.households.get(HOME).zone).end_at
    home.store.forget_old(now=after - timedelta(days=1))
    assert told() == [{ANA: HERS}]
    home.store.forget_old(now=after + timedelta(days=2))
    assert told() == [{}]
