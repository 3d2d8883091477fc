"""What we wrote into calendars, and what became of it: the only proof that an entry is ours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, select

from service.domain.entries import JournalEntry
from service.domain.household import HouseholdId, PartnerId
from service.domain.interval import Interval
from service.domain.week import Week
from service.store import schema
from service.store.documents import entry_from_json, entry_to_json
from service.store.engine import Database, upsert
from service.store.secrets import Sealer

_table = schema.journal
_OF_HOUSEHOLD = (
    select(_table)
    .where(_table.c.household == bindparam("household"))
    .order_by(_table.c.start_at, _table.c.partner, _table.c.week, _table.c.key)
)
_OF_WEEK = _OF_HOUSEHOLD.where(_table.c.week == bindparam("week"))
_OF_WEEK_AND_PARTNER = _OF_WEEK.where(_table.c.partner == bindparam("partner"))
_OF_PARTNER = _OF_HOUSEHOLD.where(_table.c.partner == bindparam("partner"), _table.c.standing != "gone")


class SqlJournal:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def of_week(
        self, household: HouseholdId, week: Week, *, partner: PartnerId | None = None
    ) -> list[JournalEntry]:
        if partner is None:
            return self._rows(_OF_WEEK, household=household, week=week)
        return self._rows(_OF_WEEK_AND_PARTNER, household=household, week=week, partner=partner)

    def of_partner(self, household: HouseholdId, partner: PartnerId) -> list[JournalEntry]:
        return self._rows(_OF_PARTNER, household=household, partner=partner)

    def save(self, household: HouseholdId, entries: Sequence[JournalEntry]) -> None:
        with self._database.write() as connection:
            write_entries(connection, self._sealer, household, entries)

    def _rows(self, query: Select[Any], **named: str | Week) -> list[JournalEntry]:
        with self._database.read() as connection:
            return [self._entry(row) for row in connection.execute(query, named).mappings()]

    def _entry(self, row: RowMapping) -> JournalEntry:
        words = json.loads(self._sealer.unseal(row["words"], schema.JOURNAL_WORDS.place(row)))
        return JournalEntry(
            entry=entry_from_json(row["partner"], row["week"], row["key"], row["asked"], words),
            generation=row["generation"],
            uid=row["uid"],
            calendar=row["calendar"],
            href=row["href"],
            etag=row["etag"],
            fingerprint=row["fingerprint"],
            standing=row["standing"],
            interval=Interval(row["start_at"], row["end_at"]),
        )


def write_entries(
    connection: Connection, sealer: Sealer, household: HouseholdId, entries: Sequence[JournalEntry]
) -> None:
    """Insert or replace rows inside a transaction that may hold more."""
    upsert(connection, schema.journal, *(_values(sealer, household, row) for row in entries))


def _values(sealer: Sealer, household: HouseholdId, row: JournalEntry) -> dict[str, Any]:
    facts, words = entry_to_json(row.entry)
    values = {
        "household": household,
        "partner": row.entry.partner,
        "week": row.entry.week,
        "key": row.entry.key,
        "standing": row.standing,
        "generation": row.generation,
        "uid": row.uid,
        "calendar": row.calendar,
        "href": row.href,
        "etag": row.etag,
        "fingerprint": row.fingerprint,
        "start_at": row.interval.start_at,
        "end_at": row.interval.end_at,
        "asked": facts,
    }
    sealed = sealer.seal(json.dumps(words).encode(), schema.JOURNAL_WORDS.place(values))
    return {**values, "words": sealed}
