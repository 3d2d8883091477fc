"""What was left out weighs more with each week that it waits, so that nothing waits for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.plan import Plan
from service.planner import Snapshot, plan_week, verify
from service.planner.deferral import waited
from tests.planner.building import a_chore, a_week, an_adult


def tight(*waits: int, capacity: int = 60) -> Snapshot:
    """Chores of half an hour, all alike, and room for two of them."""
    adults = (an_adult("Ana", capacity_min=capacity), an_adult("Ben", capacity_min=0))
    chores = [a_chore(f"C{n}", priority=3, left_out_weeks=weeks) for n, weeks in enumerate(waits)]
    return a_week(*chores, adults=adults)


def left_out(plan: Plan) -> list[str]:
    return sorted(chore for chore, doer in plan.doers.items() if doer is None)


def next_week(week: Snapshot, plans: list[Plan]) -> Snapshot:
    weeks = waited(plans)
    return replace(
        week,
        responsibilities=tuple(
            replace(chore, left_out_weeks=weeks.get(chore.id, 0)) for chore in week.responsibilities
        ),
    )


def test_of_two_alike_the_one_that_waited_longer_is_done() -> None:
    assert left_out(plan_week(tight(0, 1, 2, capacity=30))) == ["c0", "c1"]
    assert left_out(plan_week(tight(2, 1, 0, capacity=30))) == ["c1", "c2"]


def test_nothing_waits_for_ever_and_nothing_waits_twice_before_another_once() -> None:
    week, plans = tight(0, 0, 0, 0, 0), list[Plan]()
    seen: list[list[str]] = []
    for _week in range(6):
        plan = plan_week(next_week(week, plans))
        assert plan.status == "proven"
        plans.insert(0, plan)
        seen.append(left_out(plan))
    for chore in ("c0", "c1", "c2", "c3", "c4"):
        assert any(chore not in out for out in seen[:3])
        assert any(chore not in out for out in seen[3:])


@pytest.mark.parametrize(("large", "weeks"), [(75, 6), (75 * 7, 9)])
def test_what_is_small_does_not_wait_for_ever_for_what_is_large(large: int, weeks: int) -> None:
    adults = (an_adult("Ana", capacity_min=large + 5), an_adult("Ben", capacity_min=0))
    iron = [a_chore(f"Iron {n}", priority=3, minutes=75) for n in range(large // 75)]
    week, plans = a_week(a_chore("Mop", priority=3, minutes=30), *iron, adults=adults), list[Plan]()
    for _week in range(weeks):
        plan = plan_week(next_week(week, plans))
        assert plan.status == "proven"
        plans.insert(0, plan)
    assert ["mop" not in left_out(plan) for plan in reversed(plans)].index(True) < weeks
    assert left_out(plans[-1]) == ["mop"]


def test_waiting_buys_nothing_of_a_level_before() -> None:
    adults = (an_adult("Ana", capacity_min=30), an_adult("Ben", capacity_min=0))
    mop = a_chore("Mop", priority=3, left_out_weeks=50)
    plan = plan_week(a_week(mop, a_chore("Cook", priority=2, minutes=25), adults=adults))
    assert left_out(plan) == ["mop"]
    assert plan.level("shed3").value == 30 * 128


def test_what_is_never_left_out_has_nothing_to_wait_for() -> None:
    bath = a_chore("Bath", priority=0, left_out_weeks=3)
    busy = an_adult("Ana", capacity_min=0, may_be_planned=())
    plan = plan_week(a_week(bath, adults=(busy, replace(busy, id="ben", name="Ben"))))
    assert plan.level("essential").value == 30


def test_how_long_it_has_waited_is_said() -> None:
    plan = plan_week(tight(0, 0, 1, 2, capacity=30))
    said = {one.responsibility: one.reason for one in plan.unplaced}
    assert said["c0"] == "Left out on purpose: it can wait this week."
    assert said["c2"].endswith("It has waited for a week already, and counts for more the longer it waits.")


def test_the_check_counts_the_waiting_too() -> None:
    plan = plan_week(tight(0, 1, 1, capacity=30))
    found = verify(tight(0, 0, 1, capacity=30), plan)
    assert any("shed3" in one.sentence for one in found)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ([{"mop": None}, {"mop": None}, {"mop": "ana"}, {"mop": None}], {"mop": 2}),
        ([{"mop": "ana"}, {"mop": None}], {}),
        ([{"mop": None}, {"iron": "ana"}, {"mop": None}], {"mop": 2}),
        ([], {}),
    ],
)
def test_weeks_are_counted_from_published_plans(
    weeks: list[dict[str, str | None]], expected: dict[str, int]
) -> None:
    plan = plan_week(a_week())
    assert waited(replace(plan, doers=doers) for doers in weeks) == expected
