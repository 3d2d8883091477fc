"""What one partner may say in the weekly answer: what is offered to them, and whether what came can be taken.

Reads: chores, last week's published plan and journal, one's own earlier answer. Writes: nothing. What is
offered depends on its reader alone, so that it says nothing of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.checkin import (
    DAY_PARTS,
    MOST_HAND_OVERS,
    MOST_MISSED,
    STATES,
    WISHES,
    Answer,
    DaysAway,
    OwnTimeWish,
    Raised,
    Source,
    State,
)
from service.domain.chores import Chore, ChoreId
from service.domain.household import Household, PartnerId
from service.domain.week import Week
from service.flow.check_in_views import Offers
from service.flow.plan_week import stored_snapshot
from service.flow.private_questions import private_question
from service.flow.views import Offered
from service.planner.routines import block_name, routines
from service.ports import World
from service.words import _

MOST_APPRECIATION_CHARACTERS = 500
LONGEST_OWN_TIME_NAME = 60
OWN_TIME_MINUTES = (30, 45, 60, 90, 120, 180, 240)


class AnswerRefusedError(ValueError):
    """The answer cannot be taken as it is; `problems` says all of why, and nothing was saved."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Asides:
    """What may be said besides, as it was typed or ticked. Days are ISO 8601, empty where not given."""

    raised_chore: str = ""
    raised_wish: str = ""
    missed: Sequence[str] = ()
    away_from: str = ""
    away_until: str = ""
    own_time_name: str = ""
    own_time_minutes: str = ""
    own_time_day: str = ""
    own_time_part: str = ""
    named: str = ""


