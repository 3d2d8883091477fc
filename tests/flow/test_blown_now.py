"""One tap on a spent evening: what passes, what waits, what stands in both calendars, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.memory_server import Resource
from service.domain.household import PartnerId
from service.domain.plan import Plan
from service.flow import blown_now, my_week
from service.flow.week import tick
from service.planner import parse_snapshot, verify
from tests.builders import (
    ANA,
    BEN,
    HOME,
    WEEK,
    Home,
    a_chore,
    a_home,
    a_household,
    a_partner,
    span,
    time_range,
)

EVENING = [
    a_chore("Bedtime", "ana", minutes=45, cadence="daily", window="18:45-20:15", shed="never"),
    a_chore("Laundry", "ana", cadence="daily", window="19:00-21:45", shed="shrink", only=("ana",)),
    a_chore("Bathroom", "ana", window="Sat 09:00-12:00"),
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Tuesday 17:00 of a planned week; Ana has the evening, and both have agreed to the pact."""
    pact = frozenset({"stretch", "pact"})
    household = a_household(
        partners=tuple(replace(a_partner(name), consents=pact) for name in ("Ana", "Ben")),
        base_split={ANA: 85, BEN: 15},
    )
    with a_home(tmp_path, household=household, chores=EVENING) as made:
        made.put_busy(BEN, "Mon-Fri 08:00-17:30")
        tick(made.world, HOME)
        made.clock.move(span("Tue 17:00-18:00").start_at - made.clock.now())
        tick(made.world, HOME)
        yield made


NIGHTS = [
    a_chore(name, "ana", minutes=45, cadence="daily", window=window, mode="duty", shed="never")
    for name, window in (("First half", "21:00-02:00"), ("Second half", "02:00-06:30"))
]


def plan(home: Home) -> Plan:
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    assert verify(parse_snapshot(stored.snapshot), stored.plan) == []
    return stored.plan


def today(home: Home, partner: PartnerId) -> list[str]:
    day = span("Tue 00:00-23:59")
    entries = home.server.account(partner).entries()
    return sorted(e.title for e in entries if day.start_at <= e.time.start_at < day.end_at)


def entry(home: Home, partner: PartnerId, title: str) -> Resource:
    return next(e for e in home.server.account(partner).entries() if e.title.startswith(title))


def test_what_cannot_wait_passes_and_the_rest_of_the_day_is_let_go(home: Home) -> None:
    assert today(home, ANA) == ["Bedtime", "Laundry"]
    off = blown_now.ask(home.world, HOME, ANA)
    tick(home.world, HOME)
    assert today(home, ANA) == ["Don't get up. Ben has the baby until 06:30"]
    assert today(home, BEN) == ["Bedtime", "On duty until 06:30: Bedtime"]
    assert (off.passed, off.unplaced) == (("bedtime.1",), ())
    waits = [one for one in plan(home).unplaced if one.responsibility == "laundry"]
    assert [one.reason for one in waits] == ["It can wait; tonight is yours."]


def test_the_others_day_holds_an_hour_more_and_the_rest_of_their_week_does_not(home: Home) -> None:
    blown_now.ask(home.world, HOME, ANA)
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    ben = next(adult for adult in parse_snapshot(stored.snapshot).adults if adult.id == BEN)
    assert [ben.limit_on(day) - ben.day_limit_min for day in range(7)] == [0, 60, 0, 0, 0, 0, 0]


def test_their_entry_is_theirs_to_rest_by_and_the_others_rings_ten_minutes_ahead(home: Home) -> None:
    blown_now.ask(home.world, HOME, ANA)
    tick(home.world, HOME)
    off, duty = entry(home, ANA, "Don't get up."), entry(home, BEN, "On duty")
    assert off.time == time_range(span("Tue 18:00-22:00")), "from when Ben is back, until quiet hours"
    assert "CLASS:PRIVATE" in off.text
    assert duty.time == time_range(span("Tue 18:00-22:00"))
    assert "TRIGGER:-PT10M" in duty.text
    assert not any(
        "blown" in e.text.lower() for who in (ANA, BEN) for e in home.server.account(who).entries()
    )


def test_the_page_says_the_best_news_first_and_to_the_other_what_is_theirs(home: Home) -> None:
    blown_now.ask(home.world, HOME, ANA)
    mine, theirs = (my_week.view(home.world, HOME, who) for who in (ANA, BEN))
    assert (mine.heading, mine.lead) == ("Don't get up.", "Ben has the baby until 06:30.")
    assert "Ben takes Bedtime." in mine.news
    assert mine.off.may_be_undone
    assert {"Ana is off. Ben has the baby until 06:30.", "Yours now: Bedtime."} <= set(theirs.news)
    assert not theirs.off.may_be_undone


