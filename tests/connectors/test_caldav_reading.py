"""How CalDAV calendars are read: few requests, every rung of the ladder, every way a server may differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.caldav.multistatus import CALDAV, DAV, path_key, read_multistatus
from connectors.errors import BadResponseError, ConnectorError, RateLimitedError, UnavailableError
from connectors.model import AccountState, CalendarId, TimeRange, Watch
from tests.connectors.contract import WEEK, Desk, at, draft, event
from tests.connectors.stubs import CALENDAR, ETAG, StubServer, multistatus, response, text_of
from tests.connectors.worlds import CalDavWorld, MischiefDoor, a_new_user
from tests.servers import Reply, running_door


@pytest.fixture
def world(radicale_world: CalDavWorld) -> CalDavWorld:
    return radicale_world


@pytest.fixture
def desk(world: CalDavWorld) -> Desk:
    return Desk(world)


@pytest.fixture
def work(desk: Desk, world: CalDavWorld) -> CalendarId:
    """A calendar with events on Monday and Tuesday."""
    calendar = world.add_calendar("Work")
    world.put(calendar, "mon.ics", event("mon", at(0, 9)))
    world.put(calendar, "tue.ics", event("tue", at(1, 9)))
    return calendar


def requests(desk: Desk) -> list[str]:
    """The methods of one poll, in order."""
    world = desk.world
    assert isinstance(world, CalDavWorld)
    world.door.seen.clear()
    desk.poll()
    return [method for method, _ in world.door.seen]


def test_the_first_reading_is_three_requests_and_two_per_calendar(desk: Desk, work: CalendarId) -> None:
    world = desk.world
    assert isinstance(world, CalDavWorld)
    desk.connector.create_entry(desk.home, draft())
    desk.connector = world.connector()
    assert requests(desk) == ["PROPFIND"] * 3 + ["REPORT"] * 4


def test_events_are_fetched_a_hundred_at_a_time(desk: Desk, world: CalDavWorld) -> None:
    full = world.add_calendar("Full")
    world.send("DELETE", full).raise_for_status()
    parts = [event(f"n{n}", at(n % 7, n % 24, 0.25)).split("\r\n", 3)[3] for n in range(101)]
    events = "".join(part.replace("END:VCALENDAR\r\n", "") for part in parts)
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n{events}END:VCALENDAR\r\n"
    world.send("PUT", full, text, **{"Content-Type": "text/calendar"}).raise_for_status()
    desk.poll(busy=())
    world.door.seen.clear()
    (reading,) = desk.poll(busy=(full,)).readings
    assert len(reading.busy) == 101
    assert [method for method, path in world.door.seen if path == path_key(full) + "/"] == ["REPORT"] * 3


def test_where_looking_at_the_home_is_costly_each_calendar_is_asked(desk: Desk, work: CalendarId) -> None:
    desk.poll()
    assert requests(desk) == ["REPORT", "REPORT"]


def test_a_new_calendar_is_noticed_within_the_hour(desk: Desk, work: CalendarId, world: CalDavWorld) -> None:
    desk.poll()
    choir = world.add_calendar("Choir")
    assert choir not in {r.calendar for r in desk.poll().readings}
    world.now += timedelta(hours=1)
    assert choir in {r.calendar for r in desk.poll().readings}


def test_where_looking_at_the_home_is_cheap_it_is_one_request(xandikos_world: CalDavWorld) -> None:
    desk = Desk(xandikos_world)
    for name in ("Work", "Choir"):
        xandikos_world.put(xandikos_world.add_calendar(name), "a.ics", event(name, at(0, 9)))
    desk.poll()
    assert requests(desk) == ["PROPFIND"]


def test_one_change_costs_one_report_and_one_fetch(desk: Desk, work: CalendarId, world: CalDavWorld) -> None:
    desk.poll()
    world.put(work, "mon.ics", event("mon", at(0, 14)))
    assert requests(desk) == ["REPORT"] * 3


def test_a_report_that_says_nothing_under_a_new_token_is_not_believed(
    desk: Desk, work: CalendarId, world: CalDavWorld
) -> None:
    """As from sabre/dav and SOGo for a token of before their backup."""
    assert desk.busy(work) == [at(0, 9), at(1, 9)]
    world.quirks.add("empty_delta")
    world.remove(work, "mon.ics")
    assert desk.busy(work) == [at(1, 9)]


def test_a_week_old_state_is_checked_against_a_full_listing(desk: Desk, work: CalendarId) -> None:
    world = desk.world
    assert isinstance(world, CalDavWorld)
    assert desk.busy(work) == [at(0, 9), at(1, 9)]
    world.quirks.add("deaf_delta")
    world.remove(work, "mon.ics")
    assert desk.busy(work) == [at(0, 9), at(1, 9)], "this server hides what happened, under the old token"
    world.now += timedelta(days=7, minutes=1)
    assert desk.busy(work) == [at(1, 9)]


RUNGS = [("no_sync",), ("no_sync", "no_ctag"), ("no_token",), ("teapot",), ("token_412",)]


@pytest.mark.parametrize("quirks", RUNGS)
def test_changes_are_followed_on_every_rung_of_the_ladder(
    desk: Desk, work: CalendarId, world: CalDavWorld, quirks: tuple[str, ...]
) -> None:
    world.quirks.update(quirks)
    assert desk.busy(work) == [at(0, 9), at(1, 9)]
    world.put(work, "mon.ics", event("mon", at(0, 14)))
    world.put(work, "wed.ics", event("wed", at(2, 9)))
    world.remove(work, "tue.ics")
    if "token_412" in quirks:
        world.forget_cursors()
    assert desk.busy(work) == [at(0, 14), at(2, 9)]


def test_without_sync_an_unmoved_ctag_needs_no_listing(
    desk: Desk, work: CalendarId, world: CalDavWorld
) -> None:
    world.quirks.add("no_sync")
    desk.poll()
    assert requests(desk) == ["PROPFIND"]


def test_events_without_etags_are_read_each_time(desk: Desk, work: CalendarId, world: CalDavWorld) -> None:
    world.quirks.update({"no_sync", "no_ctag", "no_etag"})
    desk.poll()
    world.put(work, "mon.ics", event("mon", at(0, 14)))
    assert desk.busy(work) == [at(0, 14), at(1, 9)]


def test_an_emptied_listing_is_not_believed_at_once(desk: Desk, world: CalDavWorld) -> None:
    desk.connector.create_entry(desk.home, draft())
    desk.poll(busy=())
    world.quirks.add("empty_listing_once")
    world.now += timedelta(days=8)
    assert len(desk.poll(busy=()).entries or ()) == 1
    assert "empty_listing_once" not in world.quirks, "the server did say that home is empty"


def test_half_of_a_full_calendar_does_not_vanish_on_one_word(desk: Desk, world: CalDavWorld) -> None:
    full = world.add_calendar("Full")
    for n in range(21):
        world.put(full, f"{n}.ics", event(f"n{n}", at(n % 7, n % 24)))
    busy = desk.busy(full)
    world.quirks.add("empty_listing_once")
    world.now += timedelta(days=8)
    (reading,) = desk.poll(busy=(full,), home=None).readings
    assert list(reading.busy) == busy
    assert "empty_listing_once" not in world.quirks


def test_a_home_that_was_really_emptied_is_believed(desk: Desk, world: CalDavWorld) -> None:
    ref = desk.connector.create_entry(desk.home, draft())
    desk.poll()
    world.remove(desk.home, ref.href)
    assert desk.poll().entries == ()


def test_an_event_that_breaks_the_xml_costs_that_event_only(
    desk: Desk, work: CalendarId, world: CalDavWorld
) -> None:
    world.put(work, "bad.ics", event("bad", at(3, 9), title="BREAKS"))
    world.quirks.add("raw_control_character")
    delta = desk.poll()
    (reading,) = [r for r in delta.readings if r.calendar == work]
    assert reading.busy == (at(0, 9), at(1, 9))
    assert [item.href for item in delta.skipped] == ["bad.ics"]


def test_a_calendar_that_makes_the_server_fail_does_not_stop_the_others(
    desk: Desk, work: CalendarId, world: CalDavWorld
) -> None:
    choir = world.add_calendar("Choir")
    world.put(choir, "a.ics", event("a", at(0, 19)))
    desk.poll()
    for broken, whole in ((work, choir), (choir, work)):
        world.fail_at(broken)
        readings = {r.calendar: r for r in desk.poll().readings}
        assert isinstance(readings[broken].error, UnavailableError)
        assert readings[broken].busy != ()
        assert readings[whole].error is None


def test_a_short_pause_is_waited_for_and_a_long_one_is_left_to_the_next_tick(
    desk: Desk, work: CalendarId, world: CalDavWorld
) -> None:
    desk.poll()
    world.ask_for_a_pause("read", 4)
    assert desk.busy(work) == [at(0, 9), at(1, 9)]
    assert world.pauses == [4]
    world.ask_for_a_pause("read", 3600)
    with pytest.raises(RateLimitedError) as raised:
        desk.poll()
    assert raised.value.retry_after_seconds == 3600
    assert world.pauses == [4]


def test_a_refused_token_and_then_no_report_at_all_falls_back_to_a_listing(
    desk: Desk, work: CalendarId, world: CalDavWorld
) -> None:
    desk.poll()
    world.forget_cursors()
    world.answer("read", Reply(501), after=1)
    assert desk.busy(work) == [at(0, 9), at(1, 9)]


def test_a_tiny_hiccup_is_not_noticed(desk: Desk, work: CalendarId, world: CalDavWorld) -> None:
    world.lose_reply("read")
    assert desk.busy(work) == [at(0, 9), at(1, 9)]
    assert world.pauses == [0.5]


def test_a_first_reading_goes_on_where_it_was_cut_off(
    desk: Desk, work: CalendarId, world: CalDavWorld
) -> None:
    choir = world.add_calendar("Choir")
    world.put(choir, "a.ics", event("a", at(0, 19)))
    world.hang_up("read", after=4)  # the home, our calendar, then one calendar's report and texts
    delta = desk.poll()
    assert {r.calendar for r in delta.readings if r.error} < {work, choir}
    world.recover()
    world.door.seen.clear()
    delta = desk.poll()
    assert not [r for r in delta.readings if r.error]
    fetched = [path for method, path in world.door.seen if method == "REPORT"]
    assert len(fetched) == 4, "a delta for the one that was read, two for the other, one for home"


def test_another_zone_or_person_means_reading_anew(desk: Desk, work: CalendarId, world: CalDavWorld) -> None:
    desk.poll()
    world.door.seen.clear()
    desk.poll(addresses=("ana@example.org",))
    assert [method for method, _ in world.door.seen].count("REPORT") >= 3


def test_a_calendar_outside_the_home_can_be_watched(desk: Desk, world: CalDavWorld) -> None:
    shared = world.add_calendar("Shared", read_only=True)
    world.put(shared, "a.ics", event("a", at(0, 9)))
    world.quirks.add("hides_shared")
    assert shared not in {r.calendar for r in desk.poll().readings}
    (reading,) = desk.poll(busy=(shared,)).readings
    assert reading.busy == (at(0, 9),)


def test_more_events_than_a_week_can_hold_are_an_error(desk: Desk, world: CalDavWorld) -> None:
    full = world.add_calendar("Full")
    for n in range(14):
        world.put(full, f"{n}.ics", event(f"n{n}", at(-7, 0, 0.01), "RRULE:FREQ=DAILY"))
    window = TimeRange(WEEK.start_at, WEEK.start_at + timedelta(days=400))
    (reading,) = desk.poll(busy=(full,), window=window).readings
    assert isinstance(reading.error, BadResponseError)
    assert "5,000" in reading.error.detail


# Replies that no server here gives on its own.


@pytest.fixture
def stub() -> Iterator[StubServer]:
    server = StubServer()
    server.answers["PROPFIND", "/c/"] = multistatus(response("/c/", CALENDAR.format("Only")))
    with running_door("http://127.0.0.1/", door=server):
        yield server


def read_stub(
    world: CalDavWorld, stub: StubServer, state: AccountState
) -> tuple[list[TimeRange], AccountState]:
    connector = world.connector(url=stub.url + "c/")
    delta = connector.poll_account(Watch(WEEK, "UTC"), state)
    (reading,) = delta.readings
    if reading.error is not None:
        raise reading.error
    return list(reading.busy), delta.state


def multiget(headers: dict[str, str], body: str) -> Reply:
    hrefs = re.findall(r"href>([^<]+)<", body)
    return multistatus(*(text_of(href, event(href, at(int(href[-5]), 9)), f'"{href}"') for href in hrefs))


def test_a_paged_report_is_read_to_its_end(world: CalDavWorld, stub: StubServer) -> None:
    more = response("/c/", status=507)
    pages = {
        "": multistatus(response("/c/0.ics", ETAG.format('"0"')), more, token="one"),
        "one": multistatus(response("/c/1.ics", ETAG.format('"1"')), more, token="two"),
        "two": multistatus(response("/c/0.ics", status=404), token="three"),
    }

    def report(headers: dict[str, str], body: str) -> Reply:
        token = re.search(r"sync-token>([^<]*)<", body)
        return pages[token[1]] if token else multiget(headers, body)

    stub.answers["REPORT", "/c/"] = report
    busy, state = read_stub(world, stub, AccountState())
    assert busy == [at(1, 9)]
    (calendar,) = state.json["calendars"].values()
    assert calendar["token"] == "three"


def test_hrefs_are_compared_unquoted_and_sent_back_as_spelled(world: CalDavWorld, stub: StubServer) -> None:
    spelled = "/c/ana%40x%20%2b%C3%BC-0.ics"

    def report(headers: dict[str, str], body: str) -> Reply:
        if "sync-token" in body:
            return multistatus(response(spelled, ETAG.format('"0"')), token="t")
        assert f"<D:href>{spelled}</D:href>" in body
        return multistatus(text_of("http://127.0.0.1:1/c/ana@x%20+ü-0.ics", event("u", at(0, 9)), '"0"'))

    stub.answers["REPORT", "/c/"] = report
    assert read_stub(world, stub, AccountState())[0] == [at(0, 9)]


def test_answers_for_other_events_than_asked_are_an_error(world: CalDavWorld, stub: StubServer) -> None:
    def report(headers: dict[str, str], body: str) -> Reply:
        if "sync-token" in body:
            return multistatus(response("/c/0.ics", ETAG.format('"0"')), token="t")
        return multistatus(text_of("/c/9.ics", event("u", at(0, 9)), '"0"'))

    stub.answers["REPORT", "/c/"] = report
    with pytest.raises(ConnectorError, match="other events than asked"):
        read_stub(world, stub, AccountState())


def test_an_event_that_vanished_meanwhile_is_left_out(world: CalDavWorld, stub: StubServer) -> None:
    def report(headers: dict[str, str], body: str) -> Reply:
        if "sync-token" in body:
            both = (response(f"/c/{n}.ics", ETAG.format(f'"{n}"')) for n in (0, 1))
            return multistatus(*both, response("/c/"), token="t")
        return multistatus(text_of("/c/1.ics", event("u", at(1, 9)), '"1"'))

    stub.answers["REPORT", "/c/"] = report
    assert read_stub(world, stub, AccountState())[0] == [at(1, 9)]


def test_tasks_beside_events_are_neither_busy_nor_broken(desk: Desk, world: CalDavWorld) -> None:
    mixed = world.add_calendar("Mixed")
    task = event("task", at(0, 9)).replace("VEVENT", "VTODO").replace("DTEND", "DUE")
    world.put(mixed, "task.ics", task)
    delta = desk.poll(busy=(mixed,))
    assert (delta.readings[0].busy, delta.skipped) == ((), ())


def test_properties_count_only_under_a_200() -> None:
    from lxml import etree

    body = """<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>
    <D:href>/c/</D:href><D:propstat><D:prop><D:displayname>Work</D:displayname></D:prop>
    <D:status>HTTP/1.1 200 OK</D:status></D:propstat><D:propstat><D:prop><C:calendar-description>no
    </C:calendar-description><D:displayname/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>
    </D:response></D:multistatus>"""
    (member,) = read_multistatus(etree.fromstring(body), "https://x/").members
    assert member.text(f"{DAV}displayname") == "Work"
    assert member.text(f"{CALDAV}calendar-description") is None


def test_a_state_of_another_version_means_reading_anew(desk: Desk, work: CalendarId) -> None:
    desk.poll()
    desk.state = replace(desk.state, json={**desk.state.json, "v": 0})
    assert desk.busy(work) == [at(0, 9), at(1, 9)]


def test_a_calendar_that_fails_may_hold_what_is_missing_and_one_that_is_gone_may_not(
    desk: Desk, work: CalendarId, world: CalDavWorld
) -> None:
    assert desk.poll(busy=(work,)).elsewhere_unread is False
    world.fail_at(work)
    assert desk.poll(busy=(work,)).elsewhere_unread is True
    world.recover()
    world.remove_calendar(work)
    assert desk.poll(busy=(work,)).elsewhere_unread is False


class _DoorBehindTheListing(MischiefDoor):
    """A person acts once, just after the server has said which calendars changed."""

    act: Callable[[], None] | None = None

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        reply = super().pass_on(method, path, headers, body)
        if method == "PROPFIND" and self.act is not None:
            act, self.act = self.act, None
            act()
        return reply


def test_an_entry_moved_while_we_read_is_found_where_it_went(xandikos: str) -> None:
    door = _DoorBehindTheListing(xandikos)
    with running_door(xandikos, door=door):
        world = CalDavWorld(xandikos, door, a_new_user())
        desk, work = Desk(world), world.add_calendar("Work")
        gone, moved = (desk.connector.create_entry(desk.home, draft(name)) for name in ("gone.0", "moved.0"))
        text = world.texts(desk.home)[moved.href]
        desk.poll()
        world.remove(desk.home, gone.href)

        def move() -> None:
            world.remove(desk.home, moved.href)
            world.put(work, moved.href, text)

        door.act = move
        delta = desk.poll()
        assert delta.entries == ()
        assert [found.uid for found in delta.elsewhere] == [moved.uid]
        world.close()
