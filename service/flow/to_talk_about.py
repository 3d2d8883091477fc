"""What a couple talks about before the week: what each of them raised, and once a month one shared question.

Pure. The question is about one chore, falls into the first week of a month, and is the same for both; there
is one for every month of two years, and the chore comes round with the weeks.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.checkin import CheckIn, Wish
from service.domain.chores import Chore
from service.domain.household import Household
from service.domain.week import Week
from service.flow.check_in_views import RaisedLine, ValuesQuestion
from service.flow.values_questions import values_questions
from service.flow.views import Changeable, WeekView
from service.planner.routines import block_name, routines
from service.words import _


def raised_lines(
    household: Household, check_in: CheckIn, chores: Sequence[Chore], proposal: WeekView | None
) -> tuple[RaisedLine, ...]:
    """In the order of the partners; a chore that has left the list since is not there any more."""
    names = {group[0].id: block_name(group) for group in routines(chores)}
    lines = []
    for partner in household.partners:
        answer = check_in.answers.get(partner.id)
        for raised in answer.raised if answer else ():
            if raised.chore in names:
                said = _sentence(raised.wish) % {"name": partner.name, "chore": names[raised.chore]}
                one = _changeable(proposal, raised.chore)
                follows = one is not None and _can_follow(one, raised.wish, partner.id)
                lines.append(RaisedLine(partner.id, raised.chore, raised.wish, said, follows))
    return tuple(lines)


def values_question(week: Week, chores: Sequence[Chore], proposal: WeekView | None) -> ValuesQuestion | None:
    """In the first week of each month, about a chore that the proposal holds; None in the others."""
    if proposal is None or week.monday.day > 7:
        return None
    thinking = {group[0].id: sum(chore.thinking_weight for chore in group) for group in routines(chores)}
    candidates = [one for one in proposal.changeable if one.chore in thinking and one.doer]
    candidates.sort(key=lambda one: (-thinking[one.chore], one.chore))  # what takes the most thought first
    if not candidates:
        return None
    month = week.monday.year * 12 + week.monday.month
    questions = values_questions()
    one = candidates[month % len(candidates)]
    return ValuesQuestion(
        chore=one.chore,
        title=one.title,
        sentence=questions[month % len(questions)] % {"chore": one.title},
        may_change_hands=one.may_change_hands,
        may_wait=one.may_wait,
    )


def _sentence(wish: Wish) -> str:
    return {
        "hand_over": _("%(name)s would like to hand over %(chore)s."),
        "shrink": _("%(name)s would like to make %(chore)s smaller."),
        "drop": _("%(name)s would like to drop %(chore)s."),
    }[wish]


def _can_follow(one: Changeable, wish: Wish, owner: str) -> bool:
    match wish:
        case "hand_over":
            return one.may_change_hands and one.doer == owner
        case "drop":
            return one.may_wait
        case "shrink":
            return False  # how a chore gets smaller is written in its standard, not in a week


def _changeable(proposal: WeekView | None, chore: str) -> Changeable | None:
    return next((one for one in proposal.changeable if one.chore == chore), None) if proposal else None
