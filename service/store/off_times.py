"""Who is off duty until when; forgotten with its week."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, select

from service.domain.household import HouseholdId, PartnerId
from service.domain.off_time import OffTime
from service.domain.week import Week
from service.store import schema
from service.store.documents import intervals_from_json, intervals_to_json
from service.store.engine import Database, upsert
from service.store.secrets import Sealer

_table = schema.off_time


class SqlOffTimes:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def of_week(self, household: HouseholdId, week: Week) -> list[OffTime]:
        query = select(_table).where(_table.c.household == household, _table.c.week == week)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(_table.c.day, _table.c.partner)).mappings().all()
        return [
            _from_json(
                row["week"],
                row["partner"],
                row["day"],
                json.loads(self._sealer.unseal(row["sealed"], schema.OFF_TIME.place(row))),
            )
            for row in rows
        ]

    def save(self, household: HouseholdId, off: OffTime) -> None:
        values = {
            "household": household,
            "week": off.week,
            "partner": off.partner,
            "day": off.day.isoformat(),
        }
        text = json.dumps(_to_json(off)).encode()
        values["sealed"] = self._sealer.seal(text, schema.OFF_TIME.place(values))
        with self._database.write() as connection:
            upsert(connection, _table, values)

    def forget(self, household: HouseholdId, off: OffTime) -> None:
        with self._database.write() as connection:
            connection.execute(
                delete(_table).where(
                    _table.c.household == household,
                    _table.c.week == off.week,
                    _table.c.partner == off.partner,
                    _table.c.day == off.day.isoformat(),
                )
            )


def _to_json(off: OffTime) -> dict[str, Any]:
    return {
        "interval": intervals_to_json([off.interval])[0],
        "cover": off.cover,
        "entry_until": off.entry_until.isoformat(),
        "asked_at": off.asked_at.isoformat(),
        "passed": list(off.passed),
        "unplaced": list(off.unplaced),
        "before": dict(off.before),
        "changed_to_at": off.changed_to_at.isoformat(),
    }


def _from_json(week: Week, partner: str, day: str, document: Mapping[str, Any]) -> OffTime:
    cover = document["cover"]
    return OffTime(
        week=week,
        partner=PartnerId(partner),
        day=date.fromisoformat(day),
        interval=intervals_from_json([document["interval"]])[0],
        cover=PartnerId(cover) if cover else None,
        entry_until=datetime.fromisoformat(document["entry_until"]).astimezone(UTC),
        asked_at=datetime.fromisoformat(document["asked_at"]).astimezone(UTC),
        passed=tuple(document["passed"]),
        unplaced=tuple(document["unplaced"]),
        before=document["before"],
        changed_to_at=datetime.fromisoformat(document["changed_to_at"]).astimezone(UTC),
    )
