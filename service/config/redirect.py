"""Where Google sends people back to: the address to register, and which addresses it does not take.

https with a host's name, or http on this machine itself (https://developers.google.com/identity/protocols/
oauth2/web-server#uri-validation). Pure.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_HERE = ("localhost", "127.0.0.1")


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
    return f"a bare number like {host}" if _is_number(host) else None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
