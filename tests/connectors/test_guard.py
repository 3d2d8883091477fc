"""Nobody's server may make us send a password in the clear, reach inside a home, hang, or fill up."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from connectors.caldav import CalDavAccount, CalDavConnector
from connectors.caldav.locating import _well_known
from connectors.errors import (
    AccessDeniedError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    UnavailableError,
    UnsafeAddressError,
)
from connectors.guard import GuardedSession, check_address, is_public, plain_error
from tests.connectors.hostile import running_hostile_server, self_signed_certificate
from tests.connectors.worlds import LOOPBACK, NOW

SOON = 0.6


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    with running_hostile_server() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def hostile_tls(certificate: Path) -> Iterator[str]:
    with running_hostile_server(certificate) as port:
        yield f"https://127.0.0.1:{port}"


def ask(url: str, *, allow: frozenset[str] = LOOPBACK) -> ConnectorError:
    """The error that a connector with this address ends in."""
    account = CalDavAccount(url, "ana", "hunter2")
    connector = CalDavConnector(
        account, clock=lambda: NOW, sleep=lambda _: None, allow_private_hosts=allow, total_seconds=SOON
    )
    try:
        with pytest.raises(ConnectorError) as raised:
            connector.list_calendars()
    finally:
        connector.close()
    assert "hunter2" not in f"{raised.value} {raised.value!r} {account}"
    return raised.value


def impatient() -> GuardedSession:
    return GuardedSession(allow_private_hosts=LOOPBACK, total_seconds=SOON)


@pytest.mark.parametrize(
    ("path", "error", "sentence"),
    [
        ("/bomb", BadResponseError, "larger than 8 MB"),
        ("/endless", BadResponseError, "larger than 8 MB"),
        ("/endless-redirect", BadResponseError, "larger than 8 MB"),
        ("/half", UnavailableError, "hung up"),
        ("/page", BadResponseError, "answers with a web page, not with CalDAV"),
        ("/page-207", BadResponseError, "answers with a web page"),
        ("/broken", BadResponseError, "broken XML"),
        ("/empty", BadResponseError, "sent no multistatus"),
        ("/nameless", BadResponseError, "nameless item"),
        ("/other-host", BadResponseError, "items of another host"),
        ("/laughs", BadResponseError, "broken XML"),
        ("/outside-file", BadResponseError, "nameless item"),
        ("/outside-http", BadResponseError, "nameless item"),
        ("/deep", BadResponseError, "broken XML"),
        ("/other-words", BadResponseError, "sent no multistatus"),
        ("/bad-utf-8", BadResponseError, "broken XML"),
        ("/to-file", CalendarGoneError, "sends on to"),
        ("/to-loopback", CalendarGoneError, "sends on to http://127.0.0.1:1025/dav/"),
        ("/to-other", CalendarGoneError, "sends on to https://dav.example.org/"),
        ("/elsewhere", CalendarGoneError, "sends on to http://169.254.169.254/latest/"),
        ("/loop", BadResponseError, "redirects without end"),
        ("/missing", CalendarGoneError, "There is no calendar at"),
        ("/forbidden", AccessDeniedError, "does not allow this"),
        ("/error", UnavailableError, "could not answer (500)"),
        ("/teapot", BadResponseError, "unknown to CalDAV (418)"),
    ],
)
def test_nonsense_ends_in_one_plain_sentence(
    hostile: str, path: str, error: type[ConnectorError], sentence: str
) -> None:
    raised = ask(hostile + path)
    assert isinstance(raised, error)
    assert sentence in raised.detail
    assert raised.operation


@pytest.mark.parametrize("path", ["/drip", "/header-drip", "/silence"])
def test_a_server_that_stalls_is_cut_off_in_time(hostile: str, path: str) -> None:
    before = time.monotonic()
    with impatient() as session, pytest.raises((UnavailableError, requests.Timeout)):
        session.get(hostile + path)
    assert time.monotonic() - before < SOON + 1


def test_a_stalled_tls_connection_is_cut_off_in_time(hostile_tls: str, certificate: Path) -> None:
    before = time.monotonic()
    with impatient() as session, pytest.raises(UnavailableError):
        session.get(hostile_tls + "/drip", verify=str(certificate))
    assert time.monotonic() - before < SOON + 1


def test_the_endless_body_of_a_redirect_is_not_read_to_its_end(hostile: str) -> None:
    before = time.monotonic()
    with (
        GuardedSession(allow_private_hosts=LOOPBACK, total_seconds=20) as session,
        pytest.raises(BadResponseError),
    ):
        session.get(hostile + "/endless-redirect")
    assert time.monotonic() - before < 10


def test_a_session_goes_on_after_a_cut(hostile: str) -> None:
    with impatient() as session:
        with pytest.raises(UnavailableError):
            session.get(hostile + "/drip")
        assert session.get(hostile + "/missing").status_code == 404


def test_a_certificate_nobody_vouches_for_is_refused(hostile_tls: str) -> None:
    raised = ask(hostile_tls + "/page")
    assert isinstance(raised, UnsafeAddressError)
    assert "The certificate of 127.0.0.1 is not valid" in raised.detail


@pytest.mark.parametrize(
    ("address", "expired", "reason"),
    [("127.0.0.1", True, "expired"), ("127.0.0.2", False, "IP address mismatch")],
)
def test_a_vouched_for_certificate_that_is_old_or_anothers_is_refused(
    tmp_path: Path, address: str, expired: bool, reason: str
) -> None:
    file = self_signed_certificate(tmp_path, address=address, expired=expired)
    with running_hostile_server(file) as port, impatient() as session:
        url = f"https://127.0.0.1:{port}/page"
        with pytest.raises(requests.exceptions.SSLError) as raised:
            session.get(url, verify=str(file))
    said = plain_error(raised.value, url)
    assert isinstance(said, UnsafeAddressError)
    assert reason in said.detail


def test_nobody_is_sent_on_from_https_to_http(certificate: Path) -> None:
    with running_hostile_server(certificate, else_="/to-loopback") as port, impatient() as session:
        session.verify = str(certificate)
        with pytest.raises(UnsafeAddressError, match="without encryption"):
            _well_known(f"https://127.0.0.1:{port}", session, LOOPBACK)


def test_a_name_that_resolves_anew_to_this_machine_is_refused_on_the_connected_socket(
    hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(hostile.rpartition(":")[2])
    public, here = (
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("93.184.216.34", "127.0.0.1")
    )
    for answers in ([[here]], [[public], [here]], [[public, here]]):
        said = iter(answers)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, said=said, **_named: next(said))
        with impatient() as session:
            for last in [*[False] * (len(answers) - 1), True]:
                with pytest.raises(UnsafeAddressError if last else requests.ConnectionError):
                    session.get(f"https://cloud.example.org:{port}/page")


def test_https_to_a_plain_port_is_said(hostile: str) -> None:
    raised = ask(hostile.replace("http", "https") + "/page")
    assert isinstance(raised, UnsafeAddressError | UnavailableError)


def test_a_closed_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_in_a_moment:
        port = closed_in_a_moment.getsockname()[1]
    raised = ask(f"http://127.0.0.1:{port}/")
    assert isinstance(raised, UnavailableError)
    assert raised.detail == f"Nothing answers at 127.0.0.1:{port}."


def test_a_server_that_does_not_exist_is_said() -> None:
    raised = ask("https://no-such-server.invalid/")
    assert isinstance(raised, CalendarGoneError | UnavailableError)
    assert "no-such-server.invalid" in raised.detail


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "0177.0.0.1", "127.1"])
def test_no_spelling_of_this_machine_is_reached_unasked(hostile: str, host: str) -> None:
    port = hostile.rpartition(":")[2]
    for scheme in ("http", "https"):
        raised = ask(f"{scheme}://{host}:{port}/page", allow=frozenset())
        assert isinstance(raised, UnsafeAddressError)


def test_an_allowed_host_is_allowed_by_its_exact_name(hostile: str) -> None:
    port = hostile.rpartition(":")[2]
    raised = ask(f"http://localhost:{port}/page", allow=frozenset({"127.0.0.1"}))
    assert isinstance(raised, UnsafeAddressError)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://cloud.example.org/dav/", "plain http to a public host"),
        ("http://nas.local.example.org/", "plain http to a public host"),
        ("https://ana:hunter2@cloud.example.org/", "do not belong in the address"),
        ("https://cloud.example.org:25/", "another kind of service"),
        ("ftp://cloud.example.org/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https:///dav/", "https://"),
        ("https://cloud.example.org/a\r\nHost: evil", "control characters"),
        ("https://cloud.example.org\\@evil.example/", "do not belong in the address"),
        ("https://\u0430pple.com/", "xn--pple-43d.com"),
        ("https://１２７.0.0.1/", "127.0.0.1"),
        ("https://" + "ü" * 70 + ".org/", "not a valid one"),
        ("https://[::1/", "not a valid URL"),
        ("https://cloud.example.org:port/", "not a valid URL"),
    ],
)
def test_an_unsafe_address_is_refused_by_its_spelling(url: str, sentence: str) -> None:
    with pytest.raises(UnsafeAddressError) as raised:
        check_address(url, frozenset({"nas"}))
    assert sentence in raised.value.detail
    assert "hunter2" not in str(raised.value)


def test_what_stands_behind_a_hash_names_no_server(hostile: str) -> None:
    assert ask(hostile + "/missing#@evil.example/").detail.startswith(
        "There is no calendar at http://127.0.0.1"
    )


def test_a_server_at_home_may_be_named() -> None:
    check_address("http://nas:5232/dav/", frozenset({"nas"}))
    check_address("https://cloud.example.org/dav/", frozenset())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "192.0.0.8", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001::1",
    ],
)  # fmt: skip
def test_addresses_inside_somebodys_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_the_environment_names_no_proxy_and_no_password(
    hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with impatient() as session:
        assert session.get(hostile + "/missing").status_code == 404
