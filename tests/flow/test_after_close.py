"""An answer after the close, up to Wednesday: the week stands, and only what is still ahead follows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.domain.household import PartnerId
from service.domain.plan import Block, Plan
from service.flow import blown_now, check_in, my_week
from service.flow.planning import InThisProcess
from service.flow.tell import mail_week
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home, a_household, span
from tests.flow.test_tell import deliver, with_outbox
from tests.radicale_home import App, a_home_at_radicale

DAILY = {"cadence": "daily", "shed": "shrink"}
CHORES = [
    a_chore("Desk", "ana", window="12:00-21:00", **DAILY),  # type: ignore[arg-type]
    a_chore("Dishes", "ana", window="17:00-21:30", **DAILY),  # type: ignore[arg-type]
    a_chore("Floors", "ben", window="16:00-21:30", **DAILY),  # type: ignore[arg-type]
    a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
    a_chore("Iron", "ana", minutes=60, window="Thu-Sat 17:00-21:00"),
]
FEW = [
    a_chore("Floors", "ben", window="16:00-16:45", cadence="daily", shed="never"),
    a_chore("Iron", "ana", minutes=60, window="Thu-Sat 19:00-21:00"),
]
GROWN_UP = replace(a_household(), children_born=(), away=(), asleep=())


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Ana has answered and Ben has not; the check-in has closed, and the week stands in both calendars."""
    with a_home(tmp_path, household=GROWN_UP, chores=CHORES) as made:
        check_in.open_check_in(made.world, HOME, WEEK)
        check_in.answer(made.world, HOME, ANA, WEEK, state="fine")
        wait_until(made, "Sun 21:35", WEEK.previous.days[6])
        tick(made.world, HOME)
        yield made


def wait_until(home: Home, at: str, day: Any = None) -> None:
    moment = span(f"{at}-23:59").start_at
    if day is not None:
        moment = datetime.combine(day, moment.astimezone(GROWN_UP.zone).time(), GROWN_UP.zone)
    home.clock.move(moment - home.clock.now())


def late(home: Home, partner: PartnerId, state: str) -> Plan:
    check_in.answer(home.world, HOME, partner, WEEK, state=state)
    return published(home)


def published(home: Home) -> Plan:
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    return stored.plan


def places(plan: Plan) -> dict[str, Block]:
    return {block.id: block for block in plan.blocks}


def moved_since(before: Plan, after: Plan) -> set[str]:
    """Blocks of `before` that are elsewhere, another's, or gone."""
    now = places(after)
    return {block.id for block in before.blocks if now.get(block.id) != block}


def writes(home: Home) -> int:
    report = tick(home.world, HOME, at_once=True)
    return sum(each.writes for each in report.partners.values())


def test_what_has_begun_or_is_near_stays_and_of_the_rest_the_fewest_blocks_move(home: Home) -> None:
    wait_until(home, "Tue 15:00")
    tick(home.world, HOME)
    before = published(home)
    after = late(home, BEN, "blown")
    horizon = home.clock.now() + timedelta(hours=2)
    moved = moved_since(before, after)
    assert moved, "Ben is spent: something of his has to go"
    assert {block for block in before.blocks if block.interval.start_at < horizon} <= set(after.blocks)
    assert all(places(before)[one].adult == BEN for one in moved), "Ana's own stay where they were"
    assert all(block.adult == ANA for block in after.blocks if block.id in moved)
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    assert {adult["id"]: adult["state"] for adult in stored.snapshot["adults"]}[BEN] == "blown"
    assert writes(home) > 0
    assert writes(home) == 0
    floors = [one.time.start_at for one in home.server.account(BEN).entries() if one.title == "Floors"]
    mine = [b.interval.start_at for b in after.blocks_of(BEN) if b.responsibility == "floors"]
    assert sorted(floors) == sorted(mine)


def test_an_answer_that_changes_nothing_writes_nothing_and_is_mailed_to_nobody(home: Home) -> None:
    world = with_outbox(home)
    wait_until(home, "Mon 08:00")
    tick(world, HOME)
    deliver(home)
    wait_until(home, "Tue 12:10")
    tick(world, HOME)
    before = published(home)
    check_in.answer(world, HOME, BEN, WEEK, state="fine")
    assert published(home).blocks == before.blocks
    assert writes(home) == 0
    tick(world, HOME)
    assert home.store.outbox.due(now=home.clock.now()) == []


def test_late_on_sunday_evening_the_week_that_was_just_written_is_kept_to(home: Home) -> None:
    wait_until(home, "Sun 21:50", WEEK.previous.days[6])
    before = published(home)
    after = late(home, BEN, "fine")
    assert after.blocks == before.blocks
    assert writes(home) == 0


