"""A child is ill until Thursday: what goes, who minds them, what both calendars say, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from service.domain.days_at_home import DaysAtHome
from service.domain.household import OtherWeek, PartnerId
from service.domain.plan import Block, Plan
from service.domain.week import Week
from service.flow import blown_now, check_in, child_is_ill, my_week
from service.flow.week import tick
from service.planner import parse_snapshot, verify
from tests.builders import (
    ANA,
    BEN,
    BERLIN,
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
from tests.flow.sides import QuickPlanner

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (WEEK.days[n] for n in (1, 2, 3, 4))
RUN = {"cadence": "weekdays", "mode": "alternating", "at_home": "out", "shed": "never"}
CHORES = [
    a_chore("Drop off", "ben", window="Mon-Fri 08:00-08:45", **RUN),  # type: ignore[arg-type]
    a_chore("Pick up", "ana", window="Mon-Fri 15:45-16:30", **RUN),  # type: ignore[arg-type]
    a_chore("Bedtime", "ana", minutes=45, cadence="daily", window="19:15-20:15", shed="never"),
    a_chore("Laundry", "ana", cadence="daily", window="19:00-21:45", shed="shrink", only=("ana",)),
    a_chore("Bathroom", "ben", window="Sat 09:00-12:00"),
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Tuesday 19:00 of a planned week. Ben works on weekdays till five, but for Thursday morning; Ana on
    Thursday and Friday."""
    with a_home(tmp_path, household=a_household(sitters=()), chores=CHORES) as made:
        made.world = replace(made.world, planner=QuickPlanner())
        made.put_busy(BEN, "Mon-Wed 09:00-17:00, Thu 13:00-17:00, Fri 09:00-17:00")
        made.put_busy(ANA, "Thu 13:00-15:00, Fri 10:00-11:00")
        tick(made.world, HOME)
        go_to(made, "Tue 19:00-20:00")
        yield made


def go_to(home: Home, moment: str) -> None:
    home.clock.move(span(moment).start_at - home.clock.now())
    tick(home.world, HOME)


def plan(home: Home, week: Week = WEEK) -> Plan:
    stored = home.store.plans.get(HOME, week, "published")
    assert stored is not None
    assert verify(parse_snapshot(stored.snapshot), stored.plan) == []
    return stored.plan


def days(home: Home) -> DaysAtHome:
    found = home.store.days_at_home.get(HOME)
    assert found is not None
    return found


def entries(home: Home, partner: PartnerId, day: date) -> list[str]:
    found = home.server.account(partner).entries()
    return sorted(e.title for e in found if e.time.start_at.astimezone(BERLIN).date() == day)


def turns(home: Home) -> list[tuple[str, str | None]]:
    found = [(one.interval.start_at.astimezone(BERLIN), one) for one in days(home).turns]
    return [(f"{at:%a %H:%M}-{at + one.interval.duration:%H:%M}", one.who) for at, one in found]


def say_yes(home: Home, *partners: PartnerId) -> None:
    for partner in partners:
        shown = my_week.view(home.world, HOME, partner).home.turns_key
        child_is_ill.say_yes(home.world, HOME, partner, shown)


def test_while_they_are_in_their_other_home_there_is_nothing_to_change(home: Home) -> None:
    now, household = home.clock.now(), home.store.households.get(HOME)
    assert child_is_ill.why_not(home.world, household, now) is None
    two_homes = replace(household, other_week=OtherWeek(WEEK.monday, here=False))
    home.store.households.save(two_homes)
    with pytest.raises(blown_now.NotNowError, match="No child is at home today or tomorrow"):
        child_is_ill.say(home.world, HOME, ANA, THURSDAY)
    go_to(home, "Sun 20:00-21:00")
    assert child_is_ill.why_not(home.world, two_homes, home.clock.now()) is None, "they come tomorrow"


