"""Step 1 of the week, on Google: our own calendar as it stands, with one request when nothing changed.

Changes come by sync token (https://developers.google.com/workspace/calendar/api/guides/sync). The
token and the items it stands for are adopted together, once the last page is in; whatever fails
before changes nothing. A token that no longer serves, or another consent, costs a full list, and what that
does not hold is gone: Google's tombstones vanish in time. Such a list is believed only where our own right
reaches the calendar. Never a filter or a time bound: a token forbids them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from connectors import ics
from connectors.content_lines import UnreadableEventError
from connectors.google import rights
from connectors.google.client import CalendarApi, Reply
from connectors.google.errors import error_of, strange
from connectors.google.events import (
    FIELDS,
    Event,
    is_cancelled,
    lines_of,
    mark_of,
    own_addresses,
    text_of,
    timing_lines,
)
from connectors.google.listing import is_within_reach, out_of_reach
from connectors.google.state import HomeState, Item
from connectors.identity import uid_of_google_event
from connectors.model import CalendarId, EntryRef, EntrySeen, ETag, TimeRange, Watch
from connectors.sentences import Sentence

PAGE = 250
MOST_PAGES = 40

Items = dict[str, Item]


@dataclass(frozen=True, slots=True)
class HomeReader:
    """Keeps a `HomeState` up to date. Errors are those of the protocol's poll."""

    api: CalendarApi
    watch: Watch

    def refresh(self, home: HomeState, calendar: CalendarId) -> None:
        """Bring `home` to the present, or raise and leave it as it was.

        Raises:
            CalendarGoneError: our calendar is not there.
            OutOfReachError: it is, and made by an OAuth client that is not ours any more.
            ConnectorError: it could not be read.
        """
        view = (self.watch.time_zone, *self.watch.addresses, self.api.wire.tokens.grant.consent)
        token = home.token if (home.calendar, home.view) == (calendar, view) else None
        found = self._follow(calendar, token) if token else None
        if found is not None:
            home.items, home.token = self._changed(home.items, found.events), found.token
            return
        listed = self._follow(calendar, None)
        if listed is None:
            raise strange(Sentence("a list that is refused as a token"), calendar=calendar)
        if self._may_lack_words() and not is_within_reach(self.api, calendar):
            raise out_of_reach(calendar)
        known = home.items if home.calendar == calendar else {}
        home.items, home.token = self.sweep(known, self._changed({}, listed.events)), listed.token
        home.calendar, home.view = calendar, view

    def _may_lack_words(self) -> bool:
        """Whether a list may have come under another right than that to our own calendar.

        Not verified at Google: what `events.list` shows under `calendar.events.freebusy`. The worst is
        believed: all entries, without a word, which would look like an edit of each.
        """
        return self.api.may(rights.BUSY_TIMES) or self.api.may(rights.MAIN_CALENDAR)

    def sweep(self, known: Items, listed: Items) -> Items:  # noqa: ARG002
        """After a full list only the listed stand: what is absent was deleted while nobody looked."""
        return listed

    def _follow(self, calendar: CalendarId, token: str | None) -> _Found | None:
        """Every page behind `token`, or of everything; `None` when Google wants a new beginning.

        An event that stands on two pages counts as it was last.
        """
        events: dict[str, Event] = {}
        page: str | None = None
        for _ in range(MOST_PAGES):
            reply = self._page(calendar, token, page)
            if reply.verdict == "start over":
                return None
            if reply.verdict != "done":
                raise error_of(reply.verdict, reply.refusal, right=rights.OWN_CALENDAR, calendar=calendar)
            for event in _events(reply.body, calendar):
                before = events.get(event["id"])
                if before is None or str(before.get("updated", "")) <= str(event.get("updated", "")):
                    events[event["id"]] = event
            page = reply.body.get("nextPageToken")
            if not page:
                next_token = reply.body.get("nextSyncToken")
                if not isinstance(next_token, str) or not next_token:
                    raise strange(Sentence("a last page without a sync token"), calendar=calendar)
                return _Found(events, next_token)
        raise strange(Sentence("more than 10,000 events in Offplate's calendar"), calendar=calendar)

    def _page(self, calendar: CalendarId, token: str | None, page: str | None) -> Reply:
        request = self.api.events.list(
            calendarId=calendar,
            singleEvents=False,
            showDeleted=True,
            maxResults=PAGE,
            syncToken=token,
            pageToken=page,
            fields=f"nextPageToken,nextSyncToken,items({FIELDS})",
        )
        return self.api.read(request, right=rights.OWN_CALENDAR, doing="following" if token else "reading")

    def _changed(self, known: Items, events: Mapping[str, Event]) -> Items:
        items = dict(known)
        for event_id, event in events.items():
            if is_cancelled(event) and not event.get("recurringEventId"):
                items.pop(event_id, None)
            else:
                items[event_id] = self._item(event_id, event)
        standing = items.keys()
        return {each: item for each, item in items.items() if item.series is None or item.series in standing}

    def _item(self, event_id: str, event: Event) -> Item:
        etag = str(event.get("etag") or "")
        series = str(event["recurringEventId"]) if event.get("recurringEventId") else None
        uid = uid_of_google_event(series or event_id, str(event.get("iCalUID") or ""))
        addresses = (*self.watch.addresses, *own_addresses(event))
        try:
            if series is not None:
                return Item(etag, uid, series=series, lines=tuple(timing_lines(uid, event)))
            found = ics.read(
                text_of([lines_of(uid, event)]),
                window=self.watch.window,
                time_zone=self.watch.time_zone,
                addresses=addresses,
            )
        except UnreadableEventError as error:
            return Item(etag, uid, series=series, mark=mark_of(event), problem=error.reason)
        return Item(
            etag=etag,
            uid=uid,
            start_at=found.start_at,
            end_at=found.end_at,
            busy=found.busy,
            gesture=found.gesture,
            fingerprint=found.fingerprint,
            mark=found.mark,
            lines=tuple(timing_lines(uid, event)) if found.recurring else (),
        )


