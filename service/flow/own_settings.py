"""A partner's own settings: what only they change, as pure changes of what stands.

A form says which values it was shown (`mark_of`), so that what another page of theirs changed meanwhile is
seen and not silently overwritten; sent twice, it is saved once. The running week and one that is agreed
stand; the next one that is planned knows the change, and mail keeps to quiet hours at once.
Reads and writes: the household. Never: a calendar, a plan.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from service.domain.household import Consent, Household, HouseholdId, Partner, PartnerId, SelfCareWish
from service.domain.week import MINUTES_A_DAY, WeeklyWindow
from service.ports import World
from service.words import _

LONGEST_NAME = 80
MOST_WISHES = 12
LEAST_WISH_MINUTES = 15
MOST_TRAVEL_MINUTES = 6 * 60
CONSENTS: tuple[Consent, ...] = ("stretch", "pact")

Setting = Literal["quiet_hours", "minutes", "where"]
FIELDS: dict[Setting, tuple[str, ...]] = {
    "quiet_hours": ("quiet_hours",),
    "minutes": ("offered_minutes_a_day", "most_minutes_a_day"),
    "where": ("busy_means", "travel"),
}


class OwnRefusedError(ValueError):
    """What was typed cannot stand; `problems` says all of why, and nothing was saved."""

    def __init__(self, problems: Collection[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


class ChangedMeanwhileError(ValueError):
    """Another page of theirs has changed it since this one was shown. Nothing was saved: show what stands
    beside what was typed, and let them save once more."""


@dataclass(frozen=True, slots=True)
class WishWords:
    """A time for oneself as its form has it, but for when it may be."""

    name: str = ""
    minutes: str = "60"
    per_week: str = "1"
    needs_cover: bool = True


def mark_of(*values: object) -> str:
    """Stands for these very values in a form and in an address; the same ones always have the same."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def mark(partner: Partner, setting: Setting) -> str:
    """Of a setting as it stands."""
    return mark_of(*(getattr(partner, field) for field in FIELDS[setting]))


def put(
    world: World, household: HouseholdId, partner: PartnerId, setting: Setting, *values: Any, was: str
) -> None:
    """Change one setting; `values` in the order of FIELDS, `was` the mark of what the page had shown.

    Raises:
        ChangedMeanwhileError: it stands otherwise by now, and not as wanted.
    """

    def change(stands: Partner) -> Partner:
        wanted = replace(stands, **dict(zip(FIELDS[setting], values, strict=True)))
        if wanted != stands and mark(stands, setting) != was:
            raise ChangedMeanwhileError
        return wanted

    edit_partner(world, household, partner, change)


def edit_partner(
    world: World, household: HouseholdId, partner: PartnerId, change: Callable[[Partner], Partner]
) -> Household:
    """The household with that partner as `change` makes them of what stands now, in one transaction.

    Raises:
        KeyError: they have left. And whatever `change` raises; nothing is saved then.
    """

    def edited(stands: Household) -> Household:
        stands.partner(partner)
        return replace(
            stands, partners=tuple(change(one) if one.id == partner else one for one in stands.partners)
        )

    return world.store.households.edit(household, edited)


def minutes_of(offered: str, most: str) -> tuple[int | None, int]:
    """Minutes of chores on an ordinary day (empty: as many as at most), and on any.

    Raises:
        OwnRefusedError: with every problem.
    """
    problems = []
    most_minutes = _whole(most, 0, MINUTES_A_DAY)
    offered_minutes = _whole(offered, 0, MINUTES_A_DAY) if offered else None
    if most_minutes is None:
        problems.append(_("Say how many minutes a day at the very most, from 0 to 1440."))
    if offered and offered_minutes is None:
        problems.append(_("Say how many minutes on an ordinary day, or leave it empty."))
    if most_minutes is not None and offered_minutes is not None and offered_minutes > most_minutes:
        problems.append(_("An ordinary day cannot hold more than the most."))
    if problems or most_minutes is None:
        raise OwnRefusedError(problems)
    return offered_minutes, most_minutes


def where_of(busy_means: str, travel: str) -> tuple[Literal["out", "home"], timedelta]:
    """Where they are while busy, and the way there.

    Raises:
        OwnRefusedError: with every problem.
    """
    problems = []
    minutes = _whole(travel, 0, MOST_TRAVEL_MINUTES)
    if busy_means not in ("out", "home"):
        problems.append(_("Choose where you mostly are."))
    if minutes is None:
        problems.append(_("Say how many minutes the way takes, from 0 to 360."))
    if problems or minutes is None:
        raise OwnRefusedError(problems)
    return ("home" if busy_means == "home" else "out"), timedelta(minutes=minutes)


