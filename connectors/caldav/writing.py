"""Step 4 of the week, on CalDAV: create, replace, delete one entry, and never do more than asked.

Every write carries a condition (RFC 9110 section 13.1), is sent once, and is believed by its status
and by what stands on the server afterwards: some servers ignore conditions, some lose replies.
Never writes to a URL that was not handed in, or computed from the draft's UID.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from connectors import ics, identity
from connectors.caldav.client import CalDavClient, Reply, refusal
from connectors.caldav.listing import look_at
from connectors.caldav.quirks import UID_TAKEN, recreated_what_was_deleted, strong_etag
from connectors.caldav.reading import uid_of
from connectors.content_lines import UnreadableEventError
from connectors.errors import (
    AccessDeniedError,
    BadResponseError,
    ConnectorError,
    EntryChangedError,
    EntryExistsError,
    EntryGoneError,
    UnavailableError,
)
from connectors.model import CalendarId, EntryDraft, EntryRef, ETag
from connectors.sentences import Sentence

_TEXT = {"Content-Type": "text/calendar; charset=utf-8"}
_FIRST_REVISION_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Standing:
    """An entry as it stands on the server now."""

    etag: ETag | None
    uid: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class EntryWriter:
    """Writes entries of one account. Errors are those of the protocol's three writing verbs."""

    client: CalDavClient
    clock: Callable[[], datetime]

    def create(self, calendar: CalendarId, draft: EntryDraft) -> EntryRef:
        href = identity.caldav_href(draft.uid)
        url = calendar + href
        text = ics.write(draft, stamped_at=self.clock())
        lost: UnavailableError | None = None
        reply: Reply | None = None
        try:
            reply = self.client.write("PUT", url, text, {**_TEXT, "If-None-Match": "*"})
        except UnavailableError as error:
            lost = error
        if reply is not None and reply.carried_out:
            return EntryRef(calendar, href, draft.uid, strong_etag(reply.headers))
        standing = self._standing(url, draft)
        if standing is None:
            raise lost or self._why_not(calendar, reply)
        if standing.fingerprint == ics.fingerprint(draft):
            return EntryRef(calendar, href, draft.uid, standing.etag)
        if standing.uid == draft.uid:
            raise EntryChangedError(Sentence("The entry is there already, and edited."), calendar=calendar)
        raise EntryExistsError(Sentence("Another event stands in the place of the entry."), calendar=calendar)

    def replace(self, ref: EntryRef, draft: EntryDraft) -> EntryRef:
        url = url_of(ref)
        etag = ref.etag
        if etag is None:
            before = self._standing(url, draft)
            if before is None:
                self._insist_on_calendar(ref.calendar)
                raise self._gone(ref)
            if before.uid != ref.uid:
                raise self._changed(ref)
            etag = before.etag
        text = ics.write(draft, stamped_at=self.clock(), sequence=_revision(self.clock()))
        lost: UnavailableError | None = None
        reply: Reply | None = None
        try:
            reply = self.client.write("PUT", url, text, {**_TEXT, **_if_match(etag)})
        except UnavailableError as error:
            lost = error
        if reply is not None and recreated_what_was_deleted(reply.status):
            self._take_back(url, strong_etag(reply.headers))
            raise self._gone(ref)
        if reply is not None and reply.carried_out:
            return EntryRef(ref.calendar, ref.href, draft.uid, strong_etag(reply.headers))
        standing = self._standing(url, draft)
        if standing is None:
            self._insist_on_calendar(ref.calendar)
            raise self._gone(ref)
        if standing.fingerprint == ics.fingerprint(draft):
            return EntryRef(ref.calendar, ref.href, draft.uid, standing.etag)
        self._raise_unless_changed(ref, etag, standing, lost, reply)
        raise self._changed(ref)

    def delete(self, ref: EntryRef) -> None:
        url = url_of(ref)
        etag = ref.etag
        if etag is None:
            before = self._standing(url, None)
            if before is None:
                return
            if before.uid != ref.uid:
                raise self._changed(ref)
            etag = before.etag
        lost: UnavailableError | None = None
        reply: Reply | None = None
        try:
            reply = self.client.write("DELETE", url, headers=_if_match(etag))
        except UnavailableError as error:
            lost = error
        if reply is not None and (reply.carried_out or reply.status in (404, 410)):
            return
        standing = self._standing(url, None)
        if standing is None:
            return
        self._raise_unless_changed(ref, etag, standing, lost, reply)
        raise self._changed(ref)

    def _raise_unless_changed(
        self,
        ref: EntryRef,
        etag: ETag | None,
        standing: _Standing,
        lost: UnavailableError | None,
        reply: Reply | None,
    ) -> None:
        """The entry stands as it did: the write was not carried out, so say why instead of "edited"."""
        if lost is not None and standing.etag == etag:
            raise lost
        if reply is not None and reply.status == 423:
            raise UnavailableError(Sentence("The entry is locked just now."), calendar=ref.calendar)
        if reply is not None and reply.status not in (409, 412):
            raise self._why_not(ref.calendar, reply)

    def _standing(self, url: str, draft: EntryDraft | None) -> _Standing | None:
        """What stands at `url` now, `None` when nothing does."""
        reply = self.client.read("GET", url)
        if reply.status in (404, 410):
            return None
        if not reply.succeeded:
            raise refusal(reply, url)
        if reply.is_web_page:
            raise BadResponseError(Sentence("The server answered with a web page instead of an entry."))
        fingerprint = ""
        if draft is not None:
            try:
                fingerprint = ics.read(reply.text, window=draft.time, time_zone="UTC").fingerprint
            except UnreadableEventError:
                fingerprint = "unreadable"
        return _Standing(strong_etag(reply.headers), uid_of(reply.text), fingerprint)

    def _take_back(self, url: str, etag: ETag | None) -> None:
        """Undo an update that made a deleted entry anew, so that it stays deleted."""
        reply = self.client.write("DELETE", url, headers=_if_match(etag))
        if not reply.succeeded and reply.status not in (404, 410):
            raise BadResponseError(Sentence("The server restored a deleted entry and does not let it go."))

    def _why_not(self, calendar: CalendarId, reply: Reply | None) -> ConnectorError:
        """The reason behind a refused write where no entry stands: 403, 404, 405 and 409 mean many things."""
        if reply is None:
            return BadResponseError(Sentence("There was no reply."), calendar=calendar)
        if reply.preconditions & UID_TAKEN:
            return EntryExistsError(
                Sentence("Another event of this calendar holds the UID."), calendar=calendar
            )
        if reply.status in (400, 413, 415, 422):
            detail = Sentence("The server does not take the entry (%(status)s).", status=reply.status)
            return BadResponseError(detail, calendar=calendar)
        self._insist_on_calendar(calendar)
        if reply.status in (409, 412):
            return EntryExistsError(
                Sentence("Another event of this calendar holds the UID."), calendar=calendar
            )
        if reply.status == 423:
            return UnavailableError(Sentence("The calendar is locked just now."), calendar=calendar)
        return refusal(reply, calendar)

    def _insist_on_calendar(self, calendar: CalendarId) -> None:
        """Say what is wrong with the calendar itself, if anything.

        Raises:
            CalendarGoneError: it is not there.
            AccessDeniedError: it is read-only.
        """
        if not look_at(self.client, calendar).writable:
            raise AccessDeniedError(Sentence("The calendar is read-only."), calendar=calendar)

    def _gone(self, ref: EntryRef) -> EntryGoneError:
        return EntryGoneError(Sentence("The entry was deleted."), calendar=ref.calendar)

    def _changed(self, ref: EntryRef) -> EntryChangedError:
        return EntryChangedError(Sentence("The entry was edited."), calendar=ref.calendar)


def url_of(ref: EntryRef) -> str:
    """Where an entry stands. A name may hold a colon, so it is appended, not resolved."""
    if not ref.href.startswith("/"):
        return ref.calendar + ref.href
    parts = urlsplit(ref.calendar)
    return urljoin(f"{parts.scheme}://{parts.netloc}/", ref.href)


def _if_match(etag: ETag | None) -> dict[str, str]:
    """The condition of an update; none where the server has no ETag to offer, read a moment ago."""
    return {"If-Match": etag} if etag is not None else {}


def _revision(now: datetime) -> int:
    """SEQUENCE that grows with every rewrite without being remembered: minutes since the first release."""
    return int((now - _FIRST_REVISION_AT).total_seconds()) // 60
