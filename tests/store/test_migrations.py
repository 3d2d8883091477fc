"""The schema's way: up from anything released, never past what we know, and never losing a row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select, text

from service.store import StoreError, open_store, schema
from service.store.engine import Database, database_url, make_engine
from service.store.migrate import MIGRATIONS, _config, migrate, revisions
from tests.store.builders import HOME, fill
from tests.store.conftest import Run

NEXT_STEP = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = {down!r}


def upgrade() -> None:
    with op.batch_alter_table("household", recreate={recreate!r}) as batch:
        batch.add_column(sa.Column("colour", sa.Text(), nullable=False, server_default="blue"))
    {more}
"""


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """The migrations of a version to come."""
    scripts = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    write_step(scripts)
    return scripts


def write_step(scripts: Path, *, recreate: str = "auto", more: str = "pass") -> None:
    step = NEXT_STEP.format(down=revisions()[-1], recreate=recreate, more=more)
    (scripts / "versions" / "next.py").write_text(step)


def rows(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in schema.metadata.sorted_tables
        }


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), schema.metadata))


def test_the_migrations_make_exactly_the_tables_of_the_schema(empty_url: str) -> None:
    migrate(database_url(empty_url))
    database = Database(make_engine(database_url(empty_url)))
    with database.write() as connection:
        assert differences(connection) == []
        connection.execute(text("ALTER TABLE account DROP COLUMN problem"))
        assert len(differences(connection)) == 1, "a missing column is noticed"
    database.engine.dispose()


def test_up_down_and_up_again_ends_in_the_same_schema(empty_url: str) -> None:
    url = database_url(empty_url)
    migrate(url)
    engine = make_engine(url)
    config = _config(MIGRATIONS)
    with engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    assert migrate(url)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_a_database_that_is_up_to_date_is_left_alone(url: str) -> None:
    migrate(database_url(url))
    assert not migrate(database_url(url))


def test_a_newer_schema_is_refused_with_the_way_out(empty_url: str, key: Path) -> None:
    store = open_store(empty_url, key=key)
    with store._database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match=r"newer Offplate \(schema 9999\)"):
        open_store(empty_url, key=key)


def test_a_table_that_is_remade_keeps_every_row_of_its_children(
    empty_url: str, key: Path, next_release: Path
) -> None:
    store = open_store(empty_url, key=key)
    fill(store)
    before = rows(store._database)
    assert min(before.values()) > 0
    sqlite = store._database.path is not None
    store.close()
    write_step(next_release, recreate="always" if sqlite else "auto")
    assert migrate(database_url(empty_url), scripts=next_release)
    database = Database(make_engine(database_url(empty_url)))
    assert rows(database) == before
    with database.read() as connection:
        assert connection.scalar(text("SELECT colour FROM household")) == "blue"
    database.engine.dispose()


def test_a_step_that_breaks_references_is_undone_whole(tmp_path: Path, key: Path, next_release: Path) -> None:
    url = f"sqlite:///{tmp_path / 'offplate.db'}"
    store = open_store(url, key=key)
    fill(store)
    write_step(next_release, more='op.execute("DELETE FROM household")')
    with pytest.raises(StoreError, match="undone"):
        migrate(database_url(url), scripts=next_release)
    assert store.households.get(HOME)
    assert store.integrity() == []
    store.close()
    assert not migrate(database_url(url))


def test_a_file_is_copied_before_it_is_migrated(tmp_path: Path, key: Path, next_release: Path) -> None:
    url = f"sqlite:///{tmp_path / 'offplate.db'}"
    store = open_store(url, key=key)
    fill(store)
    store.close()
    migrate(database_url(url), scripts=next_release)
    copy = tmp_path / "offplate.db.before-next"
    assert copy.stat().st_mode & 0o777 == 0o600
    old = open_store(f"sqlite:///{copy}", key=key)
    assert old.integrity() == []
    old.close()


def test_processes_that_start_together_agree(empty_url: str, key: Path, run: Run) -> None:
    starting = [run("start", empty_url, key) for _ in range(3)]
    names = {process.communicate()[0] for process in starting}
    assert [process.returncode for process in starting] == [0] * 3
    assert len(names) == 1
