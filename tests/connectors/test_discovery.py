"""Whatever reasonable address a person types, their calendars are found; anything else is explained."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.caldav import CalDavAccount, CalDavConnector
from connectors.caldav.client import SentElsewhereError
from connectors.caldav.discovery import as_url
from connectors.errors import AuthExpiredError, BadResponseError, CalendarGoneError
from connectors.model import AccountState, CalendarRef, Watch
from tests.connectors.contract import WEEK, at, event
from tests.connectors.stubs import (
    ADDRESSES,
    CALENDAR,
    COLLECTION,
    ETAG,
    HOME,
    PRINCIPAL,
    StubServer,
    multistatus,
    response,
    text_of,
)
from tests.connectors.worlds import LOOPBACK, NOW, CalDavWorld
from tests.servers import Reply, running_door


@pytest.fixture
def server() -> Iterator[StubServer]:
    """Principal /p/ana/, home /h/ana/ with one calendar; nothing else is there."""
    stub = StubServer()
    stub.answers["PROPFIND", "/p/ana/"] = multistatus(response("/p/ana/", HOME.format("/h/ana/")))
    stub.answers["PROPFIND", "/h/ana/"] = multistatus(
        response("/h/ana/", COLLECTION), response("/h/ana/work/", CALENDAR.format("Work"))
    )
    with running_door("http://127.0.0.1/", door=stub):
        yield stub


def at_server(server: StubServer, path: str = "/") -> CalDavConnector:
    return CalDavConnector(
        CalDavAccount(server.url.rstrip("/") + path, "ana", "pw"),
        clock=lambda: NOW,
        sleep=lambda _: None,
        allow_private_hosts=LOOPBACK,
    )


def found(server: StubServer, path: str = "/") -> list[CalendarRef]:
    connector = at_server(server, path)
    try:
        return connector.list_calendars()
    finally:
        connector.close()


def names(server: StubServer, path: str = "/") -> list[str]:
    return [ref.name for ref in found(server, path)]


AT_THE_PRINCIPAL = multistatus(response("/", PRINCIPAL.format("/p/ana/")))


def test_the_servers_root_leads_through_the_principal(server: StubServer) -> None:
    server.answers["PROPFIND", "/"] = AT_THE_PRINCIPAL
    assert names(server) == ["Work"]
    assert [path for _, path in server.seen] == ["/", "/p/ana/", "/h/ana/"]


def test_the_principals_own_address_leads_there_too(server: StubServer) -> None:
    assert names(server, "/p/ana/") == ["Work"]


def test_an_invitation_declined_under_an_address_that_the_server_tells_does_not_make_busy(
    server: StubServer,
) -> None:
    """And the no-change poll costs what it cost before."""
    told = ("mailto:Ana@iCloud.example", "/p/ana/", "urn:uuid:1", "mailto:")
    server.answers["PROPFIND", "/p/ana/"] = multistatus(
        response(
            "/p/ana/",
            HOME.format("/h/ana/") + ADDRESSES.format("".join(f"<D:href>{each}</D:href>" for each in told)),
        )
    )
    invited = ("ORGANIZER:mailto:boss@example.org", "ATTENDEE;PARTSTAT={}:mailto:ana@icloud.example")
    texts = {
        "declined": event("declined", at(0, 9), *(line.format("DECLINED") for line in invited)),
        "accepted": event("accepted", at(1, 9), *(line.format("ACCEPTED") for line in invited)),
    }

    def report(_headers: dict[str, str], body: str) -> Reply:
        hrefs = {name: f"/h/ana/work/{name}.ics" for name in texts}
        if "sync-collection" in body:
            new = "t1" not in body
            return multistatus(
                *(response(hrefs[name], ETAG.format('"1"')) for name in texts if new), token="t1"
            )
        return multistatus(*(text_of(hrefs[name], text, '"1"') for name, text in texts.items()))

    server.answers["REPORT", "/h/ana/work/"] = report
    connector, watch = (
        at_server(server, "/p/ana/"),
        Watch(WEEK, "Europe/Berlin", addresses=("ana@x.example",)),
    )
    first = connector.poll_account(watch, AccountState())
    assert [reading.busy for reading in first.readings] == [(at(1, 9),)]
    connector.close()
    before = len(server.seen)
    again = at_server(server, "/p/ana/")
    assert again.poll_account(watch, first.state).readings == first.readings
    again.close()
    assert [path for _, path in server.seen[before:]] == ["/h/ana/", "/h/ana/work/"]


def test_a_bare_server_is_asked_for_its_well_known_address(server: StubServer) -> None:
    server.answers["PROPFIND", "/"] = Reply(200, {"Content-Type": "text/html"}, b"<!DOCTYPE html>Welcome")
    server.answers["PROPFIND", "/.well-known/caldav"] = Reply(301, {"Location": "/dav/"})
    server.answers["PROPFIND", "/dav/"] = multistatus(response("/dav/", PRINCIPAL.format("/p/ana/")))
    assert names(server) == ["Work"]


def test_a_redirect_inside_the_server_keeps_method_and_body(server: StubServer) -> None:
    server.answers["PROPFIND", "/old/"] = Reply(302, {"Location": server.url + "new/"})
    server.answers["PROPFIND", "/new/"] = multistatus(response("/new/", PRINCIPAL.format("/p/ana/")))
    assert names(server, "/old/") == ["Work"]
    asked = {path: body for _, path, body in server.bodies}
    assert asked["/new/"] == asked["/old/"] != ""


def test_a_redirect_to_another_server_is_not_followed_but_told(server: StubServer) -> None:
    server.answers["PROPFIND", "/.well-known/caldav"] = Reply(301, {"Location": "https://dav.example.org/"})
    with pytest.raises(SentElsewhereError) as raised:
        found(server)
    assert "sends on to https://dav.example.org/" in str(raised.value)
    assert raised.value.next_step == "Enter that address instead."


def test_a_home_without_a_principal_is_taken_as_it_is(server: StubServer) -> None:
    assert names(server, "/h/ana/") == ["Work"]


def test_a_single_calendar_without_a_principal_is_an_account_of_one(server: StubServer) -> None:
    server.answers["PROPFIND", "/c/"] = multistatus(response("/c/", CALENDAR.format("Only")))
    assert names(server, "/c/") == ["Only"]


def test_principal_and_home_in_one_answer_save_a_request(server: StubServer) -> None:
    server.answers["PROPFIND", "/"] = multistatus(
        response("/", PRINCIPAL.format("/p/ana/") + HOME.format("/h/ana"))
    )
    server.answers["PROPFIND", "/h/ana/"] = multistatus(response("/h/ana/work", CALENDAR.format("Work")))
    (ref,) = found(server)
    assert ref.id == server.url + "h/ana/work/"
    assert len(server.seen) == 2


def test_hrefs_may_be_absolute_and_believe_in_another_port(server: StubServer) -> None:
    server.answers["PROPFIND", "/"] = multistatus(
        response("http://127.0.0.1:1/", PRINCIPAL.format("https://127.0.0.1/p/ana/"))
    )
    assert names(server) == ["Work"]


def test_a_home_on_another_host_is_refused(server: StubServer) -> None:
    server.answers["PROPFIND", "/"] = multistatus(response("/", HOME.format("https://evil.example.org/h/")))
    with pytest.raises(BadResponseError, match="another host"):
        found(server)


def test_lists_of_tasks_and_other_collections_are_not_calendars(server: StubServer) -> None:
    tasks = '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
    server.answers["PROPFIND", "/h/ana/"] = multistatus(
        response("/h/ana/", COLLECTION),
        response("/h/ana/inbox/", COLLECTION),
        response("/h/ana/tasks/", CALENDAR.format("Tasks") + tasks),
        response("/h/ana/work/", CALENDAR.format("Work")),
    )
    assert names(server, "/p/ana/") == ["Work"]


def test_a_server_that_lets_strangers_look_is_not_an_empty_account(server: StubServer) -> None:
    stranger = "<D:current-user-principal><D:unauthenticated/></D:current-user-principal>"
    server.answers["PROPFIND", "/"] = multistatus(response("/", stranger))
    with pytest.raises(AuthExpiredError):
        found(server)


def test_a_server_without_calendars_is_explained(server: StubServer) -> None:
    with pytest.raises(CalendarGoneError, match="There is no calendar at"):
        found(server)


def test_a_home_that_moved_is_found_again_at_the_next_poll(server: StubServer) -> None:
    server.answers["PROPFIND", "/"] = AT_THE_PRINCIPAL
    connector = CalDavConnector(
        CalDavAccount(server.url, "ana", "pw"),
        clock=lambda: NOW,
        sleep=lambda _: None,
        allow_private_hosts=LOOPBACK,
    )
    watch = Watch(WEEK, "UTC", busy=())
    state = connector.poll_account(watch, AccountState()).state
    server.answers["PROPFIND", "/p/ana/"] = multistatus(response("/p/ana/", HOME.format("/new/ana/")))
    server.answers["PROPFIND", "/new/ana/"] = server.answers.pop(("PROPFIND", "/h/ana/"))
    again = connector.poll_account(watch, state)
    assert again.state.json["homes"] == [server.url + "new/ana/"]
    connector.close()


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://cloud.example.org/dav/", "https://cloud.example.org/dav/"),
        (" cloud.example.org ", "https://cloud.example.org/"),
        ("cloud.example.org/dav", "https://cloud.example.org/dav"),
        ("ana@example.org", "https://example.org/"),
        ("ana@ICLOUD.com", "https://caldav.icloud.com/"),
        ("ana@posteo.de", "https://posteo.de:8443/"),
    ],
)
def test_server_names_and_mail_addresses_become_urls(typed: str, url: str) -> None:
    assert as_url(typed) == url


@pytest.mark.parametrize("place", ["root", "home", "calendar"])
def test_real_servers_are_found_from_any_of_their_addresses(
    radicale_world: CalDavWorld, xandikos_world: CalDavWorld, place: str
) -> None:
    for world in (radicale_world, xandikos_world):
        calendar = world.add_calendar("Work")
        url = {"root": world.door.url, "home": calendar.rsplit("/", 2)[0] + "/", "calendar": calendar}[place]
        assert calendar in {ref.id for ref in world.connector(url=url).list_calendars()}
