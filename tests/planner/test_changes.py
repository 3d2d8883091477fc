"""Plan against journal: the fewest changes, and never a person's edit taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.domain.entries import Create, Delete, Entry, JournalEntry, Replace, Standing
from service.domain.household import PartnerId
from service.domain.interval import Interval
from service.domain.week import Week
from service.planner.changes import changes

NOW = datetime(2026, 11, 29, 18, tzinfo=UTC)
WEEK = Week.parse("2026-W49")


def _entry(key: str = "laundry.0", hour: int = 18, **facts: object) -> Entry:
    made = Entry(
        partner=PartnerId("ana"),
        week=WEEK,
        key=key,
        kind="chore",
        title="Laundry",
        description="",
        interval=Interval(
            datetime(2026, 12, 1, hour, tzinfo=UTC), datetime(2026, 12, 1, hour, 30, tzinfo=UTC)
        ),
        busy=False,
        private=False,
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def _row(entry: Entry, standing: Standing = "standing", generation: int = 1) -> JournalEntry:
    return JournalEntry(
        entry, generation, "uid", "calendar", "href", '"1"', "print", standing, entry.interval
    )


def test_a_week_that_stands_needs_nothing() -> None:
    assert changes([_entry()], [_row(_entry())], now=NOW) == []


def test_what_is_new_is_created_and_what_moved_is_replaced() -> None:
    old = _row(_entry())
    assert changes([_entry(), _entry("bins.0")], [old], now=NOW) == [Create(_entry("bins.0"), 1)]
    assert changes([_entry(hour=19)], [old], now=NOW) == [Replace(old, _entry(hour=19))]


def test_what_is_no_longer_planned_is_deleted_first() -> None:
    old = _row(_entry())
    assert changes([_entry("bins.0")], [old], now=NOW) == [Delete(old), Create(_entry("bins.0"), 1)]


@pytest.mark.parametrize("standing", ["kept", "settled"])
def test_what_a_person_changed_or_deleted_is_theirs(standing: Standing) -> None:
    assert changes([_entry(hour=19)], [_row(_entry(), standing)], now=NOW) == []
    assert changes([], [_row(_entry(), standing)], now=NOW) == []


def test_a_dragged_entry_goes_when_its_block_passes_to_the_other() -> None:
    kept = _row(_entry(), "kept")
    assert changes([], [kept], elsewhere={(WEEK, "laundry.0")}, now=NOW) == [Delete(kept)]


def test_after_our_own_deletion_a_block_comes_back_under_a_new_name() -> None:
    assert changes([_entry()], [_row(_entry(), "gone", 3)], now=NOW) == [Create(_entry(), 4)]


def test_an_intent_left_open_is_repeated_as_it_was_even_if_the_plan_has_moved_on() -> None:
    creating = _row(_entry(), "creating", 2)
    assert changes([_entry(hour=20)], [creating], now=NOW) == [Create(_entry(), 2)]
    replacing = _row(_entry(), "replacing")
    assert changes([], [replacing], now=NOW) == [Replace(replacing, _entry())]
    deleting = _row(_entry(), "deleting")
    assert changes([_entry()], [deleting], now=NOW) == [Delete(deleting)]


def test_the_past_is_left_as_it_is() -> None:
    later = datetime(2026, 12, 2, tzinfo=UTC)
    assert changes([], [_row(_entry())], now=later) == []
    assert changes([_entry(hour=19)], [], now=later) == []


def test_an_entry_turns_busy_once_and_never_back() -> None:
    busy = _row(_entry(busy=True))
    assert changes([_entry(busy=False)], [busy], now=NOW) == []
    free = _row(_entry(busy=False))
    assert changes([_entry(busy=True)], [free], now=NOW) == [Replace(free, _entry(busy=True))]


def test_a_block_planned_anew_after_its_entry_has_passed_is_written_beside_it() -> None:
    past = _row(_entry(), generation=2)
    later = _entry(hour=20)
    at_seven = datetime(2026, 12, 1, 19, tzinfo=UTC)
    assert changes([later], [past], now=at_seven) == [Create(later, 3)]
    assert changes([later], [replace(past, standing="kept")], now=at_seven) == []
    assert changes([later], [replace(past, standing="settled")], now=at_seven) == []
