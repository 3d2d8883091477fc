"""Reading an account, side by side with vdirsyncer on the same Radicale: `python -m bench.peer [EVENTS]`.

Both read three calendars through one counting door: the first time, and again when nothing has changed,
each in a process of its own; ours also as a service that keeps running. vdirsyncer is installed into a
throwaway environment (its version is printed); where that cannot be had, its side is left out.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.caldav import CALENDARS, edit_event, fill
from tests.servers import Door, Reply, running_door, running_radicale

ROUNDS_INITIAL = 3
ROUNDS = 5
GOAL_INITIAL = 1.0
GOAL_UNCHANGED = 4.0
GOAL_EVENTS = 2_000
STATE, STATUS, LOCAL = "state.json", "status", "local"
LAUNCHER = str(Path(__file__).with_name("launch.py"))

Commands = list[list[str]]
"""Run one after the other."""


class Meter(Door):
    """A door that counts requests, and the bytes of bodies both ways as they are on the wire."""

    requests = 0
    body_bytes = 0

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        reply = self.forward(method, path, headers, body)
        self.requests += 1
        self.body_bytes += len(body) + len(reply.body)
        return reply

    def since_last(self) -> tuple[int, int]:
        counted = self.requests, self.body_bytes
        self.requests = self.body_bytes = 0
        return counted


@dataclass(frozen=True, slots=True)
class Row:
    """One reading. Times of several rounds are their median."""

    label: str
    seconds: float
    cpu_seconds: float | None
    requests: int
    body_bytes: int
    peak_bytes: int

    def __str__(self) -> str:
        computing = "" if self.cpu_seconds is None else f"{self.cpu_seconds:.2f}"
        sizes = f"{self.body_bytes / 1000:>12,.1f}{self.peak_bytes / 2**20:>10.0f}"
        return f"{self.label:<44}{self.seconds:>9.3f}{computing:>8}{self.requests:>10}{sizes}"


@dataclass(frozen=True, slots=True)
class Bench:
    """One server, its door, and a folder for what the two sides keep."""

    server: str
    door: Meter
    folder: Path

    def alone(self, label: str, commands: Commands) -> Row:
        """Commands as processes of their own, one after the other, from the start to the end of them."""
        report = self.folder / "report.json"
        launch = [sys.executable, "-S", LAUNCHER, str(report), json.dumps(commands)]
        self.door.since_last()
        done = subprocess.run(launch, input="y\n" * 9, text=True, capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"{label}: {done.stderr[-2000:]}")
        took = json.loads(report.read_text())
        return Row(label, took["seconds"], took["cpu_seconds"], *self.door.since_last(), took["peak_bytes"])

    def rounds(self, sides: Mapping[str, Commands], count: int, *, anew: bool = False) -> list[Row]:
        """The medians of each side, which take turns; `anew` forgets before what they have kept."""
        rows: dict[str, list[Row]] = {label: [] for label in sides}
        for _ in range(count):
            if anew:
                self._forget()
            for label, commands in sides.items():
                rows[label].append(self.alone(label, commands))
        return [_median(of_side) for of_side in rows.values()]

    def _forget(self) -> None:
        for kept in (STATUS, LOCAL):
            shutil.rmtree(self.folder / kept, ignore_errors=True)
        (self.folder / STATE).unlink(missing_ok=True)

    def served(self, label: str, changed_label: str) -> tuple[Row, Row]:
        """Polls inside one running process: nothing changed, then one event changed before each."""
        report = self.folder / "report.json"
        command = [sys.executable, "-S", LAUNCHER, str(report), json.dumps([self.ours("served")])]
        seconds: list[float] = []
        traffic: list[tuple[int, int]] = []
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin
            assert process.stdout
            for poll in range(1 + 2 * ROUNDS):  # the first one warms up
                if poll > ROUNDS:
                    edit_event(f"{self.server}ana/{CALENDARS[0]}/", poll)
                self.door.since_last()
                print("poll", file=process.stdin, flush=True)
                seconds.append(float(process.stdout.readline()))
                traffic.append(self.door.since_last())
            process.stdin.close()
        peak = json.loads(report.read_text())["peak_bytes"]
        still, moved = seconds[1 : 1 + ROUNDS], seconds[1 + ROUNDS :]
        return (
            Row(label, statistics.median(still), None, *traffic[ROUNDS], peak),
            Row(changed_label, statistics.median(moved), None, *traffic[-1], peak),
        )

    def ours(self, manner: str) -> list[str]:
        return [sys.executable, "-m", "bench.reading", self.door.url, str(self.folder / STATE), manner]


def main(arguments: list[str]) -> int:
    events = int(arguments[0]) if arguments else GOAL_EVENTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = _installed_vdirsyncer(folder / "vdirsyncer")
        with (
            running_radicale({"ana": "pw"}, folder) as server,
            running_door(server, door=Meter(server)) as door,
        ):
            assert isinstance(door, Meter)
            fill(server, events)
            return _compare(Bench(server, door, folder), program, events)


def _compare(bench: Bench, program: Path | None, events: int) -> int:
    print(f"\n{events:,} events in {len(CALENDARS)} calendars; medians; the sides take turns\n")
    print(f"{'':<44}{'seconds':>9}{'CPU s':>8}{'requests':>10}{'kB':>12}{'peak MiB':>10}")
    ours: Commands = [bench.ours("once")]
    initial, unchanged = {"initial, Offplate (five weeks expanded)": ours}, {"no change, Offplate anew": ours}
    if program is not None:
        theirs = [str(program), "-c", str(_write_config(bench.folder, bench.door.url))]
        initial["initial, vdirsyncer (discover + sync)"] = [[*theirs, "discover"], [*theirs, "sync"]]
        unchanged["no change, vdirsyncer"] = [[*theirs, "sync"]]
    # Radicale makes its sync tokens when somebody first asks, for all clients to come.
    print(bench.alone("first client ever on the server, Offplate", ours))
    rounds = ROUNDS_INITIAL if events <= GOAL_EVENTS else 1
    first = _shown(bench.rounds(initial, rounds, anew=True))
    again = _shown(bench.rounds(unchanged, ROUNDS))
    served, _ = _shown(bench.served("no change, Offplate running", "one event changed, Offplate running"))
    if program is None:
        return 0
    print(
        f"\n{'vdirsyncer over Offplate':<44}{'time':>9}{'requests':>10}{'bytes':>12}{'memory':>10}{'goal':>9}"
    )
    kept = _ratio("initial", first[1], first[0], GOAL_INITIAL)
    _ratio("no change, both started anew", again[1], again[0], None)
    kept &= _ratio("no change, running", again[1], served, GOAL_UNCHANGED if events == GOAL_EVENTS else None)
    return 0 if kept else 1


def _shown(rows: Sequence[Row]) -> Sequence[Row]:
    print(*rows, sep="\n", flush=True)
    return rows


def _median(rows: Sequence[Row]) -> Row:
    seconds = statistics.median(row.seconds for row in rows)
    computing = statistics.median(row.cpu_seconds or 0.0 for row in rows)
    return replace(rows[-1], seconds=seconds, cpu_seconds=computing)


def _ratio(label: str, theirs: Row, ours: Row, goal: float | None) -> bool:
    time_ratio = theirs.seconds / ours.seconds
    kept = goal is None or time_ratio >= goal
    asked = "" if goal is None else f"{goal:>8.0f}x {'kept' if kept else 'missed'}"
    sizes = f"{theirs.body_bytes / ours.body_bytes:>11.1f}x{theirs.peak_bytes / ours.peak_bytes:>9.1f}x"
    print(f"{label:<44}{time_ratio:>8.1f}x{theirs.requests / ours.requests:>9.1f}x{sizes}{asked}")
    return kept


def _installed_vdirsyncer(folder: Path) -> Path | None:
    venv.create(folder, with_pip=True)
    binaries = folder / "bin"
    install = [str(binaries / "python"), "-m", "pip", "install", "-q", "vdirsyncer"]
    if subprocess.run(install, capture_output=True, check=False).returncode:
        print("vdirsyncer cannot be installed here: its side is left out.")
        return None
    program = binaries / "vdirsyncer"
    version = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True)
    print(version.stdout.strip())
    return program


def _write_config(folder: Path, url: str) -> Path:
    config = folder / "vdirsyncer.ini"
    config.write_text(
        f'[general]\nstatus_path = "{folder}/{STATUS}"\n'
        '[pair bench]\na = "remote"\nb = "local"\ncollections = ["from a"]\n'
        f'[storage remote]\ntype = "caldav"\nurl = "{url}"\nusername = "ana"\npassword = "pw"\n'
        f'[storage local]\ntype = "filesystem"\npath = "{folder}/{LOCAL}"\nfileext = ".ics"\n'
    )
    return config


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
