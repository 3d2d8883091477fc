"""The store as one piece: the families of questions, and what concerns them all."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from service.domain.household import HouseholdId, PartnerId
from service.ports import Store
from service.store import erasure, schema
from service.store.accounts import SqlAccounts
from service.store.cards import SqlCards
from service.store.check_ins import SqlCheckIns
from service.store.days_at_home import SqlDaysAtHome
from service.store.due import SqlDueBoard
from service.store.engine import Database, Reading, StoreError, insert_new
from service.store.feeds import SqlFeeds
from service.store.households import SqlHouseholds
from service.store.journal import SqlJournal
from service.store.links import SqlLinks
from service.store.off_times import SqlOffTimes
from service.store.out_times import SqlOutTimes
from service.store.outbox import SqlOutbox
from service.store.plans import SqlPlans
from service.store.questions import SqlQuestions
from service.store.secrets import Sealer, new_key, write_keys

_PROOF = b"offplate"


class SqlStore:
    """Fits `service.ports.Store`. Safe to share between threads; every method is one transaction."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self.households = SqlHouseholds(database)
        self.accounts = SqlAccounts(database, sealer)
        self.feeds = SqlFeeds(database, sealer)
        self.check_ins = SqlCheckIns(database, sealer)
        self.plans = SqlPlans(database)
        self.journal = SqlJournal(database, sealer)
        self.questions = SqlQuestions(database)
        self.cards = SqlCards(database, sealer)
        self.off_times = SqlOffTimes(database, sealer)
        self.out_times = SqlOutTimes(database, sealer)
        self.days_at_home = SqlDaysAtHome(database, sealer)
        self.links = SqlLinks(database)
        self.outbox = SqlOutbox(database, sealer)
        self.due = SqlDueBoard(database)
        self.install = self._install()

    @contextmanager
    def one_reading(self) -> Iterator[Reading]:
        """As the port has it: see `Database.one_reading`."""
        with self._database.one_reading() as reading:
            yield reading

    def end_reading(self) -> None:
        """As the port has it: see `Database.end_reading`."""
        self._database.end_reading()

    def close(self) -> None:
        """Close every connection. The store is of no use afterwards."""
        self._database.engine.dispose()

    def erase_partner(self, household: HouseholdId, partner: PartnerId) -> None:
        """Everything of that partner, at once: see `erasure.erase_partner`."""
        with self._database.write() as connection:
            erasure.erase_partner(connection, household, partner)

    def erase_household(self, household: HouseholdId) -> None:
        """The household and every row of it. Entries in calendars are deleted before this."""
        with self._database.write() as connection:
            erasure.erase_household(connection, household)

    def forget_old(self, *, now: datetime) -> None:
        """What nobody needs any more: see `erasure.forget_old`. Run it daily; twice does no harm."""
        with self._database.write() as connection:
            erasure.forget_old(connection, now)

    def rotate_key(self) -> int:
        """Seal everything with a new key. Returns how many values.

        The key before it stays in the file, second, until the next rotation: a process that runs
        meanwhile may still write with it, and one that stops in the middle loses nothing.
        """
        return rotate(self, new_key())

    def integrity(self) -> list[str]:
        """What is wrong with the database, one sentence each; empty when it is sound.

        Reads the whole file and opens every sealed value: for doctor, not for every request.
        """
        problems = self._sqlite_problems() if self._database.path else []
        mode = self._sealer.key_file.stat().st_mode
        if stat.S_IMODE(mode) & 0o077:
            problems.append(f"others can read the key file: chmod 600 {self._sealer.key_file}")
        with self._database.read() as connection:
            for sealed in schema.SEALED:
                broken = 0
                for row in connection.execute(select(sealed.column.table)).mappings():
                    try:
                        if row[sealed.column.name]:
                            self._sealer.unseal(row[sealed.column.name], sealed.place(row))
                    except StoreError:
                        broken += 1
                if broken:
                    problems.append(f"{broken} sealed value(s) in {sealed.column} cannot be opened")
        return problems

    def _sqlite_problems(self) -> list[str]:
        wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}
        with self._database.read() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            problems = [
                f"SQLite runs with {name}={found[name]} where {value} is needed"
                for name, value in wanted.items()
                if found[name] != value
            ]
            damage = connection.exec_driver_sql("PRAGMA integrity_check(5)").scalars().all()
            strays = len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
        if damage != ["ok"]:
            problems.append(f"the database file is damaged ({damage[0]}); restore a backup")
        if strays:
            problems.append(f"{strays} row(s) belong to no household; restore a backup")
        path = self._database.path
        if path and stat.S_IMODE(path.stat().st_mode) & 0o077:
            problems.append(f"others can read the database: chmod 600 {path}")
        return problems

    def _install(self) -> str:
        table, place = schema.installation, schema.KEY_CHECK.place({})
        first = {"id": 1, "name": secrets.token_hex(6), "key_check": self._sealer.seal(_PROOF, place)}
        with self._database.write() as connection:
            insert_new(connection, table, first)
            row = connection.execute(select(table.c.name, table.c.key_check)).one()
        self._sealer.unseal(row.key_check, place)
        return str(row.name)


def rotate(store: SqlStore, key: str) -> int:
    """As `SqlStore.rotate_key`, with a key that was made elsewhere."""
    sealer, database = store._sealer, store._database  # noqa: SLF001
    previous = sealer.keys
    write_keys(sealer.key_file, (key, *previous))
    sealer.use((key, *previous))
    count = 0
    with database.write() as connection:
        for sealed in schema.SEALED:
            table, column = sealed.column.table, sealed.column
            keys = list(table.primary_key)
            rows = connection.execute(select(*keys, column).where(column != "").with_for_update())
            for row in rows.mappings().all():
                connection.execute(
                    update(table)
                    .where(*(each == row[each.name] for each in keys))
                    .values({column.name: sealer.rotate(row[column.name])})
                )
                count += 1
    write_keys(sealer.key_file, (key, previous[0]))
    sealer.use((key, previous[0]))
    return count


if TYPE_CHECKING:

    def fits_its_port(store: SqlStore) -> Store:
        return store
