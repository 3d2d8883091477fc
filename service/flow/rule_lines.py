"""What is proposed between the two, as each of them reads it; what no longer changes anything is not shown.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.chores import Chore
from service.domain.household import Household, PartnerId, RuleChange
from service.flow.rule_kinds import KINDS, Standing
from service.flow.views import RuleLine
from service.words import _


def rule_lines(household: Household, chores: Sequence[Chore], reader: PartnerId) -> tuple[RuleLine, ...]:
    """The other's proposals before one's own."""
    lines = [
        _line(at, change, reader)
        for change in household.pending
        if (at := standing_of(change, household, chores)) and changes_something(at, change)
    ]
    return tuple(sorted(lines, key=lambda line: line.mine))


def standing_of(change: RuleChange, household: Household, chores: Sequence[Chore]) -> Standing | None:
    """What it would be laid upon; None when its chore is not on the list, or no longer its giver's."""
    chore = next((one for one in chores if one.id == change.about), None)
    if change.kind == "hand_over" and (chore is None or chore.owner != change.by):
        return None
    return Standing(household, chore) if chore or not change.about else None


def changes_something(at: Standing, change: RuleChange) -> bool:
    return KINDS[change.kind].now(at) != change.value


def _line(at: Standing, change: RuleChange, reader: PartnerId) -> RuleLine:
    kind, mine = KINDS[change.kind], change.by == reader
    sentence = _("You propose: %(about)s.") if mine else _("%(name)s proposes: %(about)s.")
    return RuleLine(
        id=change.id,
        seen_at=change.proposed_at.isoformat(),
        mine=mine,
        sentence=sentence % {"name": at.household.name_of(change.by), "about": kind.heading(at)},
        now=kind.words(at, kind.now(at)),
        then=kind.words(at, change.value),
        address=f"/list/{change.about}/card" if change.kind == "hand_over" else "/rules",
    )
