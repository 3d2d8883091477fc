"""Step 4a of the week: a plan as the entries that shall stand in one partner's calendar.

Pure. Titles and descriptions read like a note from a kind person; they never carry the partner's
words, state or whereabouts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from service.domain.chores import Chore
from service.domain.entries import Entry, Kind
from service.domain.household import Household, Partner
from service.domain.interval import Interval
from service.domain.plan import Appointment, Block, Plan
from service.domain.week import Week
from service.flow.hosting import who_hosts
from service.flow.relief import relief_entries
from service.planner.joint_time import SIT_DOWN
from service.planner.routines import block_name, routines
from service.planner.snapshot import Responsibility, Snapshot
from service.planner.told import why_here, wish_name
from service.words import _, lowered

ALARM_MINUTES = 10
_FIXED_SLACK_MINUTES = 15


def entries_for(
    household: Household,
    partner: Partner,
    week: Week,
    *,
    plan: Plan,
    snapshot: Snapshot,
    chores: Sequence[Chore],
    base_url: str,
) -> list[Entry]:
    """Everything of `week` that belongs into `partner`'s calendar: blocks, self-care, cover, relief."""
    by_id = {responsibility.id: responsibility for responsibility in snapshot.responsibilities}
    groups: dict[str, tuple[Chore, ...]] = {chore.id: (chore,) for chore in chores}
    groups |= {group[0].id: group for group in routines(chores)}
    found = [
        _chore_entry(
            household,
            partner,
            week,
            block,
            by_id[block.responsibility],
            groups,
            plan.without.get(block.responsibility, ()),
            why_here(snapshot, plan, block.responsibility, partner.id),
            base_url,
        )
        for block in plan.blocks_of(partner.id)
    ]
    for appointment in plan.selfcare:
        if appointment.adult == partner.id:
            found.append(_self_care_entry(household, partner, week, appointment, snapshot, base_url))
        elif appointment.cover == partner.id:
            found.append(_cover_entry(household, partner, week, appointment, base_url))
    found += relief_entries(household, partner, week, plan, snapshot, your_week(base_url, week))
    return sorted(found, key=lambda entry: (entry.interval, entry.key))


def own_key(adult: str, index: int) -> str:
    """The key of the entry of whoever's time it is."""
    return f"self-care.{adult}.{index}"


def cover_key(adult: str, index: int) -> str:
    """The key of the entry of whoever is on duty meanwhile."""
    return f"cover.{adult}.{index}"


def _chore_entry(
    household: Household,
    partner: Partner,
    week: Week,
    block: Block,
    responsibility: Responsibility,
    groups: dict[str, tuple[Chore, ...]],
    without: Collection[str],
    reasons: Sequence[str],
    base_url: str,
) -> Entry:
    group = groups.get(responsibility.id.removesuffix(f"-{partner.id}"), ())
    together = responsibility.id.startswith(f"{SIT_DOWN}-")
    fixed = _is_fixed(responsibility, block, block.interval)
    kind: Kind = "sit_down" if together else "duty" if responsibility.is_duty else "chore"
    lines = [
        *_members(group, without),
        *(_together(household, partner, week, base_url) if together else ()),
        *_whose(household, partner, responsibility, together),
        *reasons,
        _how_to_answer(household, partner, responsibility, together, base_url, week),
    ]
    return Entry(
        partner=partner.id,
        week=week,
        key=block.id,
        kind=kind,
        title=_title(group, without) or responsibility.title,
        description="\n".join(lines),
        interval=block.interval,
        busy=fixed,
        private=False,
        alarm_minutes_before=ALARM_MINUTES if _rings(responsibility, group, without, fixed) else None,
    )


def _title(group: Sequence[Chore], without: Collection[str]) -> str:
    if len(group) < 2:
        return group[0].name if group else ""
    held = (lowered(chore.name) for chore in group if chore.id not in without)
    return f"{block_name(group)}: {', '.join(held)}"


