"""An entry of ours that its person has moved into another calendar of theirs: it is done there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.errors import UnavailableError
from connectors.memory_server import Resource
from service.domain.household import PartnerId
from service.domain.interval import Interval
from service.flow.leave import leave
from service.flow.our_calendar import lose_sight
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, Home, span, time_range
from tests.flow.test_gestures import asked, block, entry, hit, home, line, mails, press, quiet, swim, there

__all__ = ["home"]

STAYS = "you put this into another calendar; it stays there"


def take_out(home: Home, partner: PartnerId, title: str) -> Resource:
    """The first half of a move."""
    found = entry(home, partner, title)
    home.server.account(partner).delete(found.uid)
    return found


def put_in(home: Home, partner: PartnerId, moved: Resource, to: str | None = None) -> None:
    """The second half of a move."""
    account = home.server.account(partner)
    account.put(home.personal[partner], moved.href, moved.text)
    if to is not None:
        account.move(moved.uid, time_range(span(to)))


def move(home: Home, partner: PartnerId, title: str, to: str | None = None) -> Resource:
    moved = take_out(home, partner, title)
    put_in(home, partner, moved, to)
    return moved


def own(home: Home, partner: PartnerId) -> dict[str, str]:
    """What lies in that partner's own calendar, by UID."""
    resources = home.server.account(partner).calendars[home.personal[partner]].resources
    return {resource.uid: resource.text for resource in resources.values()}


def times(home: Home, partner: PartnerId, title: str) -> Interval:
    time = entry(home, partner, title).time
    return Interval(time.start_at, time.end_at)


@pytest.mark.parametrize(("partner", "title"), [(ANA, "Food shop"), (BEN, "Bins")])
def test_a_chore_is_its_persons_there_and_neither_written_again_nor_asked_about(
    home: Home, partner: PartnerId, title: str
) -> None:
    moved = move(home, partner, title)
    assert quiet(home)
    assert not there(home, partner, title)
    assert own(home, partner)[moved.uid] == moved.text
    assert [asked(home, who) for who in (ANA, BEN)] == [[], []]
    assert mails(home, ANA) + mails(home, BEN) == []
    shown = line(home, partner, title)
    assert shown is not None
    assert (shown.soft_line, shown.interval.start_at) == (STAYS, moved.time.start_at)


def test_a_chore_is_planned_where_it_stands_there(home: Home) -> None:
    move(home, BEN, "Bins", "Wed 20:00-20:15")
    assert quiet(home)
    assert block(home, "bins.0").interval == span("Wed 20:00-20:15")
    shown = line(home, BEN, "Bins")
    assert shown is not None
    assert shown.interval == span("Wed 20:00-20:15")


def test_a_chore_deleted_there_is_not_written_again(home: Home) -> None:
    moved = move(home, BEN, "Bins")
    tick(home.world, HOME)
    home.server.account(BEN).delete(moved.uid)
    assert quiet(home)
    assert not there(home, BEN, "Bins")
    assert line(home, BEN, "Bins") is None
    assert asked(home, BEN) == []


def test_a_chore_moved_back_is_ours_again(home: Home) -> None:
    moved = move(home, BEN, "Bins")
    tick(home.world, HOME)
    account = home.server.account(BEN)
    account.delete(moved.uid)
    home_id = home.store.accounts.get(HOME, BEN).home_id  # type: ignore[union-attr]
    account.put(home_id, moved.href, moved.text)
    assert quiet(home)
    shown = line(home, BEN, "Bins")
    assert shown is not None
    assert shown.soft_line == ""


def test_a_chore_in_another_calendar_can_be_said_to_be_done(home: Home) -> None:
    move(home, BEN, "Bins")
    tick(home.world, HOME)
    shown = line(home, BEN, "Bins")
    assert shown is not None
    assert "done" in shown.presses


def test_a_time_for_oneself_keeps_its_cover(home: Home) -> None:
    before = swim(home)
    moved = move(home, ANA, "Yours: swim")
    assert quiet(home)
    assert swim(home) == before
    assert times(home, BEN, "On duty") == before.interval
    assert not there(home, ANA, "Yours: swim")
    assert own(home, ANA)[moved.uid] == moved.text
    assert [asked(home, who) for who in (ANA, BEN)] == [[], []]


def test_a_time_for_oneself_moved_to_another_time_as_well_takes_its_cover_along(home: Home) -> None:
    move(home, ANA, "Yours: swim", "Thu 18:00-19:30")
    tick(home.world, HOME)
    assert quiet(home)
    assert swim(home).interval == span("Thu 18:00-19:30")
    assert times(home, BEN, "On duty") == span("Thu 18:00-19:30")
    assert not there(home, ANA, "Yours: swim")


def test_a_time_for_oneself_deleted_there_is_given_up(home: Home) -> None:
    moved = move(home, ANA, "Yours: swim")
    tick(home.world, HOME)
    home.server.account(ANA).delete(moved.uid)
    tick(home.world, HOME)
    assert not there(home, BEN, "On duty: this time is Ana")
    assert len(asked(home, ANA)) == 1


