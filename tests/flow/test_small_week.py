"""Both are spent: a routine's block gets shorter, says so on the page and in the calendar, and is whole again
the week after."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from service.domain.checkin import State
from service.domain.entries import Entry
from service.domain.week import Week
from service.flow import check_in
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home, a_household, a_partner

CLOSE_DOWN = {"cadence": "daily", "window": "19:30-21:45", "routine": "close-down"}
CHORES = [
    a_chore("Bottles", minutes=20, shed="never", **CLOSE_DOWN),  # type: ignore[arg-type]
    a_chore("Bins", minutes=15, shed="drop", **CLOSE_DOWN),  # type: ignore[arg-type]
]


def agreed(home: Home, week: Week, state: State) -> None:
    """The week is asked about, both answer `state`, both agree, and it stands in both calendars."""
    tick(home.world, HOME)
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, week, state=state)
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, week)
    tick(home.world, HOME)


def close_downs(home: Home, week: Week) -> list[Entry]:
    """Every block of it that stands in either calendar in that week."""
    standing = {*home.titles(ANA), *home.titles(BEN)}
    entries = [row.entry for row in home.store.journal.of_week(HOME, week)]
    return [one for one in entries if one.kind == "chore" and one.title in standing]


def test_a_routine_goes_without_its_last_in_a_small_week_and_is_whole_again_after_it(tmp_path: Path) -> None:
    small = tuple(a_partner(name, most_minutes_a_day=60) for name in ("Ana", "Ben"))
    with a_home(tmp_path, household=a_household(partners=small), chores=CHORES) as home:
        agreed(home, WEEK, "blown")
        proposal = check_in.view(home.world, HOME, ANA, WEEK).proposal
        assert proposal is not None
        assert [(line.chore, line.sentence) for line in proposal.left_out] == [
            ("Bins", "Close-down goes without it this week. It can wait.")
        ]
        assert proposal.smaller
        entries = close_downs(home, WEEK)
        assert {(one.title, one.interval.minutes) for one in entries} == {("Close-down: bottles", 20)}
        assert len(entries) == 7
        told = "Bins: Close-down goes without it this week. It can wait."
        lines = [one.description.splitlines() for one in entries]
        assert all(said[0] == "Bottles" and told in said and "Bins" not in said for said in lines)
        home.clock.move(timedelta(days=7))
        agreed(home, WEEK.next, "fine")
        entries = close_downs(home, WEEK.next)
        assert {(one.title, one.interval.minutes) for one in entries} == {("Close-down: bottles, bins", 35)}
