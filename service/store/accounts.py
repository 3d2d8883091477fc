"""Partners' calendar accounts: how to reach them, what was learned, and what they last said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Update, and_, delete, insert, select, update

from connectors.model import AccountState, CalendarId, SkippedItem
from service.domain.entries import Copy, JournalEntry
from service.domain.household import HouseholdId, PartnerId
from service.domain.interval import Interval
from service.ports import Account
from service.store import schema
from service.store.documents import (
    copies_from_json,
    copies_to_json,
    intervals_from_json,
    intervals_to_json,
    skipped_from_json,
    skipped_to_json,
)
from service.store.engine import Database
from service.store.journal import write_entries
from service.store.secrets import Sealer

_table = schema.account
_columns = [column for column in _table.c if column.name not in ("busy_intervals", "skipped")]

_untroubled: Mapping[str, Any] = {"problem": None, "retry_at": None, "failures": 0}
_unknown: Mapping[str, Any] = {
    "busy_ids": None,
    "home_id": None,
    "state": {},
    "polled_at": None,
    "busy_intervals": [],
    "skipped": [],
    "told": None,
    **_untroubled,
}
"""Of an account that was never reached."""


class SqlAccounts:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def get(self, household: HouseholdId, partner: PartnerId) -> Account | None:
        with self._database.read() as connection:
            query = select(*_columns).where(_is(household, partner))
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else self._account(row)

    def connect(self, account: Account) -> None:
        row: dict[str, Any] = {
            "household": account.household,
            "partner": account.partner,
            "kind": account.kind,
            "url": account.url,
            "username": account.username,
            "busy": None if account.busy is None else list(account.busy),
            "home": account.home,
            "subject": account.subject,
            "ends_at": account.ends_at,
            "leaving": 0,
            "confirmed": None,
        }
        row["secret"] = self._sealer.seal(account.secret.encode(), schema.ACCOUNT_SECRET.place(row))
        with self._database.write() as connection:
            query = select(*_columns).where(_is(account.household, account.partner)).with_for_update()
            old = connection.execute(query).mappings().one_or_none()
            if old is None:
                connection.execute(insert(_table).values(**row, **_unknown, copies=[]))
                return
            before = self._account(old)
            if not account.is_same_as(before):
                row |= {**_unknown, "copies": []}
            elif (account.home, account.busy) != (before.home, before.busy):
                row |= _unknown
            elif before.secret != account.secret:
                row |= _untroubled
            connection.execute(_update(account.household, account.partner).values(**row))

    def renew_secret(self, household: HouseholdId, partner: PartnerId, *, old: str, new: str) -> bool:
        place = schema.ACCOUNT_SECRET.place({"household": household, "partner": partner})
        with self._database.write() as connection:
            query = select(_table.c.secret).where(_is(household, partner)).with_for_update()
            sealed = connection.scalar(query)
            if sealed is None or self._sealer.unseal(sealed, place).decode() != old:
                return False
            renewed = self._sealer.seal(new.encode(), place)
            connection.execute(_update(household, partner).values(secret=renewed))
        return True

    def save_calendars(
        self,
        household: HouseholdId,
        partner: PartnerId,
        *,
        home_id: CalendarId,
        busy_ids: tuple[CalendarId, ...] | None,
    ) -> None:
        with self._database.write() as connection:
            connection.execute(
                _update(household, partner).values(
                    home_id=home_id, busy_ids=None if busy_ids is None else list(busy_ids)
                )
            )

    def save_busy(
        self, household: HouseholdId, partner: PartnerId, busy: tuple[CalendarId, ...] | None
    ) -> None:
        chosen = None if busy is None else list(busy)
        with self._database.write() as connection:
            connection.execute(_update(household, partner).values(busy=chosen, busy_ids=chosen, state={}))

    def disconnect(self, household: HouseholdId, partner: PartnerId) -> None:
        with self._database.write() as connection:
            connection.execute(_update(household, partner).values(leaving=1, retry_at=None))

    def forget(self, household: HouseholdId, partner: PartnerId) -> None:
        with self._database.write() as connection:
            connection.execute(delete(_table).where(_is(household, partner), _table.c.leaving == 1))

    def save_copies(self, household: HouseholdId, partner: PartnerId, copies: Sequence[Copy]) -> None:
        with self._database.write() as connection:
            connection.execute(_update(household, partner).values(copies=copies_to_json(copies)))

    def save_poll(
        self,
        household: HouseholdId,
        partner: PartnerId,
        *,
        polled_at: datetime,
        state: AccountState,
        busy: Sequence[Interval],
        journal: Sequence[JournalEntry],
        skipped: Sequence[SkippedItem],
        problem: str | None,
        retry_at: datetime | None = None,
    ) -> None:
        """As promised by the port; nothing at all when the partner left while we were reading."""
        learned = {
            "polled_at": polled_at,
            "state": dict(state.json),
            "busy_intervals": intervals_to_json(busy),
            "skipped": skipped_to_json(skipped),
            "problem": problem,
            "retry_at": retry_at,
            "failures": 0 if retry_at is None else _table.c.failures + 1,
            "confirmed": None,
        }
        with self._database.write() as connection:
            saved = connection.execute(_update(household, partner).values(**learned))
            if saved.rowcount:
                write_entries(connection, self._sealer, household, journal)

    def save_problem(
        self, household: HouseholdId, partner: PartnerId, *, problem: str, retry_at: datetime | None
    ) -> None:
        with self._database.write() as connection:
            connection.execute(
                _update(household, partner).values(
                    problem=problem, retry_at=retry_at, failures=_table.c.failures + 1, confirmed=None
                )
            )

    def confirm(self, household: HouseholdId, partner: PartnerId, problem: str) -> bool:
        with self._database.write() as connection:
            saved = connection.execute(
                _update(household, partner)
                .where(_table.c.problem == problem)
                .values(confirmed=problem, retry_at=None)
            )
            return saved.rowcount == 1

    def save_told(self, household: HouseholdId, partner: PartnerId, trouble: str | None) -> None:
        with self._database.write() as connection:
            connection.execute(_update(household, partner).values(told=trouble))

    def busy(self, household: HouseholdId, partner: PartnerId) -> list[Interval]:
        with self._database.read() as connection:
            found = connection.scalar(select(_table.c.busy_intervals).where(_is(household, partner)))
        return intervals_from_json(found or [])

    def skipped(self, household: HouseholdId, partner: PartnerId) -> list[SkippedItem]:
        with self._database.read() as connection:
            found = connection.scalar(select(_table.c.skipped).where(_is(household, partner)))
        return skipped_from_json(found or [])

    def _account(self, row: RowMapping) -> Account:
        return Account(
            household=HouseholdId(row["household"]),
            partner=PartnerId(row["partner"]),
            kind=row["kind"],
            url=row["url"],
            username=row["username"],
            secret=self._sealer.unseal(row["secret"], schema.ACCOUNT_SECRET.place(row)).decode(),
            busy=None if row["busy"] is None else tuple(row["busy"]),
            home=row["home"],
            busy_ids=None if row["busy_ids"] is None else tuple(CalendarId(each) for each in row["busy_ids"]),
            home_id=None if row["home_id"] is None else CalendarId(row["home_id"]),
            state=AccountState(row["state"]),
            polled_at=row["polled_at"],
            problem=row["problem"],
            retry_at=row["retry_at"],
            failures=row["failures"],
            copies=tuple(copies_from_json(row["copies"])),
            subject=row["subject"],
            ends_at=row["ends_at"],
            leaving=bool(row["leaving"]),
            confirmed=row["confirmed"],
            told=row["told"],
        )


def _is(household: HouseholdId, partner: PartnerId) -> ColumnElement[bool]:
    return and_(_table.c.household == household, _table.c.partner == partner)


def _update(household: HouseholdId, partner: PartnerId) -> Update:
    return update(_table).where(_is(household, partner))
