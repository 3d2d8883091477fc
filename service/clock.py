"""The only place that reads the time. Everyone else is handed a `Clock`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

_LOCAL_TIME = Path("/etc/localtime")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait. Tests pass a clock that moves on instead."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def local_zone() -> ZoneInfo:
    """The machine's own zone, UTC where it does not say."""
    name = str(_LOCAL_TIME.resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")


class FixedClock:
    """Stands still until it is moved: the demo's one-shot story and the tests."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.move(timedelta(seconds=seconds))

    def move(self, by: timedelta) -> None:
        self._now += by
