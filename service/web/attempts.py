"""Accounts on their way to being connected, one for each reader, and how often one may try.

Held in this process alone and for ten minutes: the password of an account that nobody chose to keep is
written nowhere, and no page carries it back. Another process, or a later minute, asks from the start.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from connectors.model import Found, Located
from service.links import new_token

A_MINUTE = 3
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Where the account is, and once it let its reader in, what is there. A form names it by `token`."""

    token: str
    located: Located
    expires_at: datetime
    found: Found | None = None
    username: str = ""
    password: str = field(default="", repr=False)


class Attempts:
    """The latest attempt of each reader, by the reader's key."""

    def __init__(self) -> None:
        self._kept: dict[str, Attempt] = {}
        self._lock = threading.Lock()
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerMinute(A_MINUTE)

    def may_try(self, key: str, step: str) -> bool:
        """Count one more try of that step; false when there were too many in this minute."""
        return self._limiter.hit(self._item, step, key)

    def begin(self, key: str, located: Located, *, now: datetime) -> Attempt:
        return self._keep(key, Attempt(new_token(), located, now + LASTS), now)

    def let_in(
        self, key: str, located: Located, found: Found, *, username: str, password: str, now: datetime
    ) -> Attempt:
        return self._keep(key, Attempt(new_token(), located, now + LASTS, found, username, password), now)

    def get(self, key: str, token: str, *, now: datetime) -> Attempt | None:
        """That very attempt, unless it is over or another one has begun."""
        with self._lock:
            attempt = self._kept.get(key)
        if attempt is None or attempt.token != token or attempt.expires_at <= now:
            return None
        return attempt

    def forget(self, key: str) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def _keep(self, key: str, attempt: Attempt, now: datetime) -> Attempt:
        with self._lock:
            self._kept = {each: kept for each, kept in self._kept.items() if kept.expires_at > now}
            self._kept[key] = attempt
        return attempt
