"""Gives a checkout an environment of its own, `.venv`, with exactly what the lock names.

Needs Python and pip alone: no venv package (Debian leaves it out), no make, no compiler, no git.
A stamp inside `.venv` says which locks it holds and is written last, so a killed set-up is done
anew. The test lock holds everything of the run lock: an environment for the tests runs the rest.
Standard library only. Never touches anything outside `.venv`, and prints to stderr only.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import time
import venv
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

RUN_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"

_ONE_PACKAGE = ("Collecting ", "Processing ", "Requirement already satisfied: ", "Ignoring ")
_PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[^]]*\])?==", re.IGNORECASE | re.MULTILINE)


class SetUpError(Exception):
    """The environment could not be made; the text says why and what to do."""


def is_checkout(root: Path) -> bool:
    """Whether `root` is a source tree rather than the place packages are installed in."""
    return (root / "pyproject.toml").is_file() and (root / "service" / RUN_LOCK).is_file()


def lock_for(command: str) -> str:
    return TEST_LOCK if command == "test" else RUN_LOCK


def enter(root: Path, lock: str, arguments: Sequence[str]) -> None:
    """Returns inside an environment that holds `lock`; else makes it and starts Offplate again in it.

    Raises:
        SetUpError: nothing was started. Show the text.
    """
    ensure(root, lock)
    environment = root / ".venv"
    if Path(sys.prefix).resolve() == environment.resolve():
        return
    python = _python_of(environment)
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(  # noqa: S606 - our own interpreter, no shell
        python, [str(python), "-m", "service", *arguments], {**os.environ, "PYTHONPATH": path}
    )


def ensure(root: Path, lock: str) -> None:
    """Make or complete `.venv` under `root` unless it holds `lock` already. Two at once take turns.

    Raises:
        SetUpError: no pip here, no room, no network, or a package without a wheel for this machine.
    """
    if holds(root, lock):
        return
    try:
        with _one_at_a_time(root):
            if not holds(root, lock):
                _make(root, lock)
    except OSError as error:
        raise SetUpError(f"The environment {root / '.venv'} could not be made: {error}") from error


def holds(root: Path, lock: str) -> bool:
    """Whether `.venv` was finished with this very lock by this very Python."""
    try:
        stamps = (root / ".venv" / ".locks").read_text(encoding="utf-8").split()
    except OSError:
        return False
    return _stamp(root, lock) in stamps and _python_of(root / ".venv").exists()


def write_stamp(root: Path, lock: str) -> None:
    locks = [RUN_LOCK, TEST_LOCK] if lock == TEST_LOCK else [RUN_LOCK]
    lines = "".join(f"{_stamp(root, name)}\n" for name in locks)
    (root / ".venv" / ".locks").write_text(lines, encoding="utf-8")


def _stamp(root: Path, lock: str) -> str:
    content = (root / "service" / lock).read_bytes()
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def _python_of(environment: Path) -> Path:
    return environment / "bin" / "python"


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """The lock is on the directory itself: no file of ours is left behind, and a kill releases it."""
    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another set-up is running here; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(root: Path, lock: str) -> None:
    environment = root / ".venv"
    started = time.monotonic()
    grows = lock == TEST_LOCK and holds(root, RUN_LOCK)
    has_pip = importlib.util.find_spec("pip") is not None
    if not has_pip and importlib.util.find_spec("ensurepip") is None:
        raise SetUpError(
            "This Python has neither pip nor a way to get it. On Debian or Ubuntu: "
            "apt-get install -y python3-pip. On Fedora: dnf install -y python3-pip. Then start again."
        )
    _say("Setting up Offplate, once (1 of 2): an environment of its own in .venv")
    if not grows:
        venv.create(environment, with_pip=not has_pip, clear=True)
    (environment / ".locks").unlink(missing_ok=True)

    python = str(_python_of(environment))
    pip = [sys.executable, "-m", "pip", "--python", python] if has_pip else [python, "-m", "pip"]
    _install(pip, root / "service" / lock)
    write_stamp(root, lock)
    _say(f"Ready after {time.monotonic() - started:.0f} seconds.")


def _install(pip: Sequence[str], lock: Path) -> None:
    """Wheels only, each checked against its hash, nothing that the lock does not name."""
    total = len(_PINNED.findall(lock.read_text(encoding="utf-8")))
    _say(f"Setting up Offplate, once (2 of 2): about {total} packages")
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--progress-bar", "off"]
    command = [*pip, "--no-input", "--disable-pip-version-check", "install", *options, "-r", str(lock)]
    tail: deque[str] = deque(maxlen=6)
    seen = 0
    with subprocess.Popen(  # noqa: S603 - pip, with arguments of ours
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True
    ) as process:
        for line in process.stdout or ():
            if not line.strip() or line.startswith("WARNING"):
                continue
            tail.append(line.rstrip())
            if line.startswith(_ONE_PACKAGE):
                seen += 1
                _show_count(seen, total)
            elif line.startswith("Installing collected packages"):
                _say(f"  unpacking {line.count(',') + 1} packages")
    if process.returncode:
        said = "\n".join(f"  {line}" for line in tail)
        raise SetUpError(
            f"pip could not install the packages of {lock.name}. Its last lines were:\n{said}\n"
            "Check the network (or pip's configuration) and start again; nothing else was changed."
        )


def _show_count(seen: int, total: int) -> None:
    if sys.stderr.isatty():
        print(
            f"\r  package {seen} of {total}", end="\n" if seen == total else "", file=sys.stderr, flush=True
        )
    elif seen % 20 == 0 or seen == total:
        _say(f"  package {seen} of {total}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
