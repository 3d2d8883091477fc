"""One request to one reply, and the border where every foreign exception becomes one of ours.

python-caldav carries the request over a guarded session; its object layer is not used, because a
client that must never lose or double an entry has to see status codes, ETags and hrefs as they
are. Reads are asked again with patience, writes are sent once. Never logs; no message carries a
password or a word of an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urljoin, urlsplit

import requests
from caldav.davclient import DAVClient
from caldav.lib import error as caldav_error
from lxml import etree

from connectors.caldav.multistatus import Element, Multistatus, read_multistatus
from connectors.errors import (
    AccessDeniedError,
    AuthExpiredError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    QuotaExhaustedError,
    RateLimitedError,
    UnavailableError,
)
from connectors.guard import TOTAL_SECONDS, GuardedSession, origin_of, plain_error
from connectors.model import Traffic
from connectors.retry import Patience, read_patiently
from connectors.sentences import Sentence

ReadMethod = Literal["PROPFIND", "REPORT", "GET"]
WriteMethod = Literal["PUT", "DELETE", "MKCALENDAR", "PROPPATCH"]

LONGEST_RETRY_AFTER_SECONDS = 86_400.0
_MOST_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class CalDavAccount:
    """Where an account is and who signs in. `label` names it in errors; the password is never shown."""

    url: str
    username: str
    password: str = field(repr=False)
    label: str = "caldav"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it came: any status that does not concern the whole account."""

    status: int
    headers: Mapping[str, str]
    tree: Element | None
    text: str
    preconditions: frozenset[str] = frozenset()

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300

    @property
    def carried_out(self) -> bool:
        """Whether a write was done. A log-in page that a network puts before everything says 200 as well;
        what a server says of its own deed is 201 or 204, whatever page comes along (Apache sends one)."""
        return self.succeeded and not (self.status == 200 and self.is_web_page)

    @property
    def is_web_page(self) -> bool:
        return self.text[:500].lstrip().lower().startswith(("<!doctype html", "<html"))


class BrokenServerError(UnavailableError):
    """A 5xx reply: this request failed, while others of the account may well succeed."""


class SentElsewhereError(CalendarGoneError):
    """The address points to another server; the person has to enter that one."""

    next_step = Sentence("Enter that address instead.")


