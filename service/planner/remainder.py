"""What could not be divided: the small remainder that a week hands to the next, so that rounding never
favours one side for months.

Reads published plans alone, never what was done. It is no debt: a week in which somebody was blown, or away
for any part of it, hands on nothing.
"""

from __future__ import annotations

from service.domain.plan import Plan
from service.planner.levels import counted_loads
from service.planner.snapshot import Snapshot

MOST_MINUTES = 30


def remainder(snapshot: Snapshot, published: Plan) -> dict[str, int]:
    """Minutes that each adult carries beyond the agreed share after that week (less: negative), counted
    on from what came before, at most 30 either way. It becomes the next week's `ledger_min`."""
    adults = snapshot.adults
    if any(adult.state in ("blown", "away") or adult.partly_away for adult in adults):
        return {adult.id: 0 for adult in adults}
    loads = counted_loads(snapshot, published.doers, published.blocks)
    weights = {adult.id: adult.weight for adult in adults}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    total, whole = sum(loads.values()), sum(weights.values())
    found = {}
    for adult in adults:
        beyond = whole * loads[adult.id] - weights[adult.id] * total
        minutes = abs(beyond) // whole * (1 if beyond > 0 else -1)
        found[adult.id] = max(-MOST_MINUTES, min(MOST_MINUTES, adult.ledger_min + minutes))
    return found
