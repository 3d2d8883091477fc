"""A published calendar file behind a secret address (ICS, webcal): busy time, and nothing else.

    calendar_file   one file with many events to busy time, event by event
    state           what a reading remembers, as JSON, and when a file is believed
    source          `FeedSource`: the conditional GET, behind the guard
    memory          `MemoryFeed`, the reference: a file that lives in memory

Nothing is ever sent but GET. The address is a secret: no error, log line or state tells it.
"""

from connectors.feed.source import FeedSource

__all__ = ["FeedSource"]
