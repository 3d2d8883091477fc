"""A week of one household, the five steps in order. Everything that ticks, ticks here.

    1 read_calendars   calendars in, people's edits followed        (each account on its own)
      read_feeds       published calendars that make somebody busy  (each feed on its own)
    2 check_in         the question opened at its moment, closed at its end
    3 plan_week        the coming week proposed and published, the running one kept whole
      keep_home        both as small as a child at home wants them
    4 write_blocks     the plan's entries into each partner's calendar
      colleagues       and for who wants it, "Busy" where colleagues look
    5 post             the mails that follow from it

`tick` may stop after any call and be run again; it ends in the same place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.week import Week
from service.flow import sessions
from service.flow.after_close import ended_for, knows_less, plan_the_rest
from service.flow.check_in import propose_if_answered
from service.flow.first_week import is_behind
from service.flow.gestures import follow_gestures
from service.flow.keep_home import follow_days_at_home
from service.flow.let_go import let_go_if_asked
from service.flow.plan_week import PlanChangedError, propose, publish
from service.flow.read_feeds import read_feeds
from service.flow.replan import replan_if_hit
from service.flow.tell import (
    mail_check_in,
    mail_days_at_home,
    mail_off,
    mail_problem,
    mail_questions,
    mail_week,
)
from service.flow.tick_report import PartnerReport, TickReport
from service.planner import PlanInvalidError, SnapshotError
from service.ports import World


def tick(
    world: World,
    household_id: HouseholdId,
    *,
    at_once: bool = False,
    confirmed: frozenset[PartnerId] = frozenset(),
) -> TickReport:
    """Do whatever is due for this household now.

    A partner's broken account costs that half only; it rests for a while unless a person asks `at_once`.
    `confirmed` names partners who have looked, after a guard had stopped, and said that it is right:
    what is gone of ours stays gone, what is to be removed is removed, a calendar that is gone is made anew.

    Raises:
        KeyError: there is no such household.
    """
    household = world.store.households.get(household_id)
    now = world.clock.now()
    report = TickReport(
        household_id, {p.id: PartnerReport() for p in household.partners}, next_due_at(world, household, now)
    )
    for partner in household.partners:
        let_go_if_asked(world, household, partner, at_once=at_once)
        report.partners[partner.id].feeds = read_feeds(world, household, partner, now=now, at_once=at_once)
    with ExitStack() as open_until_done:
        readable = [
            opened
            for partner in household.partners
            if (session := sessions.open_account(world, household, partner, report, at_once, open_until_done))
            and (opened := sessions.read(world, household, session, report, now, partner.id in confirmed))
        ]
        if household.in_set_up:  # calendars are read already, so that the first plan knows them
            return report
        if not household.partners:  # both have left, and only the id stays
            return report
        _decide(world, household, report, now)
        sessions.write(world, household, readable, report, now, confirmed)
        for session in readable:
            report.partners[session.partner.id].requests = session.connector.traffic.requests
            report.partners[session.partner.id].writes = session.connector.traffic.writes
    _tell(world, household, report, now)
    return report


def _decide(world: World, household: Household, report: TickReport, now: datetime) -> None:
    """Follow gestures, ask, plan; from the start again when somebody changed the week on a page meanwhile,
    so that neither is lost. Every step starts from what stands, so that doing it twice is harmless.

    Where a week cannot be planned, which is a defect, what was planned before is kept, written and told.
    """
    for last in (False, False, True):
        report.unplanned.clear()
        try:
            with _or_as_it_stands(report):
                _follow(world, household, report, now)
            with _or_as_it_stands(report):
                _ask(world, household, report, now)
            _plan_both(world, household, report, now)
            with _or_as_it_stands(report):
                report.planned += follow_days_at_home(world, household, now=now)
        except PlanChangedError:
            if last:
                raise
        else:
            return


@contextmanager
def _or_as_it_stands(report: TickReport) -> Iterator[None]:
    try:
        yield
    except (PlanInvalidError, SnapshotError) as error:
        report.unplanned.append(str(error))


def next_due_at(world: World, household: Household, now: datetime) -> datetime:
    """The next poll, or the next weekly moment if that comes first."""
    week = Week.at(now, household.zone)
    moments = [
        moment.in_week(of, household.zone)
        for of in (week, week.next)
        for moment in (household.check_in.opens, household.check_in.closes)
    ]
    return min([now + world.sync_every, *(moment for moment in moments if moment > now)])


def _follow(world: World, household: Household, report: TickReport, now: datetime) -> None:
    handed_over = {
        partner: mine.read.handed_over
        for partner, mine in report.partners.items()
        if mine.read and mine.read.home_error is None
    }
    report.planned += follow_gestures(world, household, handed_over, now=now)


def _ask(world: World, household: Household, report: TickReport, now: datetime) -> None:
    """Open the check-in for the coming week at its moment; close each at its end, however late."""
    week = Week.at(now, household.zone)
    opens_at = household.check_in.opens.in_week(week, household.zone)
    closes_at = household.check_in.closes.in_week(week, household.zone)
    is_time = opens_at <= now < closes_at
    if is_time and world.store.check_ins.open(household.id, week.next, opened_at=now, closes_at=closes_at):
        report.opened.append(week.next)
    for asked in (week, week.next):
        check_in = world.store.check_ins.get(household.id, asked)
        over = check_in is not None and now >= check_in.closes_at
        if over and world.store.check_ins.close(household.id, asked, closed_at=now):
            report.closed.append(asked)
        else:
            propose_if_answered(world, household, asked)


def _plan_both(world: World, household: Household, report: TickReport, now: datetime) -> None:
    """See that the running week has a plan, and the coming one once its check-in is over."""
    week = Week.at(now, household.zone)
    opens_at = household.check_in.opens.in_week(week, household.zone)
    closes_at = household.check_in.closes.in_week(week, household.zone)
    # Set up at the end of a week: the coming one is shown at once and asked about as usual.
    set_up_late = world.store.plans.get(household.id, week, "published") is None and now >= opens_at
    for each, is_due in ((week, True), (week.next, now >= closes_at or set_up_late)):
        with _or_as_it_stands(report):
            _plan(world, household, each, report, now, is_due=is_due)


def _plan(
    world: World, household: Household, week: Week, report: TickReport, now: datetime, *, is_due: bool
) -> None:
    published = world.store.plans.get(household.id, week, "published")
    ended = ended_for(world, household, week)
    agreed = ended is not None and ended.agreed([p.id for p in household.partners])
    behind = ended is not None and knows_less(published, ended)
    behind = behind or is_behind(world, household, week, published)
    if behind and agreed:
        publish(world, household, week)
        report.planned.append(week)
    elif behind and published and ended and ended.late and week not in report.closed:
        plan_the_rest(world, household, week, published)
        report.planned.append(week)
    elif behind or (published is None and is_due) or (week in report.closed and ended and not agreed):
        _publish(world, household, week, report)
    elif published is not None and replan_if_hit(world, household, week, now=now):
        report.planned.append(week)


def _publish(world: World, household: Household, week: Week, report: TickReport) -> None:
    propose(world, household, week)
    publish(world, household, week)
    report.planned.append(week)


def _tell(world: World, household: Household, report: TickReport, now: datetime) -> None:
    """The mails that follow from where the week stands; each kind once a week and person."""
    week = Week.at(now, household.zone)
    for partner in household.partners:
        for asked in (week, week.next):
            report.mails += mail_check_in(world, household, partner, asked, now)
            report.mails += mail_week(world, household, partner, asked, now)
            report.mails += mail_questions(world, household, partner, asked, now)
        report.mails += mail_off(world, household, partner, now)
        report.mails += mail_days_at_home(world, household, partner, now)
        mine = report.partners[partner.id]
        if mine.problem and mine.trouble:
            report.mails += mail_problem(
                world, household, partner, week, mine.problem, now, trouble=mine.trouble
            )
