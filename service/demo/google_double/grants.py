"""Who asks, and what was granted: clients, codes and tokens as `oauth` keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Client:
    """An OAuth client of the type "web application". `testing`: its project is not in production."""

    id: str
    secret: str
    redirect_uris: tuple[str, ...] = ()
    testing: bool = False
    deleted: bool = False


@dataclass
class Code:
    """What a code stands for until it is exchanged. `challenge` is that of PKCE, empty without one."""

    client: str
    email: str
    scopes: frozenset[str]
    redirect_uri: str
    challenge: str
    nonce: str
    gives_refresh_token: bool
    until: datetime


@dataclass
class Refresh:
    """A refresh token. `granted_at` is the consent it came from."""

    token: str
    client: str
    email: str
    scopes: frozenset[str]
    granted_at: datetime
    used_at: datetime
    revoked: bool = False


@dataclass
class Access:
    """An access token; `refresh` is the token that it dies with, if it came from one."""

    client: str
    email: str
    scopes: frozenset[str]
    until: datetime
    refresh: str | None
