"""The week page: one reader's own days, and of the partner only protected time and who is on duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from service.domain.entries import Entry, JournalEntry
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.week import Week, clock_time
from service.flow.entries import entries_for
from service.flow.plan_week import stored_snapshot
from service.flow.views import BlockLine, DayLines, MyWeekView, OwnTimeLine
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
    account = world.store.accounts.get(household_id, partner_id)
    heading, lead = _heading(household, days, today, planned=stored is not None)
    return MyWeekView(
        household=household,
        reader=reader,
        week=shown,
        today=today,
        heading=heading,
        lead=lead,
        days=days,
        partner_own_time=partner_own,
        notices=(account.problem,) if account and account.problem else (),
    )


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
    household: Household, days: tuple[DayLines, ...], today: date, *, planned: bool
) -> tuple[str, str]:
    """The best true news first: time of one's own today, else what today holds."""
    if not planned:
        return "Nothing is planned yet.", "The week appears here once it is agreed."
    lines: list[BlockLine] = [block for day in days if day.day == today for block in day.blocks]
    own = [block for block in lines if block.kind == "self_care"]
    if own:
        return f"{own[0].title}", _from(household, own[0])
    if not lines:
        return "Nothing of yours today.", ""
    return f"Today begins with {lines[0].title}.", _from(household, lines[0])


def _from(household: Household, block: BlockLine) -> str:
    start = block.interval.start_at.astimezone(household.zone)
    end = block.interval.end_at.astimezone(household.zone)
    return f"{clock_time(start.hour * 60 + start.minute)} to {clock_time(end.hour * 60 + end.minute)}."