@pytest.mark.parametrize(("at", "is_taken"), [("Wed 23:59", True), ("Thu 00:00", False)])
def test_it_is_taken_until_the_end_of_wednesday(home: Home, at: str, is_taken: bool) -> None:
    if at.startswith("Wed"):
        home.clock.move(span("Wed 23:50-23:59").end_at - home.clock.now())
    else:
        home.clock.move(span("Thu 00:00-23:59").start_at - home.clock.now())
    view = check_in.view(home.world, HOME, BEN, WEEK)
    assert (view.answering, view.is_late) == (is_taken, is_taken)
    assert (my_week.view(home.world, HOME, BEN).check_in == WEEK) is is_taken
    if is_taken:
        late(home, BEN, "weeds")
    else:
        with pytest.raises(check_in.CheckInClosedError):
            late(home, BEN, "weeds")


def test_it_counts_once_and_who_has_answered_in_time_has_said_it(home: Home) -> None:
    wait_until(home, "Mon 08:00")
    with pytest.raises(check_in.CheckInClosedError):
        late(home, ANA, "blown")
    late(home, BEN, "weeds")
    with pytest.raises(check_in.CheckInClosedError):
        late(home, BEN, "blown")
    asked = home.store.check_ins.get(HOME, WEEK)
    assert asked is not None
    assert {who: each.state for who, each in asked.answers.items()} == {ANA: "fine", BEN: "weeds"}


def test_an_agreed_week_holds(tmp_path: Path) -> None:
    with a_home(tmp_path, household=GROWN_UP, chores=CHORES) as home:
        check_in.open_check_in(home.world, HOME, WEEK)
        for partner in (ANA, BEN):
            check_in.answer(home.world, HOME, partner, WEEK, state="fine")
        for partner in (ANA, BEN):
            check_in.agree(home.world, HOME, partner, WEEK)
        wait_until(home, "Tue 12:10")
        with pytest.raises(check_in.CheckInClosedError):
            late(home, BEN, "blown")
        assert not check_in.view(home.world, HOME, BEN, WEEK).may_answer


def test_nothing_tells_whether_the_other_has_answered_until_one_has_answered_too(tmp_path: Path) -> None:
    with a_home(tmp_path, household=GROWN_UP, chores=CHORES) as home:
        check_in.open_check_in(home.world, HOME, WEEK)
        wait_until(home, "Mon 08:00")
        tick(home.world, HOME)
        silent = check_in.view(home.world, HOME, BEN, WEEK)
        late(home, ANA, "fine")
        assert check_in.view(home.world, HOME, BEN, WEEK) == silent
        assert check_in.view(home.world, HOME, ANA, WEEK).answers.keys() == {ANA}
        late(home, BEN, "weeds")
        for reader in (ANA, BEN):
            assert check_in.view(home.world, HOME, reader, WEEK).answers.keys() == {ANA, BEN}


def test_who_gives_none_at_all_never_reads_the_others(home: Home) -> None:
    wait_until(home, "Fri 12:10")
    view = check_in.view(home.world, HOME, BEN, WEEK)
    assert (view.stage, dict(view.answers), view.proposal) == ("closed", {}, None)


def test_both_are_mailed_the_rest_of_the_week_once_in_their_waking_hours(home: Home) -> None:
    world = with_outbox(home)
    wait_until(home, "Mon 08:00")
    tick(world, HOME)
    assert subjects(home) == ["Your week is ready"] * 2
    wait_until(home, "Tue 22:30")
    check_in.answer(world, HOME, BEN, WEEK, state="blown")
    tick(world, HOME)
    assert subjects(home) == [], "quiet hours"
    wait_until(home, "Wed 07:00")
    tick(world, HOME)
    mails = home.store.outbox.due(now=home.clock.now())
    assert subjects(home) == ["Your week, as it stands now"] * 2
    for mail in mails:
        assert b"Monday" not in mail.message
        assert b"Thursday" in mail.message
        assert b"lown" not in mail.message
    home.put_busy(ANA, "Fri 12:00-20:30")
    wait_until(home, "Thu 12:00")
    tick(world, HOME, at_once=True)
    assert subjects(home) == [], "a real event later is no new answer"


def test_it_is_no_second_unasked_mail_of_the_day(home: Home) -> None:
    world = with_outbox(home)
    wait_until(home, "Mon 08:00")
    tick(world, HOME)
    deliver(home)
    wait_until(home, "Mon 12:10")
    check_in.answer(world, HOME, BEN, WEEK, state="blown")
    household = home.store.households.get(HOME)
    for partner in household.partners:
        assert not mail_week(world, household, partner, WEEK, home.clock.now())
    home.clock.move(timedelta(days=1))
    for partner in household.partners:
        assert mail_week(world, household, partner, WEEK, home.clock.now()) == 1


