"""Time that both partners spend on something together: the sit-down, and chores of mode *both*.

A joint appointment is settled before everything else, at the nearest time when both are free, and
enters the snapshot as one chore a partner with exactly that window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.chores import Chore
from service.domain.household import Household, PartnerId
from service.domain.interval import Interval, clipped, common, difference
from service.domain.week import Week, window_intervals
from service.planner.snapshot import Occurrence, Responsibility
from service.words import _

SIT_DOWN = "sit-down"
SIT_DOWN_MINUTES = 30
_STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Wish:
    id: str
    title: str
    minutes: int
    mental_minutes: int
    priority: int
    within: tuple[Interval, ...]
    near: datetime


def joint_appointments(
    household: Household,
    week: Week,
    chores: Sequence[tuple[Chore, int]],
    free: Mapping[PartnerId, tuple[Interval, ...]],
) -> list[Responsibility]:
    """The sit-down before the check-in closes, and each of `chores` (with its priority) once.

    What finds no common time is left off: the sit-down is then on the page only.
    """
    if len(household.partners) != 2:
        return []
    first, second = (free[partner.id] for partner in household.partners)
    shared = common(first, second)
    made: list[Responsibility] = []
    for wish in _wishes(household, week, chores):
        slot = nearest_slot(common(shared, wish.within), minutes=wish.minutes, near=wish.near)
        if slot:
            shared = difference(shared, [slot])
            made += [_as_chore(household, week, wish, slot, partner.id) for partner in household.partners]
    return made


def nearest_slot(free: Sequence[Interval], *, minutes: int, near: datetime) -> Interval | None:
    """The stretch of `free` that starts nearest to `near`, on a quarter of an hour."""
    length = timedelta(minutes=minutes)
    found: list[Interval] = []
    for stretch in free:
        latest = _quarter(stretch.end_at - length)
        earliest = _quarter(stretch.start_at + _STEP - timedelta(seconds=1))
        if earliest <= latest:
            start_at = min(max(_quarter(near), earliest), latest)
            found.append(Interval(start_at, start_at + length))
    return min(found, key=lambda slot: (abs(slot.start_at - near), slot), default=None)


def _quarter(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % _STEP.total_seconds())


def _wishes(household: Household, week: Week, chores: Sequence[tuple[Chore, int]]) -> list[_Wish]:
    times = household.check_in
    opens_at, closes_at = (moment.in_week(week, household.zone) for moment in (times.opens, times.closes))
    wishes = [
        _Wish(
            id=SIT_DOWN,
            title=_("Sit down together"),
            minutes=SIT_DOWN_MINUTES,
            mental_minutes=0,
            priority=0,
            within=(Interval(opens_at, closes_at),),
            near=times.meets.in_week(week, household.zone),
        )
    ]
    for chore, priority in chores:
        within = clipped(window_intervals(chore.windows, week, household.zone), week.interval(household.zone))
        wishes.append(
            _Wish(
                id=chore.id,
                title=chore.name,
                minutes=chore.effort_minutes,
                mental_minutes=10 * chore.thinking_weight,
                priority=priority,
                within=tuple(within),
                near=chore.usual.in_week(week, household.zone) if chore.usual else within[0].start_at,
            )
        )
    return wishes


def _as_chore(
    household: Household, week: Week, wish: _Wish, slot: Interval, partner: PartnerId
) -> Responsibility:
    local = slot.start_at.astimezone(household.zone)
    day, minute = (local.date() - week.monday).days, local.hour * 60 + local.minute
    return Responsibility(
        id=f"{wish.id}-{partner}",
        title=wish.title,
        priority=wish.priority,
        minutes=wish.minutes,
        mental_min=wish.mental_minutes,
        at_home=None,
        with_children_ok=True,
        noisy=False,
        eligible=(partner,),
        previous=partner,
        burden_percent={},
        usual_min=minute,
        occurrences=(Occurrence((day,), minute, minute + wish.minutes, day),),
    )
