"""Where weeks are planned: in this process, or in one that may die without harm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from service.domain.plan import Plan


class Planner(Protocol):
    """Turns a snapshot, as the file that docs/planner.md describes, into a checked plan."""

    def plan(self, snapshot: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Plan:
        """The best plan of that week, or where that cannot be had the first answer; `status` says which.
        Reasons name what changed since `before`, the snapshot of the week before, where there is one.

        Raises:
            ValueError: the snapshot contradicts itself (a `SnapshotError` names every problem).
        """
        ...

    def repair(self, snapshot: Mapping[str, Any]) -> Plan:
        """The published plan of that snapshot, mended with the fewest moves.

        Raises:
            ValueError: as `plan`; or there is no published plan in it.
        """
        ...

    def adjust(self, snapshot: Mapping[str, Any]) -> Plan:
        """The published plan of that snapshot, one that waits for *Agree*, with what two people changed in it
        and what must follow; the rest stays.

        Raises:
            ValueError: as `repair`.
        """
        ...
