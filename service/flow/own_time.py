"""A time for oneself in a published week: held where it stands, moved with its cover, or let go.

Reads and writes: the published plan. Never: a calendar. Only its two people move it; the planner does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.domain.entries import JournalEntry
from service.domain.household import Household
from service.domain.interval import Interval, common, difference, union
from service.domain.plan import Appointment, Plan
from service.domain.week import Week
from service.flow.plan_week import keep_published, next_quarter, stored_snapshot, todays_facts
from service.flow.put_by_hand import as_put_by_hand
from service.planner import PlanInvalidError, SnapshotError, to_json
from service.planner.own_time import covers_at
from service.planner.snapshot import Adult, SelfCare, Snapshot
from service.planner.under_way import still_held
from service.ports import StoredPlan, World

_QUARTER = timedelta(minutes=15)


def as_free_today(
    world: World, household: Household, week: Week, stored: StoredPlan, now: datetime
) -> Snapshot:
    """The snapshot that was planned, with today's free time, from now on, and the plan to keep to.

    Its chores and capacities stay: what comes in between moves blocks, it does not deal the week anew. And
    what was free when it was planned is free unless a calendar says otherwise: quiet hours and travel that
    were changed since count from the next week on.
    """
    before, fresh = stored_snapshot(stored), todays_facts(world, household, week)
    today = {adult.id: adult for adult in fresh.adults}
    watched = {(wish.adult, wish.title): wish.needs_cover for wish in fresh.selfcare}
    from_at = next_quarter(now) if week.interval(household.zone).start_at < now else None
    renewed = replace(
        before,
        adults=tuple(_with_time_of(adult, today[adult.id], from_at) for adult in before.adults),
        selfcare=tuple(
            replace(wish, needs_cover=watched.get((wish.adult, wish.title), wish.needs_cover))
            for wish in before.selfcare
        ),
        now=from_at,
        published=stored.plan,
    )
    return still_held(as_put_by_hand(world, household, week, renewed))


def held(snapshot: Snapshot, *, but: Collection[int] = ()) -> Snapshot:
    """The same week with every time for oneself settled where the published plan has it, `but` for some.

    Whatever lies on it by now counts as not there: it stands until its people have chosen another.
    """
    placed = snapshot.published.selfcare if snapshot.published else ()
    stands = {one.index: one for one in placed if one.index not in but}
    return replace(
        snapshot,
        selfcare=tuple(
            replace(wish, fixed_start="open") if n in but else _settled(wish, stands.get(n))
            for n, wish in enumerate(snapshot.selfcare)
        ),
        adults=tuple(_there(adult, stands.values()) for adult in snapshot.adults),
    )


def move(
    world: World,
    household: Household,
    week: Week,
    index: int,
    to: Interval | None,
    *,
    cover: str | None = None,
    now: datetime,
) -> bool:
    """Publish the week with that time at `to` (`None` lets it go) and its cover beside it.

    `cover` has said to be there; else whoever can is found, and it stands uncovered if nobody can.
    False, and nothing changed, when the week cannot hold it there: an essential chore would be lost, or
    the same day has another of theirs.
    """
    stored = world.store.plans.get(household.id, week, "published")
    if stored is None:
        return False
    today = as_free_today(world, household, week, stored, now)
    adult = today.selfcare[index].adult
    appointments = [one for one in stored.plan.selfcare if one.index != index]
    if to is not None:
        if cover is None:
            cover = next(iter(covers_at(today, index, to) or ()), None)
        appointments.append(Appointment(index, adult, to, cover))
    wanted = replace(stored.plan, selfcare=tuple(sorted(appointments, key=lambda one: one.index)))
    snapshot = held(replace(today, published=wanted))
    try:
        plan = world.planner.repair(to_json(snapshot))
    except (PlanInvalidError, SnapshotError):
        return False
    if plan.selfcare != wanted.selfcare or _loses_more(plan, stored.plan):
        return False
    keep_published(world, household, week, plan, snapshot, instead_of=stored)
    return True


def is_covered(snapshot: Snapshot, index: int, at: Interval, cover: str | None) -> bool:
    """Whether nobody has to be on duty at that time, or somebody is. `snapshot` is as of today."""
    return cover is not None or covers_at(snapshot, index, at) is None


def in_quarters(interval: Interval) -> Interval:
    """The whole quarters of an hour that an interval touches, as the planner counts."""
    step = _QUARTER.total_seconds()
    start, end = interval.start_at.timestamp(), interval.end_at.timestamp()
    return Interval(
        datetime.fromtimestamp(start // step * step, UTC), datetime.fromtimestamp(-(-end // step) * step, UTC)
    )


def anew(row: JournalEntry) -> JournalEntry:
    """The row of an entry that its person has asked for again: a changed one is replaced by a new one."""
    if row.standing == "kept":
        return replace(row, standing="deleting")
    return replace(row, standing="gone") if row.standing in ("missing", "settled", "moved") else row


def _with_time_of(adult: Adult, today: Adult, from_at: datetime | None) -> Adult:
    past = [Interval(datetime.min.replace(tzinfo=UTC), from_at)] if from_at else []
    free = difference(adult.may_be_planned, past)
    at_home = adult.at_home
    if today.busy != adult.busy:
        free = common(free, difference(today.at_home, today.busy))
        at_home = today.at_home
    return replace(
        adult,
        may_be_planned=tuple(union([*free, *today.may_be_planned])),
        at_home=at_home,
        busy=today.busy,
    )


def _settled(wish: SelfCare, stands: Appointment | None) -> SelfCare:
    if stands is None:
        return replace(wish, fixed_start="left_out")
    return replace(
        wish,
        fixed_start=stands.interval.start_at,
        minutes=stands.interval.minutes,
        wished_min=wish.wished_min if stands.interval.minutes == wish.minutes else None,
        needs_cover=stands.cover is not None,
    )


def _there(adult: Adult, appointments: Iterable[Appointment]) -> Adult:
    """The adult as free for their own times, and as at home for those they cover."""
    own = [one.interval for one in appointments if one.adult == adult.id]
    covers = [one.interval for one in appointments if one.cover == adult.id]
    return replace(
        adult,
        busy=tuple(difference(adult.busy, [*own, *covers])),
        at_home=tuple(union([*adult.at_home, *covers])),
    )


def _loses_more(plan: Plan, before: Plan) -> bool:
    lost = {level.name: level.value for level in before.levels}
    return any(level.name == "essential" and level.value > lost.get(level.name, 0) for level in plan.levels)