class CalDavClient:
    """The transport of one account. `traffic` counts every request and, of these, the writes.

    Every method raises the errors that concern the whole account or the way to it:
    `AuthExpiredError`, `RateLimitedError`, `UnavailableError`, `UnsafeAddressError`,
    `BadResponseError`; other statuses are returned for the caller to judge.
    """

    def __init__(
        self,
        account: CalDavAccount,
        *,
        sleep: Callable[[float], None],
        allow_private_hosts: frozenset[str],
        total_seconds: float = TOTAL_SECONDS,
        patience: Patience | None = None,
    ) -> None:
        self.account = account
        self.traffic = Traffic()
        self._sleep = sleep
        self._patience = patience
        self._session = GuardedSession(allow_private_hosts=allow_private_hosts, total_seconds=total_seconds)
        self._session.hooks["response"] = [_as_plain_text, _with_a_pause_that_ends]
        # Handing in the authentication keeps the library from negotiating: a server that lets
        # strangers look (Cyrus) would otherwise show no calendars and no error. Bytes: RFC 7617 UTF-8.
        self._dav = DAVClient(
            url="https://unused.invalid/",
            auth=requests.auth.HTTPBasicAuth(account.username.encode(), account.password.encode()),
            headers={"User-Agent": "Offplate"},
            enable_rfc6764=False,
        )
        self._dav.session.close()
        self._dav.session = self._session

    def read(self, method: ReadMethod, url: str, body: str = "", *, depth: int | None = None) -> Reply:
        """Send a request that changes nothing, again if need be."""
        headers = {"Depth": str(depth)} if depth is not None else {}
        if method == "GET":
            headers["Accept-Encoding"] = "identity"  # compressing proxies rewrite the ETag header
        return read_patiently(
            lambda: self._send(method, url, body, headers), sleep=self._sleep, patience=self._patience
        )

    def write(
        self, method: WriteMethod, url: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request that changes something, once."""
        self.traffic.writes += 1
        return self._send(method, url, body, headers or {})

    def multistatus(
        self, method: Literal["PROPFIND", "REPORT"], url: str, body: str, *, depth: int | None = None
    ) -> Multistatus:
        """Read a multistatus, and nothing else.

        Raises:
            CalendarGoneError: nothing is at this address.
            AccessDeniedError: this account may not read it.
        """
        return self.expect_multistatus(self.read(method, url, body, depth=depth), url)

    def follow(self, url: str, body: str) -> tuple[str, Multistatus]:
        """A PROPFIND of depth 0 at onboarding: redirects inside the same origin are followed, body and all.

        Raises:
            SentElsewhereError: the server points to another origin.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            reply = self.read("PROPFIND", url, body, depth=0)
            target = reply.headers.get("Location")
            if reply.status not in (301, 302, 307, 308) or not target:
                return url, self.expect_multistatus(reply, url)
            target = urljoin(url, target)
            if origin_of(target) != origin_of(url):
                elsewhere = SentElsewhereError(
                    Sentence("%(host)s sends on to %(address)s.", host=_host(url), address=_shown(target))
                )
                raise self._named(elsewhere, "PROPFIND")
            url = target
        raise self._named(
            BadResponseError(Sentence("%(host)s redirects without end.", host=_host(url))), "PROPFIND"
        )

    def expect_multistatus(self, reply: Reply, url: str) -> Multistatus:
        """The multistatus in `reply`; what else it may be is an error."""
        try:
            if reply.status == 207 and not reply.is_web_page:
                return read_multistatus(reply.tree, url)
            raise refusal(reply, url)
        except ConnectorError as error:
            raise self._named(error, "PROPFIND") from None

    def close(self) -> None:
        self._session.close()

    def _send(self, method: str, url: str, body: str, headers: Mapping[str, str]) -> Reply:
        self.traffic.requests += 1
        try:
            response = self._dav.request(url, method, body, headers)
            reply = Reply(response.status, response.headers, response.tree, response.raw)
        except ConnectorError as error:
            raise self._named(error, method) from error.__cause__
        except caldav_error.AuthorizationError as error:
            if error.status == 401:
                detail = Sentence(
                    "The server at %(host)s refused the user name or password.", host=_host(url)
                )
                raise self._named(AuthExpiredError(detail), method) from None
            tags = frozenset(tag.rpartition("}")[2] for tag in error.preconditions)
            return Reply(403, {}, None, "", tags)
        except caldav_error.RateLimitError as error:
            wait = min(max(error.retry_after_seconds or 0.0, 0.0), LONGEST_RETRY_AFTER_SECONDS) or None
            detail = Sentence("The server at %(host)s asks for a pause.", host=_host(url))
            raise self._named(RateLimitedError(detail, retry_after_seconds=wait), method) from None
        except Exception as error:
            raise self._named(_translated(error, url), method) from error
        if reply.status == 507 and method not in ("PROPFIND", "REPORT", "GET"):
            raise self._named(
                QuotaExhaustedError(Sentence("The account at %(host)s is full.", host=_host(url))), method
            )
        if reply.status >= 500 and reply.status not in (501, 505, 507):
            failed = Sentence(
                "The server at %(host)s could not answer (%(status)s).", host=_host(url), status=reply.status
            )
            raise self._named(BrokenServerError(failed), method)
        if reply.tree is not None and reply.tree.tag == "{DAV:}error":
            tags = frozenset(child.tag.rpartition("}")[2] for child in reply.tree.iterfind("*"))
            return Reply(reply.status, reply.headers, None, "", tags)
        return reply

    def _named(self, error: ConnectorError, operation: str) -> ConnectorError:
        error.connector = error.connector or self.account.label
        error.operation = error.operation or operation
        return error


def refusal(reply: Reply, url: str) -> ConnectorError:
    """What an unexpected status means for the caller, in one sentence."""
    if reply.status in (404, 410):
        return CalendarGoneError(Sentence("There is no calendar at %(address)s.", address=_shown(url)))
    if reply.status == 403:
        return AccessDeniedError(
            Sentence("The server at %(host)s does not allow this with this account.", host=_host(url))
        )
    if reply.is_web_page:
        return BadResponseError(Sentence("This address answers with a web page, not with CalDAV."))
    if reply.status in (301, 302, 307, 308):
        return CalendarGoneError(Sentence("The calendar at %(address)s has moved.", address=_shown(url)))
    return BadResponseError(
        Sentence(
            "The server at %(host)s gave an answer unknown to CalDAV (%(status)s).",
            host=_host(url),
            status=reply.status,
        )
    )


def _as_plain_text(response: requests.Response, **_: object) -> None:
    """Call everything but XML plain text: the library logs what it cannot place, events and all."""
    if not response.headers.get("Content-Type", "").startswith(("text/xml", "application/xml")):
        response.headers["Content-Type"] = "text/plain"


def _with_a_pause_that_ends(response: requests.Response, **_: object) -> None:
    """Shorten a Retry-After of hundreds of digits, which the library cannot turn into a number."""
    asked = response.headers.get("Retry-After", "")
    if len(asked) > 40:  # no HTTP date is as long
        response.headers["Retry-After"] = str(int(LONGEST_RETRY_AFTER_SECONDS))


def _translated(error: Exception, url: str) -> ConnectorError:
    """The plain sentence for whatever requests, urllib3, lxml or the library raised."""
    if isinstance(error, etree.LxmlError):
        return BadResponseError(Sentence("The server at %(host)s sent broken XML.", host=_host(url)))
    return plain_error(error, url)


def _host(url: str) -> str:
    return urlsplit(url).hostname or "that address"


def _shown(url: str) -> str:
    """An address without query: what may stand in a message."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
