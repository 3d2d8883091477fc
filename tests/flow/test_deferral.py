"""What a published week left out weighs more in the next one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from service.flow.plan_week import snapshot_for
from service.flow.week import tick
from tests.builders import HOME, WEEK, a_chore, a_home


def test_what_the_published_weeks_left_out_has_waited(tmp_path: Path) -> None:
    with a_home(tmp_path, chores=[a_chore("Laundry"), a_chore("Bathroom"), a_chore("Bins")]) as home:
        tick(home.world, HOME)
        household = home.store.households.get(HOME)
        published = home.store.plans.get(HOME, WEEK.previous, "published")
        assert published is not None
        for week, gone in ((WEEK.previous, {"laundry", "bins"}), (WEEK, {"laundry", "bathroom"})):
            doers = {c: None if c in gone else "ana" for c in ("laundry", "bathroom", "bins")}
            plan = replace(published.plan, doers={**published.plan.doers, **doers})
            home.store.plans.save(
                HOME, week, "published", plan, snapshot=published.snapshot, made_at=published.made_at
            )
        snapshot = snapshot_for(home.world, household, WEEK.next)
        waited = {chore.id: chore.left_out_weeks for chore in snapshot.responsibilities}
        assert (waited["laundry"], waited["bathroom"], waited["bins"]) == (2, 1, 0)
        waited = {
            chore.id: chore.left_out_weeks
            for chore in snapshot_for(home.world, household, WEEK).responsibilities
        }
        assert (waited["laundry"], waited["bathroom"], waited["bins"]) == (1, 0, 1)
