"""Which chores are in other hands than their owner's this week: whole, or some of their times. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from service.domain.plan import Block, Move
from service.planner.snapshot import Responsibility, Snapshot


def changes_of_hands(
    snapshot: Snapshot,
    doers: Mapping[str, str | None],
    blocks: Collection[Block],
    *,
    told: Collection[Move] = (),
    reason: str = "",
) -> tuple[Move, ...]:
    """One move for each chore and taker, in the order of the list; one that `told` names keeps its reason,
    the others get `reason`.

    Of a chore done in turns each time has hands of its own, and each that is not its owner's counts. A duty
    at night goes round by nature: it moves only where nobody owns it.
    """
    before = {(move.responsibility, move.taker): (move.reason, move.own_reasons) for move in told}
    return tuple(
        Move(chore.id, chore.previous, taker, *before.get((chore.id, taker), (reason, {})))
        for chore in snapshot.responsibilities
        for taker in _takers(snapshot, chore, doers[chore.id], blocks)
        if taker != chore.previous
    )


def _takers(
    snapshot: Snapshot, chore: Responsibility, doer: str | None, blocks: Collection[Block]
) -> Iterator[str]:
    if doer is None:
        return
    if chore.is_duty or not chore.by_turns:
        yield doer
        return
    hands = {block.adult for block in blocks if block.responsibility == chore.id}
    yield from (adult.id for adult in snapshot.adults if adult.id in hands)


def passed(chore: Responsibility, blocks: Collection[Block], move: Move) -> list[Block]:
    """The blocks of the chore that are the taker's."""
    return [one for one in blocks if (one.responsibility, one.adult) == (chore.id, move.taker)]
