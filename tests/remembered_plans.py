"""The real planner, asked once for each snapshot: the same snapshot gives the same plan, and most tests start
from the same few weeks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from service.domain.plan import Plan
from service.flow.planning import InThisProcess

_PLANS: dict[tuple[str, str], Plan] = {}


class RememberedPlans:
    """What `InThisProcess` answers, from memory where it has answered that before in this process."""

    def __init__(self) -> None:
        self._planner = InThisProcess()

    def plan(self, snapshot: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Plan:
        return self._remembered("plan", self._planner.plan, snapshot, before)

    def repair(self, snapshot: Mapping[str, Any]) -> Plan:
        return self._remembered("repair", self._planner.repair, snapshot)

    def adjust(self, snapshot: Mapping[str, Any]) -> Plan:
        return self._remembered("adjust", self._planner.adjust, snapshot)

    def _remembered(self, kind: str, ask: Callable[..., Plan], *snapshots: Mapping[str, Any] | None) -> Plan:
        key = kind, json.dumps(snapshots, sort_keys=True)
        if key not in _PLANS:
            _PLANS[key] = ask(*snapshots)
        return _PLANS[key]
