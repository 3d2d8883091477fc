"""The whole contract on servers with other servers' habits: Radicale behind a proxy that imitates them.

A rehearsal, not a conformance row. What a habit makes impossible is named beside it, with its reason. Parts
of the contract that a habit does not touch run on it with `--long` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pytest

from connectors.errors import EntryChangedError
from tests.connectors.contract import (
    CalendarContract,
    ConnectorContract,
    CreateContract,
    DeleteContract,
    Desk,
    PollContract,
    RefusalContract,
    ReplaceContract,
    at,
    desk,
    draft,
    fingerprint,
)
from tests.connectors.worlds import CalDavWorld, MischiefDoor, World, a_new_user

__all__ = ["desk"]

UNTIL_READ = "an ETag that is unknown until the next poll protects nothing before it"
NO_ETAG = {
    "test_replacing_keeps_a_persons_edit": UNTIL_READ,
    "test_deleting_keeps_a_persons_edit": UNTIL_READ,
    "test_creating_twice_is_success": "it compares ETags; test_caldav_writing.py does without",
    "test_the_new_text_stands_under_the_same_name": "it compares ETags; test_caldav_writing.py does without",
}


READING = (PollContract, RefusalContract)
WRITING = (CreateContract, ReplaceContract, DeleteContract, RefusalContract)
MAKING = (CalendarContract, RefusalContract)


class HabitWorld(CalDavWorld):
    """A server with habits that it keeps when the network recovers."""

    def __init__(self, server: str, door: MischiefDoor, *habits: str) -> None:
        super().__init__(server, door, a_new_user(), admin="admin")
        self.habits = habits
        self.quirks.update(habits)

    def recover(self) -> None:
        super().recover()
        self.quirks.update(self.habits)


class Habit:
    """`habits` are names of tests/connectors/quirky.py, `touched` the parts of the contract that they are
    about; `impossible` are promises such a server breaks."""

    habits: tuple[str, ...] = ()
    touched: tuple[type, ...] = (ConnectorContract,)
    impossible: Mapping[str, str] = MappingProxyType({})
    requests_without_change = 2

    @pytest.fixture
    def world(
        self, radicale: str, radicale_door: MischiefDoor, request: pytest.FixtureRequest
    ) -> Iterator[World]:
        if reason := self.impossible.get(request.node.originalname):
            pytest.skip(reason)
        test = request.node.originalname
        inherited = test in dir(ConnectorContract) and not any(test in dir(part) for part in self.touched)
        if inherited and not request.config.getoption("--long"):
            pytest.skip("the habit does not touch it: --long")
        world = HabitWorld(radicale, radicale_door, *self.habits)
        world.requests_without_change = self.requests_without_change
        yield world
        world.close()


class TestWithoutSyncReports(Habit, ConnectorContract):
    """Posteo, GMX, Yahoo: ctags, and listings behind them; the ETag of a write is missing."""

    habits = ("no_sync", "no_put_etag", "teapot")
    touched = READING
    impossible = NO_ETAG


class TestWithoutAnyHintOfChange(Habit, ConnectorContract):
    """The lowest rung of the ladder: neither sync reports nor ctags."""

    habits = ("no_sync", "no_ctag", "odd_content_type")
    touched = READING
    requests_without_change = 3


class TestWhereABadTokenIsTold412(Habit, ConnectorContract):
    """Xandikos' and Zimbra's refusal of a token, removed members as 418 as at Infomaniak."""

    habits = ("token_412", "teapot", "no_token")
    touched = READING


class TestWhereABadTokenIsToldEverything(Habit, ConnectorContract):
    """DAViCal and SOGo: no error, but a report of all that there is, without what was removed."""

    habits = ("whole_for_a_bad_token",)
    touched = READING


class TestWhereWritesReturnNoEtag(Habit, ConnectorContract):
    """sabre/dav, DAViCal, Cyrus."""

    habits = ("no_put_etag", "silent_create_status")
    touched = WRITING
    impossible = NO_ETAG


class TestWhereWritesReturnAWeakEtag(Habit, ConnectorContract):
    """GMX, compressing proxies."""

    habits = ("weak_put_etag", "odd_content_type", "no_sync")
    touched = WRITING
    impossible = NO_ETAG


class AfterAPoll:
    """What `NO_ETAG` leaves out holds as the flow writes: with what a poll has just seen."""

    def test_a_persons_edit_before_the_poll_or_after_it_is_kept(self, desk: Desk) -> None:
        desk.connector.create_entry(desk.home, draft())
        (seen,) = desk.poll().entries or ()
        theirs = desk.edit(seen.ref, at(4, 20))
        for write in (
            lambda: desk.connector.replace_entry(seen.ref, draft(title="Bins and glass")),
            lambda: desk.connector.delete_entry(seen.ref),
        ):
            with pytest.raises(EntryChangedError):
                write()
        assert desk.world.texts(desk.home)[seen.ref.href] == theirs
        (now,) = desk.poll().entries or ()
        assert now.fingerprint == fingerprint(theirs)


class TestWithoutEtagsAfterAPoll(Habit, AfterAPoll):
    habits = ("no_put_etag", "silent_create_status")


class TestWithWeakEtagsAfterAPoll(Habit, AfterAPoll):
    habits = ("weak_put_etag", "odd_content_type", "no_sync")


class TestWhereConditionsAreIgnored(Habit, ConnectorContract):
    """SOGo, and Zimbra in part: an edit in the moment between reading and writing is lost there."""

    habits = ("no_if_none_match", "no_if_match_delete", "if_match_creates")
    touched = WRITING
    impossible = MappingProxyType(
        {
            "test_creating_keeps_a_persons_edit": "a create overwrites where If-None-Match is ignored",
            "test_another_event_in_the_place_is_kept": "a create overwrites where If-None-Match is ignored",
            "test_deleting_keeps_a_persons_edit": "a delete takes all where If-Match is ignored",
        }
    )


class TestWhereMakingACalendarForgetsItsDescription(Habit, ConnectorContract):
    habits = ("no_description",)
    touched = MAKING


class TestWhereNoDescriptionIsKept(Habit, ConnectorContract):
    """SOGo: ours is known by the address that only its mark leads to."""

    habits = ("keeps_no_description",)
    touched = MAKING
