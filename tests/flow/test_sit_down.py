"""The half hour together: in both calendars, with the page for it and who hosts; else on the page only."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.household import PartnerId
from service.domain.week import Week
from service.flow import check_in
from service.flow.hosting import host_of
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home, a_household, span
from tests.radicale_home import a_home_at_radicale

CHORES = [a_chore("Laundry")]


def written(home: Home, partner: PartnerId, week: Week) -> list[str]:
    found = sit_downs(home, partner)
    return [text for text in found if f"check-in/{week.next}" in text]


def sit_downs(home: Home, partner: PartnerId) -> list[str]:
    account = home.server.account(partner)
    texts = (
        one.text.replace("\r\n ", "") for c in account.calendars.values() for one in c.resources.values()
    )
    return [text for text in texts if "SUMMARY:Sit down together" in text]


def test_it_stands_in_both_calendars_with_the_page_and_its_host_who_alternates(tmp_path: Path) -> None:
    with a_home(tmp_path, chores=CHORES) as home:
        for week, host, other in ((WEEK, "ana", "ben"), (WEEK.next, "ben", "ana")):
            home.clock.move(span("Mon 09:00-10:00", week).start_at - home.clock.now())
            tick(home.world, HOME)
            assert host_of(a_household(), week.next).id == host
            (hosts,), (others,) = (written(home, PartnerId(who), week) for who in (host, other))
            assert "You host this time" in hosts
            assert f"{host.capitalize()} hosts this time" in others
            assert "You host" not in others
            for text in (hosts, others):
                assert f"{home.world.base_url}/check-in/{week.next}" in text


def test_a_calendar_app_reads_it_at_one_time_from_both_accounts(tmp_path: Path) -> None:
    with a_home_at_radicale(tmp_path, chores=CHORES) as (home, apps):
        home.clock.move(span("Mon 09:00-10:00").start_at - home.clock.now())
        tick(home.world, HOME)
        texts = [apps[who].find("Sit down together")[1].replace("\r\n ", "") for who in (ANA, BEN)]
        starts = [line for text in texts for line in text.split("\r\n") if line.startswith("DTSTART")]
        assert len(starts) == 2
        assert len(set(starts)) == 1
        assert all(f"/check-in/{WEEK.next}" in text for text in texts)


@pytest.mark.parametrize("is_free", [True, False])
def test_the_page_says_when_it_is_or_that_it_works_without(tmp_path: Path, is_free: bool) -> None:
    with a_home(tmp_path, chores=CHORES) as home:
        if not is_free:
            home.put_busy(BEN, "Sun 08:00-22:00")
        home.clock.move(span("Mon 09:00-10:00").start_at - home.clock.now())
        tick(home.world, HOME)
        assert bool(sit_downs(home, ANA)) is is_free
        home.clock.move(span("Sun 09:30-10:00").start_at - home.clock.now())
        tick(home.world, HOME)
        said = check_in.view(home.world, HOME, ANA, WEEK.next).sit_down
        if is_free:
            assert said.startswith("You sit down together on Sunday 20:30.")
            home.clock.move(timedelta(hours=11, minutes=30))
            assert check_in.view(home.world, HOME, ANA, WEEK.next).sit_down.startswith("You host this time")
        else:
            assert said.startswith("Sit down together when it suits you")
            assert "Ben is" not in said
        assert "You host this time" in said
        assert "Ana hosts this time" in check_in.view(home.world, HOME, BEN, WEEK.next).sit_down
