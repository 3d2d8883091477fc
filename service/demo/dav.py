"""A CalDAV client of the demo's own, so that what Offplate says is checked by somebody else.

It puts the existing calendars there at the first start, and counts afterwards what stands on the
server (RFC 4791). Shares no code with the connector it checks. Loopback only.
"""

from __future__ import annotations

import base64
import http.client
from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from service.demo.calendars import ExistingCalendar
from service.domain.interval import Interval

_DAV = "{DAV:}"
_CAL = "{urn:ietf:params:xml:ns:caldav}"
_XML = etree.XMLParser(resolve_entities=False, no_network=True)


class DavError(Exception):
    """The demo's calendar server answered otherwise than a CalDAV server does."""


class DavUnreachableError(DavError):
    """Nobody answered there; a server that is still on its way up will."""


class DavAccount:
    """One person's account on the server at `url`; the user name is the name of the home."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._address = urlsplit(url)
        self.user = user
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}"}

    def is_empty(self) -> bool:
        return not self.calendars()

    def put_calendar(self, calendar: ExistingCalendar) -> None:
        """Make the calendar and put every resource of it there."""
        place = f"/{self.user}/{calendar.name.lower()}/"
        body = (
            '<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>'
            f"<displayname>{escape(calendar.name)}</displayname></prop></set></C:mkcalendar>"
        )
        self._ask("MKCALENDAR", place, body, expect=(201,))
        for resource in calendar.resources:
            headers = {"If-None-Match": "*", "Content-Type": "text/calendar; charset=utf-8"}
            self._ask("PUT", place + quote(resource.name), resource.text, headers, expect=(201,))

    def calendars(self) -> Mapping[str, str]:
        """Display name to path of every calendar in the home."""
        body = '<propfind xmlns="DAV:"><prop><displayname/><resourcetype/></prop></propfind>'
        found = {}
        for path, member in self._members("PROPFIND", f"/{self.user}/", body, depth="1"):
            if member.find(f".//{_DAV}resourcetype/{_CAL}calendar") is not None:
                found[member.findtext(f".//{_DAV}displayname") or path] = path
        return found

    def events(self, path: str, within: Interval | None = None) -> Mapping[str, str]:
        """Path to ETag of the events in a calendar, all or those that touch an interval."""
        when = (
            f'<C:time-range start="{within.start_at:%Y%m%dT%H%M%SZ}" end="{within.end_at:%Y%m%dT%H%M%SZ}"/>'
            if within
            else ""
        )
        body = (
            '<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop>'
            '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
            f"{when}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
        )
        return {
            href: member.findtext(f".//{_DAV}getetag") or ""
            for href, member in self._members("REPORT", path, body, depth="1")
        }

    def _members(
        self, method: str, path: str, body: str, *, depth: str
    ) -> Sequence[tuple[str, etree._Element]]:
        text = self._ask(method, path, body, {"Depth": depth}, expect=(207,))
        root = etree.fromstring(text, _XML)
        return [(unquote(one.findtext(f"{_DAV}href") or ""), one) for one in root.iter(f"{_DAV}response")]

    def _ask(
        self,
        method: str,
        path: str,
        body: str,
        headers: Mapping[str, str] | None = None,
        *,
        expect: tuple[int, ...],
    ) -> bytes:
        connection = http.client.HTTPConnection(self._address.hostname or "", self._address.port, timeout=30)
        try:
            kind = {"Content-Type": "application/xml; charset=utf-8"}
            connection.request(
                method, quote(path), body.encode(), {**kind, **self._headers, **(headers or {})}
            )
            reply = connection.getresponse()
            text = reply.read()
        except (OSError, http.client.HTTPException) as error:
            raise DavUnreachableError(f"the calendar server does not answer: {error}") from error
        finally:
            connection.close()
        if reply.status not in expect:
            raise DavError(f"the calendar server answered {reply.status} to {method}")
        return text
