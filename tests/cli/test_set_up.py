"""The set-up in a checkout of its own, with a stand-in for the lock and no network."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from service import bootstrap

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The least of a checkout: the start, the words of the commands, and empty locks."""
    root = tmp_path / "a checkout"
    service = root / "service"
    service.mkdir(parents=True)
    (root / "pyproject.toml").touch()
    for name in ("__init__.py", "__main__.py", "bootstrap.py", "cli.py"):
        (service / name).write_bytes((ROOT / "service" / name).read_bytes())
    (service / bootstrap.RUN_LOCK).write_text("# nothing is needed\n")
    (service / bootstrap.TEST_LOCK).write_text("# nothing is needed for the tests\n")
    commands = service / "commands"
    commands.mkdir()
    (commands / "__init__.py").touch()
    (commands / "doctor.py").write_text(
        "import os, sys\n"
        "def run(arguments):\n"
        "    print(sys.prefix, os.getcwd(), arguments.config, sep='\\n')\n"
        "    return 1\n"
    )
    return root


def start(
    checkout: Path, *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    base = Path(sys.base_prefix, "bin", "python3")
    return subprocess.run(
        [base, checkout / "service", *arguments],
        check=False,
        cwd=cwd or checkout,
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_command_sets_up_once_and_keeps_its_directory_arguments_and_exit_code(
    checkout: Path, tmp_path: Path
) -> None:
    first = start(checkout, "doctor", "--config", "mine.toml", cwd=tmp_path)
    assert first.stdout.split("\n")[:3] == [str(checkout / ".venv"), str(tmp_path), "mine.toml"]
    assert first.returncode == 1
    assert "Setting up" in first.stderr

    second = start(checkout, "doctor", cwd=tmp_path)
    assert second.stdout.startswith(str(checkout / ".venv"))
    assert second.stderr == ""


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["demo", "--help"], 0), (["dmo"], 2)])
def test_help_and_wrong_usage_set_nothing_up(checkout: Path, arguments: list[str], code: int) -> None:
    done = start(checkout, *arguments)
    assert done.returncode == code
    assert "demo" in done.stdout + done.stderr
    assert not (checkout / ".venv").exists()


def test_a_set_up_that_was_killed_is_done_anew(checkout: Path) -> None:
    bootstrap.ensure(checkout, bootstrap.RUN_LOCK)
    (checkout / ".venv" / ".locks").unlink()
    (checkout / ".venv" / "left over").touch()
    assert not bootstrap.holds(checkout, bootstrap.RUN_LOCK)

    bootstrap.ensure(checkout, bootstrap.RUN_LOCK)
    assert bootstrap.holds(checkout, bootstrap.RUN_LOCK)
    assert not (checkout / ".venv" / "left over").exists()


def test_what_the_tests_need_is_enough_to_run(checkout: Path) -> None:
    bootstrap.ensure(checkout, bootstrap.RUN_LOCK)
    assert not bootstrap.holds(checkout, bootstrap.TEST_LOCK)
    (checkout / ".venv" / "kept").touch()

    bootstrap.ensure(checkout, bootstrap.TEST_LOCK)
    assert bootstrap.holds(checkout, bootstrap.TEST_LOCK)
    assert bootstrap.holds(checkout, bootstrap.RUN_LOCK)
    assert (checkout / ".venv" / "kept").exists()


def test_another_lock_makes_another_environment(checkout: Path) -> None:
    bootstrap.ensure(checkout, bootstrap.RUN_LOCK)
    (checkout / "service" / bootstrap.RUN_LOCK).write_text("# still nothing\n")
    assert not bootstrap.holds(checkout, bootstrap.RUN_LOCK)


def test_a_package_that_pip_cannot_get_is_one_sentence_with_pips_last_lines(checkout: Path) -> None:
    (checkout / "service" / bootstrap.RUN_LOCK).write_text(f"nowhere==1.0 --hash=sha256:{'0' * 64}\n")
    done = start(checkout, "doctor", PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == 1
    assert "pip could not install the packages of requirements.lock" in done.stderr
    assert "nowhere==1.0" in done.stderr
    assert "Traceback" not in done.stderr
    assert not bootstrap.holds(checkout, bootstrap.RUN_LOCK)


def test_two_set_ups_at_once_take_turns(checkout: Path) -> None:
    with bootstrap._one_at_a_time(checkout):
        waiting = subprocess.Popen(
            [sys.executable, checkout / "service", "doctor"],
            cwd=checkout,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert waiting.stderr is not None
        assert "waiting" in waiting.stderr.readline()
        assert not (checkout / ".venv").exists()
    out, _ = waiting.communicate(timeout=120)
    assert str(checkout / ".venv") in out


def test_stopping_a_set_up_by_hand_says_what_happens_next(checkout: Path) -> None:
    with bootstrap._one_at_a_time(checkout):
        waiting = subprocess.Popen(
            [sys.executable, checkout / "service", "doctor"], stderr=subprocess.PIPE, text=True
        )
        assert waiting.stderr is not None
        waiting.stderr.readline()
        deadline = time.monotonic() + 90
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=deadline - time.monotonic())
    assert waiting.returncode == 1
    assert "the next start takes it up again" in said
