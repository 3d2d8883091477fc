"""What a page, a mail or a terminal may show one reader: values without behaviour.

Each is made for one reader, so privacy is decided where it is made, not where it is drawn. Instants
are UTC; whoever draws them uses the household's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from service.domain.chores import ChoreId
from service.domain.entries import Kind
from service.domain.household import Household, Partner, PartnerId
from service.domain.interval import Interval
from service.domain.week import Week
from service.planner.told import LeftOutLine


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A chore that somebody else does this week, and the true reason. Names, ready to be read.

    `own_reasons` is what a partner reads instead whose own calendar it was."""

    chore: str
    giver: PartnerId | None
    taker: PartnerId
    reason: str
    own_reasons: Mapping[str, str] = field(default_factory=dict)

    def reason_for(self, reader: str) -> str:
        return self.own_reasons.get(reader, self.reason)


@dataclass(frozen=True, slots=True)
class Changeable:
    """One chore of the proposal as its form offers it. `doer` is None for turns of both."""

    chore: ChoreId
    title: str
    doer: PartnerId | None
    may_change_hands: bool
    may_wait: bool


@dataclass(frozen=True, slots=True)
class StayLine:
    """A chore that stays; `times` says who does it how often."""

    chore: str
    times: tuple[tuple[PartnerId, int], ...]


Press = Literal["done", "not_done", "hand_over", "keep"]
"""What one may do with a block of one's own. keep: not to ask for it any more."""


@dataclass(frozen=True, slots=True)
class BlockLine:
    """Planned time in somebody's lane. `soft_line` is the one quiet line under the title; `presses` is what
    its reader may do with it, under its `key`."""

    partner: PartnerId
    kind: Kind
    title: str
    interval: Interval
    soft_line: str = ""
    key: str = ""
    presses: tuple[Press, ...] = ()


@dataclass(frozen=True, slots=True)
class DayLines:
    day: date
    blocks: tuple[BlockLine, ...]


@dataclass(frozen=True, slots=True)
class OwnTimeLine:
    """Protected self-care; `cover` is the display name of who is on duty, empty if nobody needs to be. `why`
    says why it is shorter than wished; empty where it is not."""

    partner: PartnerId
    name: str
    interval: Interval
    cover: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class LostWishLine:
    """A time for themselves that found no place, in words for `partner` alone."""

    partner: PartnerId
    name: str
    sentence: str
    offered: str

    @property
    def whole(self) -> str:
        """Why, and what would help."""
        return f"{self.sentence} {self.offered}"


@dataclass(frozen=True, slots=True)
class TradeLine:
    """A swap that both would gain by."""

    first: ChoreId
    second: ChoreId
    sentence: str


@dataclass(frozen=True, slots=True)
class WeekView:
    """A whole week for both to look at: the proposal, and the demo's story.

    `needs_somebody` is what must happen and found no place. `smaller` puts what can wait first, because both
    are low. `lost_wishes` are each for its own partner's eyes. `certificate` are plain sentences for behind a
    fold; `status` is the plan's (proven, best_found, greedy, mended, adjusted).
    """

    week: Week
    heading: str
    lead: str
    smaller: bool
    moves: tuple[MoveLine, ...]
    left_out: tuple[LeftOutLine, ...]
    stays: tuple[StayLine, ...]
    own_time: tuple[OwnTimeLine, ...]
    days: tuple[DayLines, ...]
    certificate: tuple[str, ...]
    status: str
    made_at: datetime
    needs_somebody: tuple[LeftOutLine, ...] = ()
    lost_wishes: tuple[LostWishLine, ...] = ()
    changeable: tuple[Changeable, ...] = ()
    trades: tuple[TradeLine, ...] = ()
    busy: Mapping[PartnerId, tuple[Interval, ...]] = field(default_factory=dict)


Offered = tuple[tuple[ChoreId, str], ...]
"""Chores to choose from: id and name."""


@dataclass(frozen=True, slots=True)
class Named:
    """What somebody named to themselves in the answer for `week`; it can be brought up there while that is
    open, or handed over."""

    week: Week
    chore: ChoreId
    title: str
    may_raise: bool


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A proposed change of what holds for both. `seen_at` goes back with a press, so that nobody says yes to
    another one than they read; `mine` was proposed by its reader; it is settled on the page at `address`."""

    id: str
    seen_at: str
    mine: bool
    sentence: str
    now: tuple[str, ...]
    then: tuple[str, ...]
    address: str = "/rules"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to an open question: what the form sends, and what its button says."""

    value: str
    label: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """An open question as it is put to one reader; one press on a choice answers it."""

    id: str
    sentence: str
    soft: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class OffView:
    """What being off means for the reader now. `heading` and `lead` are empty unless it is them;
    `may_be_asked` says that one tap would take the rest of their day off them."""

    heading: str = ""
    lead: str = ""
    news: tuple[str, ...] = ()
    may_be_undone: bool = False
    may_be_asked: bool = False


@dataclass(frozen=True, slots=True)
class TurnLine:
    """Who stays at home when; `name` is empty where nobody can. `offers` say what would have to give."""

    key: str
    day: date
    interval: Interval
    who: str | None
    name: str
    stands: bool
    may_be_taken: bool
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeView:
    """The days on which the children are at home; `heading` is empty when there are none.

    `turns_key` goes with a yes to the turns as they are shown. `waits_for` is who has not said yes to them
    yet, once the reader has. `can_wait` is what these days have let go, `own_time` what became of their own.
    """

    heading: str = ""
    lead: str = ""
    until: date | None = None
    turns: tuple[TurnLine, ...] = ()
    turns_key: str = ""
    asks_reader: bool = False
    waits_for: str = ""
    can_wait: tuple[str, ...] = ()
    own_time: tuple[str, ...] = ()
    may_be_undone: bool = False
    may_end: bool = False
    may_be_said: bool = False


@dataclass(frozen=True, slots=True)
class HelpLines:
    """Lines by name and number, free of charge and answered by day and night: somebody who listens, and help
    where home is not a safe place. "" for none."""

    listens: str = ""
    safe: str = ""


@dataclass(frozen=True, slots=True)
class MyWeekView:
    """The week page: one's own blocks, today first; of the partner only protected time and duty.

    `notices` is what keeps the reader's calendars from being read; `news` what the other one's answers
    changed in their week; `connect` whether they should connect a calendar, for the first time or anew;
    `google` whether theirs is at Google.
    `next_week` is the one after the running one, once it is planned; `check_in` the week asked about now.
    `welcome`: they have not said anything of themselves yet, or the home has not started.
    `hard_weeks`: the reader has answered *blown* three times in six weeks; `help_lines` are who to call.
    `named` is what they thought of when asked privately. `lost_wishes` are the reader's own.
    """

    household: Household
    reader: Partner
    week: Week
    today: date
    heading: str
    lead: str
    days: tuple[DayLines, ...]
    partner_own_time: tuple[OwnTimeLine, ...]
    notices: tuple[str, ...] = ()
    questions: tuple[QuestionLine, ...] = ()
    news: tuple[str, ...] = ()
    connect: bool = False
    google: bool = False
    next_week: Week | None = None
    check_in: Week | None = None
    welcome: bool = False
    off: OffView = OffView()
    home: HomeView = HomeView()
    hard_weeks: bool = False
    help_lines: HelpLines = HelpLines()
    named: Named | None = None
    rules: tuple[RuleLine, ...] = ()
    lost_wishes: tuple[LostWishLine, ...] = ()
