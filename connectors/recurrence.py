"""From an event's rules to its occurrences inside a window, bounded in time and number."""

from __future__ import annotations


class UnreadableEventError(ValueError):
    """An event that cannot be understood. `reason` is safe to log: it never quotes the event."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
