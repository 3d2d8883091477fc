"""A feed over HTTP: one conditional GET, behind the guard, and an address that nobody ever reads."""

from __future__ import annotations

import gzip
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.errors import (
    AccessDeniedError,
    AuthExpiredError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    RateLimitedError,
    UnavailableError,
    UnsafeAddressError,
)
from connectors.feed import FeedSource
from connectors.feed.source import https_of
from connectors.model import AccountState, BusyReading, TimeRange, Watch
from tests.connectors.events import vcalendar, vevent
from tests.connectors.hostile import running_hostile_server
from tests.connectors.publisher import LOOPBACK, SECRET_PATH, WATCH, Publisher, running_publisher

SHIFT = vevent("DTSTART:20261006T080000Z", "DURATION:PT8H")
FILE = vcalendar(SHIFT)
CHANGED = vcalendar(SHIFT, vevent("DTSTART:20261007T080000Z", "DURATION:PT8H", uid="two"))
SOON = 0.6


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with running_publisher() as running:
        running.publish(FILE, etag='"one"')
        yield running


@pytest.fixture
def source(publisher: Publisher) -> Iterator[FeedSource]:
    made = FeedSource(publisher.url, label="Roster", allow_private_hosts=LOOPBACK)
    yield made
    made.close()


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    with running_hostile_server() as port:
        yield f"http://127.0.0.1:{port}"


def first(source: FeedSource, watch: Watch = WATCH) -> BusyReading:
    return source.read_busy(watch, AccountState())


def refused(source: FeedSource, state: AccountState | None = None) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        source.read_busy(WATCH, state or AccountState())
    shown = "".join(traceback.format_exception(raised.value))
    assert "private-" not in f"{shown} {raised.value!r}"
    return raised.value


@pytest.mark.parametrize(
    "validators",
    [{"etag": '"one"'}, {"etag": 'W/"weak"'}, {"last_modified": "Mon, 05 Oct 2026 08:00:00 GMT"}],
)
def test_an_unchanged_file_costs_one_request_and_nothing_else(
    publisher: Publisher, source: FeedSource, validators: dict[str, str]
) -> None:
    publisher.publish(FILE, **validators)
    read = first(source)
    publisher.body = b"not a calendar: nobody may read this"
    again = source.read_busy(WATCH, read.state)
    assert (again.busy, again.state) == (read.busy, read.state)
    assert source.traffic.requests == 2


def test_a_changed_file_is_read(publisher: Publisher, source: FeedSource) -> None:
    read = first(source)
    publisher.publish(CHANGED, etag='"two"')
    assert len(source.read_busy(WATCH, read.state).busy) == 2


def test_a_server_without_validators_is_asked_without_conditions(
    publisher: Publisher, source: FeedSource
) -> None:
    publisher.publish(FILE)
    assert source.read_busy(WATCH, first(source).state).busy == first(source).busy
    assert {header.lower() for asked in publisher.asked for header in asked} & {
        "if-none-match",
        "if-modified-since",
    } == set()


def moved(weeks: int) -> Watch:
    by = timedelta(weeks=weeks)
    return replace(WATCH, window=TimeRange(WATCH.window.start_at + by, WATCH.window.end_at + by))


def test_the_file_is_read_anew_when_the_weeks_leave_what_was_read(
    publisher: Publisher, source: FeedSource
) -> None:
    publisher.publish(
        vcalendar(vevent("DTSTART:20261001T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")), etag='"one"'
    )
    read = first(source)
    within = source.read_busy(moved(4), read.state)
    assert publisher.asked[-1]["If-None-Match"] == '"one"'
    assert len(within.busy) == 3, "the weeks that follow are known already"
    beyond = source.read_busy(moved(5), within.state)
    assert publisher.asked[-1]["If-None-Match"] is None
    assert len(beyond.busy) == 3


def test_a_doubted_file_is_fetched_whole_at_the_second_look(publisher: Publisher, source: FeedSource) -> None:
    many = (vevent("DTSTART:20261006T080000Z", "DURATION:PT1H", uid=f"{n}") for n in range(21))
    publisher.publish(vcalendar(*many), etag='"full"')
    read = first(source)
    publisher.publish(vcalendar(), etag='"empty"')
    doubted = source.read_busy(WATCH, read.state)
    assert doubted.error
    assert doubted.error.next_step
    believed = source.read_busy(WATCH, doubted.state)
    assert publisher.asked[-1]["If-None-Match"] is None
    assert (believed.busy, believed.error) == ((), None)
    source.read_busy(WATCH, believed.state)
    assert publisher.asked[-1]["If-None-Match"] == '"empty"'


def test_a_compressed_file_is_read_and_a_bomb_is_not(publisher: Publisher, source: FeedSource) -> None:
    publisher.publish(FILE)
    publisher.headers["Content-Encoding"] = "gzip"
    publisher.body = gzip.compress(FILE.encode())
    assert len(first(source).busy) == 1
    publisher.body = gzip.compress(FILE.encode() + b" " * 40_000_000)
    assert "larger than 8 MB" in refused(source).detail


