"""Two requests at once to one server, however many accounts live there; more wait their turn.

Households run in several threads, and half of them may be on the same small machine in somebody's
cupboard. The guard asks here before each request. Knows no accounts, sends nothing, never retries.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from connectors.errors import UnavailableError
from connectors.sentences import Sentence

MOST_AT_ONCE = 2

Origin = tuple[str, str, int | None]


class Lanes:
    """Lanes to each server of this process; a server that nobody talks to is forgotten. Thread-safe."""

    def __init__(self, most_at_once: int = MOST_AT_ONCE) -> None:
        self._most_at_once = most_at_once
        self._lock = threading.Lock()
        self._to: WeakValueDictionary[Origin, threading.BoundedSemaphore] = WeakValueDictionary()

    @contextmanager
    def one_to(self, origin: Origin, *, within_seconds: float) -> Iterator[None]:
        """Hold a lane to `origin` while the block runs.

        Raises:
            UnavailableError: others kept every lane for that long; nothing was sent.
        """
        with self._lock:
            lanes = self._to.get(origin) or threading.BoundedSemaphore(self._most_at_once)
            self._to[origin] = lanes
        if not lanes.acquire(timeout=within_seconds):
            raise UnavailableError(
                Sentence("%(host)s is busy with other accounts of this service.", host=origin[1])
            )
        try:
            yield
        finally:
            lanes.release()


OF_THIS_PROCESS = Lanes()
