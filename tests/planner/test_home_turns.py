"""Who stays at home on which day: whole days, evenly for the agreed share, never where somebody cannot be."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.days_at_home import HomeTurn
from service.domain.interval import Interval, clipped, common, difference, union
from service.planner.home_turns import DayAtHome, gaps, split
from tests.planner.building import DAYS, MONDAY, local, on

EVEN = {"ana": 300, "ben": 300}
NOTHING = {"ana": 0, "ben": 0}


def a_day(
    name: str, *, ana: str = "", ben: str = "", sitter: str = "", hours: str = "08:00-16:00"
) -> DayAtHome:
    """`ana` and `ben` are when they cannot be there."""

    def except_for(busy: str) -> list[Interval]:
        return difference(on(f"{name} 06:00-22:00"), on(f"{name} {busy}") if busy else ())

    return DayAtHome(
        day=date.fromordinal(MONDAY.toordinal() + DAYS.index(name)),
        hours=on(f"{name} {hours}"),
        free={"ana": except_for(ana), "ben": except_for(ben)},
        sitters={"granny": on(f"{name} {sitter}")} if sitter else {},
    )


def told(turns: tuple[HomeTurn, ...]) -> list[str]:
    return [f"{turn.who} {local(turn.interval.start_at)}-{local(turn.interval.end_at)[4:]}" for turn in turns]


def test_days_are_whole_and_go_by_the_agreed_share() -> None:
    days = [a_day(name) for name in ("Mon", "Tue", "Wed", "Thu")]
    even = split(days, EVEN, NOTHING)
    assert [turn.who for turn in even].count("ana") == 2
    blown = split(days, {"ana": 100, "ben": 300}, NOTHING)
    assert [turn.who for turn in blown].count("ana") == 1
    assert {turn.interval.minutes for turn in (*even, *blown)} == {480}


def test_what_each_carries_in_the_week_counts() -> None:
    assert told(split([a_day("Wed")], EVEN, {"ana": 400, "ben": 100})) == ["ben Wed 08:00-16:00"]
    assert told(split([a_day("Wed")], EVEN, {"ana": 100, "ben": 400})) == ["ana Wed 08:00-16:00"]


def test_nobody_is_at_home_while_their_calendar_is_busy() -> None:
    days = [a_day("Mon", ana="09:00-10:00"), a_day("Tue", ana="12:00-12:30"), a_day("Wed", ben="15:45-17:00")]
    assert [turn.who for turn in split(days, EVEN, NOTHING)] == ["ben", "ben", "ana"]


def test_a_day_is_halved_only_where_it_cannot_be_whole_and_near_its_middle() -> None:
    day = a_day("Mon", ana="13:00-15:00", ben="08:00-09:30")
    assert told(split([day], EVEN, NOTHING)) == ["ana Mon 08:00-12:00", "ben Mon 12:00-16:00"]
    late = a_day("Mon", ana="15:00-16:00", ben="08:00-13:00")
    assert told(split([late], EVEN, NOTHING)) == ["ana Mon 08:00-13:00", "ben Mon 13:00-16:00"]


def test_a_day_that_nobody_can_have_is_named_and_says_what_would_have_to_give() -> None:
    day = a_day("Mon", ana="09:00-12:00", ben="10:00-16:00")
    (turn,) = split([day], EVEN, NOTHING)
    assert turn.who is None
    assert gaps(day, turn.interval) == {"ana": 180, "ben": 360}


def test_a_sitter_has_their_hours_and_the_two_the_rest() -> None:
    day = a_day("Wed", ana="14:00-18:00", ben="08:00-10:00", sitter="14:00-18:00")
    assert told(split([day], EVEN, NOTHING)) == ["ana Wed 08:00-14:00", "granny Wed 14:00-16:00"]


def test_who_is_away_has_no_day_and_nobody_is_divided_by_nought() -> None:
    days = [a_day("Mon", ana="06:00-22:00"), a_day("Tue", ana="06:00-22:00")]
    assert {turn.who for turn in split(days, {"ana": 0, "ben": 0}, NOTHING)} == {"ben"}


def test_one_adult_has_every_day_they_can() -> None:
    day = a_day("Mon")
    alone = DayAtHome(day.day, day.hours, {"ana": day.free["ana"]}, {})
    assert told(split([alone], {"ana": 10}, {})) == ["ana Mon 08:00-16:00"]


@given(
    st.lists(
        st.tuples(st.integers(8, 15), st.integers(1, 6), st.integers(8, 15), st.integers(1, 6)), max_size=5
    ),
    st.tuples(st.integers(0, 600), st.integers(0, 600)),
)
def test_every_hour_has_one_turn_and_every_turn_somebody_free(
    busy: list[tuple[int, int, int, int]], weights: tuple[int, int]
) -> None:
    days = [
        a_day(name, ana=f"{a:02d}:10-{a + n:02d}:50", ben=f"{b:02d}:00-{b + m:02d}:30")
        for name, (a, n, b, m) in zip(DAYS, busy, strict=False)
    ]
    share = dict(zip(("ana", "ben"), weights, strict=True))
    turns = split(days, share, NOTHING)
    for day in days:
        of_day = [turn for turn in turns if turn.day == day.day]
        assert union(turn.interval for turn in of_day) == list(day.hours)
        assert sum(turn.interval.minutes for turn in of_day) == 480, "no overlap"
        assert len(of_day) <= 2
        for turn in of_day:
            if turn.who is None:
                assert all(gaps(day, turn.interval).values())
            else:
                assert common([turn.interval], day.free[turn.who]) == [turn.interval]
            assert turn.interval.duration >= timedelta(hours=1)
    assert split(list(reversed(days)), share, NOTHING) == turns
    assert not any(
        clipped([one.interval for one in turns if one is not turn], turn.interval) for turn in turns
    )
