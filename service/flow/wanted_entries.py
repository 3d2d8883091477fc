"""What shall stand in each partner's calendar, week by week, when their people's edits are respected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from service.domain.entries import Entry
from service.domain.household import Household, Partner
from service.domain.week import Week
from service.flow.bundles import bundled
from service.flow.busy_time import busy_of
from service.flow.discretion import as_written
from service.flow.last_room import without_other_room
from service.flow.off_entries import standing_entries
from service.flow.plan_week import stored_snapshot
from service.ports import World


def desired_entries(
    world: World, household: Household, partner: Partner, now: datetime
) -> Mapping[Week, list[Entry]]:
    """What shall stand in `partner`'s calendar this week and next, where a plan is published."""
    return {
        each: [
            as_written(partner, entry, world.base_url)
            for entry in _busy_in_time(
                world, household, partner, each, _bundled(world, household, partner, each, entries)
            )
        ]
        for each, entries in planned_entries(world, household, partner, now).items()
    }


def planned_entries(
    world: World, household: Household, partner: Partner, now: datetime
) -> Mapping[Week, list[Entry]]:
    """The same, one for each block, however small."""
    chores, running = world.store.households.chores(household.id), Week.at(now, household.zone)
    return {
        each: standing_entries(world, household, partner, each, stored.plan, stored_snapshot(stored), chores)
        for each in (running, running.next)
        if (stored := world.store.plans.get(household.id, each, "published"))
    }


def _bundled(
    world: World, household: Household, partner: Partner, week: Week, entries: list[Entry]
) -> list[Entry]:
    rows = [r for r in world.store.journal.of_week(household.id, week) if r.entry.partner == partner.id]
    return bundled(
        entries,
        household.zone,
        touched={
            row.entry.key: row.entry.interval for row in rows if row.is_as_put or row.standing == "done"
        },
        gone={row.entry.key for row in rows if row.standing in ("missing", "settled")},
    )


def _busy_in_time(
    world: World, household: Household, partner: Partner, week: Week, entries: list[Entry]
) -> list[Entry]:
    """The same, busy where nothing but that time is left for a chore."""
    stored = world.store.plans.get(household.id, week, "published")
    if stored is None:
        return entries
    way_there = partner.travel if partner.busy_means == "out" else timedelta()
    taken = [interval.padded(way_there) for interval in busy_of(world, household.id, partner.id)]
    last = set(without_other_room(stored.plan, stored_snapshot(stored), partner.id, taken))
    return [
        replace(entry, busy=True) if entry.kind == "chore" and entry.key in last else entry
        for entry in entries
    ]
