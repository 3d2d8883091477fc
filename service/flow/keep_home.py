"""Step 3b of the week: published weeks follow the days on which the children are at home, and who stays with
them is proposed.

Reads: those days, the published plans, busy time. Writes: the published plans, the turns that are proposed.
Never: a calendar. All of it follows from what stands now, so a stop after any step, and doing it twice, is
harmless.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from service.domain.days_at_home import DaysAtHome, HomeTurn
from service.domain.household import Household
from service.domain.interval import Interval, difference
from service.domain.plan import Plan
from service.domain.week import Week, window_intervals
from service.flow.own_time import as_free_today, held
from service.flow.plan_week import keep_published, next_quarter, propose, stored_snapshot, todays_facts
from service.planner import parse_snapshot, to_json
from service.planner.children_at_home import days_kept_home, made_small, own_times_touched
from service.planner.home_turns import DayAtHome, split
from service.planner.snapshot import Snapshot
from service.ports import StoredPlan, World


def follow_days_at_home(world: World, household: Household, *, now: datetime) -> list[Week]:
    """See that the running week and the next are as these days want them. Returns those whose plan changed.

    Raises:
        PlanChangedError: somebody changed a week meanwhile; start again.
    """
    days = world.store.days_at_home.get(household.id)
    if days is None:
        return []
    running = Week.at(now, household.zone)
    changed = [week for week in (running, running.next) if _follow(world, household, week, days, now)]
    if days.is_over:
        world.store.days_at_home.edit(
            household.id, lambda stands: None if stands and stands.is_over else stands
        )
    else:
        _propose_turns(world, household, now)
    return changed


def days_to_mind(world: World, household: Household, days: DaysAtHome) -> list[DayAtHome]:
    """The hours in which somebody has to be there, since they were said, and who could be, as of today; those
    of a week that is over need nobody any more."""
    found = []
    for week in _weeks(world, household, days):
        snapshot, plan = todays_facts(world, household, week), _published(world, household, week)
        hours = window_intervals(household.away_in(week), week, household.zone)
        for number in sorted(days_kept_home(household, days, week)):
            day = week.days[number]
            ahead = [
                Interval(start_at, each.end_at)
                for each in hours
                if each.start_at.astimezone(household.zone).date() == day
                and (start_at := max(each.start_at, next_quarter(days.said_at))) < each.end_at
            ]
            free = {adult.id: _could_be_there(snapshot, plan, adult.id) for adult in snapshot.adults}
            sitters = {sitter.id: sitter.hours for sitter in snapshot.sitters}
            if ahead:
                found.append(DayAtHome(day, tuple(ahead), free, sitters))
    return found


def _follow(world: World, household: Household, week: Week, days: DaysAtHome, now: datetime) -> bool:
    stored = world.store.plans.get(household.id, week, "published")
    if stored is None:
        proposed = world.store.plans.get(household.id, week, "proposed")
        if proposed and not _is_as_wanted(household, proposed, week, days, now):
            propose(world, household, week)
        return False
    if _is_as_wanted(household, stored, week, days, now):
        if str(week) in days.before and str(week) not in days.changed_to_at and not days.is_over:
            _changed_to(world, household, week, stored)  # stopped before this could be written down
        return False
    if days.taken_back and days.changed_to_at.get(str(week)) == stored.made_at:
        as_it_was = days.before[str(week)]
        plan, snapshot = Plan.from_json(as_it_was["plan"]), parse_snapshot(as_it_was["snapshot"])
        keep_published(world, household, week, plan, snapshot, instead_of=stored)
        return True
    if days.undo_until_at is not None and not days.is_over:
        _remember(world, household, week, stored)
    today = as_free_today(world, household, week, stored, now)
    before = days.before.get(str(week))
    usual = Plan.from_json(before["plan"]) if before else None
    kept = days_kept_home(household, days, week)
    small = made_small(today, household.away_in(week), kept, usual=usual)
    small = held(small, but=own_times_touched(today, small))
    mended = world.planner.repair(to_json(small))
    mended_week = keep_published(world, household, week, mended, small, instead_of=stored)
    _changed_to(world, household, week, mended_week)
    return True


def _is_as_wanted(
    household: Household, stored: StoredPlan, week: Week, days: DaysAtHome, now: datetime
) -> bool:
    """Whether the week has the children at home on those days, as far as they are still to come."""
    children = stored_snapshot(stored).children
    today = (next_quarter(now).astimezone(household.zone).date() - week.monday).days
    has = {day for day in children.kept_home if day >= today}
    return not children.home or has == {day for day in days_kept_home(household, days, week) if day >= today}


def _remember(world: World, household: Household, week: Week, stored: StoredPlan) -> None:
    """Before anything is changed, so that a stop right after it loses nothing."""
    before = {"plan": stored.plan.to_json(), "snapshot": dict(stored.snapshot)}
    world.store.days_at_home.edit(
        household.id, lambda stands: stands and replace(stands, before={**stands.before, str(week): before})
    )


def _changed_to(world: World, household: Household, week: Week, kept: StoredPlan) -> None:
    made = {str(week): kept.made_at}

    def told(stands: DaysAtHome | None) -> DaysAtHome | None:
        return stands and replace(stands, changed_to_at={**stands.changed_to_at, **made})

    world.store.days_at_home.edit(household.id, told)


def _propose_turns(world: World, household: Household, now: datetime) -> None:
    """A turn for every hour that nobody has spoken for; what somebody has said yes to stays."""
    days = world.store.days_at_home.get(household.id)
    if days is None or days.last_on < now.astimezone(household.zone).date():
        return
    spoken = [turn for turn in days.turns if turn.said_yes and days.first_on <= turn.day <= days.last_on]
    turns = (*spoken, *_split(world, household, days, spoken))
    turns = tuple(sorted(turns, key=lambda turn: turn.interval))

    def proposed(stands: DaysAtHome | None) -> DaysAtHome | None:
        unchanged = stands is not None and (stands.turns, stands.last_on) == (days.turns, days.last_on)
        return replace(stands, turns=turns) if stands and unchanged else stands

    if turns != days.turns:
        world.store.days_at_home.edit(household.id, proposed)


def _split(
    world: World, household: Household, days: DaysAtHome, spoken: Sequence[HomeTurn]
) -> Sequence[HomeTurn]:
    taken = [turn.interval for turn in spoken]
    left = [
        replace(day, hours=hours)
        for day in days_to_mind(world, household, days)
        if (hours := tuple(difference(day.hours, taken)))
    ]
    if not left:
        return ()
    weeks = _weeks(world, household, days)
    first = todays_facts(world, household, weeks[0])
    loads = {adult.id: 0 for adult in first.adults}
    for plan in filter(None, (_published(world, household, week) for week in weeks)):
        for adult, minutes in plan.certificate["minutes"].items():
            loads[adult] = loads.get(adult, 0) + minutes
    for turn in spoken:
        if turn.who in loads:
            loads[turn.who] += turn.interval.minutes
    return split(left, {adult.id: adult.weight for adult in first.adults}, loads)


def _could_be_there(snapshot: Snapshot, plan: Plan | None, adult: str) -> list[Interval]:
    """At home or could be, nothing in the calendar, and no time of their own that nobody else covers."""
    own = [
        one.interval for one in (plan.selfcare if plan else ()) if one.adult == adult and one.cover is None
    ]
    found = next(each for each in snapshot.adults if each.id == adult)
    return difference(found.at_home, [*found.busy, *own])


def _published(world: World, household: Household, week: Week) -> Plan | None:
    stored = world.store.plans.get(household.id, week, "published")
    return stored.plan if stored else None


def _weeks(world: World, household: Household, days: DaysAtHome) -> list[Week]:
    """Those of the days that are not over."""
    running = Week.at(world.clock.now(), household.zone)
    return [week for week in _weeks_of(days) if week >= running]


def _weeks_of(days: DaysAtHome) -> Iterator[Week]:
    week = Week.of(days.first_on)
    while week.monday <= days.last_on:
        yield week
        week = week.next
