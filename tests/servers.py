"""Real CalDAV servers on loopback for tests: Radicale in this process, Xandikos as a subprocess.

Both answer on 127.0.0.1 with basic authentication and keep their data in the folder they are given.
"""

from __future__ import annotations

import base64
import http.client
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import radicale.app
import radicale.config


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class _ThreadingWSGIServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def running_radicale(
    users: Mapping[str, str], folder: Path, *, read_only: str | None = None
) -> Iterator[str]:
    """A Radicale with these users (name to password) and their homes; yields its base URL.

    `folder` holds the user file and the data; the same folder brings the same calendars back.
    Calendars whose name in the URL begins with `read_only` can be written by the user `admin` alone.
    """
    user_file = folder / "users"
    user_file.write_text("".join(f"{name}:{password}\n" for name, password in users.items()))
    config = radicale.config.load()
    config.update(
        {
            "auth": {
                "type": "htpasswd",
                "htpasswd_filename": str(user_file),
                "htpasswd_encryption": "plain",
                "delay": "0",
            },
            "rights": _rights(folder, read_only),
            "storage": {"filesystem_folder": str(folder / "data"), "_filesystem_fsync": "False"},
        },
        "tests",
        privileged=True,
    )
    logging.getLogger("radicale").setLevel(logging.CRITICAL + 1)
    application = radicale.app.Application(config)
    server = make_server("127.0.0.1", 0, application, _ThreadingWSGIServer, _QuietHandler)
    with _serving(server):
        yield f"http://127.0.0.1:{server.server_port}/"


def _rights(folder: Path, read_only: str | None) -> dict[str, str]:
    if read_only is None:
        return {"type": "owner_only"}
    rules = {
        "admin": ("admin", ".*", "RrWw"),
        "root": (".+", "", "R"),
        "home": (".+", "{user}", "RW"),
        "read-only": (".+", f"{{user}}/{read_only}.*", "r"),
        "calendars": (".+", "{user}/[^/]+", "rw"),
    }
    lines = (
        f"[{name}]\nuser: {user}\ncollection: {collection}\npermissions: {permissions}\n"
        for name, (user, collection, permissions) in rules.items()
    )
    (folder / "rights").write_text("".join(lines))
    return {"type": "from_file", "file": str(folder / "rights")}


@contextmanager
def running_xandikos(users: Mapping[str, str], folder: Path) -> Iterator[str]:
    """A Xandikos with these users and their homes; yields the base URL of the door before it.

    Xandikos itself checks no password without TLS, so a small door does, and names the user to it.
    """
    port = _free_port()
    command = [
        *(str(Path(sys.executable).parent / "xandikos"), "multi-user", "-d", str(folder / "data")),
        *("--state-dir", str(folder / "state"), "-l", "127.0.0.1", "-p", str(port)),
        *("--defaults", "--no-detect-systemd", "--trust-x-remote-user-from", "127.0.0.1"),
    ]
    (folder / "data").mkdir(exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for(port, process, folder / "log")
        with running_door(f"http://127.0.0.1:{port}/", users=users) as door:
            yield door.url
    finally:
        process.terminate()
        process.wait(timeout=10)


class Door:
    """A small HTTP proxy before a server. `on_request` and `on_reply` may change what passes."""

    def __init__(self, upstream: str, users: Mapping[str, str] | None = None) -> None:
        self.upstream = urlsplit(upstream)
        self.users = users
        self.url = ""
        self.seen: list[tuple[str, str]] = []

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        """The reply to send back, `None` to hang up instead. Subclasses do mischief here."""
        self.seen.append((method, path))
        return self.forward(method, path, headers, body)

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        connection = http.client.HTTPConnection(self.upstream.hostname or "", self.upstream.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return Reply(reply.status, dict(reply.getheaders()), reply.read())
        finally:
            connection.close()

    def user_of(self, headers: Mapping[str, str]) -> str | None:
        kind, _, token = headers.get("Authorization", "").partition(" ")
        name, _, password = base64.b64decode(token if kind == "Basic" else "").decode().partition(":")
        return name if self.users is not None and self.users.get(name) == password else None


class Reply:
    def __init__(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.status = status
        self.headers = headers or {}
        self.body = body


@contextmanager
def running_door(
    upstream: str, *, users: Mapping[str, str] | None = None, door: Door | None = None
) -> Iterator[Door]:
    """A door before `upstream`; with `users` it checks passwords and sets X-Remote-User."""
    door = door or Door(upstream, users)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _door_handler(door))
    server.daemon_threads = True
    door.url = f"http://127.0.0.1:{server.server_port}/"
    with _serving(server):
        yield door


def _door_handler(door: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            own = {"connection", "content-length"}
            headers = {k: v for k, v in self.headers.items() if k.lower() not in own}
            if door.users is not None:
                user = door.user_of(headers)
                if user is None:
                    self._send(Reply(401, {"WWW-Authenticate": 'Basic realm="door"'}))
                    return
                headers["X-Remote-User"] = user
            reply = door.pass_on(self.command, self.path, headers, body)
            if reply is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self._send(reply)

        def _send(self, reply: Reply) -> None:
            self.send_response_only(reply.status)
            hop = {"transfer-encoding", "content-length", "connection"}
            for name, value in reply.headers.items():
                if name.lower() not in hop:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    for method in ("GET", "PUT", "POST", "PATCH", "DELETE", "PROPFIND", "PROPPATCH", "REPORT", "MKCALENDAR"):
        setattr(Handler, f"do_{method}", Handler._answer)
    return Handler


@contextmanager
def _serving(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.02)
    raise RuntimeError(f"Xandikos did not start: {log.read_text()[-2000:]}")
