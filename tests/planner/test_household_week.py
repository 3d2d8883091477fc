"""From the household to the snapshot: every fact of the home as the planner takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from service.domain.checkin import State
from service.domain.chores import Chore, ChoreId
from service.domain.household import Household, PartnerId
from service.domain.interval import Interval
from service.domain.week import Week, WeeklyMoment, parse_windows
from service.flow.plan_week import rrule_dates
from service.planner import Responsibility, Snapshot, greedy_week, parse_snapshot, plan_week, to_json
from service.planner.household_week import WeekInputs, snapshot_of
from tests.builders import ANA, BEN, BERLIN, WEEK, a_chore, a_household, a_partner, some_chores, span


def _snapshot(
    *chores: Chore,
    household: Household | None = None,
    states: dict[PartnerId, State] | None = None,
    busy: dict[PartnerId, list[Interval]] | None = None,
    hand_overs: dict[PartnerId, tuple[ChoreId, ...]] | None = None,
    from_at: datetime | None = None,
    week: Week = WEEK,
) -> Snapshot:
    inputs = WeekInputs(
        household=household or a_household(),
        week=week,
        chores=chores,
        states={ANA: "fine", BEN: "fine"} | (states or {}),
        busy=busy or {},
        hand_overs=hand_overs or {},
        from_at=from_at,
    )
    return snapshot_of(inputs, rrule_dates=rrule_dates)


def _only(snapshot: Snapshot, responsibility: str) -> Responsibility:
    (found,) = [r for r in snapshot.responsibilities if r.id == responsibility]
    return found


def test_the_snapshot_of_a_home_is_a_valid_file() -> None:
    snapshot = _snapshot(*some_chores(), busy={ANA: [span("Mon 09:00-15:00")]})
    assert to_json(parse_snapshot(to_json(snapshot))) == to_json(snapshot)


def test_capacity_follows_the_state_and_shares_follow_the_base_split() -> None:
    household = a_household(base_split={ANA: 40, BEN: 60})
    ana, ben = _snapshot(household=household, states={ANA: "blown"}).adults
    assert (ana.offered_min, ana.capacity_min) == (1680, 420)
    assert ben.capacity_min == 1680
    assert ana.weight * 1680 * 60 == ben.weight * 420 * 40


def _stretching(**facts: object) -> Household:
    offer = {"offered_minutes_a_day": 120}
    return a_household(partners=(a_partner("Ana", **offer), a_partner("Ben", **offer)), **facts)


@pytest.mark.parametrize(
    ("state", "minutes"), [("fine", 840), ("weeds", 1050), ("blown", 1050), ("away", 840)]
)
def test_a_fine_partner_stretches_while_the_other_is_low(state: State, minutes: int) -> None:
    _, ben = _snapshot(household=_stretching(), states={ANA: state}).adults
    assert (ben.offered_min, ben.capacity_min, ben.day_limit_min) == (840, minutes, 240)


def test_a_week_stretches_only_when_both_have_agreed_to_it() -> None:
    household = _stretching()
    ana = replace(household.partners[0], consents=frozenset())
    reluctant = replace(household, partners=(ana, household.partners[1]))
    _, willing_ben = _snapshot(household=household, states={ANA: "blown"}).adults
    _, ben = _snapshot(household=reluctant, states={ANA: "blown"}).adults
    assert ben.capacity_min < willing_ben.capacity_min


def test_nobody_low_stretches_and_a_hundred_percent_is_no_more_than_usual() -> None:
    ana, ben = _snapshot(household=_stretching(), states={ANA: "blown", BEN: "weeds"}).adults
    assert (ana.capacity_min, ben.capacity_min) == (210, 504)
    _, ben = _snapshot(household=_stretching(stretch_percent=100), states={ANA: "blown"}).adults
    assert ben.capacity_min == 840


def test_the_stretch_ends_at_the_ceiling_and_at_real_room() -> None:
    _, ben = _snapshot(household=_stretching(stretch_percent=200), states={ANA: "blown"}).adults
    assert ben.capacity_min == 7 * 240
    taken = {BEN: [span("Mon-Fri 00:00-24:00")]}
    _, ben = _snapshot(household=_stretching(stretch_percent=200), states={ANA: "blown"}, busy=taken).adults
    assert ben.capacity_min == 2 * 240
    _, ben = _snapshot(states={ANA: "blown"}).adults
    assert ben.capacity_min == ben.offered_min == 7 * 240


def test_the_other_ones_minutes_rise_before_anything_that_matters_is_shed() -> None:
    chores = [
        a_chore(f"Chore {n}", "ana" if n % 2 else "ben", minutes=60, cadence="2/week", shed="shrink")
        for n in range(9)
    ]
    stretched, held = (
        plan_week(_snapshot(*chores, household=_stretching(stretch_percent=percent), states={ANA: "blown"}))
        for percent in (125, 100)
    )
    assert stretched.level("shed1").value == stretched.level("overload").value == 0
    assert stretched.certificate["minutes"][BEN] > 840
    assert held.level("shed1").value > 0
    assert held.certificate["minutes"][BEN] <= 840


def test_capacity_is_never_more_than_the_calendar_leaves() -> None:
    ana, _ = _snapshot(busy={ANA: [span("Mon-Sun 00:00-24:00")]}).adults
    assert ana.capacity_min == 0
    assert ana.may_be_planned == ()


def test_busy_time_means_out_with_travel_around_it() -> None:
    ana, _ = _snapshot(busy={ANA: [span("Tue 10:00-11:00")]}).adults
    around = span("Tue 09:40-11:20")
    assert not any(free.overlaps(around) for free in (*ana.may_be_planned, *ana.at_home))
    assert ana.busy == (span("Tue 10:00-11:00"),)


def test_busy_at_home_keeps_the_partner_at_home() -> None:
    household = a_household(partners=(a_partner("Ana", busy_means="home"), a_partner("Ben")))
    ana, _ = _snapshot(household=household, busy={ANA: [span("Tue 10:00-11:00")]}).adults
    assert ana.at_home == (WEEK.interval(BERLIN),)
    assert not any(free.overlaps(span("Tue 10:00-11:00")) for free in ana.may_be_planned)


def test_nothing_is_planned_in_quiet_hours() -> None:
    ana, _ = _snapshot().adults
    assert not any(free.overlaps(span("Tue 22:00-23:00")) for free in ana.may_be_planned)
    assert not any(free.overlaps(span("Tue 05:00-06:30")) for free in ana.may_be_planned)


def test_away_is_a_whole_week_of_it() -> None:
    ana, _ = _snapshot(states={ANA: "away"}).adults
    assert (ana.capacity_min, ana.may_be_planned, ana.at_home) == (0, (), ())


def test_one_routine_is_one_block_with_the_sum_of_its_minutes() -> None:
    snapshot = _snapshot(*some_chores())
    kitchen = _only(snapshot, "kitchen")
    assert (kitchen.title, kitchen.minutes, len(kitchen.occurrences)) == ("Close-down", 35, 7)
    assert "bottles" not in {r.id for r in snapshot.responsibilities}


def test_what_is_shed_by_shrinking_may_happen_half_as_often() -> None:
    chores = (
        a_chore("Laundry", "ana", cadence="3/week", shed="shrink"),
        a_chore("Dinner", "ana", cadence="daily", shed="shrink", mode="alternating"),
        a_chore("Beds", "ana", cadence="2/week", shed="drop"),
    )
    snapshot = _snapshot(*chores)
    assert [_only(snapshot, name).shrinks for name in ("laundry", "dinner", "beds")] == [True, False, False]


def test_several_times_a_week_are_different_days() -> None:
    laundry = _only(_snapshot(*some_chores()), "laundry")
    assert [o.days for o in laundry.occurrences] == [(0, 1), (2, 3), (4, 5, 6)]


def test_likings_average_the_same_so_that_minding_much_is_no_lighter_week() -> None:
    disliked = [replace(a_chore(name), liking={ANA: "dislike"}) for name in ("Iron", "Mop", "Oven")]
    snapshot = _snapshot(*disliked, a_chore("Plants"))
    felt = [_only(snapshot, name).burden_percent for name in ("iron", "mop", "oven", "plants")]
    assert [each["ben"] for each in felt] == [100] * 4
    assert sum(each["ana"] for each in felt) / 4 == pytest.approx(100, abs=1)
    assert felt[0]["ana"] > felt[3]["ana"]


def test_a_named_hand_over_fixes_the_doer() -> None:
    snapshot = _snapshot(*some_chores(), hand_overs={ANA: (ChoreId("laundry"),)})
    assert _only(snapshot, "laundry").fixed_doer == BEN
    assert _only(snapshot, "dinner").fixed_doer is None


def test_who_is_blown_takes_nothing_more_on() -> None:
    snapshot = _snapshot(*some_chores(), states={ANA: "blown"})
    assert _only(snapshot, "bins").asked_last == (ANA,)
    assert _only(snapshot, "bathroom").eligible == (BEN,)
    assert set(_only(snapshot, "laundry").eligible) == {ANA, BEN}
    handed = _snapshot(
        *some_chores(), states={ANA: "blown", BEN: "weeds"}, hand_overs={BEN: (ChoreId("bins"),)}
    )
    assert _only(handed, "bins").fixed_doer is None


def test_what_is_never_left_out_comes_to_them_only_where_the_other_has_no_room() -> None:
    """On Wednesday Ben cannot: its bins and that one bedtime come to Ana, who is blown, and nothing else."""
    for busy, doer in (({BEN: [span("Wed 16:00-23:00")]}, "ana"), ({}, "ben")):
        snapshot = _snapshot(*some_chores(), states={ANA: "blown"}, busy=busy)
        assert _only(snapshot, "bins").asked_last == (ANA,)
        for plan in (plan_week(snapshot), greedy_week(snapshot)):
            assert [block.adult for block in plan.blocks if block.responsibility == "bins"] == [doer]
        assert plan_week(snapshot).level("spared").value == (15 + 45 if doer == "ana" else 0)


def test_a_turn_that_the_other_cannot_take_is_the_only_one_that_comes_to_them() -> None:
    pick_up = a_chore(
        "Pick-up", "ben", cadence="weekdays", window="Mon-Fri 16:00-17:00", mode="alternating", shed="never"
    )
    plan = plan_week(_snapshot(pick_up, states={ANA: "blown"}, busy={BEN: [span("Tue 15:00-18:00")]}))
    assert [b.occurrence for b in plan.blocks_of("ana") if b.responsibility == "pick-up"] == [1]
    assert plan.level("essential").value == 0


def test_both_blown_leaves_everything_with_its_owner_possible() -> None:
    snapshot = _snapshot(*some_chores(), states={ANA: "blown", BEN: "blown"})
    assert all(r.previous in r.eligible for r in snapshot.responsibilities)


def test_what_only_one_can_do_is_not_handed_over() -> None:
    feed = a_chore("Night feed", "ana", only=("ana",))
    snapshot = _snapshot(feed, hand_overs={ANA: (feed.id,)})
    assert _only(snapshot, "night-feed").fixed_doer is None
    assert _only(snapshot, "night-feed").eligible == (ANA,)


def test_each_has_their_own_and_both_meet_at_a_common_time() -> None:
    snapshot = _snapshot(
        a_chore("Own health", None, mode="each"),
        a_chore("Budget", None, mode="both", window="Tue 19:00-22:00"),
        busy={BEN: [span("Tue 18:00-20:10")]},
    )
    assert _only(snapshot, "own-health-ana").eligible == (ANA,)
    ana, ben = _only(snapshot, "budget-ana"), _only(snapshot, "budget-ben")
    assert ana.occurrences == ben.occurrences
    assert ana.occurrences[0].start == 20 * 60 + 30


@pytest.mark.parametrize("week", ["2027-W12", "2027-W43"])
def test_on_the_sunday_the_clocks_change_the_sit_down_is_at_the_hour_that_the_clock_says(week: str) -> None:
    asked, changed = (
        _only(_snapshot(week=each), "sit-down-ana").occurrences[0] for each in (WEEK, Week.parse(week))
    )
    assert changed == asked


def test_the_sit_down_lies_near_its_moment_when_both_are_free() -> None:
    free = _only(_snapshot(), "sit-down-ana").occurrences[0]
    assert (free.days, free.start, free.end) == ((6,), 1230, 1260)
    moved = _snapshot(busy={ANA: [span("Sun 20:00-22:00")]})
    assert _only(moved, "sit-down-ben").occurrences[0].end <= 19 * 60 + 40


def test_a_week_under_way_lists_only_what_can_still_be_and_keeps_its_numbers() -> None:
    wednesday_noon = span("Wed 12:00-13:00").start_at
    snapshot = _snapshot(*some_chores(), from_at=wednesday_noon)
    dinner = _only(snapshot, "dinner")
    assert (dinner.first_occurrence, len(dinner.occurrences)) == (2, 5)
    assert _only(snapshot, "nursery-run").first_occurrence == 3
    assert _only(snapshot, "laundry").first_occurrence == 1
    assert all(free.start_at >= wednesday_noon for a in snapshot.adults for free in a.may_be_planned)


def _nights() -> list[Chore]:
    return [
        a_chore(name, cadence="daily", window=window, mode="duty", shed="never", minutes=45)
        for name, window in (("First half", "21:00-02:00"), ("Second half", "02:00-06:30"))
    ]


def test_a_night_half_begins_whole_or_not_at_all_in_a_week_under_way() -> None:
    at_ten = span("Wed 22:00-23:00").start_at
    snapshot = _snapshot(*_nights(), from_at=at_ten)
    assert _only(snapshot, "first-half").first_occurrence == 3
    assert _only(snapshot, "second-half").first_occurrence == 3
    assert _only(snapshot, "first-half").mode == "duty"


def test_who_is_blown_is_spared_night_by_night() -> None:
    """One night Ben cannot: that one stays with Ana, and no other."""
    shift = {BEN: [span("Tue 20:00-24:00"), span("Wed 00:00-07:00")]}
    plan = plan_week(_snapshot(*_nights(), states={ANA: "blown"}, busy=shift))
    hers = [
        (b.responsibility, b.occurrence) for b in plan.blocks_of("ana") if b.responsibility.endswith("half")
    ]
    assert ("first-half", 1) in hers
    assert ("second-half", 2) in hers
    assert len(hers) <= 4


def test_a_usual_moment_is_where_a_chore_is_wanted() -> None:
    bins = replace(
        a_chore("Bins", "ben", window="Mon-Fri 17:00-22:00"), usual=WeeklyMoment.parse("Wed 20:00")
    )
    found = _only(_snapshot(bins), "bins")
    assert (found.occurrences[0].usual_day, found.usual_min) == (2, 1200)


def test_no_children_means_nobody_has_to_mind_them() -> None:
    snapshot = _snapshot(household=a_household(children_born=()))
    assert snapshot.children.home == snapshot.children.awake == ()


def test_children_are_where_the_grid_says() -> None:
    home = _snapshot().children.home
    assert not any(interval.overlaps(span("Tue 09:00-15:00")) for interval in home)
    assert any(interval.contains(span("Sat 09:00-15:00")) for interval in home)


@pytest.mark.parametrize(
    ("week", "wakes_at"),
    [("2027-W12", "2027-03-28T04:30:00+00:00"), ("2026-W43", "2026-10-25T05:30:00+00:00")],
)
def test_on_the_sunday_of_a_clock_change_wall_times_hold(week: str, wakes_at: str) -> None:
    household = a_household(asleep=parse_windows("19:30-06:30"))
    awake = _snapshot(household=household, week=Week.parse(week)).children.awake
    assert awake[-1].start_at == datetime.fromisoformat(wakes_at)
