"""Who lives here: the household, its partners, its sitters, and when the children are where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, NewType
from zoneinfo import ZoneInfo

from service.domain.week import MINUTES_A_DAY, Week, WeeklyMoment, WeeklyWindow

HouseholdId = NewType("HouseholdId", str)
PartnerId = NewType("PartnerId", str)
"""Unique inside its household, chosen by people (`ana`)."""

Consent = Literal["stretch", "pact"]
"""What a partner agrees to once. stretch: my week may get bigger while the other is low · pact: when one of
us is blown, the other takes what fits, no questions."""

RuleKind = Literal["base_split", "shed", "only", "standard", "children", "sitters", "moments", "hand_over"]
"""What one proposes and the other confirms; shed, only, standard and hand_over are about one chore."""


WHOLE_WEEK = WeeklyWindow(tuple(range(7)), 0, MINUTES_A_DAY)


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
    left out, both are one. `consents` are theirs alone to give and to take back, and so is `mailed`: without
    it nothing is mailed, and all of it waits on their page. Who is `discreet` has "Appointment" in their
    calendar, whatever it is.

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
    consents: frozenset[Consent] = frozenset({"stretch"})
    mailed: bool = True
    discreet: bool = False

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
class OtherWeek:
    """Every second week, where the children live it differently, as with two homes.

    `from_on` is any day of one such week; they are counted from it in both directions, so that a year of 53
    weeks changes nothing. `here` is False where they spend it elsewhere altogether; else `away` and `asleep`
    are its hours.
    """

    from_on: date
    here: bool = True
    away: tuple[WeeklyWindow, ...] = ()
    asleep: tuple[WeeklyWindow, ...] = ()

    def is_of(self, week: Week) -> bool:
        return (week.monday - Week.of(self.from_on).monday).days % 14 == 0


@dataclass(frozen=True, slots=True)
class CheckInTimes:
    """When the weekly question is mailed, talked about, and closed."""

    opens: WeeklyMoment
    meets: WeeklyMoment
    closes: WeeklyMoment


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A change of what holds for both: proposed by one, in force once the other has confirmed it.

    `about` is the chore's id, empty where the household is meant. `value` is the new value as plain
    JSON, in the form that `flow.house_rules` writes and reads.
    """

    kind: RuleKind
    about: str
    by: PartnerId
    proposed_at: datetime
    value: Mapping[str, Any]

    @property
    def id(self) -> str:
        """One change of a kind at a time; a newer proposal takes the place of the older."""
        return f"{self.kind}.{self.about}" if self.about else self.kind


@dataclass(frozen=True, slots=True)
class Household:
    """One home. All its windows and moments are in `zone`, wherever a partner happens to be.

    `base_split` gives each partner's part of an ordinary week, in any unit. `away` is when the
    children are out of the house, `asleep` when they sleep, and `other_week` is every second week where that
    is not so; `away_in` and `asleep_in` know which. `stretch_percent` is how much of what they
    offer a fine partner carries while the other is in the weeds or blown, if both agree to that; 100 is
    no more than usual.

    `in_set_up`: its pages are still being filled in, so nothing is planned, written or mailed. `set_up_on`
    is the local day on which they were finished; in that week owners keep what they hold. `stopped_on` is the
    local day on which somebody left. `run_by` names
    whoever runs the machine. `pending` waits for the other's yes; `declined` are chores of the starter
    list that this home does not want. `holders` are, during set-up, who takes which bundle of that list: a
    partner's id, `both` or `nobody`. `handed_over`: whoever set up was shown the other's own link,
    once. `joined`: who has said something of themselves since.
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
    other_week: OtherWeek | None = None
    sitters: tuple[Sitter, ...] = ()
    stretch_percent: int = 125
    in_set_up: bool = False
    set_up_on: date | None = None
    stopped_on: date | None = None
    run_by: str = ""
    pending: tuple[RuleChange, ...] = ()
    declined: tuple[str, ...] = ()
    holders: Mapping[str, str] = field(default_factory=dict)
    handed_over: bool = False
    joined: tuple[PartnerId, ...] = ()

    def away_in(self, week: Week) -> tuple[WeeklyWindow, ...]:
        """When the children are out of the house in that week: all of it, where they spend it elsewhere."""
        other = self._other_in(week)
        if other is None:
            return self.away
        return other.away if other.here else (WHOLE_WEEK,)

    def asleep_in(self, week: Week) -> tuple[WeeklyWindow, ...]:
        """When they sleep in that week; of one that they spend elsewhere, what the week beside it has."""
        other = self._other_in(week)
        return other.asleep if other and other.here else self.asleep

    def _other_in(self, week: Week) -> OtherWeek | None:
        return self.other_week if self.other_week and self.other_week.is_of(week) else None

    def agreed_to(self, consent: Consent) -> bool:
        """Whether everybody here has given that consent."""
        return all(consent in partner.consents for partner in self.partners)

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
