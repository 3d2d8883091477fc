"""The XML of our requests: WebDAV (RFC 4918), CalDAV (RFC 4791), sync (RFC 6578). Pure text."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_NAMESPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
    'xmlns:CS="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"'
)

CALENDAR_COLOUR = "#1F6F5CFF"
"""With alpha, as Apple wrote the property; colour names are refused by iCloud, SOGo and Zimbra."""


def _propfind(props: str) -> str:
    return f"{_HEAD}<D:propfind {_NAMESPACES}><D:prop>{props}</D:prop></D:propfind>"


WHO_AM_I = _propfind(
    "<D:current-user-principal/><D:resourcetype/><C:calendar-home-set/><C:calendar-user-address-set/>"
)

CALENDARS = _propfind(
    "<D:displayname/><D:resourcetype/><D:current-user-privilege-set/><D:sync-token/>"
    "<C:supported-calendar-component-set/><C:calendar-description/><CS:getctag/>"
)

CTAG = _propfind("<D:resourcetype/><CS:getctag/>")

ETAGS = _propfind("<D:resourcetype/><D:getetag/><CS:getctag/>")


def sync_collection(token: str) -> str:
    """What changed since `token`, all for an empty one; never with a limit: two servers cut silently."""
    return (
        f"{_HEAD}<D:sync-collection {_NAMESPACES}><D:sync-token>{escape(token)}</D:sync-token>"
        "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
    )


def multiget(hrefs: Iterable[str]) -> str:
    """The text and ETag of each href, spelled as the server spelled it."""
    wanted = "".join(f"<D:href>{escape(href)}</D:href>" for href in hrefs)
    return (
        f"{_HEAD}<C:calendar-multiget {_NAMESPACES}>"
        f"<D:prop><D:getetag/><C:calendar-data/></D:prop>{wanted}</C:calendar-multiget>"
    )


def make_calendar(name: str, description: str) -> str:
    return (
        f"{_HEAD}<C:mkcalendar {_NAMESPACES}><D:set><D:prop>"
        f"<D:displayname>{escape(name)}</D:displayname>"
        f"<C:calendar-description>{escape(description)}</C:calendar-description>"
        f"<A:calendar-color>{CALENDAR_COLOUR}</A:calendar-color>"
        '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
        "</D:prop></D:set></C:mkcalendar>"
    )


def describe_calendar(description: str) -> str:
    return (
        f"{_HEAD}<D:propertyupdate {_NAMESPACES}><D:set><D:prop>"
        f"<C:calendar-description>{escape(description)}</C:calendar-description>"
        "</D:prop></D:set></D:propertyupdate>"
    )
