"""The guard on outbound calendar requests: which addresses, how many bytes, how long.

The address was typed by a person and the answers come from a stranger's machine, so nothing here
trusts either: the address is checked on the connected socket (a name that resolves anew cannot
slip past it), redirects are never followed, proxies and .netrc are never read, a body is counted
after decompression, and one clock covers the whole exchange.
What goes wrong on the way becomes one plain sentence, `plain_error`, that names the host and no path.
Used by every connector that speaks HTTP. Never retries, never logs, never parses a body.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as urllib3_error
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from connectors.errors import (
    BadCertificateError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    UnavailableError,
    UnsafeAddressError,
)
from connectors.lanes import OF_THIS_PROCESS, Lanes
from connectors.sentences import Sentence

# It tells whole addresses when a header is malformed, and the address of a published calendar is a secret.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

MOST_BYTES = 8_000_000
TOTAL_SECONDS = 60.0
CONNECT_SECONDS = 10.0

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_TUNNELS = tuple(
    ipaddress.ip_network(network)
    # NAT64, local NAT64, 6to4 and Teredo wrap an IPv4 address that may be a private one;
    # 192.0.0.0/24 is called global by older Pythons (CVE-2024-4032).
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.0.0.0/24")
)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, and to nobody's inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _TUNNELS)


def check_address(url: str, allow_private_hosts: frozenset[str]) -> None:
    """Refuse an address by its spelling alone, before anything is resolved or sent.

    Raises:
        UnsafeAddressError: not http(s), plain http to a host that is not allow-listed, a user name
            inside the address, a port of another service, no host at all, or a host in letters
            that may only look like those of a known one.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise UnsafeAddressError(Sentence("The address is not a valid URL.")) from error
    if any(c.isspace() or not c.isprintable() for c in url):
        raise UnsafeAddressError(Sentence("The address contains blanks or control characters."))
    if parts.scheme not in ("http", "https") or not host:
        raise UnsafeAddressError(Sentence("The address does not start with https:// and a server name."))
    if not host.isascii():
        raise UnsafeAddressError(_spelled_plainly(host))
    if "@" in parts.netloc:
        raise UnsafeAddressError(Sentence("The user name and password do not belong in the address."))
    if port is not None and port < 1024 and port not in (80, 443):
        raise UnsafeAddressError(
            Sentence("Port %(port)s of %(host)s belongs to another kind of service.", port=port, host=host)
        )
    if parts.scheme == "http" and host not in allow_private_hosts | _LOOPBACK_NAMES:
        raise UnsafeAddressError(
            Sentence(
                "The address of %(host)s uses plain http to a public host: anybody on the way could read "
                "along.",
                host=host,
            )
        )


def _spelled_plainly(host: str) -> Sentence:
    try:
        plain = host.encode("idna").decode()
    except UnicodeError:
        return Sentence("The server name in the address is not a valid one.")
    return Sentence(
        "The server name contains letters that can look like others. If %(host)s is the one you mean, write "
        "it so.",
        host=plain,
    )


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port (RFC 6454). Raises ValueError for a malformed one."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


