"""The certificate of a plan: the agreed shares, what each carries, and whether envy is bounded.

Whole numbers that two people can re-check by hand. *Weighted EF1*: take one chore off a partner's list,
and that partner carries no more, for the agreed share, than the other does in the same eyes. It is
counted on the chores that could have gone either way, against what is left of each share after the
chores that could not. Source: weighted envy-freeness up to one item for indivisible chores (Artificial
Intelligence, 2025).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.plan import Plan
from service.planner.chosen_starts import not_where_put, said_of_them
from service.planner.grid import bits, grid_of
from service.planner.levels import counted_loads, off_share
from service.planner.ownership import alternates
from service.planner.presence import presence_of
from service.planner.proof_words import fairness_words
from service.planner.snapshot import Responsibility, Snapshot


@dataclass(frozen=True, slots=True)
class _Item:
    chore: Responsibility
    holder: str
    occurrences: int
    thinking: int

    def cost(self, eyes: str) -> int:
        return self.chore.burden(eyes, self.occurrences) + self.thinking

    @property
    def minutes(self) -> int:
        return self.occurrences * self.chore.minutes + self.thinking

    @property
    def free(self) -> bool:
        return len(self.chore.doers) > 1


def certify(snapshot: Snapshot, plan: Plan) -> dict[str, Any]:
    """Shares, minutes, agreed minutes (per adult), `gap_min`, `wef1` and a sentence.

    `unwatched` lists times at which the calendars leave nobody with the children, `[from, to]`;
    `not_where_put` the blocks that cannot be where their doer put them.
    """
    loads = counted_loads(snapshot, plan.doers, plan.blocks)
    shares = shares_of(snapshot)
    whole = sum(shares.values())
    carry = {adult.id: adult.ledger_min * 50 // 100 for adult in snapshot.adults}
    together = sum(loads.values()) + sum(carry.values())
    agreed = {who: (share * together + whole // 2) // whole - carry[who] for who, share in shares.items()}
    gap = off_share(snapshot, plan.doers, plan.blocks)
    witness = _witness(_items(snapshot, plan), shares, carry, together)
    fairness = _sentence(snapshot, shares, loads, gap, witness)
    return {
        "shares": _percent(shares),
        "minutes": loads,
        "agreed": agreed,
        "gap_min": gap,
        "wef1": {"holds": witness is not None, "witness": witness or {}},
        "sentence": " ".join([fairness, *said_of_them(snapshot, plan)]),
        "unwatched": _unwatched(snapshot),
        "not_where_put": not_where_put(snapshot, plan),
    }


def shares_of(snapshot: Snapshot) -> dict[str, int]:
    """The agreed shares as whole weights; equal ones where nobody has any."""
    weights = {adult.id: adult.weight for adult in snapshot.adults}
    return weights if any(weights.values()) else dict.fromkeys(weights, 1)


def _items(snapshot: Snapshot, plan: Plan) -> list[_Item]:
    items = []
    for chore in snapshot.responsibilities:
        doer = plan.doers[chore.id]
        if doer is None:
            continue
        if alternates(chore):
            done = [block.adult for block in plan.blocks if block.responsibility == chore.id]
            items += [_Item(chore, who, 1, 0) for who in done]
            if chore.previous is not None and chore.mental_min:
                items.append(_Item(chore, chore.previous, 0, chore.mental_min))
        else:
            times = sum(block.responsibility == chore.id for block in plan.blocks)
            times = chore.fewest if chore.is_small(times) else len(chore.occurrences)
            items.append(_Item(chore, doer, times, chore.mental_min))
    return items


def _witness(
    items: list[_Item], shares: Mapping[str, int], carry: Mapping[str, int], together: int
) -> dict[str, str | None] | None:
    """For each adult the chore to take off so that no envy is left, or None where that is not enough."""
    due = _due(items, shares, carry, together)
    found: dict[str, str | None] = {}
    for who in shares:
        mine = [item for item in items if item.free and item.holder == who]
        heaviest = max(mine, key=lambda item: (item.cost(who), item.chore.id), default=None)
        rest = sum(item.cost(who) for item in mine) - (heaviest.cost(who) if heaviest else 0)
        for other in shares:
            theirs = sum(item.cost(who) for item in items if item.free and item.holder == other)
            if other != who and rest * due[other] > theirs * due[who]:
                return None
        found[who] = heaviest.chore.id if heaviest else None
    return found


def due_shares(snapshot: Snapshot, plan: Plan) -> dict[str, int]:
    """What is left of each one's share after the ledger and after what only they may do, as weights."""
    carry = {adult.id: adult.ledger_min * 50 // 100 for adult in snapshot.adults}
    together = sum(counted_loads(snapshot, plan.doers, plan.blocks).values()) + sum(carry.values())
    return _due(_items(snapshot, plan), shares_of(snapshot), carry, together)


def _due(
    items: list[_Item], shares: Mapping[str, int], carry: Mapping[str, int], together: int
) -> dict[str, int]:
    whole = sum(shares.values())
    due = {}
    for who, share in shares.items():
        fixed = sum(item.minutes for item in items if item.holder == who and not item.free)
        due[who] = max(0, share * together - whole * (carry[who] + fixed))
    return due


def _sentence(
    snapshot: Snapshot,
    shares: Mapping[str, int],
    loads: Mapping[str, int],
    gap: int,
    witness: Mapping[str, str | None] | None,
) -> str:
    titles = {chore.id: chore.title for chore in snapshot.responsibilities}
    pairs = zip(shares, reversed(list(shares)), strict=True) if witness and len(shares) == 2 else ()
    lighter = [
        (titles[chore], snapshot.called(who), snapshot.called(other))
        for who, other in pairs
        if (chore := (witness or {})[who]) is not None
        and loads[who] * shares[other] > loads[other] * shares[who]
    ]
    minutes = {snapshot.called(who): load for who, load in loads.items()}
    return fairness_words(_percent(shares), minutes, gap, lighter)


def _percent(shares: Mapping[str, int]) -> dict[str, int]:
    whole = sum(shares.values())
    return {who: round(100 * share / whole) for who, share in shares.items()}


def _unwatched(snapshot: Snapshot) -> list[list[str]]:
    grid = grid_of(snapshot.tz, snapshot.monday)
    runs: list[list[int]] = []
    for slot in bits(presence_of(snapshot, grid).gaps()):
        if runs and runs[-1][1] == slot:
            runs[-1][1] = slot + 1
        else:
            runs.append([slot, slot + 1])
    return [[grid.instant(start).isoformat(), grid.instant(end).isoformat()] for start, end in runs]
