"""Step 1 of the week, for calendars that can only be looked at: one conditional GET a reading.

An unchanged file costs one request and no parsing. Asked once: the next tick is the second try.
Never logs, and tells the host alone of an address that is a secret; not even the exceptions behind
an error, which quote addresses, are passed on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from connectors.errors import (
    AccessDeniedError,
    AuthExpiredError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    RateLimitedError,
    UnavailableError,
)
from connectors.feed.calendar_file import read_file
from connectors.feed.state import FeedState, horizon_of, read_state, view_of
from connectors.guard import TOTAL_SECONDS, GuardedSession, origin_of, plain_error
from connectors.model import AccountState, BusyReading, CalendarId, Traffic, Watch
from connectors.sentences import Sentence
from connectors.times import merged

LONGEST_RETRY_AFTER_SECONDS = 86_400.0
_MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_LOOK = Sentence("Look whether the calendar is still published.")
_PUBLISH_AGAIN = Sentence("Publish the calendar again and enter its new address.")


@dataclass(frozen=True, slots=True)
class _Reply:
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class FeedSource:
    """One published calendar. `label` names it in errors and skipped events; the address never does.

    Hosts in `allow_private_hosts` may be at home; `total_seconds` is for the whole exchange.
    """

    def __init__(
        self,
        url: str,
        *,
        label: str = "feed",
        allow_private_hosts: frozenset[str] = frozenset(),
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self.traffic = Traffic()
        self._url = https_of(url)
        self._label = label
        self._session = GuardedSession(allow_private_hosts=allow_private_hosts, total_seconds=total_seconds)
        self._session.headers.update({"User-Agent": "Offplate", "Accept": "text/calendar, */*;q=0.1"})

    def read_busy(self, watch: Watch, state: AccountState) -> BusyReading:
        try:
            return self._read(watch, read_state(state))
        except ConnectorError as error:
            error.connector, error.operation = self._label, "GET"
            if isinstance(error, BadResponseError):
                error.next_step = _LOOK
            elif isinstance(error, AuthExpiredError | AccessDeniedError | CalendarGoneError):
                error.next_step = _PUBLISH_AGAIN
            raise

    def close(self) -> None:
        self._session.close()

    def _read(self, watch: Watch, known: FeedState) -> BusyReading:
        calendar = CalendarId(self._label)
        fits = known.fits(watch)
        reply = self._fetch(_validators(known) if fits else {})
        if reply.status == 304 and fits:
            return known.reading(watch, calendar)
        if reply.status != 200:
            raise _refusal(reply)
        digest = hashlib.sha256(reply.body).hexdigest()
        if fits and digest == known.digest:
            return known.reading(watch, calendar)
        horizon = horizon_of(watch)
        file = read_file(
            reply.body,
            horizon=horizon,
            time_zone=watch.time_zone,
            addresses=watch.addresses,
            calendar=calendar,
        )
        if not known.believes(file):
            return known.doubting(watch, calendar)
        read = FeedState(
            view=view_of(watch),
            horizon=horizon,
            etag=reply.headers.get("ETag"),
            last_modified=reply.headers.get("Last-Modified"),
            digest=digest,
            busy=merged(file.busy, within=horizon),
            events=file.events,
            skipped=tuple((item.href, item.reason) for item in file.skipped),
        )
        return read.reading(watch, calendar)

    def _fetch(self, headers: Mapping[str, str]) -> _Reply:
        """The answer at the address; redirects are followed inside its origin only."""
        url = self._url
        for _ in range(_MOST_REDIRECTS + 1):
            reply = self._ask(url, headers)
            target = reply.headers.get("Location")
            if reply.status not in _REDIRECTS or not target:
                return reply
            url = _inside(url, target)
        raise BadResponseError(Sentence("%(host)s redirects without end.", host=_host(url)))

    def _ask(self, url: str, headers: Mapping[str, str]) -> _Reply:
        self.traffic.requests += 1
        try:
            response = self._session.get(url, headers=dict(headers))
            return _Reply(url, response.status_code, response.headers, response.content)
        except ConnectorError as error:
            raised = error
        except Exception as error:
            raised = plain_error(error, url)
        raise raised from None


def https_of(url: str) -> str:
    """`webcal:` is how calendars call https (RFC 7595 register); everything else stays."""
    scheme, colon, rest = url.strip().partition(":")
    return f"https:{rest}" if colon and scheme.lower() in ("webcal", "webcals") else url.strip()


def _validators(known: FeedState) -> dict[str, str]:
    """RFC 9110 section 13.1: what makes the GET conditional."""
    sent = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in sent.items() if value}


def _inside(url: str, target: str) -> str:
    """Where a redirect leads, if that is the same origin.

    Raises:
        CalendarGoneError: it is another one; a person has to look at that address first.
    """
    try:
        target = urljoin(url, target)
        same = origin_of(target) == origin_of(url)
    except ValueError:
        raise BadResponseError(
            Sentence("%(host)s redirects to something that is no address.", host=_host(url))
        ) from None
    if not same:
        raise CalendarGoneError(
            Sentence("%(host)s sends on to another server, %(other)s.", host=_host(url), other=_host(target))
        )
    return target


def _refusal(reply: _Reply) -> ConnectorError:
    """What an unexpected status means for the caller, in one sentence."""
    status, host = reply.status, _host(reply.url)
    retry_after = reply.headers.get("Retry-After", "")
    if status == 401:
        return AuthExpiredError(Sentence("%(host)s wants a password for this calendar.", host=host))
    if status == 403:
        return AccessDeniedError(Sentence("%(host)s does not let us read this calendar.", host=host))
    if status in (404, 410):
        return CalendarGoneError(Sentence("The calendar is no longer published at %(host)s.", host=host))
    if status == 429 or (status == 503 and retry_after):
        wait = min(float(retry_after), LONGEST_RETRY_AFTER_SECONDS) if retry_after.isdecimal() else None
        return RateLimitedError(
            Sentence("The server at %(host)s asks for a pause.", host=host), retry_after_seconds=wait
        )
    if status >= 500:
        return UnavailableError(
            Sentence("The server at %(host)s could not answer (%(status)s).", host=host, status=status)
        )
    return BadResponseError(
        Sentence(
            "The server at %(host)s gave an answer unknown to feeds (%(status)s).", host=host, status=status
        )
    )


def _host(url: str) -> str:
    return urlsplit(url).hostname or "that address"
