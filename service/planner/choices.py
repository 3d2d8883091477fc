"""What two people decided about a week before it is planned: who does what, and what waits. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from service.planner.joint_time import SIT_DOWN
from service.planner.snapshot import Responsibility, Snapshot


def chosen(
    snapshot: Snapshot,
    doers: Mapping[str, str],
    dropped: Collection[str],
    starts: Mapping[str, datetime] | None = None,
) -> Snapshot:
    """The week with these doers and the starts of their blocks (by id) fixed, and without what waits.

    Later events may have outrun a choice: one about a chore that is not in the week, a doer who may not do
    it, or something that is never left out, changes nothing.
    """
    kept = [chore for chore in snapshot.responsibilities if chore.id not in dropped or not may_wait(chore)]
    return replace(
        snapshot,
        responsibilities=tuple(
            _with_doer(chore, doers[chore.id], starts or {}, snapshot.now)
            if doers.get(chore.id) in chore.eligible
            else chore
            for chore in kept
        ),
    )


def _with_doer(
    chore: Responsibility, doer: str, starts: Mapping[str, datetime], now: datetime | None
) -> Responsibility:
    """A start that has passed says nothing any more."""
    ahead = {block: at for block, at in starts.items() if now is None or at >= now}
    return replace(
        chore,
        fixed_doer=doer,
        occurrences=tuple(
            replace(chore.numbered(n), fixed_start={doer: ahead[f"{chore.id}.{n}"]})
            if f"{chore.id}.{n}" in ahead
            else chore.numbered(n)
            for n in chore.numbers
        ),
    )


def is_theirs(chore: Responsibility) -> bool:
    """Whether it is of their list, and not the sit-down that each week brings."""
    return not chore.id.startswith(f"{SIT_DOWN}-")


def may_change_hands(chore: Responsibility) -> bool:
    return len(chore.eligible) > 1


def may_wait(chore: Responsibility) -> bool:
    return chore.priority > 0
