"""`backup`, `restore`, `migrate`, `rotate-key`: the database and its key."""

from __future__ import annotations

import argparse

from service.cli import CommandError
from service.commands.house import read_config, store_errors
from service.store.backup import backup as copy_to
from service.store.backup import restore as put_back
from service.wiring import build_store


def backup(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.config)
    try:
        with store_errors():
            copy_to(config.database.url, arguments.file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(f"{arguments.file} cannot be written: {reason}. Choose another place.") from error
    print(
        f"Saved in {arguments.file}. The key {config.database.key_file} is not in it: keep a copy elsewhere."
    )
    return 0


def restore(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.config)
    confirm("This replaces what is in the database now.", said_yes=arguments.yes)
    with store_errors():
        put_back(config.database.url, arguments.file, key=config.database.key_file)
    print(
        f"{arguments.file} is back in place. Links and sessions were revoked, and waiting mails are "
        "held. Start “serve” again."
    )
    return 0


def migrate(arguments: argparse.Namespace) -> int:
    with store_errors():
        build_store(read_config(arguments.config)).close()
    print("The database has this version's form.")
    return 0


def rotate_key(arguments: argparse.Namespace) -> int:
    config = read_config(arguments.config)
    with store_errors():
        store = build_store(config)
        try:
            count = store.rotate_key()
        finally:
            store.close()
    print(
        f"{count} values are sealed with a new key. Copy {config.database.key_file} to where you keep "
        "the old one."
    )
    return 0


def confirm(what: str, *, said_yes: bool) -> None:
    """Go on only after a yes.

    Raises:
        CommandError: anything else, or nobody there to ask.
    """
    if said_yes:
        return
    try:
        given = input(f"{what} Write yes to go on: ")
    except EOFError:
        given = ""
    if given.strip().lower() != "yes":
        raise CommandError("Nothing was changed. To go on without being asked, add --yes.")
