"""The demo as a person starts it: a process of its own, its output in a file, and what it left running."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from service.demo.calendars import existing_calendars
from service.domain.week import Week

ROOT = Path(__file__).resolve().parents[2]


class Demo:
    """One running `demo`; `said()` is everything it printed so far."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process = process
        self._output = output

    def said(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def wait_for(self, words: str, *, seconds: float = 120) -> str:
        """What it said, once that holds `words`."""
        wait_until(lambda: words in self.said() or self.process.poll() is not None, seconds=seconds)
        assert words in self.said(), self.said()
        return self.said()


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[Demo]:
    """`python -m service demo` with its state and temporary files below `folder`."""
    environment = os.environ | {"OFFPLATE_DEMO_DIR": str(folder / "state"), "TMPDIR": str(folder)}
    output = folder / "output"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "demo", *options],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        yield Demo(process, output)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(90)


def wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    deadline, pause = time.monotonic() + seconds, Event()
    while not holds():
        assert time.monotonic() < deadline, f"it did not come to be within {seconds} seconds"
        pause.wait(0.1)


def processes_of(folder: Path) -> list[str]:
    """Command lines on this machine that name `folder`: a calendar server's does."""
    listing = subprocess.run(["ps", "-axww", "-o", "command"], capture_output=True, text=True, check=True)
    return [line for line in listing.stdout.splitlines() if str(folder) in line]


def titles_and_places(week: Week, *, seed: int) -> set[str]:
    """Every title, place and guest in the existing calendars: words that nobody but their owner may see."""
    found = set()
    for calendar in existing_calendars(week, seed=seed):
        for resource in calendar.resources:
            for line in resource.text.splitlines():
                name, _, value = line.partition(":")
                if name in ("SUMMARY", "LOCATION"):
                    found.add(value)
    return found | {"Marguerite", "marguerite@example.com", "Kowalczyk", "Okonkwo", "Zephyr"}
