"""Days on which the children are at home, one stretch of them a household; forgotten with their last week."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, select

from service.domain.days_at_home import DaysAtHome, HomeTurn
from service.domain.household import HouseholdId, PartnerId
from service.domain.week import Week
from service.store import schema
from service.store.documents import intervals_from_json, intervals_to_json
from service.store.engine import Database, upsert
from service.store.secrets import Sealer

_table = schema.days_at_home


class SqlDaysAtHome:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def get(self, household: HouseholdId) -> DaysAtHome | None:
        with self._database.read() as connection:
            return self._read(connection, select(_table).where(_table.c.household == household))

    def edit(
        self, household: HouseholdId, change: Callable[[DaysAtHome | None], DaysAtHome | None]
    ) -> DaysAtHome | None:
        with self._database.write() as connection:
            query = select(_table).where(_table.c.household == household)
            before = self._read(connection, query.with_for_update())
            after = change(before)
            if after is None:
                connection.execute(delete(_table).where(_table.c.household == household))
            elif after != before:
                values = {"household": household, "week": Week.of(after.last_on)}
                text = json.dumps(_to_json(after)).encode()
                values["sealed"] = self._sealer.seal(text, schema.DAYS_AT_HOME.place(values))
                upsert(connection, _table, values)
        return after

    def _read(self, connection: Connection, query: Select[Any]) -> DaysAtHome | None:
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return _from_json(json.loads(self._sealer.unseal(row["sealed"], schema.DAYS_AT_HOME.place(row))))


def _to_json(days: DaysAtHome) -> dict[str, Any]:
    return {
        "said_by": days.said_by,
        "said_at": days.said_at.isoformat(),
        "first_on": days.first_on.isoformat(),
        "last_on": days.last_on.isoformat(),
        "turns": [
            {
                "day": turn.day.isoformat(),
                "interval": intervals_to_json([turn.interval])[0],
                "who": turn.who,
                "said_yes": list(turn.said_yes),
            }
            for turn in days.turns
        ],
        "undo_until_at": days.undo_until_at.isoformat() if days.undo_until_at else None,
        "before": {week: dict(stored) for week, stored in days.before.items()},
        "changed_to_at": {week: at.isoformat() for week, at in days.changed_to_at.items()},
        "taken_back": days.taken_back,
    }


def _from_json(document: Mapping[str, Any]) -> DaysAtHome:
    return DaysAtHome(
        said_by=PartnerId(document["said_by"]),
        said_at=_instant(document["said_at"]),
        first_on=date.fromisoformat(document["first_on"]),
        last_on=date.fromisoformat(document["last_on"]),
        turns=tuple(
            HomeTurn(
                day=date.fromisoformat(turn["day"]),
                interval=intervals_from_json([turn["interval"]])[0],
                who=turn["who"],
                said_yes=tuple(PartnerId(partner) for partner in turn["said_yes"]),
            )
            for turn in document["turns"]
        ),
        undo_until_at=_instant(document["undo_until_at"]) if document["undo_until_at"] else None,
        before=document["before"],
        changed_to_at={week: _instant(at) for week, at in document["changed_to_at"].items()},
        taken_back=document["taken_back"],
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
