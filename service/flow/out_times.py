"""When are you out? Asked of whoever has no digital calendar; it makes them busy as a calendar would.

What was said holds from its week on, so that an ordinary week needs no press. Only its partner sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.interval import Interval
from service.domain.week import Week, WeeklyWindow, window_intervals
from service.ports import World

WEEKS_AHEAD = 5
"""As far as calendars are read."""
MOST_WINDOWS = 40


@dataclass(frozen=True, slots=True)
class OutView:
    """What holds in `week`; `as_before` when nothing was said for it yet. `connected`: a calendar is read."""

    household: Household
    week: Week
    today: date
    windows: tuple[WeeklyWindow, ...]
    as_before: bool
    connected: bool


class TooManyTimesError(ValueError):
    """More than a week holds; nothing was saved."""


def view(world: World, household_id: HouseholdId, partner: PartnerId, week: Week) -> OutView:
    household = world.store.households.get(household_id)
    said = world.store.out_times.of_partner(household_id, partner)
    return OutView(
        household=household,
        week=week,
        today=world.clock.now().astimezone(household.zone).date(),
        windows=out_in(said, week),
        as_before=week not in said and bool(out_in(said, week)),
        connected=world.store.accounts.get(household_id, partner) is not None,
    )


def out_in(said: Mapping[Week, tuple[WeeklyWindow, ...]], week: Week) -> tuple[WeeklyWindow, ...]:
    """What holds in that week: what was said for it, else for the last week before it."""
    held = [each for each in said if each <= week]
    return said[max(held)] if held else ()


def out_intervals(world: World, household_id: HouseholdId, partner: PartnerId) -> list[Interval]:
    """When they are out, from the week before the running one to the end of what is planned ahead."""
    said = world.store.out_times.of_partner(household_id, partner)
    if not said:
        return []
    zone = world.store.households.get(household_id).zone
    week = Week.at(world.clock.now(), zone).previous
    found: list[Interval] = []
    for _ in range(WEEKS_AHEAD + 2):
        found += window_intervals(out_in(said, week), week, zone)
        week = week.next
    return found


def save(
    world: World,
    household_id: HouseholdId,
    partner: PartnerId,
    week: Week,
    windows: Sequence[WeeklyWindow],
) -> None:
    """Say when they are out, from `week` on; the next tick moves what that hits.

    Raises:
        TooManyTimesError: nothing was saved.
    """
    if len(windows) > MOST_WINDOWS:
        raise TooManyTimesError
    world.store.out_times.save(household_id, partner, week, windows)
    world.store.due.wake(household_id, at=world.clock.now())
