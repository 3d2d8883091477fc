"""A proposal with a change in it: what was touched changes, what must follow follows, the rest stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from service.domain.plan import Plan
from service.planner import DEFAULT, Snapshot, adjust, plan_week, verify
from service.planner.choices import chosen
from tests.planner.building import DAYS, a_chore, a_time, a_week, an_adult, block, on, starts

EVENINGS = [a_time(day, "17:00-21:00") for day in DAYS[:5]]
LAUNDRY = a_chore("Laundry", *EVENINGS[:3])
WINDOWS = a_chore("Windows", a_time("Sat"), minutes=60, previous="ben")
COOK = a_chore("Cook", *EVENINGS, priority=0, minutes=45, mode="alternating")


def changed(
    week: Snapshot,
    seen: Plan,
    doers: Mapping[str, str] | None = None,
    *,
    dropped: str = "",
    at: Mapping[str, datetime] | None = None,
) -> Plan:
    asked = chosen(replace(week, published=seen), doers or {}, {dropped}, at)
    found = adjust(asked)
    assert (verify(asked, found), found.status) == ([], "adjusted")
    assert adjust(asked) == found, "the same question has the same answer"
    return found


def others(plan: Plan, *touched: str) -> set[object]:
    return {block for block in plan.blocks if block.responsibility not in touched}


def test_what_is_kept_moves_nothing() -> None:
    week = a_week(LAUNDRY, WINDOWS, COOK)
    seen = plan_week(week)
    stands = {b.id: b.interval.start_at for b in seen.blocks if b.responsibility == "laundry"}
    assert changed(week, seen, {"laundry": "ana"}, at=stands).blocks == seen.blocks


def test_what_is_given_goes_there_and_the_rest_stays() -> None:
    week = a_week(LAUNDRY, WINDOWS, COOK)
    seen = plan_week(week)
    assert seen.doers["laundry"] == "ana"
    after = changed(week, seen, {"laundry": "ben"})
    assert {b.adult for b in after.blocks if b.responsibility == "laundry"} == {"ben"}
    assert others(after, "laundry") == others(seen, "laundry")
    assert [move.reason for move in after.moves if move.responsibility != "laundry"] == [
        move.reason for move in seen.moves if move.responsibility != "laundry"
    ]


def test_what_has_to_make_room_for_it_does_and_nothing_else() -> None:
    bins = a_chore("Bins", a_time("Tue", "17:00-18:30"), eligible=("ben",), previous="ben", usual_min=17 * 60)
    bath = a_chore("Bath", a_time("Tue", "17:00-17:30"), priority=0, previous="ana", usual_min=17 * 60)
    week = a_week(bins, bath, LAUNDRY, WINDOWS)
    seen = plan_week(week)
    assert (seen.doers["bath"], starts(seen, "bins")) == ("ana", ["Tue 17:00"])
    after = changed(week, seen, {"bath": "ben"})
    assert (starts(after, "bath"), starts(after, "bins")) == (["Tue 17:00"], ["Tue 17:30"])
    assert others(after, "bath", "bins") == others(seen, "bath", "bins")


def test_who_has_no_room_for_it_passes_something_on_and_keeps_what_was_given() -> None:
    """Ben carries all that he can; of his own something goes to Ana, who carries less now."""
    adults = (an_adult("Ana", capacity_min=120), an_adult("Ben", capacity_min=120))
    theirs = [a_chore(f"B{n}", a_time("Sat"), previous="ben") for n in range(4)]
    hers = [a_chore(f"A{n}", a_time("Sun")) for n in range(4)]
    week = a_week(*hers, *theirs, adults=adults)
    seen = plan_week(week)
    assert {seen.doers[f"A{n}".lower()] for n in range(4)} == {"ana"}
    after = changed(week, seen, {"a0": "ben"})
    assert after.doers["a0"] == "ben"
    assert (after.level("overload").value, after.level("shed1").value) == (0, 0)
    passed = {chore for chore in after.doers if after.doers[chore] != seen.doers[chore]}
    assert len(passed) == 2
    assert len(others(after) - others(seen)) == 2, "what passed, and nothing else"
    (followed,) = [m for m in after.moves if m.responsibility in passed - {"a0"}]
    assert followed.reason == "It follows from what you changed between you."


def test_what_was_given_is_not_let_go_where_nobody_has_room() -> None:
    adults = (an_adult("Ana", capacity_min=60), an_adult("Ben", capacity_min=30))
    big = a_chore("Big", a_time("Sat"), minutes=60, priority=3)
    small = a_chore("Small", a_time("Sun"), priority=3, previous="ben", eligible=("ben",))
    week = a_week(big, small, adults=adults)
    seen = plan_week(week)
    assert (seen.doers["big"], seen.doers["small"]) == ("ana", "ben")
    after = changed(week, seen, {"big": "ben"})
    assert after.doers["big"] == "ben"
    assert block(after, "big").adult == "ben"


def test_where_something_is_let_go_what_waits_comes_back_beside_the_rest() -> None:
    adults = (an_adult("Ana", capacity_min=60), an_adult("Ben", capacity_min=0))
    low = a_chore("Mop", a_time("Sat"), minutes=30, priority=3)
    high = [a_chore(name, a_time("Sun"), minutes=30, priority=2) for name in ("Iron", "Cook")]
    week = a_week(low, *high, adults=adults)
    seen = plan_week(week)
    assert seen.doers["mop"] is None
    after = changed(week, seen, dropped="iron")
    assert after.doers == {"cook": "ana", "mop": "ana"}
    assert block(after, "cook") == block(seen, "cook")
    kept = changed(week, seen, {"cook": "ana"})
    assert kept.doers["mop"] is None, "nothing became free"


def test_without_a_solver_it_is_fitted_in_all_the_same() -> None:
    week = a_week(LAUNDRY, WINDOWS, COOK)
    seen = plan_week(week)
    asked = chosen(replace(week, published=seen), {"laundry": "ben"}, ())
    found = adjust(asked, policy=replace(DEFAULT, solver=False))
    assert found.doers["laundry"] == "ben"
    assert others(found, "laundry") == others(seen, "laundry")


def test_nights_stay_by_turns_whatever_is_given() -> None:
    watches = a_chore("Watch", *[a_time(day, "21:00-26:00") for day in DAYS], mode="duty", priority=0)
    adults = (an_adult("Ana", capacity_min=330), an_adult("Ben", capacity_min=330))
    chores = [a_chore(f"C{n}", a_time("Sat", "08:00-21:00"), minutes=60) for n in range(4)]
    week = a_week(watches, *chores, adults=adults)
    seen = plan_week(week)
    ana = next(name for name in ("c0", "c1", "c2", "c3") if seen.doers[name] == "ana")
    after = changed(week, seen, {ana: "ben"})
    assert [b for b in after.blocks if b.responsibility == "watch"] == [
        b for b in seen.blocks if b.responsibility == "watch"
    ]


def test_a_week_of_which_nothing_stands_is_planned_instead() -> None:
    with pytest.raises(ValueError, match="no published plan"):
        adjust(a_week(LAUNDRY))


def test_what_a_calendar_has_taken_meanwhile_is_placed_anew() -> None:
    week = a_week(LAUNDRY, WINDOWS)
    seen = plan_week(week)
    hit = block(seen, "windows")
    ben = an_adult("Ben", busy=on("Sat 06:00-19:00")) if hit.adult == "ben" else an_adult("Ben")
    ana = an_adult("Ana", busy=on("Sat 06:00-19:00")) if hit.adult == "ana" else an_adult("Ana")
    after = changed(replace(week, adults=(ana, ben)), seen, {"laundry": "ana"})
    assert block(after, "windows").interval != hit.interval
    assert others(after, "windows") == others(seen, "windows")
