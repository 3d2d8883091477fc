"""`init`: a few questions, a config.toml, and a check of what was written."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from service.cli import CommandError
from service.config import ConfigError, kinds, load_config
from service.config.kinds import Kind

LOCAL_TIME = Path("/etc/localtime")


def run(arguments: argparse.Namespace) -> int:
    file: Path = arguments.file
    if file.exists():
        raise CommandError(f"{file} is there already; choose another name, or move it away.", code=2)
    print("Enter keeps what stands in brackets. Everything can be changed in the file afterwards.\n")
    try:
        text = compose(input, zone=local_zone())
    except EOFError as error:
        raise CommandError("The answers ended too early; nothing was written.") from error
    with file.open("x", encoding="utf-8") as target:
        target.write(text)
    return _check(file, os.environ)


def compose(ask: Callable[[str], str], *, zone: str) -> str:
    """The text of a config.toml from answers; a question is put again until its answer can be used."""
    lines = ["# Written by “init”. Every key: config.example.toml, docs/configuration.md.", ""]
    lines += [
        "[household]",
        f"name = {_quoted(_asked(ask, 'What do you call your home', kinds.TEXT, 'Home'))}",
    ]
    lines += [f"time_zone = {_quoted(str(_asked(ask, 'Time zone', kinds.ZONE, zone)))}"]
    taken: list[str] = []
    for which in ("First", "Second"):
        lines += _partner(ask, which, taken)
    return "\n".join(lines) + "\n"


def local_zone() -> str:
    """The machine's own zone, UTC where it does not say."""
    name = str(LOCAL_TIME.resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        return "UTC"


def _partner(ask: Callable[[str], str], which: str, taken: list[str]) -> list[str]:
    name = _asked(ask, f"\n{which} partner's name", kinds.TEXT)
    own_id = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or f"partner-{len(taken) + 1}"
    own_id = own_id if own_id not in taken else f"{own_id}-{len(taken) + 1}"
    taken.append(own_id)
    email = _asked(ask, f"{name}'s e-mail address", kinds.EMAIL)
    lines = [
        "",
        "[[partner]]",
        f"id = {_quoted(own_id)}",
        f"name = {_quoted(name)}",
        f"email = {_quoted(email)}",
    ]
    address = _asked(ask, f"Address of {name}'s CalDAV server, or none", _OPTIONAL_ADDRESS, "none")
    if not address:
        return lines
    variable = f"{re.sub('[^A-Z0-9]', '_', own_id.upper())}_CALDAV_PASSWORD"
    user = _asked(ask, "User name there", kinds.TEXT, email)
    return [
        *lines,
        "[partner.calendar]",
        f"url = {_quoted(address)}",
        f"username = {_quoted(user)}",
        f"password_env = {_quoted(variable)}",
    ]


def _optional_address(value: object) -> str:
    return "" if value == "none" else kinds.web_address(value)


_OPTIONAL_ADDRESS = Kind("address", _optional_address)


def _asked(ask: Callable[[str], str], question: str, kind: Kind, default: str = "") -> str:
    while True:
        given = ask(f"{question}{f' [{default}]' if default else ''}: ").strip() or default
        try:
            return str(kind.read(given))
        except ValueError as error:
            print(f"  This {error}.")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _check(file: Path, env: Mapping[str, str]) -> int:
    print(f"\n{file} is written.")
    try:
        load_config(file, env)
    except ConfigError as error:
        print("Before you start:")
        for problem in error.problems:
            print(f"  {problem}")
        return 1
    print("Next: python3 -m service serve")
    return 0
