"""A week planned anew in the middle of a day counts what was done that day already."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from service.flow.plan_week import propose, snapshot_for
from service.flow.week import tick
from tests.builders import ANA, HOME, WEEK, a_chore, a_home, a_household, span

MORNING = a_chore("Attic", minutes=90, window="Tue 08:00-10:00", only=("ana",))
EVENING = a_chore("Cellar", minutes=60, window="Tue-Wed 17:00-20:00", only=("ana",))


def test_what_was_done_this_morning_counts_in_the_days_limit_though_it_is_over(tmp_path: Path) -> None:
    household = a_household()
    ana = replace(household.partner(ANA), most_minutes_a_day=120)
    home_of = replace(household, partners=(ana, household.partners[1]), children_born=())
    with a_home(tmp_path, household=home_of, chores=[MORNING, EVENING]) as home:
        home.clock.move(timedelta(hours=3))
        tick(home.world, HOME)
        home.clock.move(span("Tue 12:00-13:00").start_at - home.clock.now())
        snapshot = snapshot_for(home.world, home_of, WEEK)
        assert "attic" not in {chore.id for chore in snapshot.responsibilities}
        assert [adult.limit_on(1) for adult in snapshot.adults] == [
            30,
            home_of.partners[1].most_minutes_a_day,
        ]
        assert snapshot.adults[0].limit_on(2) == 120
        plan = propose(home.world, home_of, WEEK).plan
        cellar = next(block for block in plan.blocks if block.responsibility == "cellar")
        assert span("Wed 17:00-20:00").contains(cellar.interval)


def test_the_last_quarter_of_an_hour_of_a_week_and_the_week_after_it_is_over_have_no_today(
    tmp_path: Path,
) -> None:
    with a_home(tmp_path, household=a_household(), chores=[MORNING, EVENING]) as home:
        home.clock.move(timedelta(hours=3))
        tick(home.world, HOME)
        household = home.world.store.households.get(HOME)
        for at in (span("Sun 23:50-23:55").start_at, span("Sun 23:50-23:55").end_at + timedelta(days=1)):
            home.clock.move(at - home.clock.now())
            assert not any(adult.day_limits for adult in snapshot_for(home.world, household, WEEK).adults)
            tick(home.world, HOME)
