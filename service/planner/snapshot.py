"""Everything the planner may know about one household's week, as immutable values.

Built by the flow from the household, its answers and its calendars, or read from a file by
`service.planner.parse`. The planner sees nothing else: no clock, no store, no calendar. Instants are
aware UTC; `days` count from 0 = Monday; times of day are minutes after local midnight in `tz` and may
pass 1440 (after midnight). docs/planner.md describes the file that `to_json` writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count, islice
from typing import Literal

from service.domain.interval import Interval
from service.domain.plan import Block, Plan
from service.planner.part import Part, missed_after

State = Literal["fine", "weeds", "blown", "away"]
Mode = Literal["whole", "alternating", "duty"]
FixedStart = datetime | Literal["open", "left_out"]

VERSION = 1
STEP_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Adult:
    """One partner's week. `capacity_min` is final: factors and ceilings are already in it.

    `offered_min` and `state` are information; `state` only lets a blown partner's self-care go
    first. `share_weight` carries the base split and defaults to the capacity. A positive
    `ledger_min` means: did more than the agreed share before. `name` is how reasons call them.
    `day_limits` are days with another limit than usual. `partly_away`: away for some days, and `state` is
    of the others. `was_alone`: in the week before all the others were away, so that their self-care goes
    first.
    """

    id: str
    state: State
    offered_min: int
    capacity_min: int
    day_limit_min: int
    ledger_min: int
    may_be_planned: tuple[Interval, ...]
    at_home: tuple[Interval, ...]
    busy: tuple[Interval, ...] = ()
    share_weight: int | None = None
    name: str | None = None
    day_limits: Mapping[int, int] = field(default_factory=dict)
    partly_away: bool = False
    was_alone: bool = False

    def limit_on(self, day: int) -> int:
        """How many minutes that day may hold."""
        return self.day_limits.get(day, self.day_limit_min)

    @property
    def weight(self) -> int:
        return self.capacity_min if self.share_weight is None else self.share_weight

    @property
    def called(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Children:
    """When any child is at home, and when any child is awake. `kept_home` are the days on which they are at
    home though they would be out."""

    home: tuple[Interval, ...] = ()
    awake: tuple[Interval, ...] = ()
    kept_home: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who is on duty in regular hours, with no share of the chores."""

    id: str
    name: str
    hours: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """On any of `days`, from `start` to `end` (minutes after that day's local midnight)."""

    days: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a chore is wanted: on any of `days`, wholly between `start` and `end`.

    `fixed_start` is where a person put it themselves: whoever of them does it starts in that quarter of an
    hour, whatever the window, the calendar and the quiet hours say."""

    days: tuple[int, ...]
    start: int
    end: int
    usual_day: int
    fixed_start: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def window(self) -> Window:
        return Window(self.days, self.start, self.end)


@dataclass(frozen=True, slots=True)
class SelfCare:
    """A wish for protected time. `fixed_start` is an instant already settled, `"open"` (the
    planner looks for one) or `"left_out"` (settled as not placed this week). `title` is what its person
    called it when the week was planned. `wished_min` is how long they wish it, where `minutes` is only as
    long as the time between two feeds."""

    adult: str
    minutes: int
    windows: tuple[Window, ...]
    usual_min: int
    usual_day: int
    fixed_start: FixedStart = "open"
    needs_cover: bool = True
    title: str | None = None
    wished_min: int | None = None


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A chore. `previous` is its owner, `fixed_doer` whoever must do it this week (a named hand-over).

    `at_home`: True at home, False out of the house, None either. `needs` are things of which the
    household has one ("car"). With `blocked` false the minutes count in the shares and nothing is
    ever placed. With `shrinks` (whole chores above priority 0) a small week may hold half of its
    occurrences, rounded up, instead of none. `first_occurrence` is the week's number of the first one
    listed: above 0 when the week was under way and earlier ones had passed. `left_out_weeks` is how many
    weeks in a row it was left out before this one. `called_off` are those that nobody wants any more, or
    whose time went by without them, with their numbers; they are not among `occurrences`. `asked_last` are
    those of the eligible who do it only where nobody else has room (the level *spared*). A *duty* is held
    over its whole window (`service.planner.nights`); its `minutes` only count in the shares. `parts` are
    what its blocks hold that may be left out of them, counted in `minutes` and `mental_min`; `without` is
    what they go without already, and is not.
    """

    id: str
    title: str
    priority: int
    minutes: int
    mental_min: int
    at_home: bool | None
    with_children_ok: bool
    noisy: bool
    eligible: tuple[str, ...]
    previous: str | None
    burden_percent: Mapping[str, int]
    usual_min: int
    occurrences: tuple[Occurrence, ...]
    min_gap_days: int = 0
    tenure_weeks: int = 0
    mode: Mode = "whole"
    fixed_doer: str | None = None
    needs: tuple[str, ...] = ()
    blocked: bool = True
    shrinks: bool = False
    first_occurrence: int = 0
    left_out_weeks: int = 0
    called_off: tuple[tuple[int, Occurrence], ...] = ()
    asked_last: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    without: tuple[Part, ...] = ()

    @property
    def doers(self) -> tuple[str, ...]:
        """Who may do it this week."""
        return self.eligible if self.fixed_doer is None else (self.fixed_doer,)

    @property
    def by_turns(self) -> bool:
        """Whether each occurrence has a doer of its own (only what is placed can take turns)."""
        return self.mode != "whole" and self.blocked

    @property
    def is_duty(self) -> bool:
        return self.mode == "duty" and self.blocked

    @property
    def numbers(self) -> Sequence[int]:
        """The week's numbers of the occurrences listed."""
        if not self.called_off:
            return range(self.first_occurrence, self.first_occurrence + len(self.occurrences))
        off = {number for number, _ in self.called_off}
        wanted = (number for number in count(self.first_occurrence) if number not in off)
        return tuple(islice(wanted, len(self.occurrences)))

    def numbered(self, number: int) -> Occurrence:
        return self.occurrences[self.numbers.index(number)]

    @property
    def fewest(self) -> int:
        """How often it happens in a small week."""
        return -(-len(self.occurrences) // 2) if self.shrinks else len(self.occurrences)

    def is_small(self, placed: int) -> bool:
        """Whether only so many blocks make this a small week for it, whose doer carries but the fewest."""
        return self.shrinks and 0 < placed <= self.fewest < len(self.occurrences)

    @property
    def total_minutes(self) -> int:
        """Effort of all occurrences and the thinking, for one week."""
        return len(self.occurrences) * self.minutes + self.mental_min

    def missed(self, minutes: int) -> int:
        """What so many minutes of it count when they are left out: above priority 0 a quarter more for each
        week in a row that it was left out before; from double on, twice as much for each."""
        return missed_after(self.left_out_weeks if self.priority else 0, minutes)

    def missed_time(self) -> Iterator[tuple[int, int]]:
        """What one time of it without a place counts, each part at its own priority: (priority, minutes)."""
        own = self.minutes - sum(part.minutes for part in self.parts)
        yield self.priority, self.missed(own)
        yield from ((part.priority, part.missed(part.minutes)) for part in self.parts)

    def missed_thinking(self) -> Iterator[tuple[int, int]]:
        """What the thinking counts when the chore is left out whole; essential thinking never is."""
        own = self.mental_min - sum(part.mental_min for part in self.parts)
        if self.priority:
            yield self.priority, self.missed(own)
        yield from ((part.priority, part.missed(part.mental_min)) for part in self.parts)

    def missed_parts(self) -> Iterator[tuple[int, int]]:
        """What counts for that which its blocks go without."""
        for part in self.without:
            yield part.priority, self.missed_all(part)

    def missed_all(self, part: Part) -> int:
        """What a part counts that is left out each time, its thinking with it."""
        return len(self.occurrences) * part.missed(part.minutes) + part.missed(part.mental_min)

    def going_without(self, parts: Collection[str]) -> Responsibility:
        """The chore in blocks that go without these of its parts (by id); others named change nothing."""
        gone = tuple(part for part in self.parts if part.id in parts)
        return replace(
            self,
            minutes=self.minutes - sum(part.minutes for part in gone),
            mental_min=self.mental_min - sum(part.mental_min for part in gone),
            parts=tuple(part for part in self.parts if part not in gone),
            without=(*self.without, *gone),
        )

    def burden(self, adult: str, occurrences: int) -> int:
        """`occurrences` of it as felt by `adult`, without the thinking, rounded to minutes."""
        return (occurrences * self.minutes * self.burden_percent.get(adult, 100) + 50) // 100


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One household's week. With `now`, nothing is planned to start before it; with `published`,
    as few of its blocks as possible are moved, and none of those in `held` (their ids)."""

    name: str
    tz: str
    monday: date
    adults: tuple[Adult, ...]
    children: Children = Children()
    quiet: tuple[Interval, ...] = ()
    selfcare: tuple[SelfCare, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    sitters: tuple[Sitter, ...] = ()
    now: datetime | None = None
    published: Plan | None = None
    held: tuple[str, ...] = ()

    def is_settled(self, block: Block) -> bool:
        """Whether a published block stays as it is, whatever else is better: it has begun, or is held."""
        if self.published is None or self.now is None:
            return False
        return block.interval.start_at < self.now or block.id in self.held

    def going_without(self, without: Mapping[str, Collection[str]]) -> Snapshot:
        """The week with blocks that go without these parts, by chore; twice is the same as once."""
        if not without:
            return self
        chores = (chore.going_without(without.get(chore.id, ())) for chore in self.responsibilities)
        return replace(self, responsibilities=tuple(chores))

    @property
    def spares(self) -> bool:
        """Whether anybody is asked last for anything."""
        return any(chore.asked_last for chore in self.responsibilities)

    @property
    def has_duties(self) -> bool:
        return any(chore.is_duty for chore in self.responsibilities)

    def called(self, person: str) -> str:
        """The name to use for an adult or a sitter in a sentence."""
        for sitter in self.sitters:
            if sitter.id == person:
                return sitter.name
        return next((adult.called for adult in self.adults if adult.id == person), person)
