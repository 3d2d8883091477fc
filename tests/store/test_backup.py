"""A backup is whole, private, and comes back only where it belongs."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.store import SqlStore, StoreError, open_store
from service.store.backup import backup, restore
from service.store.secrets import new_key, write_keys
from tests.store.builders import ANA, HOME, NOW, SECRET, WEEK, a_household, fill
from tests.store.conftest import sqlite_url


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Backups are SQLite's."""
    return sqlite_url(tmp_path)


@pytest.fixture
def saved(home: SqlStore, url: str, tmp_path: Path) -> Path:
    """A backup of a household; the database goes on."""
    copy = tmp_path / "backup.db"
    backup(url, copy)
    return copy


@pytest.fixture
def restored(saved: Path, home: SqlStore, url: str, key: Path) -> Iterator[SqlStore]:
    """The database after the backup came back over a changed one."""
    home.households.save(replace(a_household(), name="Changed"))
    home.close()
    restore(url, saved, key=key)
    again = open_store(url, key=key)
    yield again
    again.close()


def test_a_backup_is_private_sound_and_one_file(saved: Path, key: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert [path.name for path in saved.parent.glob("backup.db*")] == ["backup.db"]
    copy = open_store(f"sqlite:///{saved}", key=key)
    assert copy.integrity() == []
    assert copy.accounts.get(HOME, ANA).secret == SECRET
    copy.close()


def test_a_backup_never_writes_over_a_file(saved: Path, url: str) -> None:
    with pytest.raises(StoreError, match="exists already"):
        backup(url, saved)
    assert saved.stat().st_size > 0


def test_a_restored_database_is_the_backup_and_what_was_there_is_kept(
    restored: SqlStore, tmp_path: Path, key: Path
) -> None:
    assert restored.households.get(HOME).name == "Home"
    assert restored.integrity() == []
    before = open_store(f"sqlite:///{tmp_path / 'offplate.db.before-restore'}", key=key)
    assert before.households.get(HOME).name == "Changed"
    before.close()
    assert not list(tmp_path.glob("*restoring*"))


def test_after_a_restore_no_mail_goes_twice_and_no_old_link_opens(restored: SqlStore) -> None:
    assert restored.outbox.due(now=NOW) == []
    assert restored.outbox.counts() == {"held": 2}
    assert restored.links.get(f"{HOME} {ANA}".encode(), now=NOW) is None


def test_a_mail_that_was_on_its_way_when_the_backup_was_made_is_not_sent_again(
    home: SqlStore, url: str, key: Path, tmp_path: Path
) -> None:
    (mail, *_) = home.outbox.due(now=NOW)
    assert home.outbox.dispatching(mail.id, at=NOW)
    backup(url, tmp_path / "on-its-way.db")
    home.close()
    restore(url, tmp_path / "on-its-way.db", key=key)
    again = open_store(url, key=key)
    assert again.outbox.uncertain(before=NOW + timedelta(days=1)) == []
    assert again.outbox.counts() == {"held": 2}
    again.close()


def test_after_a_restore_nobody_holds_a_lease(home: SqlStore, url: str, key: Path, tmp_path: Path) -> None:
    home.due.claim(now=NOW, owner="gone", lease=timedelta(days=9), limit=1)
    backup(url, tmp_path / "leased.db")
    home.close()
    restore(url, tmp_path / "leased.db", key=key)
    again = open_store(url, key=key)
    assert again.due.claim(now=NOW, owner="one", lease=timedelta(minutes=3), limit=1) == [HOME]
    again.close()


def test_a_backup_starts_a_new_machine(saved: Path, key: Path, tmp_path: Path) -> None:
    elsewhere = f"sqlite:///{tmp_path / 'new' / 'offplate.db'}"
    restore(elsewhere, saved, key=key)
    again = open_store(elsewhere, key=key)
    assert again.check_ins.get(HOME, WEEK)
    assert again.integrity() == []
    again.close()


def test_a_backup_needs_its_own_key(saved: Path, home: SqlStore, url: str, tmp_path: Path) -> None:
    other = tmp_path / "other-key"
    with pytest.raises(StoreError, match="is missing"):
        restore(url, saved, key=other)
    write_keys(other, (new_key(),))
    with pytest.raises(StoreError, match="does not open"):
        restore(url, saved, key=other)
    assert home.households.get(HOME)
    assert not list(tmp_path.glob("*restor*"))


def break_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\x55" * 4096 * 3
    path.write_bytes(content)


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (break_page, "damaged|not a sound"),
        (lambda path: path.write_text("hello " * 999), "not a sound SQLite database"),
        (of_another_program, "not a backup of Offplate"),
        (lambda path: path.unlink(), "no backup at"),
    ],
    ids=["damaged", "no database", "of another program", "missing"],
)
def test_a_bad_backup_is_refused_and_the_database_stays(
    saved: Path, home: SqlStore, url: str, key: Path, spoil, says: str
) -> None:
    spoil(saved)
    home.households.save(replace(a_household(), name="Still here"))
    with pytest.raises(StoreError, match=says):
        restore(url, saved, key=key)
    assert home.households.get(HOME).name == "Still here"
    assert home.integrity() == []


def test_a_backup_of_a_newer_version_is_refused(saved: Path, home: SqlStore, url: str, key: Path) -> None:
    with closing(sqlite3.connect(saved)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer Offplate"):
        restore(url, saved, key=key)
    assert home.integrity() == []


def test_nothing_is_backed_up_before_there_is_a_database(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        backup(url, tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_postgresql_is_sent_to_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        backup("postgresql://127.0.0.1/offplate", tmp_path / "copy.db")


def test_a_backup_is_taken_while_others_write(home: SqlStore, url: str, key: Path, tmp_path: Path) -> None:
    with home._database.write() as connection:
        connection.exec_driver_sql("UPDATE due SET attempts = 99")
        backup(url, tmp_path / "copy.db")
    fill(home, "next-door")
    copy = open_store(f"sqlite:///{tmp_path / 'copy.db'}", key=key)
    assert copy.households.ids() == [HOME]
    copy.close()
