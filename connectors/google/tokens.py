"""Access tokens: had anew when they run out (RFC 6749 section 6), and kept as soon as they are had.

We ask ourselves instead of through google-auth, which sleeps between tries, takes the machine's clock
and tells nobody about a new token. One renewal at a time: a connector belongs to one thread.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from connectors.errors import UnavailableError
from connectors.google.credentials import GoogleClient, GoogleGrant, KeepGrant
from connectors.google.errors import ClientRefusedError, error_of, strange
from connectors.google.refusals import judge, read_refusal
from connectors.sentences import Sentence

EARLY = timedelta(minutes=3, seconds=45)
"""Google's own client renews that long before the end, too."""

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class PostForm(Protocol):
    def __call__(self, form: Mapping[str, str]) -> Answer:
        """POST to the token endpoint; raises what the way there raises."""
        ...


class Tokens:
    """The grant of one account while a connector works with it."""

    def __init__(
        self,
        client: GoogleClient,
        grant: GoogleGrant,
        *,
        post: PostForm,
        clock: Callable[[], datetime],
        keep: KeepGrant,
    ) -> None:
        self.grant = grant
        self._client = client
        self._post = post
        self._clock = clock
        self._keep_outside = keep

    def authorization(self) -> str:
        """The value of the Authorization header, renewed when it is about to run out.

        Raises:
            SignedOutError, ClientRefusedError: a person has to connect again, or mend the project.
            RetryLaterError, BadResponseError: no token could be had just now.
        """
        if not self._client.id:
            raise ClientRefusedError(Sentence("config.toml names no Google project."))
        expires_at = self.grant.expires_at
        if not self.grant.access_token or expires_at is None or expires_at - EARLY <= self._clock():
            self.renew()
        return f"Bearer {self.grant.access_token}"

    def renew(self) -> None:
        """A new access token, kept before it is used. Raises as `authorization`."""
        answer = self._post(
            {
                "grant_type": "refresh_token",
                "refresh_token": self.grant.refresh_token,
                "client_id": self._client.id,
                "client_secret": self._client.secret,
            }
        )
        if answer.status != 200:
            refusal = read_refusal(answer.status, answer.body, answer.headers, now=self._clock())
            raise error_of(judge(refusal, "renewing"), refusal)
        self.keep(_renewed(self.grant, answer.body, self._clock()))

    def keep(self, grant: GoogleGrant) -> None:
        """Use this grant from now on, once it is kept outside."""
        self._keep_outside(grant)
        self.grant = grant


def _renewed(grant: GoogleGrant, body: bytes, now: datetime) -> GoogleGrant:
    """The grant with what the answer brings; what it leaves out stays, the refresh token above all."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        raise UnavailableError(Sentence("Google's answer about the connection was cut short.")) from None
    if not isinstance(found, dict) or not isinstance(found.get("access_token"), str):
        raise strange(Sentence("a renewal without a token"))
    seconds = found.get("expires_in")
    lasting = timedelta(seconds=seconds) if isinstance(seconds, int) and 0 <= seconds < 10**9 else SHORTEST
    refresh_token, scope = found.get("refresh_token"), found.get("scope")
    return replace(
        grant,
        access_token=found["access_token"],
        expires_at=now + min(max(lasting, SHORTEST), LONGEST),
        refresh_token=refresh_token
        if isinstance(refresh_token, str) and refresh_token
        else grant.refresh_token,
        rights=frozenset(scope.split()) if isinstance(scope, str) and scope.strip() else grant.rights,
    )
