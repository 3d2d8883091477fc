"""Now and then, on the answer page of whoever carries more of the thinking, one private question.

Pure: which one, and whether, follows from the week alone; from the list only whose thinking is more.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.checkin import CheckIn
from service.domain.chores import Chore
from service.domain.household import Household, PartnerId
from service.domain.week import Week
from service.flow.check_in_views import PrivateQuestion
from service.flow.views import Named
from service.planner.routines import block_name, routines
from service.words import _

EVERY_WEEKS = 2
MOST_OFFERED = 5


def private_question(
    household: Household, chores: Sequence[Chore], reader: PartnerId, week: Week
) -> PrivateQuestion | None:
    """Every second week, the two in turn; None for who carries no more than the other."""
    number = week.monday.toordinal() // 7
    if number % EVERY_WEEKS or len(household.partners) < 2:
        return None
    other = household.other(reader)
    if _thinking(chores, reader) <= _thinking(chores, other.id):
        return None
    held = [group for group in routines(chores) if group[0].owner == reader]
    if number // EVERY_WEEKS % 2:
        sentence = _("Could a grown-up be expected to do one of these for themselves?")
        held = [group for group in held if all(chore.shed != "never" for chore in group)]
    else:
        sentence = _("One thing to set down this week?")
    held.sort(key=lambda group: -sum(chore.thinking_weight for chore in group))
    offered = tuple((group[0].id, block_name(group)) for group in held[:MOST_OFFERED])
    return PrivateQuestion(sentence, offered) if offered else None


def named(
    check_in: CheckIn | None, chores: Sequence[Chore], reader: PartnerId, *, open_: bool
) -> Named | None:
    """What the reader named, while they hold it and have not brought it up. `open_`: it still can be."""
    answer = check_in.answers.get(reader) if check_in else None
    if check_in is None or answer is None or any(one.chore == answer.named for one in answer.raised):
        return None
    return next(
        (
            Named(check_in.week, group[0].id, block_name(group), may_raise=open_)
            for group in routines(chores)
            if group[0].id == answer.named and group[0].owner == reader
        ),
        None,
    )


def _thinking(chores: Sequence[Chore], partner: PartnerId) -> int:
    return sum(chore.thinking_weight for chore in chores if chore.owner == partner)
