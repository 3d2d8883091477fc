"""Who lives where, and the list of their chores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from service.domain.chores import Chore, ChoreId
from service.domain.household import Household, HouseholdId
from service.store import schema
from service.store.documents import chore_from_json, chore_to_json, household_from_json, household_to_json
from service.store.engine import Database, upsert

RETIRED = "retired"
"""In a chore's document: it is off the list, and can come back."""


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

    def edit(self, household: HouseholdId, change: Callable[[Household], Household]) -> Household:
        table = schema.household
        with self._database.write() as connection:
            document = connection.scalar(
                select(table.c.document).where(table.c.id == household).with_for_update()
            )
            if document is None:
                raise KeyError(household)
            edited = change(household_from_json(household, document))
            connection.execute(
                update(table).where(table.c.id == household).values(document=household_to_json(edited))
            )
        return edited

    def chores(self, household: HouseholdId) -> list[Chore]:
        return self._listed(household, retired=False)

    def retired_chores(self, household: HouseholdId) -> list[Chore]:
        return self._listed(household, retired=True)

    def _listed(self, household: HouseholdId, *, retired: bool) -> list[Chore]:
        with self._database.read() as connection:
            rows = connection.execute(
                select(schema.chore.c.id, schema.chore.c.document)
                .where(schema.chore.c.household == household)
                .order_by(schema.chore.c.position)
            ).all()
        return [
            chore_from_json(chore_id, document)
            for chore_id, document in rows
            if document.get(RETIRED, False) is retired
        ]

    def add_chores(self, household: HouseholdId, chores: Sequence[Chore]) -> None:
        table = schema.chore
        with self._database.write() as connection:
            # The household's row is the lock: two who add at once get positions one after the other.
            connection.execute(select(schema.household.c.id).where(_is(household)).with_for_update())
            of_household = table.c.household == household
            taken = set(connection.scalars(select(table.c.id).where(of_household)))
            if double := taken & {chore.id for chore in chores}:
                raise KeyError(min(double))
            last = connection.scalar(select(func.max(table.c.position)).where(of_household))
            first = 0 if last is None else last + 1
            if chores:
                connection.execute(insert(table), _rows(household, chores, first))
            connection.execute(
                update(schema.household)
                .where(_is(household), schema.household.c.chores_seeded.is_(None))
                .values(chores_seeded=len(chores))
            )

    def edit_chore(self, household: HouseholdId, chore: ChoreId, change: Callable[[Chore], Chore]) -> Chore:
        table = schema.chore
        one = (table.c.household == household, table.c.id == chore)
        with self._database.write() as connection:
            document = connection.scalar(select(table.c.document).where(*one).with_for_update())
            if document is None or document.get(RETIRED):
                raise KeyError(chore)
            edited = change(chore_from_json(chore, document))
            connection.execute(update(table).where(*one).values(document=chore_to_json(edited)))
        return edited

    def retire_chore(self, household: HouseholdId, chore: ChoreId, *, retired: bool = True) -> bool:
        table = schema.chore
        one = (table.c.household == household, table.c.id == chore)
        with self._database.write() as connection:
            document = connection.scalar(select(table.c.document).where(*one).with_for_update())
            if document is None or document.get(RETIRED, False) is retired:
                return False
            connection.execute(update(table).where(*one).values(document={**document, RETIRED: retired}))
        return True

    def seed_chores(self, household: HouseholdId, chores: Sequence[Chore]) -> int:
        if not chores:
            return 0
        rows = _rows(household, chores, 0)
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


def _is(household: HouseholdId) -> ColumnElement[bool]:
    return schema.household.c.id == household


def _rows(household: HouseholdId, chores: Sequence[Chore], first: int) -> list[dict[str, Any]]:
    return [
        {"household": household, "id": chore.id, "position": n, "document": chore_to_json(chore)}
        for n, chore in enumerate(chores, start=first)
    ]
