"""A server is spoken to by two requests at once, whoever asks."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.caldav import CalDavAccount, CalDavConnector
from connectors.errors import ConnectorError, UnavailableError
from connectors.guard import GuardedSession
from connectors.lanes import MOST_AT_ONCE, Lanes
from tests.connectors.worlds import LOOPBACK, NOW
from tests.servers import Door, Reply, running_door

HERE = ("https", "cloud.example.org", 443)
THERE = ("https", "other.example.org", 443)


class CountingDoor(Door):
    """Answers nothing but 404, when two requests met or a while has passed; counts who is inside."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1/")
        self.inside = self.most_inside = self.answered = 0
        self._lock = threading.Lock()
        self._met = threading.Barrier(MOST_AT_ONCE)

    def pass_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        with self._lock:
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
        try:
            self._met.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            self._met.reset()
        with self._lock:
            self.inside -= 1
            self.answered += 1
        return Reply(404)


def test_eight_accounts_on_one_server_are_two_requests_at_once() -> None:
    door = CountingDoor()

    def look(url: str) -> None:
        connector = CalDavConnector(
            CalDavAccount(url, "ana", "secret"),
            clock=lambda: NOW,
            sleep=lambda _: None,
            allow_private_hosts=LOOPBACK,
        )
        with pytest.raises(ConnectorError):
            connector.list_calendars()
        connector.close()

    with running_door("http://127.0.0.1/", door=door), ThreadPoolExecutor(8) as pool:
        list(pool.map(look, [f"{door.url}dav/{number}/" for number in range(8)]))
    assert door.answered >= 8
    assert door.most_inside == 2


def test_who_waits_too_long_for_a_lane_sends_nothing_and_comes_back_later() -> None:
    lanes = Lanes(most_at_once=1)
    with running_door("http://127.0.0.1/", door=CountingDoor()) as door:
        port = int(door.url.rstrip("/").rpartition(":")[2])
        with (
            lanes.one_to(("http", "127.0.0.1", port), within_seconds=1),
            GuardedSession(allow_private_hosts=LOOPBACK, total_seconds=0.05, lanes=lanes) as session,
            pytest.raises(UnavailableError, match=r"127\.0\.0\.1 is busy"),
        ):
            session.get(door.url)
        assert door.most_inside == 0  # type: ignore[attr-defined]


def test_a_busy_server_keeps_nobody_from_another() -> None:
    lanes = Lanes(most_at_once=1)
    with lanes.one_to(HERE, within_seconds=0), lanes.one_to(THERE, within_seconds=0):
        pass


def test_a_lane_is_given_back_after_an_error() -> None:
    lanes = Lanes(most_at_once=1)
    for _ in range(2):
        with pytest.raises(KeyError), lanes.one_to(HERE, within_seconds=0):
            raise KeyError


def test_servers_that_nobody_talks_to_are_forgotten() -> None:
    lanes = Lanes()
    for number in range(50):
        with lanes.one_to(("https", f"{number}.example.org", 443), within_seconds=0):
            pass
    gc.collect()
    assert len(lanes._to) == 0
