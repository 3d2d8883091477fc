"""Questions on their way through a provider's own page, each good for one answer in one session.

A question belongs to the session that asked it, so another browser, of the same person even, can neither
finish nor take over what this one began. Held in this process alone and for ten minutes.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from connectors.model import ConsentAsked, ConsentGiven
from service.web.attempts import LASTS

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Thing]):
    thing: Thing = field(repr=False)
    expires_at: datetime


class Consents:
    """Of each `Reader.phone` the latest question, and what came back for the last one that was answered."""

    def __init__(self) -> None:
        self._asked: dict[str, _Kept[ConsentAsked]] = {}
        self._given: dict[str, _Kept[ConsentGiven]] = {}
        self._lock = threading.Lock()

    def ask(self, phone: str, asked: ConsentAsked, *, now: datetime) -> None:
        """A new question, in place of what this session had before."""
        with self._lock:
            _put(self._asked, phone, asked, now)
            self._given.pop(phone, None)

    def use_up(self, phone: str, *, now: datetime) -> ConsentAsked | None:
        """The open question of this session, which from now on is open no more, whatever its answer."""
        with self._lock:
            kept = self._asked.pop(phone, None)
        return kept.thing if kept is not None and kept.expires_at > now else None

    def keep(self, phone: str, given: ConsentGiven, *, now: datetime) -> None:
        with self._lock:
            _put(self._given, phone, given, now)

    def given(self, phone: str, *, now: datetime) -> ConsentGiven | None:
        """What this session came back with and has not saved yet."""
        with self._lock:
            kept = self._given.get(phone)
        return kept.thing if kept is not None and kept.expires_at > now else None

    def forget(self, phone: str) -> None:
        with self._lock:
            self._asked.pop(phone, None)
            self._given.pop(phone, None)


def _put(kept: dict[str, _Kept[Thing]], phone: str, thing: Thing, now: datetime) -> None:
    for each in [each for each, old in kept.items() if old.expires_at <= now]:
        del kept[each]
    kept[phone] = _Kept(thing, now + LASTS)
