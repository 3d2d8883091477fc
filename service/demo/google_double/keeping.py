"""A double that outlives its process: what Google keeps, as one file.

Kept: accounts, calendars, events, clients, consents, refresh tokens. Not kept, as whoever holds one has
to be able to do without it: access tokens (401, renew), codes, page and sync tokens (400, list anew).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from service.demo.google_double.accounts import Account, StoredCalendar, StoredEvent
from service.demo.google_double.double import GoogleDouble
from service.demo.google_double.grants import Client, Refresh

_FORM = 1


@contextmanager
def kept_in(double: GoogleDouble, file: Path) -> Iterator[bool]:
    """`double`, which has to be new, as it was left in `file`; written anew after each request that may
    have changed something, and at the end. Yields whether there was a file.

    Raises:
        ValueError: the file is none of these.
    """
    found = file.exists()
    if found:
        restore(double, file.read_text(encoding="utf-8"))
    double.after_change = lambda: _write(file, to_json(double))
    try:
        yield found
    finally:
        double.after_change()
        double.after_change = _nothing


def to_json(double: GoogleDouble) -> str:
    accounts, oauth = double.accounts, double.oauth
    state = {
        "form": _FORM,
        "names_given": accounts.names_given,
        "last_sequence": accounts.last_sequence,
        "accounts": [asdict(each) for each in accounts.accounts.values()],
        "calendars": [asdict(each) for each in accounts.calendars.values()],
        "clients": [asdict(each) for each in oauth.clients.values()],
        "refresh_tokens": [asdict(each) for each in oauth.refresh_tokens.values()],
        "consents": oauth.consents(),
    }
    return json.dumps(state, default=_plain)


def restore(double: GoogleDouble, text: str) -> None:
    """The state behind `to_json`'s text, in place of what `double` holds.

    Raises:
        ValueError: the text is none of these; the double is as it was.
    """
    try:
        state = json.loads(text)
        if state["form"] != _FORM:
            raise ValueError(f"form {state['form']}")
        calendars = {each["id"]: _calendar(each) for each in state["calendars"]}
        refresh_tokens = {each["token"]: _refresh(each) for each in state["refresh_tokens"]}
        clients = {
            each["id"]: Client(**{**each, "redirect_uris": tuple(each["redirect_uris"])})
            for each in state["clients"]
        }
        people = {each["email"]: Account(**each) for each in state["accounts"]}
        consents = [(email, client, frozenset(scopes)) for email, client, scopes in state["consents"]]
        numbers = int(state["names_given"]), int(state["last_sequence"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"this is not what the double of Google keeps ({error})") from None
    double.accounts.accounts, double.accounts.calendars = people, calendars
    double.accounts.names_given, double.accounts.last_sequence = numbers
    double.oauth.clients, double.oauth.refresh_tokens = clients, refresh_tokens
    double.oauth.restore_consents(consents)


def _calendar(said: dict[str, Any]) -> StoredCalendar:
    events = {each: StoredEvent(**event) for each, event in said["events"].items()}
    return StoredCalendar(**{**said, "events": events})


def _refresh(said: dict[str, Any]) -> Refresh:
    times = {name: datetime.fromisoformat(said[name]) for name in ("granted_at", "used_at")}
    return Refresh(**{**said, **times, "scopes": frozenset(said["scopes"])})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def _write(file: Path, text: str) -> None:
    """Whole or not at all: a stop in between leaves the last one. It holds tokens, so it is its owner's."""
    unfinished = file.with_suffix(".part")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


def _nothing() -> None:
    pass
