"""The two ways to the double: an `httplib2.Http` in the same process, and HTTP on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httplib2

from service.demo.google_double.consent import AUTHORIZE
from service.demo.google_double.discovery import BASE_PATH
from service.demo.google_double.double import BrokenDoubleError, GoogleDouble
from service.demo.google_double.wire import RefusalError, Request

HOST = "127.0.0.1"


class InProcessHttp:
    """What Google's client and google-auth take for an `httplib2.Http`. Every request goes out once.

    With a token it is signed in; without one, whoever wraps it signs in.
    """

    def __init__(self, double: GoogleDouble, access_token: str | None = None) -> None:
        self._double = double
        self._token = access_token

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[httplib2.Response, bytes]:
        """Raises ConnectionResetError where the double hangs up."""
        sent = dict(headers or {})
        if self._token is not None:
            sent["authorization"] = f"Bearer {self._token}"
        raw = body.encode() if isinstance(body, str) else body or b""
        parts = urlsplit(uri)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = self._double.answer(Request.of(method, target, sent, raw))
        if answer is None:
            raise ConnectionResetError("the double hung up")
        return httplib2.Response({**answer.headers, "status": str(answer.status)}), answer.body

    def close(self) -> None:
        """There is nothing to close."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where the double is on loopback; `url` ends with a slash."""

    url: str

    @property
    def api(self) -> str:
        return f"{self.url.removesuffix('/')}{BASE_PATH}"

    @property
    def authorize(self) -> str:
        return f"{self.url.removesuffix('/')}{AUTHORIZE}"

    @property
    def token(self) -> str:
        return f"{self.url}token"

    @property
    def revoke(self) -> str:
        return f"{self.url}revoke"

    @property
    def userinfo(self) -> str:
        return f"{self.url}v1/userinfo"


@contextmanager
def serving(double: GoogleDouble, *, port: int = 0) -> Iterator[Served]:
    """The double on loopback for as long as the block lasts; port 0 is any free one."""
    server = ThreadingHTTPServer((HOST, port), _handler(double))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Served(f"http://{HOST}:{server.server_port}/")
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _handler(double: GoogleDouble) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request.of(self.command, self.path, dict(self.headers.items()), body)
            try:
                answer = double.answer(request)
            except BrokenDoubleError as broken:
                answer = RefusalError(500, "backendError", str(broken)).answer()
            if answer is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Addresses hold codes and ids of calendars."""

    return Handler
