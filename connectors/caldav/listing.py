"""The calendars of an account, and the one of ours among them: found by its mark, made once.

Our calendar's own name in the URL is computed from the mark, so a repeat after a lost reply meets
the first one instead of making a second. Never adopts a calendar by its display name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from connectors import identity
from connectors.caldav import bodies
from connectors.caldav.client import CalDavClient, Reply, refusal
from connectors.caldav.discovery import Homes, is_calendar
from connectors.caldav.multistatus import CALDAV, CALENDARSERVER, DAV, GONE_STATUSES, Member, path_key
from connectors.errors import AccessDeniedError, CalendarGoneError, UnavailableError
from connectors.model import CalendarId, CalendarRef
from connectors.sentences import Sentence

_OUR_SLUG = re.compile(r"/(offplate-[0-9a-f]{12}(?:-\d+)?)/?$")
_MOST_NAMES = 3
_WRITING = ("all", "write", "write-content", "bind")


@dataclass(frozen=True, slots=True)
class ListedCalendar:
    """A calendar as its home lists it, with the two ways a server may say that something changed."""

    ref: CalendarRef
    ctag: str | None
    sync_token: str | None


def list_homes(client: CalDavClient, homes: Homes) -> list[ListedCalendar]:
    """All calendars for events, in the server's order; one request per home.

    Raises:
        CalendarGoneError: a home is not there any more.
    """
    found = []
    for home in homes.urls:
        answer = client.multistatus("PROPFIND", home, bodies.CALENDARS, depth=homes.depth)
        itself = answer.itself(home)
        if itself is not None and itself.status in GONE_STATUSES:
            raise CalendarGoneError(Sentence("There is no calendar home at %(address)s.", address=home))
        found += [_listed(member) for member in answer.members if holds_events(member)]
    return found


def look_at(client: CalDavClient, calendar: str) -> CalendarRef:
    """One calendar by its own address, wherever it lives.

    Raises:
        CalendarGoneError: there is no calendar for events.
        AccessDeniedError: this account may not see it.
    """
    itself = client.multistatus("PROPFIND", calendar, bodies.CALENDARS, depth=0).itself(calendar)
    if itself is None or not holds_events(itself):
        raise CalendarGoneError(
            Sentence("There is no calendar at %(address)s.", address=calendar), calendar=calendar
        )
    return _listed(itself).ref


def ensure_home(client: CalDavClient, homes: Homes, name: str, mark: str) -> CalendarRef:
    """The protocol's `ensure_home`, given where the account keeps its calendars."""
    if "://" in name:
        return _writable(look_at(client, name))
    for slug in _slugs(mark):
        ours = _marked(client, homes, mark, slug)
        if ours is not None:  # the mark may be missing: making it may have been cut off here
            return _writable(_described(client, homes, ours, mark, slug))
        url = homes.urls[0] + slug + "/"
        lost: UnavailableError | None = None
        reply: Reply | None = None
        try:
            reply = client.write(
                "MKCALENDAR", url, bodies.make_calendar(name, identity.home_description(mark))
            )
        except UnavailableError as error:
            lost = error
        ours = _marked(client, homes, mark, slug)
        if ours is not None:
            return _writable(_described(client, homes, ours, mark, slug))
        if lost is not None:
            raise lost
        # 405, 409 or 403 without a calendar to show: the name is held by a trash bin; else no right.
        if reply is not None and reply.status not in (403, 405, 409):
            break
    host = urlsplit(homes.urls[0]).hostname
    detail = Sentence("The account at %(host)s cannot make calendars.", host=host)
    raise AccessDeniedError(detail) from (refusal(reply, url) if reply is not None else None)


def _marked(client: CalDavClient, homes: Homes, mark: str, slug: str) -> CalendarRef | None:
    """Ours: by the mark, or by the address that only this mark leads to."""
    refs = [listed.ref for listed in list_homes(client, homes)]
    by_mark = [ref for ref in refs if ref.mark == mark]
    by_address = [ref for ref in refs if path_key(ref.id).endswith(f"/{slug}")]
    return next(iter([*by_mark, *by_address]), None)


def _described(client: CalDavClient, homes: Homes, ours: CalendarRef, mark: str, slug: str) -> CalendarRef:
    """Write the mark again where MKCALENDAR did not keep the description."""
    if ours.mark == mark:
        return ours
    client.write("PROPPATCH", ours.id, bodies.describe_calendar(identity.home_description(mark)))
    return replace(_marked(client, homes, mark, slug) or ours, mark=mark)


def _writable(ref: CalendarRef) -> CalendarRef:
    if not ref.writable:
        raise AccessDeniedError(Sentence("The calendar is read-only."), calendar=ref.id)
    return ref


def _slugs(mark: str) -> Iterator[str]:
    stem = "offplate-" + hashlib.sha256(mark.encode()).hexdigest()[:12]
    return (stem if n == 1 else f"{stem}-{n}" for n in range(1, _MOST_NAMES + 1))


def mark_of(url: str, description: str) -> str | None:
    """What shows that a calendar is ours: the ownership mark in its description, else its own name.

    SOGo 5.8 keeps no description; the last part of an address that we chose is known by its shape, and
    only whoever has the mark can compute it.
    """
    by_name = _OUR_SLUG.search(url)
    return identity.find_mark(description) or (by_name[1] if by_name else None)


def holds_events(member: Member) -> bool:
    """Whether it is a calendar, and not one for tasks or notes alone."""
    components = member.props.get(f"{CALDAV}supported-calendar-component-set")
    listed = components.iter(f"{CALDAV}comp") if components is not None else ()
    names = {component.get("name") for component in listed}
    return is_calendar(member) and (not names or "VEVENT" in names)


def is_writable(member: Member) -> bool:
    """Whether this account may put something in; a server that does not say is taken to allow it."""
    privileges = member.props.get(f"{DAV}current-user-privilege-set")
    return privileges is None or any(
        next(privileges.iter(DAV + right), None) is not None for right in _WRITING
    )


def _listed(member: Member) -> ListedCalendar:
    url = member.url if member.url.endswith("/") else member.url + "/"
    description = member.text(f"{CALDAV}calendar-description") or ""
    ref = CalendarRef(
        id=CalendarId(url),
        name=member.text(f"{DAV}displayname") or unquote(url.rstrip("/").rpartition("/")[2]),
        writable=is_writable(member),
        mark=mark_of(url, description),
    )
    return ListedCalendar(ref, member.text(f"{CALENDARSERVER}getctag"), member.text(f"{DAV}sync-token"))
