"""A child who is ill, or a nursery that is closed: no runs, somebody to mind them, a week at its floor."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.interval import Interval, clipped, common, difference
from service.domain.plan import Plan
from service.domain.week import Week, parse_windows, window_intervals
from service.planner import (
    Children,
    Responsibility,
    Snapshot,
    greedy_week,
    parse_snapshot,
    plan_week,
    repair,
    to_json,
    verify,
)
from service.planner.children_at_home import children_at_home, is_run, made_small, own_times_touched
from tests.planner.building import ZONE, a_chore, a_time, a_week, a_wish, an_adult, at, block, on, starts
from tests.planner.test_promises import QUICK, weeks

NURSERY = parse_windows("Mon-Fri 08:00-16:00")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


def a_run(name: str = "Pick-up", hours: str = "15:45-16:30", **facts: object) -> Responsibility:
    usual = {"priority": 0, "at_home": False, "mode": "alternating", "usual_min": 15 * 60 + 45}
    return a_chore(name, *(a_time(day, hours) for day in WEEKDAYS), **usual | facts)


def as_at(plan: Plan, week: Snapshot, now: str) -> Snapshot:
    return replace(week, published=plan, now=at(now))


def small(week: Snapshot, plan: Plan, now: str, *days: int) -> tuple[Snapshot, Plan]:
    """The week made small from `now` on, by a repair that was checked."""
    asked = made_small(as_at(plan, week, now), NURSERY, days)
    mended = repair(asked)
    assert verify(parse_snapshot(to_json(asked)), mended) == []
    return asked, mended


def test_nobody_fetches_a_child_who_is_at_home() -> None:
    week = a_week(a_run(), a_run("Drop-off", "07:30-08:30", usual_min=450))
    asked, plan = small(week, plan_week(week), "Wed 07:00", 2, 3)
    assert starts(plan, "pick-up") == ["Mon 15:45", "Tue 15:45", "Fri 15:45"]
    assert starts(plan, "drop-off") == ["Mon 07:30", "Tue 07:30", "Fri 07:30"]
    assert [number for number, _ in asked.responsibilities[0].called_off] == [2, 3]
    assert plan.unplaced == ()
    assert plan.level("essential").value == 0


def test_a_run_that_has_begun_is_not_undone() -> None:
    week = a_week(a_run(), a_run("Drop-off", "07:30-08:30", usual_min=450))
    _, plan = small(week, plan_week(week), "Wed 11:00", 2)
    assert starts(plan, "drop-off") == ["Mon 07:30", "Tue 07:30", "Wed 07:30", "Thu 07:30", "Fri 07:30"]
    assert "Wed 15:45" not in starts(plan, "pick-up")


@pytest.mark.parametrize(
    "chore",
    [
        a_chore("Dog", *(a_time(day, "07:00-09:00") for day in (*WEEKDAYS, "Sat", "Sun")), at_home=False),
        a_chore("Swimming class", a_time("Wed", "15:30-17:00"), at_home=False),
        a_chore("Errands", *(a_time(day, "09:00-17:00") for day in WEEKDAYS), at_home=False),
        a_chore("Health visit", a_time("Mon,Tue,Wed,Thu,Fri", "15:00-17:00"), at_home=False),
        a_chore("Bottles", *(a_time(day, "15:30-16:30") for day in WEEKDAYS)),
        a_chore("Walk", *(a_time(day, "11:00-12:00") for day in WEEKDAYS), at_home=False),
    ],
    ids=lambda chore: chore.title,
)
def test_what_is_no_way_to_the_nursery_is_not_called_off(chore: Responsibility) -> None:
    assert not is_run(chore, NURSERY)
    after = children_at_home(a_week(chore), NURSERY, range(5))
    assert after.responsibilities == (chore,)


def test_where_the_nursery_is_once_a_week_its_run_is_one() -> None:
    assert is_run(
        a_chore("Playgroup", a_time("Wed", "09:00-10:00"), at_home=False), parse_windows("Wed 09:30-11:30")
    )


def test_the_hours_of_the_nursery_have_to_be_minded_from_now_on() -> None:
    after = children_at_home(replace(a_week(), now=at("Wed 11:00")), NURSERY, {2, 3})
    out = difference([Week(after.monday).interval(ZONE)], after.children.home)
    assert out == [*on("Mon 08:00-16:00", "Tue 08:00-16:00", "Wed 08:00-11:00", "Fri 08:00-16:00")]
    assert after.children.kept_home == (2, 3)


def test_those_days_keep_only_what_is_never_left_out_and_the_others_everything() -> None:
    week = a_week(
        a_chore("Laundry", *(a_time(day, "17:00-21:00") for day in ("Tue", "Wed", "Sat"))),
        a_chore("Bedtime", *(a_time(day, "18:00-20:00") for day in WEEKDAYS), priority=0, usual_min=18 * 60),
        a_chore("Windows", a_time("Wed", "17:00-21:00"), priority=3),
    )
    before = plan_week(week)
    _, plan = small(week, before, "Wed 07:00", 2, 3)
    assert starts(plan, "bedtime") == starts(before, "bedtime")
    assert [b.occurrence for b in plan.blocks if b.responsibility == "laundry"] == [0, 2]
    told = {(one.responsibility, one.occurrence): one.reason for one in plan.unplaced}
    assert told == dict.fromkeys(
        [("laundry", 1), ("windows", None)], "It can wait. These days are full enough."
    )


def test_a_time_for_oneself_gets_somebody_on_duty_or_another_place_before_it_goes() -> None:
    wish = a_wish("Ana", "Wed,Sat", "10:00-12:00", usual_min=600)
    at_work = an_adult("Ben", busy=on(*(f"{day} 08:00-16:00" for day in WEEKDAYS)))
    for ben, place, cover in (
        (an_adult("Ben"), "Wed 10:00-11:30", "ben"),
        (at_work, "Sat 10:00-11:30", "ben"),
    ):
        week = a_week(adults=(an_adult("Ana"), ben), selfcare=(wish,))
        before = plan_week(week)
        assert before.selfcare[0].cover is None, "nobody has to mind a child who is out"
        asked, plan = small(week, before, "Mon 06:00", 2)
        assert own_times_touched(as_at(before, week, "Mon 06:00"), asked) == {0}
        assert [(one.interval, one.cover) for one in plan.selfcare] == [(*on(place), cover)]


def test_a_chore_that_must_be_done_moves_to_where_somebody_minds_them() -> None:
    bank = a_chore(
        "Bank", a_time("Wed", "10:00-18:00"), priority=0, at_home=False, usual_min=600, with_children_ok=False
    )
    ben = an_adult("Ben", busy=on("Wed 08:00-16:00"))
    week = a_week(bank, adults=(an_adult("Ana"), ben))
    before = plan_week(week)
    assert starts(before, "bank") == ["Wed 10:00"]
    _, plan = small(week, before, "Mon 06:00", 2)
    assert starts(plan, "bank") == ["Wed 16:00"]


def test_well_again_brings_the_runs_back_and_nothing_else() -> None:
    week = a_week(a_run(), a_chore("Laundry", a_time("Thu", "17:00-21:00")))
    first = plan_week(week)
    ill, plan = small(week, first, "Tue 20:00", 2, 3, 4)
    well = made_small(replace(ill, published=plan, now=at("Wed 18:00")), NURSERY, [2])
    after = repair(well)
    assert verify(parse_snapshot(to_json(well)), after) == []
    assert starts(after, "pick-up") == ["Mon 15:45", "Tue 15:45", "Thu 15:45", "Fri 15:45"]
    assert not [b for b in after.blocks if b.responsibility == "laundry"], "a freed slot moves nothing"
    assert well.children.kept_home == (2,)


def test_what_was_ill_before_stays_as_it_was_when_somebody_falls_ill_again() -> None:
    week = a_week(a_run())
    ill, plan = small(week, plan_week(week), "Mon 06:00", 0, 1)
    again = made_small(replace(ill, published=plan, now=at("Thu 06:00")), NURSERY, [3])
    assert starts(repair(again), "pick-up") == ["Wed 15:45", "Fri 15:45"]
    assert again.children.kept_home == (0, 1, 3)


def test_saying_it_twice_changes_nothing() -> None:
    week = a_week(a_run(), a_chore("Laundry", a_time("Wed"), a_time("Sat")))
    ill, plan = small(week, plan_week(week), "Tue 20:00", 2)
    again = made_small(replace(ill, published=plan), NURSERY, [2])
    assert again == replace(ill, published=plan)
    assert repair(again).blocks == plan.blocks


def test_what_somebody_has_put_back_meanwhile_is_not_let_go_again() -> None:
    week = a_week(a_chore("Laundry", a_time("Wed", "17:00-21:00")))
    first = plan_week(week)
    ill, _ = small(week, first, "Tue 20:00", 2)
    longer = made_small(replace(ill, published=first), NURSERY, [2, 3])
    assert block(repair(longer), "laundry")


def test_without_children_nothing_changes() -> None:
    week = replace(a_week(a_run()), children=Children(), quiet=())
    assert children_at_home(week, NURSERY, range(7)) == week


@pytest.mark.parametrize("monday", [date(2026, 3, 23), date(2026, 10, 19)])
def test_in_a_week_with_a_clock_change_the_days_are_local(monday: date) -> None:
    week = Week(monday)
    whole = week.interval(ZONE)
    away = parse_windows("Mon-Sun 08:00-16:00")
    adults = tuple(
        replace(a, may_be_planned=(whole,), at_home=(whole,)) for a in (an_adult("Ana"), an_adult("Ben"))
    )
    out = window_intervals(away, week, ZONE)
    run = a_chore(
        "Run", *(a_time(day, "15:45-16:30") for day in (*WEEKDAYS, "Sat", "Sun")), priority=0, at_home=False
    )
    snapshot = a_week(
        replace(run, mode="alternating", usual_min=945),
        monday=monday,
        adults=adults,
        children=Children(tuple(difference([whole], out)), (whole,)),
        quiet=(),
    )
    plan = plan_week(snapshot)
    asked = made_small(replace(snapshot, published=plan, now=whole.start_at), away, [5, 6])
    mended = repair(asked)
    assert verify(parse_snapshot(to_json(asked)), mended) == []
    assert [b.occurrence for b in sorted(mended.blocks, key=lambda b: b.interval)] == [0, 1, 2, 3, 4]
    assert difference([whole], asked.children.home) == out[:5]


@QUICK
@given(
    weeks(),
    st.sets(st.integers(0, 6), min_size=1),
    st.sampled_from(("Mon 06:00", "Wed 11:00", "Fri 17:00")),
)
def test_no_week_breaks_a_rule_when_the_children_stay_at_home(
    week: Snapshot, days: set[int], now: str
) -> None:
    """Overlaps, cover and minding are what `verify` counts again; asked here: the floor, and the way back."""
    everybody = tuple(adult.id for adult in week.adults)
    run = a_run(eligible=everybody, previous=None, burden_percent={})
    week = replace(week, responsibilities=(*week.responsibilities, run))
    asked, plan = small(week, greedy_week(week), now, *days)
    chores = {chore.id: chore for chore in asked.responsibilities}
    priority = {chore.id: chore.priority for chore in week.responsibilities}
    for one in plan.blocks:
        day = (one.interval.start_at.astimezone(ZONE).date() - week.monday).days
        put = chores[one.responsibility].numbered(one.occurrence).fixed_start
        if one.interval.start_at >= at(now) and day in days and one.adult not in put:
            assert priority[one.responsibility] == 0
            assert one.responsibility != "pick-up" or day > 4
    for own in plan.selfcare:
        watched = clipped(asked.children.home, own.interval) if own.interval.start_at >= at(now) else []
        assert not watched or own.cover is not None or not week.selfcare[own.index].needs_cover
    back = made_small(replace(asked, published=plan), NURSERY, [])
    assert {n for chore in back.responsibilities for n, _ in chore.called_off} == set()
    assert verify(parse_snapshot(to_json(back)), repair(back)) == []


def test_the_interval_that_is_out_today_ends_now() -> None:
    after = children_at_home(replace(a_week(), now=at("Wed 11:00")), NURSERY, {2})
    assert Interval(at("Wed 11:00"), at("Wed 16:00")) in common(after.children.home, on("Wed 08:00-16:00"))
