"""A `Planner` in this very process: for one command at a time, and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.domain.plan import Plan
from service.planner import OnLevel, adjust, parse_snapshot, plan_week, repair


class InThisProcess:
    """Plans where it is called; `on_level` hears of each level, as `plan_week` tells it."""

    def __init__(self, on_level: OnLevel | None = None) -> None:
        self._on_level = on_level

    def plan(self, snapshot: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Plan:
        last_week = parse_snapshot(before) if before else None
        return plan_week(parse_snapshot(snapshot), before=last_week, on_level=self._on_level)

    def repair(self, snapshot: Mapping[str, Any]) -> Plan:
        return repair(parse_snapshot(snapshot))

    def adjust(self, snapshot: Mapping[str, Any]) -> Plan:
        return adjust(parse_snapshot(snapshot))
