"""CalDAV servers that answer oddly, event by event: each has a defined outcome, and the rest is unharmed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from connectors import ics
from connectors.errors import (
    AuthExpiredError,
    CalendarGoneError,
    ConnectorError,
    EntryChangedError,
    EntryExistsError,
    QuotaExhaustedError,
    RateLimitedError,
)
from connectors.model import AccountState, CalendarId, Watch
from tests.connectors.contract import WEEK, Desk, at, draft, event, fingerprint
from tests.connectors.worlds import CalDavWorld
from tests.servers import Reply

DAY = 86_400.0


@pytest.fixture
def world(radicale_world: CalDavWorld) -> CalDavWorld:
    return radicale_world


@pytest.fixture
def desk(world: CalDavWorld) -> Desk:
    return Desk(world)


def test_59_an_entry_without_its_mark_is_ours_by_its_uid(desk: Desk, world: CalDavWorld) -> None:
    ref = desk.connector.create_entry(desk.home, draft())
    lines = world.texts(desk.home)[ref.href].splitlines(keepends=True)
    world.put(desk.home, ref.href, "".join(line for line in lines if not line.startswith("X-OFFPLATE")))
    (seen,) = desk.poll().entries or ()
    assert (seen.ref.uid, seen.mark) == (draft().uid, None)
    assert seen.fingerprint == ics.fingerprint(draft())


def test_73_an_etag_that_a_compressing_proxy_renamed_stops_a_write_and_loses_nothing(
    desk: Desk, world: CalDavWorld
) -> None:
    world.quirks.add("gzip_put_etag")
    ref = desk.connector.create_entry(desk.home, draft())
    assert ref.etag is not None
    assert ref.etag.endswith('-gzip"')
    with pytest.raises(EntryChangedError):
        desk.connector.replace_entry(ref, draft(title="Bins and glass"))
    (seen,) = desk.poll().entries or ()
    assert seen.fingerprint == ics.fingerprint(draft())
    desk.connector.replace_entry(seen.ref, draft(title="Bins and glass"))
    (text,) = world.texts(desk.home).values()
    assert fingerprint(text) == ics.fingerprint(draft(title="Bins and glass"))


def test_73_etags_that_change_at_each_reading_are_no_edits_and_no_write_goes_through_on_one(
    desk: Desk, world: CalDavWorld
) -> None:
    work = world.add_calendar("Work")
    world.put(work, "mon.ics", event("mon", at(0, 9)))
    desk.connector.create_entry(desk.home, draft())
    world.quirks.update({"restless_etags", "no_sync", "no_ctag"})
    for _ in range(3):
        assert desk.busy(work) == [at(0, 9)]
        (seen,) = desk.poll().entries or ()
        assert seen.fingerprint == ics.fingerprint(draft())
    for write in (
        lambda: desk.connector.replace_entry(seen.ref, draft(title="Bins and glass")),
        lambda: desk.connector.delete_entry(seen.ref),
    ):
        with pytest.raises(EntryChangedError):
            write()
    assert len(world.texts(desk.home)) == 1


def test_74_a_server_that_says_412_for_ever_is_asked_once_and_read_once(
    desk: Desk, world: CalDavWorld
) -> None:
    ref = desk.connector.create_entry(desk.home, draft())
    before = world.texts(desk.home)
    world.answer("write", Reply(412), times=-1)
    attempts: list[tuple[Callable[[], object], type[ConnectorError]]] = [
        (lambda: desk.connector.create_entry(desk.home, draft("bath.0", at(3, 18))), EntryExistsError),
        (lambda: desk.connector.replace_entry(ref, draft(title="Bins and glass")), EntryChangedError),
        (lambda: desk.connector.delete_entry(ref), EntryChangedError),
    ]
    for write, error in attempts:
        world.door.seen.clear()
        with pytest.raises(error):
            write()
        assert [m for m, _ in world.door.seen if m in ("PUT", "DELETE")] in (["PUT"], ["DELETE"])
        assert len(world.door.seen) <= 3
    assert world.texts(desk.home) == before


REWRITES: dict[str, tuple[Callable[[str], str], bool]] = {
    "adds its default alarm": (
        lambda text: text.replace(
            "END:VEVENT",
            "BEGIN:VALARM\r\nACTION:DISPLAY\r\nX-APPLE-DEFAULT-ALARM:TRUE\r\nDESCRIPTION:x\r\n"
            "TRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT",
        ),
        True,
    ),
    "adds its own properties": (
        lambda text: text.replace("END:VEVENT", "X-SERVER:1\r\nCREATED:20261101T000000Z\r\nEND:VEVENT"),
        True,
    ),
    "moves the time": (lambda text: re.sub(r"(DTEND:\d+T\d\d)0000", r"\g<1>3000", text), False),
    "cuts the title": (lambda text: text.replace("SUMMARY:Bins out", "SUMMARY:Bins"), False),
}


@pytest.mark.parametrize(("rewrite", "same"), REWRITES.values(), ids=REWRITES.keys())
def test_76_what_the_server_made_of_an_entry_is_seen_as_it_stands_and_stays_ours_by_uid(
    desk: Desk, world: CalDavWorld, rewrite: Callable[[str], str], same: bool
) -> None:
    ref = desk.connector.create_entry(desk.home, draft())
    world.put(desk.home, ref.href, rewrite(world.texts(desk.home)[ref.href]))
    (seen,) = desk.poll().entries or ()
    assert seen.ref.uid == draft().uid
    assert (seen.fingerprint == ics.fingerprint(draft())) is same


def test_76_an_entry_under_another_uid_is_a_strangers_and_is_not_written_over(
    desk: Desk, world: CalDavWorld
) -> None:
    ref = desk.connector.create_entry(desk.home, draft())
    text = world.texts(desk.home)[ref.href].replace(draft().uid, "the-servers-own")
    world.remove(desk.home, ref.href)
    world.put(desk.home, ref.href, text)
    (seen,) = desk.poll().entries or ()
    assert seen.ref.uid == "the-servers-own"
    desk.connector.create_entry(desk.home, draft())
    assert world.texts(desk.home) == {ref.href: text}


@pytest.mark.parametrize("status", [200, 201, 204])
def test_77_an_entry_that_was_accepted_and_not_stored_is_not_listed(
    desk: Desk, world: CalDavWorld, status: int
) -> None:
    world.answer("write", Reply(status))
    desk.connector.create_entry(desk.home, draft())
    assert desk.poll().entries == ()
    desk.connector.create_entry(desk.home, draft())
    assert len(desk.poll().entries or ()) == 1


def test_79_a_calendar_whose_address_changed_is_an_error_and_keeps_its_last_reading(
    desk: Desk, world: CalDavWorld
) -> None:
    work = world.add_calendar("Work")
    world.put(work, "mon.ics", event("mon", at(0, 9)))
    assert desk.busy(work) == [at(0, 9)]
    target = work.rstrip("/") + "-renamed/"
    world.send("MOVE", work, Destination=target, Host=target.split("/")[2])
    if world.send("PROPFIND", work, Depth="0").status_code == 207:
        world.remove_calendar(work)  # a server that cannot rename: the old address is gone all the same
    (reading,) = [r for r in desk.poll(busy=(work,)).readings if r.calendar == work]
    assert isinstance(reading.error, CalendarGoneError)
    assert reading.busy == (at(0, 9),)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_81_a_password_refused_in_the_middle_of_a_poll_stops_it_at_once(
    desk: Desk, world: CalDavWorld, after: int
) -> None:
    calendars = [world.add_calendar(name) for name in ("Work", "Choir")]
    desk.poll()
    for calendar in calendars:
        world.put(calendar, "a.ics", event("a", at(0, 9)))
    state = desk.state
    world.answer("read", Reply(401), times=-1, after=after)
    world.door.seen.clear()
    with pytest.raises(AuthExpiredError):
        desk.poll()
    assert len(world.door.seen) == after + 1, "servers lock accounts that keep trying"
    world.recover()
    assert desk.state == state
    for calendar in calendars:
        assert desk.busy(calendar) == [at(0, 9)]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("-1", None, None),
        ("0", None, None),
        ("1000000000", DAY, DAY),
        ("9" * 400, DAY, DAY),
        ("soon", None, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None, None),
        (format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True), 3 * 3600 - 600, 3 * 3600),
        (format_datetime(datetime(9999, 12, 31, tzinfo=UTC), usegmt=True), DAY, DAY),
    ],
    ids=["-1", "0", "10^9", "400 digits", "a word", "a date long ago", "a date in three hours", "year 9999"],
)
def test_81_a_pause_asked_for_is_a_day_at_most_and_never_negative(
    desk: Desk, world: CalDavWorld, status: int, asked: str, least: float | None, most: float | None
) -> None:
    world.answer("write", Reply(status, {"Retry-After": asked}))
    with pytest.raises(RateLimitedError) as raised:
        desk.connector.create_entry(desk.home, draft())
    seconds = raised.value.retry_after_seconds
    assert (seconds or 0) >= (least or 0)
    assert (seconds or 0) <= (most or 0)
    assert world.texts(desk.home) == {}


def test_82_a_full_account_is_said_and_can_still_be_read(desk: Desk, world: CalDavWorld) -> None:
    desk.connector.create_entry(desk.home, draft())
    world.answer("write", Reply(507), times=-1)
    with pytest.raises(QuotaExhaustedError, match="is full"):
        desk.connector.create_entry(desk.home, draft("bath.0", at(3, 18)))
    assert len(desk.poll().entries or ()) == 1


@pytest.mark.parametrize("days", [-1, 1])
def test_83_a_clock_a_day_off_changes_nothing(desk: Desk, world: CalDavWorld, days: int) -> None:
    work = world.add_calendar("Work")
    desk.poll()
    world.now += timedelta(days=days)
    ref = desk.connector.create_entry(desk.home, draft())
    world.put(work, "mon.ics", event("mon", at(0, 9)))
    assert desk.busy(work) == [at(0, 9)]
    world.now -= timedelta(days=days)
    desk.connector.replace_entry(ref, draft(title="Bins and glass"))
    (seen,) = desk.poll().entries or ()
    assert seen.fingerprint == ics.fingerprint(draft(title="Bins and glass"))


def test_85_one_calendar_seen_by_two_accounts_holds_each_ones_entries_once(
    world: CalDavWorld,
) -> None:
    shared = CalendarId(world.add_calendar("Family"))
    ana, ben = world.connector(), world.connector()
    ana.create_entry(shared, draft("bins.0", at(1, 9)))
    ben.create_entry(shared, draft("bath.0", at(2, 9)))
    ben.create_entry(shared, draft("bins.0", at(1, 9)))
    assert len(world.texts(shared)) == 2
    for connector in (ana, ben):
        delta = connector.poll_account(Watch(WEEK, "UTC", home=shared), AccountState())
        assert {entry.mark for entry in delta.entries or ()} == {"bins.0", "bath.0"}
