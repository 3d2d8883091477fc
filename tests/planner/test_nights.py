"""Duty at night: two halves, each with one adult awake for it, so that both sleep unbroken once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.plan import Block, Plan
from service.planner import Responsibility, Snapshot, greedy_week, plan_week, repair, verify
from service.planner.told import moved_lines
from tests.planner.building import DAYS, a_chore, a_time, a_week, a_wish, an_adult, at, block, on, starts

FIRST, SECOND = "night-one", "night-two"


def nights(**facts: Any) -> tuple[Responsibility, Responsibility]:
    """The first half from nine to two, the second from two to half past six, every night."""
    usual: dict[str, Any] = {"mode": "duty", "priority": 0, "minutes": 45, **facts}
    return (
        a_chore("Night one", *(a_time(day, "21:00-26:00") for day in DAYS), usual_min=1260, **usual),
        a_chore("Night two", *(a_time(day, "02:00-06:30") for day in DAYS), usual_min=120, **usual),
    )


def halves(plan: Plan) -> list[Block]:
    held = [one for one in plan.blocks if one.responsibility in (FIRST, SECOND)]
    return sorted(held, key=lambda one: one.interval)


def hands(plan: Plan) -> str:
    """`abba…`: who holds each half, in the order of the week."""
    return "".join(one.adult[0] for one in halves(plan))


def a_night_week(*chores: Responsibility, **facts: Any) -> Snapshot:
    return a_week(*nights(), *chores, **facts)


@pytest.mark.parametrize("planned", [plan_week, greedy_week], ids=["proven", "greedy"])
def test_each_half_is_held_over_its_whole_window_also_in_quiet_hours(
    planned: Callable[[Snapshot], Plan],
) -> None:
    plan = planned(a_night_week())
    assert starts(plan, FIRST) == [f"{day} 21:00" for day in DAYS]
    assert starts(plan, SECOND) == [f"{day} 02:00" for day in DAYS]
    assert {one.interval.minutes for one in halves(plan)} == {300, 270}
    assert not plan.unplaced


def test_the_halves_of_a_night_are_shared_and_change_from_night_to_night() -> None:
    week = a_week(*nights(minutes=30))
    plan = plan_week(week)
    assert plan.level("sleep").value == plan.level("sleep").bound == 0
    order = hands(plan)
    assert all(order[n] != order[n + 1] for n in range(1, 12, 2)), (
        order
    )  # Mon 21:00 with Tue 02:00, and so on
    assert all(one != after for one, after in pairwise(order[1::2])), order
    assert plan_week(week) == plan


def test_the_agreed_share_goes_before_the_order_of_the_nights() -> None:
    """Eight halves of 45 minutes against six would be 45 minutes off: so one half stays in the same hands."""
    plan = plan_week(a_night_week())
    assert Counter(hands(plan)) == {"a": 7, "b": 7}
    assert plan.level("sleep").value == plan.level("sleep").bound == 1


def test_a_night_counts_its_minutes_in_the_share_and_not_its_hours() -> None:
    plan = plan_week(a_night_week())
    assert sum(plan.certificate["minutes"].values()) == 14 * 45


def test_nights_do_not_count_in_the_days_limit() -> None:
    week = a_night_week(adults=(an_adult("Ana", day_limit_min=0), an_adult("Ben", day_limit_min=0)))
    assert len(halves(plan_week(week))) == 14


def test_who_held_the_second_half_has_nothing_in_the_hour_after_it() -> None:
    early = a_chore(
        "Papers", *(a_time(day, "06:30-07:00") for day in DAYS), mode="alternating", usual_min=390
    )
    plan = plan_week(a_night_week(early))
    held = {one.occurrence: one.adult for one in plan.blocks if one.responsibility == SECOND}
    wrote = {one.occurrence: one.adult for one in plan.blocks if one.responsibility == "papers"}
    assert len(wrote) == 7
    assert all(held[day] != wrote[day] for day in wrote)


def test_what_must_happen_may_lie_in_the_hour_after_a_night() -> None:
    bottle = a_chore("Bottle", a_time("Wed", "06:30-07:00"), priority=0, eligible=("ana",), usual_min=390)
    plan = plan_week(a_week(*nights(eligible=("ana",)), bottle))
    assert starts(plan, "bottle") == ["Wed 06:30"]


def test_nobody_holds_five_halves_in_a_row_that_the_other_could_share() -> None:
    """Ben is blown, so that all of it would be Ana's; the fifth is his all the same."""
    week = a_night_week(adults=(an_adult("Ana"), an_adult("Ben", state="blown", capacity_min=100)))
    for plan in (plan_week(week), greedy_week(week)):
        runs = [(who, len(list(run))) for who, run in groupby(hands(plan))]
        assert max(length for _, length in runs) <= 4
        assert Counter(hands(plan))["b"] == 2


