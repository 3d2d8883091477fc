"""From an address to an account that works: every way there, every way it can fail, and nothing changed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import dns.flags
import dns.message
import dns.resolver
import dns.rrset
import pytest

from connectors.caldav.dns_records import ServiceRecord, look_up
from connectors.caldav.locating import NoPasswordAccessError
from connectors.caldav.onboarding import NOTHING_SAVED, CalDavOnboarding
from connectors.caldav.providers import PROVIDERS, Provider, by_address
from connectors.errors import (
    AuthExpiredError,
    BadResponseError,
    CalendarGoneError,
    RateLimitedError,
    UnavailableError,
    UnsafeAddressError,
)
from connectors.model import Found, Located
from tests.connectors.stubs import CALENDAR, COLLECTION, HOME, PRINCIPAL, StubServer, multistatus, response
from tests.connectors.worlds import LOOPBACK, PASSWORD, CalDavWorld
from tests.servers import Reply, running_door

HERE = LOOPBACK | {"localhost"}


def onboarding(
    record: ServiceRecord | None = None, *, allow: frozenset[str] = HERE, seconds: float = 10.0
) -> CalDavOnboarding:
    return CalDavOnboarding(
        allow_private_hosts=allow,
        sleep=lambda _: None,
        look_up=lambda _domain: record,
        total_seconds=seconds,
    )


def located(typed: str, record: ServiceRecord | None = None) -> Located:
    return onboarding(record).locate(typed)


@pytest.fixture
def server() -> Iterator[StubServer]:
    with running_door("http://127.0.0.1/", door=(stub := StubServer())):
        yield stub


@pytest.fixture
def other() -> Iterator[StubServer]:
    with running_door("http://127.0.0.1/", door=(stub := StubServer())):
        yield stub


# Where the account is, before a password goes anywhere.


@pytest.mark.parametrize("typed", ["ana@icloud.com", " Ana@Me.com ", "icloud.com"])
def test_a_known_provider_is_found_without_asking_anybody(typed: str) -> None:
    found = located(typed)
    assert (found.url, found.provider, found.elsewhere) == ("https://caldav.icloud.com/", "iCloud", False)
    assert "app password only" in found.advice[0]
    assert "account.apple.com" in found.advice[0]


def test_who_cannot_make_calendars_says_so_before_the_password() -> None:
    assert any("make one there first" in sentence for sentence in located("ben@posteo.de").advice)


@pytest.mark.parametrize("typed", ["ana@gmail.com", "ana@outlook.com"])
def test_a_provider_without_passwords_is_told_with_what_works_instead(typed: str) -> None:
    with pytest.raises(NoPasswordAccessError, match=r"partner\.feed"):
        located(typed)


def test_a_domain_may_say_where_its_calendars_are() -> None:
    found = located("ana@example.org", ServiceRecord("dav.example.org", 8443, "/dav/"))
    assert (found.url, found.elsewhere) == ("https://dav.example.org:8443/dav/", False)


def test_another_host_that_a_domain_names_is_shown_before_a_password_goes_there() -> None:
    found = located("ana@example.org", ServiceRecord("dav.hoster.example", 443, "/"))
    assert (found.host, found.elsewhere) == ("dav.hoster.example", True)


def test_a_domain_at_a_known_provider_gets_that_providers_advice() -> None:
    found = located("ana@example.org", ServiceRecord("caldav.fastmail.com", 443, None))
    assert (found.provider, found.elsewhere) == ("Fastmail", False)


def test_a_record_that_leads_to_another_service_is_refused() -> None:
    with pytest.raises(UnsafeAddressError, match="Port 25"):
        located("ana@example.org", ServiceRecord("mail.example.org", 25, "/"))


def test_a_record_without_a_path_leads_to_the_well_known_address_there(server: StubServer) -> None:
    port = int(server.url.rstrip("/").rpartition(":")[2])
    with pytest.raises(UnsafeAddressError, match="does not speak https"):
        located("ana@example.org", ServiceRecord("127.0.0.1", port, None))


def test_the_well_known_address_leads_on_within_the_server(server: StubServer) -> None:
    server.answers["GET", "/.well-known/caldav"] = Reply(301, {"Location": "/remote.php/dav/"})
    found = located(server.url)
    assert found == replace(
        Located(server.url + "remote.php/dav/", "127.0.0.1", provider="Nextcloud"),
        username="your Nextcloud user name",
        advice=found.advice,
    )
    assert "Devices & sessions" in found.advice[0]


def test_no_password_is_sent_on_the_way_and_the_other_host_is_named(
    server: StubServer, other: StubServer
) -> None:
    elsewhere = other.url.replace("127.0.0.1", "localhost") + "dav/"
    met: list[dict[str, str]] = []

    def send_on(headers: dict[str, str], _body: str) -> Reply:
        met.append(headers)
        return Reply(302, {"Location": elsewhere})

    server.answers["GET", "/.well-known/caldav"] = send_on
    found = located(server.url)
    assert (found.url, found.host, found.elsewhere) == (elsewhere, "localhost", True)
    assert len(met) == 1
    assert "Authorization" not in met[0]
    assert other.seen == []


def test_a_server_without_a_well_known_address_is_taken_as_it_is(server: StubServer) -> None:
    assert located(server.url).url == server.url
    server.answers["GET", "/.well-known/caldav"] = Reply(200, {"Content-Type": "text/html"}, b"<html>Hi")
    assert located(server.url).url == server.url


def test_an_address_with_a_path_is_not_questioned(server: StubServer) -> None:
    assert located(server.url + "dav/ana/").url == server.url + "dav/ana/"
    assert server.seen == []


def test_a_well_known_address_that_wants_a_password_is_the_place_itself(server: StubServer) -> None:
    server.answers["GET", "/.well-known/caldav"] = Reply(401)
    assert located(server.url).url == server.url + ".well-known/caldav"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://dav.example.org/", "plain http"),
        ("https://ana:pw@dav.example.org/", "do not belong in the address"),
        ("ftp://dav.example.org/", "does not start with https"),
    ],
)
def test_a_redirect_to_an_address_that_must_not_be_used_is_refused(
    server: StubServer, target: str, said: str
) -> None:
    server.answers["GET", "/.well-known/caldav"] = Reply(301, {"Location": target})
    with pytest.raises(UnsafeAddressError, match=said):
        located(server.url)


def test_a_redirect_into_the_private_network_is_refused(server: StubServer, other: StubServer) -> None:
    elsewhere = other.url.replace("127.0.0.1", "localhost")
    server.answers["GET", "/.well-known/caldav"] = Reply(301, {"Location": elsewhere})
    closed = onboarding(allow=LOOPBACK)
    found = closed.locate(server.url)
    with pytest.raises(UnsafeAddressError, match="private network"):
        closed.try_account(found.url, "ana", PASSWORD)
    assert other.seen == []


def test_a_redirect_without_end_is_ended(server: StubServer) -> None:
    server.answers["GET", "/.well-known/caldav"] = Reply(301, {"Location": "/.well-known/caldav"})
    with pytest.raises(BadResponseError, match="redirects without end"):
        located(server.url)
    assert len(server.seen) == 4


@pytest.mark.parametrize(
    "typed", ["", "   ", "ana@", "http://cloud.example.org/", "https://ana@x.org/", "a b", "file:///etc/x"]
)
def test_what_is_no_address_is_refused_before_anything_is_sent(typed: str) -> None:
    with pytest.raises(UnsafeAddressError):
        located(typed)


def test_a_server_that_does_not_answer_costs_no_more_than_was_allowed(server: StubServer) -> None:
    def slow(_headers: dict[str, str], _body: str) -> Reply:
        threading.Event().wait(2)
        return Reply(404)

    server.answers["GET", "/.well-known/caldav"] = slow
    started = time.monotonic()
    with pytest.raises(UnavailableError) as raised:
        onboarding(seconds=0.3).locate(server.url)
    assert time.monotonic() - started < 1.5
    assert raised.value.next_step == NOTHING_SAVED


# The live test.


def tried(server: StubServer, path: str = "/", password: str = PASSWORD) -> Found:
    return onboarding().try_account(server.url.rstrip("/") + path, "ana", password)


@pytest.fixture
def account(server: StubServer) -> StubServer:
    """Principal /p/ana/, home /h/ana/ that may be written to, with three calendars in it."""
    read = "<D:current-user-privilege-set><D:privilege><D:read/></D:privilege></D:current-user-privilege-set>"
    tasks = '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
    token = "<D:sync-token>urn:1</D:sync-token>"
    ctag = "<CS:getctag>1</CS:getctag>"
    server.answers["PROPFIND", "/"] = multistatus(response("/", PRINCIPAL.format("/p/ana/")))
    server.answers["PROPFIND", "/p/ana/"] = multistatus(response("/p/ana/", HOME.format("/h/ana/")))
    server.answers["PROPFIND", "/h/ana/"] = multistatus(
        response("/h/ana/", COLLECTION),
        response("/h/ana/work/", CALENDAR.format("Work") + token + ctag),
        response("/h/ana/club/", CALENDAR.format("Club") + ctag + read),
        response("/h/ana/tasks/", CALENDAR.format("Tasks") + tasks),
    )
    return server


def test_what_is_there_is_said_and_nothing_is_changed(account: StubServer) -> None:
    found = tried(account)
    assert (found.principal, found.home) == (account.url + "p/ana/", account.url + "h/ana/")
    assert [(c.name, c.writable, c.holds_events, c.changes) for c in found.calendars] == [
        ("Work", True, True, "sync report"),
        ("Club", False, True, "tag"),
        ("Tasks", True, False, "listing"),
    ]
    assert found.can_make_calendars
    assert found.notes == ()
    assert [method for method, _ in account.seen] == ["PROPFIND"] * 3


def test_a_home_that_is_read_only_makes_no_calendars(account: StubServer) -> None:
    read = "<D:current-user-privilege-set><D:privilege><D:read/></D:privilege></D:current-user-privilege-set>"
    account.answers["PROPFIND", "/h/ana/"] = multistatus(
        response("/h/ana/", COLLECTION + read), response("/h/ana/work/", CALENDAR.format("Work"))
    )
    found = tried(account)
    assert not found.can_make_calendars
    assert any("make one there first" in note for note in found.notes)
    assert any("whole listing" in note for note in found.notes)


def test_an_account_without_calendars_is_no_error_but_is_said(account: StubServer) -> None:
    account.answers["PROPFIND", "/h/ana/"] = multistatus(response("/h/ana/", COLLECTION))
    found = tried(account)
    assert found.calendars == ()
    assert "There is no calendar for events in this account yet." in found.notes


def test_the_address_of_one_calendar_is_an_account_of_one(server: StubServer) -> None:
    server.answers["PROPFIND", "/c/"] = multistatus(response("/c/", CALENDAR.format("Only")))
    found = tried(server, "/c/")
    assert [calendar.name for calendar in found.calendars] == ["Only"]
    assert not found.can_make_calendars


HTML = Reply(200, {"Content-Type": "text/html"}, b"<!DOCTYPE html>Welcome")


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (Reply(401), AuthExpiredError, "refused the user name or password. Check the user name"),
        (Reply(404), CalendarGoneError, "There is no calendar at"),
        (HTML, BadResponseError, "answers with a web page"),
        (Reply(500), UnavailableError, NOTHING_SAVED),
        (Reply(429, {"Retry-After": "600"}), RateLimitedError, NOTHING_SAVED),
        (Reply(301, {"Location": "https://dav.example.org/"}), CalendarGoneError, "Enter that address"),
        (Reply(207, {"Content-Type": "application/xml"}, b"<broken"), BadResponseError, "broken XML"),
    ],
)
def test_every_refusal_says_what_happened_and_what_to_do(
    server: StubServer, answer: Reply, error: type[Exception], said: str
) -> None:
    server.answers["PROPFIND", "/"] = answer
    with pytest.raises(error, match=said) as raised:
        tried(server)
    assert PASSWORD not in str(raised.value)
    assert len(server.seen) <= 2


def test_a_refused_password_of_a_known_provider_brings_that_providers_advice(server: StubServer) -> None:
    server.answers["PROPFIND", "/remote.php/dav/"] = Reply(401)
    with pytest.raises(AuthExpiredError, match="Devices & sessions"):
        tried(server, "/remote.php/dav/")


@pytest.mark.parametrize("place", ["root", "home"])
def test_real_servers_are_found_and_left_as_they_were(
    radicale_world: CalDavWorld, xandikos_world: CalDavWorld, place: str
) -> None:
    for world in (radicale_world, xandikos_world):
        work = world.add_calendar("Work")
        shared = world.add_calendar("Shared", read_only=True)
        world.door.seen.clear()
        url = {"root": world.door.url, "home": work.rsplit("/", 2)[0] + "/"}[place]
        found = onboarding().try_account(onboarding().locate(url).url, world.user, PASSWORD)
        by_id = {calendar.id: calendar for calendar in found.calendars}
        assert by_id[work].writable
        assert by_id[work].changes == "sync report"
        assert by_id[shared].writable is (world is xandikos_world)  # Xandikos knows no rights
        assert found.can_make_calendars
        assert {method for method, _ in world.door.seen} <= {"PROPFIND", "GET"}
        assert len(world.door.seen) <= 6
        with pytest.raises(AuthExpiredError):
            onboarding().try_account(url, world.user, "wrong")


# DNS.


Answerer = Callable[[dns.message.Message], bytes | None]


@contextmanager
def name_server(answer: Answerer) -> Iterator[dns.resolver.Resolver]:
    """A name server on this machine, and a resolver that asks nobody else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    question, sender = listening.recvfrom(4096)
                except TimeoutError:
                    continue
                if reply := answer(dns.message.from_wire(question)):
                    listening.sendto(reply, sender)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], listening.getsockname()[1]
        yield resolver
        over.set()
        thread.join(5)