def test_the_runs_go_and_what_can_wait_goes_at_once_and_other_days_stand(home: Home) -> None:
    before = plan(home)
    child_is_ill.say(home.world, HOME, ANA, THURSDAY)
    tick(home.world, HOME)
    for day in (WEDNESDAY, THURSDAY):
        assert [*entries(home, ANA, day), *entries(home, BEN, day)].count("Bedtime") == 1
        for gone in ("Drop off", "Pick up", "Laundry"):
            assert gone not in [*entries(home, ANA, day), *entries(home, BEN, day)]
    after = {block.id: block for block in plan(home).blocks}
    first = span("Fri 00:00-01:00").start_at
    assert all(after.get(b.id) == b for b in before.blocks if b.interval.start_at >= first)
    view = my_week.view(home.world, HOME, BEN).home
    assert view.heading == "The baby is at home until Thursday 3 December."
    assert view.can_wait == ("Laundry, three times",)
    assert {one.reason for one in plan(home).unplaced} == {"It can wait. These days are full enough."}


def test_the_split_is_a_proposal_until_both_have_said_yes(home: Home) -> None:
    child_is_ill.say(home.world, HOME, ANA, FRIDAY)
    tick(home.world, HOME)
    assert turns(home) == [
        ("Wed 08:30-16:00", "ana"),
        ("Thu 08:30-16:00", None),
        ("Fri 08:30-16:00", None),
    ]
    say_yes(home, ANA)
    tick(home.world, HOME)
    assert "At home with the baby" not in entries(home, ANA, WEDNESDAY)
    assert my_week.view(home.world, HOME, ANA).home.waits_for == "Ben"
    say_yes(home, BEN)
    tick(home.world, HOME)
    assert "At home with the baby" in entries(home, ANA, WEDNESDAY)
    assert not any("home" in title for title in home.titles(BEN))
    (own,) = [e for e in home.server.account(ANA).entries() if e.title.startswith("At home")]
    assert own.time == time_range(span("Wed 08:30-16:00"))
    assert "CLASS:PRIVATE" in own.text
    assert "Ben" not in own.text


def test_a_day_that_nobody_can_have_says_to_each_only_what_of_their_own_would_have_to_give(
    home: Home,
) -> None:
    child_is_ill.say(home.world, HOME, ANA, FRIDAY)
    thursday, friday = my_week.view(home.world, HOME, ANA).home.turns[1:]
    assert (thursday.name, friday.name) == ("", "")
    assert friday.offers == (
        "if your 100 minutes from 09:40 can move, it could be you",
        "a sitter, 08:30–16:00",
    )
    bens = my_week.view(home.world, HOME, BEN).home.turns[2]
    assert bens.offers[0] == "if your 440 minutes from 08:40 can move, it could be you"


def test_whoever_takes_a_day_has_it_once_the_other_says_yes(home: Home) -> None:
    child_is_ill.say(home.world, HOME, ANA, FRIDAY)
    friday = my_week.view(home.world, HOME, ANA).home.turns[2]
    child_is_ill.take(home.world, HOME, ANA, friday.key)
    tick(home.world, HOME)
    assert turns(home)[2] == ("Fri 08:30-16:00", "ana"), "no tick gives it back"
    assert my_week.view(home.world, HOME, BEN).home.asks_reader
    assert not any("At home" in title for title in home.titles(ANA))
    say_yes(home, BEN)
    tick(home.world, HOME)
    assert "At home with the baby" in entries(home, ANA, FRIDAY)
    assert "At home with the baby" not in entries(home, ANA, WEDNESDAY), "that she has not said yes to"


def test_a_yes_to_turns_that_are_others_by_now_counts_for_nothing(home: Home) -> None:
    child_is_ill.say(home.world, HOME, ANA, FRIDAY)
    shown = my_week.view(home.world, HOME, BEN).home
    child_is_ill.take(home.world, HOME, ANA, shown.turns[2].key)
    with pytest.raises(child_is_ill.NotNowError, match="divided anew"):
        child_is_ill.say_yes(home.world, HOME, BEN, shown.turns_key)
    assert all(BEN not in turn.said_yes for turn in days(home).turns)


def test_the_other_is_told_by_mail_once_and_at_once_and_who_said_it_is_not(home: Home) -> None:
    child_is_ill.say(home.world, HOME, ANA, WEDNESDAY)
    for _ in range(2):
        tick(home.world, HOME)
    told = [(whom, text) for kind, whom, _, text in home.post.sent if kind == "changed"]
    assert told == [
        (
            BEN,
            " ".join(
                [
                    "The baby is at home until Wednesday 2 December.",
                    "Nobody has to take them anywhere, and what can wait is out of these days.",
                    "A split of the days at home waits for your yes on your page.",
                ]
            ),
        )
    ]


