"""The reference feed: a calendar file that lives in memory, read whole each time.

`MemoryFeed` keeps every promise of `BusySource` in the fewest lines; everything above the connectors
is tested with it. No network, no clock.
"""

from __future__ import annotations

from connectors.errors import ConnectorError
from connectors.feed.calendar_file import read_file
from connectors.feed.state import FeedState, read_state, view_of
from connectors.model import AccountState, BusyReading, CalendarId, Traffic, Watch
from connectors.times import merged


class MemoryFeed:
    """Somebody's published calendar. `text` is the file as it is now; `broken` is raised instead."""

    def __init__(self, text: str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n") -> None:
        self.traffic = Traffic()
        self.text = text
        self.broken: ConnectorError | None = None

    def read_busy(self, watch: Watch, state: AccountState) -> BusyReading:
        self.traffic.requests += 1
        if self.broken is not None:
            raise self.broken
        calendar, known = CalendarId("memory"), read_state(state)
        file = read_file(
            self.text.encode(),
            horizon=watch.window,
            time_zone=watch.time_zone,
            addresses=watch.addresses,
            calendar=calendar,
        )
        if not known.believes(file):
            return known.doubting(watch, calendar)
        read = FeedState(
            view=view_of(watch),
            horizon=watch.window,
            busy=merged(file.busy, within=watch.window),
            events=file.events,
            skipped=tuple((item.href, item.reason) for item in file.skipped),
        )
        return read.reading(watch, calendar)

    def close(self) -> None:
        """There are no sockets."""
