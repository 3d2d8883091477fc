"""A running week that is planned anew keeps what has begun of its plan, and plans none of it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.household import Household, PartnerId
from service.domain.plan import Block, Plan
from service.flow import check_in, first_week, proposal_changes
from service.flow.plan_week import propose, snapshot_for, stored_snapshot
from service.flow.week import tick
from service.flow.week_view import week_view
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home, a_household, span, time_range

ATTIC = a_chore("Attic", minutes=120, window="Tue 17:45-21:30", shed="never", only=("ana",))
CELLAR = a_chore("Cellar", minutes=45, window="Tue 17:00-21:30", shed="never", only=("ana",))
WINDOWS = a_chore("Windows", "ben", minutes=60, window="Mon-Sun 08:00-21:00", shed="shrink")
DESK = a_chore("Desk", cadence="daily", window="12:00-21:30", shed="shrink")
CHORES = [ATTIC, CELLAR, WINDOWS, DESK]
GROWN_UP = replace(a_household(), children_born=())


@contextmanager
def a_week(folder: Path, at: str, *, household: Household = GROWN_UP) -> Iterator[Home]:
    """The week as it was planned and written on its first day, now at `at`."""
    with a_home(folder, household=household, chores=CHORES) as home:
        home.clock.move(timedelta(hours=3))
        tick(home.world, HOME)
        wait_until(home, at)
        yield home


def wait_until(home: Home, at: str) -> None:
    home.clock.move(span(f"{at}-23:59").start_at - home.clock.now())
    tick(home.world, HOME)


def answered(home: Home, ana: str = "fine", ben: str = "fine") -> Plan:
    """What is proposed when both say anew how they are."""
    check_in.open_check_in(home.world, HOME, WEEK)
    for partner, state in ((ANA, ana), (BEN, ben)):
        check_in.answer(home.world, HOME, partner, WEEK, state=state)
    stored = home.store.plans.get(HOME, WEEK, "proposed")
    assert stored is not None
    return stored.plan


def agreed(home: Home) -> Plan:
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    tick(home.world, HOME)
    return published(home)


def published(home: Home) -> Plan:
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    return stored.plan


def of(plan: Plan, chore: str) -> list[Block]:
    return sorted((b for b in plan.blocks if b.responsibility == chore), key=lambda b: b.occurrence)


def hands_of(blocks: list[Block]) -> tuple[PartnerId, PartnerId]:
    """Who does it, and the other one."""
    (doer,) = {block.adult for block in blocks}
    return (ANA, BEN) if doer == ANA else (BEN, ANA)


def entries(home: Home, partner: PartnerId = ANA) -> list[tuple[str, object]]:
    found = home.server.account(partner).entries()
    return sorted((entry.title, entry.time) for entry in found)


def test_what_is_under_way_and_what_is_over_stay_and_nothing_is_written(tmp_path: Path) -> None:
    with a_week(tmp_path, "Tue 18:05") as home:
        before, shown = published(home), entries(home)
        assert [len(of(before, chore)) for chore in ("attic", "cellar", "windows", "desk")] == [1, 1, 1, 7]
        assert of(before, "attic")[0].interval == span("Tue 17:45-19:45")
        assert of(before, "windows")[0].interval.start_at < span("Tue 00:00-00:15").start_at
        assert answered(home).blocks == before.blocks
        after = agreed(home)
        assert (after.blocks, after.selfcare) == (before.blocks, before.selfcare)
        assert after.certificate["minutes"] == before.certificate["minutes"]
        assert after.level("moved").value == 0
        assert entries(home) == shown


def test_time_for_oneself_that_was_had_comes_once(tmp_path: Path) -> None:
    with a_week(tmp_path, "Tue 18:05") as home:
        (swim,) = [one for one in published(home).selfcare if one.adult == ANA]
        assert swim.interval == span("Mon 18:00-19:30")
        answered(home)
        assert [one for one in agreed(home).selfcare if one.adult == ANA] == [swim]


def test_one_who_is_away_from_now_on_takes_the_others_time_from_no_entry(tmp_path: Path) -> None:
    with a_week(tmp_path, "Sat 08:20") as home:
        run = [one for one in published(home).selfcare if one.adult == BEN]
        assert [one.interval for one in run] == [span("Sat 08:00-09:00")]
        shown = entries(home, BEN)
        answered(home, ana="away")
        after = agreed(home)
        assert [one for one in after.selfcare if one.adult == BEN] == run
        assert [title for title, time in shown if time == time_range(run[0].interval)] == [
            title for title, time in entries(home, BEN) if time == time_range(run[0].interval)
        ]
        stored = home.store.plans.get(HOME, WEEK, "published")
        assert stored is not None
        view = week_view(GROWN_UP, WEEK, stored, chores=CHORES)
        assert "No time was found" not in view.lead


def test_whoever_goes_away_hands_on_what_is_ahead_and_keeps_what_they_did(tmp_path: Path) -> None:
    with a_week(tmp_path, "Wed 13:00") as home:
        before = of(published(home), "desk")
        doer, other = hands_of(before)
        answered(home, **{doer: "away"})
        after = of(agreed(home), "desk")
        assert [block.id for block in after] == [block.id for block in before]
        assert after[:3] == before[:3]
        assert {block.adult for block in after[3:]} == {other}


def test_what_is_near_stays_with_whom_it_is_and_a_later_tick_leaves_it_there(tmp_path: Path) -> None:
    """Ana is spent and hands the rest of it on, but for what begins within two hours."""
    iron = a_chore(
        "Iron", "ben", minutes=105, cadence="daily", window="18:00-21:30", shed="never", only=("ben",)
    )
    ana = replace(GROWN_UP.partner(ANA), most_minutes_a_day=60, self_care=())
    household = replace(GROWN_UP, partners=(ana, GROWN_UP.partner(BEN)))
    with a_home(tmp_path, household=household, chores=[DESK, iron]) as home:
        home.clock.move(timedelta(hours=3))
        tick(home.world, HOME)
        wait_until(home, "Wed 10:30")
        before = of(published(home), "desk")
        assert {block.adult for block in before} == {ANA}
        answered(home, ana="blown")
        after = of(agreed(home), "desk")
        assert after[:3] == before[:3]
        assert after[2].interval == span("Wed 12:00-12:30")
        assert {block.adult for block in after[3:]} == {BEN}
        home.put_busy(BEN, "Fri 11:30-12:30")
        wait_until(home, "Wed 10:50")
        assert of(published(home), "desk")[:3] == before[:3]
        assert of(published(home), "desk")[4].interval != before[4].interval
        home.put_busy(ANA, "Wed 11:45-13:00")
        wait_until(home, "Wed 11:00")
        assert before[2] not in published(home).blocks, "its place is gone"


def test_what_its_person_deleted_or_did_before_its_time_is_not_planned_for_anybody(tmp_path: Path) -> None:
    with a_week(tmp_path, "Tue 18:05") as home:
        doer, other = hands_of(of(published(home), "desk"))
        account = home.server.account(doer)
        thursday, friday = (
            next(one for one in account.entries() if one.time == time_range(span(f"{day} 12:00-12:30")))
            for day in ("Thu", "Fri")
        )
        account.delete(thursday.uid)
        account.retitle(friday.uid, "x Desk")
        home.clock.move(timedelta(minutes=10))
        tick(home.world, HOME, at_once=True)
        answered(home, **{doer: "away"})
        after = of(agreed(home), "desk")
        assert [(b.occurrence, b.adult) for b in after if b.occurrence in (3, 4)] == [(4, doer)]
        days = {time.start_at.date() for title, time in entries(home, other) if title == "Desk"}
        assert days == {WEEK.days[day] for day in (2, 5, 6)}


def test_what_its_person_moved_into_the_past_was_done_then(tmp_path: Path) -> None:
    with a_week(tmp_path, "Tue 18:05") as home:
        doer, other = hands_of(of(published(home), "desk"))
        account = home.server.account(doer)
        (thursday,) = [one for one in account.entries() if one.time == time_range(span("Thu 12:00-12:30"))]
        account.move(thursday.uid, time_range(span("Tue 16:00-16:30")))
        home.clock.move(timedelta(minutes=10))
        tick(home.world, HOME, at_once=True)
        answered(home, **{doer: "away"})
        after = of(agreed(home), "desk")
        assert (after[3].adult, after[3].interval) == (doer, span("Tue 16:00-16:30"))
        days = {time.start_at.date() for title, time in entries(home, other) if title == "Desk"}
        assert days == {WEEK.days[day] for day in (2, 4, 5, 6)}


def test_the_two_change_what_is_ahead_and_are_offered_nothing_that_is_over(tmp_path: Path) -> None:
    with a_week(tmp_path, "Tue 18:05") as home:
        before = published(home)
        doer, other = hands_of(of(before, "desk"))
        answered(home)
        stored = home.store.plans.get(HOME, WEEK, "proposed")
        assert stored is not None
        view = week_view(GROWN_UP, WEEK, stored, chores=CHORES)
        assert [one.chore for one in view.changeable] == ["desk"], "windows, attic and cellar have begun"
        proposal_changes.change(
            home.world, HOME, doer, WEEK, kind="give", chore="desk", proposal_made_at=stored.made_at
        )
        after = agreed(home)
        assert of(after, "desk")[:2] == of(before, "desk")[:2]
        assert {block.adult for block in of(after, "desk")[2:]} == {other}
        assert of(after, "windows") == of(before, "windows")
        tick(home.world, HOME)
        assert published(home).blocks == after.blocks


def test_a_proposal_that_the_day_has_gone_past_is_made_anew_and_nobody_agrees_to_the_old_one(
    tmp_path: Path,
) -> None:
    with a_week(tmp_path, "Tue 18:05") as home:
        doer, other = hands_of(of(published(home), "desk"))
        answered(home, **{doer: "away"})
        old = home.store.plans.get(HOME, WEEK, "proposed")
        assert old is not None
        assert of(old.plan, "desk")[2].adult == other
        check_in.agree(home.world, HOME, doer, WEEK, proposal_made_at=old.made_at)
        home.clock.move(span("Wed 12:10-13:00").start_at - home.clock.now())
        with pytest.raises(check_in.ProposalChangedError):
            check_in.agree(home.world, HOME, other, WEEK, proposal_made_at=old.made_at)
        new = home.store.plans.get(HOME, WEEK, "proposed")
        assert new is not None
        assert of(new.plan, "desk")[:3] == of(published(home), "desk")[:3]
        assert {block.adult for block in of(new.plan, "desk")[3:]} == {other}
        tick(home.world, HOME)
        assert home.store.plans.get(HOME, WEEK, "proposed") == new, "it stands as long as it is true"
        home.clock.move(timedelta(hours=2))
        tick(home.world, HOME)
        assert home.store.plans.get(HOME, WEEK, "proposed") == new
        assert agreed(home).blocks == new.plan.blocks


def test_a_first_week_goes_on_when_the_other_one_comes_in(tmp_path: Path) -> None:
    ana, ben = (replace(one, self_care=()) for one in GROWN_UP.partners)
    ana = replace(ana, self_care=GROWN_UP.partner(ANA).self_care)
    household = replace(GROWN_UP, partners=(ben, ana), set_up_on=WEEK.monday, joined=(ANA,))
    with a_home(tmp_path, household=household, chores=CHORES) as home:
        home.clock.move(timedelta(hours=6))
        check_in.open_check_in(home.world, HOME, WEEK)
        check_in.answer(home.world, HOME, ANA, WEEK, state="fine")
        tick(home.world, HOME)
        wait_until(home, "Tue 18:05")
        before, shown = published(home), entries(home)
        words = replace(first_week.suggested(), state="fine")
        first_week.join(home.world, HOME, BEN, words)
        tick(home.world, HOME)
        after = published(home)
        now = span("Tue 18:05-18:10").start_at
        begun = [block for block in before.blocks if block.interval.start_at < now]
        assert {block.responsibility for block in begun} == {"attic", "cellar", "desk", "windows"}
        assert set(begun) <= set(after.blocks)
        assert len(after.blocks) == len(before.blocks)
        (swim,) = [one for one in before.selfcare if one.adult == ANA]
        assert [one for one in after.selfcare if one.adult == ANA] == [swim]
        assert [one.adult for one in after.selfcare if one != swim] == [BEN], "his evening joins the week"
        assert [one for one in shown if one[1] == time_range(swim.interval)] == [
            one for one in entries(home) if one[1] == time_range(swim.interval)
        ]


def test_what_was_done_this_morning_counts_in_the_days_limit_though_it_is_over(tmp_path: Path) -> None:
    morning = a_chore("Attic", minutes=90, window="Tue 08:00-10:00", only=("ana",))
    evening = a_chore("Cellar", minutes=60, window="Tue-Wed 17:00-20:00", only=("ana",))
    ana = replace(GROWN_UP.partner(ANA), most_minutes_a_day=120)
    home_of = replace(GROWN_UP, partners=(ana, GROWN_UP.partners[1]))
    with a_home(tmp_path, household=home_of, chores=[morning, evening]) as home:
        home.clock.move(timedelta(hours=3))
        tick(home.world, HOME)
        wait_until(home, "Tue 12:00")
        plan = propose(home.world, home_of, WEEK).plan
        assert of(plan, "attic")[0].interval.start_at == span("Tue 08:00-09:30").start_at
        assert span("Wed 17:00-20:00").contains(of(plan, "cellar")[0].interval)


def test_the_last_quarter_of_an_hour_of_a_week_and_the_week_after_it_is_over_plan_nothing_new(
    tmp_path: Path,
) -> None:
    with a_week(tmp_path, "Sun 21:00") as home:
        before, household = published(home), home.store.households.get(HOME)
        for at in (span("Sun 23:50-23:55").start_at, span("Sun 23:50-23:55").end_at + timedelta(days=1)):
            home.clock.move(at - home.clock.now())
            assert propose(home.world, household, WEEK).plan.blocks == before.blocks
            tick(home.world, HOME)


def test_a_week_that_has_not_begun_is_planned_from_its_facts(tmp_path: Path) -> None:
    with a_home(tmp_path, household=GROWN_UP, chores=CHORES) as home:
        home.clock.move(timedelta(hours=3))
        tick(home.world, HOME)
        assert published(home).blocks
        household = home.store.households.get(HOME)
        assert snapshot_for(home.world, household, WEEK).published is None
        stored = home.store.plans.get(HOME, WEEK, "published")
        assert stored is not None
        assert stored_snapshot(stored).held == ()