def _members(group: Sequence[Chore], without: Collection[str]) -> list[str]:
    if len(group) == 1:
        return [group[0].standard] if group[0].standard else []
    return [
        f"{chore.name}: {chore.standard}" if chore.standard else chore.name
        for chore in group
        if chore.id not in without
    ]


def _together(household: Household, partner: Partner, week: Week, base_url: str) -> list[str]:
    """Of the sit-down, which is about the next week: what it is for, who hosts, and the page, which opens to
    each one as theirs."""
    return [
        _("Half an hour for the two of you: how it was, and who carries what next week."),
        who_hosts(household, partner.id, week.next),
        _("The page for it: %(address)s") % {"address": f"{base_url}/check-in/{week.next}"},
    ]


def _whose(
    household: Household, partner: Partner, responsibility: Responsibility, together: bool
) -> list[str]:
    if together or responsibility.previous in (None, partner.id):
        return []
    usual = {"name": household.name_of(str(responsibility.previous))}
    return [_("Usually %(name)s's; yours this week.") % usual]


def _how_to_answer(
    household: Household,
    partner: Partner,
    responsibility: Responsibility,
    together: bool,
    base_url: str,
    week: Week,
) -> str:
    """What an edit in the calendar app means, as far as it holds for this entry (docs/gestures.md)."""
    said = [_("Drag it and it stays where you put it.")]
    if responsibility.priority > 0 or together:
        said.append(_("Delete it and it is not asked again this week."))
    others = [other for other in household.partners if other.id != partner.id]
    if not together and others and others[0].id in responsibility.eligible:
        ask = _("Put > before its title to ask %(name)s to take it, x when it is done.")
        said.append(ask % {"name": others[0].name})
    else:
        said.append(_("Put x before its title when it is done."))
    return "\n".join((" ".join(said), your_week(base_url, week)))


def _is_fixed(responsibility: Responsibility, block: Block, interval: Interval) -> bool:
    """Whether the window leaves no other room, so that the time counts as busy for everyone."""
    occurrence = responsibility.numbered(block.occurrence)
    room = (occurrence.end - occurrence.start) * len(occurrence.days)
    return room - interval.minutes < responsibility.minutes + _FIXED_SLACK_MINUTES


def _rings(
    responsibility: Responsibility, group: Sequence[Chore], without: Collection[str], fixed: bool
) -> bool:
    """Silent by default: only a run that must happen, out of the house and at its time, rings, and what the
    list has an alarm for. A duty at night never does."""
    if responsibility.is_duty:
        return False
    if any(chore.alarm for chore in group if chore.id not in without):
        return True
    return fixed and responsibility.at_home is False and responsibility.priority == 0


def _self_care_entry(
    household: Household,
    partner: Partner,
    week: Week,
    appointment: Appointment,
    snapshot: Snapshot,
    base_url: str,
) -> Entry:
    name = wish_name(snapshot, appointment.index)
    said = {"time": lowered(name), "name": household.name_of(appointment.cover) if appointment.cover else ""}
    title = _("Yours: %(time)s. %(name)s is on duty") if appointment.cover else _("Yours: %(time)s.")
    protected = _("Protected like an appointment with a doctor.")
    return Entry(
        partner=partner.id,
        week=week,
        key=own_key(partner.id, appointment.index),
        kind="self_care",
        title=title % said,
        description=f"{protected}\n{your_week(base_url, week)}",
        interval=appointment.interval,
        busy=True,
        private=True,
    )


def _cover_entry(
    household: Household, partner: Partner, week: Week, appointment: Appointment, base_url: str
) -> Entry:
    otherwise = _("If this cannot be, delete it: your page then offers other times.")
    return Entry(
        partner=partner.id,
        week=week,
        key=cover_key(appointment.adult, appointment.index),
        kind="cover",
        title=_("On duty: this time is %(name)s's") % {"name": household.name_of(appointment.adult)},
        description=f"{otherwise}\n{your_week(base_url, week)}",
        interval=appointment.interval,
        busy=True,
        private=False,
    )


def your_week(base_url: str, week: Week) -> str:
    return _("Your week: %(address)s") % {"address": f"{base_url}/week/{week}"}
