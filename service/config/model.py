"""What was configured, as frozen values. Secrets are kept out of every representation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from service.domain.chores import Chore
from service.domain.household import Household, PartnerId
from service.ports import Account


class ConfigError(Exception):
    """The configuration cannot be used. `problems` are whole sentences, one each, with their lines."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """`base_url` has no slash at its end and is the only source of links in mails."""

    base_url: str
    host: str
    port: int
    data_dir: Path
    language: str = "en"


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """`url` is a whole SQLAlchemy URL, password included; `key_file` opens the sealed values."""

    url: str = field(repr=False)
    key_file: Path


@dataclass(frozen=True, slots=True)
class MailConfig:
    """`url` names the server and the user; `sender` is who the mails come from, name and address."""

    url: str
    password: str | None = field(repr=False)
    sender: str


@dataclass(frozen=True, slots=True)
class GoogleConfig:
    """The OAuth client (type: web) of whoever runs Offplate."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SyncConfig:
    """`allow_private_hosts` are the exact host names that may resolve to private addresses."""

    every: timedelta
    allow_private_hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HelpConfig:
    """Who to call after hard weeks; "" where the file names nobody."""

    listens: str = ""
    safe: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything config.toml says. `warnings` are sentences for the log and for doctor.

    `feeds` are each partner's published calendars, name to address; the addresses are secrets.
    """

    path: Path
    server: ServerConfig
    database: DatabaseConfig
    mail: MailConfig
    sync: SyncConfig
    home: Household
    first_chores: tuple[Chore, ...]
    calendars: tuple[Account, ...]
    feeds: Mapping[PartnerId, Mapping[str, str]] = field(repr=False)
    warnings: tuple[str, ...] = ()
    google: GoogleConfig | None = None
    help: HelpConfig = HelpConfig()

    def household(self) -> Household:
        return self.home

    def chores(self) -> list[Chore]:
        """The first list; once a household has chores, the list lives in the database."""
        return list(self.first_chores)

    def accounts(self) -> list[Account]:
        """The calendar accounts named in the file; other partners connect theirs by themselves."""
        return list(self.calendars)
