"""How a partner finds each chore: liked, neutral or disliked, and at most five of the last.

Within the fairness band the planner gives the least disliked work; the shares stay the same.
Reads and writes: the household's chores. Never: what the other one said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from service.domain.chores import MOST_DISLIKED, Chore, ChoreId, Liking
from service.domain.household import HouseholdId, PartnerId
from service.flow.own_settings import ChangedMeanwhileError, OwnRefusedError, mark_of
from service.ports import World
from service.words import _

LIKINGS: tuple[Liking, ...] = ("like", "neutral", "dislike")


@dataclass(frozen=True, slots=True)
class LikingLine:
    chore: ChoreId
    name: str
    liking: Liking


def likings(world: World, household: HouseholdId, partner: PartnerId) -> tuple[LikingLine, ...]:
    """Every chore of the list that could be theirs, in its order, with what they said of it."""
    return tuple(
        LikingLine(chore.id, chore.name, chore.liking.get(partner, "neutral"))
        for chore in world.store.households.chores(household)
        if chore.mode != "both" and (not chore.only or partner in chore.only)
    )


def mark(lines: tuple[LikingLine, ...]) -> str:
    """Of what they have said, whatever came onto the list or left it since."""
    return mark_of(*sorted((line.chore, line.liking) for line in lines if line.liking != "neutral"))


def save_likings(
    world: World,
    household: HouseholdId,
    partner: PartnerId,
    wanted: Mapping[str, str],
    *,
    was: str,
) -> None:
    """Keep what they say of the chores in `wanted`; of the others it stays.

    Raises:
        OwnRefusedError: more than MOST_DISLIKED are disliked; nothing was saved.
        ChangedMeanwhileError: another page of theirs changed it since; nothing was saved.
    """
    lines = likings(world, household, partner)
    after = tuple(_as_wanted(line, wanted) for line in lines)
    if sum(line.liking == "dislike" for line in after) > MOST_DISLIKED:
        raise OwnRefusedError(
            [_("Five can be disliked, so that each of them counts. Take back what you mind least.")]
        )
    if after != lines and mark(lines) != was:
        raise ChangedMeanwhileError
    for before, line in zip(lines, after, strict=True):
        if line == before:
            continue

        def change(stands: Chore, line: LikingLine = line) -> Chore:
            others = {who: liking for who, liking in stands.liking.items() if who != partner}
            own = {} if line.liking == "neutral" else {partner: line.liking}
            return replace(stands, liking=others | own)

        world.store.households.edit_chore(household, line.chore, change)


def _as_wanted(line: LikingLine, wanted: Mapping[str, str]) -> LikingLine:
    said = next((one for one in LIKINGS if one == wanted.get(line.chore)), line.liking)
    return replace(line, liking=said)
