"""`serve` as a process: it answers, works, and stops in time without a trace."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from service.commands import serve
from service.config import load_config
from tests.cli.household import CANARY, Terminal, a_terminal

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with a_terminal(tmp_path) as terminal:
        yield terminal


def started(terminal: Terminal) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "service", "serve", "--config", terminal.config],
        cwd=ROOT,
        env={**os.environ, **terminal.environment},
        stderr=subprocess.PIPE,
        text=True,
    )


def address_in(process: subprocess.Popen[str], lines: list[str]) -> str:
    """Reads the log until it says where it listens."""
    assert process.stderr is not None
    for line in process.stderr:
        lines.append(line)
        if "serving" in line:
            return str(json.loads(line)["event"].rpartition(" on ")[2])
    raise AssertionError("".join(lines))


def test_it_answers_writes_the_first_week_and_stops_when_asked(terminal: Terminal) -> None:
    process, lines = started(terminal), list[str]()
    try:
        address = address_in(process, lines)
        for path in ("/livez", "/readyz"):
            with urlopen(f"http://{address}{path}", timeout=10) as reply:
                assert reply.status == 200
        deadline = time.monotonic() + 30
        while not terminal.entries_of("ana") and time.monotonic() < deadline:
            threading.Event().wait(0.1)
        assert terminal.entries_of("ana")
    finally:
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=30)
    assert process.returncode == 0, rest
    log = "".join(lines) + rest
    assert "stopped" in log
    assert CANARY not in log
    assert "Traceback" not in log, log


def test_a_port_that_is_taken_is_one_sentence(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = terminal.config.read_text()
        terminal.config.write_text(text.replace("127.0.0.1:0", f"127.0.0.1:{port}"))
        process = started(terminal)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"Nothing can listen on 127.0.0.1:{port} (Address already in use)" in said
    assert "Traceback" not in said


def test_from_nothing_it_begins_with_a_file_that_names_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    serve._begin_file(Path("config.toml"))
    config = load_config(Path("config.toml"), {})
    assert config.household().partners == ()
    Path("config.toml").write_text("# mine")
    serve._begin_file(Path("config.toml"))
    assert Path("config.toml").read_text() == "# mine"


def test_a_file_that_was_named_and_is_not_there_is_no_beginning(tmp_path: Path) -> None:
    serve._begin_file(tmp_path / "confg.toml")
    assert not (tmp_path / "confg.toml").exists()