def test_who_is_away_holds_nothing_and_the_other_all_of_it() -> None:
    away = an_adult("Ben", state="away", capacity_min=0, busy=on("daily 00:00-24:00"), may_be_planned=())
    plan = plan_week(a_night_week(adults=(an_adult("Ana"), replace(away, at_home=()))))
    assert set(hands(plan)) == {"a"}
    assert plan.level("sleep").value == 0


def test_a_night_shift_gives_the_whole_night_to_the_other() -> None:
    shift = on("Tue 20:00-24:00", "Wed 00:00-07:00")
    plan = plan_week(a_night_week(adults=(an_adult("Ana", busy=shift), an_adult("Ben"))))
    assert [block(plan, FIRST, 1).adult, block(plan, SECOND, 2).adult] == ["ben", "ben"]


def test_nobody_holds_a_half_in_which_they_are_off_for_themselves() -> None:
    wish = a_wish("Ana", "Thu", "20:30-22:00", usual_min=1230)
    plan = plan_week(a_night_week(selfcare=(wish,)))
    assert len(plan.selfcare) == 1
    assert block(plan, FIRST, 3).adult == "ben"


def test_a_night_that_nobody_can_hold_is_told_with_what_would_help() -> None:
    out = on("Sat 20:00-24:00")
    plan = plan_week(a_night_week(adults=(an_adult("Ana", busy=out), an_adult("Ben", busy=out))))
    [told] = plan.unplaced
    assert (told.responsibility, told.occurrence) == (FIRST, 5)
    assert told.reason == "Nobody has room for all of it between 21:00 and 02:00 on Saturday."
    assert told.offers == ("somebody else for that night",)
    assert plan.level("essential").value == 45


def told(week: Snapshot) -> list[tuple[str, str | None, str, str]]:
    lines = moved_lines(week, plan_week(week))
    return [(line.chore, line.giver, line.taker, line.reason) for line in lines]


def test_nights_that_take_turns_move_nothing_and_more_than_a_turn_is_told_with_its_reason() -> None:
    assert told(a_week(*nights(minutes=30))) == []
    spent = an_adult("Ana", state="blown", capacity_min=150)
    why = "It follows this week's shares; with the usual ones it would have stayed."
    assert told(a_night_week(adults=(spent, an_adult("Ben")))) == [
        ("Night one, five of seven times", "ana", "ben", why),
        ("Night two, six of seven times", "ana", "ben", why),
    ]


def test_nights_that_by_the_hours_only_one_can_hold_say_so() -> None:
    shifts = on(*(f"{day} 20:00-24:00" for day in DAYS[:5]))
    ((chore, giver, taker, reason),) = told(
        a_night_week(adults=(an_adult("Ana", busy=shifts), an_adult("Ben", capacity_min=600)))
    )
    assert (chore.split(",")[0], giver, taker) == ("Night one", "ana", "ben")
    assert reason == "By the hours, most of them fit only Ben's week."


def test_nights_beyond_a_turn_that_are_not_told_are_refused_and_so_are_false_ones() -> None:
    spent = an_adult("Ana", state="blown", capacity_min=150)
    week = a_night_week(adults=(spent, an_adult("Ben")))
    plan = plan_week(week)
    assert [one.sentence for one in verify(week, replace(plan, moves=plan.moves[1:]))] == [
        "night-one is ben's this week, and no reason is told"
    ]
    calm = a_week(*nights(minutes=30))
    even = plan_week(calm)
    assert [one.sentence for one in verify(calm, replace(even, moves=plan.moves[:1]))] == [
        "night-one is told to be ben's this week, and is not"
    ]


def test_a_meeting_in_the_night_passes_that_half_and_moves_nothing_else() -> None:
    week = a_night_week()
    plan = plan_week(week)
    mine = block(plan, FIRST, 2)
    late = on("Wed 22:00-23:00")
    adults = tuple(an_adult(one.name or "", busy=late if one.id == mine.adult else ()) for one in week.adults)
    mended = repair(replace(week, adults=adults, published=plan, now=at("Mon 12:00")))
    assert block(mended, FIRST, 2).adult != mine.adult
    assert [one for one in mended.blocks if one not in plan.blocks] == [block(mended, FIRST, 2)]


