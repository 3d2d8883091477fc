"""Step 2 of the week: the question, two sealed answers, the reveal, and *Agree*.

Reads and writes: the store. Never: a calendar; what was agreed is written by the next tick, which is
woken. What a reader may see of the other is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from service.domain.checkin import Agreement, Answer, CheckIn, Source
from service.domain.chores import Chore, ChoreId
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.interval import clipped
from service.domain.week import Week
from service.flow.after_close import follow_late_answer, may_answer_late
from service.flow.answers import NOTHING_BESIDES, Asides, Said, checked, offers_for
from service.flow.busy_time import busy_of
from service.flow.check_in_views import CheckInView, Stage
from service.flow.hard_weeks import is_hard_for
from service.flow.job_offers import job_offers
from service.flow.plan_week import propose, publish, still_proposed
from service.flow.private_questions import named
from service.flow.rule_lines import rule_lines
from service.flow.sit_down import sit_down_line
from service.flow.to_talk_about import raised_lines, values_question
from service.flow.views import WeekView
from service.flow.week_view import week_view
from service.planner.routines import block_name, routines
from service.ports import World
from service.words import _


class CheckInClosedError(ValueError):
    """The moment has passed, or the week is not being asked about."""


class ProposalChangedError(ValueError):
    """The proposal is another one than the reader saw; they read it again and decide again."""


def week_in_question(household: Household, now: datetime) -> Week:
    """The week a check-in opened by hand is about: the running one until its Sunday, else the next."""
    running = Week.at(now, household.zone)
    sunday = now.astimezone(household.zone).date() == running.days[6]
    return running.next if sunday else running


def open_check_in(world: World, household_id: HouseholdId, week: Week) -> None:
    """Open the check-in for `week` if it is not; one for a running week stays open to its end."""
    household = world.store.households.get(household_id)
    closes_at = closing_time(household, week, world.clock.now())
    world.store.check_ins.open(household_id, week, opened_at=world.clock.now(), closes_at=closes_at)


def closing_time(household: Household, week: Week, now: datetime) -> datetime:
    """The weekly moment before `week`; once that has passed, the same moment of `week` itself."""
    closes_at = household.check_in.closes.in_week(week.previous, household.zone)
    return closes_at if now < closes_at else household.check_in.closes.in_week(week, household.zone)


def answer(
    world: World,
    household_id: HouseholdId,
    partner_id: PartnerId,
    week: Week,
    *,
    state: str,
    hand_overs: Sequence[str] = (),
    appreciation: str = "",
    asides: Asides = NOTHING_BESIDES,
    source: Source = "page",
) -> None:
    """Put or change one partner's answer. Once both are in, the week is planned from them.

    After the close somebody who has given none may still give one, once, until Wednesday's end: what is
    still ahead of the week is planned anew from it.

    Raises:
        AnswerRefusedError: nothing was saved; show the problems beside the form.
        CheckInClosedError: it is too late, or no check-in for that week was opened.
    """
    household = world.store.households.get(household_id)
    offers = offers_for(
        world, household, world.store.households.chores(household_id), household.partner(partner_id).id, week
    )
    said = Said(state, hand_overs, appreciation, asides)
    given = checked(said, offers, partner_id, week, source=source, now=world.clock.now())
    asked = world.store.check_ins.get(household_id, week)
    if asked is not None and may_answer_late(household, asked, partner_id, given.answered_at):
        if not world.store.check_ins.answer_late(household_id, week, given):
            raise CheckInClosedError(_("This check-in is closed; the week stands as it was planned."))
        follow_late_answer(world, household, week)
        return
    if open_one(world, household_id, week).agreed(_ids(household)):
        raise CheckInClosedError(_("You have both agreed to this week; it holds as it is."))
    if not world.store.check_ins.answer(household_id, week, given):
        raise CheckInClosedError(_("This check-in is closed; the week stands as it was planned."))
    propose_if_answered(world, household, week)


def propose_if_answered(world: World, household: Household, week: Week) -> None:
    """See that an open check-in with all its answers has a proposal that was made from them, and that a week
    under way has not gone past."""
    asked = world.store.check_ins.get(household.id, week)
    if asked is None or asked.closed_at or not asked.revealed(_ids(household)):
        return
    if asked.agreed(_ids(household)) or still_proposed(world, household, week):
        return
    while True:
        propose(world, household, week)
        before, asked = asked, world.store.check_ins.get(household.id, week)
        if asked is None or asked.answers == before.answers:
            return  # else somebody answered while it was planned, and it knows nothing of that


def agree(
    world: World,
    household_id: HouseholdId,
    partner_id: PartnerId,
    week: Week,
    *,
    proposal_made_at: datetime | None = None,
    source: Source = "page",
) -> bool:
    """One partner's *Agree*. True when it was the last one needed: the week is published then.

    `proposal_made_at` is that of the proposal the reader saw; `None` takes the present one.

    Raises:
        CheckInClosedError: nothing is being asked, or not both have answered yet.
        ProposalChangedError: it is not the proposal that stands.
    """
    household = world.store.households.get(household_id)
    household.partner(partner_id)
    check_in = open_one(world, household_id, week)
    if not check_in.revealed(_ids(household)):
        raise CheckInClosedError(_("There is a week to agree on once both of you have answered."))
    standing = still_proposed(world, household, week) or propose(world, household, week)
    if proposal_made_at is not None and proposal_made_at != standing.made_at:
        raise ProposalChangedError(_("The week has changed since you looked. Here it is as it stands now."))
    agreement = Agreement(partner_id, world.clock.now(), source=source)
    if not world.store.check_ins.agree(household_id, week, agreement, proposal_made_at=standing.made_at):
        raise ProposalChangedError(_("The week has changed since you looked. Here it is as it stands now."))
    agreed = world.store.check_ins.get(household_id, week)
    if agreed is None or not agreed.agreed(_ids(household)):
        return False
    publish(world, household, week)
    world.store.due.wake(household_id, at=world.clock.now())
    return True


def view(
    world: World,
    household_id: HouseholdId,
    partner_id: PartnerId,
    week: Week,
    *,
    changing: bool = False,
    tapped: str = "",
) -> CheckInView:
    """The check-in for `week` as `partner_id` may see it; changes nothing. `changing`: they are about to
    answer anew, and so is who `tapped` another state than they gave.

    Raises:
        CheckInClosedError: no check-in was ever open for that week.
    """
    household = world.store.households.get(household_id)
    reader = household.partner(partner_id)
    check_in = world.store.check_ins.get(household_id, week)
    if check_in is None:
        raise CheckInClosedError(_("Nothing is being asked about that week."))
    chores = world.store.households.chores(household_id)
    now = world.clock.now()
    stage = _stage(household, check_in, partner_id, now)
    is_late = may_answer_late(household, check_in, partner_id, now)
    may_answer = is_late or (_is_open(check_in, now) and not check_in.agreed(_ids(household)))
    mine = check_in.answers.get(partner_id)
    answering = may_answer and (mine is None or changing or tapped not in ("", mine.state))
    # The form of an answer shows nothing of what came of the last ones; who gives none sees none.
    revealed = check_in.revealed(_ids(household)) and mine is not None and not answering
    proposed = _shown_week(world, household, check_in, chores, partner_id, stage) if revealed else None
    raised = raised_lines(household, check_in, chores, proposed) if revealed else ()
    values = values_question(week, chores, proposed) if stage == "together" else None
    talked_about = {line.chore for line in raised} | ({values.chore} if values else set())
    return CheckInView(
        household=household,
        reader=reader,
        week=week,
        stage=stage,
        closes_at=check_in.closes_at,
        may_answer=may_answer,
        answering=answering,
        sit_down=_sit_down(world, household, partner_id, week, now),
        is_late=is_late,
        changed_late=bool(revealed and check_in.late),
        my_answer=mine,
        offers=offers_for(
            world,
            household,
            chores,
            partner_id,
            week,
            with_missed=answering,
        ),
        answers=_as_shown(check_in.answers, partner_id) if revealed else {},
        agreements=check_in.agreements if revealed else {},
        proposal=proposed,
        changes=check_in.changes if revealed else (),
        hard_weeks=revealed and any(is_hard_for(world, household, each, week) for each in _ids(household)),
        raised=raised,
        values=values,
        named=named(check_in, chores, partner_id, open_=True) if stage == "waiting" else None,
        rules=rule_lines(household, chores, partner_id) if stage == "together" else (),
        job_offers=job_offers(world, household_id, week) if stage == "together" else (),
        standards={one.id: (one.standard, one.effort_minutes) for one in chores if one.id in talked_about},
    )


def _sit_down(world: World, household: Household, reader: PartnerId, week: Week, now: datetime) -> str:
    before = world.store.plans.get(household.id, week.previous, "published")
    return sit_down_line(household, reader, week, before.plan if before else None, now)


def _as_shown(answers: Mapping[PartnerId, Answer], reader: PartnerId) -> dict[PartnerId, Answer]:
    """What somebody says of themselves alone stays with them: what did not happen, what they thought of."""
    return {
        who: given if who == reader else replace(given, missed=(), own_time=None, named=None)
        for who, given in answers.items()
    }


def _shown_week(
    world: World,
    household: Household,
    check_in: CheckIn,
    chores: Sequence[Chore],
    reader: PartnerId,
    stage: Stage,
) -> WeekView | None:
    """The proposal while it waits for *Agree*, afterwards the plan that the calendars show."""
    week = check_in.week
    stored = world.store.plans.get(
        household.id, week, "published" if stage in ("agreed", "closed") else "proposed"
    )
    if stored is None:
        return None
    own_busy = clipped(busy_of(world, household.id, reader), week.interval(household.zone))
    dropped = [change.dropped for change in check_in.changes if change.dropped]
    names = {group[0].id: block_name(group) for group in routines(chores)}
    return week_view(
        household,
        week,
        stored,
        chores=chores,
        busy={reader: tuple(own_busy)},
        dropped=tuple(names[ChoreId(chore)] for chore in dropped if chore in names),
    )


def _stage(household: Household, check_in: CheckIn, partner_id: PartnerId, now: datetime) -> Stage:
    if check_in.agreed(_ids(household)):
        return "agreed"
    if not _is_open(check_in, now):
        return "closed"
    if partner_id not in check_in.answers:
        return "answer"
    return "together" if check_in.revealed(_ids(household)) else "waiting"


def _is_open(check_in: CheckIn, now: datetime) -> bool:
    return check_in.closed_at is None and now < check_in.closes_at


def open_one(world: World, household_id: HouseholdId, week: Week) -> CheckIn:
    """The check-in for `week` while it can be answered. Raises CheckInClosedError."""
    check_in = world.store.check_ins.get(household_id, week)
    if check_in is None or not _is_open(check_in, world.clock.now()):
        raise CheckInClosedError(_("This check-in is closed; the week stands as it was planned."))
    return check_in


def _ids(household: Household) -> list[PartnerId]:
    return [partner.id for partner in household.partners]
