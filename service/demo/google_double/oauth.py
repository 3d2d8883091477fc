"""Consents, codes and tokens (https://developers.google.com/identity/protocols/oauth2/web-server).

Who asks is an OAuth client of a Cloud project; who grants is an account. Rules of death: a code after
10 minutes or one use; an access token after an hour; a refresh token when revoked, after 7 days of a
project in testing, after 6 months without use, and the oldest of more than 100 per account and client
(https://developers.google.com/identity/protocols/oauth2#expiration).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from service.demo.google_double.accounts import Account, Accounts
from service.demo.google_double.grants import Access, Client, Code, Refresh
from service.demo.google_double.wire import OAuthRefusalError, bad_credentials

IDENTITY = {
    "openid": "openid",
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}
"""The scopes of signing in, and how the token endpoint spells them."""

CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(seconds=3599)
TESTING_LIFE = timedelta(days=7)
UNUSED_LIFE = timedelta(days=182)
MOST_REFRESH_TOKENS = 100


@dataclass
class OAuth:
    accounts: Accounts
    clients: dict[str, Client] = field(default_factory=dict)
    refresh_tokens: dict[str, Refresh] = field(default_factory=dict)
    access_life: timedelta = ACCESS_LIFE
    _codes: dict[str, Code] = field(default_factory=dict)
    _access: dict[str, Access] = field(default_factory=dict)
    _consented: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    # Consent.

    def consented(self, email: str, client: str) -> frozenset[str]:
        """What this account has granted to that client so far."""
        return self._consented.get((email, client), frozenset())

    def grant(self, asked: Mapping[str, str], email: str, scopes: Iterable[str]) -> str:
        """The code for a consent to the request `asked` (the query of the authorize page)."""
        client, wanted = asked["client_id"], spelled(scopes)
        before = self.consented(email, client)
        if asked.get("include_granted_scopes") == "true":
            wanted |= before
        self._consented[(email, client)] = before | wanted
        again = asked.get("prompt", "")
        offline = asked.get("access_type") == "offline"
        code = f"4/{self.accounts.name()}"
        self._codes[code] = Code(
            client=client,
            email=email,
            scopes=wanted,
            redirect_uri=asked["redirect_uri"],
            challenge=asked.get("code_challenge", ""),
            nonce=asked.get("nonce", ""),
            gives_refresh_token=offline and (not before or "consent" in again.split()),
            until=self.accounts.now() + CODE_LIFE,
        )
        return code

    def consents(self) -> list[tuple[str, str, frozenset[str]]]:
        """Address, client and scopes of everything that was granted so far."""
        return [(*who, scopes) for who, scopes in self._consented.items()]

    def restore_consents(self, found: Iterable[tuple[str, str, frozenset[str]]]) -> None:
        self._consented = {(email, client): scopes for email, client, scopes in found}

    # The token endpoint.

    def token(self, form: Mapping[str, str], authorization: str = "") -> dict[str, Any]:
        """RFC 6749 sections 4.1.3 and 6.

        Raises:
            OAuthRefusalError: with the error of section 5.2.
        """
        client = self._client(form, authorization)
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._exchange(client, form)
        if kind == "refresh_token":
            return self._renew(client, form.get("refresh_token", ""))
        raise OAuthRefusalError("unsupported_grant_type", f"Invalid grant_type: {kind}")

    def issue(self, client: Client, email: str, scopes: frozenset[str]) -> Refresh:
        """A refresh token as it comes from a consent just now."""
        now = self.accounts.now()
        made = Refresh(f"1//{self.accounts.name()}", client.id, email, scopes, now, now)
        self.refresh_tokens[made.token] = made
        mine = [
            each
            for each in self.refresh_tokens.values()
            if (each.client, each.email, each.revoked) == (client.id, email, False)
        ]
        for oldest in mine[:-MOST_REFRESH_TOKENS]:
            oldest.revoked = True
        return made

    def access(self, client: str, email: str, scopes: frozenset[str], refresh: str | None = None) -> str:
        token = f"ya29.{self.accounts.name()}"
        until = self.accounts.now() + self.access_life
        self._access[token] = Access(client, email, scopes, until, refresh)
        return token

    def _client(self, form: Mapping[str, str], authorization: str) -> Client:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        if authorization.startswith("Basic "):
            try:
                client_id, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            except ValueError:
                raise OAuthRefusalError("invalid_client", "Unauthorized", 401) from None
        client = self.clients.get(client_id)
        if client is None:
            raise OAuthRefusalError("invalid_client", "The OAuth client was not found.", 401)
        if client.deleted:
            raise OAuthRefusalError("deleted_client", "The OAuth client was deleted.", 401)
        if client.secret != secret:
            raise OAuthRefusalError("invalid_client", "Unauthorized", 401)
        return client

    def _exchange(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.client != client.id or code.until <= self.accounts.now():
            raise OAuthRefusalError("invalid_grant", "Malformed auth code.")
        if code.redirect_uri != form.get("redirect_uri"):
            raise OAuthRefusalError("redirect_uri_mismatch")
        if code.challenge and code.challenge != challenge_of(form.get("code_verifier", "")):
            raise OAuthRefusalError("invalid_grant", "Invalid code verifier.")
        refresh = self.issue(client, code.email, code.scopes) if code.gives_refresh_token else None
        answer = self._answer(client, code.email, code.scopes, refresh.token if refresh else None, code.nonce)
        if refresh is not None:
            answer["refresh_token"] = refresh.token
            if client.testing:
                answer["refresh_token_expires_in"] = int(TESTING_LIFE.total_seconds()) - 1
        return answer

    def _renew(self, client: Client, token: str) -> dict[str, Any]:
        refresh = self.refresh_tokens.get(token)
        if refresh is None or refresh.client != client.id or not self._lives(refresh):
            raise OAuthRefusalError("invalid_grant", "Token has been expired or revoked.")
        refresh.used_at = self.accounts.now()
        return self._answer(client, refresh.email, refresh.scopes, token, "")

    def _lives(self, refresh: Refresh) -> bool:
        now = self.accounts.now()
        client = self.clients.get(refresh.client)
        if client is None or refresh.revoked or now - refresh.used_at >= UNUSED_LIFE:
            return False
        return not (client.testing and now - refresh.granted_at >= TESTING_LIFE)

    def _answer(
        self, client: Client, email: str, scopes: frozenset[str], refresh: str | None, nonce: str
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "access_token": self.access(client.id, email, scopes, refresh),
            "expires_in": int(self.access_life.total_seconds()),
            "scope": " ".join(sorted(scopes)),
            "token_type": "Bearer",
        }
        if "openid" in scopes:
            answer["id_token"] = self._id_token(client.id, self.accounts.accounts[email], nonce)
        return answer

    def _id_token(self, client: str, account: Account, nonce: str) -> str:
        """As OpenID Connect lays it out; the signature is none, for nobody has this Google's keys."""
        now = int(self.accounts.now().timestamp())
        claims: dict[str, Any] = {
            "iss": "https://accounts.google.com",
            "azp": client,
            "aud": client,
            "sub": account.subject,
            "email": account.email,
            "email_verified": True,
            "iat": now,
            "exp": now + 3600,
        }
        if nonce:
            claims["nonce"] = nonce
        parts = ({"alg": "RS256", "kid": "double", "typ": "JWT"}, claims)
        return ".".join([*(_unpadded(json.dumps(part).encode()) for part in parts), _unpadded(b"double")])

    # Bearers.

    def bearer(self, authorization: str) -> tuple[Account, str, frozenset[str]]:
        """Whose token it is, which client's, and its scopes.

        Raises:
            RefusalError: 401, it is none or has ended.
        """
        found = self._access.get(authorization.removeprefix("Bearer "))
        if found is None or found.until <= self.accounts.now():
            raise bad_credentials()
        refresh = self.refresh_tokens.get(found.refresh or "")
        if refresh is not None and refresh.revoked:
            raise bad_credentials()
        return self.accounts.accounts[found.email], found.client, found.scopes

    def userinfo(self, authorization: str) -> dict[str, Any]:
        account, _client, scopes = self.bearer(authorization)
        if "openid" not in scopes:
            raise bad_credentials()
        said: dict[str, Any] = {"sub": account.subject}
        if IDENTITY["email"] in scopes:
            said |= {"email": account.email, "email_verified": True}
        return said

    def revoke(self, token: str) -> None:
        """Everything that this account granted to that client ends, whichever of its tokens was sent.

        Raises:
            OAuthRefusalError: invalid_token, there is no such token.
        """
        access = self._access.get(token)
        refresh = self.refresh_tokens.get(token)
        found = refresh or access
        if found is None or (refresh is not None and refresh.revoked):
            raise OAuthRefusalError("invalid_token", "Token expired or revoked")
        self.forget(found.email, found.client)

    def forget(self, email: str, client: str | None = None) -> None:
        """The account takes back what it granted, to one client or to all."""
        for each in self.refresh_tokens.values():
            if each.email == email and client in (None, each.client):
                each.revoked = True
        for granted in list(self._consented):
            if granted[0] == email and client in (None, granted[1]):
                del self._consented[granted]
        self._access = {
            token: each
            for token, each in self._access.items()
            if not (each.email == email and client in (None, each.client))
        }

    def rename(self, email: str, new: str) -> None:
        """What was granted under one address holds under the other."""
        for refresh in self.refresh_tokens.values():
            refresh.email = new if refresh.email == email else refresh.email
        for access in self._access.values():
            access.email = new if access.email == email else access.email
        for granted in [each for each in self._consented if each[0] == email]:
            self._consented[(new, granted[1])] = self._consented.pop(granted)

    def expire_access_tokens(self) -> None:
        """Every access token is refused from now on, before its time; refreshing still works."""
        self._access.clear()


def spelled(scopes: Iterable[str]) -> frozenset[str]:
    return frozenset(IDENTITY.get(scope, scope) for scope in scopes)


def challenge_of(verifier: str) -> str:
    """S256 (RFC 7636 section 4.2)."""
    return _unpadded(hashlib.sha256(verifier.encode()).digest())


def _unpadded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
