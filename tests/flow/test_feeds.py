"""A roster or a work calendar that can only be looked at makes its person busy, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import AuthExpiredError, BadResponseError, CalendarGoneError, UnavailableError
from connectors.feed.memory import MemoryFeed
from service.doctor import calendar_parts, feed_parts
from service.domain.interval import Interval
from service.flow import my_week
from service.flow.busy_time import busy_of
from service.flow.week import tick
from service.ports import Account
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_home, busy, span
from tests.connectors.events import vcalendar, vevent

GONE = CalendarGoneError("The calendar is no longer published at roster.example.org.")


@pytest.fixture
def roster(home: Home) -> MemoryFeed:
    return home.add_feed(ANA, "Roster")


@pytest.fixture
def feed_only(tmp_path: Path) -> Iterator[Home]:
    """Ana has a roster and no account; Ben has a calendar."""
    with a_home(tmp_path, accounts=(BEN,)) as made:
        publish(made.add_feed(ANA, "Roster"), "Mon-Fri 07:00-19:00")
        yield made


def publish(feed: MemoryFeed, *windows: str) -> None:
    times = [time for window in windows for time in busy(window)]
    feed.text = vcalendar(
        *(
            vevent(
                f"DTSTART:{time.start_at:%Y%m%dT%H%M%SZ}", f"DTEND:{time.end_at:%Y%m%dT%H%M%SZ}", uid=f"{n}@r"
            )
            for n, time in enumerate(times)
        )
    )


def blocks(home: Home, partner: str) -> list[Interval]:
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    return [block.interval for block in stored.plan.blocks if block.adult == partner]


def test_nothing_is_planned_into_a_shift(home: Home, roster: MemoryFeed) -> None:
    publish(roster, "Tue 17:00-22:00", "Sat 06:00-14:00")
    report = tick(home.world, HOME)
    assert (report.partners[ANA].feeds.fine, report.partners[ANA].feeds.problems) == (1, ())
    shifts = [span("Tue 17:00-22:00"), span("Sat 06:00-14:00")]
    assert blocks(home, "ana")
    assert not [block for block in blocks(home, "ana") for shift in shifts if block.overlaps(shift)]


def test_busy_time_is_what_calendars_and_feeds_say_together(home: Home, roster: MemoryFeed) -> None:
    tick(home.world, HOME)
    calendars = busy_of(home.world, HOME, ANA)
    publish(roster, "Mon 08:00-10:00", "Sun 10:00-11:00")
    tick(home.world, HOME)
    together = busy_of(home.world, HOME, ANA)
    assert span("Mon 09:00-15:00") in calendars
    assert span("Mon 08:00-15:00") in together
    assert span("Sun 10:00-11:00") in together
    assert busy_of(home.world, HOME, BEN) == home.store.accounts.busy(HOME, BEN)


def test_a_shift_that_lands_on_a_block_moves_it(home: Home, roster: MemoryFeed) -> None:
    tick(home.world, HOME)
    laundry = next(e for e in home.server.account(ANA).entries() if e.title == "Laundry")
    start_at = laundry.time.start_at
    stamps = [f"{at:%Y%m%dT%H%M%SZ}" for at in (start_at, start_at + timedelta(hours=1))]
    roster.text = vcalendar(vevent(f"DTSTART:{stamps[0]}", f"DTEND:{stamps[1]}"))
    report = tick(home.world, HOME)
    assert WEEK in report.planned
    assert home.server.account(ANA).event(laundry.uid).time.start_at != start_at
    assert tick(home.world, HOME).partners[ANA].writes == 0


@pytest.mark.parametrize("error", [GONE, UnavailableError("No answer."), BadResponseError("A web page.")])
def test_a_broken_feed_stops_nobody_and_its_last_word_still_counts(
    home: Home, roster: MemoryFeed, error: Exception
) -> None:
    publish(roster, "Tue 17:00-22:00")
    tick(home.world, HOME)
    roster.broken = error  # type: ignore[assignment]
    home.clock.move(timedelta(minutes=10))
    home.put_busy(ANA, "Sun 15:00-16:00")
    report = tick(home.world, HOME)
    assert report.partners[ANA].problem is None
    assert report.partners[ANA].read is not None
    assert report.partners[ANA].feeds.fine == 0
    assert {span("Tue 17:00-22:00"), span("Sun 15:00-16:00")} <= set(busy_of(home.world, HOME, ANA))
    assert not [kind for kind, *_ in home.post.sent if kind == "needs_you"]


def test_one_broken_feed_leaves_the_others_fine(home: Home, roster: MemoryFeed) -> None:
    roster.broken = GONE
    publish(home.add_feed(ANA, "Choir"), "Wed 19:00-21:00")
    feeds = tick(home.world, HOME).partners[ANA].feeds
    assert (feeds.fine, len(feeds.problems)) == (1, 1)
    assert span("Wed 19:00-21:00") in busy_of(home.world, HOME, ANA)


def test_a_broken_feed_rests_and_is_tried_again(home: Home, roster: MemoryFeed) -> None:
    roster.broken = UnavailableError("No answer.", retry_after_seconds=1800)
    tick(home.world, HOME)
    home.clock.move(timedelta(minutes=29))
    assert tick(home.world, HOME).partners[ANA].feeds.requests == 0
    assert tick(home.world, HOME, at_once=True).partners[ANA].feeds.requests == 1
    roster.broken = None
    home.clock.move(timedelta(minutes=37))  # up to a fifth longer than it asked for
    assert tick(home.world, HOME).partners[ANA].feeds.fine == 1


def test_feeds_that_failed_together_do_not_return_together(home: Home, roster: MemoryFeed) -> None:
    choir = home.add_feed(ANA, "Choir")
    roster.broken = choir.broken = UnavailableError("No answer.")
    tick(home.world, HOME)
    feeds = home.store.feeds.of_partner(HOME, ANA)
    assert len({feed.retry_at for feed in feeds}) == len(feeds) == 2


def test_a_roster_that_is_suddenly_empty_is_believed_only_when_it_stays_so(
    home: Home, roster: MemoryFeed
) -> None:
    publish(roster, "06:00-07:00", "08:00-09:00", "22:00-23:00", "23:15-23:45")
    tick(home.world, HOME)
    before = busy_of(home.world, HOME, ANA)
    publish(roster)
    home.clock.move(timedelta(minutes=10))
    assert "suddenly empty" in tick(home.world, HOME).partners[ANA].feeds.problems[0]
    assert busy_of(home.world, HOME, ANA) == before
    home.clock.move(timedelta(hours=2))
    assert tick(home.world, HOME).partners[ANA].feeds.fine == 1
    assert busy_of(home.world, HOME, ANA) == home.store.accounts.busy(HOME, ANA)


def test_the_weeks_after_next_are_known_while_a_feed_is_broken(home: Home, roster: MemoryFeed) -> None:
    tick(home.world, HOME)
    roster.text = vcalendar(
        vevent("DTSTART:20261201T190000Z", "DTEND:20261201T200000Z", "RRULE:FREQ=WEEKLY;COUNT=9")
    )
    tick(home.world, HOME)
    assert len([i for i in busy_of(home.world, HOME, ANA) if i.start_at.hour == 19]) == 6


def test_the_age_and_the_reason_are_on_ones_own_page_and_nowhere_else(home: Home, roster: MemoryFeed) -> None:
    tick(home.world, HOME)
    assert my_week.view(home.world, HOME, ANA).notices == ()
    roster.broken = GONE
    home.clock.move(timedelta(hours=1))
    tick(home.world, HOME)
    (notice,) = my_week.view(home.world, HOME, ANA).notices
    assert notice.startswith("“Roster” was last read on Sunday 29 November, 19:00, and what it said then")
    assert "no longer published" in notice
    assert my_week.view(home.world, HOME, BEN).notices == ()


def test_doctor_tells_each_feeds_state(home: Home, roster: MemoryFeed) -> None:
    ana = home.store.households.get(HOME).partner(ANA)

    def said() -> list[tuple[str, str]]:
        parts = feed_parts(home.world, home.store.households.get(HOME), ana)
        return [(part.health, part.says) for part in parts]

    assert said() == [("warn", "not read yet")]
    good = vevent("DTSTART:20261201T190000Z", "DTEND:20261201T200000Z", uid="good")
    roster.text = vcalendar(vevent("DTSTART:x", "SUMMARY:Canary", uid="canary"), good)
    tick(home.world, HOME)
    fine, skipped = said()
    assert fine == ("ok", "read 0 minutes ago, busy 1 times")
    assert skipped[0] == "warn"
    assert "cannot be read (has a malformed DTSTART)" in skipped[1]
    assert "canary" not in skipped[1].lower()
    home.clock.move(timedelta(hours=3))
    assert said()[0] == ("warn", "read 180 minutes ago, busy 1 times")
    roster.broken = AuthExpiredError("roster.example.org wants a password.")
    tick(home.world, HOME)
    assert said()[0][0] == "warn"
    assert "was last read on Sunday 29 November, 19:00" in said()[0][1]


def test_a_feed_that_was_never_read_is_a_failure_in_doctor(home: Home, roster: MemoryFeed) -> None:
    roster.broken = GONE
    tick(home.world, HOME)
    household = home.store.households.get(HOME)
    (part,) = feed_parts(home.world, household, household.partner(ANA))
    assert (part.health, part.says[:30]) == ("fail", "“Roster” could not be read yet")


def test_a_partner_with_a_feed_and_no_account_is_planned_around_and_not_written_to(feed_only: Home) -> None:
    report = tick(feed_only.world, HOME)
    mine = report.partners[ANA]
    assert (mine.problem, mine.read, mine.writes, mine.feeds.fine) == (None, None, 0, 1)
    assert report.partners[BEN].written.created > 5
    assert span("Mon 07:00-19:00") in busy_of(feed_only.world, HOME, ANA)
    assert blocks(feed_only, "ana")
    assert not [block for block in blocks(feed_only, "ana") if block.overlaps(span("Mon 07:00-19:00"))]
    assert not feed_only.server.account(ANA).entries()
    household = feed_only.store.households.get(HOME)
    (part,) = calendar_parts(feed_only.world, household, household.partner(ANA))
    assert (part.health, part.says) == ("ok", "none; busy time comes from feeds, and nothing is written")


def test_what_was_declined_under_the_address_of_the_account_does_not_make_busy(
    home: Home, roster: MemoryFeed
) -> None:
    """Mail goes to one address, and the calendar account is known by another."""
    home.store.accounts.connect(Account(HOME, ANA, "caldav", "memory:", "ana@icloud.example", "secret"))
    lines = ("ORGANIZER:mailto:boss@example.org", "ATTENDEE;PARTSTAT=DECLINED:mailto:Ana@iCloud.example")
    declined = vcalendar(vevent("DTSTART:20261201T170000Z", "DTEND:20261201T220000Z", *lines, uid="no@r"))
    calendars = home.server.account("ana@icloud.example")
    calendars.add_event(calendars.add_calendar("Work"), declined)
    roster.text = declined
    report = tick(home.world, HOME)
    assert (report.partners[ANA].feeds.fine, report.partners[ANA].problem) == (1, None)
    assert busy_of(home.world, HOME, ANA) == []
