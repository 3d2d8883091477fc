"""Where servers differ from the standards or from each other: one named fact each.

A quirk is recognised by what a server says or does, never by its name in a header; who does it is
said here so that the next person knows where to look.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.model import ETag

UID_TAKEN = frozenset({"no-uid-conflict", "unique-scheduling-object-resource"})
"""Preconditions that say the UID is held elsewhere: with 409 (Radicale), 412 (Xandikos), 403 (Cyrus)."""

CURSOR_REFUSALS = range(400, 500)
"""A bad sync token is told by 403 (RFC 6578, Cyrus, sabre), 412 (Xandikos), 409, 410 and worse."""


def strong_etag(headers: Mapping[str, str]) -> ETag | None:
    """The ETag of a reply if it can be sent back: none at all (sabre, DAViCal, Cyrus with guests) and a
    weak one (GMX, proxies) are unknown; one without quotes (Kerio) goes back as it came.
    """
    etag = (headers.get("ETag") or "").strip()
    return ETag(etag) if etag and not etag.startswith("W/") else None


def listing_is_costly(token: str | None) -> bool:
    """Whether asking for the state of all calendars makes the server hash every item (Radicale).

    There, one sync report per watched calendar is cheaper than one look at the home.
    """
    return token is not None and token.startswith("http://radicale.org/ns/sync/")


def recreated_what_was_deleted(status: int) -> bool:
    """201 to an update with If-Match: there was nothing to match, and the server made it anew (SOGo)."""
    return status == 201
