"""The weeks that are measured: the frozen ones, those of the list that a home begins with, one that grows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from service.domain.checkin import State
from service.domain.household import (
    CheckInTimes,
    Household,
    HouseholdId,
    Partner,
    PartnerId,
    SelfCareWish,
    Sitter,
)
from service.domain.week import Week, WeeklyMoment, parse_windows, window_intervals
from service.flow.plan_week import rrule_dates
from service.planner import Adult, Responsibility, Snapshot, parse_snapshot
from service.planner.household_week import WeekInputs, snapshot_of
from service.starter import bundles_for, shared_out

WEEKS = Path(__file__).parent.parent / "tests" / "planner" / "weeks"
GROWN_FROM = "typical-normal-1"
MOST_CHORES_FOR_TWO = 75


def frozen_weeks() -> dict[str, Snapshot]:
    """The planner's reference weeks, by name."""
    return {p.stem: parse_snapshot(json.loads(p.read_text())) for p in sorted(WEEKS.glob("*-*.json"))}


def starter_weeks() -> dict[str, Snapshot]:
    """A home with a one-year-old and two at work that took the whole starter list by turns: everybody fine,
    one in the weeds, one blown."""
    ana, ben = (
        Partner(PartnerId(name.lower()), name, "", parse_windows("22:00-06:30"), 240, (wish,))
        for name, wish in (
            ("Ana", SelfCareWish("Swim", 90, 1, parse_windows("Mon-Fri 18:00-21:00, Sat-Sun 08:00-12:00"))),
            ("Ben", SelfCareWish("Run", 60, 1, parse_windows("Sat-Sun 08:00-12:00"))),
        )
    )
    week, zone, born = Week.parse("2026-W49"), ZoneInfo("Europe/Berlin"), (date(2025, 11, 2),)
    bundles = bundles_for(born, week.monday)
    household = Household(
        id=HouseholdId("starter"),
        name="Home",
        zone=zone,
        partners=(ana, ben),
        check_in=CheckInTimes(*map(WeeklyMoment.parse, ("Sun 09:00", "Sun 20:30", "Sun 21:30"))),
        base_split={ana.id: 50, ben.id: 50},
        children_born=born,
        away=parse_windows("Mon-Fri 08:30-16:00"),
        asleep=parse_windows("19:30-06:30, 12:30-14:00"),
        sitters=(Sitter("granny", "Granny", parse_windows("Wed 14:00-18:00")),),
    )
    at_work = {ana.id: "Mon-Fri 08:30-15:30", ben.id: "Mon-Fri 09:00-17:00, Tue 19:00-21:00"}
    fine = WeekInputs(
        household=household,
        week=week,
        chores=shared_out(bundles, {bundle.id: "both" for bundle in bundles}, (ana.id, ben.id)),
        states={ana.id: "fine", ben.id: "fine"},
        busy={who: window_intervals(parse_windows(hours), week, zone) for who, hours in at_work.items()},
        hand_overs={},
    )
    states: tuple[State, ...] = ("fine", "weeds", "blown")
    return {
        f"starter-{state}": snapshot_of(
            replace(fine, states={ana.id: state, ben.id: "fine"}), rrule_dates=rrule_dates
        )
        for state in states
    }


def grown(count: int) -> Snapshot:
    """A typical week of forty chores cut down or up to `count`.

    Fewer chores come with less to give. More chores are the same work in smaller pieces; above seventy-five,
    two households live together and everybody may do everything.
    """
    week, homes = frozen_weeks()[GROWN_FROM], 1 if count <= MOST_CHORES_FOR_TWO else 2
    usual = len(week.responsibilities) * homes
    adults = [_of_home(adult, home) for home in range(homes) for adult in week.adults]
    return replace(
        week,
        name=f"{count} chores",
        adults=tuple(
            replace(one, capacity_min=one.capacity_min * min(count, usual) // usual) for one in adults
        ),
        responsibilities=tuple(
            _piece(
                week.responsibilities[k * usual // max(count, usual) // homes % usual],
                k,
                homes,
                count / usual,
            )
            for k in range(count)
        ),
    )


def _of_home(adult: Adult, home: int) -> Adult:
    return replace(adult, id=_person(adult.id, home), name=f"{adult.called}{home or ''}")


def _person(adult: str, home: int) -> str:
    return f"{adult}-{home}" if home else adult


def _piece(chore: Responsibility, k: int, homes: int, pieces: float) -> Responsibility:
    """The `k`-th chore of the grown week, by turns each home's."""
    everybody = {_person(adult, home): adult for adult in chore.eligible for home in range(homes)}
    return replace(
        chore,
        id=f"{chore.id}-{k}",
        minutes=max(10, int(chore.minutes / max(pieces, 1)) // 5 * 5),
        eligible=tuple(everybody),
        previous=_person(chore.previous, k % homes) if chore.previous else None,
        burden_percent={one: chore.burden_percent[adult] for one, adult in everybody.items()},
        min_gap_days=0,
    )
