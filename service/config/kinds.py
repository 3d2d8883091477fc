"""The kinds of values a key can have: how each is written, and what it becomes.

A reader takes the TOML value and raises ValueError with half a sentence that says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, rrulestr

from service import catalogue
from service.domain.chores import Cadence
from service.domain.week import WeeklyMoment, WeeklyWindow, parse_duration, parse_windows


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` is what the reference calls it; `read` gives the value or raises ValueError."""

    name: str
    read: Callable[[object], Any]


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {_written(value)}")
    if not value.strip():
        raise ValueError("is empty")
    if len(value) > 200 or any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise ValueError("must be one line of at most 200 characters")
    return value.strip()


def identifier(value: object) -> str:
    plain = text(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", plain):
        raise ValueError(f"“{plain}” is not an id; use small letters, digits, - and _")
    return plain


def variable(value: object) -> str:
    plain = text(value)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", plain):
        raise ValueError(f"“{plain}” is not the name of an environment variable")
    return plain


def email(value: object) -> str:
    plain = text(value)
    if not re.fullmatch(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+", plain):
        raise ValueError(f"“{plain}” is not one e-mail address")
    try:
        Address(addr_spec=plain)
    except (ValueError, IndexError) as error:
        raise ValueError(f"“{plain}” is not one e-mail address") from error
    return plain


def sender(value: object) -> str:
    name, address = parseaddr(text(value))
    user, _, domain = email(address or value).rpartition("@")
    return str(Address(display_name=name, username=user, domain=domain))


def web_address(value: object) -> str:
    """An http or https address; without user, query or fragment."""
    plain = text(value)
    try:
        parts = urlsplit(plain)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = None
    if not fits or re.search(r"\s", plain):
        raise ValueError(f"“{plain}” is not an address; write it like https://cloud.example.org/dav/")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must not hold a user, a password, “?” or “#”")
    return plain


def feed_address(value: object) -> str:
    """The address of a published calendar. It is a secret: no error quotes it."""
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")
    plain = value.strip()
    try:
        parts = urlsplit(plain)
        schemes = ("http", "https", "webcal", "webcals")
        fits = parts.scheme in schemes and parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:
        fits = None
    if not fits or len(plain) > 2_000 or not plain.isprintable() or " " in plain:
        raise ValueError(
            "is not the address of a published calendar; it begins with https:// or webcal:// and holds no "
            "user or password"
        )
    return plain


def base_url(value: object) -> str:
    plain = web_address(value).rstrip("/")
    if urlsplit(plain).path:
        raise ValueError("must end after the host and port: Offplate needs a host name of its own")
    return plain


def listen(value: object) -> tuple[str, int]:
    plain = text(value)
    try:
        parts = urlsplit(f"//{plain}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port is None or parts.path:
        raise ValueError(f"“{plain}” is not a host and port; write it like 127.0.0.1:8000")
    return host, port


def mail_url(value: object) -> str:
    plain = text(value)
    try:
        parts = urlsplit(plain)
        fits = parts.scheme in ("smtp", "smtps", "smtp+starttls") and parts.hostname and parts.port != 0
    except ValueError:
        fits = None
    if not fits or parts.path.strip("/") or parts.query:
        raise ValueError(f"“{plain}” is not a mail server; write it like smtp+starttls://me@mail.example.org")
    return plain


def database_url(value: object) -> str:
    plain = text(value)
    if plain == "sqlite" or re.match(r"postgresql\+psycopg://[^/]*/.+", plain):
        return plain
    raise ValueError("must be sqlite, or postgresql+psycopg://user@host/name")


def yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {_written(value)}")
    return value


def zone(value: object) -> ZoneInfo:
    plain = text(value)
    try:
        return ZoneInfo(plain)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"“{plain}” is not a time zone; write it like Europe/Berlin") from error


def moment(value: object) -> WeeklyMoment:
    return WeeklyMoment.parse(text(value))


def windows(value: object) -> tuple[WeeklyWindow, ...]:
    return parse_windows(text(value))


def cadence(value: object) -> Cadence:
    plain = text(value)
    rule = plain[6:] if plain.upper().startswith("RRULE:") else plain
    found = Cadence.parse(rule)
    if found.rrule:
        _check_rule(found.rrule)
    return found


def day(value: object) -> date:
    if isinstance(value, datetime):
        raise ValueError(f"{value} is a moment; write only the day, like 2025-11-02")
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(text(value))
    except ValueError as error:
        raise ValueError(f"{_written(value)} is not a day; write it like 2025-11-02") from error


def dates(value: object) -> tuple[date, ...]:
    return tuple(day(each) for each in _list(value))


def texts(value: object) -> tuple[str, ...]:
    return tuple(text(each) for each in _list(value))


def hosts(value: object) -> tuple[str, ...]:
    names = tuple(text(each).lower() for each in _list(value))
    for name in names:
        if not re.fullmatch(r"[a-z0-9._:-]+", name) or "//" in name:
            raise ValueError(f"“{name}” is not a host name; write it without https:// and without a path")
    return names


def identifiers(value: object) -> tuple[str, ...]:
    return tuple(identifier(each) for each in _list(value))


def duration(least: timedelta, most: timedelta, bounds: str) -> Kind:
    def read(value: object) -> timedelta:
        found = parse_duration(text(value))
        if not least <= found <= most:
            raise ValueError(f"must lie between {bounds}")
        return found

    return Kind(f"duration, {bounds}", read)


def whole(least: int, most: int) -> Kind:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"must be a whole number, not {_written(value)}")
        if not least <= value <= most:
            raise ValueError(f"must lie between {least} and {most}, and is {value}")
        return value

    return Kind(f"{least} to {most}", read)


def one_of(*words: str) -> Kind:
    def read(value: object) -> str:
        if value not in words:
            raise ValueError(f"must be {_or(words)}, not {_written(value)}")
        return str(value)

    return Kind(" \\| ".join(words), read)


def spoken(value: object) -> str:
    """How a calendar account of this file is spoken to."""
    if value == "google":
        raise ValueError(
            "is not for this file: a Google account is connected by its own person, on their page "
            "/connect/google. Leave [partner.calendar] out, and set up [google] once (docs/google.md)"
        )
    return str(one_of("caldav").read(value))


CALENDAR_KIND = Kind("caldav", spoken)


def language(value: object) -> str:
    return catalogue.named(text(value)).name


def per_partner(each: Kind) -> Kind:
    def read(value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("must name partners, like { ana = …, ben = … }")
        return {name: _named(name, each, inner) for name, inner in value.items()}

    return Kind(f"for each partner: {each.name}", read)


TEXT = Kind("text", text)
LANGUAGE = Kind("language", language)
IDENTIFIER = Kind("id", identifier)
IDENTIFIERS = Kind("ids", identifiers)
VARIABLE = Kind("variable", variable)
FILE = Kind("path", text)
EMAIL = Kind("address", email)
SENDER = Kind("name and address", sender)
WEB_ADDRESS = Kind("address", web_address)
FEED_ADDRESS = Kind("https or webcal address", feed_address)
BASE_URL = Kind("address", base_url)
LISTEN = Kind("host:port", listen)
MAIL_URL = Kind("smtp, smtps or smtp+starttls address", mail_url)
DATABASE_URL = Kind("sqlite, or a PostgreSQL address", database_url)
YES_OR_NO = Kind("true \\| false", yes_or_no)
ZONE = Kind("time zone", zone)
MOMENT = Kind("moment", moment)
WINDOWS = Kind("windows", windows)
CADENCE = Kind("cadence", cadence)
DATE = Kind("date", day)
DATES = Kind("dates", dates)
TEXTS = Kind("texts", texts)
HOSTS = Kind("host names", hosts)


def _check_rule(rule: str) -> None:
    """Only what can come at most once a day; reading a rule never runs it."""
    try:
        found = rrulestr(rule, dtstart=datetime(2026, 1, 5))  # noqa: DTZ001 - a wall-clock rule
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"“{rule}” is not an RRULE ({error})") from error
    parts = rule.upper()
    if not isinstance(found, rrule) or found._freq not in (YEARLY, MONTHLY, WEEKLY, DAILY):  # noqa: SLF001
        raise ValueError(f"“{rule}” comes more than once a day; use DAILY, WEEKLY, MONTHLY or YEARLY")
    if any(part in parts for part in ("BYHOUR", "BYMINUTE", "BYSECOND", "INTERVAL=0", "INTERVAL=-")):
        raise ValueError(f"“{rule}” must count in whole days, with an INTERVAL of at least 1")


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"must be a list in brackets, not {_written(value)}")
    return value


def _named(name: str, kind: Kind, value: object) -> Any:
    try:
        return kind.read(value)
    except ValueError as error:
        raise ValueError(f"for {name}: {error}") from error


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    return f"“{value}”" if isinstance(value, str) else str(value)
