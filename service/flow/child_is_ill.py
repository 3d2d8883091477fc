"""*Child is ill, or the nursery is closed*, until a day: said by either, and the week becomes small at once.

Reads: the household, the published plans. Writes: the days, and by `keep_home` the published plans. Never:
a calendar; the tick that is woken writes there. Who stays at home is a proposal until both have said yes. It
ends by itself after its last day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from service.domain.days_at_home import UNDO_WITHIN, DaysAtHome, HomeTurn
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.week import Week, window_intervals
from service.flow.blown_now import NotNowError
from service.flow.keep_home import follow_days_at_home
from service.flow.plan_week import PlanChangedError
from service.planner.free_time import days_elsewhere
from service.ports import World
from service.words import _


def running(world: World, household: Household, now: datetime) -> DaysAtHome | None:
    """The days at home that are not over at `now`."""
    days = world.store.days_at_home.get(household.id)
    over = days is None or days.is_over or days.last_on < now.astimezone(household.zone).date()
    return None if over else days


def why_not(world: World, household: Household, now: datetime) -> str | None:
    """Why it cannot be said now, as a sentence; None when it can."""
    if not household.children_born:
        return _("No child lives here, as far as Offplate knows.")
    if _are_elsewhere(household, now):
        return _("No child is at home today or tomorrow, as your hours stand, so nothing changes.")
    if world.store.plans.get(household.id, Week.at(now, household.zone), "published") is None:
        return _("Nothing is planned yet, so there is nothing to make smaller.")
    return None


def _are_elsewhere(household: Household, now: datetime) -> bool:
    """Today and tomorrow from morning to night: in their other home."""
    today = now.astimezone(household.zone).date()
    two = (today, today + timedelta(days=1))
    return all(day.weekday() in days_elsewhere(household, Week.of(day)) for day in two)


def possible_days(household: Household, now: datetime) -> list[date]:
    """The days until which it can be said: today to the end of the coming week."""
    today = now.astimezone(household.zone).date()
    last = Week.of(today).next.days[6]
    return [today + timedelta(days=n) for n in range((last - today).days + 1)]


def say(world: World, household_id: HouseholdId, partner_id: PartnerId, until: date) -> None:
    """The children are at home until that day, it included. Said again, with another day, it is until then.

    Raises:
        NotNowError: with a sentence for the reader; nothing was changed.
    """
    household, now = world.store.households.get(household_id), world.clock.now()
    if sentence := why_not(world, household, now):
        raise NotNowError(sentence)
    if until not in possible_days(household, now):
        raise NotNowError(_("Choose a day from today to the end of the coming week."))

    def said(stands: DaysAtHome | None) -> DaysAtHome:
        today = now.astimezone(household.zone).date()
        if stands is None or stands.is_over or stands.last_on < today:
            return DaysAtHome(partner_id, now, today, until, undo_until_at=now + UNDO_WITHIN)
        if stands.last_on == until:
            return stands
        return replace(
            stands,
            said_by=partner_id,
            said_at=now,
            last_on=until,
            undo_until_at=None,
            turns=tuple(turn for turn in stands.turns if turn.day <= until),
        )

    world.store.days_at_home.edit(household_id, said)
    _at_once(world, household, now)


def well_again(world: World, household_id: HouseholdId) -> None:
    """It ends with today, or if today's hours out have not begun, before today.

    Raises:
        NotNowError: with a sentence for the reader; nothing was changed.
    """
    household, now = world.store.households.get(household_id), world.clock.now()
    last_on = last_day_if_well(household, now)

    def ended(stands: DaysAtHome | None) -> DaysAtHome:
        if stands is None or stands.is_over or stands.last_on <= last_on:
            raise NotNowError(_("It is over already, or ends by itself tonight."))
        return replace(
            stands,
            last_on=last_on,
            undo_until_at=None,
            turns=tuple(turn for turn in stands.turns if turn.day <= last_on),
        )

    world.store.days_at_home.edit(household_id, ended)
    _at_once(world, household, now)


def last_day_if_well(household: Household, now: datetime) -> date:
    """Today if the children would be out by now or have been, else yesterday."""
    today = now.astimezone(household.zone).date()
    of_today = [
        hours
        for hours in window_intervals(household.away_in(Week.of(today)), Week.of(today), household.zone)
        if hours.start_at.astimezone(household.zone).date() == today
    ]
    begun = any(hours.start_at <= now for hours in of_today)
    return today if begun else today - timedelta(days=1)


def is_evening(household: Household, now: datetime) -> bool:
    """Whether today's hours out are over, or there are none: then it is about tomorrow."""
    today = now.astimezone(household.zone).date()
    return not any(
        hours.end_at > now
        for hours in window_intervals(household.away_in(Week.of(today)), Week.of(today), household.zone)
        if hours.start_at.astimezone(household.zone).date() == today
    )


