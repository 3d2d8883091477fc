"""Where a domain says its calendars are: the service records of RFC 6764 sections 3 and 4.

Asks the system's resolver, never through a proxy of ours. Silence, refusal and nonsense are the same
as no record: somebody without DNS must be able to go on. Nobody signs these answers, so what comes of
them is named to the person before a password goes there (RFC 6764 section 8).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import dns.exception
import dns.rdatatype
import dns.resolver

SECONDS = 3.0
"""For both questions together."""


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A server of calendars over TLS; `path` is `None` when the domain does not say one."""

    host: str
    port: int
    path: str | None

    @property
    def origin(self) -> str:
        return f"https://{self.host}" if self.port == 443 else f"https://{self.host}:{self.port}"


LookUp = Callable[[str], ServiceRecord | None]
"""The service record of a domain, `None` when none can be had in reasonable time; never raises."""


def look_up(
    domain: str, *, resolver: dns.resolver.Resolver | None = None, seconds: float = SECONDS
) -> ServiceRecord | None:
    """The `LookUp` of real DNS; takes `seconds` at most. `resolver` is the system's when none is given."""
    name = f"_caldavs._tcp.{domain}"
    try:
        resolver = resolver or dns.resolver.Resolver()
        answer = resolver.resolve(name, dns.rdatatype.SRV, lifetime=seconds * 2 / 3, search=False)
        servers = [(record.priority, -record.weight, record) for record in answer]
        best = min(servers, key=lambda server: server[:2])[2]
        host = best.target.to_text(omit_final_dot=True).lower()
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    if host in ("", "."):  # "decidedly not available", RFC 2782
        return None
    return ServiceRecord(host, best.port, _path(resolver, name, seconds / 3))


def _path(resolver: dns.resolver.Resolver, name: str, seconds: float) -> str | None:
    try:
        answer = resolver.resolve(name, dns.rdatatype.TXT, lifetime=seconds, search=False)
        texts = [text.decode() for record in answer for text in record.strings]
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    paths = (text[5:] for text in texts if text.lower().startswith("path=/"))
    return next((quote(path, safe="/%@:+~$!*,;=-._") for path in paths), None)
