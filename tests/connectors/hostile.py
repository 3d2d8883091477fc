"""A server that means no good: raw sockets, one misbehaviour per path, plain or with a bad certificate."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Misbehaviour = Callable[[socket.socket, threading.Event], None]

_BOMB = gzip.compress(b" " * 40_000_000)


def _bomb(client: socket.socket, _: threading.Event) -> None:
    head = f"HTTP/1.1 207 Multi-Status\r\nContent-Encoding: gzip\r\nContent-Length: {len(_BOMB)}\r\n\r\n"
    client.sendall(head.encode() + _BOMB)


def _endless(client: socket.socket, over: threading.Event) -> None:
    client.sendall(b"HTTP/1.1 207 Multi-Status\r\n\r\n")
    while not over.is_set():
        client.sendall(b"<x/>" * 16_384)


def _endless_redirect(client: socket.socket, over: threading.Event) -> None:
    client.sendall(b"HTTP/1.1 302 Found\r\nLocation: /endless\r\n\r\n")
    while not over.is_set():
        client.sendall(b"<x/>" * 16_384)


def _drip(client: socket.socket, over: threading.Event) -> None:
    client.sendall(b"HTTP/1.1 207 Multi-Status\r\nContent-Length: 100000\r\n\r\n")
    while not over.wait(0.02):
        client.sendall(b"<")


def _header_drip(client: socket.socket, over: threading.Event) -> None:
    client.sendall(b"HTTP/1.1 207 Multi-Status\r\nX-Slow: ")
    while not over.wait(0.02):
        client.sendall(b"a")


def _silence(client: socket.socket, over: threading.Event) -> None:
    over.wait()


def _half(client: socket.socket, _: threading.Event) -> None:
    client.sendall(b"HTTP/1.1 207 Multi-Status\r\nContent-Length: 1000\r\n\r\n<half/>")


def _fixed(status: str, body: bytes = b"", *headers: str) -> Misbehaviour:
    def answer(client: socket.socket, _: threading.Event) -> None:
        lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers)
        client.sendall("\r\n".join((*lines, "", "")).encode() + body)

    return answer


_XML = "Content-Type: text/xml"
_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><D:multistatus xmlns:D='DAV:'>&j;</D:multistatus>"
)

_OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "%s">]>'
    b"<D:multistatus xmlns:D='DAV:'><D:response><D:href>&a;</D:href></D:response></D:multistatus>"
)
_OTHER_WORDS = b"<D:multistatus xmlns:D='http://example.org/DAV'><D:response><D:href>/</D:href></D:response></D:multistatus>"

MISBEHAVIOURS: dict[str, Misbehaviour] = {
    "/bomb": _bomb,
    "/endless": _endless,
    "/endless-redirect": _endless_redirect,
    "/drip": _drip,
    "/header-drip": _header_drip,
    "/silence": _silence,
    "/half": _half,
    "/page": _fixed("200 OK", b"<!DOCTYPE html><html><form>Sign in</form></html>", "Content-Type: text/html"),
    "/page-207": _fixed("207 Multi-Status", b"<html><p>Sign in<p></html>", "Content-Type: text/html"),
    "/broken": _fixed("207 Multi-Status", b"<D:multistatus xmlns:D='DAV:'><D:resp", _XML),
    "/empty": _fixed("207 Multi-Status"),
    "/nameless": _fixed(
        "207 Multi-Status", b"<D:multistatus xmlns:D='DAV:'><D:response/></D:multistatus>", _XML
    ),
    "/other-host": _fixed(
        "207 Multi-Status",
        b"<D:multistatus xmlns:D='DAV:'><D:response><D:href>http://169.254.169.254/</D:href>"
        b"</D:response></D:multistatus>",
        _XML,
    ),
    "/laughs": _fixed("207 Multi-Status", _LAUGHS, _XML),
    "/outside-file": _fixed("207 Multi-Status", _OUTSIDE % b"file:///etc/passwd", _XML),
    "/outside-http": _fixed("207 Multi-Status", _OUTSIDE % b"http://127.0.0.1:1/", _XML),
    "/deep": _fixed("207 Multi-Status", b"<D:x xmlns:D='DAV:'>" + b"<a>" * 1_000, _XML),
    "/other-words": _fixed("207 Multi-Status", _OTHER_WORDS, _XML),
    "/bad-utf-8": _fixed(
        "207 Multi-Status", b"<D:multistatus xmlns:D='DAV:'>\xff\xfe\xc3</D:multistatus>", _XML
    ),
    "/to-file": _fixed("302 Found", b"", "Location: file:///etc/passwd"),
    "/to-loopback": _fixed("302 Found", b"", "Location: http://127.0.0.1:1025/dav/"),
    "/to-other": _fixed("308 Permanent Redirect", b"", "Location: https://dav.example.org/"),
    "/elsewhere": _fixed("301 Moved Permanently", b"", "Location: http://169.254.169.254/latest/"),
    "/loop": _fixed("307 Temporary Redirect", b"", "Location: /loop"),
    "/missing": _fixed("404 Not Found"),
    "/forbidden": _fixed("403 Forbidden"),
    "/error": _fixed("500 Internal Server Error", b"Traceback", "Content-Type: text/plain"),
    "/teapot": _fixed("418 I'm a teapot"),
}


@contextmanager
def running_hostile_server(certificate: Path | None = None, *, else_: str = "/missing") -> Iterator[int]:
    """Listens on 127.0.0.1, with TLS if a certificate (and key) file is given; yields the port.

    Paths that are not in MISBEHAVIOURS are answered as `else_` is.
    """
    over = threading.Event()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

    def serve(client: socket.socket) -> None:
        with suppress(OSError), client:
            client.settimeout(10)
            wrapped = context.wrap_socket(client, server_side=True) if context is not None else client
            with wrapped:
                head = b""
                while b"\r\n\r\n" not in head:
                    received = wrapped.recv(65_536)
                    if not received:
                        return
                    head += received
                path = head.split(b" ")[1].decode()
                MISBEHAVIOURS.get(path, MISBEHAVIOURS[else_])(wrapped, over)

    def accept() -> None:
        while not over.is_set():
            with suppress(OSError):
                client, _ = listener.accept()
                threads.append(threading.Thread(target=serve, args=(client,), daemon=True))
                threads[-1].start()

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            acceptor.join(timeout=5)
            for thread in threads:
                thread.join(timeout=5)


def self_signed_certificate(folder: Path, *, address: str = "127.0.0.1", expired: bool = False) -> Path:
    """A certificate for an address that nobody vouches for, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    here = x509.IPAddress(ipaddress.ip_address(address))
    now = datetime.now(UTC) - timedelta(days=30 if expired else 0)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "self-signed.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return file