def test_another_time_chosen_on_the_page_is_written_and_theirs_is_left_alone(home: Home) -> None:
    moved = move(home, ANA, "Yours: swim")
    tick(home.world, HOME)
    old = swim(home).interval
    hit(home, BEN, old)
    slot = next(choice for choice in asked(home, BEN)[0].choices if not choice.quiet)
    press(home, BEN, slot.label)
    assert quiet(home)
    new = swim(home).interval
    assert new != old
    assert times(home, ANA, "Yours: swim") == new
    assert own(home, ANA)[moved.uid] == moved.text


def test_a_cover_put_into_another_calendar_stands_there(home: Home) -> None:
    before = swim(home)
    move(home, BEN, "On duty")
    assert quiet(home)
    assert swim(home) == before
    assert not there(home, BEN, "On duty")
    assert [asked(home, who) for who in (ANA, BEN)] == [[], []]


@pytest.mark.parametrize(("partner", "title"), [(ANA, "Food shop"), (BEN, "Bins"), (ANA, "Yours: swim")])
def test_nothing_is_decided_until_every_calendar_was_read(home: Home, partner: PartnerId, title: str) -> None:
    before = swim(home)
    moved = take_out(home, partner, title)
    for _ in range(2):
        reads = 1 if partner == ANA else 3  # each home, then their own calendar
        home.server.fail_next(UnavailableError("No answer."), "read", skip=reads)
        tick(home.world, HOME, at_once=True)
        assert not there(home, partner, title)
        assert [asked(home, who) for who in (ANA, BEN)] == [[], []]
        assert (swim(home), there(home, BEN, "On duty")) == (before, True)
    put_in(home, partner, moved)
    assert quiet(home)
    assert [asked(home, who) for who in (ANA, BEN)] == [[], []]
    assert there(home, BEN, "On duty")


@pytest.mark.parametrize("minutes", [0, 5])
def test_what_is_never_left_out_and_came_back_before_it_was_seen_there_goes_again(
    home: Home, minutes: int
) -> None:
    moved = take_out(home, BEN, "Bins")
    tick(home.world, HOME)
    assert there(home, BEN, "Bins")
    put_in(home, BEN, moved)
    home.clock.move(timedelta(minutes=minutes))
    tick(home.world, HOME)
    assert not there(home, BEN, "Bins")
    assert [asked(home, who) for who in (ANA, BEN)] == [[], []]
    assert own(home, BEN)[moved.uid] == moved.text
    assert quiet(home)
    shown = line(home, BEN, "Bins")
    assert shown is not None
    assert shown.soft_line == STAYS


def test_what_could_not_go_again_at_once_goes_at_the_next_tick(home: Home) -> None:
    moved = take_out(home, BEN, "Bins")
    tick(home.world, HOME)
    put_in(home, BEN, moved)
    home.server.fail_next(UnavailableError("No answer."), "delete")
    tick(home.world, HOME)
    assert there(home, BEN, "Bins")
    tick(home.world, HOME, at_once=True)
    assert not there(home, BEN, "Bins")
    assert quiet(home)


def test_a_calendar_of_ours_that_was_left_is_not_where_everything_was_moved_to(home: Home) -> None:
    account = home.server.account(BEN)
    for resource in account.entries():
        account.delete(resource.uid)
        account.put(home.personal[BEN], resource.href, resource.text)
    kept = home.store.accounts.get(HOME, BEN)
    assert kept is not None
    lose_sight(home.world, kept)
    for _ in range(2):
        tick(home.world, HOME, at_once=True)
        assert there(home, BEN, "Bins")
    assert quiet(home)


def test_a_time_for_oneself_taken_for_given_up_stands_again_once_it_is_seen(home: Home) -> None:
    before = swim(home)
    moved = take_out(home, ANA, "Yours: swim")
    tick(home.world, HOME)
    assert not there(home, BEN, "On duty: this time is Ana")
    put_in(home, ANA, moved)
    tick(home.world, HOME)
    assert quiet(home)
    assert swim(home).interval == before.interval
    assert times(home, BEN, "On duty: this time is Ana") == before.interval
    assert [asked(home, who) for who in (ANA, BEN)] == [[], []]


def test_moving_most_of_a_week_is_no_accident(home: Home) -> None:
    for title in ("Food shop", "Laundry", "Laundry", "Laundry", "Feeding", "Yours: swim"):
        move(home, ANA, title)
    report = tick(home.world, HOME)
    assert report.partners[ANA].problem is None
    assert quiet(home)


def test_leaving_leaves_what_was_moved(home: Home) -> None:
    moved = move(home, BEN, "Bins")
    tick(home.world, HOME)
    leave(home.world, HOME, BEN, owner="test")
    assert own(home, BEN)[moved.uid] == moved.text
