"""Step 4 of the week, on Google: create, replace, delete one entry, and never do more than asked.

An insert carries an id of ours, so a repeat is a conflict and not a second entry; a patch and a delete
carry If-Match (https://developers.google.com/workspace/calendar/api/guides/version-resources). Each is
sent once and, when the answer is lost, settled by reading. Nobody is ever notified, nobody invited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from connectors import ics
from connectors.content_lines import UnreadableEventError
from connectors.errors import (
    ConnectorError,
    EntryChangedError,
    EntryExistsError,
    EntryGoneError,
    UnavailableError,
)
from connectors.google import rights
from connectors.google.client import CalendarApi, Reply
from connectors.google.errors import NotOursToWriteError, error_of
from connectors.google.events import (
    FIELDS,
    body_of,
    is_cancelled,
    lines_of,
    mark_of,
    new_event,
    own_addresses,
    text_of,
)
from connectors.google.listing import MAIN, insist_on_calendar
from connectors.identity import google_event_id
from connectors.model import CalendarId, EntryDraft, EntryRef, ETag, TimeRange
from connectors.sentences import Sentence

NOBODY = "none"
"""`sendUpdates`: no mail to anyone, whatever happens to an entry."""

_NO_OCCURRENCES = TimeRange(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class _Standing:
    """An entry as it stands at Google now. A deleted one keeps its id for ever, and is `cancelled`."""

    etag: ETag | None
    mark: str | None
    fingerprint: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class EntryWriter:
    """Writes entries of one account. Errors are those of the protocol's three writing verbs."""

    api: CalendarApi

    def create(self, calendar: CalendarId, draft: EntryDraft) -> EntryRef:
        right = self._right_for(calendar)
        event_id = google_event_id(draft.uid)
        request = self.api.events.insert(
            calendarId=calendar, body=new_event(draft), sendUpdates=NOBODY, fields="id,etag"
        )
        reply, lost = self._sent(request, right)
        if reply is not None and reply.verdict == "done":
            return EntryRef(calendar, event_id, draft.uid, _etag(reply))
        standing = self._standing(calendar, event_id, right)
        if standing is None:
            raise lost or self._why_not(calendar, reply, right)
        if standing.cancelled:
            raise EntryGoneError(Sentence("The entry was there already, and was deleted."), calendar=calendar)
        if standing.fingerprint == ics.fingerprint(draft):
            return EntryRef(calendar, event_id, draft.uid, standing.etag)
        if standing.mark == draft.mark:
            raise EntryChangedError(Sentence("The entry is there already, and edited."), calendar=calendar)
        raise EntryExistsError(Sentence("Another event has the id of the entry."), calendar=calendar)

    def replace(self, ref: EntryRef, draft: EntryDraft) -> EntryRef:
        right = self._right_for(ref.calendar)
        etag = ref.etag or self._etag_of(ref, right)
        if etag is None:
            insist_on_calendar(self.api, ref.calendar, right)
            raise self._gone(ref)
        request = self.api.events.patch(
            calendarId=ref.calendar,
            eventId=ref.href,
            body=body_of(draft),
            sendUpdates=NOBODY,
            fields="id,etag",
        )
        reply, lost = self._sent(request, right, etag)
        if reply is not None and reply.verdict == "done":
            return EntryRef(ref.calendar, ref.href, draft.uid, _etag(reply))
        standing = self._standing(ref.calendar, ref.href, right)
        if standing is None or standing.cancelled:
            if standing is None:
                insist_on_calendar(self.api, ref.calendar, right)
            raise self._gone(ref)
        if standing.fingerprint == ics.fingerprint(draft):
            return EntryRef(ref.calendar, ref.href, draft.uid, standing.etag)
        self._raise_unless_changed(ref, etag, standing, lost, reply, right)
        raise self._changed(ref)

    def delete(self, ref: EntryRef) -> None:
        right = self._right_for(ref.calendar)
        etag = ref.etag or self._etag_of(ref, right)
        if etag is None:
            return
        request = self.api.events.delete(calendarId=ref.calendar, eventId=ref.href, sendUpdates=NOBODY)
        reply, lost = self._sent(request, right, etag)
        if reply is not None and reply.verdict in ("done", "not there"):
            return
        standing = self._standing(ref.calendar, ref.href, right)
        if standing is None or standing.cancelled:
            return
        self._raise_unless_changed(ref, etag, standing, lost, reply, right)
        raise self._changed(ref)

    def _right_for(self, calendar: CalendarId) -> str:
        right = rights.MAIN_CALENDAR if calendar == MAIN else rights.OWN_CALENDAR
        self.api.insist_on(right)
        return right

    def _sent(
        self, request: object, right: str, etag: ETag | None = None
    ) -> tuple[Reply | None, UnavailableError | None]:
        """The reply, or why there is none: then it may have been carried out, or not."""
        try:
            return self.api.write(request, right=right, etag=etag), None
        except UnavailableError as error:
            return None, error

    def _standing(self, calendar: CalendarId, event_id: str, right: str) -> _Standing | None:
        """What stands under that id now, `None` when nothing ever did, or the calendar is gone."""
        request = self.api.events.get(calendarId=calendar, eventId=event_id, fields=FIELDS)
        reply = self.api.read(request, right=right)
        if reply.verdict == "not there":
            return None
        if reply.verdict != "done":
            raise error_of(reply.verdict, reply.refusal, right=right, calendar=calendar)
        event = reply.body
        try:
            text = text_of([lines_of("", event)])
            fingerprint = ics.read(
                text, window=_NO_OCCURRENCES, time_zone="UTC", addresses=own_addresses(event)
            ).fingerprint
        except UnreadableEventError:
            fingerprint = "unreadable"
        return _Standing(_etag(reply), mark_of(event), fingerprint, is_cancelled(event))

    def _etag_of(self, ref: EntryRef, right: str) -> ETag | None:
        """The present ETag of an entry whose own is not known, `None` when it is gone."""
        standing = self._standing(ref.calendar, ref.href, right)
        return None if standing is None or standing.cancelled else standing.etag

    def _raise_unless_changed(
        self,
        ref: EntryRef,
        etag: ETag,
        standing: _Standing,
        lost: UnavailableError | None,
        reply: Reply | None,
        right: str,
    ) -> None:
        """The entry stands as it did: the write was not carried out, so say why instead of "edited"."""
        if lost is not None and standing.etag == etag:
            raise lost
        if reply is not None and reply.verdict != "edited":
            raise self._why_not(ref.calendar, reply, right)

    def _why_not(self, calendar: CalendarId, reply: Reply | None, right: str) -> ConnectorError:
        if reply is None or reply.verdict in ("not there", "taken"):
            insist_on_calendar(self.api, calendar, right)
        if reply is None or reply.verdict == "taken":
            return EntryExistsError(
                Sentence("The id of the entry is taken, and by nothing that shows."), calendar=calendar
            )
        if reply.verdict == "not allowed":
            return NotOursToWriteError(
                Sentence("Offplate may not write to this calendar."), calendar=calendar
            )
        return error_of(reply.verdict, reply.refusal, right=right, calendar=calendar)

    def _gone(self, ref: EntryRef) -> EntryGoneError:
        return EntryGoneError(Sentence("The entry was deleted."), calendar=ref.calendar)

    def _changed(self, ref: EntryRef) -> EntryChangedError:
        return EntryChangedError(Sentence("The entry was edited."), calendar=ref.calendar)


def _etag(reply: Reply) -> ETag | None:
    """A strong ETag as Google spelled it; a weak one protects nothing (RFC 9110 section 13.1.1)."""
    etag = reply.body.get("etag")
    return ETag(etag) if isinstance(etag, str) and etag and not etag.startswith("W/") else None
