"""Three weeks without an answer, and that person's own mail says in a line how little is enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from service.domain.household import PartnerId
from service.domain.week import Week
from service.flow import check_in
from service.flow.week import tick
from service.ports import World
from tests.builders import ANA, BEN, BERLIN, HOME, WEEK, Home, a_chore, a_home
from tests.flow.test_tell import deliver, with_outbox

LINE = "that is a whole answer"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path, chores=[a_chore("Laundry")]) as made:
        yield made


def asked(home: Home, world: World, week: Week, **states: str) -> dict[PartnerId, bool]:
    """The check-in of `week` from its mails to its close, answered by `states`. Who was mailed the line."""
    sunday = week.previous.days[6]
    home.clock.move(datetime.combine(sunday, time(9, 5), BERLIN) - home.clock.now())
    tick(world, HOME)
    found = {}
    for mail in home.store.outbox.due(now=home.clock.now()):
        if mail.kind == "check_in" and mail.week == week:
            message = message_from_bytes(mail.message, policy=default)
            bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
            said = [LINE in body.get_content().replace("\n", " ") for body in bodies if body]
            assert len(set(said)) == 1, "both parts say the same"
            found[mail.partner] = said[0]
    deliver(home)
    for partner, state in states.items():
        check_in.answer(world, HOME, PartnerId(partner), week, state=state)
    home.clock.move(datetime.combine(sunday, time(21, 35), BERLIN) - home.clock.now())
    tick(world, HOME)
    return found


def test_two_silent_weeks_say_nothing_and_three_tell_that_one_alone_how_little_is_enough(
    home: Home,
) -> None:
    world, weeks = with_outbox(home), [WEEK.next]
    for _week in range(5):
        weeks.append(weeks[-1].next)
    for week in weeks[:3]:
        assert asked(home, world, week, ana="fine") == {ANA: False, BEN: False}
    assert asked(home, world, weeks[3], ana="fine") == {ANA: False, BEN: True}
    assert asked(home, world, weeks[4], ana="fine", ben="fine") == {ANA: False, BEN: True}
    assert asked(home, world, weeks[5]) == {ANA: False, BEN: False}, "gone after an answer"


def test_weeks_in_which_nothing_was_asked_are_not_silent(home: Home) -> None:
    world = with_outbox(home)
    assert asked(home, world, WEEK.next) == {ANA: False, BEN: False}
