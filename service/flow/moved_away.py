"""Which entries of ours their person has put into another calendar of theirs.

Reads: a poll's view of the other calendars, the questions. Writes: nothing. What is there is theirs now.
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.identity import entry_uid
from connectors.model import AccountDelta
from service.domain.entries import BlockKey, JournalEntry
from service.domain.household import HouseholdId, PartnerId
from service.domain.interval import Interval
from service.flow.follow_edits import ELSEWHERE, MovedAway
from service.ports import World


def moved_away(
    world: World,
    household: HouseholdId,
    partner: PartnerId,
    rows: Sequence[JournalEntry],
    delta: AccountDelta,
) -> MovedAway:
    """What of `rows` lies elsewhere. What was taken for deleted and has come back for it, also under the UID
    of an earlier writing: an app that moves an event may take it out first and put it in a minute later.
    """
    there = {found.uid: found.time for found in delta.elsewhere}
    to: dict[BlockKey, Interval | None] = {}
    late: set[BlockKey] = set()
    came_back = _came_back(world, household, partner, rows) if there else frozenset()
    for row in rows if there else ():
        uids = [row.uid]
        is_chore = row.entry.kind in ("chore", "duty")
        if row.entry.block in came_back or (is_chore and row.standing in ELSEWHERE):
            earlier = range(row.generation - 1, 0, -1)
            uids += [entry_uid(world.store.install, household, row.entry.mark, n) for n in earlier]
        if uid := next((uid for uid in uids if uid in there), None):
            time = there[uid]
            to[row.entry.block] = Interval(time.start_at, time.end_at) if time else None
            if uid != row.uid:
                late.add(row.entry.block)
    return MovedAway(to, frozenset(late), unread=delta.elsewhere_unread)


def _came_back(
    world: World, household: HouseholdId, partner: PartnerId, rows: Sequence[JournalEntry]
) -> frozenset[BlockKey]:
    """What that partner is taken to have deleted, and was written again."""
    again = {row.entry.week for row in rows if row.generation > 1}
    return frozenset(
        (week, question.key)
        for week in again
        for question in world.store.questions.of_week(household, week)
        if question.kind == "who_takes" and question.asker == partner
    )
