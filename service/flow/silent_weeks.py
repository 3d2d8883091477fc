"""After three weeks without an answer, a line in that person's own check-in mail says how little is enough.

Reads: the check-ins of the weeks before. Writes: nothing, and nobody else learns of it.
"""

from __future__ import annotations

from service.domain.household import HouseholdId, PartnerId
from service.domain.week import Week
from service.ports import World

MANY = 3


def silent_for_long(world: World, household: HouseholdId, partner: PartnerId, week: Week) -> bool:
    """Whether the three check-ins before that of `week` closed without an answer of theirs. A week in which
    nothing was asked is no silent one."""
    for _number in range(MANY):
        week = week.previous
        check_in = world.store.check_ins.get(household, week)
        if check_in is None or check_in.closed_at is None or partner in check_in.answers:
            return False
    return True
