"""Chores that make one block together, and what that block is called. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.chores import Chore


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
