"""Which entries ring: runs at their fixed time, and what the list has an alarm for. The rest is silent."""

from __future__ import annotations

from dataclasses import replace

from service.domain.chores import Chore
from tests.builders import ANA, BEN, a_chore
from tests.flow.test_relief import entries, nights


def rings(*chores: Chore) -> list[tuple[str, int | None]]:
    """Every entry of both that stands for a chore, with its alarm."""
    found = [entry for who in (ANA, BEN) for entry in entries(*chores, of=who)]
    assert not any(entry.alarm_minutes_before for entry in found if entry.kind not in ("chore", "duty"))
    return sorted(
        (entry.title, entry.alarm_minutes_before) for entry in found if entry.kind in ("chore", "duty")
    )


def test_what_has_an_alarm_rings_for_whoever_does_it_and_nothing_else_does() -> None:
    bins = a_chore("Bins", window="Wed 17:00-21:45", shed="never", alarm=True)
    assert rings(bins, a_chore("Laundry")) == [("Bins", 10), ("Laundry", None)]


def test_a_run_at_its_fixed_time_rings_without_being_asked_to() -> None:
    run = a_chore("Nursery run", window="Mon 07:45-08:15", at_home="out", shed="never")
    assert rings(run) == [("Nursery run", 10)]


def test_of_a_routine_one_alarm_is_enough() -> None:
    kitchen, bins = (
        a_chore(name, window="Wed 19:00-21:45", routine="evening", shed="never", alarm=name == "Bins")
        for name in ("Kitchen", "Bins")
    )
    assert rings(kitchen, bins) == [("Evening: kitchen, bins", 10)]


def test_a_night_never_rings() -> None:
    assert {alarm for _title, alarm in rings(*(replace(half, alarm=True) for half in nights()))} == {None}
