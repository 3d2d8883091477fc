"""The search for times of one's own: exact where it says so, and honest where it is not."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

from service.planner import Snapshot, parse_snapshot, plan_week, to_json, verify
from service.planner.candidates import prepare
from service.planner.grid import grid_of
from service.planner.policy import Policy
from service.planner.presence import presence_of
from service.planner.proof_words import how_good
from service.planner.selfcare import Choice, choices, place_selfcare
from tests.planner.building import DAYS, a_week, a_wish, an_adult, on

NOWHERE = None


def wishes_of(chance: Random, each: int, *, hours: tuple[str, ...]) -> Snapshot:
    """So many wishes of Ana's and of Ben's, on few or all days, in a week with long days at work."""
    wishes = [
        a_wish(
            name,
            chance.choice(["daily", "Mon,Tue,Wed,Thu,Fri", "Sat,Sun", chance.choice(DAYS)]),
            chance.choice(hours),
            minutes=chance.choice([45, 60, 90]),
            usual_min=chance.choice([600, 1140]),
        )
        for name in ("Ana", "Ben")
        for _ in range(each)
    ]
    adults = [
        an_adult(
            name,
            busy=on(
                *[f"{day} 08:00-{chance.choice(['12', '17', '20'])}:00" for day in chance.sample(DAYS, 5)]
            ),
        )
        for name in ("Ana", "Ben")
    ]
    return parse_snapshot(to_json(a_week(adults=tuple(adults), selfcare=tuple(wishes))))


def cost_of(week: Snapshot, picks: tuple[tuple[Choice, str | None] | None, ...]) -> tuple[int, ...] | None:
    """What these times cost together; None where they cannot be together."""
    placed = [(week.selfcare[n].adult, *pick) for n, pick in enumerate(picks) if pick]
    for n, (adult, choice, cover) in enumerate(placed):
        for other, its, covered in placed[:n]:
            if adult == other and (choice.day == its.day or choice.mask & its.mask):
                return None
            if (covered == adult and its.watched & choice.mask) or (
                cover == other and choice.watched & its.mask
            ):
                return None
    costs = [choice.cost for _, choice, _ in placed]
    summed = [sum(cost[k] for cost in costs) for k in range(5)]
    return (summed[0], summed[1] + len(picks) - len(placed), *summed[2:])


def test_it_finds_what_trying_everything_finds() -> None:
    for seed in range(30):
        week = wishes_of(Random(seed), 2, hours=("18:00-19:45", "10:00-11:30"))
        grid = grid_of(week.tz, week.monday)
        presence = presence_of(week, grid)
        ways: list[list[tuple[Choice, str | None] | None]] = [
            [
                NOWHERE,
                *((c, who) for c in choices(week, grid, presence, n)[:8] for who in c.covers or (None,)),
            ]
            for n in range(4)
        ]
        few = all(len(choices(week, grid, presence, n)) <= 8 for n in range(4))
        best = min(cost for picks in product(*ways) if (cost := cost_of(week, picks)) is not None)
        found = place_selfcare(week, grid, presence)
        assert found.is_exact
        picks = []
        for n in range(4):
            mine = next((one for one in found.appointments if one.index == n), None)
            start = grid.slot_at(mine.interval.start_at) if mine else None
            picks.append(
                next(((c, mine.cover) for c in choices(week, grid, presence, n) if c.start == start), None)
                if mine
                else None
            )
        reached = cost_of(week, tuple(picks))
        assert reached is not None
        assert reached <= best
        assert reached == best or not few


def test_three_wishes_each_are_settled_exactly() -> None:
    for seed in range(12):
        week = wishes_of(Random(seed), 3, hours=("18:00-22:00", "06:00-22:00", "10:00-14:00"))
        assert prepare(week).own_time_is_exact


def test_where_the_limit_strikes_the_plan_is_not_called_proven_and_says_which_part_is() -> None:
    week = wishes_of(Random(0), 7, hours=("18:00-22:00", "06:00-22:00"))
    assert not prepare(week).own_time_is_exact
    plan = plan_week(week)
    assert plan.status == "best_found"
    assert all(level.bound == level.value for level in plan.levels)
    assert how_good(plan) == (
        "Around your own times, who does what and when is the best there is; that is proven. With so many "
        "times of your own not every way was tried: they are the best found."
    )
    false = replace(plan, status="proven")
    assert [one.sentence for one in verify(week, false)] == [
        "the plan is called proven, and its times for oneself are the best found"
    ]
    assert plan_week(week, policy=Policy(solver=False)).status == "greedy"
