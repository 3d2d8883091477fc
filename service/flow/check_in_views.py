"""What the check-in offers one reader, and what it shows both: values without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from service.domain.checkin import Agreement, Answer, ProposalChange, Wish
from service.domain.chores import Chore, ChoreId
from service.domain.household import Household, Partner, PartnerId
from service.domain.week import Week
from service.flow.views import Named, Offered, RuleLine, WeekView


@dataclass(frozen=True, slots=True)
class PrivateQuestion:
    """Now and then, to whoever carries more of the thinking. What they name is theirs alone."""

    sentence: str
    chores: Offered


@dataclass(frozen=True, slots=True)
class Offers:
    """What the answer page offers its reader. `missed` are a few of theirs in the week before;
    `usual_own_time` is what a wish for that week would take the place of, empty for nothing."""

    hand_overs: Offered = ()
    raised: Offered = ()
    missed: Offered = ()
    private: PrivateQuestion | None = None
    usual_own_time: str = ""


@dataclass(frozen=True, slots=True)
class RaisedLine:
    """Something that its owner brought to the table, in words. `in_proposal`: the proposal can follow it."""

    partner: PartnerId
    chore: ChoreId
    wish: Wish
    sentence: str
    in_proposal: bool


@dataclass(frozen=True, slots=True)
class ValuesQuestion:
    """Once a month: one question about one chore, for both."""

    chore: ChoreId
    title: str
    sentence: str
    may_change_hands: bool
    may_wait: bool


Stage = Literal["answer", "waiting", "together", "agreed", "closed"]
"""answer: this reader has not answered · waiting: they have, the reveal has not come · together: both
are revealed and the proposal waits for *Agree* · agreed: the plan is published · closed: the moment passed
without one."""


@dataclass(frozen=True, slots=True)
class CheckInView:
    """The check-in as one partner may see it. `answers` is empty until both are revealed.

    `answering`: what they are to see is the form of an answer; `is_late`: it counts for what is still ahead.
    `changed_late`: an answer came after the close.
    `sit_down` says when they sit together, and who hosts.
    `hard_weeks`: one of them has answered *blown* three times in six weeks; whom it was is not said.
    `standards` is what done means and the minutes it takes, of what there is to talk about.
    """

    household: Household
    reader: Partner
    week: Week
    stage: Stage
    closes_at: datetime
    may_answer: bool
    answering: bool
    my_answer: Answer | None
    offers: Offers
    answers: Mapping[PartnerId, Answer] = field(default_factory=dict)
    agreements: Mapping[PartnerId, Agreement] = field(default_factory=dict)
    proposal: WeekView | None = None
    changes: tuple[ProposalChange, ...] = ()
    sit_down: str = ""
    is_late: bool = False
    changed_late: bool = False
    hard_weeks: bool = False
    raised: tuple[RaisedLine, ...] = ()
    values: ValuesQuestion | None = None
    named: Named | None = None
    rules: tuple[RuleLine, ...] = ()
    standards: Mapping[ChoreId, tuple[str, int]] = field(default_factory=dict)
    job_offers: tuple[Chore, ...] = ()
