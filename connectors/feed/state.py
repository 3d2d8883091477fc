"""What a reading of a feed remembers until the next, and its JSON: busy times and validators.

Never a title, a UID or the address. Instants are whole seconds since 1970 in the JSON. JSON of
another version is forgotten: the file is read again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.errors import BadResponseError
from connectors.feed.calendar_file import FileReading
from connectors.model import AccountState, BusyReading, CalendarId, SkippedItem, TimeRange, Watch
from connectors.sentences import Sentence
from connectors.times import merged

VERSION = 1
HORIZON_AFTER = timedelta(weeks=4)
FEW_EVENTS = 20


@dataclass(frozen=True, slots=True)
class FeedState:
    """The last file that was believed. `view` is what it was read for: zone and addresses.

    `doubted` says that the file came back empty since. Validators are kept only with a file that
    is believed, so that a doubted one is fetched whole again.
    """

    view: tuple[str, ...] = ()
    horizon: TimeRange | None = None
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    busy: tuple[TimeRange, ...] = ()
    events: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    doubted: bool = False

    def fits(self, watch: Watch) -> bool:
        """Whether an unchanged file needs no reading: everything `watch` asks for is known."""
        within = self.horizon is not None and self.horizon.contains(watch.window)
        return within and self.view == view_of(watch) and not self.doubted

    def believes(self, file: FileReading) -> bool:
        """A calendar that held many events and now holds none is believed at the second look."""
        return file.events > 0 or self.events <= FEW_EVENTS or self.doubted

    def reading(self, watch: Watch, calendar: CalendarId) -> BusyReading:
        """The protocol's answer from what is known, and this state to save."""
        busy = merged(self.busy, within=watch.window)
        skipped = tuple(SkippedItem(calendar, name, reason) for name, reason in self.skipped)
        return BusyReading(write_state(self), busy, skipped)

    def doubting(self, watch: Watch, calendar: CalendarId) -> BusyReading:
        """The last good reading, with what is the matter."""
        doubted = replace(self, etag=None, last_modified=None, digest=None, doubted=True)
        error = BadResponseError(
            Sentence(
                "The calendar is suddenly empty; it held %(events)s events before. If it is still so at the "
                "next look, it is believed.",
                events=self.events,
            )
        )
        return replace(doubted.reading(watch, calendar), error=error)


def view_of(watch: Watch) -> tuple[str, ...]:
    return (watch.time_zone, *watch.addresses)


def horizon_of(watch: Watch) -> TimeRange:
    """Further than asked, so that a file that does not change need not be read again every week."""
    return TimeRange(watch.window.start_at, watch.window.end_at + HORIZON_AFTER)


def read_state(state: AccountState) -> FeedState:
    """The state behind our own JSON; an empty one for another version's, or none."""
    json = state.json
    if json.get("v") != VERSION:
        return FeedState()
    return FeedState(
        view=tuple(json["view"]),
        horizon=_range(json["horizon"]) if json["horizon"] else None,
        etag=json["etag"],
        last_modified=json["last_modified"],
        digest=json["digest"],
        busy=tuple(_range(pair) for pair in json["busy"]),
        events=json["events"],
        skipped=tuple((name, reason) for name, reason in json["skipped"]),
        doubted=json["doubted"],
    )


def write_state(state: FeedState) -> AccountState:
    return AccountState(
        {
            "v": VERSION,
            "view": list(state.view),
            "horizon": _pair(state.horizon) if state.horizon else None,
            "etag": state.etag,
            "last_modified": state.last_modified,
            "digest": state.digest,
            "busy": [_pair(time) for time in state.busy],
            "events": state.events,
            "skipped": [list(each) for each in state.skipped],
            "doubted": state.doubted,
        }
    )


def _pair(time: TimeRange) -> list[int]:
    return [int(time.start_at.timestamp()), int(time.end_at.timestamp())]


def _range(pair: Any) -> TimeRange:
    start, end = pair
    return TimeRange(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