NOTHING_BESIDES = Asides()


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it came, unchecked."""

    state: str
    hand_overs: Sequence[str] = ()
    appreciation: str = ""
    asides: Asides = NOTHING_BESIDES


def offers_for(
    world: World,
    household: Household,
    chores: Sequence[Chore],
    partner_id: PartnerId,
    week: Week,
    *,
    with_missed: bool = True,
) -> Offers:
    """What an answer may choose from; `missed` means reading the week before, so not where nobody answers."""
    held = [group for group in routines(chores) if group[0].owner == partner_id]
    return Offers(
        hand_overs=hand_over_choices(chores, partner_id),
        raised=tuple((group[0].id, block_name(group)) for group in held),
        missed=_perhaps_missed(world, household, partner_id, week) if with_missed else (),
        private=private_question(household, chores, partner_id, week),
        usual_own_time=next((wish.name for wish in household.partner(partner_id).self_care), ""),
    )


def hand_over_choices(chores: Sequence[Chore], partner_id: PartnerId) -> Offered:
    """What that partner holds and could hand over for a week: blocks that the other may do too."""
    return tuple(
        (group[0].id, block_name(group))
        for group in routines(chores)
        if group[0].owner == partner_id and len(group[0].only) != 1
    )


def _perhaps_missed(world: World, household: Household, partner_id: PartnerId, week: Week) -> Offered:
    """What was theirs in the week before and is worth a question: never left out, or missed before. What is
    marked as done, or still to come, is not asked."""
    stored = world.store.plans.get(household.id, week.previous, "published")
    if stored is None:
        return ()
    before = world.store.check_ins.get(household.id, week.previous)
    answer = before.answers.get(partner_id) if before else None
    missed_before = set(answer.missed) if answer else set()
    done = {
        row.entry.key
        for row in world.store.journal.of_week(household.id, week.previous, partner=partner_id)
        if row.standing in ("done", "settled", "moved")
    }
    now = world.clock.now()
    theirs = {
        block.responsibility
        for block in stored.plan.blocks_of(partner_id)
        if block.interval.end_at <= now and block.id not in done
    }
    worth_it = [
        chore
        for chore in stored_snapshot(stored).responsibilities
        if chore.id in theirs and (chore.priority == 0 or chore.id in missed_before)
    ]
    worth_it.sort(key=lambda chore: chore.id not in missed_before)
    return tuple((ChoreId(chore.id), chore.title) for chore in worth_it[:MOST_MISSED])


def checked(
    said: Said, offers: Offers, partner_id: PartnerId, week: Week, *, source: Source, now: datetime
) -> Answer:
    """The answer that was meant. Raises AnswerRefusedError with every problem at once."""
    problems: list[str] = []
    state = next((known for known in STATES if known == said.state), None)
    if state is None:
        problems.append(_("Choose one of the four: fine, in the weeds, blown or away."))
    problems += _hand_over_problems(said, state, {chore for chore, _name in offers.hand_overs})
    if len(said.appreciation) > MOST_APPRECIATION_CHARACTERS:
        problems.append(
            _("Keep the thanks under %(most)s characters.") % {"most": MOST_APPRECIATION_CHARACTERS}
        )
    days = _days_away(said.asides, week, problems) if state == "away" else None
    raised = _raised(said.asides, {chore for chore, _name in offers.raised}, problems)
    own_time = _own_time(said.asides, problems)
    could_name = {chore for chore, _name in offers.private.chores} if offers.private else set()
    if problems or state is None:
        raise AnswerRefusedError(problems)
    asked = {chore for chore, _name in offers.missed}
    return Answer(
        partner=partner_id,
        state=state,
        answered_at=now,
        source=source,
        hand_overs=tuple(map(ChoreId, dict.fromkeys(said.hand_overs))) if state == "weeds" else (),
        appreciation=said.appreciation.strip(),
        raised=raised,
        missed=tuple(ChoreId(chore) for chore in dict.fromkeys(said.asides.missed) if chore in asked),
        days_away=days,
        own_time=own_time,
        named=ChoreId(said.asides.named) if said.asides.named in could_name else None,
    )


def _hand_over_problems(said: Said, state: State | None, choices: Collection[str]) -> list[str]:
    problems = []
    unknown = [chore for chore in said.hand_overs if chore not in choices]
    if unknown:
        problems.append(
            _("“%(names)s” is not among the things you can hand over.") % {"names": "”, “".join(unknown)}
        )
    if len(set(said.hand_overs)) > MOST_HAND_OVERS:
        problems.append(_("Hand over at most %(most)s things.") % {"most": MOST_HAND_OVERS})
    if said.hand_overs and state not in (None, "weeds"):
        problems.append(_("Things are handed over in a week in the weeds; choose that, or clear them."))
    return problems


def _days_away(said: Asides, week: Week, problems: list[str]) -> DaysAway | None:
    """None is the whole week; one day alone is from then on, or until then."""
    if not said.away_from and not said.away_until:
        return None
    try:
        first = date.fromisoformat(said.away_from) if said.away_from else week.monday
        last = date.fromisoformat(said.away_until) if said.away_until else week.days[-1]
    except ValueError:
        problems.append(_("A day away is written like %(day)s.") % {"day": week.monday.isoformat()})
        return None
    days = DaysAway(first, last)
    if last < first:
        problems.append(_("The last day away is before the first; change one of them."))
    elif not days.of_week(week):
        problems.append(_("Those days are in another week. Leave them empty if you are here."))
    return days


def _own_time(said: Asides, problems: list[str]) -> OwnTimeWish | None:
    """None is as usual. Raised problems name what is missing; a part of the day that nobody offers is any."""
    name = said.own_time_name.strip()
    if not name:
        return None
    if len(name) > LONGEST_OWN_TIME_NAME:
        problems.append(_("Call your time by a few words."))
    minutes = int(said.own_time_minutes) if said.own_time_minutes in map(str, OWN_TIME_MINUTES) else 0
    if not minutes:
        problems.append(_("Say how long your time is."))
    day = int(said.own_time_day) if said.own_time_day in set("0123456") else None
    part = next((known for known in DAY_PARTS if known == said.own_time_part), None)
    return OwnTimeWish(name, minutes, day, part)


def _raised(said: Asides, own: Collection[str], problems: list[str]) -> tuple[Raised, ...]:
    if not said.raised_chore:
        return ()
    if said.raised_chore not in own:
        problems.append(_("Raise something that is yours."))
        return ()
    wish = next((known for known in WISHES if known == said.raised_wish), None)
    if wish is None:
        problems.append(_("Say what you would like: hand it over, make it smaller, or drop it."))
        return ()
    return (Raised(ChoreId(said.raised_chore), wish),)
