"""A real Radicale as its own process on this machine; started and stopped here, never imported.

It keeps its calendars in the demo's folder, so the next start finds them. Nothing of it is touched
but through CalDAV.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from service.cli import CommandError
from service.demo.addresses import HOST, port_or_another
from service.demo.dav import DavAccount, DavError, DavUnreachableError

_SETTINGS = "radicale.conf"
_PID = "radicale.pid"
_TRIES = 3
_READY_WITHIN_SECONDS = 30.0
_STOP_WITHIN_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 0.05


@contextmanager
def running_radicale(folder: Path, users: Mapping[str, str], *, port: int = 0) -> Iterator[str]:
    """Yields the server's URL once it really answers; it has stopped when the block is left.

    Raises:
        CommandError: it did not come up; the sentence names its log.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _end_leftover(folder)
    process, address = _start(folder, users, port)
    try:
        yield _url(address)
    finally:
        _stop(process)


def _url(port: int) -> str:
    return f"http://{HOST}:{port}/"


def _start(folder: Path, users: Mapping[str, str], port: int) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(_TRIES):
        address = port_or_another(port)
        process = _launch(folder, _write_settings(folder, users, address))
        account = DavAccount(_url(address), *next(iter(users.items())))
        try:
            if _answers(process, account):
                (folder / _PID).write_text(str(process.pid))
                return process, address
        except BaseException:
            _stop(process)
            raise
        _stop(process)
        port = 0
    raise CommandError(f"The demo's calendar server did not start; {folder / 'radicale.log'} says why.")


def _launch(folder: Path, settings: Path) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches us first and we stop it last."""
    with (folder / "radicale.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
            [sys.executable, "-m", "radicale", "--config", str(settings)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _write_settings(folder: Path, users: Mapping[str, str], port: int) -> Path:
    people = folder / "users"
    people.touch(mode=0o600)
    people.write_text("".join(f"{name}:{password}\n" for name, password in users.items()))
    settings = folder / _SETTINGS
    settings.write_text(
        f"[server]\nhosts = {HOST}:{port}\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {people}\nhtpasswd_encryption = plain\n"
        "[rights]\ntype = owner_only\n"
        f"[storage]\nfilesystem_folder = {folder / 'collections'}\n"
        "[logging]\nlevel = warning\n"
    )
    return settings


def _answers(process: subprocess.Popen[bytes], account: DavAccount) -> bool:
    """Whether our own process came to answer; False when it ended, for one because of the port.

    The server of another demo, started at the same moment, can have taken that port while ours was
    still on its way up. It does not know our passwords.
    """
    pause = Event()
    waited = 0.0
    while process.poll() is None and waited < _READY_WITHIN_SECONDS:
        try:
            account.calendars()
        except DavUnreachableError:
            pause.wait(_LOOK_AGAIN_SECONDS)
            waited += _LOOK_AGAIN_SECONDS
        except DavError:
            return False
        else:
            return process.poll() is None
    return False


def _end_leftover(folder: Path) -> None:
    """End the server of a demo that was killed before it could: two must not write to one folder.

    Only a process that has the noted number and was started with the settings of this very folder.
    """
    noted = folder / _PID
    if not noted.exists():
        return
    number = noted.read_text()
    command = ["ps", "-ww", "-o", "command=", "-p", number]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    except OSError:
        return
    if str(folder / _SETTINGS) in listed.stdout:
        os.kill(int(number), signal.SIGTERM)
    noted.unlink()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
