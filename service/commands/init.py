"""`init`: a few questions, a config.toml, and a check of what was written.

A calendar's address is found as `connect` finds it; no password is asked for and none is sent.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from connectors.errors import ConnectorError
from connectors.model import Located
from service.cli import CommandError
from service.clock import local_zone
from service.commands.first_chores import first_chores
from service.config import ConfigError, kinds, load_config
from service.config.kinds import Kind
from service.wiring import build_onboarding

OWN_TIME = 'window = "Mon-Fri 18:00-21:30, Sat-Sun 08:00-12:00"'

Locate = Callable[[str], Located]


def run(arguments: argparse.Namespace) -> int:
    file: Path = arguments.file
    if file.exists():
        raise CommandError(f"{file} is there already; choose another name, or move it away.", code=2)
    print("Enter keeps what stands in brackets. Everything can be changed in the file afterwards.\n")
    try:
        text = compose(input, zone=local_zone().key, locate=build_onboarding().locate)
    except EOFError as error:
        raise CommandError("The answers ended too early; nothing was written.") from error
    with file.open("x", encoding="utf-8") as target:
        target.write(text)
    return _check(file, os.environ)


def compose(ask: Callable[[str], str], *, zone: str, locate: Locate) -> str:
    """The text of a config.toml from answers; a question is put again until its answer can be used."""
    lines = ["# Written by “init”. Every key: config.example.toml, docs/configuration.md.", ""]
    lines += [
        "[household]",
        f"name = {_quoted(_asked(ask, 'What do you call your home', kinds.TEXT, 'Home'))}",
    ]
    lines += [f"time_zone = {_quoted(str(_asked(ask, 'Time zone', kinds.ZONE, zone)))}"]
    child = _asked(ask, "Birthday of your youngest child, such as 2025-11-02, or none", _OPTIONAL_DAY, "none")
    lines += [f"children_born = [{_quoted(child)}]"] if child else []
    taken: list[str] = []
    for which in ("First", "Second"):
        lines += _partner(ask, which, taken, locate)
    if _asked(ask, "\nBegin with a list of ordinary chores, yes or no", _YES_OR_NO, "yes") == "yes":
        lines += first_chores((taken[0], taken[1]), with_child=bool(child))
    return "\n".join(lines) + "\n"


def _partner(ask: Callable[[str], str], which: str, taken: list[str], locate: Locate) -> list[str]:
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
    wish = _asked(ask, f"One thing for {name} alone each week, such as Swim, or none", kinds.TEXT, "none")
    own_time = [] if wish == "none" else ["[[partner.self_care]]", f"name = {_quoted(wish)}", OWN_TIME]
    address = _address(ask, name, locate)
    if not address:
        print(f"  Later: “connect --partner {own_id}”, or {name}'s own page.")
        return [*lines, *own_time]
    variable = f"{re.sub('[^A-Z0-9]', '_', own_id.upper())}_CALDAV_PASSWORD"
    user = _asked(ask, "User name there", kinds.TEXT, email)
    return [
        *lines,
        "[partner.calendar]",
        f"url = {_quoted(address)}",
        f"username = {_quoted(user)}",
        f"password_env = {_quoted(variable)}",
        *own_time,
    ]


def _address(ask: Callable[[str], str], name: str, locate: Locate) -> str:
    """The URL of a calendar server, empty for none. A URL that cannot be asked now is kept as it is."""
    while True:
        question = f"{name}'s calendar: mail address or server, or none to connect later"
        typed = _asked(ask, question, kinds.TEXT, "none")
        if typed == "none":
            return ""
        try:
            if "://" in typed:
                kinds.web_address(typed)
            located = locate(typed)
        except ValueError as error:
            print(f"  This {error}.")
        except ConnectorError as error:
            print(f"  {error}")
            if "://" in typed:
                return typed
        else:
            for sentence in (f"{located.provider} {located.host}".strip() + ".", *located.advice):
                print(f"  {sentence}")
            return located.url


def _day_or_none(value: object) -> str:
    return "" if value == "none" else str(kinds.DATES.read([value])[0])


_OPTIONAL_DAY = Kind("day", _day_or_none)
_YES_OR_NO = kinds.one_of("yes", "no")


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
        print(
            "Before you start, put this right; then run “doctor”, which looks at every part:", file=sys.stderr
        )
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return 1
    print("Next: “doctor”, which looks at every part, then “serve”.")
    return 0
