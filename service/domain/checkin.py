"""The weekly question: a week's two answers, and what a missing one means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from service.domain.chores import ChoreId
from service.domain.household import PartnerId, SelfCareWish
from service.domain.interval import Interval
from service.domain.week import Week, WeeklyWindow, instant_of

State = Literal["fine", "weeds", "blown", "away"]
STATES: tuple[State, ...] = ("fine", "weeds", "blown", "away")
STATE_WORDS: Mapping[State, str] = {
    "fine": "fine",
    "weeds": "in the weeds",
    "blown": "blown",
    "away": "away",
}

Source = Literal["page", "console"]
"""Where an answer or agreement was given; one from the console is marked so on the shared page."""

Wish = Literal["hand_over", "shrink", "drop"]
"""What somebody would like to happen with a chore of theirs; both talk about it."""
WISHES: tuple[Wish, ...] = ("hand_over", "shrink", "drop")

MOST_HAND_OVERS = 3
MOST_MISSED = 5


@dataclass(frozen=True, slots=True)
class Raised:
    """A chore that its owner brings to the table."""

    chore: ChoreId
    wish: Wish


@dataclass(frozen=True, slots=True)
class DaysAway:
    """Local days, both included."""

    first_on: date
    last_on: date

    def of_week(self, week: Week) -> list[date]:
        return [day for day in week.days if self.first_on <= day <= self.last_on]

    def interval(self, week: Week, zone: ZoneInfo) -> Interval | None:
        """The days of `week` that are away, from midnight to midnight; None where there are none."""
        days = self.of_week(week)
        if not days:
            return None
        return Interval(instant_of(days[0], 0, zone), instant_of(days[-1] + timedelta(days=1), 0, zone))


DayPart = Literal["morning", "afternoon", "evening"]
DAY_PARTS: Mapping[DayPart, tuple[int, int]] = {
    "morning": (7 * 60, 12 * 60),
    "afternoon": (12 * 60, 18 * 60),
    "evening": (18 * 60, 22 * 60),
}
"""From and until, in minutes after local midnight."""
WHOLE_DAY = (7 * 60, 22 * 60)


@dataclass(frozen=True, slots=True)
class OwnTimeWish:
    """Time for oneself in that one week, in place of what is usual. `day` 0 is Monday, None is any."""

    name: str
    minutes: int
    day: int | None = None
    part: DayPart | None = None

    def in_place_of(self, usual: SelfCareWish | None) -> SelfCareWish:
        """As a wish for one time; who watches over it is as usual."""
        start, end = DAY_PARTS[self.part] if self.part else WHOLE_DAY
        days = tuple(range(7)) if self.day is None else (self.day,)
        return SelfCareWish(
            name=self.name,
            minutes=self.minutes,
            per_week=1,
            windows=(WeeklyWindow(days, start, end),),
            needs_cover=usual is None or usual.needs_cover,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """How one partner is. `hand_overs` only with `weeds`, `days_away` only with `away` (None: all week).

    `appreciation` and `raised` are read at the reveal. `missed` is what they say did not happen in the
    week before, `named` what they thought of when asked privately: theirs alone, counted nowhere, and
    forgotten with the words, as `own_time` is.
    """

    partner: PartnerId
    state: State
    answered_at: datetime
    source: Source = "page"
    hand_overs: tuple[ChoreId, ...] = ()
    appreciation: str = ""
    raised: tuple[Raised, ...] = ()
    missed: tuple[ChoreId, ...] = ()
    days_away: DaysAway | None = None
    own_time: OwnTimeWish | None = None
    named: ChoreId | None = None

    def is_partly_away(self, week: Week) -> bool:
        """Whether they are away for some days of it and here for the others."""
        away = self.days_away
        return self.state == "away" and away is not None and len(away.of_week(week)) < len(week.days)


ChangeKind = Literal["keep", "give", "swap", "drop"]
"""keep: it stays with whom the proposal gives it · give: to the other · swap: with something of the
other's · drop: not this week."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What a change of the proposal changed, as it was before: who did which chore, where which block (by its
    id) stood (None: it was left out, or nowhere), and what the blocks of a chore went without."""

    doers: Mapping[str, PartnerId | None] = field(default_factory=dict)
    blocks: Mapping[str, tuple[PartnerId, Interval] | None] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProposalChange:
    """Something that one of them changed in the proposal. `doers` are whom it gives which chores, `starts`
    when which of their blocks (by its id) begins; `dropped` is what waits; `said` is what it moved, in
    words, for both; `before` takes it back."""

    kind: ChangeKind
    by: PartnerId
    doers: Mapping[str, PartnerId] = field(default_factory=dict)
    dropped: str | None = None
    said: tuple[str, ...] = ()
    starts: Mapping[str, datetime] = field(default_factory=dict)
    before: Undoing = Undoing()


@dataclass(frozen=True, slots=True)
class Agreement:
    partner: PartnerId
    agreed_at: datetime
    source: Source = "page"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One week's check-in. Answers are sealed: only `revealed` ones may be shown to the other."""

    week: Week
    opened_at: datetime
    closes_at: datetime
    answers: Mapping[PartnerId, Answer] = field(default_factory=dict)
    agreements: Mapping[PartnerId, Agreement] = field(default_factory=dict)
    closed_at: datetime | None = None
    changes: tuple[ProposalChange, ...] = ()

    @property
    def late(self) -> tuple[Answer, ...]:
        """The answers that came after the close."""
        return tuple(one for one in self.answers.values() if one.answered_at >= self.closes_at)

    def revealed(self, partners: Sequence[PartnerId]) -> bool:
        """Whether everybody has answered, or the check-in is closed."""
        return self.closed_at is not None or all(partner in self.answers for partner in partners)

    def agreed(self, partners: Sequence[PartnerId]) -> bool:
        return all(partner in self.agreements for partner in partners)


def state_when_silent(earlier: Sequence[State | None]) -> State:
    """What no answer means, from that person's earlier weeks, latest first (`None` = silent too).

    The last *blown* or *weeds* holds one more week, then becomes *weeds*, then *fine*; so silence
    never raises a share in its first week. *Away* ends by itself: an absence is always stated.
    """
    silent_weeks = 0
    for state in earlier:
        if state is not None:
            break
        silent_weeks += 1
    else:
        return "fine"
    last = earlier[silent_weeks]
    if last == "blown":
        return "blown" if silent_weeks == 0 else "weeds" if silent_weeks == 1 else "fine"
    if last == "weeds":
        return "weeds" if silent_weeks == 0 else "fine"
    return "fine"