@pytest.mark.parametrize("pressed_at", ["18:00", "18:05", "18:14", "18:20", "18:29", "19:01", "21:49"])
def test_an_alarm_never_lies_in_the_past(home: Home, pressed_at: str) -> None:
    at = span(f"Tue {pressed_at}-23:00").start_at
    home.clock.move(at - home.clock.now())
    blown_now.ask(home.world, HOME, ANA)
    tick(home.world, HOME)
    (duty,) = [row.entry for row in home.store.journal.of_week(HOME, WEEK) if row.entry.kind == "on_duty"]
    if duty.alarm_minutes_before is not None:
        rings_at = duty.interval.start_at - timedelta(minutes=duty.alarm_minutes_before)
        assert timedelta(minutes=10) <= rings_at - at < timedelta(minutes=25)
    assert (duty.alarm_minutes_before is None) == (pressed_at == "21:49")


def test_whoever_is_on_duty_is_told_by_mail_once_and_at_once(home: Home) -> None:
    blown_now.ask(home.world, HOME, ANA)
    for _ in range(2):
        tick(home.world, HOME)
    told = [(whom, text) for kind, whom, _, text in home.post.sent if kind == "question"]
    assert told == [(BEN, "Ana is off. Ben has the baby until 06:30. Yours now: Bedtime.")]


def test_the_rest_of_the_week_stands_and_a_tick_later_all_is_quiet(home: Home) -> None:
    before = {b.id: b for b in plan(home).blocks if b.interval.start_at > span("Wed 00:00-01:00").start_at}
    blown_now.ask(home.world, HOME, ANA)
    for _ in range(2):
        report = tick(home.world, HOME)
    assert [report.partners[who].writes for who in (ANA, BEN)] == [0, 0]
    after = {b.id: b for b in plan(home).blocks}
    assert {key: after.get(key) for key in before} == before


def test_within_the_hour_it_can_be_taken_back_and_everything_is_as_it_was(home: Home) -> None:
    before = plan(home)
    blown_now.ask(home.world, HOME, ANA)
    tick(home.world, HOME)
    home.clock.move(timedelta(minutes=59))
    blown_now.undo(home.world, HOME, ANA)
    tick(home.world, HOME)
    assert plan(home).blocks == before.blocks
    assert today(home, ANA) == ["Bedtime", "Laundry"]
    assert today(home, BEN) == []


def test_after_an_hour_it_stays_until_the_morning_and_then_it_is_over(home: Home) -> None:
    blown_now.ask(home.world, HOME, ANA)
    tick(home.world, HOME)
    home.clock.move(timedelta(minutes=60))
    with pytest.raises(blown_now.NotNowError, match="ends by itself in the morning"):
        blown_now.undo(home.world, HOME, ANA)
    assert my_week.view(home.world, HOME, ANA).heading == "Don't get up."
    home.clock.move(span("Wed 06:30-07:00").start_at - home.clock.now())
    assert my_week.view(home.world, HOME, ANA).heading != "Don't get up."
    assert my_week.view(home.world, HOME, ANA).off.may_be_asked


def test_when_the_other_is_spent_as_well_only_what_is_never_left_out_stays_where_it_was(home: Home) -> None:
    blown_now.ask(home.world, HOME, BEN)
    where = next(b for b in plan(home).blocks if b.id == "bedtime.1")
    off = blown_now.ask(home.world, HOME, ANA)
    assert off.cover is None
    tick(home.world, HOME)
    assert today(home, ANA) == ["Bedtime"]
    assert today(home, BEN) == []
    assert next(b for b in plan(home).blocks if b.id == "bedtime.1") == where
    assert my_week.view(home.world, HOME, ANA).heading == "Nothing more today."


def test_what_the_other_has_no_room_for_is_told_to_both_and_stays(home: Home) -> None:
    home.put_busy(BEN, "Tue 18:30-20:30")
    tick(home.world, HOME)
    off = blown_now.ask(home.world, HOME, ANA)
    tick(home.world, HOME)
    assert (off.passed, off.unplaced) == ((), ("bedtime.1",))
    for who in (ANA, BEN):
        assert any("found nobody else" in line for line in my_week.view(home.world, HOME, who).news)
    for _ in range(2):
        tick(home.world, HOME)
        assert "Bedtime" in today(home, ANA), "no re-plan takes it out"


