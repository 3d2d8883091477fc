"""Links and sessions by the hash of their secret; a revoked one is a row that is gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from service.domain.household import HouseholdId, PartnerId
from service.ports import Link
from service.store import schema
from service.store.engine import Database

_table = schema.link


class SqlLinks:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, link: Link) -> None:
        with self._database.write() as connection:
            connection.execute(
                insert(_table).values(
                    token_hash=link.token_hash,
                    household=link.household,
                    partner=link.partner,
                    purpose=link.purpose,
                    week=link.week,
                    expires_at=link.expires_at,
                )
            )

    def get(self, token_hash: bytes, *, now: datetime) -> Link | None:
        with self._database.read() as connection:
            row = connection.execute(
                select(_table).where(_table.c.token_hash == token_hash, _table.c.expires_at > now)
            ).one_or_none()
        if row is None:
            return None
        return Link(
            token_hash=bytes(row.token_hash),
            household=HouseholdId(row.household),
            partner=PartnerId(row.partner),
            purpose=row.purpose,
            week=row.week,
            expires_at=row.expires_at,
        )

    def extend(self, token_hash: bytes, *, expires_at: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(_table).where(_table.c.token_hash == token_hash).values(expires_at=expires_at)
            )

    def keep_session(self, household: HouseholdId, partner: PartnerId, kept: bytes) -> None:
        with self._database.write() as connection:
            connection.execute(
                delete(_table).where(
                    _table.c.household == household,
                    _table.c.partner == partner,
                    _table.c.purpose.in_(("session", "invitation")),
                    _table.c.token_hash != kept,
                )
            )

    def revoke(self, household: HouseholdId, partner: PartnerId) -> int:
        with self._database.write() as connection:
            return connection.execute(
                delete(_table).where(_table.c.household == household, _table.c.partner == partner)
            ).rowcount
