"""What a person gave us at Google, whose client asked for it, and where both are used.

A `GoogleGrant` belongs to one person and is kept sealed; its JSON is what goes into the store. The
`GoogleClient` belongs to the installation (config.toml). Nothing here shows a secret by accident:
secret fields are not in any `repr`. No network, no clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class GoogleClient:
    """The OAuth client that whoever runs Offplate made in the Google Cloud console (type: web)."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GoogleEndpoints:
    """Where Google is. Only tests and the demo, which bring a Google of their own, name others.

    `api` is the base of the Calendar API and ends with a slash (RFC 6749 names the other four).
    """

    api: str = "https://www.googleapis.com/calendar/v3/"
    authorize: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"  # noqa: S105  (an address)
    revoke: str = "https://oauth2.googleapis.com/revoke"
    userinfo: str = "https://openidconnect.googleapis.com/v1/userinfo"


GOOGLE = GoogleEndpoints()


@dataclass(frozen=True, slots=True)
class GoogleApp:
    """This installation at Google: its client, and where Google is. Without a client no account works."""

    client: GoogleClient = GoogleClient("", "")
    endpoints: GoogleEndpoints = GOOGLE


@dataclass(frozen=True, slots=True)
class GoogleGrant:
    """One person's consent: the tokens, and the rights that were really given.

    `access_token` serves until `expires_at` (aware, UTC) and is had anew with `refresh_token`.
    `rights` are scopes as the token endpoint spelled them, which may be fewer than were asked for.
    `making_home`: we asked Google for a calendar of ours and do not know what became of it. A new
    consent starts without it: that person has just been here and looked.
    """

    refresh_token: str = field(repr=False)
    rights: frozenset[str]
    access_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    making_home: bool = False

    def __post_init__(self) -> None:
        if self.expires_at is not None:
            if self.expires_at.tzinfo is None:
                raise ValueError("a grant's expires_at needs a time zone")
            object.__setattr__(self, "expires_at", self.expires_at.astimezone(UTC))

    @property
    def consent(self) -> str:
        """A name for this consent, which shows nothing of it; any other consent has another name."""
        return hashlib.sha256(self.refresh_token.encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """All of it as one line of JSON: a secret, to be sealed by whoever keeps it."""
        return json.dumps(
            {
                "refresh_token": self.refresh_token,
                "rights": sorted(self.rights),
                "access_token": self.access_token,
                "expires_at": self.expires_at.isoformat() if self.expires_at else None,
                "making_home": self.making_home,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> GoogleGrant:
        """The grant behind `to_json`'s line.

        Raises:
            ValueError: it is not such a line; the message shows nothing of it.
        """
        try:
            found = json.loads(text)
            return cls(
                refresh_token=str(found["refresh_token"]),
                rights=frozenset(found["rights"]),
                access_token=found.get("access_token"),
                expires_at=datetime.fromisoformat(found["expires_at"]) if found.get("expires_at") else None,
                making_home=bool(found.get("making_home")),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError("this is not a grant of Google's; connect the account again") from None


@dataclass(frozen=True, slots=True)
class GoogleCredentials:
    """What a connector signs in with, and where. `label` names the account in errors, and is no address."""

    app: GoogleApp
    grant: GoogleGrant
    label: str = "google"


KeepGrant = Callable[[GoogleGrant], None]
"""Keep this grant from now on. Called when tokens were renewed, and just before our calendar is made;
what it is given must be durable when it returns."""
