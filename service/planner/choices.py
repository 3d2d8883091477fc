"""What two people decided about a week before it is planned: who does what, and what waits. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from service.planner.joint_time import SIT_DOWN
from service.planner.snapshot import Responsibility, Snapshot


def chosen(snapshot: Snapshot, doers: Mapping[str, str], dropped: Collection[str]) -> Snapshot:
    """The week with these doers fixed and without what waits.

    Later events may have outrun a choice: one about a chore that is not in the week, a doer who may not do
    it, or something that is never left out, changes nothing.
    """
    kept = [chore for chore in snapshot.responsibilities if chore.id not in dropped or not may_wait(chore)]
    return replace(
        snapshot,
        responsibilities=tuple(
            replace(chore, fixed_doer=doers[chore.id]) if doers.get(chore.id) in chore.eligible else chore
            for chore in kept
        ),
    )


def is_theirs(chore: Responsibility) -> bool:
    """Whether it is of their list, and not the sit-down that each week brings."""
    return not chore.id.startswith(f"{SIT_DOWN}-")


def may_change_hands(chore: Responsibility) -> bool:
    return len(chore.eligible) > 1


def may_wait(chore: Responsibility) -> bool:
    return chore.priority > 0
