"""What would help where a block has no place: one change, else two together; and when no plan could."""

from __future__ import annotations

from service.domain.plan import Unplaced
from service.planner import Snapshot, plan_week
from service.planner.candidates import prepare
from service.planner.explain_unplaced import board_of
from service.planner.offers import offers_for
from tests.planner.building import a_chore, a_time, a_week, an_adult, on


def the_unplaced(week: Snapshot) -> Unplaced:
    (one,) = plan_week(week).unplaced
    return one


def test_two_changes_together_are_offered_only_where_no_single_one_is_enough() -> None:
    bath = a_chore("Bath", a_time("Tue", "17:00-18:00"), priority=0, minutes=45, eligible=("ana",))
    ana = an_adult("Ana", busy=on("daily 06:00-16:15", "daily 16:45-18:30", "daily 19:00-22:00"))
    crowded = a_week(bath, adults=(ana, an_adult("Ben")))
    assert the_unplaced(crowded).offers == ("30 minutes would fit between 16:00 and 19:00",)
    roomy = an_adult("Ana", busy=on("Tue 16:15-22:00"))
    assert the_unplaced(a_week(bath, adults=(roomy, an_adult("Ben")))).offers == (
        "on another day there is room",
    )


def test_the_other_one_for_a_shorter_time_is_a_pair() -> None:
    """Held by Ana, who has no time at all; Ben has half an hour inside the window, and no more."""
    bath = a_chore("Bath", a_time("Tue", "17:00-18:00"), priority=0, minutes=45)
    ana = an_adult("Ana", busy=on("daily 06:00-22:00"))
    ben = an_adult("Ben", busy=on("daily 06:00-17:30", "Tue 18:00-22:00"), day_limit_min=30)
    week = a_week(bath, adults=(ana, ben))
    prepared = prepare(week)
    task = prepared.tasks[0]
    assert offers_for(prepared, board_of(prepared, {}), task, ("ana",)) == (
        "Ben could do 30 minutes of it this once",
    )


def test_of_who_is_spent_nothing_more_is_asked() -> None:
    bath = a_chore("Bath", a_time("Tue", "17:00-18:00"))
    ben = an_adult("Ben", busy=on("Tue 17:00-18:00"))
    for state, asked in (("fine", True), ("blown", False)):
        prepared = prepare(a_week(bath, adults=(an_adult("Ana", state=state), ben)))
        offers = offers_for(prepared, board_of(prepared, {}), prepared.tasks[0], ("ben",))
        assert ("Ana could do it this once" in offers) is asked


def test_more_than_a_window_holds_is_said_in_numbers() -> None:
    hours = a_time("Tue", "17:00-19:00")
    chores = [a_chore(f"C{n}", hours, priority=0, minutes=50, eligible=("ana",)) for n in range(3)]
    ana = an_adult("Ana", busy=on("Tue 18:30-19:00"))
    one = the_unplaced(a_week(*chores[:2], adults=(ana, an_adult("Ben"))))
    assert one.reason == (
        "2 blocks, 100 minutes in all, must lie between 17:00 and 19:00 on Tuesday, where there is "
        "room for 90."
    )
