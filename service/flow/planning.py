"""A `Planner` in this very process: for one command at a time, and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.domain.plan import Plan
from service.planner import parse_snapshot, plan_week, repair


class InThisProcess:
    """Plans where it is called."""

    def plan(self, snapshot: Mapping[str, Any]) -> Plan:
        return plan_week(parse_snapshot(snapshot))

    def repair(self, snapshot: Mapping[str, Any]) -> Plan:
        return repair(parse_snapshot(snapshot))
