"""One request of Google's client to one reply, and the border where its exceptions become ours.

The resources are made once and kept, for the client builds a class at each call otherwise. Discovery
is the document that comes with the client; nothing is fetched. Reads are asked again with patience,
writes are sent once. Importing this module costs 30 MB: connectors/google/__init__.py waits with it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from connectors.errors import ConnectorError, UnavailableError
from connectors.google import rights
from connectors.google.credentials import GoogleCredentials
from connectors.google.errors import error_of, right_missing
from connectors.google.refusals import Doing, Refusal, Verdict, judge, read_refusal
from connectors.google.wire import Wire
from connectors.model import ETag
from connectors.retry import Patience, read_patiently
from connectors.sentences import Sentence

# It quotes the bodies of refusals, and an error page is a stranger's text.
logging.getLogger("googleapiclient.http").setLevel(logging.ERROR)

_FOR_THE_CALLER: frozenset[Verdict] = frozenset(("start over", "not there", "taken", "edited", "not allowed"))

Request = Any
"""A `googleapiclient.http.HttpRequest`; the client comes without types."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that its caller has to judge: done, or one of the refusals that concern one thing."""

    verdict: Verdict
    body: Mapping[str, Any] = field(default_factory=dict)
    refusal: Refusal = Refusal(200)  # noqa: RUF009  (frozen)


class CalendarApi:
    """Google's Calendar API for one account.

    Every request raises the errors that concern the whole account or the way to it: `AuthExpiredError`,
    `RightMissingError`, `RetryLaterError`, `BadResponseError`; other refusals are returned.
    """

    def __init__(
        self,
        wire: Wire,
        credentials: GoogleCredentials,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        patience: Patience | None = None,
    ) -> None:
        service = build(
            "calendar",
            "v3",
            http=wire,
            static_discovery=True,
            cache_discovery=False,
            client_options={"api_endpoint": credentials.app.endpoints.api},
        )
        self.events = service.events()
        self.calendars = service.calendars()
        self.calendar_list = service.calendarList()
        self.freebusy = service.freebusy()
        self.wire = wire
        self._label = credentials.label
        self._clock = clock
        self._sleep = sleep
        self._patience = patience

    def may(self, right: str) -> bool:
        """Whether that right was granted, as far as the last answer of Google's told."""
        return rights.has(self.wire.tokens.grant.rights, right)

    def insist_on(self, right: str) -> None:
        """Raise `RightMissingError` without asking Google, if that right was not granted."""
        if not self.may(right):
            raise self._named(right_missing(right), "")

    def read(self, request: Request, *, right: str, doing: Doing = "reading") -> Reply:
        """Send a request that changes nothing, again if need be. `right` is the one it needs."""
        return read_patiently(
            lambda: self._send(request, right, doing), sleep=self._sleep, patience=self._patience
        )

    def write(self, request: Request, *, right: str, etag: ETag | None = None) -> Reply:
        """Send a request that changes something, once; with `etag`, only if that still holds."""
        if etag is not None:
            request.headers["If-Match"] = etag
        self.wire.traffic.writes += 1
        return self._send(request, right, "writing")

    def _send(self, request: Request, right: str, doing: Doing) -> Reply:
        try:
            body = request.execute(http=self.wire)
        except HttpError as error:
            refusal = read_refusal(error.resp.status, error.content, error.resp, now=self._clock())
            verdict = judge(refusal, doing)
            if verdict in _FOR_THE_CALLER:
                return Reply(verdict, refusal=refusal)
            raise self._named(error_of(verdict, refusal, right=right), request.methodId) from None
        except ConnectorError as error:
            raise self._named(error, request.methodId) from None
        if body in ("", b""):  # a method that has nothing to say, such as delete
            body = {}
        if not isinstance(body, dict):  # the client hands on what is no JSON, or half of it, as it came
            cut = UnavailableError(Sentence("Google's answer was cut short, or was not Google's."))
            raise self._named(cut, request.methodId)
        return Reply("done", body)

    def _named(self, error: ConnectorError, operation: str) -> ConnectorError:
        error.connector = error.connector or self._label
        error.operation = error.operation or operation
        return error