def test_a_tick_later_all_is_quiet_and_saying_it_again_changes_nothing(home: Home) -> None:
    child_is_ill.say(home.world, HOME, ANA, THURSDAY)
    tick(home.world, HOME)
    child_is_ill.say(home.world, HOME, BEN, THURSDAY)
    report = tick(home.world, HOME)
    assert [report.partners[who].writes for who in (ANA, BEN)] == [0, 0]
    assert report.planned == []
    assert days(home).said_by == ANA


def test_within_the_hour_it_can_be_taken_back_and_everything_is_as_it_was(home: Home) -> None:
    before, ahead = plan(home), [entries(home, who, day) for who in (ANA, BEN) for day in WEEK.days[2:]]
    child_is_ill.say(home.world, HOME, ANA, THURSDAY)
    tick(home.world, HOME)
    home.clock.move(timedelta(minutes=59))
    child_is_ill.undo(home.world, HOME)
    assert home.store.days_at_home.get(HOME) is None
    tick(home.world, HOME)
    assert plan(home).blocks == before.blocks
    assert [entries(home, who, day) for who in (ANA, BEN) for day in WEEK.days[2:]] == ahead


def test_after_an_hour_it_ends_with_well_again_and_the_runs_come_back(home: Home) -> None:
    before = plan(home)
    child_is_ill.say(home.world, HOME, ANA, FRIDAY)
    say_yes(home, ANA, BEN)
    go_to(home, "Wed 20:00-21:00")
    with pytest.raises(child_is_ill.NotNowError, match="The hour for this is over"):
        child_is_ill.undo(home.world, HOME)
    child_is_ill.well_again(home.world, HOME)
    tick(home.world, HOME)

    def runs(of: Plan) -> set[Block]:
        return {b for b in of.blocks if b.responsibility in ("drop-off", "pick-up") and b.occurrence > 2}

    assert runs(plan(home)) == runs(before)
    assert [turn.day for turn in days(home).turns] == [WEDNESDAY]
    assert my_week.view(home.world, HOME, ANA).home.may_be_said
    assert my_week.view(home.world, HOME, ANA).home.heading == "The baby is at home today."


def test_well_again_in_the_morning_is_for_the_same_day(home: Home) -> None:
    child_is_ill.say(home.world, HOME, ANA, THURSDAY)
    go_to(home, "Thu 07:00-08:00")
    child_is_ill.well_again(home.world, HOME)
    tick(home.world, HOME)
    assert my_week.view(home.world, HOME, ANA).home.heading == ""
    everything = [*entries(home, ANA, THURSDAY), *entries(home, BEN, THURSDAY)]
    assert {"Drop off", "Pick up"} <= set(everything)


def test_it_can_last_longer_and_what_both_agreed_on_stays(home: Home) -> None:
    child_is_ill.say(home.world, HOME, ANA, WEDNESDAY)
    say_yes(home, ANA, BEN)
    child_is_ill.say(home.world, HOME, BEN, FRIDAY)
    tick(home.world, HOME)
    assert [bool(turn.said_yes) for turn in days(home).turns] == [True, False, False]
    assert "At home with the baby" in entries(home, ANA, WEDNESDAY)
    assert "Drop off" not in [*entries(home, ANA, FRIDAY), *entries(home, BEN, FRIDAY)]
    assert not my_week.view(home.world, HOME, BEN).home.may_be_undone, "say another day instead"


def test_it_ends_by_itself_after_its_last_day_and_is_forgotten_with_its_week(home: Home) -> None:
    child_is_ill.say(home.world, HOME, ANA, WEDNESDAY)
    go_to(home, "Thu 06:00-07:00")
    assert my_week.view(home.world, HOME, ANA).home.heading == ""
    report = tick(home.world, HOME)
    assert report.planned == []
    home.store.forget_old(now=home.clock.now() + timedelta(weeks=2))
    assert home.store.days_at_home.get(HOME) is None


