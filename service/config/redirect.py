"""Where Google sends people back to: the address to register, and which addresses it does not take.

https with a host's name under a public top-level domain, or http on this machine itself
(https://developers.google.com/identity/protocols/oauth2/web-server#uri-validation). Whether an address is
registered Google alone knows. Pure.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_HERE = ("localhost", "127.0.0.1")
_NOT_PUBLIC = frozenset(
    ("local", "localdomain", "lan", "home", "internal", "intranet", "corp", "test", "invalid")
)


def google_redirect(base_url: str) -> str:
    """What stands under *Authorised redirect URIs* in the Google console, to the letter."""
    return f"{base_url.rstrip('/')}/connect/google/back"


def refused_by_google(base_url: str) -> str | None:
    """What Google does not send people back to, in words; `None` when it does."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if host in _HERE:
        return None
    if parts.scheme != "https":
        return base_url
    if _is_number(host):
        return f"a bare number like {host}"
    if "." not in host or host.rpartition(".")[2] in _NOT_PUBLIC:
        return f"a name of a home network like {host}"
    return None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
