"""One suite for everything that only says when a person is busy: in memory, and over HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.errors import BadResponseError, ConnectorError, RetryLaterError
from connectors.model import AccountState, BusyReading, TimeRange, Watch
from tests.connectors.events import spans, vcalendar, vevent
from tests.connectors.publisher import (
    WATCH,
    FeedWorld,
    HttpFeedWorld,
    MemoryFeedWorld,
    running_publisher,
)

NOTHING = vcalendar()


@pytest.fixture(params=["memory", "http"])
def world(request: pytest.FixtureRequest) -> Iterator[FeedWorld]:
    if request.param == "memory":
        yield MemoryFeedWorld()
    else:
        with running_publisher() as publisher:
            yield HttpFeedWorld(publisher)


def shift(day: int, start: int = 8, *, uid: str | None = None, **more: str) -> str:
    lines = [f"DTSTART:202610{day:02}T{start:02}0000Z", "DURATION:PT8H", "SUMMARY:Canary shift"]
    lines += [f"{name}:{value}" for name, value in more.items()]
    return vevent(*lines, uid=uid or f"{day}@roster")


def roster(days: range) -> str:
    return vcalendar(*(shift(day) for day in days))


def read(world: FeedWorld, state: AccountState | None = None, *, watch: Watch = WATCH) -> BusyReading:
    """One reading by a new source, its state gone through JSON as in a database."""
    with closing(world.source()) as source:
        found = source.read_busy(watch, state or AccountState())
    return replace(found, state=AccountState(json.loads(json.dumps(dict(found.state.json)))))


def test_every_event_of_the_file_makes_busy(world: FeedWorld) -> None:
    world.publish(vcalendar(shift(6), shift(8), shift(20, 22)))
    found = read(world)
    assert spans(found.busy) == ["10-06 08:00/16:00", "10-08 08:00/16:00", "10-20 22:00/10-21 06:00"]
    assert (found.skipped, found.error) == ((), None)


def test_what_is_free_declined_or_cancelled_does_not(world: FeedWorld) -> None:
    declined = "ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.org"
    world.publish(
        vcalendar(
            shift(6, TRANSP="TRANSPARENT"),
            shift(7, STATUS="CANCELLED"),
            vevent("DTSTART:20261008T080000Z", "DURATION:PT1H", declined, uid="declined"),
            shift(9),
        )
    )
    assert spans(read(world).busy) == ["10-09 08:00/16:00"]


def test_a_series_and_its_changed_day_belong_together_wherever_they_stand(world: FeedWorld) -> None:
    series = vevent("DTSTART:20261005T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", uid="series")
    moved = vevent(
        "RECURRENCE-ID:20261012T080000Z", "DTSTART:20261013T100000Z", "DURATION:PT1H", uid="series"
    )
    expected = ["10-05 08:00/09:00", "10-13 10:00/11:00", "10-19 08:00/09:00"]
    for order in ((series, shift(6, 20), moved), (moved, shift(6, 20), series)):
        world.publish(vcalendar(*order))
        assert [span for span in spans(read(world).busy) if "20:00" not in span] == expected


def test_shifts_that_share_a_uid_or_have_none_are_all_kept(world: FeedWorld) -> None:
    nameless = "\r\n".join(
        ("BEGIN:VEVENT", "DTSTART:20261009T080000Z", "DTEND:20261009T090000Z", "END:VEVENT")
    )
    world.publish(
        vcalendar(shift(6, uid="same"), shift(7, uid="same"), nameless, nameless.replace("09T", "10T"))
    )
    assert [span[:5] for span in spans(read(world).busy)] == ["10-06", "10-07", "10-09", "10-10"]


def test_each_event_is_read_in_the_time_zone_that_its_file_defines(world: FeedWorld) -> None:
    zones = [
        "\r\n".join(
            (
                "BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", "DTSTART:19700101T000000",
                f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE",
            )
        )
        for name, offset in ((r"Ward\, north", "+0300"), ("Ward south", "-0500"))
    ]  # fmt: skip
    events = (
        vevent('DTSTART;TZID="Ward, north":20261006T120000', "DURATION:PT1H", uid="north"),
        vevent("DTSTART;TZID=Ward south:20261006T120000", "DURATION:PT1H", uid="south"),
    )
    world.publish(vcalendar(*zones, *events))
    assert spans(read(world).busy) == ["10-06 09:00/10:00", "10-06 17:00/18:00"]


def test_a_hostile_event_costs_that_event_and_is_named_by_a_hash(world: FeedWorld) -> None:
    world.publish(vcalendar(shift(6), vevent("DTSTART:nonsense", "SUMMARY:Canary", uid="canary"), shift(8)))
    found = read(world)
    assert [span[:5] for span in spans(found.busy)] == ["10-06", "10-08"]
    (skipped,) = found.skipped
    assert skipped.href == hashlib.sha256(b"canary").hexdigest()[:12]
    assert skipped.reason == "has a malformed DTSTART"
    assert "canary" not in f"{skipped} {found.state}".lower()


def test_an_event_that_never_ends_does_not_swallow_the_next(world: FeedWorld) -> None:
    endless = shift(6).removesuffix("END:VEVENT") + "BEGIN:VALARM"
    world.publish(vcalendar(endless, shift(7)))
    found = read(world)
    assert [span[:5] for span in spans(found.busy)] == ["10-07"]
    assert [item.reason for item in found.skipped] == ["stops in the middle"]


def test_our_own_entries_in_a_published_calendar_are_not_busy(world: FeedWorld) -> None:
    world.publish(vcalendar(shift(6, uid="0gn7pjc7l7pvlica5rgmnn5vfkvmo5no@offplate"), shift(7)))
    assert [span[:5] for span in spans(read(world).busy)] == ["10-07"]


def test_reading_again_gives_the_same_and_a_change_is_seen(world: FeedWorld) -> None:
    world.publish(roster(range(6, 9)))
    first = read(world)
    again = read(world, first.state)
    assert again.busy == first.busy
    world.publish(roster(range(6, 10)))
    assert len(read(world, again.state).busy) == 4


def test_another_window_or_zone_is_read_anew(world: FeedWorld) -> None:
    december = "DTSTART;VALUE=DATE:20261201"
    world.publish(vcalendar(shift(6), vevent(december, uid="december")))
    first = read(world)
    weeks = timedelta(weeks=8)
    later = replace(WATCH, window=TimeRange(WATCH.window.start_at + weeks, WATCH.window.end_at + weeks))
    assert spans(read(world, first.state, watch=later).busy) == ["11-30 23:00/12-01 23:00"]
    in_lisbon = replace(later, time_zone="Europe/Lisbon")
    assert spans(read(world, first.state, watch=in_lisbon).busy) == ["12-01 00:00/12-02 00:00"]


def test_a_breakdown_is_an_error_and_never_an_empty_list(world: FeedWorld) -> None:
    world.publish(roster(range(6, 9)))
    first = read(world)
    world.break_down()
    with pytest.raises(RetryLaterError):
        read(world, first.state)
    world.publish(roster(range(6, 9)))
    assert read(world, first.state).busy == first.busy


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<!DOCTYPE html><html><form>Sign in</form></html>", "web page"),
        ('<?xml version="1.0"?><html/>', "web page"),
        ('{"error": 401}', "not a calendar file"),
        ("", "not a calendar file"),
        (roster(range(6, 9)).removesuffix("END:VCALENDAR\r\n"), "stops in the middle"),
        (vcalendar("BEGIN:VFREEBUSY", "END:VFREEBUSY"), "free/busy"),
        (vcalendar(*(vevent("DTSTART:x", uid=str(n)) for n in range(101))), "cannot be read"),
    ],
)
def test_what_is_no_calendar_is_an_error_not_free_time(world: FeedWorld, text: str, sentence: str) -> None:
    world.publish(roster(range(6, 9)))
    first = read(world)
    world.publish(text)
    with pytest.raises(BadResponseError) as raised:
        read(world, first.state)
    assert sentence in raised.value.detail


def test_a_full_calendar_that_is_suddenly_empty_is_believed_at_the_second_look(world: FeedWorld) -> None:
    world.publish(roster(range(5, 26)))
    full = read(world)
    world.publish(NOTHING)
    doubted = read(world, full.state)
    assert doubted.busy == full.busy != ()
    assert isinstance(doubted.error, ConnectorError)
    assert "suddenly empty; it held 21 events" in doubted.error.detail
    believed = read(world, doubted.state)
    assert (believed.busy, believed.error) == ((), None)


def test_a_doubted_calendar_that_comes_back_is_trusted_as_before(world: FeedWorld) -> None:
    world.publish(roster(range(5, 26)))
    full = read(world)
    world.publish(NOTHING)
    doubted = read(world, full.state)
    world.publish(roster(range(5, 26)))
    back = read(world, doubted.state)
    assert (back.busy, back.error) == (full.busy, None)
    world.publish(NOTHING)
    assert read(world, back.state).error is not None


def test_a_small_calendar_may_become_empty(world: FeedWorld) -> None:
    world.publish(roster(range(5, 25)))
    first = read(world)
    world.publish(NOTHING)
    emptied = read(world, first.state)
    assert (emptied.busy, emptied.error) == ((), None)


def test_more_events_than_anybody_has_are_refused_in_good_time(world: FeedWorld) -> None:
    often = "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(0, 24, 3)))
    lines = ("DTSTART:20261001T000000Z", "DURATION:PT1M", often)
    world.publish(vcalendar(*(vevent(*lines, uid=f"{n}@many") for n in range(30))))
    with pytest.raises(BadResponseError, match="more than 5000 times"):
        read(world)
    world.publish(vcalendar(*[shift(6, uid="one")] * 3_001))
    with pytest.raises(BadResponseError, match="more than 3000 events"):
        read(world)


def test_the_state_tells_no_title_no_uid_and_no_address(world: FeedWorld) -> None:
    world.publish(roster(range(6, 9)))
    kept = json.dumps(dict(read(world).state.json)).lower()
    for secret in ("canary", "@roster", "private-", "127.0.0.1"):
        assert secret not in kept
