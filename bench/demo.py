"""How long a stranger waits for the demo, and what `serve` weighs at rest.

`python -m bench.demo [--without-set-up]` starts real processes on this machine and prints a table: the
demo in a bare copy of the checkout (its environment is made first, which downloads some 80 packages),
the same again, and the memory of `serve` before its first plan and after it. The exit status says
whether the goals were met that do not depend on the network.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.clock import SystemClock
from service.demo.addresses import port_or_another
from service.demo.calendars import existing_calendars
from service.demo.dav import DavAccount
from service.demo.household import passwords_in, write_config
from service.demo.live import week_to_show
from service.demo.radicale import running_radicale

ROOT = Path(__file__).resolve().parents[1]
READY = "Ctrl-C stops everything"
MOST_MEGABYTES_AT_REST = 150
_LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    measured: str
    goal: str = ""
    met: bool = True


def main(arguments: list[str]) -> int:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="offplate-bench-") as folder:
        rows += _demo_times(Path(folder), set_up="--without-set-up" not in arguments)
        rows += _serve_memory(Path(folder) / "serve")
    for row in rows:
        goal = f"goal {row.goal}: {'met' if row.met else 'MISSED'}" if row.goal else ""
        print(f"{row.what:<44}{row.measured:>12}   {goal}".rstrip())
    return 0 if all(row.met for row in rows) else 1


def _demo_times(folder: Path, *, set_up: bool) -> list[Row]:
    rows: list[Row] = []
    python, checkout, state = sys.executable, ROOT, folder / "state"
    if set_up:
        python, checkout = str(getattr(sys, "_base_executable", sys.executable)), folder / "checkout"
        for part in ("service", "connectors"):
            shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", checkout)
        rows.append(Row("demo, nothing set up yet", _until_ready(python, checkout, state)))
        shutil.rmtree(state)
    rows.append(Row("demo, set up, a new household", _until_ready(python, checkout, state)))
    rows.append(Row("demo, second start on its state", _until_ready(python, checkout, state)))
    return rows


def _until_ready(python: str, checkout: Path, state: Path) -> str:
    """Seconds from the command to its last line; the demo is stopped then."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [python, "-m", "service", "demo", "--port", "0"],
        cwd=checkout,
        env=os.environ | {"OFFPLATE_DEMO_DIR": str(state)},
        stdout=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    try:
        for line in process.stdout or ():
            said.append(line)
            if READY in line:
                return f"{time.perf_counter() - began:.1f} s"
    finally:
        process.terminate()
        process.wait(30)
    raise SystemExit(f"The demo did not start:\n{''.join(said)}")


def _serve_memory(folder: Path) -> list[Row]:
    """Resident memory of `serve` on the demo's household and a calendar server."""
    folder.mkdir()
    passwords = passwords_in(folder)
    with running_radicale(folder / "calendars", passwords) as caldav_url:
        for calendar in existing_calendars(week_to_show(SystemClock().now()), seed=1):
            DavAccount(caldav_url, calendar.owner, passwords[calendar.owner]).put_calendar(calendar)
        port = port_or_another(0)
        config = write_config(
            folder, base_url=f"http://127.0.0.1:{port}", caldav_url=caldav_url, smtp_port=port_or_another(0)
        )
        with _serving(config, port) as (process, log):
            at_rest = _megabytes(process)
            account = DavAccount(caldav_url, "ben", passwords["ben"])
            _wait(lambda: len(account.calendars()) == 3 and _has_entries(account), process, log)
            planned = _megabytes(process)
    return [
        Row(
            "serve at rest, before its first plan",
            f"{at_rest:.0f} MB",
            f"under {MOST_MEGABYTES_AT_REST} MB",
            at_rest < MOST_MEGABYTES_AT_REST,
        ),
        Row("serve after a plan, the solver loaded", f"{planned:.0f} MB"),
    ]


def _has_entries(account: DavAccount) -> bool:
    return bool(account.events(account.calendars()["Offplate"]))


@contextmanager
def _serving(config: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    log = config.parent / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "serve", "--config", str(config)],
            cwd=ROOT,
            stdout=out,
            stderr=out,
        )
    try:
        _wait(lambda: _answers(port), process, log)
        yield process, log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _wait(holds: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    while not holds():
        if process.poll() is not None:
            raise SystemExit(f"serve stopped:\n{log.read_text()}")
        time.sleep(_LOOK_AGAIN_SECONDS)


def _megabytes(process: subprocess.Popen[bytes]) -> float:
    listing = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, text=True, check=True
    )
    found = re.search(r"\d+", listing.stdout)
    return int(found[0]) / 1024 if found else 0.0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
