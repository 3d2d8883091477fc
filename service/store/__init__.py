"""What Offplate remembers, in SQLite or PostgreSQL; fits `service.ports.Store`.

The way in is `open_store`: it brings the schema up to date (`migrate`, `migrations/`), finds or makes
the key (`secrets`) and hands out a `SqlStore` (`sql_store`), which holds one object for each family of
questions: `households`, `accounts`, `check_ins`, `plans`, `journal`, `links`, `outbox`, `due`.
Beneath them `schema` (the tables), `columns` (their types), `engine` (how a transaction begins) and
`documents` (domain objects as JSON). Beside them `erasure` and `backup`.

Never: a network call, the time of day, or anything of other people's events but when they are.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from service.store import schema
from service.store.engine import Database, StoreError, database_url, make_engine
from service.store.migrate import migrate
from service.store.secrets import Sealer, load_or_create_key
from service.store.sql_store import SqlStore

__all__ = ["SqlStore", "StoreError", "open_store"]


def open_store(url: str, *, key: Path) -> SqlStore:
    """The store at a SQLAlchemy URL, migrated and ready; `key` is the key file, made at the first start.

    Raises:
        StoreError: bad URL, newer schema, or a key file that is missing or does not belong to this
            database. The message says what to do; nothing was changed.
    """
    checked = database_url(url)
    migrate(checked)
    database = Database(make_engine(checked))
    try:
        with database.read() as connection:
            rows_exist = connection.scalar(select(schema.installation.c.id)) is not None
        return SqlStore(database, Sealer(key, load_or_create_key(key, rows_exist=rows_exist)))
    except BaseException:
        database.engine.dispose()
        raise
