"""A swap is offered only where both gain by it, in their own eyes and inside the agreed share."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from service.domain.plan import Plan, Trade
from service.planner import Snapshot, plan_week, verify
from tests.planner.building import a_chore, a_time, a_week, an_adult, on

LIKINGS = (80, 100, 150)


def iron_and_cook(minutes: int = 15, **cook: object) -> Snapshot:
    """Each has what they like less; changing hands twice costs more than it gains."""
    iron = a_chore("Iron", minutes=minutes, burden_percent={"ana": 150, "ben": 80})
    other = a_chore("Cook", minutes=minutes, previous="ben", burden_percent={"ana": 80, "ben": 150})
    return a_week(iron, replace(other, **cook))  # type: ignore[arg-type]


def felt(week: Snapshot, chore: str, eyes: str) -> int:
    one = next(each for each in week.responsibilities if each.id == chore)
    return (len(one.occurrences) * one.minutes * one.burden_percent[eyes] + 50) // 100 + one.mental_min


def with_doers(week: Snapshot, doers: dict[str, str]) -> Snapshot:
    return replace(
        week,
        responsibilities=tuple(
            replace(chore, fixed_doer=doers[chore.id]) if chore.id in doers else chore
            for chore in week.responsibilities
        ),
    )


def test_what_each_minds_less_is_offered_and_not_made() -> None:
    plan = plan_week(iron_and_cook())
    assert plan.moves == ()
    assert plan.trades == (Trade("cook", "iron", "ben", "ana", {"ben": 11, "ana": 11}, 0),)


def test_nothing_is_offered_that_one_of_them_would_lose_by() -> None:
    assert plan_week(iron_and_cook(burden_percent={"ana": 150, "ben": 150})).trades == ()


def test_nothing_is_offered_that_only_one_may_do_or_has_asked_for() -> None:
    assert plan_week(iron_and_cook(eligible=("ben",))).trades == ()
    assert plan_week(iron_and_cook(fixed_doer="ben")).trades == ()


def test_nothing_is_offered_that_does_not_fit_the_hours() -> None:
    week = iron_and_cook(occurrences=(a_time("Tue", "17:00-18:00"),))
    ana = an_adult("Ana", busy=on("Tue 16:00-19:00"))
    assert plan_week(week).trades
    assert plan_week(replace(week, adults=(ana, an_adult("Ben")))).trades == ()


def test_nothing_is_offered_that_leaves_the_agreed_share() -> None:
    long = a_chore("Iron", minutes=80, burden_percent={"ana": 150, "ben": 10})
    cook = a_chore("Cook", minutes=12, previous="ben", burden_percent={"ana": 80, "ben": 150})
    mop = a_chore("Mop", minutes=68, previous="ben", fixed_doer="ben")
    plan = plan_week(a_week(long, cook, mop))
    assert plan.doers == {"iron": "ana", "cook": "ben", "mop": "ben"}
    assert plan.trades == ()


def test_the_check_counts_what_each_gains() -> None:
    week = iron_and_cook()
    plan = plan_week(week)

    def told(**facts: object) -> str:
        false = replace(plan, trades=(replace(plan.trades[0], **facts),))  # type: ignore[arg-type]
        return " ".join(one.sentence for one in verify(week, false))

    assert "helps by" in told(gains={"ben": 12, "ana": 11})
    assert "leaves the share 0 min off" in told(gap_min=5)
    assert "cannot be swapped" in told(giver="ana", taker="ben")
    assert "two of the same chore" in " ".join(
        one.sentence for one in verify(week, replace(plan, trades=plan.trades * 2))
    )


def test_a_plan_reads_its_trades_back() -> None:
    plan = plan_week(iron_and_cook())
    assert Plan.from_json(plan.to_json()) == plan
    older = {key: value for key, value in plan.to_json().items() if key != "trades"}
    assert Plan.from_json(older).trades == ()


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_offered_can_be_had_and_helps_both(seed: int) -> None:
    dice = Random(seed)
    chores = [
        a_chore(
            f"C{n}",
            *[
                a_time(day, "17:00-21:00")
                for day in dice.sample(("Mon", "Tue", "Wed", "Thu"), dice.randint(1, 2))
            ],
            minutes=dice.choice((10, 15, 20, 30)),
            mental_min=dice.choice((0, 10)),
            previous=dice.choice(("ana", "ben")),
            burden_percent={"ana": dice.choice(LIKINGS), "ben": dice.choice(LIKINGS)},
            priority=dice.choice((0, 1, 3)),
        )
        for n in range(8)
    ]
    week = a_week(*chores)
    plan = plan_week(week)
    assert len(plan.trades) <= 3
    for trade in plan.trades:
        assert felt(week, trade.second, trade.giver) < felt(week, trade.first, trade.giver)
        assert felt(week, trade.first, trade.taker) < felt(week, trade.second, trade.taker)
        doers = {chore: doer for chore, doer in plan.doers.items() if doer is not None}
        swapped = with_doers(week, doers | {trade.first: trade.taker, trade.second: trade.giver})
        after = plan_week(swapped)
        assert after.certificate["gap_min"] == trade.gap_min <= 30
        assert {b.id for b in after.blocks} >= {b.id for b in plan.blocks}
