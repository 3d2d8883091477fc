"""The week page: one reader's own days, and of the partner only protected time and who is on duty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from service.dates import day_span, first_day, span
from service.domain.checkin import CheckIn
from service.domain.chores import ChoreId
from service.domain.entries import Entry, JournalEntry
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.week import Week
from service.flow.after_close import may_answer_late
from service.flow.block_presses import own_blocks
from service.flow.check_in import week_in_question
from service.flow.connect_calendar import ends_soon, should_connect
from service.flow.connect_google import when_it_ends
from service.flow.first_week import has_joined
from service.flow.hard_weeks import help_lines, is_hard_for
from service.flow.home_view import home_view
from service.flow.off_entries import standing_entries
from service.flow.off_view import off_view
from service.flow.private_questions import named
from service.flow.question_lines import Words
from service.flow.read_feeds import what_is_wrong
from service.flow.rule_lines import rule_lines
from service.flow.views import (
    DayLines,
    HomeView,
    LostWishLine,
    MyWeekView,
    OffView,
    OwnTimeLine,
    QuestionLine,
)
from service.flow.week_view import day_lines, lost_wish_lines, own_time
from service.planner.routines import block_name, routines
from service.ports import Account, World
from service.words import _

STOPPED_IS_SAID = timedelta(days=14)


def view(
    world: World, household_id: HouseholdId, partner_id: PartnerId, *, week: Week | None = None
) -> MyWeekView:
    """`week`, or the running one, as `partner_id` may see it; today first."""
    household = world.store.households.get(household_id)
    reader = household.partner(partner_id)
    now = world.clock.now().astimezone(household.zone)
    shown = week or Week.at(now, household.zone)
    stored = world.store.plans.get(household_id, shown, "published")
    chores = world.store.households.chores(household_id)
    days: tuple[DayLines, ...] = tuple(DayLines(day, ()) for day in shown.days)
    partner_own: tuple[OwnTimeLine, ...] = ()
    lines: tuple[QuestionLine, ...] = ()
    news: tuple[str, ...] = ()
    lost: tuple[LostWishLine, ...] = ()
    if stored:
        mine = own_blocks(world, household, partner_id, shown, stored)
        snapshot, asked = mine.snapshot, tuple(mine.asked.values())
        words = Words(household, snapshot)
        entries = standing_entries(world, household, reader, shown, stored.plan, snapshot, chores)
        days = _as_it_stands(household, shown, entries, mine.journal, words.soft_lines(asked, partner_id))
        days = tuple(
            replace(
                day,
                blocks=tuple(
                    replace(line, presses=mine.presses(line.key)) if line.kind in ("chore", "duty") else line
                    for line in day.blocks
                ),
            )
            for day in days
        )
        partner_own = tuple(
            line for line in own_time(household, stored.plan, snapshot) if line.partner != partner_id
        )
        lines = tuple(
            words.line(question, partner_id)
            for question in asked
            if question.is_open and partner_id in question.asked and question.about.start_at > now
        )
        news = words.news(asked, partner_id)
        # Later on its days go by one after the other, and what would have helped with them.
        if now.date() <= max(shown.monday, stored.made_at.astimezone(household.zone).date()):
            lost = lost_wish_lines(stored.plan, snapshot, partner_id)
    today, check_in = now.date(), _asked_last(world, household)
    open_week = _open_week(household, check_in, now)
    late = check_in is not None and may_answer_late(household, check_in, partner_id, now)
    if stored:
        short = {group[0].id: block_name(group) for group in routines(chores) if len(group) > 1}
        heading, lead = _heading(household, shown, days, now, short_names=short)
    else:
        heading, lead = _heading_of_none(household, shown, today)
    account = world.store.accounts.get(household_id, partner_id)
    off = off_view(world, household, partner_id, now) if today in shown.days else OffView()
    home = home_view(world, household, partner_id, now) if today in shown.days else HomeView()
    return MyWeekView(
        household=household,
        reader=reader,
        week=shown,
        today=today,
        heading=off.heading or heading,
        lead=off.lead or lead,
        days=days,
        partner_own_time=partner_own,
        notices=_notices(world, household, partner_id, account, is_planned=stored is not None),
        questions=lines,
        news=(*off.news, *home.own_time, *news),
        connect=should_connect(world, household_id, partner_id),
        google=account is not None and account.kind == "google" and world.google is not None,
        next_week=_next_planned(world, household, shown) if today in shown.days else None,
        check_in=check_in.week if today in shown.days and check_in and (open_week or late) else None,
        welcome=household.in_set_up or not has_joined(household, partner_id),
        off=off,
        home=home,
        hard_weeks=is_hard_for(world, household, partner_id, week_in_question(household, now)),
        help_lines=help_lines(world, household.zone),
        named=named(check_in, chores, partner_id, open_=open_week is not None),
        rules=rule_lines(household, chores, partner_id),
        lost_wishes=lost,
    )


def _next_planned(world: World, household: Household, week: Week) -> Week | None:
    return week.next if world.store.plans.get(household.id, week.next, "published") else None


def _has_just_started(household: Household, week: Week) -> bool:
    """Whether somebody pressed *Start* in this week, and nobody has left since."""
    return household.set_up_on in week.days and household.stopped_on is None


def _has_just_stopped(household: Household, today: date) -> bool:
    """Whether the other one has left not long ago."""
    return household.stopped_on is not None and today - household.stopped_on < STOPPED_IS_SAID


def _notices(
    world: World, household: Household, partner_id: PartnerId, account: Account | None, *, is_planned: bool
) -> tuple[str, ...]:
    """What keeps the reader's own calendars from being read, which nobody else sees; and for a while that
    the other one has left, which is all that is said of it: here if the heading has a week to tell of."""
    feeds = world.store.feeds.of_partner(household.id, partner_id)
    said = [account.problem if account else None, *(what_is_wrong(feed, household.zone) for feed in feeds)]
    if account and not account.problem and ends_soon(account, world.clock.now()):
        said.append(when_it_ends(household.zone, account.ends_at))
    if is_planned and _has_just_stopped(household, world.clock.now().astimezone(household.zone).date()):
        said.append(
            _("Offplate has stopped for the two of you. What nobody holds any more stands on the list.")
        )
    return tuple(filter(None, said))


def _asked_last(world: World, household: Household) -> CheckIn | None:
    """The check-in that is open now, or ended last."""
    return world.store.check_ins.get(household.id, week_in_question(household, world.clock.now()))


def _open_week(household: Household, check_in: CheckIn | None, now: datetime) -> Week | None:
    """The week that is asked about just now, until both have agreed to it or it closes."""
    if check_in is None or check_in.closed_at is not None or now >= check_in.closes_at:
        return None
    return None if check_in.agreed([partner.id for partner in household.partners]) else check_in.week


def _as_it_stands(
    household: Household,
    week: Week,
    entries: list[Entry],
    journal: Mapping[str, JournalEntry],
    asked: Mapping[str, str],
) -> tuple[DayLines, ...]:
    """The plan's lines, where a person put them, without what they deleted, and with what is said of each."""
    shown = [
        _where_put(entry, journal.get(entry.key))
        for entry in entries
        if entry.key not in journal or journal[entry.key].standing not in ("settled", "missing")
    ]
    said = {entry.key: asked.get(entry.key) or _said(journal.get(entry.key)) for entry in entries}
    return day_lines(household, week, shown, said)


