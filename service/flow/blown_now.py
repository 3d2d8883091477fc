"""*I'm blown*: one tap, and the rest of a spent partner's day passes to the other or is let go.

Reads: the published plan, busy time, the two consents. Writes: the published plan and who is off until
when. Never: a calendar; the tick that is woken writes there. It ends by itself in the morning.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from service.domain.household import Household, HouseholdId, Partner, PartnerId
from service.domain.interval import Interval
from service.domain.off_time import OffTime
from service.domain.plan import Block, Plan
from service.domain.week import Week
from service.flow.busy_time import quiet_hours_of
from service.flow.own_time import as_free_today
from service.flow.plan_week import keep_published, next_quarter, states_of, stored_snapshot
from service.planner import Adult, Snapshot, parse_snapshot
from service.planner.amend import let_go
from service.planner.joint_time import SIT_DOWN
from service.planner.pass_on import pass_on
from service.planner.watch import watched_from
from service.ports import StoredPlan, World
from service.words import _

MORE_THAN_A_DAY_HOLDS_MINUTES = 60
"""How far the other's day may pass its limit for what cannot be left out."""
_NO_QUIET_HOURS = timedelta(hours=10)


class NotNowError(ValueError):
    """It cannot be done (any more); the sentence says why. Nothing was changed."""


def running(world: World, household_id: HouseholdId, now: datetime) -> list[OffTime]:
    """Who is off at `now`, whichever week it began in."""
    week = Week.at(now, world.store.households.get(household_id).zone)
    return [
        off
        for each in (week.previous, week)
        for off in world.store.off_times.of_week(household_id, each)
        if off.asked_at <= now < off.interval.end_at
    ]


def why_not(world: World, household: Household, partner: PartnerId, now: datetime) -> str | None:
    """Why `partner` cannot be off now, as a sentence for them; None when one tap does it."""
    if len(household.partners) < 2:
        return _("This needs two of you.")
    if not household.agreed_to("pact"):
        return _("Both of you agree to this once, each in their own settings.")
    if any(off.partner == partner for off in running(world, household.id, now)):
        return _("You are off already.")
    week = Week.at(now, household.zone)
    if world.store.plans.get(household.id, week, "published") is None:
        return _("Nothing is planned yet, so there is nothing to take off you.")
    return None


def ask(world: World, household_id: HouseholdId, partner_id: PartnerId) -> OffTime:
    """Take everything off `partner_id` from now until the next morning.

    What is never left out passes to the other where their day has room; everything else of today is left
    out. When the other is spent as well, nothing passes: only what is never left out stays, where it was.

    Raises:
        NotNowError: with a sentence for the reader.
    """
    household, now = world.store.households.get(household_id), world.clock.now()
    if sentence := why_not(world, household, partner_id, now):
        raise NotNowError(sentence)
    week = Week.at(now, household.zone)
    stored = world.store.plans.get(household_id, week, "published")
    if stored is None:
        raise NotNowError(_("Nothing is planned yet, so there is nothing to take off you."))
    other = household.other(partner_id)
    until, entry_until = _morning(world, household, household.partner(partner_id), now)
    both = _is_spent(world, household, other.id, week, now)
    snapshot, plan, passed, unplaced = _lighter(
        world, household, stored, partner_id, None if both else other.id, Interval(now, until)
    )
    changed = keep_published(world, household, week, plan, snapshot, instead_of=stored)
    watched = None if both else _watched(world, household, changed, partner_id, Interval(now, until))
    off = OffTime(
        week=week,
        partner=partner_id,
        day=now.astimezone(household.zone).date(),
        interval=watched or Interval(now, until),
        cover=other.id if watched else None,
        entry_until=entry_until,
        asked_at=now,
        passed=passed,
        unplaced=unplaced,
        before={
            "plan": stored.plan.to_json(),
            "snapshot": dict(stored.snapshot),
        },
        changed_to_at=changed.made_at,
    )
    world.store.off_times.save(household_id, off)
    for first in running(world, household_id, now) if both else ():
        world.store.off_times.save(household_id, replace(first, cover=None))  # nobody is on duty for them now
    world.store.due.wake(household_id, at=now)
    return off


def undo(world: World, household_id: HouseholdId, partner_id: PartnerId) -> None:
    """Everything as it was, within the hour and while nothing has come in between.

    Raises:
        NotNowError: with a sentence for the reader.
    """
    household, now = world.store.households.get(household_id), world.clock.now()
    off = next((one for one in running(world, household_id, now) if one.partner == partner_id), None)
    if off is None or not off.may_be_undone(now):
        raise NotNowError(_("The hour for this is over. It ends by itself in the morning."))
    stored = world.store.plans.get(household_id, off.week, "published")
    if stored is None or stored.made_at != off.changed_to_at:
        raise NotNowError(_("The week has changed since, so this stays. It ends by itself in the morning."))
    plan = Plan.from_json(off.before["plan"])
    before = parse_snapshot(off.before["snapshot"])
    keep_published(world, household, off.week, plan, before, instead_of=stored)
    world.store.off_times.forget(household_id, off)
    world.store.due.wake(household_id, at=now)


