"""The contract on Google, and what only Google's API makes possible or impossible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pytest

from tests.connectors.contract import ConnectorContract, desk
from tests.connectors.google_world import GoogleDoor, GoogleWorld, running_google_door
from tests.connectors.worlds import World

__all__ = ["desk"]

FREE_BUSY = "Google reads other people's events itself and gives us nothing but the times"
RIGHTS = "our rights at Google reach no calendar that we did not make; see the tests below"
MAIN_ONLY = "copies stand in the main calendar alone; see the tests of the account"
ZONES = "Google takes all-day events in the zone of their calendar"
NOT_AT_GOOGLE: Mapping[str, str] = MappingProxyType(
    {
        "test_one_broken_event_costs_that_event_only": FREE_BUSY,
        "test_an_event_read_only_in_part_still_counts_and_is_named": FREE_BUSY,
        "test_a_calendar_chosen_by_its_id_is_used_as_it_is": RIGHTS,
        "test_a_copy_made_for_colleagues_is_never_busy": MAIN_ONLY,
        "test_all_day_events_last_the_days_of_the_person": ZONES,
    }
)


@pytest.fixture(scope="module")
def google_door() -> Iterator[GoogleDoor]:
    with running_google_door() as door:
        yield door


@pytest.fixture
def google(google_door: GoogleDoor) -> Iterator[GoogleWorld]:
    world = GoogleWorld(google_door)
    yield world
    world.close()


class TestGoogle(ConnectorContract):
    @pytest.fixture
    def world(self, google: GoogleWorld, request: pytest.FixtureRequest) -> World:
        if reason := NOT_AT_GOOGLE.get(request.node.originalname):
            pytest.skip(reason)
        return google
