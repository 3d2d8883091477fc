"""Mails from queued to their end.

    queued ──▶ dispatching ──▶ sent
      │ ▲          │ └───────▶ refused, held
      │ └──────────┘ (try again)
      └──▶ expired, refused, held

`dispatching` is committed just before the message's final dot: whoever finds it later knows that the
mail may have arrived (RFC 1047). No lease ever takes such a mail back by itself. At an end (`sent`,
`refused`, `expired`) the message is blanked and the state stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select, update

from service.domain.household import HouseholdId, PartnerId
from service.domain.week import Week
from service.ports import MailKind, MailState, OutgoingMail
from service.store import schema
from service.store.engine import Database, insert_new
from service.store.secrets import Sealer

_table = schema.outbox
_ENDS: tuple[MailState, ...] = ("sent", "refused", "expired")


class SqlOutbox:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def queue(self, mail: OutgoingMail) -> bool:
        row: dict[str, Any] = {
            "household": mail.household,
            "partner": mail.partner,
            "week": mail.week,
            "kind": mail.kind,
            "sequence": mail.sequence,
            "recipient": mail.recipient,
            "expires_at": mail.expires_at,
            "state": mail.state,
            "attempts": mail.attempts,
            "next_try_at": mail.next_try_at,
            "problem": mail.problem,
        }
        row["message"] = self._sealer.seal(mail.message, schema.MESSAGE.place(row))
        with self._database.write() as connection:
            return insert_new(connection, _table, row)

    def has(
        self, household: HouseholdId, partner: PartnerId, week: Week, kind: MailKind, sequence: int = 1
    ) -> bool:
        of_that_kind = select(_table.c.id).where(
            _table.c.household == household,
            _table.c.partner == partner,
            _table.c.week == week,
            _table.c.kind == kind,
            _table.c.sequence == sequence,
        )
        with self._database.read() as connection:
            return connection.execute(of_that_kind.limit(1)).first() is not None

    def latest(self, household: HouseholdId, partner: PartnerId, kind: MailKind) -> OutgoingMail | None:
        of_that_kind = (
            _table.c.household == household,
            _table.c.partner == partner,
            _table.c.kind == kind,
        )
        found = self._where(*of_that_kind)
        return found[-1] if found else None

    def since(
        self, household: HouseholdId, partner: PartnerId, since: datetime
    ) -> Sequence[tuple[MailKind, int]]:
        handed_over = and_(_table.c.changed_at >= since, _table.c.state != "expired")
        found = (
            select(_table.c.kind, _table.c.sequence)
            .where(_table.c.household == household, _table.c.partner == partner)
            .where(or_(_table.c.state == "queued", handed_over))
            .order_by(_table.c.id)
        )
        with self._database.read() as connection:
            return [(row.kind, row.sequence) for row in connection.execute(found)]

    def has_since(self, household: HouseholdId, partner: PartnerId, kind: MailKind, since: datetime) -> bool:
        found = select(_table.c.id).where(
            _table.c.household == household,
            _table.c.partner == partner,
            _table.c.kind == kind,
            or_(_table.c.state == "queued", _table.c.changed_at >= since),
        )
        with self._database.read() as connection:
            return connection.execute(found.limit(1)).first() is not None

    def due(self, *, now: datetime, limit: int = 20) -> list[OutgoingMail]:
        queued = _table.c.state == "queued"
        with self._database.write() as connection:
            connection.execute(
                update(_table)
                .where(queued, _table.c.expires_at <= now)
                .values(state="expired", message="", changed_at=now)
            )
            rows = connection.execute(
                select(_table)
                .where(queued, or_(_table.c.next_try_at.is_(None), _table.c.next_try_at <= now))
                .order_by(_table.c.id)
                .limit(limit)
            ).mappings()
            return [self._mail(row) for row in rows]

    def uncertain(self, *, before: datetime) -> list[OutgoingMail]:
        return self._where(_table.c.state == "dispatching", _table.c.changed_at < before)

    def dispatching(self, mail_id: int, *, at: datetime) -> bool:
        with self._database.write() as connection:
            taken = connection.execute(
                update(_table)
                .where(_table.c.id == mail_id, _table.c.state == "queued")
                .values(state="dispatching", changed_at=at)
            )
        return taken.rowcount == 1

    def postpone(self, mail_id: int, *, until: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(_table)
                .where(_table.c.id == mail_id, _table.c.state == "queued")
                .values(next_try_at=until)
            )

    def settle(
        self,
        mail_id: int,
        state: MailState,
        *,
        at: datetime,
        problem: str | None = None,
        next_try_at: datetime | None = None,
    ) -> None:
        outcome: dict[str, Any] = {
            "state": state,
            "changed_at": at,
            "problem": problem,
            "next_try_at": next_try_at,
        }
        if state == "queued":
            outcome["attempts"] = _table.c.attempts + 1
        if state in _ENDS:
            outcome["message"] = ""
        with self._database.write() as connection:
            connection.execute(
                update(_table).where(_table.c.id == mail_id, _table.c.state.not_in(_ENDS)).values(**outcome)
            )

    def drop_queued(self, household: HouseholdId, partner: PartnerId, *, at: datetime) -> int:
        theirs = and_(_table.c.household == household, _table.c.partner == partner)
        with self._database.write() as connection:
            dropped = connection.execute(
                update(_table)
                .where(theirs, _table.c.state == "queued", _table.c.kind != "invitation")
                .values(state="expired", message="", changed_at=at)
            )
        return dropped.rowcount

    def counts(self) -> Mapping[MailState, int]:
        with self._database.read() as connection:
            counted = select(_table.c.state, func.count().label("mails")).group_by(_table.c.state)
            return {row.state: row.mails for row in connection.execute(counted)}

    def _where(self, *conditions: ColumnElement[bool]) -> list[OutgoingMail]:
        with self._database.read() as connection:
            rows = connection.execute(select(_table).where(*conditions).order_by(_table.c.id)).mappings()
            return [self._mail(row) for row in rows]

    def _mail(self, row: RowMapping) -> OutgoingMail:
        sealed = row["message"]
        return OutgoingMail(
            id=row["id"],
            household=HouseholdId(row["household"]),
            partner=PartnerId(row["partner"]),
            week=row["week"],
            kind=row["kind"],
            sequence=row["sequence"],
            recipient=row["recipient"],
            message=self._sealer.unseal(sealed, schema.MESSAGE.place(row)) if sealed else b"",
            expires_at=row["expires_at"],
            state=row["state"],
            attempts=row["attempts"],
            next_try_at=row["next_try_at"],
            problem=row["problem"],
        )