@dataclass(frozen=True, slots=True)
class _Found:
    events: dict[str, Event]
    token: str


def entries_of(home: HomeState, calendar: CalendarId, watch: Watch) -> tuple[EntrySeen, ...]:
    """The protocol's view of what stands in home; a series with its changed occurrences is one entry."""
    changed: dict[str, list[tuple[str, ...]]] = {}
    for item in home.items.values():
        if item.series is not None and item.problem is None:
            changed.setdefault(item.series, []).append(item.lines)
    return tuple(
        _entry(calendar, event_id, item, changed.get(event_id, []), watch)
        for event_id, item in home.items.items()
        if item.series is None
    )


def _entry(
    calendar: CalendarId, event_id: str, item: Item, changed: list[tuple[str, ...]], watch: Watch
) -> EntrySeen:
    """An event that cannot be read stays, or it would seem deleted."""
    ref = EntryRef(calendar, event_id, item.uid, ETag(item.etag) if item.etag else None)
    return EntrySeen(
        ref,
        item.start_at,
        item.end_at,
        _times(item, changed, watch),
        item.busy,
        recurring=bool(item.lines),
        gesture=item.gesture,
        fingerprint=item.fingerprint,
        mark=item.mark,
    )


def _times(item: Item, changed: list[tuple[str, ...]], watch: Watch) -> tuple[TimeRange, ...]:
    for lines in ([item.lines, *changed], [item.lines]) if item.lines else ():
        with suppress(UnreadableEventError):  # a series whose changes make no sense counts without them
            return ics.read(text_of(lines), window=watch.window, time_zone=watch.time_zone).times
    if item.start_at is None or item.end_at is None or item.end_at <= item.start_at:
        return ()
    time = TimeRange(item.start_at, item.end_at)
    return (time,) if time.overlaps(watch.window) else ()


def _events(body: Mapping[str, Any], calendar: CalendarId) -> list[Event]:
    items = body.get("items", [])
    if not isinstance(items, list) or not all(
        isinstance(i, dict) and isinstance(i.get("id"), str) for i in items
    ):
        raise strange(Sentence("a list of events"), calendar=calendar)
    return items
