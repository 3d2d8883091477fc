"""How entries are written to CalDAV servers, also to those that ignore conditions or lose ETags."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from connectors import ics
from connectors.caldav.reading import item_href
from connectors.caldav.writing import url_of
from connectors.errors import (
    AccessDeniedError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    EntryChangedError,
    EntryGoneError,
    QuotaExhaustedError,
    UnavailableError,
)
from connectors.model import CalendarId, EntryRef
from tests.connectors.contract import MARK, Desk, at, draft, event, fingerprint
from tests.connectors.worlds import CalDavWorld
from tests.servers import Reply


@pytest.fixture
def world(radicale_world: CalDavWorld) -> CalDavWorld:
    return radicale_world


@pytest.fixture
def desk(world: CalDavWorld) -> Desk:
    return Desk(world)


def test_each_write_is_one_request(desk: Desk) -> None:
    traffic = desk.connector.traffic
    before = traffic.requests
    ref = desk.connector.create_entry(desk.home, draft())
    ref = desk.connector.replace_entry(ref, draft(title="Bins and glass"))
    desk.connector.delete_entry(ref)
    assert traffic.requests - before == 3
    assert traffic.writes == 1 + 3, "our calendar was made too"


def test_no_word_of_an_entry_reaches_a_log(
    desk: Desk, world: CalDavWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.quirks.add("odd_content_type")
    caplog.set_level(logging.INFO)
    for _ in range(2):
        desk.connector.create_entry(desk.home, draft())
    desk.poll()
    assert "Bins" not in caplog.text


def test_a_changed_entry_tells_apps_that_it_is_newer(desk: Desk, world: CalDavWorld) -> None:
    ref = desk.connector.create_entry(desk.home, draft())
    desk.connector.replace_entry(ref, draft(title="Bins and glass"))
    (text,) = world.texts(desk.home).values()
    (sequence,) = [line for line in text.splitlines() if line.startswith("SEQUENCE:")]
    assert int(sequence.partition(":")[2]) > 0


@pytest.mark.parametrize("quirk", ["no_put_etag", "weak_put_etag"])
def test_an_etag_that_cannot_be_sent_back_is_unknown_until_read(
    desk: Desk, world: CalDavWorld, quirk: str
) -> None:
    world.quirks.add(quirk)
    ref = desk.connector.create_entry(desk.home, draft())
    assert ref.etag is None
    assert desk.connector.replace_entry(ref, draft(title="Bins and glass")).etag is None
    (seen,) = desk.poll().entries or ()
    assert seen.ref.etag is not None
    desk.connector.delete_entry(seen.ref)
    assert world.texts(desk.home) == {}


def test_an_unknown_etag_never_leads_to_another_event(desk: Desk, world: CalDavWorld) -> None:
    ref = replace(desk.connector.create_entry(desk.home, draft()), etag=None)
    world.remove(desk.home, ref.href)
    world.put(desk.home, ref.href, event("theirs", at(0, 9)))
    with pytest.raises(EntryChangedError):
        desk.connector.replace_entry(ref, draft(title="Bins and glass"))
    with pytest.raises(EntryChangedError):
        desk.connector.delete_entry(ref)
    assert "UID:theirs" in world.texts(desk.home)[ref.href]


def test_what_a_person_deleted_stays_deleted_where_updates_create(desk: Desk, world: CalDavWorld) -> None:
    ref = desk.connector.create_entry(desk.home, draft())
    world.quirks.add("if_match_creates")
    world.remove(desk.home, ref.href)
    with pytest.raises(EntryGoneError):
        desk.connector.replace_entry(ref, draft(title="Bins and glass"))
    assert world.texts(desk.home) == {}


def test_a_repeated_create_is_success_where_conditions_are_ignored(desk: Desk, world: CalDavWorld) -> None:
    world.quirks.update({"no_if_none_match", "silent_create_status"})
    first = desk.connector.create_entry(desk.home, draft())
    assert desk.connector.create_entry(desk.home, draft()).href == first.href
    assert len(world.texts(desk.home)) == 1


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(400), BadResponseError),
        (Reply(413), BadResponseError),
        (Reply(301, {"Location": "https://dav.example.org/"}), CalendarGoneError),
        (Reply(403), AccessDeniedError),
        (Reply(423), UnavailableError),
        (Reply(500), UnavailableError),
        (Reply(507), QuotaExhaustedError),
    ],
)
def test_a_refused_write_says_what_to_do(
    desk: Desk, world: CalDavWorld, reply: Reply, error: type[ConnectorError]
) -> None:
    ref = desk.connector.create_entry(desk.home, draft("bath.0", at(3, 18)))
    for write in (
        lambda: desk.connector.create_entry(desk.home, draft()),
        lambda: desk.connector.replace_entry(ref, draft("bath.0", at(3, 19))),
        lambda: desk.connector.delete_entry(ref),
    ):
        world.recover()
        world.answer("write", reply)
        with pytest.raises(error):
            write()
    (text,) = world.texts(desk.home).values()
    assert fingerprint(text) == ics.fingerprint(draft("bath.0", at(3, 18)))


def test_a_name_with_a_colon_is_a_name_and_not_a_scheme() -> None:
    calendar = CalendarId("https://cloud.example.org/dav/ana%40x/offplate/")
    for spelled in ("urn:uuid:1.ics", "a%20b.ics", "a+b@x.ics"):
        href = item_href(calendar + spelled, calendar)
        assert href == spelled
        assert url_of(EntryRef(calendar, href, "u", None)) == calendar + spelled


def test_an_entry_named_by_its_path_stays_on_its_server(desk: Desk, world: CalDavWorld) -> None:
    ref = desk.connector.create_entry(desk.home, draft())
    path = world.home_path() + desk.home.rstrip("/").rpartition("/")[2] + "/" + ref.href
    desk.connector.delete_entry(EntryRef(desk.home, path, ref.uid, ref.etag))
    assert world.texts(desk.home) == {}
    with pytest.raises(ConnectorError):
        desk.connector.delete_entry(EntryRef(desk.home, "//169.254.169.254/x.ics", ref.uid, ref.etag))


@pytest.mark.parametrize("status", [403, 405, 501])
def test_an_account_that_cannot_make_calendars_is_told_so(world: CalDavWorld, status: int) -> None:
    world.answer("write", Reply(status), times=-1)
    with pytest.raises(AccessDeniedError) as raised:
        world.connector().ensure_home("Offplate", MARK)
    assert "cannot make calendars" in raised.value.detail


def test_our_calendar_gets_its_mark_where_making_one_does_not_keep_it(world: CalDavWorld) -> None:
    world.quirks.add("no_description")
    ours = world.connector().ensure_home("Offplate", MARK)
    assert ours.mark == MARK


def test_our_calendar_holds_events_only_and_says_whose_it_is(world: CalDavWorld) -> None:
    ours = world.connector().ensure_home("Offplate & co <1>", MARK)
    assert ours.name == "Offplate & co <1>"
    asked = (
        '<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
        'xmlns:A="http://apple.com/ns/ical/"><D:prop><C:supported-calendar-component-set/>'
        "<C:calendar-description/><A:calendar-color/></D:prop></D:propfind>"
    )
    props = world.send("PROPFIND", ours.id, asked, Depth="0").text
    assert props.count("comp name=") == 1
    assert 'comp name="VEVENT"' in props
    assert "#1F6F5CFF" in props
    assert MARK in props
