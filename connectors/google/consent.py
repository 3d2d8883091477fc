"""A person's consent at Google: the address of its page, and what comes back (RFC 6749 section 4.1).

Web-server flow with PKCE (RFC 7636) and a state that only the asker knows. Nothing is kept here. Who it is
is read from the ID token, which comes straight from the token endpoint over TLS and so needs no check of
its signature (OpenID Connect Core 3.1.3.7).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from connectors.errors import ConnectorError, ConsentRefusedError
from connectors.google.credentials import GoogleApp, GoogleGrant
from connectors.google.declined import declined
from connectors.google.errors import error_of, strange
from connectors.google.refusals import judge, read_refusal
from connectors.google.rights import FIRST_CONSENT, IDENTITY, SCOPES, missing, named, what_goes_without
from connectors.google.tokens import Answer
from connectors.guard import GuardedSession, plain_error
from connectors.model import ConsentAsked, ConsentGiven, ConsentHeld, Right
from connectors.sentences import Sentence

TOTAL_SECONDS = 20.0
_RUN_OUT = Sentence("What Google sent you back with had run out, or was used before.")


@dataclass(frozen=True, slots=True)
class GoogleConsent:
    """`connectors.protocol.Consent` for one installation. `new_token` gives 256 random bits as text."""

    app: GoogleApp
    clock: Callable[[], datetime]
    new_token: Callable[[], str]
    allow_private_hosts: frozenset[str] = frozenset()

    def ask(self, redirect: str, *, email: str, rights: Sequence[Right] = ("own", "busy")) -> ConsentAsked:
        state, verifier = self.new_token(), self.new_token()
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "client_id": self.app.client.id,
            "redirect_uri": redirect,
            "response_type": "code",
            "scope": " ".join((*IDENTITY, *(SCOPES[right] for right in rights))),
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "access_type": "offline",  # a refresh token, and with `prompt` also the second time
            "prompt": "consent",
            "include_granted_scopes": "true",
            "login_hint": email,
        }
        address = f"{self.app.endpoints.authorize}?{urlencode(query)}"
        return ConsentAsked(address, redirect, state, verifier, tuple(rights))

    def take(self, asked: ConsentAsked, query: Mapping[str, str]) -> ConsentGiven:
        if not hmac.compare_digest(query.get("state", "").encode(), asked.state.encode()):
            raise ConsentRefusedError(Sentence("This answer belongs to another question."))
        if query.get("error") or not query.get("code"):
            raise declined(query.get("error", ""))
        body = self._exchanged(asked, query["code"])
        return _given(body, asked, self.clock())

    def held(self, secret: str) -> ConsentHeld:
        granted = GoogleGrant.from_json(secret).rights
        return ConsentHeld(named(granted), tuple(what_goes_without(right) for right in missing(granted)))

    def give_back(self, secret: str) -> None:
        """RFC 7009; unlike its section 2.2, Google answers `invalid_token` for what ended before."""
        answer = self._post(self.app.endpoints.revoke, {"token": GoogleGrant.from_json(secret).refresh_token})
        if answer.status != 200:
            refusal = read_refusal(answer.status, answer.body, answer.headers, now=self.clock())
            if "invalid_token" not in refusal.reasons:
                raise error_of(judge(refusal, "renewing"), refusal)

    def _exchanged(self, asked: ConsentAsked, code: str) -> bytes:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.app.client.id,
            "client_secret": self.app.client.secret,
            "redirect_uri": asked.redirect,
            "code_verifier": asked.verifier,
        }
        answer = self._post(self.app.endpoints.token, form)
        if answer.status != 200:
            refusal = read_refusal(answer.status, answer.body, answer.headers, now=self.clock())
            if "redirect_uri_mismatch" in refusal.reasons:
                raise declined("redirect_uri_mismatch")
            verdict = judge(refusal, "renewing")
            raise ConsentRefusedError(_RUN_OUT) if verdict == "signed out" else error_of(verdict, refusal)
        return answer.body

    def _post(self, url: str, form: Mapping[str, str]) -> Answer:
        session = GuardedSession(allow_private_hosts=self.allow_private_hosts, total_seconds=TOTAL_SECONDS)
        try:
            response = session.request("POST", url, data=dict(form), headers={"user-agent": "Offplate"})
        except ConnectorError:
            raise
        except Exception as error:
            raise plain_error(error, url) from None
        finally:
            session.close()
        names = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, names, response.content)


def _given(body: bytes, asked: ConsentAsked, now: datetime) -> ConsentGiven:
    try:
        found: Any = json.loads(body)
        scopes = frozenset(str(found["scope"]).split())
        lasting = min(max(int(found["expires_in"]), 60), 86_400)
        grant = GoogleGrant(
            refresh_token=str(found["refresh_token"]),
            rights=scopes,
            access_token=str(found["access_token"]),
            expires_at=now + timedelta(seconds=lasting),
        )
        # Only a project in testing says this: its consents die after seven days.
        dying = found.get("refresh_token_expires_in")
        wanted = dict.fromkeys((*FIRST_CONSENT, *(SCOPES[right] for right in asked.rights)))
        claims = _claims_of(str(found["id_token"]))
        return ConsentGiven(
            email=str(claims["email"]),
            subject=str(claims["sub"]),
            secret=grant.to_json(),
            rights=named(scopes),
            problems=tuple(what_goes_without(right) for right in missing(scopes, tuple(wanted))),
            ends_at=now + timedelta(seconds=int(dying)) if dying else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        raise strange(Sentence("a consent without all that belongs to it")) from None


def _claims_of(id_token: str) -> Mapping[str, Any]:
    payload = id_token.split(".")[1]
    claims: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims
