"""Step 3 of the week: gather what is known into a snapshot, have it planned, keep the answer.

Reads: household, chores, answers, busy time; all from the store. Writes: the proposed or published
plan. Never: a calendar.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from dateutil.rrule import rrulestr

from service.domain.checkin import CheckIn, ProposalChange, State, state_when_silent
from service.domain.chores import ChoreId
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.interval import Interval, difference, union
from service.domain.plan import Plan
from service.domain.week import Week
from service.flow.busy_time import busy_of, nights_of
from service.flow.own_time_wishes import as_wished
from service.flow.put_by_hand import as_put_by_hand
from service.flow.under_way import as_under_way, is_outrun, marked_as_done
from service.planner import PlanInvalidError, Snapshot, parse_snapshot, remainder, to_json
from service.planner.amend import let_go
from service.planner.children_at_home import can_wait, what_can_wait, with_days_at_home
from service.planner.choices import chosen
from service.planner.deferral import LOOKS_BACK_WEEKS, waited
from service.planner.household_week import WeekInputs, snapshot_of
from service.planner.repair import held_places
from service.planner.under_way import with_held
from service.ports import PlanStage, StoredPlan, World
from service.words import _

_STEP = timedelta(minutes=15)


class PlanChangedError(RuntimeError):
    """Somebody else changed the published week while this change of it was worked out; nothing was saved.
    Whoever gets it looks at the week again and decides anew."""


def snapshot_for(
    world: World, household: Household, week: Week, *, changes: Sequence[ProposalChange] | None = None
) -> Snapshot:
    """The planner's whole input for `week` as things stand, or with `changes` as all that the two have
    changed themselves. A week under way starts from now, and keeps of its published plan what has begun, what
    people have marked as done, and what is near; one to come keeps to it once an answer came late."""
    snapshot = todays_facts(world, household, week)
    changes = _changes(world, household, week) if changes is None else changes
    doers = {chore: str(who) for change in changes for chore, who in change.doers.items()}
    dropped = {change.dropped for change in changes if change.dropped}
    last = {chore: change for change in changes for chore in change.doers}
    starts = {block: at for change in last.values() for block, at in change.starts.items()}
    snapshot = chosen(snapshot, doers, dropped, starts)
    stored = world.store.plans.get(household.id, week, "published")
    if stored is not None and snapshot.now is None and _has_late_answers(world, household, week):
        snapshot = replace(snapshot, now=week.interval(household.zone).start_at)
    if stored is None or snapshot.now is None:
        return as_put_by_hand(world, household, week, snapshot)
    snapshot = as_under_way(world, household, week, snapshot, stored, stored_snapshot(stored))
    snapshot = as_put_by_hand(world, household, week, snapshot)
    held = {*marked_as_done(world, household, week, snapshot), *held_places(snapshot)}
    return with_held(snapshot, held)


def todays_facts(world: World, household: Household, week: Week) -> Snapshot:
    """The week from chores, answers and calendars alone, as though nothing of it were planned; of one under
    way what is still ahead."""
    snapshot = snapshot_of(_inputs(world, household, week), rrule_dates=rrule_dates)
    days = world.store.days_at_home.get(household.id)
    return with_days_at_home(snapshot, household, days) if days else snapshot


def _changes(world: World, household: Household, week: Week) -> tuple[ProposalChange, ...]:
    check_in = world.store.check_ins.get(household.id, week)
    return check_in.changes if check_in else ()


def _has_late_answers(world: World, household: Household, week: Week) -> bool:
    check_in = world.store.check_ins.get(household.id, week)
    return check_in is not None and bool(check_in.late)


def _with_their_reasons(plan: Plan, changes: Sequence[ProposalChange]) -> Plan:
    """What they chose themselves needs no other reason."""
    theirs = {chore for change in changes for chore in change.doers}
    chose = _("You chose this between you.")
    return replace(
        plan,
        moves=tuple(
            replace(move, reason=chose, own_reasons={}) if move.responsibility in theirs else move
            for move in plan.moves
        ),
    )


def snapshot_json(world: World, household_id: HouseholdId, week: Week) -> dict[str, Any]:
    """The snapshot as the file that `plan --snapshot` reads: busy times only, no titles."""
    return to_json(snapshot_for(world, world.store.households.get(household_id), week))


def propose(world: World, household: Household, week: Week) -> StoredPlan:
    """Plan `week` from the answers as they are now; what was agreed to before is withdrawn."""
    proposed = planned(world, household, week, _changes(world, household, week))
    world.store.check_ins.withdraw_agreements(household.id, week)
    world.store.plans.save(
        household.id, week, "proposed", proposed.plan, snapshot=proposed.snapshot, made_at=proposed.made_at
    )
    return proposed


def planned(
    world: World,
    household: Household,
    week: Week,
    changes: Sequence[ProposalChange],
    *,
    holding_to: Plan | None = None,
) -> StoredPlan:
    """The week planned from the answers as they are now, with `changes` of the two; nothing is saved. With
    `holding_to` no more of that plan changes than must."""
    snapshot = snapshot_for(world, household, week, changes=changes)
    if holding_to is not None:
        snapshot = replace(snapshot, published=holding_to)
    found = _asked(world, household, week, snapshot, anew=holding_to is None)
    plan = _with_their_reasons(found, changes)
    made_at = _made_at(world, household.id, week)
    return StoredPlan(_at_its_floor(snapshot, plan), to_json(snapshot), made_at)


def _asked(world: World, household: Household, week: Week, snapshot: Snapshot, *, anew: bool) -> Plan:
    """A plan that cannot be adjusted, which is a defect, is made anew, with the fewest moves."""
    if not anew:
        with suppress(PlanInvalidError):
            return world.planner.adjust(to_json(snapshot))
    before = _last_week(world, household, week) if snapshot.published is None else None
    return world.planner.plan(to_json(snapshot), before=to_json(before) if before else None)


def _last_week(world: World, household: Household, week: Week) -> Snapshot | None:
    """What the week before was planned from as a whole, before anything of it was planned anew; None where it
    was not published, or began half-way."""
    if world.store.plans.get(household.id, week.previous, "published") is None:
        return None
    stages: tuple[PlanStage, ...] = ("published", "proposed")
    stored = [world.store.plans.get(household.id, week.previous, stage) for stage in stages]
    snapshots = (stored_snapshot(one) for one in stored if one)
    return next((one for one in snapshots if one.now is None), None)


def _at_its_floor(snapshot: Snapshot, plan: Plan) -> Plan:
    """Without what can wait on days on which the children are at home."""
    waits = what_can_wait(snapshot, plan, snapshot.children.kept_home)
    return (let_go(snapshot, plan, waits, can_wait()) if waits else None) or plan


def proposal(world: World, household: Household, week: Week) -> StoredPlan:
    """The proposal that stands, made now if there is none."""
    return world.store.plans.get(household.id, week, "proposed") or propose(world, household, week)


def still_proposed(world: World, household: Household, week: Week) -> StoredPlan | None:
    """The proposal that stands, unless the running week has gone past it meanwhile."""
    proposed = world.store.plans.get(household.id, week, "proposed")
    published = world.store.plans.get(household.id, week, "published")
    from_at = next_quarter(world.clock.now())
    running = week.interval(household.zone).start_at < from_at
    if proposed and published and running and next_quarter(proposed.made_at) < from_at:
        outrun = is_outrun(world, household, week, proposed.plan, published.plan, from_at)
        return None if outrun else proposed
    return proposed


def publish(world: World, household: Household, week: Week) -> StoredPlan:
    """Make the proposal for `week` the plan that the calendars show."""
    stored = proposal(world, household, week)
    world.store.plans.save(
        household.id, week, "published", stored.plan, snapshot=stored.snapshot, made_at=stored.made_at
    )
    return stored


def keep_published(
    world: World, household: Household, week: Week, plan: Plan, snapshot: Snapshot, *, instead_of: StoredPlan
) -> StoredPlan:
    """Make `plan`, made from `snapshot`, the one that the calendars show; no proposal is touched.

    Raises:
        PlanChangedError: `instead_of`, which it was made from, is not what is published any more.
    """
    stored = StoredPlan(plan, to_json(snapshot), made_at=_made_at(world, household.id, week))
    if not world.store.plans.replace_published(
        household.id,
        week,
        plan,
        snapshot=stored.snapshot,
        made_at=stored.made_at,
        instead_of=instead_of.made_at,
    ):
        raise PlanChangedError
    return stored


def is_agreed(world: World, household: Household, week: Week) -> bool:
    """Whether what is published is what the couple's check-in ended with, and nothing came in between."""
    check_in = world.store.check_ins.get(household.id, week)
    proposed = world.store.plans.get(household.id, week, "proposed")
    published = world.store.plans.get(household.id, week, "published")
    if check_in is None or proposed is None or published is None:
        return False
    ended = check_in.closed_at is not None or check_in.agreed([p.id for p in household.partners])
    return ended and proposed.made_at == published.made_at


