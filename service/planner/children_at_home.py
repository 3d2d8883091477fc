"""A week in which the children are at home though they would be out: somebody is ill, the nursery is closed.

On those days nobody takes them there or fetches them, they have to be minded meanwhile, and the week keeps
only what is never left out. Reads: a snapshot and the household's hours. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from service.domain.days_at_home import DaysAtHome, HomeTurn
from service.domain.household import Household
from service.domain.interval import Interval, clipped, difference, union
from service.domain.plan import Block, Plan
from service.domain.week import Week, WeeklyWindow, instant_of, window_intervals
from service.planner.amend import without
from service.planner.free_time import days_elsewhere
from service.planner.joint_time import SIT_DOWN
from service.planner.snapshot import Adult, Occurrence, Responsibility, Snapshot
from service.words import _

LONGEST_RUN_WINDOW_MINUTES = 180
"""A longer window leaves more than the way there and back: whatever it is, it is no run."""


def children_at_home(snapshot: Snapshot, away: Sequence[WeeklyWindow], days: Collection[int]) -> Snapshot:
    """The week with the children at home on `days` (0 = Monday), from its `now` on, their runs called off.

    `away` is when they would be out. Days that have passed stay as the snapshot has them, so that doing it
    twice, or with fewer days, does no harm: runs of days that are not among `days` are wanted again.
    """
    if not snapshot.children.home:
        return snapshot
    today = _today(snapshot)
    passed = [day for day in snapshot.children.kept_home if day < today]
    kept_home = tuple(sorted({*passed, *(day for day in days if day >= today)}))
    home = difference([_whole(snapshot)], _still_out(snapshot, away, kept_home))
    return replace(
        snapshot,
        children=replace(snapshot.children, home=tuple(home), kept_home=kept_home),
        quiet=tuple(difference(home, snapshot.children.awake)),
        responsibilities=tuple(
            _with_runs_called_off(snapshot, chore, kept_home) if is_run(chore, away) else chore
            for chore in snapshot.responsibilities
        ),
    )


def with_days_at_home(snapshot: Snapshot, household: Household, days: DaysAtHome) -> Snapshot:
    """A fresh snapshot as those days leave it; whoever has a turn that stands minds them then, whatever their
    calendar says."""
    partners = [partner.id for partner in household.partners]
    turns = [turn for turn in days.turns if turn.stands(partners)]
    week = Week(snapshot.monday)
    changed = children_at_home(snapshot, household.away_in(week), days_kept_home(household, days, week))
    return replace(changed, adults=tuple(_at_their_turns(adult, turns) for adult in changed.adults))


def days_kept_home(household: Household, days: DaysAtHome, week: Week) -> frozenset[int]:
    """Those of `days` in that week on which the children would not be in their other home."""
    return days.days_in(week) - days_elsewhere(household, week)


def _at_their_turns(adult: Adult, turns: Sequence[HomeTurn]) -> Adult:
    theirs = [turn.interval for turn in turns if turn.who == adult.id]
    return replace(
        adult,
        at_home=tuple(union([*adult.at_home, *theirs])),
        busy=tuple(difference(adult.busy, theirs)),
    )


def made_small(
    today: Snapshot, away: Sequence[WeeklyWindow], days: Collection[int], *, usual: Plan | None = None
) -> Snapshot:
    """`today`, which holds its published plan, ready for the repair that makes it so.

    Days that come new are brought to their floor; what people have added to the others since stays. Runs that
    are wanted again begin from where they were in `usual`, the week as it was before all this.
    """
    if today.published is None:
        raise ValueError("there is no published plan to make small")
    after = children_at_home(today, away, days)
    fresh = set(after.children.kept_home) - set(today.children.kept_home)
    floor = at_its_floor(today, today.published, fresh)
    return replace(after, published=with_runs_back(today, after, floor, usual))


def is_run(chore: Responsibility, away: Sequence[WeeklyWindow]) -> bool:
    """Whether a chore is the way to where the children are by day, or back: out of the house, on those days
    and no others, each time in a short window around the moment when they leave or come back.

    What comes once a week is a run only where they are out once a week.
    """
    wanted = [occurrence for _, occurrence in _everything(chore)]
    out_days = {day for window in away for day in window.days}
    often = max((number for number, _ in _everything(chore)), default=-1) + 1
    return (
        chore.at_home is False
        and bool(wanted)
        and (often > 1 or len(out_days) == 1)
        and all(_is_at_the_door(occurrence, away) for occurrence in wanted)
    )


def at_its_floor(snapshot: Snapshot, plan: Plan, days: Collection[int]) -> Plan:
    """The plan without what can wait on those days, each with its permission; its figures are those of
    before."""
    return without(snapshot, plan, what_can_wait(snapshot, plan, days), can_wait())


def can_wait() -> str:
    """The permission that goes with everything left out on such days."""
    return _("It can wait. These days are full enough.")


def what_can_wait(snapshot: Snapshot, plan: Plan, days: Collection[int]) -> list[str]:
    """The blocks of those days, from the snapshot's `now` on, but for the sit-down and what has to be."""
    essential = {chore.id for chore in snapshot.responsibilities if chore.priority == 0}
    return [
        block.id
        for block in plan.blocks
        if _day(snapshot, block.interval) in days
        and not block.responsibility.startswith(f"{SIT_DOWN}-")
        and block.responsibility not in essential
        and (snapshot.now is None or block.interval.start_at >= snapshot.now)
    ]


