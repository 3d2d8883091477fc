"""From what a person typed to where their account seems to live, before any password is sent (RFC 6764).

In this order: the table of providers, the service records of the domain, its `/.well-known/caldav`, and
the address as it stands. Requests go out without credentials and through the guard; a redirect may lead
to another host, which the caller names to the person. Never signs in anywhere.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit

import requests

from connectors.caldav.dns_records import LookUp
from connectors.caldav.providers import Provider, by_address, by_mail_domain
from connectors.errors import AccessDeniedError, BadResponseError, UnsafeAddressError
from connectors.guard import GuardedSession, check_address, plain_error
from connectors.model import Located
from connectors.sentences import Sentence

WELL_KNOWN = "/.well-known/caldav"
_MOST_REDIRECTS = 3


class NoPasswordAccessError(AccessDeniedError):
    """The provider has no CalDAV that a password opens; its `next_step` says what works instead."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(
            Sentence("Calendars of %(provider)s cannot be connected like this.", provider=provider.name),
            connector=provider.name,
        )
        self.next_step = provider.instead


def locate(
    typed: str, *, look_up: LookUp, allow_private_hosts: frozenset[str], total_seconds: float
) -> Located:
    """As `Onboarding.locate` promises; `look_up` asks DNS, `total_seconds` bounds each request."""
    typed = typed.strip()
    session = GuardedSession(allow_private_hosts=allow_private_hosts, total_seconds=total_seconds)
    try:
        if "://" not in typed and not any(mark in typed for mark in "/:"):
            return _of_domain(typed, look_up, session, allow_private_hosts)
        url = typed if "://" in typed else f"https://{typed}"
        check_address(url, allow_private_hosts)
        host = urlsplit(url).hostname or ""
        bare = urlsplit(url).path in ("", "/") and by_address(url) is None
        found = _well_known(_origin(url), session, allow_private_hosts) if bare else None
        return _located(found or url, asked=host)
    finally:
        session.close()


def _of_domain(
    typed: str, look_up: LookUp, session: GuardedSession, allow_private_hosts: frozenset[str]
) -> Located:
    domain = typed.rpartition("@")[2].lower()
    url = f"https://{domain}/"
    check_address(url, allow_private_hosts)
    if provider := by_mail_domain(domain):
        if provider.url is None:
            raise NoPasswordAccessError(provider)
        return _located(provider.url, asked=domain)
    if record := look_up(domain):
        url = record.origin + (record.path or "/")
        check_address(url, allow_private_hosts)
        if record.path is not None or by_address(url):
            return _located(url, asked=domain)
    return _located(_well_known(_origin(url), session, allow_private_hosts) or url, asked=domain)


def _located(url: str, *, asked: str) -> Located:
    host = urlsplit(url).hostname or ""
    provider = by_address(url)
    known = provider is not None and bool(provider.hosts)
    return Located(
        url=url,
        host=host,
        elsewhere=not known and host != asked and not host.endswith(f".{asked}"),
        provider=provider.name if provider else "",
        username=provider.username if provider else "",
        advice=tuple(filter(None, (provider.password_advice, *provider.limits))) if provider else (),
    )


def _well_known(origin: str, session: GuardedSession, allow_private_hosts: frozenset[str]) -> str | None:
    """Where the well-known address of a server leads, `None` when there is none (RFC 6764 section 5).

    Raises:
        UnsafeAddressError: it leads to an address that must not be used.
        RetryLaterError, NeedsPersonError, BadResponseError: the server cannot be asked.
    """
    url = origin + WELL_KNOWN
    for _ in range(_MOST_REDIRECTS + 1):
        reply = _asked(url, session)
        target = reply.headers.get("Location")
        if reply.status_code not in (301, 302, 303, 307, 308) or not target:
            return url if reply.status_code == 401 else None
        target = urljoin(url, target)
        check_address(target, allow_private_hosts)
        if url.startswith("https:") and not target.startswith("https:"):
            raise UnsafeAddressError(
                Sentence("%(host)s sends on to an address without encryption.", host=urlsplit(url).hostname)
            )
        if urlsplit(target).path != WELL_KNOWN:
            return target  # not asked further: for a GET, servers send on to their web pages
        url = target
    raise BadResponseError(Sentence("%(host)s redirects without end.", host=urlsplit(url).hostname))


def _asked(url: str, session: GuardedSession) -> requests.Response:
    try:
        return session.request("GET", url, headers={"User-Agent": "Offplate"})
    except (requests.RequestException, OSError) as error:
        raise plain_error(error, url) from error


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))