def stored_snapshot(stored: StoredPlan) -> Snapshot:
    """What the plan was made from. A tick and a page ask for the same few again and again."""
    return _parsed(json.dumps(stored.snapshot))


@lru_cache(maxsize=32)
def _parsed(text: str) -> Snapshot:
    return parse_snapshot(json.loads(text))


def states_of(world: World, household: Household, week: Week) -> dict[PartnerId, State]:
    """Each partner's state for `week`: their answer, or what silence means."""
    check_in = world.store.check_ins.get(household.id, week)
    answers = check_in.answers if check_in else {}
    return {
        partner.id: answers[partner.id].state
        if partner.id in answers
        else state_when_silent(world.store.check_ins.states_before(household.id, partner.id, week))
        for partner in household.partners
    }


def rrule_dates(rule: str, week: Week) -> list[date]:
    """The local days of `week` on which an RRULE falls, counted from the Monday of 2024's first week."""
    start = datetime(2024, 1, 1)  # noqa: DTZ001 - a rule for whole days has no zone
    first = datetime.combine(week.monday, datetime.min.time())
    last = first + timedelta(days=7) - timedelta(seconds=1)
    return [at.date() for at in rrulestr(rule, dtstart=start).between(first, last, inc=True)]


def _inputs(world: World, household: Household, week: Week) -> WeekInputs:
    now = world.clock.now()
    running = week.interval(household.zone).start_at < now
    check_in = world.store.check_ins.get(household.id, week)
    absent = _absent(check_in, household)
    return WeekInputs(
        household=as_wished(household, check_in),
        week=week,
        chores=world.store.households.chores(household.id),
        states=_states_at_home(world, household, week, absent),
        absent=absent,
        busy=busy_by_partner(world, household, week),
        nights={partner.id: nights_of(world, household, partner.id) for partner in household.partners},
        hand_overs=_hand_overs(world.store.check_ins.get(household.id, week)),
        remainder=_remainder(world, household, week.previous),
        were_alone=_were_alone(world, household, week.previous),
        left_out_weeks=waited(_published_before(world, household, week)),
        from_at=next_quarter(now) if running else None,
    )