def with_runs_back(before: Snapshot, after: Snapshot, plan: Plan, usual: Plan | None) -> Plan:
    """The plan with a block for each run that `before` had called off and `after` wants again: that of the
    `usual` week, else its doer's at its usual time. Whether it can be there is for the repair to see."""
    had = {chore.id: chore.numbers for chore in before.responsibilities}
    was = {(b.responsibility, b.occurrence): b for b in (usual.blocks if usual else ())}
    back = [
        was.get((chore.id, number)) or _usual_block(after, plan, chore, number)
        for chore in after.responsibilities
        for number in chore.numbers
        if number not in had.get(chore.id, ())
    ]
    return replace(plan, blocks=(*plan.blocks, *back))


def _usual_block(snapshot: Snapshot, plan: Plan, chore: Responsibility, number: int) -> Block:
    zone, occurrence = ZoneInfo(snapshot.tz), chore.numbered(number)
    day = Week(snapshot.monday).days[occurrence.usual_day]
    start = min(max(chore.usual_min, occurrence.start), occurrence.end - chore.minutes)
    interval = Interval(instant_of(day, start, zone), instant_of(day, start + chore.minutes, zone))
    doer = plan.doers.get(chore.id) or chore.doers[0]
    return Block(f"{chore.id}.{number}", chore.id, number, doer, interval)


def newly_home(before: Snapshot, after: Snapshot) -> list[Interval]:
    """When the children are at home in `after` and were out in `before`."""
    return difference(after.children.home, before.children.home)


def own_times_touched(before: Snapshot, after: Snapshot) -> frozenset[int]:
    """The published times for oneself, still to come, that need somebody on duty where nobody had to be."""
    added, now = newly_home(before, after), before.now
    return frozenset(
        one.index
        for one in (before.published.selfcare if before.published else ())
        if clipped(added, one.interval)
        and before.selfcare[one.index].needs_cover
        and (now is None or one.interval.start_at >= now)
    )


def _still_out(
    snapshot: Snapshot, away: Sequence[WeeklyWindow], kept_home: Collection[int]
) -> list[Interval]:
    """When they are out all the same: other days, and of today what has passed."""
    zone = ZoneInfo(snapshot.tz)
    found = []
    for hours in window_intervals(away, Week(snapshot.monday), zone):
        if _day(snapshot, hours) not in kept_home:
            found.append(hours)
        elif snapshot.now is not None and hours.start_at < snapshot.now:
            found.append(Interval(hours.start_at, min(hours.end_at, snapshot.now)))
    return union(found)


def _with_runs_called_off(
    snapshot: Snapshot, chore: Responsibility, kept_home: Collection[int]
) -> Responsibility:
    today, before = _today(snapshot), dict(chore.called_off)
    off: list[tuple[int, Occurrence]] = []
    wanted: list[tuple[int, Occurrence]] = []
    for number, occurrence in _everything(chore):
        day = occurrence.days[0]
        over = (
            number in before
            if day < today or _is_over(snapshot, chore, number, occurrence)
            else day in kept_home
        )
        (off if over else wanted).append((number, occurrence))
    return replace(chore, occurrences=tuple(one for _, one in wanted), called_off=tuple(off))


def _is_over(snapshot: Snapshot, chore: Responsibility, number: int, occurrence: Occurrence) -> bool:
    """Whether that time of it has begun, or can begin no more."""
    if snapshot.now is None:
        return False
    blocks = snapshot.published.blocks if snapshot.published else ()
    begun = [b for b in blocks if (b.responsibility, b.occurrence) == (chore.id, number)]
    if begun:
        return begun[0].interval.start_at < snapshot.now
    day, zone = Week(snapshot.monday).days[occurrence.days[0]], ZoneInfo(snapshot.tz)
    return instant_of(day, occurrence.end - chore.minutes, zone) < snapshot.now


def _everything(chore: Responsibility) -> list[tuple[int, Occurrence]]:
    """Its times, called off or not, in the order of their numbers."""
    return sorted(
        [*zip(chore.numbers, chore.occurrences, strict=True), *chore.called_off], key=lambda one: one[0]
    )


def _is_at_the_door(occurrence: Occurrence, away: Sequence[WeeklyWindow]) -> bool:
    doors = [
        minute
        for window in away
        if occurrence.days[0] in window.days
        for minute in (window.start_minute, window.end_minute)
    ]
    return (
        len(occurrence.days) == 1
        and occurrence.end - occurrence.start <= LONGEST_RUN_WINDOW_MINUTES
        and any(occurrence.start <= minute <= occurrence.end for minute in doors)
    )


def _today(snapshot: Snapshot) -> int:
    """The week's day on which it is `now`; 0 for a week that has not begun."""
    if snapshot.now is None:
        return 0
    return (snapshot.now.astimezone(ZoneInfo(snapshot.tz)).date() - snapshot.monday).days


def _day(snapshot: Snapshot, interval: Interval) -> int:
    return (interval.start_at.astimezone(ZoneInfo(snapshot.tz)).date() - snapshot.monday).days


def _whole(snapshot: Snapshot) -> Interval:
    return Week(snapshot.monday).interval(ZoneInfo(snapshot.tz))