def _lighter(
    world: World,
    household: Household,
    stored: StoredPlan,
    partner: PartnerId,
    taker: PartnerId | None,
    during: Interval,
) -> tuple[Snapshot, Plan, tuple[str, ...], tuple[str, ...]]:
    """The week without the blocks of `partner` that begin in `during`, what passed and what could not."""
    snapshot, plan = stored_snapshot(stored), stored.plan
    essential = {chore.id for chore in snapshot.responsibilities if chore.priority == 0}
    mine = [b for b in plan.blocks_of(partner) if during.start_at <= b.interval.start_at < during.end_at]
    droppable = [
        block.id
        for block in plan.blocks
        if (block in mine and block.responsibility not in essential)
        or (block.responsibility.startswith(SIT_DOWN) and during.contains(block.interval))
    ]
    smaller = let_go(snapshot, plan, droppable, _("It can wait; tonight is yours."))
    if smaller is None:
        raise NotNowError(_("The week has changed just now. Nothing was changed; please try once more."))
    plan, passed, unplaced = smaller, [], []
    snapshot = _with_room(snapshot, taker, during.start_at.astimezone(household.zone).date())
    for block in mine:
        if block.responsibility not in essential:
            continue
        taken = _passed(world, household, stored, snapshot, plan, block, taker, during.start_at)
        if taken is None:
            unplaced.append(block.id)
        else:
            snapshot, plan = taken
            passed.append(block.id)
    return snapshot, plan, tuple(passed), tuple(unplaced)


def _passed(
    world: World,
    household: Household,
    stored: StoredPlan,
    snapshot: Snapshot,
    plan: Plan,
    block: Block,
    taker: PartnerId | None,
    now: datetime,
) -> tuple[Snapshot, Plan] | None:
    """The week with that block at the taker's, in free room; else in the place of what can wait of theirs."""
    if taker is None:
        return None
    today = as_free_today(world, household, Week.at(now, household.zone), stored, now)
    to = next(adult for adult in today.adults if adult.id == taker)
    day = block.interval.start_at.astimezone(household.zone).date()
    essential = {chore.id for chore in snapshot.responsibilities if chore.priority == 0}
    in_its_way = [
        other
        for other in plan.blocks_of(taker)
        if other.responsibility not in essential
        and other.interval.start_at >= now
        and other.interval.start_at.astimezone(household.zone).date() == day
    ]
    in_its_way.sort(key=lambda other: abs(other.interval.start_at - block.interval.start_at))
    for waiting in (None, *in_its_way):
        room = (
            let_go(snapshot, plan, [waiting.id], _("Something that cannot wait took its place."))
            if waiting
            else plan
        )
        if room is None:
            continue
        reason = _("It passed on the day; it is never left out.")
        passed = pass_on(snapshot, room, block.id, to=to, now=next_quarter(now), reason=reason)
        if passed is not None:
            return passed
    return None


def _with_room(snapshot: Snapshot, taker: PartnerId | None, today: date) -> Snapshot:
    """The taker's limit passed for that one day; the rest of the week keeps its own."""
    day = (today - snapshot.monday).days

    def more(adult: Adult) -> Adult:
        limit = adult.limit_on(day) + MORE_THAN_A_DAY_HOLDS_MINUTES
        return replace(adult, day_limits={**adult.day_limits, day: limit})

    return replace(
        snapshot,
        adults=tuple(more(adult) if adult.id == taker else adult for adult in snapshot.adults),
    )


def _watched(
    world: World, household: Household, stored: StoredPlan, partner: PartnerId, during: Interval
) -> Interval | None:
    """When the other minds the children, whatever `partner` does; None where that is never."""
    cover = household.other(partner).id
    today = as_free_today(world, household, Week.at(during.start_at, household.zone), stored, during.start_at)
    own = [one.interval for one in stored.plan.selfcare if one.adult == cover]
    start_at = watched_from(today, cover, during, own)
    return Interval(start_at, during.end_at) if start_at < during.end_at else None


def _is_spent(world: World, household: Household, partner: PartnerId, week: Week, now: datetime) -> bool:
    off = any(one.partner == partner for one in running(world, household.id, now))
    return off or states_of(world, household, week)[partner] in ("blown", "away")


def _morning(
    world: World, household: Household, partner: Partner, now: datetime
) -> tuple[datetime, datetime]:
    """When `partner`'s next quiet hours end, and when they begin (their end, when they have begun)."""
    week = Week.at(now, household.zone)
    nights = [
        night
        for each in (week, week.next)
        for night in quiet_hours_of(world, household, partner, each)
        if night.end_at > now
    ]
    if not nights:
        return now + _NO_QUIET_HOURS, now + _NO_QUIET_HOURS
    night = min(nights)
    return night.end_at, night.start_at if night.start_at > now else night.end_at
