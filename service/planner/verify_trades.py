"""Part of `verify`: every swap on offer is one, counted a second time from the snapshot and in fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from service.domain.plan import Plan, Trade
from service.planner.snapshot import Responsibility, Snapshot

_MOST = 3


def false_trades(
    snapshot: Snapshot,
    plan: Plan,
    times: Callable[[Responsibility], int],
    gap: Callable[[dict[str, int]], int],
) -> Iterator[str]:
    """A sentence for each swap that does not help both, or leaves the band; `times` is how often a chore
    counts in this plan, `gap` how far off the agreed share the plan is with these minutes more or less."""
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    named = [chore for one in plan.trades for chore in (one.first, one.second)]
    if len(plan.trades) > _MOST or len(named) != len(set(named)):
        yield "there are too many swaps, or two of the same chore"
    band = plan.solver.get("policy", {}).get("band_minutes", 30)
    for trade in plan.trades:
        first, second = chores.get(trade.first), chores.get(trade.second)
        if first is None or second is None or not _may_be(plan, trade, first, second):
            yield f"{trade.first} and {trade.second} cannot be swapped"
            continue
        gains = {
            trade.giver: _felt(first, trade.giver, times) - _felt(second, trade.giver, times),
            trade.taker: _felt(second, trade.taker, times) - _felt(first, trade.taker, times),
        }
        if gains != dict(trade.gains) or min(gains.values()) <= 0:
            yield f"swapping {trade.first} and {trade.second} helps by {gains}, not {dict(trade.gains)}"
        minutes = times(second) * second.minutes + second.mental_min
        minutes -= times(first) * first.minutes + first.mental_min
        off = gap({trade.giver: minutes, trade.taker: -minutes})
        if off != trade.gap_min or off > band:
            yield f"swapping {trade.first} and {trade.second} leaves the share {off} min off"


def _may_be(plan: Plan, trade: Trade, first: Responsibility, second: Responsibility) -> bool:
    held = (plan.doers[first.id], plan.doers[second.id]) == (trade.giver, trade.taker)
    whole = all(chore.mode == "whole" or not chore.blocked for chore in (first, second))
    able = trade.taker in first.doers and trade.giver in second.doers
    return held and whole and able and trade.giver != trade.taker


def _felt(chore: Responsibility, eyes: str, times: Callable[[Responsibility], int]) -> int:
    percent = chore.burden_percent.get(eyes, 100)
    return int(Fraction(times(chore) * chore.minutes * percent + 50, 100)) + chore.mental_min
