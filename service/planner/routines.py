"""Chores that make one block together, what that block is called, and what it may go without. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.domain.chores import Chore
from service.planner.deferral import part_waiting
from service.planner.part import LONGER_FORM, Part

PRIORITY_OF_SHED = {"never": 0, "shrink": 1, "drop_last": 2, "drop": 3}
THINKING_POINT_MINUTES = 10


def routines(chores: Sequence[Chore]) -> list[tuple[Chore, ...]]:
    """The chores as blocks: those of one routine, owner, cadence and window together, others alone.

    Chores of mode *each* are left out; they become one responsibility a partner.
    """
    groups: dict[tuple[object, ...], list[Chore]] = {}
    for chore in chores:
        if chore.mode in ("each", "both"):
            continue
        key: tuple[object, ...] = (
            (chore.routine, chore.owner, chore.cadence, chore.windows, chore.mode, chore.only)
            if chore.routine and chore.blocked
            else (chore.id,)
        )
        groups.setdefault(key, []).append(chore)
    return [tuple(group) for group in groups.values()]


def block_name(group: Sequence[Chore]) -> str:
    """`Close-down` for a routine of several, the chore's own name for one."""
    first = group[0]
    if len(group) > 1 and first.routine:
        return first.routine.replace("_", " ").strip().capitalize()
    return first.name


def parts_of(group: Sequence[Chore], left_out_weeks: Mapping[str, int]) -> tuple[Part, ...]:
    """What a small week may leave out of the block: every member but those that are never left out; where
    none of them is such, all but the first of those that go last. Of one chore alone, what makes it longer
    than its shorter form. A duty at night has no parts."""
    if len(group) == 1:
        return _longer_form(group[0], left_out_weeks)
    stays = min(group, key=lambda chore: PRIORITY_OF_SHED[chore.shed])
    return tuple(
        Part(
            id=chore.id,
            title=chore.name,
            priority=PRIORITY_OF_SHED[chore.shed],
            minutes=chore.effort_minutes,
            mental_min=THINKING_POINT_MINUTES * chore.thinking_weight,
            left_out_weeks=left_out_weeks.get(part_waiting(group[0].id, chore.id), 0),
        )
        for chore in group
        if chore is not stays and chore.shed != "never" and chore.mode != "duty"
    )


def _longer_form(chore: Chore, left_out_weeks: Mapping[str, int]) -> tuple[Part, ...]:
    shorter = chore.shorter_minutes
    if shorter is None or shorter >= chore.effort_minutes or chore.shed == "never":
        return ()
    if not chore.blocked or chore.mode == "duty":
        return ()
    return (
        Part(
            id=LONGER_FORM,
            title=chore.name,
            priority=PRIORITY_OF_SHED[chore.shed],
            minutes=chore.effort_minutes - shorter,
            left_out_weeks=left_out_weeks.get(part_waiting(chore.id, LONGER_FORM), 0),
        ),
    )
