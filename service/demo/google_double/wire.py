"""One request and one answer, however they travel, and the refusals as Google words them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

JSON = {"content-type": "application/json; charset=UTF-8"}


@dataclass(frozen=True, slots=True)
class Request:
    """As it came in. Header names are in lower case; `path` is still quoted."""

    verb: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, verb: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
        """A GET may come as a POST with its query for a body: Google's client does that with addresses
        beyond 2048 characters (googleapiclient/http.py, MAX_URI_LENGTH)."""
        parts = urlsplit(target)
        lower = {name.lower(): value for name, value in headers.items()}
        query = parts.query
        if verb == "POST" and lower.get("x-http-method-override") == "GET":
            verb, query, body = "GET", body.decode(errors="replace"), b""
        return cls(verb, parts.path, parse_qs(query, keep_blank_values=True), lower, body)

    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(errors="replace")).items()}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of_json(cls, found: Any, status: int = 200, **headers: str) -> Answer:
        return cls(status, {**JSON, **headers}, json.dumps(found).encode())


class RefusalError(Exception):
    """The API says no, in its error format
    (https://developers.google.com/workspace/calendar/api/guides/errors)."""

    def __init__(
        self, status: int, reason: str, message: str = "", *, location: str = "", where: str = "parameter"
    ) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message or reason
        self.about = {"location": location, "locationType": where} if location else {}

    def answer(self, **headers: str) -> Answer:
        inner = {"domain": "global", "reason": self.reason, "message": self.message, **self.about}
        body: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [inner]}
        if self.status == 401:
            body["status"] = "UNAUTHENTICATED"
        if self.reason == "insufficientPermissions":
            body |= {
                "status": "PERMISSION_DENIED",
                "details": [
                    {
                        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                        "domain": "googleapis.com",
                    }
                ],
            }
        return Answer.of_json({"error": body}, self.status, **headers)


class OAuthRefusalError(Exception):
    """The token endpoint says no (RFC 6749 section 5.2)."""

    def __init__(self, error: str, description: str = "Bad Request", status: int = 400) -> None:
        super().__init__(error)
        self._found = {"error": error, "error_description": description}
        self._status = status

    def answer(self) -> Answer:
        return Answer.of_json(self._found, self._status)


def not_found() -> RefusalError:
    return RefusalError(404, "notFound", "Not Found")


def bad_credentials() -> RefusalError:
    return RefusalError(401, "authError", "Invalid Credentials", location="Authorization", where="header")