def undo(world: World, household_id: HouseholdId) -> None:
    """Everything as it was, within the hour and while nothing has come in between.

    Raises:
        NotNowError: with a sentence for the reader; nothing was changed.
    """
    household, now = world.store.households.get(household_id), world.clock.now()

    def taken_back(stands: DaysAtHome | None) -> DaysAtHome:
        if stands is None or not stands.may_be_undone(now):
            raise NotNowError(_("The hour for this is over. When all is well again, say so."))
        for week, made_at in stands.changed_to_at.items():
            stored = world.store.plans.get(household_id, Week.parse(week), "published")
            if stored is None or stored.made_at != made_at:
                raise NotNowError(_("The week has changed since, so this stays. Say when all is well again."))
        return replace(stands, taken_back=True, turns=())

    world.store.days_at_home.edit(household_id, taken_back)
    _at_once(world, household, now)


def say_yes(world: World, household_id: HouseholdId, partner_id: PartnerId, shown: str) -> None:
    """This partner says yes to the turns as they were `shown` (see `turns_key`); those that both have said
    yes to stand.

    Raises:
        NotNowError: the turns are others by now; with a sentence for the reader.
    """

    def agreed(stands: DaysAtHome | None) -> DaysAtHome:
        if stands is None or stands.is_over or turns_key(stands) != shown:
            raise NotNowError(_("The days have been divided anew meanwhile. This is how they stand now."))
        return replace(stands, turns=tuple(_with_yes(turn, partner_id) for turn in stands.turns))

    world.store.days_at_home.edit(household_id, agreed)
    world.store.due.wake(household_id, at=world.clock.now())


def take(world: World, household_id: HouseholdId, partner_id: PartnerId, turn_key: str) -> None:
    """This partner stays at home for that turn, whatever was proposed; the other is asked to say yes to it.

    Raises:
        NotNowError: there is no such turn any more; with a sentence for the reader.
    """

    def taken(stands: DaysAtHome | None) -> DaysAtHome:
        turns = () if stands is None or stands.is_over else stands.turns
        if stands is None or turn_key not in {turn.key for turn in turns}:
            raise NotNowError(_("The days have been divided anew meanwhile. This is how they stand now."))
        return replace(
            stands,
            turns=tuple(
                replace(turn, who=partner_id, said_yes=(partner_id,))
                if turn.key == turn_key and turn.who != partner_id
                else turn
                for turn in turns
            ),
        )

    world.store.days_at_home.edit(household_id, taken)
    world.store.due.wake(household_id, at=world.clock.now())


def turns_key(days: DaysAtHome) -> str:
    """A name for the turns exactly as they are, whoever has said yes: a form says which ones it showed."""
    said = " ".join(f"{turn.key} {turn.interval.end_at:%H%M} {turn.who}" for turn in days.turns)
    return sha256(said.encode()).hexdigest()[:16]


def _with_yes(turn: HomeTurn, partner: PartnerId) -> HomeTurn:
    if turn.who is None or partner in turn.said_yes:
        return turn
    return replace(turn, said_yes=(*turn.said_yes, partner))


def _at_once(world: World, household: Household, now: datetime) -> None:
    """The weeks follow now if nobody is at them, else with the tick, which is woken."""
    try:
        follow_days_at_home(world, household, now=now)
    except PlanChangedError:
        pass
    finally:
        world.store.due.wake(household.id, at=now)
