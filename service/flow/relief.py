"""What is not a partner's this week although it could be: a free-time entry that lets them lie down.

A night held by the other, and an early morning, an early start or an evening at home that is usually this
partner's. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.domain.entries import Entry
from service.domain.household import Household, Partner
from service.domain.interval import Interval
from service.domain.plan import Block, Plan
from service.domain.week import Week
from service.planner.nights import Half, in_order, nights
from service.planner.snapshot import Responsibility, Snapshot
from service.words import _

_MORNING_BEGINS_AT_HOUR, _MORNING_ENDS_AT_HOUR, _EVENING_BEGINS_AT_HOUR = 4, 8, 18


def relief_entries(
    household: Household, partner: Partner, week: Week, plan: Plan, snapshot: Snapshot, last_line: str
) -> list[Entry]:
    """Those of `partner`, none without another; `last_line` ends each description."""
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    found = []
    told: set[str] = set()
    for holder, blocks in _whole_nights(household, plan, chores):
        if holder != partner.id:
            told |= {block.id for block in blocks}
            title = _("%(name)s has the night") % {"name": household.name_of(holder)}
            until = max(block.interval.end_at for block in blocks)
            found.append((blocks[0], title, Interval(blocks[0].interval.start_at, until)))
    for block in plan.blocks:
        if block.id not in told and _is_passed(household, partner, block, chores[block.responsibility]):
            title = _("%(chore)s: %(name)s has it") % {
                "chore": chores[block.responsibility].title,
                "name": household.name_of(block.adult),
            }
            found.append((block, title, block.interval))
    return [
        Entry(
            partner=partner.id,
            week=week,
            key=f"relief.{block.id}",
            kind="relief",
            title=title,
            description=f"{_('Nothing is asked of you then.')}\n{last_line}",
            interval=interval,
            busy=False,
            private=False,
        )
        for block, title, interval in found
    ]


def _whole_nights(
    household: Household, plan: Plan, chores: Mapping[str, Responsibility]
) -> list[tuple[str, Sequence[Block]]]:
    """Each night that is in one pair of hands, with its blocks in order. An early start alone is none."""
    duties = {(b.responsibility, b.occurrence): b for b in plan.blocks if chores[b.responsibility].is_duty}
    halves = [Half(key, b.interval, frozenset(), frozenset()) for key, b in duties.items()]
    found: list[tuple[str, Sequence[Block]]] = []
    for night in nights(in_order(halves)):
        blocks = [duties[half.key] for half in night]
        if all(_is_early_start(household, block) for block in blocks):
            continue
        if len({block.adult for block in blocks}) == 1:
            found.append((blocks[0].adult, blocks))
    return found


def _is_early_start(household: Household, duty: Block) -> bool:
    hour = duty.interval.start_at.astimezone(household.zone).hour
    return _MORNING_BEGINS_AT_HOUR <= hour < _MORNING_ENDS_AT_HOUR


def _is_passed(household: Household, partner: Partner, block: Block, chore: Responsibility) -> bool:
    """Whether the other does what must happen at home, early or late, and is usually this partner's. Of a
    duty that is an early start: half of a night relieves nobody."""
    hour = block.interval.start_at.astimezone(household.zone).hour
    early_or_late = hour < _MORNING_ENDS_AT_HOUR or hour >= _EVENING_BEGINS_AT_HOUR
    of_partner = chore.previous == partner.id and block.adult != partner.id
    must_happen_here = chore.priority == 0 and chore.at_home is True
    if chore.is_duty and not _is_early_start(household, block):
        return False
    return of_partner and must_happen_here and early_or_late
