"""Who alone feeds a child is off no longer than from one feed to the next, unless a bottle is fine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service.commands.week_on_paper import print_week
from service.domain.chores import Chore, feed_gap_minutes
from service.domain.household import OtherWeek, PartnerId
from service.domain.week import Week
from service.flow.plan_week import propose, rrule_dates, stored_snapshot
from service.flow.week_view import week_view
from service.planner import Snapshot, parse_snapshot, plan_week, to_json, verify
from service.planner.household_week import WeekInputs, snapshot_of
from service.planner.told import why_short
from tests.builders import ANA, BEN, HOME, WEEK, a_chore, a_home, a_household

FEEDS = replace(
    a_chore("Feeds", "ana", minutes=100, cadence="daily", window="06:30-21:00", only=("ana",), shed="never"),
    only_reason="breastfeeding",
    feed_gap_minutes=60,
    blocked=False,
    for_children=True,
)
SAID = "60 minutes and not 90: no longer than between two feeds."


def planned(*chores: Chore, week: Week = WEEK) -> Snapshot:
    household = a_household(other_week=OtherWeek(WEEK.next.monday, here=False))
    inputs = WeekInputs(household, week, chores, states={ANA: "fine", BEN: "fine"}, busy={}, hand_overs={})
    return snapshot_of(inputs, rrule_dates=rrule_dates)


def lengths(snapshot: Snapshot) -> dict[str, tuple[int, int | None]]:
    return {wish.adult: (wish.minutes, wish.wished_min) for wish in snapshot.selfcare}


def test_only_hers_is_shorter_and_the_feeds_count_in_her_share_without_an_entry() -> None:
    snapshot = planned(FEEDS)
    assert lengths(snapshot) == {"ana": (60, 90), "ben": (60, None)}
    plan = plan_week(snapshot)
    assert verify(snapshot, plan) == []
    swim = next(one for one in plan.selfcare if one.adult == ANA)
    assert swim.interval.minutes == 60
    assert not [block for block in plan.blocks if block.responsibility == "feeds"]
    assert plan.certificate["minutes"]["ana"] >= 700


@pytest.mark.parametrize(
    "changed",
    [
        {"bottle_is_fine": True},
        {"feed_gap_minutes": None},
        {"feed_gap_minutes": 90},
        {"only_reason": "medical"},
        {"only": ()},
        {"only": (PartnerId("ana"), PartnerId("ben"))},
    ],
)
def test_it_is_as_long_as_wished_where_feeds_do_not_hold_them(changed: dict[str, object]) -> None:
    feeds = replace(FEEDS, **changed)  # type: ignore[arg-type]
    assert lengths(planned(feeds))["ana"] == (90, None)


def test_in_a_week_that_the_child_spends_elsewhere_it_is_as_long_as_wished() -> None:
    assert lengths(planned(FEEDS, week=WEEK.next))["ana"] == (90, None)


def test_the_shortest_gap_of_several_counts() -> None:
    other = replace(FEEDS, feed_gap_minutes=45)
    assert feed_gap_minutes([FEEDS, other], ANA) == 45
    assert feed_gap_minutes([FEEDS, other], BEN) is None


def test_the_file_keeps_what_was_wished() -> None:
    snapshot = planned(FEEDS)
    assert parse_snapshot(to_json(snapshot)).selfcare == snapshot.selfcare


def test_the_plan_says_why_on_the_page_and_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_home(tmp_path) as home:
        household = home.store.households.get(HOME)
        home.store.households.add_chores(HOME, [FEEDS])
        stored = propose(home.world, household, WEEK)
        view = week_view(household, WEEK, stored, chores=home.store.households.chores(HOME))
    assert {why_short(wish) for wish in stored_snapshot(stored).selfcare} == {SAID, ""}
    assert {line.partner: line.why for line in view.own_time} == {ANA: SAID, BEN: ""}
    print_week(view, household)
    assert f"Swim: {SAID}" in capsys.readouterr().out
