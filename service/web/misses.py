"""How often one address may try links that do not exist.

A token has 256 random bits, so nobody finds one by trying; this keeps the trying cheap for us. Links
that do exist are never counted or refused: behind one proxy or one family router everybody shares an
address, and a scanner must not lock a parent out.
"""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

A_MINUTE = 20


class Misses:
    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerMinute(A_MINUTE)

    def count(self, address: str) -> bool:
        """Note one more miss. False when there were too many in this minute."""
        return self._limiter.hit(self._item, address)
