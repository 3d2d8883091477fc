"""What SQLite needs to be safe, and what happens when power fails or two write at once."""

from __future__ import annotations

import random
import stat
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import DateTime, Text, insert, update
from sqlalchemy.exc import DatabaseError

from service.store import SqlStore, StoreError, open_store, schema
from service.store.columns import Document, IsoWeek, UtcDateTime
from tests.store.builders import ANA, HOME, NOW, WEEK, a_mail, an_account, an_answer, at, fill, poll
from tests.store.conftest import Run, sqlite_url


@pytest.fixture
def sqlite(tmp_path: Path, key: Path):
    store = open_store(sqlite_url(tmp_path), key=key)
    fill(store)
    yield store
    store.close()


def pragma(store: SqlStore, name: str) -> object:
    with store._database.read() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_every_connection_is_set_for_safety(sqlite: SqlStore) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    assert {name: pragma(sqlite, name) for name in wanted} == wanted


def test_the_database_and_its_log_are_private(sqlite: SqlStore, tmp_path: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("offplate.db*")}
    assert set(modes) == {"offplate.db", "offplate.db-wal", "offplate.db-shm"}
    assert set(modes.values()) == {0o600}


def test_both_engines_refuse_text_where_a_number_belongs(home: SqlStore) -> None:
    with pytest.raises(DatabaseError), home._database.write() as connection:
        connection.exec_driver_sql("UPDATE due SET attempts = 'many'")


def test_a_row_without_its_household_is_refused(store: SqlStore) -> None:
    row = {"household": "nowhere", "due_at": NOW, "attempts": 0}
    with pytest.raises(DatabaseError), store._database.write() as connection:
        connection.execute(insert(schema.due).values(row))


def test_an_error_of_the_database_quotes_nothing_that_was_to_be_written(store: SqlStore) -> None:
    with pytest.raises(DatabaseError) as refused:
        store.outbox.queue(replace(a_mail(), recipient="canary@example.org"))
    assert "canary" not in str(refused.value)


def test_every_table_but_one_belongs_to_a_household() -> None:
    for table in set(schema.metadata.sorted_tables) - {schema.household, schema.installation}:
        assert all(key.ondelete == "CASCADE" for key in table.foreign_keys), table
        assert table.c.household.foreign_keys, table


def test_every_column_has_a_type_that_both_engines_read_alike() -> None:
    for table in schema.metadata.sorted_tables:
        for column in table.c:
            assert not isinstance(column.type, DateTime), column
            assert column.type.python_type in (str, int, bytes) or isinstance(
                column.type, Text | UtcDateTime | Document | IsoWeek
            ), column


def test_instants_keep_their_order_and_their_microseconds(home: SqlStore) -> None:
    moment = at(1).replace(microsecond=1)
    home.due.wake(HOME, at=NOW)
    with home._database.write() as connection:
        connection.execute(update(schema.due).values(due_at=moment))
    assert home.due.lag(now=moment).total_seconds() == 0
    assert home.due.lag(now=moment.replace(microsecond=3)).microseconds == 2


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "offplate.db"])
def test_a_url_we_cannot_keep_data_in_is_refused(url: str, key: Path) -> None:
    with pytest.raises(StoreError, match=r"SQLite|database URL"):
        open_store(url, key=key)


def test_an_answer_waits_for_a_close_that_is_under_way_and_is_then_refused(home: SqlStore) -> None:
    with ThreadPoolExecutor(1) as thread:
        with home._database.write() as connection:
            connection.execute(update(schema.check_in).values(closed_at=at(3)))
            late = thread.submit(home.check_ins.answer, HOME, WEEK, an_answer(state="away"))
            wait([late], timeout=0.2)
        assert late.result() is False
    found = home.check_ins.get(HOME, WEEK)
    assert found
    assert found.answers[ANA].state == "weeds"


def test_a_killed_writer_leaves_no_half_transaction(home: SqlStore, url: str, key: Path, run: Run) -> None:
    """kill -9 in the middle of polls: state and journal carry the same number, and none is lost."""
    luck = random.Random(7)
    for _ in range(4):
        writer = run("write", url, key)
        assert writer.stdout
        last = 0
        for _ in range(luck.randint(1, 40)):
            last = int(writer.stdout.readline())
        writer.kill()
        last = max([last, *(int(line) for line in writer.stdout.read().split())])
        home.accounts.connect(an_account())  # waits for a commit that PostgreSQL has still in hand
        account = home.accounts.get(HOME, ANA)
        [ours] = home.journal.of_partner(HOME, ANA)
        assert account
        assert account.state.json == {"cursor": ours.generation}
        assert ours.generation in (last, last + 1), "what was said to be saved is saved"
    assert home.integrity() == []


def test_four_threads_that_read_and_write_never_find_it_locked(home: SqlStore) -> None:
    def polls(first: int) -> None:
        for cursor in range(first, first + 15):
            poll(home, cursor=cursor)
            home.accounts.connect(an_account())  # reads, then writes

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(polls, (0, 100, 200, 300)))
    account = home.accounts.get(HOME, ANA)
    assert account
    assert account.state.json["cursor"] in (14, 114, 214, 314)


def test_one_reading_is_of_one_state_whatever_others_write_and_a_write_of_its_own_ends_it(
    home: SqlStore,
) -> None:
    def chores() -> list[str]:
        return [chore.name for chore in home.households.chores(HOME)]

    def renamed(name: str) -> None:
        first = home.households.chores(HOME)[0].id
        home.households.edit_chore(HOME, first, lambda chore: replace(chore, name=name))

    before = chores()
    with ThreadPoolExecutor(1) as another:
        with home.one_reading():
            assert chores() == before
            another.submit(renamed, "Of another").result()
            assert chores() == before, "the reading goes on"
            home.due.wake(HOME, at=NOW)
            assert chores()[0] == "Of another", "a write of one's own ends it"
            another.submit(renamed, "Later").result()
            assert chores()[0] == "Of another"
        assert chores()[0] == "Later"


def test_a_read_that_failed_does_not_take_the_next_one_along(home: SqlStore) -> None:
    with home.one_reading():
        with pytest.raises(DatabaseError), home._database.read() as connection:
            connection.exec_driver_sql("SELECT nothing FROM nowhere")
        assert home.households.chores(HOME)
