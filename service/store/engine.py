"""One place for both databases: how a connection is set up, and how a transaction begins.

SQLite: a transaction that will write takes the write lock at its start (`BEGIN IMMEDIATE`). One that
reads first and writes later fails with SQLITE_BUSY at once, whatever the timeout, as soon as another
process has written in between. PostgreSQL: reads see one state of the database (REPEATABLE READ).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Insert, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError

BUSY_SECONDS = 30


class StoreError(Exception):
    """The database cannot be used as it is. The message says why and what to do; safe to show."""


def database_url(url: str) -> URL:
    """The URL, checked, with the one driver that we use.

    Raises:
        StoreError: it is no URL of a SQLite file or a PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "[database] url is not a database URL; write sqlite, or postgresql+psycopg://USER@HOST/NAME"
        ) from error
    kind = parsed.get_backend_name()
    if kind == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    raise StoreError(f"Offplate keeps its data in a SQLite file or in PostgreSQL, not in {kind}")


def sqlite_path(url: URL) -> Path | None:
    """The file behind a SQLite URL; `None` for PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def make_engine(url: URL, *, foreign_keys: bool = True) -> Engine:
    """An engine whose SQLite file nobody else can read, and whose errors quote no value of a row.

    `foreign_keys=False` is for migrations only.
    """
    path = sqlite_path(url)
    options: dict[str, Any] = {"pool_size": 8, "max_overflow": 24, "hide_parameters": True}
    if path is None:
        return create_engine(url, pool_pre_ping=True, **options)
    _create_private(path)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **options)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            "synchronous=FULL",
            "trusted_schema=OFF",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _create_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


class Reading:
    """A read transaction that several reads share: the first of them begins it, `end` gives it back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def end(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_SHARED: ContextVar[tuple[Database, Reading] | None] = ContextVar("shared reading", default=None)


class Database:
    """An engine and its two kinds of transaction. Never hold one open over a network call."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.path = sqlite_path(engine.url)
        snapshot: dict[str, Any] = {} if self.path else {"isolation_level": "REPEATABLE READ"}
        self._reading = engine.execution_options(**snapshot)
        self._writing = engine.execution_options(write=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        shared = self._shared()
        if shared is None:
            with self._reading.begin() as connection:
                yield connection
            return
        try:
            yield shared.connection()
        except BaseException:
            shared.end()
            raise

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Ends a shared reading first: what is read afterwards knows of what was written."""
        self.end_reading()
        with self._writing.begin() as connection:
            yield connection

    @contextmanager
    def one_reading(self) -> Iterator[Reading]:
        """Whatever this task and the threads that work for it read until the block ends is of one state.

        They read one after the other; a connection is not for two at once.
        """
        reading = Reading(self._reading)
        token = _SHARED.set((self, reading))
        try:
            yield reading
        finally:
            _SHARED.reset(token)
            reading.end()

    def end_reading(self) -> None:
        """Give a shared reading back, if there is one; the next read begins another."""
        if shared := self._shared():
            shared.end()

    def _shared(self) -> Reading | None:
        shared = _SHARED.get()
        return shared[1] if shared and shared[0] is self else None


def upsert(connection: Connection, table: Table, *rows: Mapping[str, Any]) -> None:
    """Insert each row, or replace the named columns of the one with the same primary key.

    All rows name the same columns.
    """
    if rows:
        statement = _upsert_statement(connection.dialect.name, table, tuple(rows[0]))
        connection.execute(statement, [dict(row) for row in rows])


@cache
def _upsert_statement(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    """Made once for each table: composing it took three times as long as carrying it out."""
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: insert.excluded[name] for name in names if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its unique keys is taken. True when it was inserted."""
    insert = (
        postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    ).values(**values)
    inserted = insert.on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(inserted).first() is not None
