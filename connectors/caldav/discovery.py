"""From what a person typed to where their calendars are (RFC 6764 section 6, RFC 5397, RFC 4791 6.2.1).

Only at onboarding, or when a home has vanished; polls use what was found. Follows redirects inside
one origin, never to another; `locating` is the step before it, without a password.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from connectors.caldav import bodies
from connectors.caldav.client import CalDavClient, SentElsewhereError
from connectors.caldav.multistatus import CALDAV, DAV, GONE_STATUSES, Member, on_this_server
from connectors.caldav.providers import by_mail_domain
from connectors.errors import (
    AccessDeniedError,
    AuthExpiredError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
)
from connectors.sentences import Sentence

_MOST_ADDRESSES = 20


@dataclass(frozen=True, slots=True)
class Homes:
    """The collections that hold the calendars; at `depth` 0 the URL is itself the only calendar.

    `principal` is whose they are, where that was said on the way, and `addresses` are the mail addresses
    under which that one is invited there (RFC 6638 section 2.4.1), in lower case.
    """

    urls: tuple[str, ...]
    depth: int = 1
    principal: str | None = field(default=None, compare=False)
    addresses: tuple[str, ...] = field(default=(), compare=False)


def as_url(typed: str) -> str:
    """An https URL for what a person typed: a URL, a server name, or a mail address."""
    typed = typed.strip()
    if "://" in typed:
        return typed
    name = typed.rpartition("@")[2]
    provider = by_mail_domain(name)
    if provider is not None and provider.url is not None:
        return provider.url
    return f"https://{name}" if "/" in name else f"https://{name}/"


def discover(client: CalDavClient) -> Homes:
    """Where the calendars of this account are: by its address, else by its server's well-known one.

    Raises:
        CalendarGoneError, BadResponseError, AccessDeniedError: nothing there leads to a calendar; the
            error is the one met at the person's own address, or the hint where the server sends on to.
    """
    url = as_url(client.account.url)
    parts = urlsplit(url)
    well_known = urlunsplit((parts.scheme, parts.netloc, "/.well-known/caldav", "", ""))
    failures: list[ConnectorError] = []
    for candidate in (url, well_known):
        try:
            return _homes_from(client, candidate)
        except (CalendarGoneError, BadResponseError, AccessDeniedError) as error:
            failures.append(error)
    raise next((f for f in failures if isinstance(f, SentElsewhereError)), failures[0])


def _homes_from(client: CalDavClient, url: str) -> Homes:
    url, answer = client.follow(url, bodies.WHO_AM_I)
    itself = answer.itself(url)
    if itself is None or itself.status in GONE_STATUSES:
        raise CalendarGoneError(Sentence("There is no calendar at %(address)s.", address=url))
    principals = itself.hrefs(f"{DAV}current-user-principal")
    if homes := _home_set(itself, url):
        return Homes(homes, principal=next(iter(principals), None), addresses=_addresses(itself))
    if itself.has(f"{DAV}current-user-principal", f"{DAV}unauthenticated"):
        host = urlsplit(url).hostname
        raise AuthExpiredError(
            Sentence("The server at %(host)s refused the user name or password.", host=host)
        )
    for principal in principals:
        principal = on_this_server(principal, url)
        about = client.multistatus("PROPFIND", principal, bodies.WHO_AM_I, depth=0).itself(principal)
        if about is not None and (homes := _home_set(about, url)):
            return Homes(homes, principal=principal, addresses=_addresses(about))
    if is_calendar(itself):
        return Homes((url,), depth=0)
    inside = client.multistatus("PROPFIND", url, bodies.CALENDARS, depth=1)
    if any(is_calendar(member) for member in inside.members):
        return Homes((url,))
    raise CalendarGoneError(
        Sentence("The server at %(host)s names no calendars for this account.", host=urlsplit(url).hostname)
    )


def is_calendar(member: Member) -> bool:
    return member.has(f"{DAV}resourcetype", f"{CALDAV}calendar")


def _home_set(member: Member, asked: str) -> tuple[str, ...]:
    return tuple(_closed(_trusted(href, asked)) for href in member.hrefs(f"{CALDAV}calendar-home-set"))


def _addresses(member: Member) -> tuple[str, ...]:
    """Those for mail; others (`urn:uuid:`, the principal's own path) are not what an invitation names."""
    said = (href.casefold() for href in member.hrefs(f"{CALDAV}calendar-user-address-set"))
    found = (href.removeprefix("mailto:") for href in said if href.startswith("mailto:"))
    return tuple(dict.fromkeys(filter(None, found)))[:_MOST_ADDRESSES]


def _trusted(href: str, asked: str) -> str:
    """A home on this server, or over https on a sibling host: iCloud keeps homes on pNN-caldav.icloud.com.

    Raises:
        BadResponseError: the home is said to be anywhere else.
    """
    home, here = urlsplit(href), urlsplit(asked)
    siblings = _domain(home.hostname) == _domain(here.hostname) != ""
    if home.hostname != here.hostname and siblings and home.scheme == "https":
        return href
    return on_this_server(href, asked)


def _domain(host: str | None) -> str:
    """The last two labels of a name that has more; empty for addresses and short names."""
    labels = (host or "").split(".")
    return ".".join(labels[-2:]) if len(labels) > 2 and not labels[-1].isdigit() else ""


def _closed(url: str) -> str:
    return url if url.endswith("/") else url + "/"