def subjects(home: Home) -> list[str]:
    waiting = home.store.outbox.due(now=home.clock.now())
    found = [
        line.removeprefix(b"Subject: ").decode()
        for mail in waiting
        for line in mail.message.split(b"\r\n")
        if line.startswith(b"Subject: ")
    ]
    deliver(home)
    return found


class KilledError(BaseException):
    """Nobody catches this: the process is gone."""


class _KillsOnPlan(InThisProcess):
    def plan(self, snapshot: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Plan:
        raise KilledError


def test_a_stop_between_the_answer_and_the_plan_loses_nothing(home: Home) -> None:
    wait_until(home, "Tue 15:00")
    tick(home.world, HOME)
    before = published(home)
    with pytest.raises(KilledError):
        check_in.answer(replace(home.world, planner=_KillsOnPlan()), HOME, BEN, WEEK, state="blown")
    assert published(home) == before
    assert tick(home.world, HOME).planned == [WEEK]
    assert moved_since(before, published(home))
    assert tick(home.world, HOME).planned == []


def test_who_changes_the_week_meanwhile_is_not_taken_back_and_the_answer_still_counts(home: Home) -> None:
    """Ben's afternoon fills up, and a tick mends the week, while it is planned from his answer."""
    wait_until(home, "Tue 15:00")
    tick(home.world, HOME)
    hours = "Thu 16:00-20:30"
    assert any(block.interval.overlaps(span(hours)) for block in published(home).blocks_of(BEN))

    class MendedMeanwhile(InThisProcess):
        done = False

        def plan(self, snapshot: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Plan:
            made = super().plan(snapshot, before)
            if not MendedMeanwhile.done:
                MendedMeanwhile.done = True
                home.put_busy(BEN, hours)
                home.clock.move(timedelta(seconds=1))
                tick(home.world, HOME, at_once=True)
            return made

    check_in.answer(replace(home.world, planner=MendedMeanwhile()), HOME, BEN, WEEK, state="weeds")
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    assert {adult["id"]: adult["state"] for adult in stored.snapshot["adults"]}[BEN] == "weeds"
    assert not any(block.interval.overlaps(span(hours)) for block in stored.plan.blocks_of(BEN))


def test_on_a_real_server_what_passes_leaves_one_calendar_and_comes_to_the_other(tmp_path: Path) -> None:
    with a_home_at_radicale(tmp_path, chores=FEW, household=GROWN_UP) as (home, apps):
        check_in.open_check_in(home.world, HOME, WEEK)
        check_in.answer(home.world, HOME, ANA, WEEK, state="fine")
        wait_until(home, "Sun 21:35", WEEK.previous.days[6])
        tick(home.world, HOME)
        wait_until(home, "Tue 15:00")
        tick(home.world, HOME)
        anas, bens = apps[ANA].entries(), days_of(apps[BEN], "Floors")
        assert len(bens) == 7
        check_in.answer(home.world, HOME, BEN, WEEK, state="weeds", hand_overs=["floors"])
        tick(home.world, HOME)
        assert days_of(apps[BEN], "Floors") == bens[:2], "Tuesday's begins within two hours"
        assert days_of(apps[ANA], "Floors") == bens[2:]
        assert anas.items() <= apps[ANA].entries().items(), "nothing of hers moved"


def days_of(app: App, title: str) -> list[str]:
    starts = (
        re.search(r"DTSTART[^:]*:(....)(..)(..)", text) for text in app.entries().values() if title in text
    )
    return sorted("-".join(start.groups()) for start in starts if start)


def test_what_waits_because_somebody_is_off_comes_back_to_nobody(tmp_path: Path) -> None:
    both = tuple(replace(each, consents=frozenset({"pact"})) for each in GROWN_UP.partners)
    with a_home(tmp_path, household=replace(GROWN_UP, partners=both), chores=CHORES) as home:
        check_in.open_check_in(home.world, HOME, WEEK)
        check_in.answer(home.world, HOME, ANA, WEEK, state="fine")
        wait_until(home, "Sun 21:35", WEEK.previous.days[6])
        tick(home.world, HOME)
        wait_until(home, "Tue 15:00")
        tick(home.world, HOME)
        before = published(home)
        off = blown_now.ask(home.world, HOME, ANA)
        waits = places(before).keys() - places(published(home)).keys()
        assert waits, "something of hers was ahead this evening"
        home.clock.move(timedelta(minutes=10))
        after = late(home, BEN, "weeds")
        assert not waits & places(after).keys()
        assert not any(block.interval.overlaps(off.interval) for block in after.blocks_of(ANA))
