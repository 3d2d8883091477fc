"""When somebody without a calendar is out, as they filled it in; sealed, since it says where they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from service.domain.household import HouseholdId, PartnerId
from service.domain.week import Week, WeeklyWindow
from service.store import schema
from service.store.documents import windows_from_json, windows_to_json
from service.store.engine import Database, upsert
from service.store.secrets import Sealer

_table = schema.out_time


class SqlOutTimes:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def of_partner(
        self, household: HouseholdId, partner: PartnerId
    ) -> Mapping[Week, tuple[WeeklyWindow, ...]]:
        query = select(_table).where(_table.c.household == household, _table.c.partner == partner)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(_table.c.week)).mappings().all()
        return {
            row["week"]: windows_from_json(
                json.loads(self._sealer.unseal(row["sealed"], schema.OUT_TIME.place(row)))
            )
            for row in rows
        }

    def save(
        self, household: HouseholdId, partner: PartnerId, week: Week, windows: Sequence[WeeklyWindow]
    ) -> None:
        values = {"household": household, "partner": partner, "week": week}
        text = json.dumps(windows_to_json(windows)).encode()
        values["sealed"] = self._sealer.seal(text, schema.OUT_TIME.place(values))
        with self._database.write() as connection:
            upsert(connection, _table, values)
