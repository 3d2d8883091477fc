"""Part of `verify`: what an evener split would cost at best, counted again from the split itself.

The certificate carries the changes of hands that make it. They must be of the same work and possible, leave
nobody with more than their part, and cost exactly what is claimed, by figures counted from blocks and doers.
That nothing is cheaper was solved for and cannot be counted; but what one or two changes of hands make, at
the hours as they are and with every rule kept, is tried, and one of those that is cheaper refutes the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations, islice
from typing import Any

from service.domain.plan import Plan
from service.planner.recount import counted, is_free_of_envy
from service.planner.recount_moved import readings
from service.planner.snapshot import Responsibility, Snapshot

KeepsRules = Callable[[Snapshot, Plan], bool]
Change = Mapping[str, Any]
_MOST_TRIED = 400
_UNCOUNTED = ("moved", "deviation")
"""*moved* needs to know what could have stayed, *deviation* the hours, which a split by budgets has not."""


def false_envy(snapshot: Snapshot, plan: Plan, keeps: KeepsRules) -> Iterator[str]:
    """A sentence for what is wrong with the claim; `keeps(snapshot, plan)` says whether a plan keeps every
    rule of blocks and doers."""
    stands = plan.certificate.get("wef1", {}).get("stands_in_the_way")
    if not stands or len(snapshot.adults) != 2:
        return
    level, by = str(stands["level"]), int(stands["by"])
    if level not in ("hours", "none", *(one.name for one in plan.levels)):
        yield f"this week has no level {level}"
        return
    if level != "hours":
        yield from _false_split(snapshot, plan, level, by, stands.get("split"))
    if level != "none" and snapshot.published is None:
        for cheaper in _cheaper(snapshot, plan, level, by, keeps):
            yield f"an evener split costs less than {by} of {level}: {cheaper}"
            return


def _false_split(
    snapshot: Snapshot, plan: Plan, level: str, by: int, changes: Sequence[Change] | None
) -> Iterator[str]:
    if changes is None or not all(_is_possible(snapshot, plan, change) for change in changes):
        yield "the evener split that the certificate names cannot be"
        return
    split = _with(snapshot, plan, changes)
    if not is_free_of_envy(snapshot, split):
        yield "the split that the certificate calls evener leaves somebody with more than their part"
    worse = _worse(snapshot, plan, split)
    claimed = {} if level == "none" else {level: by}
    first = dict([next(iter(worse.items()))]) if worse else {}
    if level not in _UNCOUNTED and first != claimed:
        yield f"the evener split costs {first or 'nothing'}, the certificate says {claimed or 'nothing'}"


def _worse(snapshot: Snapshot, plan: Plan, split: Plan) -> dict[str, int]:
    """The levels in their order, of those that are counted, that the split makes worse, and by how much."""
    there = counted(snapshot, split)
    return {
        one.name: there[one.name] - one.value
        for one in plan.levels
        if one.name not in _UNCOUNTED and there[one.name] > one.value
    }


def _cheaper(snapshot: Snapshot, plan: Plan, level: str, by: int, keeps: KeepsRules) -> Iterator[str]:
    """The changes that make a split evener for less: at an earlier level nothing, at this one not so much."""
    singles = list(_singles(snapshot, plan))
    pairs = (pair for pair in combinations(singles, 2) if pair[0]["chore"] != pair[1]["chore"])
    order = [one.name for one in plan.levels]
    for changes in islice(chain(((one,) for one in singles), pairs), _MOST_TRIED):
        split = _with(snapshot, plan, changes)
        if not is_free_of_envy(snapshot, split):
            continue
        if _is_less(order, next(iter(_worse(snapshot, plan, split).items()), None), level, by) and all(
            keeps(strict, split) for strict in readings(snapshot)
        ):
            yield ", ".join(f"{one['chore']} to {one['to']}" for one in changes)


def _is_less(order: list[str], first: tuple[str, int] | None, level: str, by: int) -> bool:
    """Whether that is the first thing it costs, and less than is claimed; of a split that was said not to fit
    every one is."""
    if first is None or level == "hours":
        return True
    where, claimed = order.index(first[0]), order.index(level)
    return where > claimed or (where == claimed and first[1] < by)


def _singles(snapshot: Snapshot, plan: Plan) -> Iterator[Change]:
    for chore in snapshot.responsibilities:
        doer = plan.doers[chore.id]
        if doer is None or len(chore.doers) < 2:
            continue
        if chore.mode == "whole" or not chore.blocked:
            yield from ({"chore": chore.id, "occurrence": None, "to": w} for w in chore.doers if w != doer)
            continue
        for block in plan.blocks:
            if block.responsibility == chore.id:
                others = (who for who in chore.doers if who != block.adult)
                yield from ({"chore": chore.id, "occurrence": block.occurrence, "to": who} for who in others)


def _is_possible(snapshot: Snapshot, plan: Plan, change: Change) -> bool:
    """Whether it is of work that is done, to somebody who may do it, and no single time that has begun."""
    chore = _chore(snapshot, str(change["chore"]))
    if chore is None or plan.doers[chore.id] is None or change["to"] not in chore.doers:
        return False
    single = chore.mode != "whole" and chore.blocked
    mine = [
        block
        for block in plan.blocks
        if block.responsibility == chore.id and change["occurrence"] in (None, block.occurrence)
    ]
    if not single:
        return change["occurrence"] is None
    return bool(mine) and not any(snapshot.is_settled(block) for block in mine)


def _chore(snapshot: Snapshot, name: str) -> Responsibility | None:
    return next((one for one in snapshot.responsibilities if one.id == name), None)


def _with(snapshot: Snapshot, plan: Plan, changes: Sequence[Change]) -> Plan:
    """The plan with those changes of hands, everything at its hour; what has begun stays in its hands."""
    whole = {str(one["chore"]): str(one["to"]) for one in changes if one["occurrence"] is None}
    single = {
        (str(c["chore"]), c["occurrence"]): str(c["to"]) for c in changes if c["occurrence"] is not None
    }
    blocks = []
    for block in plan.blocks:
        taker = single.get((block.responsibility, block.occurrence), whole.get(block.responsibility))
        passes = taker is not None and not snapshot.is_settled(block)
        blocks.append(replace(block, adult=taker) if taker and passes else block)
    return replace(plan, doers={**plan.doers, **whole}, blocks=tuple(blocks))
