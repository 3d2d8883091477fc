"""What Google's client sends its requests through: our guarded session, in the shape of an httplib2.Http.

httplib2 itself is not used for sending: it sends a POST again by itself when the answer is lost, and
follows redirects and proxies. Here every request goes out once, through the guard of every other
connector, with the account's token. A 401 renews the token and asks once more, for a refused request
was not carried out. One per account and connector, one request at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httplib2

from connectors.errors import ConnectorError
from connectors.google.credentials import GoogleCredentials, KeepGrant
from connectors.google.tokens import Answer, Tokens
from connectors.guard import GuardedSession, plain_error
from connectors.lanes import Lanes
from connectors.model import Traffic

TOTAL_SECONDS = 20.0
_LANES = Lanes(most_at_once=16)
"""Google is no small machine in somebody's cupboard: more accounts may be asked about at once."""


class Wire:
    """The way to Google for one account. `traffic` counts everything, renewals of the token too."""

    def __init__(
        self,
        credentials: GoogleCredentials,
        *,
        clock: Callable[[], datetime],
        keep: KeepGrant,
        allow_private_hosts: frozenset[str] = frozenset(),
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self.traffic = Traffic()
        self._session = GuardedSession(
            allow_private_hosts=allow_private_hosts, total_seconds=total_seconds, lanes=_LANES
        )
        self._token_url = credentials.app.endpoints.token
        self.tokens = Tokens(
            credentials.app.client, credentials.grant, post=self._post_form, clock=clock, keep=keep
        )

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[httplib2.Response, bytes]:
        """One request with the account's token, as `httplib2.Http.request` answers it.

        Raises:
            ConnectorError: nothing, or not all of an answer, came back; or there is no token.
        """
        sent = {**(headers or {}), "authorization": self.tokens.authorization()}
        answer = self._send(method, uri, body, sent)
        if answer.status == 401:
            self.tokens.renew()
            answer = self._send(method, uri, body, {**sent, "authorization": self.tokens.authorization()})
        return httplib2.Response({**answer.headers, "status": str(answer.status)}), answer.body

    def close(self) -> None:
        self._session.close()

    def _post_form(self, form: Mapping[str, str]) -> Answer:
        return self._send("POST", self._token_url, dict(form), {"accept": "application/json"})

    def _send(
        self, method: str, url: str, body: str | bytes | dict[str, str] | None, headers: Mapping[str, str]
    ) -> Answer:
        self.traffic.requests += 1
        try:
            response = self._session.request(
                method, url, data=body, headers={**headers, "user-agent": "Offplate"}
            )
        except ConnectorError:
            raise
        except Exception as error:
            # Without the cause, which quotes the address, and with it the ids of calendars.
            raise plain_error(error, url) from None
        names = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, names, response.content)
