"""A published plan with other blocks than it had: counted, certified and checked anew, nothing re-planned.

For what two people settle between themselves (`pass_on`) or what one lets go for today. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace

from service.domain.plan import Block, Level, Plan, Unplaced
from service.planner.candidates import Prepared, prepare
from service.planner.certify import certify
from service.planner.hands import changes_of_hands
from service.planner.levels import count_levels, level_names
from service.planner.parse import parse_snapshot
from service.planner.parts import told_without
from service.planner.policy import DEFAULT, Policy
from service.planner.snapshot import Snapshot
from service.planner.snapshot_file import snapshot_hash, to_json
from service.planner.verify import verify


def amended(
    prepared: Prepared,
    plan: Plan,
    *,
    blocks: Collection[Block],
    doers: Mapping[str, str | None],
    unplaced: tuple[Unplaced, ...],
    passed: str = "",
    policy: Policy = DEFAULT,
) -> Plan:
    """The plan with these blocks, doers and words; its figures are counted, none is proven. `passed` is the
    reason of what changes hands now."""
    ordered = tuple(sorted(blocks, key=lambda one: (one.interval, one.adult, one.id)))
    values = count_levels(prepared, policy, doers, ordered)
    changed = replace(
        plan,
        status="greedy",
        levels=tuple(Level(name, values[name], 0) for name in level_names(prepared.snapshot)),
        doers=dict(doers),
        blocks=ordered,
        moves=changes_of_hands(prepared.snapshot, doers, ordered, told=plan.moves, reason=passed),
        trades=(),
        without=told_without(prepared.snapshot, doers),
        unplaced=unplaced,
        solver={
            "name": "greedy",
            "seed": policy.seed,
            "policy": asdict(policy),
            "snapshot": snapshot_hash(prepared.snapshot),
        },
    )
    return replace(changed, certificate=certify(prepared.snapshot, changed))


def without(snapshot: Snapshot, plan: Plan, block_ids: Collection[str], reason: str) -> Plan:
    """The plan without these blocks, each with `reason`, its figures as they were; a chore that keeps no
    block is left out whole. What is never left out (priority 0) stays."""
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    gone = [
        block for block in plan.blocks if block.id in block_ids and chores[block.responsibility].priority > 0
    ]
    left = tuple(block for block in plan.blocks if block not in gone)
    doers, unplaced = dict(plan.doers), list(plan.unplaced)
    for chore_id in sorted({block.responsibility for block in gone}):
        if any(block.responsibility == chore_id for block in left):
            times = [block.occurrence for block in gone if block.responsibility == chore_id]
            unplaced += [Unplaced(chore_id, occurrence, reason) for occurrence in times]
        else:
            doers[chore_id] = None
            unplaced = [one for one in unplaced if one.responsibility != chore_id]
            unplaced.append(Unplaced(chore_id, None, reason))
    moves = changes_of_hands(snapshot, doers, left, told=plan.moves)
    lighter = {chore: parts for chore, parts in plan.without.items() if doers[chore] is not None}
    return replace(plan, blocks=left, doers=doers, moves=moves, unplaced=tuple(unplaced), without=lighter)


def let_go(
    snapshot: Snapshot, plan: Plan, block_ids: Collection[str], reason: str, *, policy: Policy = DEFAULT
) -> Plan | None:
    """As `without`, counted and checked anew. `snapshot` is the one that `plan` was made from.

    None when the week could not be without them: then nothing is published.
    """
    week = parse_snapshot(to_json(snapshot)).going_without(plan.without)
    wanted = without(week, plan, block_ids, reason)
    smaller = amended(
        prepare(week),
        plan,
        blocks=wanted.blocks,
        doers=wanted.doers,
        unplaced=wanted.unplaced,
        policy=policy,
    )
    return None if verify(week, smaller) else smaller
