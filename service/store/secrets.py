"""Encryption at rest: what people wrote and what opens their calendars, sealed to its row.

A sealed value is a Fernet token (AES-128-CBC with HMAC-SHA-256) around its `Place` and its content;
the place is compared on opening, so a value copied into another row, or another person's, does not
open. It protects copies and backups of the database. It does not protect from whoever runs the
machine: the key lies there as well.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from service.store.engine import StoreError
from service.store.schema import Place


class Sealer:
    """Seals with the newest key of `key_file`, opens with any of them.

    A key that was rotated in by another process is found by reading the file again.
    """

    def __init__(self, key_file: Path, keys: tuple[str, ...]) -> None:
        self.key_file = key_file
        self.use(keys)

    def use(self, keys: tuple[str, ...]) -> None:
        self.keys = keys
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, content: bytes, place: Place) -> str:
        return self._fernet.encrypt(_label(place) + b"\n" + content).decode()

    def unseal(self, sealed: str, place: Place) -> bytes:
        """The content.

        Raises:
            StoreError: no key opens it, or it was sealed for another place.
        """
        label, _, content = self._opened(sealed, place).partition(b"\n")
        if label != _label(place):
            raise StoreError(
                f"a sealed value ({_column(place)}) stands in a row it was not made for; "
                "restore the database from a backup"
            )
        return content

    def rotate(self, sealed: str) -> str:
        """The same content under the newest key."""
        return self._fernet.rotate(sealed).decode()

    def _opened(self, sealed: str, place: Place) -> bytes:
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            if self.key_file.exists() and (keys := read_keys(self.key_file)) != self.keys:
                self.use(keys)
                return self._opened(sealed, place)
        raise StoreError(
            f"the key in {self.key_file} does not open the stored secrets ({_column(place)}); "
            "put back the key file that belongs to this database"
        )


def load_or_create_key(path: Path, *, rows_exist: bool) -> tuple[str, ...]:
    """The keys of the file, newest first; made at the first start (mode 0600).

    When two processes start together, both get the same key.

    Raises:
        StoreError: the file is missing although something was encrypted with it, or it is damaged.
    """
    if not path.exists():
        if rows_exist:
            raise StoreError(
                f"the key file {path} is missing, and the database holds secrets sealed with it. Put the "
                "file back from your backup. Without it, passwords and texts cannot be read again; to "
                "start anew, move the database away too"
            )
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = _written_beside(path, (new_key(),))
        try:
            os.link(fresh, path)  # fails where replacing would overwrite another process's key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return read_keys(path)


def new_key() -> str:
    return Fernet.generate_key().decode()


def read_keys(path: Path) -> tuple[str, ...]:
    """Raises StoreError when a line is not a key or there is none."""
    keys = tuple(path.read_text().split())
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise StoreError(f"{path} is not an Offplate key file; put it back from your backup") from error
    if not keys:
        raise StoreError(f"the key file {path} is empty; put it back from your backup")
    return keys


def write_keys(path: Path, keys: tuple[str, ...]) -> None:
    """Replace the file in one step; a crash leaves the old or the new one, whole."""
    _written_beside(path, keys).replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _written_beside(path: Path, keys: tuple[str, ...]) -> Path:
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)  # mode 0600
    with os.fdopen(handle, "w") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(handle)
    return Path(name)


def _label(place: Place) -> bytes:
    return json.dumps([place.household, place.partner, place.purpose]).encode()


def _column(place: Place) -> str:
    return ".".join(place.purpose.split(" ")[:2])
