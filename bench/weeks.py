"""The weeks that are measured: nine frozen ones, and one that grows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from service.planner import Adult, Responsibility, Snapshot, parse_snapshot

WEEKS = Path(__file__).parent.parent / "tests" / "planner" / "weeks"
GROWN_FROM = "typical-normal-1"
MOST_CHORES_FOR_TWO = 75


def frozen_weeks() -> dict[str, Snapshot]:
    """The planner's nine reference weeks, by name."""
    return {p.stem: parse_snapshot(json.loads(p.read_text())) for p in sorted(WEEKS.glob("*-*.json"))}


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