def _where_put(entry: Entry, row: JournalEntry | None) -> Entry:
    by_hand = row is not None and (row.is_as_put or row.standing == "done")
    return replace(entry, interval=row.interval) if row is not None and by_hand else entry


def _said(row: JournalEntry | None) -> str:
    """What a person's edit means, in the words of the page."""
    if row is not None and row.standing == "done":
        return _("done")
    if row is None or not row.is_as_put:
        return ""
    if row.standing == "moved":
        return _("you put this into another calendar; it stays there")
    moved = row.interval != row.entry.interval
    return _("you moved this here; it stays") if moved else _("you changed this; it stays")


def _heading(
    household: Household,
    week: Week,
    days: tuple[DayLines, ...],
    now: datetime,
    *,
    short_names: Mapping[ChoreId, str],
) -> tuple[str, str]:
    """The best true news first: time of one's own that is still to come, today or in that week; else what
    today still holds. What is in `short_names`, by the part of a block's key that says what, goes by that."""
    running = now.date() in week.days
    blocks = [block for day in days if day.day == now.date() or not running for block in day.blocks]
    ahead = [block for block in blocks if block.interval.end_at > now]
    good_news = [block for kind in ("self_care", "relief") for block in ahead if block.kind == kind]
    own = next(iter(good_news), None)
    if own:
        when = span(own.interval, household.zone) if running else day_span(own.interval, household.zone)
        return own.title, f"{when}."
    if not running:
        return _("The week of %(day)s.") % {"day": first_day(week)}, ""
    lines = [block for block in ahead if block.kind != "duty"]
    if not lines:
        return _("Nothing more of yours today.") if blocks else _("Nothing of yours today."), ""
    what = ChoreId(lines[0].key.rpartition(".")[0])
    if lines[0].interval.start_at <= now:
        said = _("Now: %(block)s.")
    else:
        said = _("Today begins with %(block)s.") if lines[0] == blocks[0] else _("Next today: %(block)s.")
    return said % {
        "block": short_names.get(what, lines[0].title)
    }, f"{span(lines[0].interval, household.zone)}."


def _heading_of_none(household: Household, week: Week, today: date) -> tuple[str, str]:
    """What is said of a week that nobody has planned."""
    if _has_just_stopped(household, today):
        return _("Offplate has stopped for the two of you."), _(
            "What nobody holds any more stands on the list."
        )
    if _has_just_started(household, week):
        return _("Your first week is being planned."), _("It stands here within a minute or two.")
    return _("Nothing is planned yet."), _("The week appears here once it is agreed.")
