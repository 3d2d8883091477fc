"""`test`: find or get a browser, then run pytest. The environment is there already (`bootstrap`)."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def run(arguments: argparse.Namespace) -> int:
    """pytest's own exit code. Without arguments everything runs, on every core; without a browser its tests
    are skipped, and the last lines say so."""
    browser = find_browser(os.environ) or _install_browser()
    environment = dict(os.environ)
    if browser:
        environment["OFFPLATE_CHROMIUM"] = browser
    command = [sys.executable, "-m", "pytest", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    # One more than there are cores, since each waits for its servers a third of the time; a file stays with
    # one of them, for the servers that its tests share; the files in their order, for the last are short.
    at_once = str((os.cpu_count() or 1) + 1)
    chosen = arguments.pytest or ["-n", at_once, "--dist", "loadfile", "--no-loadscope-reorder", "-q"]
    sys.stdout.flush()
    return subprocess.call([*command, *chosen], env=environment, cwd=ROOT)  # noqa: S603 - ours


def find_browser(environment: Mapping[str, str]) -> str | None:
    """`OFFPLATE_CHROMIUM`, else a Chromium or Chrome on the path, else the one of macOS."""
    if chosen := environment.get("OFFPLATE_CHROMIUM"):
        return chosen
    path = environment.get("PATH")
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name, path=path):
            return found
    return next((place for place in _MAC_BROWSERS if Path(place).exists()), None)


def _install_browser() -> str | None:
    """As root on Debian or Ubuntu only: elsewhere a test run installs nothing outside `.venv`."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("The browser tests need Chromium; installing the package “chromium” (about 350 MB).", flush=True)
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdin": subprocess.DEVNULL}
    for step in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        print(f"  apt-get {step[0]} …", flush=True)
        done = subprocess.run(  # noqa: S603 - apt-get, with arguments of ours
            ["apt-get", "-qq", *step],  # noqa: S607 - wherever the system keeps it
            check=False,
            capture_output=True,
            text=True,
            **quiet,  # type: ignore[call-overload]
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it gave no reason"]
            print(f"  apt-get {step[0]} failed: {last[0]}", flush=True)
            return None
    return shutil.which("chromium")
