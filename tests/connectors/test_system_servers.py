"""The contract on servers that need the system's packages: Cyrus, DAViCal, SOGo, where one is running.

docs/connectors.md says how to set one up. Each is named by a variable that holds its CalDAV address;
there it has a user `ana` whose calendars the tests may throw away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import urlsplit

import pytest

from connectors.caldav import CalDavConnector
from tests.connectors.contract import ConnectorContract, desk
from tests.connectors.worlds import CalDavWorld, MischiefDoor, World
from tests.servers import running_door

__all__ = ["desk"]

VARIABLES = ("OFFPLATE_CALDAV_CYRUS", "OFFPLATE_CALDAV_DAVICAL", "OFFPLATE_CALDAV_SOGO")
if not any(variable in os.environ for variable in VARIABLES):  # one line, not a skip for each test
    pytest.skip(
        f"no CalDAV server of the system is named in {', '.join(VARIABLES)}; see docs/connectors.md",
        allow_module_level=True,
    )

NOT_HERE = MappingProxyType(
    {"test_a_chosen_calendar_that_is_read_only_is_said": "a user's own calendar has all rights"}
)
NO_UID_CONFLICT = MappingProxyType(
    {**NOT_HERE, "test_a_uid_held_by_another_event_is_said": "DAViCal knows no conflict of UIDs"}
)
CONDITIONS_IGNORED = MappingProxyType(
    {
        **NOT_HERE,
        "test_creating_twice_is_success": "SOGo ignores If-None-Match: the second is a new version",
        "test_creating_keeps_a_persons_edit": "SOGo ignores If-None-Match",
        "test_another_event_in_the_place_is_kept": "SOGo ignores If-None-Match",
        "test_deleting_keeps_a_persons_edit": "SOGo ignores If-Match on DELETE",
    }
)


class SystemWorld(CalDavWorld):
    """One user for all tests, so each begins with a cleared home; the address may have a path."""

    requests_without_change = 3

    def __init__(self, address: str, door: MischiefDoor) -> None:
        parts = urlsplit(address)
        self._entrance = parts.path.lstrip("/")
        super().__init__(f"{parts.scheme}://{parts.netloc}/", door, "ana")
        for calendar in self.connector().list_calendars():
            # A user's first calendar stays, on Cyrus.
            if self.send("DELETE", calendar.id).status_code >= HTTPStatus.BAD_REQUEST:
                for name in self.texts(calendar.id):
                    self.remove(calendar.id, name)

    def connector(self, *, password: str | None = None, url: str | None = None) -> CalDavConnector:
        given = {} if password is None else {"password": password}
        return super().connector(url=url or self.door.url + self._entrance, **given)


@pytest.mark.system_server
class OnASystemServer(ConnectorContract):
    variable = ""
    impossible: Mapping[str, str] = NOT_HERE

    @pytest.fixture
    def world(self, request: pytest.FixtureRequest) -> Iterator[World]:
        if reason := self.impossible.get(request.node.originalname):
            pytest.skip(reason)
        address = os.environ[self.variable]
        door = MischiefDoor(address)
        with running_door(address, door=door):
            world = SystemWorld(address, door)
            yield world
            world.close()


def _skip_without(variable: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(variable not in os.environ, reason=f"{variable} names no server")


@_skip_without("OFFPLATE_CALDAV_CYRUS")
class TestCyrus(OnASystemServer):
    variable = "OFFPLATE_CALDAV_CYRUS"


@_skip_without("OFFPLATE_CALDAV_DAVICAL")
class TestDavical(OnASystemServer):
    variable = "OFFPLATE_CALDAV_DAVICAL"
    impossible = NO_UID_CONFLICT


@_skip_without("OFFPLATE_CALDAV_SOGO")
class TestSogo(OnASystemServer):
    variable = "OFFPLATE_CALDAV_SOGO"
    impossible = CONDITIONS_IGNORED