def test_days_that_reach_into_the_coming_week_make_that_one_small_when_it_is_planned(home: Home) -> None:
    go_to(home, "Sat 12:00-13:00")
    child_is_ill.say(home.world, HOME, BEN, WEEK.next.days[1])
    tick(home.world, HOME)
    go_to(home, "Sun 21:45-22:00")
    coming = plan(home, WEEK.next)
    assert sorted(b.occurrence for b in coming.blocks if b.responsibility == "pick-up") == [2, 3, 4]
    assert sorted(b.occurrence for b in coming.blocks if b.responsibility == "laundry") == [2, 3, 4, 5, 6]
    say_yes(home, ANA, BEN)
    tick(home.world, HOME)
    assert [title for who in (ANA, BEN) for title in home.titles(who) if title.startswith("At home")]
    child_is_ill.well_again(home.world, HOME)
    tick(home.world, HOME)
    coming = plan(home, WEEK.next)
    assert sorted(b.occurrence for b in coming.blocks if b.responsibility == "pick-up") == [0, 1, 2, 3, 4]


def test_days_that_began_in_a_week_that_is_over_go_on_in_this_one(home: Home) -> None:
    tuesday = WEEK.next.days[1]
    go_to(home, "Fri 18:00-19:00")
    child_is_ill.say(home.world, HOME, ANA, tuesday)
    say_yes(home, ANA)
    home.clock.move(timedelta(days=3))
    tick(home.world, HOME)
    assert {turn.day for turn in days(home).turns if turn.interval.end_at > home.clock.now()} == {tuesday}
    assert [line.day for line in my_week.view(home.world, HOME, BEN).home.turns] == [tuesday]


def test_a_time_for_oneself_in_nursery_hours_gets_somebody_on_duty_or_moves(tmp_path: Path) -> None:
    swim = a_household().partners[0].self_care[0]
    swim = replace(swim, windows=(replace(swim.windows[0], start_minute=600, end_minute=720),))
    swim = replace(swim, windows=tuple(replace(w, days=(2, 4)) for w in swim.windows))
    household = a_household(sitters=())
    ana, ben = household.partners
    household = replace(household, partners=(replace(ana, self_care=(swim,)), ben))
    with a_home(tmp_path, household=household, chores=CHORES) as home:
        home.world = replace(home.world, planner=QuickPlanner())
        home.put_busy(BEN, "Wed 09:00-17:00")
        tick(home.world, HOME)
        go_to(home, "Tue 19:00-20:00")
        (before,) = [one for one in plan(home).selfcare if one.adult == ANA]
        assert (before.interval, before.cover) == (span("Wed 10:00-11:30"), None)
        child_is_ill.say(home.world, HOME, BEN, FRIDAY)
        tick(home.world, HOME)
        (after,) = [one for one in plan(home).selfcare if one.adult == ANA]
        assert (after.interval, after.cover) == (span("Fri 10:00-11:30"), BEN)
        assert my_week.view(home.world, HOME, ANA).home.own_time == (
            "Your swim moved to Friday 10:00–11:30.",
        )
        assert "On duty: this time is Ana's" in entries(home, BEN, FRIDAY)


def test_off_and_ill_on_one_evening_both_hold(home: Home) -> None:
    pact = frozenset({"stretch", "pact"})
    home.store.households.edit(
        HOME, lambda h: replace(h, partners=tuple(replace(p, consents=pact) for p in h.partners))
    )
    blown_now.ask(home.world, HOME, ANA)
    child_is_ill.say(home.world, HOME, BEN, THURSDAY)
    for _ in range(2):
        tick(home.world, HOME)
    assert "Don't get up. Ben has the baby until 06:30" in entries(home, ANA, TUESDAY)
    assert "Bedtime" not in entries(home, ANA, TUESDAY)
    assert "Bedtime" in entries(home, BEN, TUESDAY)
    assert "Drop off" not in [*entries(home, ANA, THURSDAY), *entries(home, BEN, THURSDAY)]
    with pytest.raises(blown_now.NotNowError, match="has changed since"):
        blown_now.undo(home.world, HOME, ANA)


