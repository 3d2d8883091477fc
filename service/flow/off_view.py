"""What the week page says while somebody is off, to each of the two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service.dates import span
from service.domain.entries import Entry
from service.domain.household import Household, PartnerId
from service.domain.interval import Interval
from service.domain.off_time import OffTime
from service.flow import blown_now
from service.flow.children_called import the_children
from service.flow.off_entries import standing_entries, who_has_them
from service.flow.plan_week import stored_snapshot
from service.flow.views import OffView
from service.ports import World
from service.words import _, shown


def off_view(world: World, household: Household, reader: PartnerId, now: datetime) -> OffView:
    """As `reader` may see it at `now`: that they are off, what became theirs, what one tap would do."""
    for off in blown_now.running(world, household.id, now):
        titles = _titles(world, household, off)
        news = tuple(_news(household, off, titles, reader))
        if off.partner == reader:
            heading, lead = _heading(household, off)
            return OffView(heading=heading, lead=lead, news=news, may_be_undone=off.may_be_undone(now))
        return OffView(news=news, may_be_asked=blown_now.why_not(world, household, reader, now) is None)
    return OffView(may_be_asked=blown_now.why_not(world, household, reader, now) is None)


def _heading(household: Household, off: OffTime) -> tuple[str, str]:
    if off.cover is not None:
        return _("Don't get up."), who_has_them(household, off)
    return _("Nothing more today."), _("Only what cannot wait has stayed. Everything else is out of the day.")


def _news(
    household: Household, off: OffTime, titles: Mapping[str, tuple[str, Interval]], reader: PartnerId
) -> list[str]:
    said = []
    passed = [titles[key][0] for key in off.passed if key in titles]
    name = {"name": household.name_of(off.partner), "cover": household.name_of(str(off.cover))}
    if off.cover == reader:
        said.append(_("%(name)s is off. %(who)s") % {**name, "who": who_has_them(household, off)})
        if passed:
            said.append(_("Yours now: %(chores)s.") % {"chores": "; ".join(passed)})
    elif passed and off.partner == reader:
        said.append(_("%(cover)s takes %(chores)s.") % {**name, "chores": "; ".join(passed)})
    for key in off.unplaced if off.cover is not None else ():
        if key in titles:
            title, interval = titles[key]
            when = span(interval, household.zone)
            said.append(
                _("%(chore)s, %(when)s, found nobody else and stays where it is.")
                % {"chore": title, "when": when}
            )
    if off.cover is None and off.partner == reader and household.children_born:
        children = the_children(household, off.day)
        said.append(_("Nobody else is free to be with %(children)s just now.") % {"children": children})
    return said


def _titles(world: World, household: Household, off: OffTime) -> Mapping[str, tuple[str, Interval]]:
    stored = world.store.plans.get(household.id, off.week, "published")
    if stored is None:
        return {}
    chores, snapshot = world.store.households.chores(household.id), stored_snapshot(stored)
    entries: list[Entry] = []
    for partner in household.partners:
        entries += standing_entries(world, household, partner, off.week, stored.plan, snapshot, chores)
    return {entry.key: (shown(entry.title), entry.interval) for entry in entries if entry.kind != "sit_down"}
