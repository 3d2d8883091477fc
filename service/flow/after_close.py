"""After the close: what the published week follows from, and an answer that comes late.

The week stands. Until Wednesday's end whoever has not said how they are may still say it, once; only what is
still ahead is planned anew from it, with the fewest moves.

Reads: the check-in and the published plan. Writes: the plan. Never: a calendar; the next tick writes there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from service.domain.checkin import CheckIn
from service.domain.household import Household, PartnerId
from service.domain.week import Week, instant_of
from service.flow.plan_week import PlanChangedError, planned, stored_snapshot
from service.ports import StoredPlan, World

_THURSDAY = 3


def ended_for(world: World, household: Household, week: Week) -> CheckIn | None:
    """The check-in that the plan of `week` follows from: agreed by all, or closed before the week began."""
    check_in = world.store.check_ins.get(household.id, week)
    if check_in is None or check_in.agreed([partner.id for partner in household.partners]):
        return check_in
    before_it = check_in.closes_at <= week.interval(household.zone).start_at
    return check_in if check_in.closed_at and before_it else None


def knows_less(published: StoredPlan | None, check_in: CheckIn) -> bool:
    """Whether the plan was made before the answers were in: a stop came between them and theirs."""
    return published is None or any(
        answer.answered_at > published.made_at for answer in check_in.answers.values()
    )


def late_until(household: Household, week: Week) -> datetime:
    """The end of the Wednesday of `week`, in the household's zone."""
    return instant_of(week.days[_THURSDAY], 0, household.zone)


def may_answer_late(household: Household, check_in: CheckIn, partner: PartnerId, now: datetime) -> bool:
    """Whether the check-in has closed without an answer of theirs, and its week is young enough for one."""
    closed = check_in.closed_at is not None or now >= check_in.closes_at
    young = now < late_until(household, check_in.week)
    return closed and young and partner not in check_in.answers


def follow_late_answer(world: World, household: Household, week: Week) -> None:
    """Plan what is left of the week at once, whoever else changes it meanwhile. Where the close itself has
    not been followed yet, or this is stopped, the next tick does it."""
    for _attempt in range(3):
        published = world.store.plans.get(household.id, week, "published")
        if published is None or ended_for(world, household, week) is None:
            break
        with suppress(PlanChangedError):
            plan_the_rest(world, household, week, published)
            break
    world.store.due.wake(household.id, at=world.clock.now())


def plan_the_rest(world: World, household: Household, week: Week, published: StoredPlan) -> None:
    """Publish `week` as all the answers want it, in the place of `published`. What has begun and what is near
    stays, of the rest the fewest blocks move, and a reason that was given holds.

    Raises:
        PlanChangedError: another plan is published meanwhile; nothing was saved.
    """
    check_in = world.store.check_ins.get(household.id, week)
    anew = planned(world, household, week, check_in.changes if check_in else ())
    told = {(move.responsibility, move.taker): move for move in published.plan.moves}
    moves = (told.get((move.responsibility, move.taker), move) for move in anew.plan.moves)
    plan, snapshot, made_at = replace(anew.plan, moves=tuple(moves)), anew.snapshot, anew.made_at
    if not world.store.plans.replace_published(
        household.id, week, plan, snapshot=snapshot, made_at=made_at, instead_of=published.made_at
    ):
        raise PlanChangedError
    # It is what the check-in has come to, however much of the week it changes (`is_agreed`).
    world.store.plans.save(household.id, week, "proposed", plan, snapshot=snapshot, made_at=made_at)


def changed_late(check_in: CheckIn, stored: StoredPlan) -> int:
    """How many late answers the published plan has followed, if anything is other than it was; else 0."""
    before, plan = stored_snapshot(stored).published, stored.plan
    if before is not None and (before.blocks, before.selfcare) == (plan.blocks, plan.selfcare):
        return 0
    return sum(one.answered_at <= stored.made_at for one in check_in.late)
