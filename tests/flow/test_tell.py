"""When a mail may go: outside of its reader's quiet hours, and not many at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from service.flow.tell import quiet_until
from service.flow.week import tick
from service.mail.post import OutboxPost
from tests.builders import ANA, BEN, BERLIN, HOME, WEEK, Home, a_household


@pytest.mark.parametrize(
    ("at", "ends"),
    [("21:59", None), ("22:00", "06:30"), ("23:59", "06:30"), ("06:29", "06:30"), ("06:30", None)],
)
def test_quiet_hours_end_in_the_morning(at: str, ends: str | None) -> None:
    household, monday = a_household(), WEEK.monday
    now = datetime.combine(monday, time.fromisoformat(at), BERLIN)
    until = quiet_until(household, household.partners[0], now)
    assert (until.astimezone(BERLIN).strftime("%H:%M") if until else None) == ends


def test_of_many_things_asked_of_one_partner_one_a_day_is_mailed(home: Home) -> None:
    post = OutboxPost(
        home.store.outbox, home.clock, sender="Offplate <o@example.org>", base_url=home.world.base_url
    )
    world = replace(home.world, post=post)
    tick(world, HOME)
    home.clock.move(timedelta(hours=14))
    account, wednesday = home.server.account(ANA), home.clock.now() + timedelta(days=2)
    for entry in account.entries():
        if entry.time.start_at > wednesday:
            account.retitle(entry.uid, f"> {entry.title}")
    tick(world, HOME)
    assert len(home.store.questions.of_week(HOME, WEEK)) > 3
    for day in range(3):
        for _ in range(2):
            tick(world, HOME)
            deliver(home)
        assert questions_mailed(home) == day + 1
        home.clock.move(timedelta(days=1))


def deliver(home: Home) -> None:
    for mail in home.store.outbox.due(now=home.clock.now()):
        assert home.store.outbox.dispatching(mail.id, at=home.clock.now())
        home.store.outbox.settle(mail.id, "sent", at=home.clock.now())


def questions_mailed(home: Home) -> int:
    asked = home.store.questions.of_week(HOME, WEEK)
    return sum(home.store.outbox.has(HOME, BEN, WEEK, "needs_you", one.mail_sequence) for one in asked)
