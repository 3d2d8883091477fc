"""Bringing a database to this version's schema, whoever starts first.

One transaction, whole or not at all, alone: SQLite's write lock or a PostgreSQL advisory lock makes
the second process wait and then find nothing to do. On SQLite, foreign keys are off meanwhile (a
batch migration drops and remakes a table, and the drop would cascade into its children) and checked
before the commit.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text

from service.store.engine import StoreError, make_engine, sqlite_path

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x0FF9_1A7E


def migrate(url: URL, *, scripts: Path = MIGRATIONS) -> bool:
    """Bring the schema up to date. True when something was done.

    A SQLite file that holds data is first copied beside itself (`NAME.before-REVISION`).

    Raises:
        StoreError: the database is from a newer version, or a migration would leave broken references.
    """
    config = _config(scripts)
    newest = ScriptDirectory.from_config(config).get_current_head()
    engine = make_engine(url, foreign_keys=False)
    try:
        with engine.connect() as connection:
            if _revision(connection, config) == newest:
                return False
        with engine.execution_options(write=True).begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
            revision = _revision(connection, config)
            if revision == newest:
                return False
            if revision and (path := sqlite_path(url)):
                _copy(path, path.with_name(f"{path.name}.before-{newest}"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _check_references(connection)
        return True
    finally:
        engine.dispose()


def revisions(scripts: Path = MIGRATIONS) -> list[str]:
    """Every revision this version knows, oldest first."""
    script = ScriptDirectory.from_config(_config(scripts))
    return [each.revision for each in reversed(list(script.walk_revisions()))]


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection, config: Config) -> str | None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StoreError(
            f"this database was written by a newer Offplate (schema {current}); install that version or a "
            "later one, or restore a backup made with this one"
        )
    return current


def _copy(path: Path, copy: Path) -> None:
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise StoreError(
            f"the migration was undone: it would have left rows without their household in {tables}. "
            "The database is as it was; please report this"
        )
