"""Patience for reads: ask again when a server says "later", within bounds.

Used by every connector around requests that change nothing; a write is sent once and settled by
reading. `spread_out` is for whoever decides when an account is tried again at all. Sleeps only
through the function it is given. Never retries a refusal or nonsense.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from connectors.errors import QuotaExhaustedError, RetryLaterError

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to wait. The pause doubles; a longer Retry-After is left to the next tick."""

    attempts: int = 3
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 10.0


def read_patiently(
    read: Callable[[], Answer], *, sleep: Callable[[float], None], patience: Patience | None = None
) -> Answer:
    """The answer of `read`, asked again after a `RetryLaterError` as long as `patience` lasts.

    Retry-After is honoured (RFC 9110 section 10.2.3): waited for when it is short, and when it is
    longer than the longest pause the error is raised at once for the caller's next tick.

    Raises:
        RetryLaterError: the last attempt failed too, or waiting would take too long.
    """
    patience = patience or Patience()
    for attempt in range(1, patience.attempts + 1):
        try:
            return read()
        except QuotaExhaustedError:
            raise
        except RetryLaterError as error:
            pause_seconds = max(
                patience.first_pause_seconds * 2 ** (attempt - 1), error.retry_after_seconds or 0.0
            )
            if attempt == patience.attempts or pause_seconds > patience.longest_pause_seconds:
                raise
        sleep(pause_seconds)
    raise AssertionError("patience allows at least one attempt")


def spread_out(rest_seconds: float, *, key: str, longest_seconds: float) -> float:
    """A rest lengthened by up to a fifth, so that accounts that failed together return one by one.

    Never shorter than what was asked for, unless that is longer than `longest_seconds`. The same
    `key` always gives the same rest: give the account and its count of failures.
    """
    share = random.Random(key).random()
    return min(rest_seconds * (1 + share / 5), longest_seconds)