def test_a_week_that_was_mended_within_the_hour_can_still_be_taken_back(home: Home) -> None:
    before = plan(home)
    child_is_ill.say(home.world, HOME, ANA, THURSDAY)
    tick(home.world, HOME)
    saturday = next(b for b in plan(home).blocks if b.responsibility == "bathroom")
    home.server.account(PartnerId(saturday.adult)).add_event(
        home.personal[PartnerId(saturday.adult)], time_range(saturday.interval)
    )
    home.clock.move(timedelta(minutes=20))
    assert tick(home.world, HOME).planned == [WEEK]
    child_is_ill.undo(home.world, HOME)
    tick(home.world, HOME)
    on_thursday = span("Thu 00:00-23:45")
    assert {b for b in plan(home).blocks if on_thursday.contains(b.interval)} == {
        b for b in before.blocks if on_thursday.contains(b.interval)
    }
    assert not any(b.interval.overlaps(saturday.interval) for b in plan(home).blocks_of(saturday.adult))


def test_what_somebody_changed_in_between_is_not_taken_back(home: Home) -> None:
    child_is_ill.say(home.world, HOME, ANA, THURSDAY)
    child_is_ill.say(home.world, HOME, ANA, FRIDAY)
    with pytest.raises(child_is_ill.NotNowError, match="When all is well again"):
        child_is_ill.undo(home.world, HOME)


def test_without_a_child_or_a_plan_or_a_possible_day_nothing_is_changed(home: Home) -> None:
    for wrong in (WEEK.days[0], WEEK.next.next.days[0]):
        with pytest.raises(child_is_ill.NotNowError, match="Choose a day"):
            child_is_ill.say(home.world, HOME, ANA, wrong)
    home.store.households.edit(HOME, lambda h: replace(h, children_born=()))
    with pytest.raises(child_is_ill.NotNowError, match="No child lives here"):
        child_is_ill.say(home.world, HOME, ANA, THURSDAY)
    assert not my_week.view(home.world, HOME, ANA).home.may_be_said
    assert home.store.days_at_home.get(HOME) is None


def test_who_lives_alone_with_a_child_needs_nobodys_yes_but_their_own(tmp_path: Path) -> None:
    household = a_household(partners=(a_partner(),), base_split={}, sitters=())
    chores = [a_chore("Pick up", "ana", window="Mon-Fri 15:45-16:30", **RUN)]  # type: ignore[arg-type]
    with a_home(tmp_path, household=household, chores=chores, accounts=(ANA,)) as home:
        home.world = replace(home.world, planner=QuickPlanner())
        tick(home.world, HOME)
        go_to(home, "Tue 19:00-20:00")
        child_is_ill.say(home.world, HOME, ANA, WEDNESDAY)
        assert turns(home) == [("Wed 08:30-16:00", "ana")]
        say_yes(home, ANA)
        tick(home.world, HOME)
        assert entries(home, ANA, WEDNESDAY) == ["At home with the baby"]
        assert my_week.view(home.world, HOME, ANA).home.waits_for == ""
        assert [kind for kind, *_ in home.post.sent if kind == "changed"] == []


def test_both_spent_and_a_child_ill_leaves_what_has_to_be_and_an_even_split(tmp_path: Path) -> None:
    with a_home(tmp_path, household=a_household(sitters=()), chores=CHORES) as home:
        home.world = replace(home.world, planner=QuickPlanner())
        check_in.open_check_in(home.world, HOME, WEEK)
        for partner in (ANA, BEN):
            check_in.answer(home.world, HOME, partner, WEEK, state="blown")
        for partner in (ANA, BEN):
            check_in.agree(home.world, HOME, partner, WEEK)
        tick(home.world, HOME)
        child_is_ill.say(home.world, HOME, BEN, FRIDAY)
        tick(home.world, HOME)
        saturday = span("Sat 00:00-01:00").start_at
        until_then = [b.responsibility for b in plan(home).blocks if b.interval.start_at < saturday]
        assert until_then == ["bedtime"] * 5
        shares = [who for _, who in turns(home)]
        assert len(shares) == 5
        assert shares.count("ana") in (2, 3)
        assert shares.count("ben") in (2, 3)