def test_what_can_wait_of_the_others_makes_room_for_what_cannot(tmp_path: Path) -> None:
    pact = frozenset({"stretch", "pact"})
    household = a_household(
        partners=tuple(replace(a_partner(name), consents=pact) for name in ("Ana", "Ben")),
        base_split={ANA: 85, BEN: 15},
    )
    photos = a_chore("Photos", "ben", minutes=90, window="Tue 18:45-20:15", only=("ben",))
    with a_home(tmp_path, household=household, chores=[*EVENING, photos]) as home:
        home.put_busy(BEN, "Mon-Fri 08:00-17:30")
        tick(home.world, HOME)
        home.clock.move(span("Tue 17:00-18:00").start_at - home.clock.now())
        tick(home.world, HOME)
        assert "Photos" in today(home, BEN)
        off = blown_now.ask(home.world, HOME, ANA)
        for _ in range(2):
            tick(home.world, HOME)
        assert off.passed == ("bedtime.1",)
        assert "Bedtime" in today(home, BEN)
        assert "Photos" not in today(home, BEN)


def test_the_others_own_time_is_untouched_and_duty_begins_after_it(home: Home) -> None:
    household = home.store.households.get(HOME)
    blown_now.ask(home.world, HOME, ANA)
    running = blown_now.running(home.world, HOME, home.clock.now())
    assert [(off.partner, off.cover) for off in running] == [(ANA, BEN)]
    assert blown_now.why_not(home.world, household, ANA, home.clock.now()) == "You are off already."


def test_without_both_agreeing_once_nothing_passes(home: Home) -> None:
    home.store.households.edit(
        HOME, lambda h: replace(h, partners=tuple(replace(p, consents=frozenset()) for p in h.partners))
    )
    before = plan(home)
    with pytest.raises(blown_now.NotNowError, match="Both of you agree to this once"):
        blown_now.ask(home.world, HOME, ANA)
    assert plan(home) == before
    assert not my_week.view(home.world, HOME, ANA).off.may_be_asked


def test_nothing_of_it_is_kept_beyond_its_week(home: Home) -> None:
    blown_now.ask(home.world, HOME, ANA)
    home.store.forget_old(now=home.clock.now() + timedelta(weeks=3))
    assert home.store.off_times.of_week(HOME, WEEK) == []


def test_a_week_that_was_mended_within_the_hour_can_still_be_taken_back(home: Home) -> None:
    before = plan(home)
    blown_now.ask(home.world, HOME, ANA)
    tick(home.world, HOME)
    saturday = next(b for b in before.blocks if b.responsibility == "bathroom")
    doer = PartnerId(saturday.adult)
    home.server.account(doer).add_event(home.personal[doer], time_range(saturday.interval))
    home.clock.move(timedelta(minutes=20))
    assert tick(home.world, HOME).planned == [WEEK]
    blown_now.undo(home.world, HOME, ANA)
    tick(home.world, HOME)
    assert not any(title.startswith("Don't get up.") for title in home.titles(ANA))
    tonight = span("Tue 17:00-22:00")
    assert {b for b in plan(home).blocks if tonight.contains(b.interval)} == {
        b for b in before.blocks if tonight.contains(b.interval)
    }
    assert not any(b.interval.overlaps(saturday.interval) for b in plan(home).blocks_of(doer))


def test_the_nights_halves_pass_too_and_come_back_to_their_turns_the_night_after(tmp_path: Path) -> None:
    pact = frozenset({"stretch", "pact"})
    household = a_household(
        partners=tuple(replace(a_partner(name), consents=pact) for name in ("Ana", "Ben"))
    )
    with a_home(tmp_path, household=household, chores=NIGHTS) as home:
        tick(home.world, HOME)
        home.clock.move(span("Tue 17:00-18:00").start_at - home.clock.now())
        tick(home.world, HOME)
        before = {block.id: block.adult for block in plan(home).blocks}
        tonight = {"first-half.1", "second-half.2"}
        blown_now.ask(home.world, HOME, ANA)
        after = {block.id: block.adult for block in plan(home).blocks}
        assert {after[half] for half in tonight} == {BEN}
        assert {half: who for half, who in after.items() if half not in tonight} == {
            half: who for half, who in before.items() if half not in tonight
        }
        tick(home.world, HOME)
        assert "Don't get up. Ben has the baby until 06:30" in today(home, ANA)
        assert "First half" in today(home, BEN)
