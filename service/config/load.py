"""From a file to a `Config`: read, check, fetch the secrets, build; or say everything that is wrong."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from service.config import checks, lines
from service.config.build import account, chore, household
from service.config.feeds import find_feeds
from service.config.model import (
    Config,
    ConfigError,
    DatabaseConfig,
    GoogleConfig,
    HelpConfig,
    MailConfig,
    ServerConfig,
    SyncConfig,
)
from service.config.passwords import Secrets, find_passwords
from service.config.reading import Findings, Values, read_document


def load_config(path: Path, env: Mapping[str, str]) -> Config:
    """The configuration at `path`; relative paths in it start at its folder. Opens no connection.

    Raises:
        ConfigError: with all problems at once, each a sentence with its line. Show them; exit 2.
    """
    document, findings = _document(path)
    values = read_document(document, findings)
    checks.check(values, findings)
    secrets = Secrets(path.parent, env, findings)
    passwords = find_passwords(values, secrets, findings)
    feeds = find_feeds(values, secrets, findings)
    if findings.problems:
        raise ConfigError(findings.problems)

    home = household(values)
    data_dir = path.parent / values["server"]["data_dir"]
    host, port = values["server"]["listen"]
    return Config(
        path=path,
        server=ServerConfig(values["server"]["base_url"], host, port, data_dir, values["server"]["language"]),
        database=_database(values["database"], passwords["database"], data_dir, path.parent),
        mail=MailConfig(values["mail"]["url"], passwords["mail"], values["mail"]["from"]),
        sync=SyncConfig(values["sync"]["every"], values["sync"]["allow_private_hosts"]),
        home=home,
        first_chores=tuple(chore(each) for each in values["chore"]),
        calendars=tuple(
            account(partner, home, passwords[partner["id"]])
            for partner in values["partner"]
            if partner["calendar"]
        ),
        feeds=feeds,
        warnings=tuple(findings.warnings),
        google=_google(values["google"], passwords.get("google")),
        help=HelpConfig(values["help"]["listens"] or "", values["help"]["safe"] or ""),
    )


def _document(path: Path) -> tuple[dict[str, Any], Findings]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        sentence = f"{path} is not there; write one with “init”, or copy config.example.toml to it"
        raise ConfigError([sentence]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path} cannot be read: {error}"]) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        where = f" line {place[1]}" if place else ""
        said = re.sub(r" \(at .*\)$", "", str(error))
        raise ConfigError([f"{path.name}{where}: this is not TOML: {said[:1].lower()}{said[1:]}"]) from error
    return document, Findings(path.name, lines.lines_of(text))


def _google(table: Values | None, secret: str | None) -> GoogleConfig | None:
    return GoogleConfig(table["client_id"], secret or "") if table else None


def _database(table: Values, password: str | None, data_dir: Path, folder: Path) -> DatabaseConfig:
    key_file = folder / table["key_file"] if table["key_file"] else data_dir / "offplate.key"
    if table["url"] == "sqlite":
        return DatabaseConfig(f"sqlite:///{data_dir.resolve() / 'offplate.db'}", key_file)
    url = table["url"]
    if password:
        user, _, rest = url.removeprefix("postgresql+psycopg://").partition("@")
        url = f"postgresql+psycopg://{user}:{quote(password, safe='')}@{rest}"
    return DatabaseConfig(url, key_file)


def from_environment(path: Path) -> Config:
    """`load_config` with this process's own environment."""
    return load_config(path, os.environ)
