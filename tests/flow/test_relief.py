"""What passes to the other is a free-time entry for whoever is relieved."""

from __future__ import annotations

from service.domain.checkin import State
from service.domain.chores import Chore
from service.domain.entries import Entry
from service.domain.household import PartnerId
from service.flow.entries import entries_for
from service.flow.plan_week import rrule_dates
from service.planner import plan_week
from service.planner.household_week import WeekInputs, snapshot_of
from tests.builders import ANA, BEN, WEEK, a_chore, a_household, span


def entries(
    *chores: Chore, of: PartnerId, states: dict[PartnerId, State] | None = None, **facts: object
) -> list[Entry]:
    home = a_household()
    inputs = WeekInputs(home, WEEK, chores, {ANA: "fine", BEN: "fine"} | (states or {}), {}, {}, **facts)  # type: ignore[arg-type]
    snapshot = snapshot_of(inputs, rrule_dates=rrule_dates)
    plan = plan_week(snapshot)
    return entries_for(
        home, home.partner(of), WEEK, plan=plan, snapshot=snapshot, chores=chores, base_url="http://home"
    )


def nights() -> tuple[Chore, Chore]:
    first, second = (
        a_chore(name, cadence="daily", window=window, mode="duty", shed="never", minutes=45)
        for name, window in (("Night, first half", "21:00-02:00"), ("Night, second half", "02:00-06:30"))
    )
    return first, second


def relief(found: list[Entry]) -> list[Entry]:
    return [entry for entry in found if entry.kind == "relief"]


def test_a_whole_night_of_the_others_is_a_free_entry_from_its_beginning_to_the_morning() -> None:
    mine = relief(entries(*nights(), of=ANA, states={ANA: "blown"}))
    assert {entry.title for entry in mine} == {"Ben has the night"}
    whole = [entry for entry in mine if entry.interval == span("Mon 21:00-06:30")]
    assert len(whole) == 1
    assert not whole[0].busy
    assert whole[0].alarm_minutes_before is None
    assert whole[0].description.startswith("Nothing is asked of you then.\n")
    assert "blown" not in " ".join(entry.title + entry.description for entry in mine)


def test_a_shared_night_relieves_nobody_and_each_has_their_half_busy_and_silent() -> None:
    for who in (ANA, BEN):
        found = [entry for entry in entries(*nights(), of=who) if entry.kind == "duty"]
        assert found
        assert all(entry.busy and entry.alarm_minutes_before is None for entry in found)
        assert {entry.title for entry in found} <= {"Night, first half", "Night, second half"}


def an_early_start() -> Chore:
    return a_chore("Early start", cadence="daily", window="05:30-07:30", mode="duty", shed="never")


def test_an_early_start_that_passes_lets_whoever_usually_has_it_sleep_on() -> None:
    for chores in ((an_early_start(),), (*nights()[:1], an_early_start())):
        theirs = [entry for entry in entries(*chores, of=BEN) if entry.title == "Early start"]
        assert theirs
        told = [entry for entry in relief(entries(*chores, of=ANA)) if "night" not in entry.title]
        assert {entry.interval for entry in told} == {entry.interval for entry in theirs}
        assert {entry.title for entry in told} == {"Early start: Ben has it"}
        assert not any("night" in entry.title for entry in relief(entries(an_early_start(), of=ANA)))
        assert not relief(entries(an_early_start(), of=BEN))


def test_of_a_whole_night_the_early_start_is_not_told_again() -> None:
    second = a_chore("Night", cadence="daily", window="22:00-05:30", mode="duty", shed="never")
    mine = relief(entries(second, an_early_start(), of=ANA, states={ANA: "blown"}))
    assert span("Mon 22:00-07:30") in {entry.interval for entry in mine}
    assert len({entry.interval.start_at for entry in mine}) == len(mine)
    assert not any(
        one.overlaps(two)
        for one in (e.interval for e in mine)
        for two in (e.interval for e in mine)
        if one != two
    )


def test_a_bedtime_that_passes_to_the_other_is_told_to_whoever_usually_has_it() -> None:
    bath = a_chore(
        "Bath and bed", cadence="daily", window="18:45-20:15", shed="never", mode="alternating", minutes=45
    )
    theirs = [entry for entry in entries(bath, of=BEN) if entry.title == "Bath and bed"]
    told = relief(entries(bath, of=ANA))
    assert {entry.interval for entry in told} == {entry.interval for entry in theirs}
    assert {entry.title for entry in told} == {"Bath and bed: Ben has it"}
    assert not relief(entries(bath, of=BEN))


def test_an_errand_at_noon_or_something_that_can_wait_relieves_nobody() -> None:
    noon = a_chore(
        "Lunch", cadence="daily", window="12:00-13:00", shed="never", mode="alternating", minutes=30
    )
    vacuum = a_chore("Vacuum", cadence="daily", window="18:45-20:15", mode="alternating")
    assert not relief(entries(noon, vacuum, of=ANA))
