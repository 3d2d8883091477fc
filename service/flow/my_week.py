"""The week page: one reader's own days, and of the partner only protected time and who is on duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from service.dates import day_span, first_day, span
from service.domain.entries import Entry, JournalEntry
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.week import Week
from service.flow.entries import entries_for
from service.flow.plan_week import stored_snapshot
from service.flow.read_feeds import what_is_wrong
from service.flow.views import DayLines, MyWeekView, OwnTimeLine
from service.flow.week_view import day_lines, own_time
from service.ports import StoredPlan, World

DRAGGED = "you moved this here; it stays"


def view(
    world: World, household_id: HouseholdId, partner_id: PartnerId, *, week: Week | None = None
) -> MyWeekView:
    """`week`, or the running one, as `partner_id` may see it; today first."""
    household = world.store.households.get(household_id)
    reader = household.partner(partner_id)
    now = world.clock.now().astimezone(household.zone)
    shown = week or Week.at(now, household.zone)
    stored = world.store.plans.get(household_id, shown, "published")
    days: tuple[DayLines, ...] = tuple(DayLines(day, ()) for day in shown.days)
    partner_own: tuple[OwnTimeLine, ...] = ()
    if stored:
        journal = {
            row.entry.key: row
            for row in world.store.journal.of_week(household_id, shown)
            if row.entry.partner == partner_id
        }
        days = _as_it_stands(household, shown, _entries(world, household, partner_id, shown, stored), journal)
        partner_own = tuple(
            line
            for line in own_time(household, stored.plan, stored_snapshot(stored))
            if line.partner != partner_id
        )
    today = now.date()
    heading, lead = _heading(household, shown, days, today, planned=stored is not None)
    return MyWeekView(
        household=household,
        reader=reader,
        week=shown,
        today=today,
        heading=heading,
        lead=lead,
        days=days,
        partner_own_time=partner_own,
        notices=_notices(world, household, partner_id),
    )


def _notices(world: World, household: Household, partner_id: PartnerId) -> tuple[str, ...]:
    """What keeps the reader's own calendars from being read; nobody else sees it."""
    account = world.store.accounts.get(household.id, partner_id)
    feeds = world.store.feeds.of_partner(household.id, partner_id)
    said = [account.problem if account else None, *(what_is_wrong(feed, household.zone) for feed in feeds)]
    return tuple(filter(None, said))


def _entries(
    world: World, household: Household, partner_id: PartnerId, week: Week, stored: StoredPlan
) -> list[Entry]:
    return entries_for(
        household,
        household.partner(partner_id),
        week,
        plan=stored.plan,
        snapshot=stored_snapshot(stored),
        chores=world.store.households.chores(household.id),
        base_url=world.base_url,
    )


def _as_it_stands(
    household: Household, week: Week, entries: list[Entry], journal: dict[str, JournalEntry]
) -> tuple[DayLines, ...]:
    """The plan's lines, moved to where a person dragged them and without what they deleted."""
    shown = [
        replace(entry, interval=journal[entry.key].interval) if entry.key in journal else entry
        for entry in entries
        if entry.key not in journal or journal[entry.key].standing != "settled"
    ]
    dragged = {
        (journal[entry.key].interval, entry.title)
        for entry in entries
        if entry.key in journal
        and journal[entry.key].standing == "kept"
        and journal[entry.key].interval != entry.interval
    }
    return tuple(
        DayLines(
            lines.day,
            tuple(
                replace(block, soft_line=DRAGGED) if (block.interval, block.title) in dragged else block
                for block in lines.blocks
            ),
        )
        for lines in day_lines(household, week, shown)
    )


def _heading(
    household: Household, week: Week, days: tuple[DayLines, ...], today: date, *, planned: bool
) -> tuple[str, str]:
    """The best true news first: time of one's own, today or in that week; else what today holds."""
    if not planned:
        return "Nothing is planned yet.", "The week appears here once it is agreed."
    running = today in week.days
    lines = [block for day in days if day.day == today or not running for block in day.blocks]
    own = next((block for block in lines if block.kind == "self_care"), None)
    if own:
        when = span(own.interval, household.zone) if running else day_span(own.interval, household.zone)
        return own.title, f"{when}."
    if not running:
        return f"The week of {first_day(week)}.", ""
    if not lines:
        return "Nothing of yours today.", ""
    return f"Today begins with {lines[0].title}.", f"{span(lines[0].interval, household.zone)}."
