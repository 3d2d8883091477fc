"""What is sealed opens in its own row, with its own key, and nowhere else."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, update

from service.store import SqlStore, StoreError, open_store, schema
from service.store.schema import Place
from service.store.secrets import Sealer, load_or_create_key, new_key, read_keys, write_keys
from service.store.sql_store import rotate
from tests.store.builders import ANA, BEN, HOME, KNOW_HOW, MESSAGE, NOW, PRAISE, SECRET, TITLE, WEEK, fill

PLACE = Place("home", "ana", "account secret")


@pytest.fixture
def sealer(key: Path) -> Sealer:
    return Sealer(key, load_or_create_key(key, rows_exist=False))


def test_content_comes_back_from_its_own_place(sealer: Sealer) -> None:
    sealed = sealer.seal(b"canary\n\xff", PLACE)
    assert "canary" not in sealed
    assert sealer.unseal(sealed, PLACE) == b"canary\n\xff"


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("next-door", "ana", "account secret"),
        Place("home", "ben", "account secret"),
        Place("home", "ana", "journal words"),
    ],
)
def test_a_value_of_another_place_does_not_open(sealer: Sealer, elsewhere: Place) -> None:
    with pytest.raises(StoreError, match="not made for"):
        sealer.unseal(sealer.seal(b"x", PLACE), elsewhere)


def test_a_password_moved_into_the_partners_row_does_not_open(home: SqlStore) -> None:
    table = schema.account
    with home._database.write() as connection:
        bens = connection.scalar(select(table.c.secret).where(table.c.partner == BEN))
        connection.execute(update(table).where(table.c.partner == ANA).values(secret=bens))
    with pytest.raises(StoreError, match=r"account\.secret"):
        home.accounts.get(HOME, ANA)
    assert home.integrity() == ["1 sealed value(s) in account.secret cannot be opened"]


def test_the_key_is_made_once_and_only_its_owner_reads_it(key: Path) -> None:
    keys = load_or_create_key(key, rows_exist=False)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert load_or_create_key(key, rows_exist=True) == keys
    assert list(key.parent.iterdir()) == [key]


def test_all_who_start_together_get_the_same_key(key: Path) -> None:
    together = threading.Barrier(8)

    def start() -> tuple[str, ...]:
        together.wait()
        return load_or_create_key(key, rows_exist=False)

    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(start) for _ in range(8)]
        assert {each.result() for each in found} == {read_keys(key)}


def test_a_missing_key_stops_the_start_and_none_is_made(home: SqlStore, url: str, key: Path) -> None:
    key.unlink()
    with pytest.raises(StoreError, match="is missing"):
        open_store(url, key=key)
    assert not key.exists()


def test_a_key_of_another_database_stops_the_start(home: SqlStore, url: str, key: Path) -> None:
    write_keys(key, (new_key(),))
    with pytest.raises(StoreError, match="does not open"):
        open_store(url, key=key)


@pytest.mark.parametrize("content", ["", "not a key\n", "short"])
def test_a_damaged_key_file_stops_the_start(url: str, key: Path, content: str) -> None:
    key.write_text(content)
    with pytest.raises(StoreError, match="key file"):
        open_store(url, key=key)


def readable(store: SqlStore) -> bool:
    account, check_in = store.accounts.get(HOME, ANA), store.check_ins.get(HOME, WEEK)
    assert account
    assert check_in
    return (
        account.secret == SECRET
        and check_in.answers[ANA].appreciation == PRAISE
        and store.journal.of_week(HOME, WEEK)[0].entry.title == TITLE
        and store.outbox.due(now=NOW)[0].message == MESSAGE
    )


def test_rotation_seals_every_value_with_the_new_key_alone(home: SqlStore, url: str, key: Path) -> None:
    [old] = read_keys(key)
    # Two each of account, feed, out-time, journal and outbox, four of answers, and four more.
    assert home.rotate_key() == 18
    fresh, previous = read_keys(key)
    assert previous == old != fresh
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    write_keys(key, (fresh,))
    again = open_store(url, key=key)
    assert readable(again)
    assert again.integrity() == []
    again.close()


def test_the_second_rotation_drops_the_first_key(home: SqlStore, key: Path) -> None:
    [first] = read_keys(key)
    home.rotate_key()
    home.rotate_key()
    assert first not in read_keys(key)
    assert readable(home)


def test_a_rotation_that_died_before_its_rows_loses_nothing(home: SqlStore, url: str, key: Path) -> None:
    write_keys(key, (new_key(), *read_keys(key)))
    again = open_store(url, key=key)
    assert readable(again)
    again.rotate_key()
    assert len(read_keys(key)) == 2
    assert readable(again)
    again.close()


def test_a_process_that_runs_on_follows_a_rotation(home: SqlStore, url: str, key: Path) -> None:
    other = open_store(url, key=key)
    rotate(other, new_key())
    other.close()
    assert readable(home)


def test_no_secret_or_text_stands_readable_in_the_database(home: SqlStore, tmp_path: Path) -> None:
    tables = (schema.account, schema.feed, schema.answer, schema.journal, schema.outbox, schema.card)
    with home._database.read() as connection:
        rows = [str(row) for table in tables for row in connection.execute(select(table))]
    files = [path.read_bytes() for path in tmp_path.glob("offplate.db*")]
    for canary in (SECRET, TITLE, PRAISE, KNOW_HOW, MESSAGE.decode(), "canary"):
        assert not any(canary in row for row in rows)
        assert not any(canary.encode() in content for content in files)


def test_no_secret_is_in_the_words_of_an_account_a_feed_or_a_mail(home: SqlStore) -> None:
    assert SECRET not in repr(home.accounts.get(HOME, ANA))
    assert "canary" not in repr(home.feeds.of_partner(HOME, ANA))
    assert "canary" not in repr(home.outbox.due(now=NOW))


def test_a_key_file_others_can_read_is_named(home: SqlStore, key: Path) -> None:
    key.chmod(0o644)
    assert home.integrity() == [f"others can read the key file: chmod 600 {key}"]


def test_a_second_household_needs_nothing_more(home: SqlStore) -> None:
    fill(home, "next-door")
    assert home.integrity() == []
