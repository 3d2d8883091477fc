"""Links and sessions: random, hashed at rest, expiring, revocable, each for one purpose.

A token is 256 random bits; the database holds its SHA-256 only, so that a copy of the database
opens nothing. No signature and no server secret: every link can be revoked singly.
"""

from __future__ import annotations

import hashlib
import re
import secrets

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """43 URL-safe characters, 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def looks_like_token(text: str) -> bool:
    """Whether a lookup makes sense at all; a cut or decorated link never reaches the database."""
    return bool(_TOKEN.fullmatch(text))
