"""Cards of chores that are handed over whole; each is forgotten with its last week."""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, and_, delete, select

from service.domain.cards import Card
from service.domain.chores import ChoreId
from service.domain.household import HouseholdId, PartnerId
from service.store import schema
from service.store.engine import Database, upsert
from service.store.secrets import Sealer

_table = schema.card


class SqlCards:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def get(self, household: HouseholdId, chore: str) -> Card | None:
        with self._database.read() as connection:
            row = connection.execute(select(_table).where(_is(household, chore))).mappings().first()
        if row is None:
            return None
        words = json.loads(self._sealer.unseal(row["words"], schema.CARD_WORDS.place(row)))
        return Card(
            chore=ChoreId(row["chore"]),
            giver=PartnerId(row["partner"]),
            until=row["week"],
            know_how=words["know_how"],
            who_else=words["who_else"],
            learning=words["learning"],
            taken=words["taken"],
        )

    def save(self, household: HouseholdId, card: Card) -> None:
        row = {"household": household, "chore": card.chore, "partner": card.giver, "week": card.until}
        words = {
            "know_how": card.know_how,
            "who_else": card.who_else,
            "learning": card.learning,
            "taken": card.taken,
        }
        row["words"] = self._sealer.seal(json.dumps(words).encode(), schema.CARD_WORDS.place(row))
        with self._database.write() as connection:
            upsert(connection, _table, row)

    def forget(self, household: HouseholdId, chore: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(_table).where(_is(household, chore)))

    def forget_all(self, household: HouseholdId, giver: PartnerId) -> None:
        of_giver = and_(_table.c.household == household, _table.c.partner == giver)
        with self._database.write() as connection:
            connection.execute(delete(_table).where(of_giver))


def _is(household: HouseholdId, chore: str) -> ColumnElement[bool]:
    return and_(_table.c.household == household, _table.c.chore == chore)
