"""What a gesture asked of whom, and what became of it; forgotten soon after its week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select

from service.domain.household import HouseholdId, PartnerId
from service.domain.questions import Question
from service.domain.week import Week
from service.store import schema
from service.store.documents import intervals_from_json, intervals_to_json
from service.store.engine import Database, upsert

_table = schema.question


class SqlQuestions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of_week(self, household: HouseholdId, week: Week) -> list[Question]:
        query = select(_table).where(_table.c.household == household, _table.c.week == week)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(_table.c.id)).mappings().all()
        found = [_from_json(row["week"], row["document"]) for row in rows]
        return sorted(found, key=lambda question: (question.opened_at, question.id))

    def save(self, household: HouseholdId, question: Question) -> None:
        row = {
            "household": household,
            "week": question.week,
            "id": question.id,
            "document": _to_json(question),
        }
        with self._database.write() as connection:
            upsert(connection, _table, row)

    def withdraw(self, household: HouseholdId, question: Question) -> None:
        with self._database.write() as connection:
            connection.execute(
                delete(_table).where(
                    _table.c.household == household,
                    _table.c.week == question.week,
                    _table.c.id == question.id,
                )
            )


def _to_json(question: Question) -> dict[str, Any]:
    return {
        "kind": question.kind,
        "key": question.key,
        "cause": question.cause,
        "asker": question.asker,
        "asked": list(question.asked),
        "about": intervals_to_json([question.about])[0],
        "opened_at": question.opened_at.isoformat(),
        "options": intervals_to_json(question.options),
        "outcome": question.outcome,
        "settled_by": question.settled_by,
        "chosen": intervals_to_json([question.chosen])[0] if question.chosen else None,
    }


def _from_json(week: Week, document: Mapping[str, Any]) -> Question:
    settled_by, chosen = document["settled_by"], document["chosen"]
    return Question(
        week=week,
        kind=document["kind"],
        key=document["key"],
        cause=document["cause"],
        asker=PartnerId(document["asker"]),
        asked=tuple(PartnerId(partner) for partner in document["asked"]),
        about=intervals_from_json([document["about"]])[0],
        opened_at=datetime.fromisoformat(document["opened_at"]).astimezone(UTC),
        options=tuple(intervals_from_json(document["options"])),
        outcome=document["outcome"],
        settled_by=PartnerId(settled_by) if settled_by else None,
        chosen=intervals_from_json([chosen])[0] if chosen else None,
    )