def zone(**records: list[str]) -> Answerer:
    def answer(question: dns.message.Message) -> bytes:
        reply = dns.message.make_response(question)
        (asked,) = question.question
        kind = dns.rdatatype.to_text(asked.rdtype)
        if records.get(kind):
            reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *records[kind]))
        return reply.to_wire()

    return answer


def test_the_preferred_server_of_a_domain_and_its_path_are_read() -> None:
    srv = ["20 0 443 spare.example.org.", "10 1 443 light.example.org.", "10 5 8443 DAV.example.org."]
    with name_server(zone(SRV=srv, TXT=['"v=1"', '"path=/dav ä"'])) as resolver:
        found = look_up("example.org", resolver=resolver)
    assert found == ServiceRecord("dav.example.org", 8443, "/dav%20%C3%A4")


def test_a_domain_without_a_path_has_none() -> None:
    with name_server(zone(SRV=["0 0 443 dav.example.org."])) as resolver:
        assert look_up("example.org", resolver=resolver) == ServiceRecord("dav.example.org", 443, None)


@pytest.mark.parametrize(
    "answer",
    [zone(), zone(SRV=["0 0 0 ."]), lambda _question: b"nonsense", lambda _question: None],
    ids=["no record", "not offered", "nonsense", "silence"],
)
def test_dns_without_an_answer_is_no_error_and_costs_little(answer: Answerer) -> None:
    with name_server(answer) as resolver:
        started = time.monotonic()
        assert look_up("example.org", resolver=resolver, seconds=0.9) is None
    assert time.monotonic() - started < 1.5


def test_a_name_that_no_domain_can_have_is_no_error() -> None:
    with name_server(zone()) as resolver:
        assert look_up("x" * 70 + ".org", resolver=resolver) is None
        assert look_up("..", resolver=resolver) is None


# The table.


def test_every_provider_can_be_recognised_and_says_what_its_reader_needs() -> None:
    for provider in PROVIDERS:
        if provider.url is not None:
            assert by_address(provider.url) is provider
            assert provider.url.startswith("https://")
        elif not provider.path:
            assert provider.instead
        if provider.app_access != "never":
            assert provider.access_help
    domains = [domain for provider in PROVIDERS for domain in provider.domains]
    assert len(domains) == len(set(domains))


def row(provider: Provider) -> str:
    where = provider.url or (f"…{provider.path}/" if provider.path else "no CalDAV with a password")
    makes = "" if provider.instead else "yes" if provider.makes_calendars else "no: choose one"
    access = "" if provider.instead else provider.app_access
    return f"| {provider.name} | {where} | {access} | {makes} |"


def test_the_table_in_the_documents_is_the_table_in_the_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "connectors.md").read_text()
    for provider in PROVIDERS:
        assert row(provider) in page
