"""Who lives here: the household, its partners, its sitters, and when the children are where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NewType
from zoneinfo import ZoneInfo

from service.domain.week import WeeklyMoment, WeeklyWindow

HouseholdId = NewType("HouseholdId", str)
PartnerId = NewType("PartnerId", str)
"""Unique inside its household, chosen by people (`ana`)."""


@dataclass(frozen=True, slots=True)
class SelfCareWish:
    """Time for oneself that a partner wants `per_week` times, inside `windows`, with cover."""

    name: str
    minutes: int
    per_week: int
    windows: tuple[WeeklyWindow, ...]
    needs_cover: bool = True


@dataclass(frozen=True, slots=True)
class Partner:
    """One of the two adults. `quiet_hours` are daily windows without block, mail or alarm.

    `offered_minutes_a_day` is what they mean to do on an ordinary day, `most_minutes_a_day` where it ends;
    left out, both are one.

    `busy_means` says where they are while their calendar is busy; `travel` surrounds busy time
    that means out of the house.
    """

    id: PartnerId
    name: str
    email: str
    quiet_hours: tuple[WeeklyWindow, ...] = ()
    most_minutes_a_day: int = 360
    self_care: tuple[SelfCareWish, ...] = ()
    busy_means: Literal["out", "home"] = "out"
    travel: timedelta = timedelta(minutes=20)
    offered_minutes_a_day: int | None = None

    @property
    def offered_a_day(self) -> int:
        """Minutes of chores on an ordinary day, never above the most."""
        offered = self.offered_minutes_a_day
        return self.most_minutes_a_day if offered is None else min(offered, self.most_minutes_a_day)


@dataclass(frozen=True, slots=True)
class Sitter:
    """A grandparent, friend or paid sitter: a name and regular hours; no account, no share."""

    id: str
    name: str
    hours: tuple[WeeklyWindow, ...]


@dataclass(frozen=True, slots=True)
class CheckInTimes:
    """When the weekly question is mailed, talked about, and closed."""

    opens: WeeklyMoment
    meets: WeeklyMoment
    closes: WeeklyMoment


@dataclass(frozen=True, slots=True)
class Household:
    """One home. All its windows and moments are in `zone`, wherever a partner happens to be.

    `base_split` gives each partner's part of an ordinary week, in any unit. `away` is when the
    children are out of the house, `asleep` when they sleep. `stretch_percent` is how much of what they
    offer a fine partner carries while the other is in the weeds or blown; 100 is no more than usual.
    """

    id: HouseholdId
    name: str
    zone: ZoneInfo
    partners: tuple[Partner, ...]
    check_in: CheckInTimes
    base_split: Mapping[PartnerId, int] = field(default_factory=dict)
    children_born: tuple[date, ...] = ()
    away: tuple[WeeklyWindow, ...] = ()
    asleep: tuple[WeeklyWindow, ...] = ()
    sitters: tuple[Sitter, ...] = ()
    stretch_percent: int = 125

    def partner(self, partner_id: str) -> Partner:
        """Raises KeyError when nobody here has that id."""
        for partner in self.partners:
            if partner.id == partner_id:
                return partner
        raise KeyError(partner_id)

    def other(self, partner_id: str) -> Partner:
        """The one who lives with `partner_id`. Raises KeyError for someone living alone."""
        for partner in self.partners:
            if partner.id != partner_id:
                return partner
        raise KeyError(partner_id)

    def name_of(self, person: str) -> str:
        """The display name of a partner or a sitter; the id itself when it is neither."""
        names = {p.id: p.name for p in self.partners} | {s.id: s.name for s in self.sitters}
        return names.get(person, person)