def test_a_half_that_has_begun_stays_with_its_holder() -> None:
    week = a_night_week()
    plan = plan_week(week)
    begun = block(plan, FIRST, 2)
    other = "ben" if begun.adult == "ana" else "ana"
    busy = tuple(
        an_adult(one.name or "", busy=() if one.id == other else on("Wed 23:00-24:00")) for one in week.adults
    )
    mended = repair(replace(week, adults=busy, published=plan, now=at("Wed 22:00")))
    assert block(mended, FIRST, 2) == begun


def in_the_week_of(monday: date, week: Snapshot) -> Snapshot:
    """The same week at another time of the year, without children."""
    moved = monday - week.monday
    return replace(
        week,
        monday=monday,
        children=type(week.children)(),
        quiet=(),
        adults=tuple(
            replace(
                one,
                may_be_planned=tuple(
                    replace(i, start_at=i.start_at + moved, end_at=i.end_at + moved)
                    for i in one.may_be_planned
                ),
                at_home=(
                    type(one.at_home[0])(
                        datetime(monday.year, monday.month, monday.day, tzinfo=UTC) - timedelta(days=1),
                        datetime(monday.year, monday.month, monday.day, tzinfo=UTC) + timedelta(days=9),
                    ),
                ),
            )
            for one in week.adults
        ),
    )


@pytest.mark.parametrize(("monday", "hours"), [(date(2027, 3, 22), 3.5), (date(2027, 10, 25), 5.5)])
def test_on_the_night_the_clocks_change_a_half_is_what_the_clock_says(monday: date, hours: float) -> None:
    plan = plan_week(in_the_week_of(monday, a_night_week()))
    sunday = block(plan, SECOND, 6)
    assert sunday.interval.minutes == hours * 60
    assert len(halves(plan)) == 14


@pytest.mark.parametrize("hours", ["02:00-03:00", "02:30-03:00"])
def test_a_duty_in_the_hour_that_the_clocks_skip_comes_right_after_it(hours: str) -> None:
    feed = a_chore("Feed", *(a_time(day, hours) for day in DAYS), mode="duty", priority=0)
    plan = greedy_week(in_the_week_of(date(2027, 3, 22), a_week(feed)))
    minutes = [one.interval.minutes for one in plan.blocks if one.responsibility == "feed"]
    assert len(minutes) == 7
    assert len(set(minutes)) == 1


def test_verify_refuses_nights_that_break_their_rules() -> None:
    week = a_night_week(a_chore("Papers", a_time("Tue", "06:30-07:30"), usual_min=390))
    plan = plan_week(week)
    one = block(plan, SECOND, 1)
    papers = replace(block(plan, "papers"), adult=one.adult)
    papers = replace(papers, interval=type(papers.interval)(at("Tue 06:30"), at("Tue 07:00")))

    def broken(*blocks: Block) -> set[str]:
        changed = {b.id: b for b in blocks}
        found = verify(week, replace(plan, blocks=tuple(changed.get(b.id, b) for b in plan.blocks)))
        return {v.sentence for v in found if v.rule == "nights"}

    assert f"papers.0 lies in the hour after {one.id}" in broken(papers)
    short = replace(
        one, interval=type(one.interval)(one.interval.start_at, one.interval.end_at - timedelta(hours=1))
    )
    assert f"{one.id} is not held over its whole window" in broken(short)
    all_ana = broken(*(replace(b, adult="ana") for b in halves(plan)))
    assert any("five nights in a row" in sentence for sentence in all_ana)


@settings(max_examples=25, deadline=None)
@given(
    busy=st.lists(
        st.tuples(st.sampled_from(("Ana", "Ben")), st.sampled_from(DAYS), st.integers(0, 19)), max_size=8
    ),
    states=st.tuples(*[st.sampled_from(("fine", "weeds", "blown"))] * 2),
)
def test_whatever_the_week_nights_keep_their_rules(
    busy: list[tuple[str, str, int]], states: tuple[str, str]
) -> None:
    """`plan_week` refuses to answer with a plan that `verify` does not accept."""
    adults = tuple(
        an_adult(
            name,
            state=state,
            capacity_min={"fine": 600, "weeds": 360, "blown": 150}[state],
            busy=on(*{f"{day} {hour:02d}:00-{hour + 4:02d}:00" for who, day, hour in busy if who == name}),
        )
        for name, state in zip(("Ana", "Ben"), states, strict=True)
    )
    week = a_night_week(a_chore("Papers", a_time("daily", "06:30-09:00")), adults=adults)
    plan = plan_week(week)
    assert plan.status == "proven"
    assert len(halves(plan)) + len(plan.unplaced) >= 14
    assert repair(replace(week, published=plan)).blocks == plan.blocks
