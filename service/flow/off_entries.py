"""What stands in both calendars while one partner is off: theirs to rest by, the other's to be on duty by.

Says nothing of why: anybody may see a calendar.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from service.dates import clock
from service.domain.chores import Chore
from service.domain.entries import Entry
from service.domain.household import Household, Partner
from service.domain.interval import Interval
from service.domain.off_time import OffTime
from service.domain.plan import Plan
from service.domain.week import Week
from service.flow.children_called import the_children
from service.flow.entries import ALARM_MINUTES, entries_for, your_week
from service.flow.home_entries import home_entries
from service.planner import Snapshot
from service.ports import World
from service.words import _

_QUARTER = timedelta(minutes=15)


def standing_entries(
    world: World,
    household: Household,
    partner: Partner,
    week: Week,
    plan: Plan,
    snapshot: Snapshot,
    chores: Sequence[Chore],
) -> list[Entry]:
    """Everything of `week` that belongs into `partner`'s calendar as things stand: the plan's, and these.

    Who is off reads that once, and not again for each thing that passed.
    """
    planned = entries_for(
        household,
        partner,
        week,
        plan=plan,
        snapshot=snapshot,
        chores=chores,
        base_url=world.base_url,
    )
    off_times = world.store.off_times.of_week(household.id, week)
    own_off = [off.interval for off in off_times if off.partner == partner.id]
    told = [
        entry
        for entry in planned
        if entry.kind != "relief" or not any(entry.interval.overlaps(off) for off in own_off)
    ]
    off = off_entries(household, partner, week, off_times=off_times, chores=planned, base_url=world.base_url)
    home = home_entries(household, partner, week, world.store.days_at_home.get(household.id), world.base_url)
    return sorted([*told, *off, *home], key=lambda entry: (entry.interval, entry.key))


def off_entries(
    household: Household,
    partner: Partner,
    week: Week,
    *,
    off_times: Sequence[OffTime],
    chores: Collection[Entry],
    base_url: str,
) -> list[Entry]:
    """Those of `partner`; `chores` are their other entries, by whose keys the passed ones get their names."""
    titles = {entry.key: entry.title for entry in chores}
    found = []
    for off in off_times:
        if off.cover is None or off.interval.start_at >= off.entry_until:
            continue
        if off.partner == partner.id:
            found.append(_off(household, partner, week, off, base_url))
        elif off.cover == partner.id:
            now_theirs = [titles[key] for key in off.passed if key in titles]
            found.append(_on_duty(household, partner, week, off, now_theirs, base_url))
    return found


def who_has_them(household: Household, off: OffTime) -> str:
    """`Ben has the baby until 06:30.`, or without children that he is on duty."""
    said = {
        "name": household.name_of(str(off.cover)),
        "children": the_children(household, off.day),
        "time": clock(off.interval.end_at, household.zone),
    }
    if not household.children_born:
        return _("%(name)s is on duty until %(time)s.") % said
    return _("%(name)s has %(children)s until %(time)s.") % said


def _off(household: Household, partner: Partner, week: Week, off: OffTime, base_url: str) -> Entry:
    rest = _("You are off: nothing is asked of you until then.")
    return Entry(
        partner=partner.id,
        week=week,
        key=f"off.{off.partner}.{off.day}",
        kind="off",
        title=" ".join((_("Don't get up."), who_has_them(household, off).removesuffix("."))),
        description=f"{rest}\n{your_week(base_url, week)}",
        interval=Interval(off.interval.start_at, off.entry_until),
        busy=True,
        private=True,
    )


def _on_duty(
    household: Household,
    partner: Partner,
    week: Week,
    off: OffTime,
    now_theirs: Sequence[str],
    base_url: str,
) -> Entry:
    until = {"time": clock(off.interval.end_at, household.zone)}
    title = _("On duty until %(time)s") % until
    if now_theirs:
        title += ": " + ", ".join(now_theirs)
    asked = _("%(name)s is off until then; what stands here is yours.") % {
        "name": household.name_of(off.partner)
    }
    start_at = _rings_in_time(off)
    rings = start_at - timedelta(minutes=ALARM_MINUTES) > off.asked_at
    return Entry(
        partner=partner.id,
        week=week,
        key=f"on-duty.{off.partner}.{off.day}",
        kind="on_duty",
        title=title,
        description=f"{asked}\n{your_week(base_url, week)}",
        interval=Interval(start_at, off.entry_until),
        busy=True,
        private=False,
        alarm_minutes_before=ALARM_MINUTES if rings else None,
    )


def _rings_in_time(off: OffTime) -> datetime:
    """Late enough for an alarm ahead of it that a calendar app still hears of, on a quarter of an hour, and
    before the entry's end; where none is left, from the beginning on and silent."""
    first = max(off.interval.start_at, off.asked_at + timedelta(minutes=2 * ALARM_MINUTES))
    start_at = first + timedelta(seconds=-first.timestamp() % _QUARTER.total_seconds())
    return start_at if start_at < off.entry_until else off.interval.start_at