@pytest.mark.parametrize(
    ("status", "headers", "error", "sentence"),
    [
        (401, {}, AuthExpiredError, "wants a password"),
        (403, {}, AccessDeniedError, "does not let us read"),
        (404, {}, CalendarGoneError, "no longer published"),
        (410, {}, CalendarGoneError, "no longer published"),
        (418, {}, BadResponseError, "unknown to feeds (418)"),
        (304, {}, BadResponseError, "unknown to feeds (304)"),
        (500, {}, UnavailableError, "could not answer (500)"),
        (503, {}, UnavailableError, "could not answer (503)"),
        (503, {"Retry-After": "120"}, RateLimitedError, "asks for a pause"),
        (429, {}, RateLimitedError, "asks for a pause"),
    ],
)
def test_every_refusal_is_one_plain_sentence_with_a_next_step(
    publisher: Publisher,
    source: FeedSource,
    status: int,
    headers: dict[str, str],
    error: type[ConnectorError],
    sentence: str,
) -> None:
    publisher.status, publisher.headers = status, headers
    raised = refused(source)
    assert type(raised) is error
    assert sentence in raised.detail
    assert (raised.connector, raised.operation) == ("Roster", "GET")
    assert "CalDAV" not in raised.next_step
    assert "app) password" not in raised.next_step


def test_how_long_to_wait_is_passed_on(publisher: Publisher, source: FeedSource) -> None:
    publisher.status, publisher.headers = 429, {"Retry-After": "999999999"}
    raised = refused(source)
    assert isinstance(raised, RateLimitedError)
    assert raised.retry_after_seconds == 86_400
    publisher.headers = {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}
    raised = refused(source)
    assert isinstance(raised, RateLimitedError)
    assert raised.retry_after_seconds is None


def test_a_redirect_is_followed_inside_the_same_origin_only(publisher: Publisher, source: FeedSource) -> None:
    publisher.moved_to = "/elsewhere/calendar.ics"
    assert len(first(source).busy) == 1
    publisher.moved_to = SECRET_PATH
    assert "redirects without end" in refused(source).detail
    with running_publisher() as other:
        other.publish(FILE)
        publisher.moved_to = other.url
        raised = refused(source)
        assert isinstance(raised, CalendarGoneError)
        assert raised.detail == "127.0.0.1 sends on to another server, 127.0.0.1."
        assert other.asked == []
    publisher.moved_to = "http://[nonsense/"
    assert isinstance(refused(source), BadResponseError)


@pytest.mark.parametrize("path", ["/drip", "/header-drip", "/silence"])
def test_a_server_that_stalls_is_cut_off_in_time(hostile: str, path: str) -> None:
    source = FeedSource(hostile + path, allow_private_hosts=LOOPBACK, total_seconds=SOON)
    before = datetime.now(UTC)
    assert isinstance(refused(source), UnavailableError)
    assert datetime.now(UTC) - before < timedelta(seconds=SOON + 1)
    source.close()


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/bomb", BadResponseError),
        ("/endless", BadResponseError),
        ("/endless-redirect", BadResponseError),
        ("/half", UnavailableError),
        ("/page", BadResponseError),
        ("/elsewhere", CalendarGoneError),
        ("/loop", BadResponseError),
        ("/missing", CalendarGoneError),
    ],
)
def test_nonsense_ends_in_the_right_error(hostile: str, path: str, error: type[ConnectorError]) -> None:
    source = FeedSource(hostile + path, allow_private_hosts=LOOPBACK)
    assert type(refused(source)) is error
    source.close()


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("webcal://roster.example.org/x.ics", "https://roster.example.org/x.ics"),
        (" WEBCALS://roster.example.org/x.ics", "https://roster.example.org/x.ics"),
        ("https://roster.example.org/x.ics?key=1", "https://roster.example.org/x.ics?key=1"),
    ],
)
def test_webcal_is_read_as_https(written: str, asked: str) -> None:
    assert https_of(written) == asked


@pytest.mark.parametrize(
    "url",
    [
        "http://roster.example.org/private-7/x.ics",
        "https://ana:private-7@roster.example.org/x.ics",
        "file:///private-7",
        "https://[private-7/",
        "https://roster.example.org:private-7/",
        "http://127.0.0.1:1/private-7",
        "webcal://127.0.0.1:1025/private-7",
    ],
)
def test_an_unsafe_address_is_refused_and_not_told(url: str) -> None:
    source = FeedSource(url)
    assert isinstance(refused(source), UnsafeAddressError | UnavailableError)
    source.close()


def test_the_address_is_in_no_log_line_whatever_the_server_does(
    publisher: Publisher, source: FeedSource, hostile: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first(source)
    publisher.status = 500
    refused(source)
    publisher.headers["X-Odd\r\n nonsense without a colon\r\nX"] = (
        "urllib3 quotes the address of such an answer"
    )
    for address in (publisher.url, hostile + "/silence?private-7"):
        impatient = FeedSource(address, allow_private_hosts=LOOPBACK, total_seconds=0.2)
        refused(impatient)
        impatient.close()
    assert "private-" not in caplog.text
