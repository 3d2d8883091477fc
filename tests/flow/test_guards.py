"""When something looks like an accident: nothing is written, one person is asked once, the other goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors import identity
from connectors.errors import CalendarGoneError
from service.flow import check_in
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home

MANY = [
    a_chore(name, "ana", minutes=15, cadence="daily", window="17:00-21:30", only=("ana",))
    for name in ("Toys", "Plants", "Post", "Towels")
]


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Home]:
    """Ana's week holds 28 small things; the next one is planned and written."""
    with a_home(tmp_path, chores=MANY) as home:
        tick(home.world, HOME)
        assert len(home.server.account(ANA).entries()) > 28
        yield home


def asked_for_help(home: Home) -> list[object]:
    return [text for kind, partner, _, text in home.post.sent if (kind, partner) == ("needs_you", ANA)]


def our_calendars(home: Home) -> int:
    calendars = home.server.account(ANA).calendars.values()
    return sum(1 for calendar in calendars if identity.find_mark(calendar.description))


def empty_the_plan(home: Home) -> None:
    """As some accident would."""
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    home.store.plans.save(
        HOME,
        WEEK,
        "published",
        replace(stored.plan, blocks=()),
        snapshot=stored.snapshot,
        made_at=home.clock.now(),
    )


def test_most_of_a_week_is_removed_only_when_somebody_said_so(full: Home) -> None:
    before = full.titles(ANA)
    empty_the_plan(full)
    stopped = tick(full.world, HOME)
    assert full.titles(ANA) == before
    assert stopped.partners[ANA].needs_person
    assert "until somebody has looked" in (stopped.partners[ANA].problem or "")
    assert asked_for_help(full)
    tick(full.world, HOME, at_once=True)
    assert full.titles(ANA) == before
    said_so = tick(full.world, HOME, at_once=True, confirmed=frozenset({ANA}))
    assert said_so.partners[ANA].written.deleted > 20
    assert said_so.partners[ANA].problem is None


def test_a_smaller_week_that_both_agreed_to_is_no_accident(full: Home) -> None:
    for partner, state in ((ANA, "away"), (BEN, "fine")):
        check_in.answer(full.world, HOME, partner, WEEK, state=state)
    for partner in (ANA, BEN):
        check_in.agree(full.world, HOME, partner, WEEK)
    report = tick(full.world, HOME)
    assert report.partners[ANA].written.deleted > 20
    assert report.partners[ANA].problem is None


def test_a_calendar_of_ours_that_is_gone_is_never_made_again_by_itself(full: Home) -> None:
    account = full.server.account(ANA)
    ours = next(c.id for c in account.calendars.values() if identity.find_mark(c.description))
    del account.calendars[ours]
    for _ in range(3):
        stopped = tick(full.world, HOME, at_once=True)
        assert stopped.partners[ANA].needs_person
        assert our_calendars(full) == 0
    assert asked_for_help(full)
    stored = full.store.accounts.get(HOME, ANA)
    assert stored is not None
    assert stored.home_id == ours
    again = tick(full.world, HOME, at_once=True, confirmed=frozenset({ANA}))
    assert again.partners[ANA].problem is None
    assert our_calendars(full) == 1
    assert len(full.server.account(ANA).entries()) > 28
    assert tick(full.world, HOME).partners[ANA].writes == 0


def test_a_calendar_that_goes_between_reading_and_writing_is_not_made_again(full: Home) -> None:
    empty_the_plan(full)
    full.server.fail_next(CalendarGoneError("The calendar is not there."), "delete")
    stopped = tick(full.world, HOME, at_once=True, confirmed=frozenset({ANA}))
    assert stopped.partners[ANA].needs_person
    assert our_calendars(full) == 1
    tick(full.world, HOME, at_once=True)
    assert our_calendars(full) == 1


def test_a_calendar_that_turned_read_only_asks_its_person_and_is_left_alone(full: Home) -> None:
    account = full.server.account(ANA)
    ours = next(c for c in account.calendars.values() if identity.find_mark(c.description))
    before = full.titles(ANA)
    ours.writable = False
    account.delete(account.entries()[0].uid)
    empty_the_plan(full)
    stopped = tick(full.world, HOME, at_once=True, confirmed=frozenset({ANA}))
    assert stopped.partners[ANA].needs_person
    assert "read-only" in (stopped.partners[ANA].problem or "")
    assert asked_for_help(full)
    assert (full.titles(ANA), our_calendars(full)) == (before[1:], 1)


def test_a_question_of_the_week_does_not_swallow_the_mail_about_a_password(full: Home) -> None:
    account = full.server.account(ANA)
    swim = next(e for e in account.entries() if e.title.startswith("Yours: swim"))
    account.delete(swim.uid)
    tick(full.world, HOME)
    assert [kind for kind, partner, *_ in full.post.sent if partner == ANA and kind == "question"]
    account.password = "changed"
    tick(full.world, HOME)
    assert asked_for_help(full)