def wish_of(words: WishWords, windows: tuple[WeeklyWindow, ...] | None) -> SelfCareWish:
    """A time for oneself from its form; `windows` is None where they could not be read: that is said already.

    Raises:
        OwnRefusedError: with every problem.
    """
    problems = []
    minutes = _whole(words.minutes, LEAST_WISH_MINUTES, MINUTES_A_DAY)
    per_week = _whole(words.per_week, 1, 7)
    if not words.name:
        problems.append(_("Give it a name."))
    elif len(words.name) > LONGEST_NAME or "\n" in words.name:
        problems.append(_("Keep the name to one line."))
    if minutes is None:
        problems.append(_("Say how many minutes it takes, from 15 on."))
    if per_week is None:
        problems.append(_("Say how often a week, from 1 to 7."))
    if windows == ():
        problems.append(_("Say on which days and between which times it may be."))
    elif windows is not None and minutes is not None:
        if all(window.end_minute - window.start_minute < minutes for window in windows):
            problems.append(
                _("None of these times is as long as %(minutes)s minutes.") % {"minutes": minutes}
            )
        elif per_week is not None and per_week > len({day for window in windows for day in window.days}):
            problems.append(_("It comes once a day at most: tick as many days as times a week."))
    if problems or minutes is None or per_week is None or windows is None:
        raise OwnRefusedError(problems)
    return SelfCareWish(words.name, minutes, per_week, windows, needs_cover=words.needs_cover)


def words_of(wish: SelfCareWish) -> WishWords:
    return WishWords(wish.name, str(wish.minutes), str(wish.per_week), wish.needs_cover)


def wish_marked(partner: Partner, marked: str) -> SelfCareWish:
    """The wish of theirs that has that mark. Raises ChangedMeanwhileError when none has it any more."""
    for wish in partner.self_care:
        if mark_of(wish) == marked:
            return wish
    raise ChangedMeanwhileError


def add_wish(world: World, household: HouseholdId, partner: PartnerId, wish: SelfCareWish) -> None:
    """Put it behind the others; the very same one, sent twice, once.

    Raises:
        OwnRefusedError: another one has that name, or there are MOST_WISHES.
    """

    def change(stands: Partner) -> Partner:
        if wish in stands.self_care:
            return stands
        if len(stands.self_care) >= MOST_WISHES:
            raise OwnRefusedError([_("That is a lot already. Take one away first.")])
        _is_called_otherwise(wish, stands.self_care)
        return replace(stands, self_care=(*stands.self_care, wish))

    edit_partner(world, household, partner, change)


def change_wish(
    world: World, household: HouseholdId, partner: PartnerId, marked: str, wish: SelfCareWish
) -> None:
    """Put `wish` in the place of the one with that mark.

    Raises:
        ChangedMeanwhileError: it does not stand so any more, and `wish` is not what stands instead.
        OwnRefusedError: another one has that name.
    """

    def change(stands: Partner) -> Partner:
        if wish in stands.self_care:
            return stands
        before = wish_marked(stands, marked)
        _is_called_otherwise(wish, [one for one in stands.self_care if one != before])
        return replace(stands, self_care=tuple(wish if one == before else one for one in stands.self_care))

    edit_partner(world, household, partner, change)


def remove_wish(world: World, household: HouseholdId, partner: PartnerId, marked: str) -> None:
    """Raises ChangedMeanwhileError when it does not stand so any more; nothing was changed."""

    def change(stands: Partner) -> Partner:
        gone = wish_marked(stands, marked)
        return replace(stands, self_care=tuple(one for one in stands.self_care if one != gone))

    edit_partner(world, household, partner, change)


def consent(world: World, household: HouseholdId, partner: PartnerId, which: Consent, *, given: bool) -> None:
    """Give or take back one consent, alone and at any time; it holds while both have given it."""

    def change(stands: Partner) -> Partner:
        others = stands.consents - {which}
        return replace(stands, consents=others | {which} if given else others)

    edit_partner(world, household, partner, change)


def mail(world: World, household: HouseholdId, partner: PartnerId, *, mailed: bool) -> None:
    """Whether anything is mailed to them at all; without, it waits on their page, and so does what was on
    its way."""
    edit_partner(world, household, partner, lambda stands: replace(stands, mailed=mailed))
    if not mailed:
        world.store.outbox.drop_queued(household, partner, at=world.clock.now())


def be_discreet(world: World, household: HouseholdId, partner: PartnerId, *, discreet: bool) -> None:
    """Whether their calendar says what its entries are; it is written anew at once, but for what they moved
    or changed there themselves."""
    edit_partner(world, household, partner, lambda stands: replace(stands, discreet=discreet))
    world.store.due.wake(household, at=world.clock.now())


def _is_called_otherwise(wish: SelfCareWish, others: Collection[SelfCareWish]) -> None:
    if wish.name.casefold() in {one.name.casefold() for one in others}:
        raise OwnRefusedError([_("You have one called “%(name)s” already.") % {"name": wish.name}])


def _whole(typed: str, least: int, most: int) -> int | None:
    number = int(typed) if re.fullmatch(r"[0-9]{1,4}", typed, re.ASCII) else -1
    return number if least <= number <= most else None