def _absent(check_in: CheckIn | None, household: Household) -> dict[PartnerId, Interval]:
    """When somebody is away for some days of the week and here for the others."""
    found = {}
    for answer in check_in.answers.values() if check_in else ():
        away = answer.days_away
        if check_in and away and answer.is_partly_away(check_in.week):
            interval = away.interval(check_in.week, household.zone)
            if interval:
                found[answer.partner] = interval
    return found


def _states_at_home(
    world: World, household: Household, week: Week, absent: Mapping[PartnerId, Interval]
) -> dict[PartnerId, State]:
    """Who is away for some days is as fine as ever on the others."""
    states = states_of(world, household, week)
    return {partner: "fine" if partner in absent else state for partner, state in states.items()}


def _published_before(world: World, household: Household, week: Week) -> Iterator[Plan]:
    """The plans of the weeks before, latest first, as far back as they matter and one was published."""
    for _number in range(LOOKS_BACK_WEEKS):
        week = week.previous
        stored = world.store.plans.get(household.id, week, "published")
        if stored is None:
            return
        yield stored.plan


def _remainder(world: World, household: Household, before: Week) -> Mapping[PartnerId, int]:
    """What the week before, as it was published, hands on; nothing where none was."""
    stored = world.store.plans.get(household.id, before, "published")
    if stored is None:
        return {}
    left = remainder(stored_snapshot(stored), stored.plan)
    return {PartnerId(adult): minutes for adult, minutes in left.items()}


def _were_alone(world: World, household: Household, before: Week) -> frozenset[PartnerId]:
    """Who had that week, as it was published, while everybody else was away for all of it."""
    stored = world.store.plans.get(household.id, before, "published")
    adults = stored_snapshot(stored).adults if stored else ()
    here = [PartnerId(adult.id) for adult in adults if adult.state != "away"]
    return frozenset(here) if len(here) == 1 < len(adults) else frozenset()


def busy_by_partner(
    world: World, household: Household, week: Week | None = None
) -> Mapping[PartnerId, list[Interval]]:
    """What calendars and feeds say; with a `week` also when somebody is off, but for what stayed theirs."""
    busy = {partner.id: busy_of(world, household.id, partner.id) for partner in household.partners}
    off_times = world.store.off_times.of_week(household.id, week) if week else []
    stored = world.store.plans.get(household.id, week, "published") if week and off_times else None
    for off in off_times:
        if off.cover is not None and off.partner in busy:
            way_there = household.partner(off.partner).travel  # being off is no way out of the house
            kept = stored.plan.blocks_of(off.partner) if stored else []
            theirs = [block.interval.padded(way_there) for block in kept]
            busy[off.partner] = union([*busy[off.partner], *difference([off.interval], theirs)])
    return busy


def next_quarter(now: datetime) -> datetime:
    """The next start on the planner's grid."""
    return now + timedelta(seconds=-now.timestamp() % _STEP.total_seconds())


def _hand_overs(check_in: CheckIn | None) -> Mapping[PartnerId, tuple[ChoreId, ...]]:
    answers = check_in.answers.values() if check_in else ()
    return {answer.partner: answer.hand_overs for answer in answers if answer.hand_overs}


def _made_at(world: World, household_id: HouseholdId, week: Week) -> datetime:
    """Now; but after the answers and plans that it follows, also where the clock was set back since."""
    check_in = world.store.check_ins.get(household_id, week)
    stages: tuple[PlanStage, ...] = ("proposed", "published")
    before = [world.store.plans.get(household_id, week, stage) for stage in stages]
    return max(
        [
            world.clock.now(),
            *(answer.answered_at for answer in (check_in.answers.values() if check_in else ())),
            *(stored.made_at + timedelta(microseconds=1) for stored in before if stored),
        ]
    )
