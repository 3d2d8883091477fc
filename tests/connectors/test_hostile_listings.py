"""Listings that no server here gives on its own: texts withheld, tokens refused, hrefs spelled oddly."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.errors import BadResponseError
from connectors.model import AccountDelta, AccountState, Watch
from tests.connectors.contract import WEEK, at, event
from tests.connectors.stubs import CALENDAR, ETAG, StubServer, multistatus, response, text_of
from tests.connectors.worlds import CalDavWorld
from tests.servers import Reply, running_door


@pytest.fixture
def world(radicale_world: CalDavWorld) -> CalDavWorld:
    return radicale_world


@pytest.fixture
def stub() -> Iterator[StubServer]:
    server = StubServer()
    server.answers["PROPFIND", "/c/"] = multistatus(response("/c/", CALENDAR.format("Only")))
    with running_door("http://127.0.0.1/", door=server):
        yield server


def polled(world: CalDavWorld, stub: StubServer, state: AccountState | None = None) -> AccountDelta:
    delta = world.connector(url=stub.url + "c/").poll_account(Watch(WEEK, "UTC"), state or AccountState())
    return replace(delta, state=AccountState(json.loads(json.dumps(delta.state.json))))


def serve(stub: StubServer, listed: dict[str, str], texts: Callable[[str], str]) -> None:
    """A calendar that lists these hrefs (with ETags) and hands out what `texts` makes of each."""

    def report(headers: dict[str, str], body: str) -> Reply:
        if "sync-collection" in body:
            return multistatus(*(response(h, ETAG.format(e)) for h, e in listed.items()), token="t")
        return multistatus(*(texts(href) for href in re.findall(r"href>([^<]+)<", body)))

    stub.answers["REPORT", "/c/"] = report


@pytest.mark.parametrize("status", [403, 423, 500, 507])
def test_72_an_event_the_server_withholds_is_named_and_asked_for_again(
    world: CalDavWorld, stub: StubServer, status: int
) -> None:
    withheld = True

    def text(href: str) -> str:
        if href == "/c/1.ics" and withheld:
            return response(href, status=status)
        return text_of(href, event(href, at(int(href[3]), 9)), '"e"')

    serve(stub, {"/c/0.ics": '"e"', "/c/1.ics": '"e"'}, text)
    delta = polled(world, stub)
    (reading,) = delta.readings
    assert (reading.error, reading.busy) == (None, (at(0, 9),))
    assert [(item.href, "hand out" in item.reason) for item in delta.skipped] == [("1.ics", True)]
    withheld = False
    world.now += timedelta(days=7, minutes=1)
    later = polled(world, stub, delta.state)
    assert later.readings[0].busy == (at(0, 9), at(1, 9))
    assert later.skipped == ()


@pytest.mark.parametrize("status", [404, 410, 418])
def test_72_an_event_that_is_not_there_is_left_out_in_silence(
    world: CalDavWorld, stub: StubServer, status: int
) -> None:
    def text(href: str) -> str:
        if href == "/c/1.ics":
            return response(href, status=status)
        return text_of(href, event(href, at(0, 9)), '"e"')

    serve(stub, {"/c/0.ics": '"e"', "/c/1.ics": '"e"'}, text)
    delta = polled(world, stub)
    assert (delta.readings[0].busy, delta.skipped) == ((at(0, 9),), ())


@pytest.mark.parametrize("status", [400, 403, 409, 410, 412, 418])
def test_78_an_invalid_sync_token_told_in_any_way_costs_one_reading(
    world: CalDavWorld, stub: StubServer, status: int
) -> None:
    serve(stub, {"/c/0.ics": '"e"'}, lambda href: text_of(href, event(href, at(0, 9)), '"e"'))
    state = polled(world, stub).state
    good = stub.answers["REPORT", "/c/"]
    assert callable(good)
    stub.answers["REPORT", "/c/"] = lambda headers, body: (
        Reply(status) if "sync-token>t<" in body else good(headers, body)
    )
    delta = polled(world, stub, state)
    assert (delta.readings[0].error, delta.readings[0].busy) == (None, (at(0, 9),))


@pytest.mark.parametrize(
    ("listed", "asked_for"),
    [
        ("/c/ana%2540x-0.ics", "/c/ana%2540x-0.ics"),
        ("http://127.0.0.1:9/c/0.ics", "/c/0.ics"),
        ("0.ics", "/c/0.ics"),
        ("../c/0.ics", "/c/0.ics"),
        ("/c/../../../etc/0.ics", "/etc/0.ics"),
        ("/c/%2e%2e/0.ics", "/c/%2e%2e/0.ics"),
    ],
)
def test_84_an_href_however_it_is_spelled_stays_on_its_server(
    world: CalDavWorld, stub: StubServer, listed: str, asked_for: str
) -> None:
    serve(stub, {listed: '"e"'}, lambda href: text_of(href, event("u", at(0, 9)), '"e"'))
    assert polled(world, stub).readings[0].busy == (at(0, 9),)
    assert f"<D:href>{asked_for}</D:href>" in stub.bodies[-1][2]
    assert {path for _, path in stub.seen} <= {"/c/", "/.well-known/caldav"}


@pytest.mark.parametrize("href", ["https://evil.example/c/0.ics", "//169.254.169.254/0.ics"])
def test_84_an_href_on_another_host_makes_the_reading_an_error(
    world: CalDavWorld, stub: StubServer, href: str
) -> None:
    serve(stub, {href: '"e"'}, lambda href: text_of(href, event("u", at(0, 9)), '"e"'))
    (reading,) = polled(world, stub).readings
    assert isinstance(reading.error, BadResponseError)
    assert "another host" in reading.error.detail
