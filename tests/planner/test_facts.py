"""Why a chore moved since the last week: named changes undone, alone, in pairs, all together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from service.domain.interval import Interval
from service.domain.plan import Move, Plan
from service.planner import Responsibility, Snapshot, plan_week
from tests.planner.building import a_chore, a_time, a_week, a_wish, an_adult, at, on

WASH = a_chore("Wash", priority=0, minutes=120, previous="ben", eligible=("ben",))
EACH = [
    a_chore(f"Own {who}", priority=0, minutes=30, previous=who, eligible=(who,)) for who in ("ana", "ben")
]
DOCTOR = a_chore("Doctor", a_time("Tue", "18:00-19:00"), priority=0, minutes=60, eligible=("ana",))


def last_week(week: Snapshot) -> Snapshot:
    """The same days and hours a week earlier."""

    def earlier(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
        week = timedelta(days=7)
        return tuple(Interval(one.start_at - week, one.end_at - week) for one in intervals)

    adults = (
        replace(
            one,
            busy=earlier(one.busy),
            may_be_planned=earlier(one.may_be_planned),
            at_home=earlier(one.at_home),
        )
        for one in week.adults
    )
    children = replace(week.children, home=earlier(week.children.home), awake=earlier(week.children.awake))
    return replace(
        week,
        monday=week.monday - timedelta(days=7),
        adults=tuple(adults),
        children=children,
        quiet=earlier(week.quiet),
    )


def moved(week: Snapshot, before: Snapshot) -> Move:
    plan: Plan = plan_week(week, before=last_week(before))
    (move,) = plan.moves
    return move


def dinner_and_bath(**facts: Any) -> Snapshot:
    """Both are Ana's, from 17:00 to 19:00 on Tuesday; Ben washes for as long."""
    hours = a_time("Tue", "17:00-19:00")
    chores = [a_chore(name, hours, priority=0, minutes=60) for name in ("Bath", "Dinner")]
    return a_week(*chores, WASH, **facts)


def test_a_fuller_calendar_is_named_to_its_owner_and_to_nobody_else() -> None:
    before = dinner_and_bath()
    assert not plan_week(before).moves
    ana = an_adult("Ana", busy=on("Tue 18:00-19:00"))
    move = moved(replace(before, adults=(ana, an_adult("Ben"))), before)
    assert move.reason == "It follows the week's free times; with last week's it would have stayed."
    assert move.reason_for("ben") == move.reason
    assert move.reason_for("ana") == (
        "Your calendar is fuller this week; with last week's it would have stayed."
    )


def test_words_that_were_given_stay_once_it_has_begun() -> None:
    before = dinner_and_bath()
    bath, dinner, wash = before.responsibilities
    before = replace(before, responsibilities=(bath, replace(dinner, mode="alternating"), wash))
    ana = an_adult("Ana", busy=on("Tue 18:00-19:00"))
    week = replace(before, adults=(ana, an_adult("Ben")))
    first = plan_week(week, before=last_week(before))
    (move,) = [one for one in first.moves if one.responsibility == "dinner"]
    assert move.own_reasons
    assert move in plan_week(replace(week, published=first, now=at("Wed 08:00"))).moves


def test_as_much_time_at_other_hours_is_not_called_fuller() -> None:
    before = dinner_and_bath(adults=(an_adult("Ana", busy=on("Wed 10:00-11:00")), an_adult("Ben")))
    ana = an_adult("Ana", busy=on("Tue 18:00-19:00"))
    move = moved(replace(before, adults=(ana, an_adult("Ben"))), before)
    assert move.reason_for("ana").startswith("Your free time lies elsewhere this week;")


def test_what_is_new_on_the_list_is_named() -> None:
    before = dinner_and_bath()
    week = replace(before, responsibilities=(*before.responsibilities, DOCTOR))
    assert moved(week, before).reason == (
        "It follows what there is to do this week; with last week's it would have stayed."
    )


def test_so_are_time_of_ones_own_the_rules_and_the_likings() -> None:
    before = dinner_and_bath()
    swim = replace(before, selfcare=(a_wish("Ana", "Tue", "18:00-19:30", usual_min=18 * 60),))
    assert moved(swim, before).reason == (
        "It follows where your own times lie this week; with last week's it would have stayed."
    )
    iron = a_chore("Iron", minutes=60)
    minded = replace(iron, burden_percent={"ana": 150, "ben": 50})
    assert moved(a_week(minded, *EACH), a_week(iron, *EACH)).reason == (
        "It follows likings that were changed; with last week's it would have stayed."
    )
    loud = a_week(
        *[
            replace(a_chore(name, a_time("Tue", "17:00-20:00"), priority=0, minutes=60), noisy=True)
            for name in ("Drill", "Saw")
        ],
        WASH,
        adults=(an_adult("Ana", busy=on("Tue 17:00-18:00")), an_adult("Ben")),
        quiet=(),
    )
    quiet = replace(loud, quiet=on("Tue 19:00-24:00"))
    assert moved(quiet, loud).reason == (
        "It follows the children's hours and the rules of your home; with last week's it would have stayed."
    )


def three_hours(*more: Responsibility, **facts: Any) -> Snapshot:
    """Bath is Ana's alone and takes one of the three hours of Tuesday evening; dinner could be Ben's."""
    hours = a_time("Tue", "17:00-20:00")
    bath = a_chore("Bath", hours, priority=0, minutes=60, eligible=("ana",))
    return a_week(bath, a_chore("Dinner", hours, priority=0, minutes=60), WASH, *more, **facts)


def test_two_changes_are_named_where_undoing_neither_is_enough() -> None:
    """With a full calendar, or with the doctor and a long play, no second hour is left."""
    before = three_hours()
    ana = an_adult("Ana", busy=on("Tue 17:00-19:00"))
    play = a_chore("Play", a_time("Tue", "17:00-19:00"), priority=0, minutes=120, eligible=("ana",))
    assert not plan_week(before).moves
    week = three_hours(play, adults=(ana, an_adult("Ben")))
    plan = plan_week(week, before=last_week(before))
    (move,) = plan.moves
    assert (move.responsibility, move.own_reasons) == ("dinner", {})
    assert move.reason == (
        "It follows the week's free times and what there is to do this week; "
        "without both it would have stayed."
    )


def test_several_changes_are_said_where_no_two_are_enough() -> None:
    """Any of the three takes the second hour: a full calendar, a long play, a swim."""
    before = three_hours()
    ana = an_adult("Ana", busy=on("Tue 17:00-19:00"))
    play = a_chore("Play", a_time("Tue", "17:00-19:00"), minutes=120, eligible=("ana",))
    swim = a_wish("Ana", "Tue", "17:00-20:00", minutes=75, usual_min=17 * 60, usual_day=1, needs_cover=False)
    week = three_hours(play, adults=(ana, an_adult("Ben")), selfcare=(swim,))
    assert moved(week, before).reason == (
        "Several changes together brought it; without them it would have stayed."
    )


def test_without_a_week_before_nothing_is_said_of_one() -> None:
    before = dinner_and_bath()
    ana = an_adult("Ana", busy=on("Tue 18:00-19:00"))
    (move,) = plan_week(replace(before, adults=(ana, an_adult("Ben")))).moves
    assert "last week" not in move.reason
    assert move.own_reasons == {}
