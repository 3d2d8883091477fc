"""What the live demo keeps between two starts: one folder, and in it where its servers listened."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from service.cli import CommandError
from service.demo.house import Places

ROOT = Path(__file__).resolve().parents[2]
FOLDER_VARIABLE = "OFFPLATE_DEMO_DIR"

_PLACES = "places.json"
_LOCK = "running"


def state_folder(*, google: bool = False) -> Path:
    """`OFFPLATE_DEMO_DIR`, else `.demo` in a checkout that can be written, else in the user's state.

    With `google` one beside that: in the plain demo's Ben has a calendar account and none to connect.

    Raises:
        CommandError: there is no place to write to.
    """
    checkout = (ROOT / "pyproject.toml").is_file() and os.access(ROOT, os.W_OK)
    own = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "offplate-demo"
    folder = Path(os.environ.get(FOLDER_VARIABLE) or (ROOT / ".demo" if checkout else own)).absolute()
    if google:
        folder = folder.with_name(f"{folder.name}-google")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            f"The demo keeps its state in {folder}, which cannot be made ({error.strerror}). "
            f"Name another folder in {FOLDER_VARIABLE}."
        ) from error
    return folder


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Raises CommandError when another demo runs on that folder."""
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError(
                f"The demo is running already on {folder}. Use that one, or stop it with Ctrl-C first."
            ) from error
        yield


def forget(folder: Path) -> None:
    """Remove what a demo left in its folder; in a folder that never was one's nothing is touched."""
    if not (folder / _PLACES).exists():
        return
    for inside in folder.iterdir():
        if inside.is_dir() and not inside.is_symlink():
            shutil.rmtree(inside)
        elif inside.name != _LOCK:
            inside.unlink()


def places_of_last_time(folder: Path, *, web: int) -> Places:
    """Where the servers listened, so that a calendar app that subscribed still finds them."""
    try:
        known = json.loads((folder / _PLACES).read_text(encoding="utf-8"))
        return Places(web=web, caldav=int(known["caldav"]), smtp=int(known["smtp"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Places(web=web, caldav=5232, smtp=1025)


def remember(folder: Path, places: Places) -> None:
    (folder / _PLACES).write_text(json.dumps(asdict(places)) + "\n", encoding="utf-8")
