"""Somebody who publishes a calendar: a real little HTTP server on loopback, and the file in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from connectors.errors import ConnectorError, UnavailableError
from connectors.feed import FeedSource
from connectors.feed.memory import MemoryFeed
from connectors.model import TimeRange, Watch
from connectors.protocol import BusySource

SECRET_PATH = "/private-7f3a9c/calendar.ics"
LOOPBACK = frozenset({"127.0.0.1"})
WATCH = Watch(
    TimeRange(datetime(2026, 10, 4, 22, tzinfo=UTC), datetime(2026, 10, 25, 22, tzinfo=UTC)),
    "Europe/Berlin",
    addresses=("ana@example.org",),
)
"""Three weeks of October in Berlin."""


@dataclass
class Publisher:
    """What the server answers at `SECRET_PATH`, whatever the query; `asked` are the headers that came."""

    port: int
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    moved_to: str | None = None
    asked: list[Message] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{SECRET_PATH}"

    def publish(self, text: str, *, etag: str | None = None, last_modified: str | None = None) -> None:
        self.body, self.status = text.encode(), 200
        named = {"ETag": etag, "Last-Modified": last_modified}
        self.headers = {name: value for name, value in named.items() if value}

    def answer(self, path: str, asked: Message) -> tuple[int, Mapping[str, str], bytes]:
        self.asked.append(asked)
        if self.moved_to is not None and path == SECRET_PATH:
            return 302, {"Location": self.moved_to}, b""
        if self.status == 200 and self._is_unchanged(asked):
            return 304, self.headers, b""
        return self.status, self.headers, self.body

    def _is_unchanged(self, asked: Message) -> bool:
        """RFC 9110 section 13.2.2: If-None-Match decides alone where it stands."""
        for condition, name in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            if asked[condition] is not None:
                return bool(asked[condition] == self.headers.get(name))
        return False


@contextmanager
def running_publisher() -> Iterator[Publisher]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = publisher.answer(self.path, self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        publisher = Publisher(server.server_port)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield publisher
        finally:
            server.shutdown()
            thread.join()


class FeedWorld(Protocol):
    """What a contract test needs: a source, and the one who publishes what it reads."""

    def source(self) -> BusySource: ...

    def publish(self, text: str) -> None: ...

    def break_down(self) -> None:
        """From now on there is no answer that could be read."""
        ...


class MemoryFeedWorld:
    def __init__(self) -> None:
        self._feed = MemoryFeed()

    def source(self) -> BusySource:
        return self._feed

    def publish(self, text: str) -> None:
        self._feed.text, self._feed.broken = text, None

    def break_down(self) -> None:
        self._feed.broken = a_breakdown()


class HttpFeedWorld:
    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def source(self) -> BusySource:
        return FeedSource(self._publisher.url, label="Roster", allow_private_hosts=LOOPBACK)

    def publish(self, text: str) -> None:
        self._publisher.publish(text, etag=f'"{hash(text)}"')

    def break_down(self) -> None:
        self._publisher.status = 500


def a_breakdown() -> ConnectorError:
    return UnavailableError("No answer.")
