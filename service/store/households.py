"""Who lives where, and the list of their chores."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from service.domain.chores import Chore
from service.domain.household import Household, HouseholdId
from service.store import schema
from service.store.documents import chore_from_json, chore_to_json, household_from_json, household_to_json
from service.store.engine import Database, upsert


class SqlHouseholds:
    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self) -> list[HouseholdId]:
        with self._database.read() as connection:
            found = connection.scalars(select(schema.household.c.id).order_by(schema.household.c.id))
            return [HouseholdId(each) for each in found]

    def get(self, household: HouseholdId) -> Household:
        with self._database.read() as connection:
            document = connection.scalar(
                select(schema.household.c.document).where(schema.household.c.id == household)
            )
        if document is None:
            raise KeyError(household)
        return household_from_json(household, document)

    def save(self, household: Household) -> None:
        with self._database.write() as connection:
            row = {"id": household.id, "document": household_to_json(household)}
            upsert(connection, schema.household, row)

    def chores(self, household: HouseholdId) -> list[Chore]:
        with self._database.read() as connection:
            rows = connection.execute(
                select(schema.chore.c.id, schema.chore.c.document)
                .where(schema.chore.c.household == household)
                .order_by(schema.chore.c.position)
            ).all()
        return [chore_from_json(chore_id, document) for chore_id, document in rows]

    def seed_chores(self, household: HouseholdId, chores: Sequence[Chore]) -> int:
        if not chores:
            return 0
        rows = [
            {"household": household, "id": chore.id, "position": n, "document": chore_to_json(chore)}
            for n, chore in enumerate(chores)
        ]
        table = schema.household
        with self._database.write() as connection:
            first = connection.execute(
                update(table)
                .where(table.c.id == household, table.c.chores_seeded.is_(None))
                .values(chores_seeded=len(rows))
            )
            if first.rowcount == 0:
                return 0
            connection.execute(insert(schema.chore), rows)
        return len(rows)
