"""Which chores are in other hands than their owner's this week: whole, or some of their times. Pure."""

from __future__ import annotations

from collections import Counter
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
    at night goes round by nature: it moves where somebody holds more of it than is their turn.
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
    hands = Counter(block.adult for block in blocks if block.responsibility == chore.id)
    if chore.is_duty and chore.previous is not None:
        yield from (
            adult.id for adult in snapshot.adults if hands[adult.id] > most_turns(chore, hands.total())
        )
    elif chore.is_duty or not chore.by_turns:
        yield doer
    else:
        yield from (adult.id for adult in snapshot.adults if adult.id in hands)


def most_turns(chore: Responsibility, held: int) -> int:
    """How many of so many nights are one's turn at most where they go round; none where the owner holds none
    by rule."""
    return -(-held // len(chore.doers)) if chore.previous in chore.doers else 0


def passed(chore: Responsibility, blocks: Collection[Block], move: Move) -> list[Block]:
    """The blocks of the chore that are the taker's."""
    return [one for one in blocks if (one.responsibility, one.adult) == (chore.id, move.taker)]