class GuardedSession(requests.Session):
    """A requests session behind the guard; one per connector, one request at a time.

    `total_seconds` is for one exchange from connecting to the last byte; `most_bytes` is the size
    of a body after decompression. Hosts in `allow_private_hosts` (exact names) may have a private
    address and be spoken to by http; nobody else may. The wait for one of the `lanes` to a server
    is `total_seconds` at most, and not part of the exchange.

    Raises, from every request:
        UnsafeAddressError: the address must not be used.
        UnavailableError: the total time ran out, or the server is busy with others of ours.
        BadResponseError: the body is too large.
        requests.RequestException: everything else that goes wrong on the way.
    """

    def __init__(
        self,
        *,
        allow_private_hosts: frozenset[str] = frozenset(),
        total_seconds: float = TOTAL_SECONDS,
        most_bytes: int = MOST_BYTES,
        lanes: Lanes = OF_THIS_PROCESS,
    ) -> None:
        super().__init__()
        self.trust_env = False
        self._allow = frozenset(host.lower() for host in allow_private_hosts)
        self._total_seconds = total_seconds
        self._most_bytes = most_bytes
        self._lanes = lanes
        self._sockets: dict[tuple[str, int | None], socket.socket] = {}
        adapter = _GuardedAdapter(self._allow, self._sockets)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        # requests looks ahead by reading the redirect's body whole, past every limit: there is none.
        return None

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        address = url if isinstance(url, str) else url.decode()
        check_address(address, self._allow)
        kwargs.update(
            stream=True,
            allow_redirects=False,
            timeout=(min(CONNECT_SECONDS, self._total_seconds), self._total_seconds),
        )
        lane = self._lanes.one_to(origin_of(address), within_seconds=self._total_seconds)
        with lane, self._deadline():
            response = super().request(method, url, *args, **kwargs)
            body = self._bounded_body(response)
        response._content = body  # noqa: SLF001  (requests has no public way to hand in a body)
        response._content_consumed = True  # type: ignore[attr-defined, unused-ignore]  # noqa: SLF001
        return response

    def _bounded_body(self, response: requests.Response) -> bytes:
        body = bytearray()
        with response:
            for chunk in response.iter_content(65_536):
                body += chunk
                if len(body) > self._most_bytes:
                    raise BadResponseError(
                        Sentence(
                            "The answer of the server is larger than %(size)s MB.",
                            size=self._most_bytes // 1_000_000,
                        )
                    )
        return bytes(body)

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        """Shut the sockets down when the total time is over; a read timeout alone is reset by every byte."""
        expired = threading.Event()

        def cut() -> None:
            expired.set()
            for held in list(self._sockets.values()):
                _shut_down(held)

        timer = threading.Timer(self._total_seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (requests.RequestException, OSError) as error:
            if expired.is_set():
                raise self._out_of_time() from error
            raise
        finally:
            timer.cancel()
        if expired.is_set():
            raise self._out_of_time()

    def _out_of_time(self) -> UnavailableError:
        return UnavailableError(
            Sentence(
                "The server took longer than %(seconds)s seconds to answer.",
                seconds=f"{self._total_seconds:g}",
            )
        )

    def close(self) -> None:
        super().close()
        while self._sockets:
            self._sockets.popitem()[1].close()


def _shut_down(held: socket.socket) -> None:
    with suppress(OSError):  # closed by the other side meanwhile: just what was wanted
        held.shutdown(socket.SHUT_RDWR)


class _GuardedAdapter(HTTPAdapter):
    """Pools whose connections are checked once the socket stands, and held so that they can be cut.

    What is held is a duplicate, for TLS takes the socket itself away. Requests are serial, so a new
    connection to a host means that the one before is done with.
    """

    def __init__(self, allow: frozenset[str], held: dict[tuple[str, int | None], socket.socket]) -> None:
        self._allow = allow
        self._held = held
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        adapter = self

        class CheckedHTTPConnection(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return adapter._checked(super()._new_conn(), self.host, self.port)

        class CheckedHTTPSConnection(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return adapter._checked(super()._new_conn(), self.host, self.port)

        class CheckedHTTPPool(HTTPConnectionPool):
            ConnectionCls = CheckedHTTPConnection

        class CheckedHTTPSPool(HTTPSConnectionPool):
            ConnectionCls = CheckedHTTPSConnection

        self.poolmanager.pool_classes_by_scheme = {"http": CheckedHTTPPool, "https": CheckedHTTPSPool}

    def _checked(self, connected: socket.socket, host: str, port: int | None) -> socket.socket:
        name = host.strip("[]").lower()
        if name not in self._allow and not is_public(connected.getpeername()[0]):
            connected.close()
            raise UnsafeAddressError(Sentence("%(host)s is an address inside a private network.", host=name))
        earlier = self._held.pop((host, port), None)
        if earlier is not None:
            earlier.close()
        self._held[(host, port)] = connected.dup()
        return connected


def plain_error(error: Exception, url: str) -> ConnectorError:
    """The plain sentence for whatever requests or urllib3 raised; it names the host of `url`, no more."""
    parts = urlsplit(url)
    host = parts.hostname or "that address"
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return BadCertificateError(
                Sentence(
                    "The certificate of %(host)s is not valid (%(reason)s).",
                    host=host,
                    reason=cause.verify_message,
                )
            )
        if isinstance(cause, socket.gaierror):
            if cause.errno == socket.EAI_AGAIN:
                return UnavailableError(
                    Sentence("The name %(host)s could not be looked up just now.", host=host)
                )
            return CalendarGoneError(Sentence("There is no server called %(host)s.", host=host))
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return UnsafeAddressError(Sentence("The address is not a valid URL."))
    if any(isinstance(cause, ssl.SSLError) and "WRONG_VERSION" in str(cause) for cause in causes):
        return UnsafeAddressError(Sentence("%(host)s does not speak https at this address.", host=host))
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return UnavailableError(Sentence("Nothing answers at %(address)s.", address=parts.netloc))
    if isinstance(error, requests.exceptions.Timeout):
        return UnavailableError(Sentence("The server at %(host)s does not answer.", host=host))
    if isinstance(error, requests.exceptions.ContentDecodingError | requests.exceptions.InvalidHeader):
        return BadResponseError(
            Sentence("The server at %(host)s sent an answer that cannot be decoded.", host=host)
        )
    if isinstance(error, requests.RequestException | urllib3_error.HTTPError | OSError):
        return UnavailableError(
            Sentence("The server at %(host)s hung up before its answer was complete.", host=host)
        )
    return BadResponseError(
        Sentence(
            "The answer of %(host)s cannot be understood (%(reason)s).",
            host=host,
            reason=type(error).__name__,
        )
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it wraps: requests and urllib3 hide the cause in different places."""
    pending, met = [error], set[int]()
    while pending:
        current = pending.pop()
        if id(current) in met:
            continue
        met.add(id(current))
        yield current
        hidden = (current.__cause__, current.__context__, getattr(current, "reason", None), *current.args)
        pending.extend(inner for inner in hidden if isinstance(inner, BaseException))
