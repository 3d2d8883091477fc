"""A week's plan as proposed and as published, each with the snapshot it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from service.domain.household import HouseholdId
from service.domain.plan import Plan
from service.domain.week import Week
from service.ports import PlanStage, StoredPlan
from service.store import schema
from service.store.engine import Database, upsert

_table = schema.plan
_ONE = select(_table.c.plan, _table.c.snapshot, _table.c.made_at).where(
    _table.c.household == bindparam("household"),
    _table.c.week == bindparam("week"),
    _table.c.stage == bindparam("stage"),
)


class SqlPlans:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, household: HouseholdId, week: Week, stage: PlanStage) -> StoredPlan | None:
        named = {"household": household, "week": week, "stage": stage}
        with self._database.read() as connection:
            row = connection.execute(_ONE, named).one_or_none()
        return None if row is None else StoredPlan(Plan.from_json(row.plan), row.snapshot, row.made_at)

    def save(
        self,
        household: HouseholdId,
        week: Week,
        stage: PlanStage,
        plan: Plan,
        *,
        snapshot: Mapping[str, Any],
        made_at: datetime,
    ) -> None:
        row = plan_row(household, week, stage, StoredPlan(plan, snapshot, made_at))
        with self._database.write() as connection:
            upsert(connection, schema.plan, row)

    def replace_published(
        self,
        household: HouseholdId,
        week: Week,
        plan: Plan,
        *,
        snapshot: Mapping[str, Any],
        made_at: datetime,
        instead_of: datetime,
    ) -> bool:
        table = schema.plan
        with self._database.write() as connection:
            replaced = connection.execute(
                update(table)
                .where(
                    table.c.household == household,
                    table.c.week == week,
                    table.c.stage == "published",
                    table.c.made_at == instead_of,
                )
                .values(plan=plan.to_json(), snapshot=dict(snapshot), made_at=made_at)
            )
        return replaced.rowcount == 1


def plan_row(household: HouseholdId, week: Week, stage: PlanStage, stored: StoredPlan) -> dict[str, Any]:
    return {
        "household": household,
        "week": week,
        "stage": stage,
        "plan": stored.plan.to_json(),
        "snapshot": dict(stored.snapshot),
        "made_at": stored.made_at,
    }
