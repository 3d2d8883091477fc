"""Copies of a SQLite database, and the way back. PostgreSQL has its own tools (docs/operations.md).

The key file is in no backup: keep it somewhere else, or a stolen copy opens everything.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import delete, select, update

from service.store import schema
from service.store.engine import Database, StoreError, database_url, make_engine, sqlite_path
from service.store.migrate import migrate
from service.store.secrets import Sealer, load_or_create_key


def backup(url: str, to: Path) -> None:
    """Copy the database into a new file (mode 0600) while it is in use, and check the copy.

    Raises:
        StoreError: not SQLite, no database yet, `to` exists already, or the copy is damaged (then removed).
    """
    source = _file(url)
    if not source.exists():
        raise StoreError(f"there is no database at {source} yet")
    try:
        _copy(source, to)
    except FileExistsError as error:
        raise StoreError(f"{to} exists already; give the backup another name") from error
    except BaseException:
        to.unlink(missing_ok=True)
        raise


def restore(url: str, source: Path, *, key: Path) -> None:
    """Put a backup in the place of the database, in one step: it is the old one or the whole backup.

    The backup is checked and migrated beside the database first. Since the world went on after it was
    made, its waiting mails are held, its leases dropped and its links and sessions revoked. What was
    there before stays as `NAME.before-restore`. Stop the service first.

    Raises:
        StoreError: not SQLite, `source` missing, damaged, not ours or from a newer version, or `key` does
            not belong to it. The database is then untouched.
    """
    target = _file(url)
    if not source.exists():
        raise StoreError(f"there is no backup at {source}")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".restoring")
    beside.unlink(missing_ok=True)
    try:
        _copy(source, beside)
        _check_ours(beside)
        _make_ready(beside, key)
        if target.exists():
            kept = target.with_name(target.name + ".before-restore")
            kept.unlink(missing_ok=True)
            _copy(target, kept)
        else:
            target.touch(mode=0o600)
        with closing(sqlite3.connect(beside)) as ready, closing(sqlite3.connect(target)) as live:
            ready.backup(live)
    finally:
        for leftover in target.parent.glob(beside.name + "*"):
            leftover.unlink()


def _file(url: str) -> Path:
    path = sqlite_path(database_url(url))
    if path is None:
        raise StoreError("the database is PostgreSQL; use pg_dump and pg_restore, and keep the key file")
    return path


def _copy(source: Path, to: Path) -> None:
    """A checked copy in one file, without a write-ahead log. Raises FileExistsError."""
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(to)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            damage = new.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{source} is not a sound SQLite database: {error}") from error
    if damage != "ok":
        raise StoreError(f"{source} is damaged: {damage}")


def _check_ours(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_schema WHERE name = 'installation'").fetchone()
    if found is None:
        raise StoreError("this file is a SQLite database, but not a backup of Offplate")


def _make_ready(path: Path, key: Path) -> None:
    url = database_url(f"sqlite:///{path}")
    migrate(url)
    sealer = Sealer(key, load_or_create_key(key, rows_exist=True))
    database = Database(make_engine(url))
    try:
        with database.write() as connection:
            check = connection.scalars(select(schema.installation.c.key_check)).one()
            sealer.unseal(check, schema.KEY_CHECK.place({}))
            connection.execute(delete(schema.link))
            connection.execute(update(schema.due).values(lease_until=None, owner=None))
            connection.execute(
                update(schema.outbox)
                .where(schema.outbox.c.state.in_(("queued", "dispatching")))
                .values(state="held", problem="from a restored backup; it may have been sent since")
            )
    finally:
        database.engine.dispose()
