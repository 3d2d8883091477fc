"""Somebody without a digital calendar says when they are out, and the week is planned around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.domain.week import instant_of, parse_windows
from service.flow import out_times
from service.flow.busy_time import busy_of
from service.flow.week import tick
from tests.builders import ANA, BEN, BERLIN, HOME, WEEK, Home, a_home, span


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path) as made:
        yield made


def say(home: Home, windows: str, *, week: object = WEEK) -> None:
    out_times.save(home.world, HOME, BEN, week, parse_windows(windows) if windows else ())  # type: ignore[arg-type]


def test_what_was_said_makes_them_busy_beside_their_calendar(home: Home) -> None:
    before = busy_of(home.world, HOME, BEN)
    say(home, "Tue 18:00-21:00")
    assert span("Tue 18:00-21:00") in busy_of(home.world, HOME, BEN)
    assert set(before) <= set(busy_of(home.world, HOME, BEN))
    assert span("Tue 18:00-21:00") not in busy_of(home.world, HOME, ANA)


def test_a_week_holds_until_another_is_said_and_weeks_before_stay_as_they_were(home: Home) -> None:
    say(home, "Tue 18:00-21:00")
    say(home, "Wed 18:00-21:00", week=WEEK.next.next)
    busy = busy_of(home.world, HOME, BEN)
    assert span("Tue 18:00-21:00", WEEK.next) in busy
    assert span("Tue 18:00-21:00", WEEK.next.next) not in busy
    assert span("Wed 18:00-21:00", WEEK.next.next) in busy
    say(home, "", week=WEEK.next)
    assert span("Tue 18:00-21:00", WEEK.next) not in busy_of(home.world, HOME, BEN)
    assert span("Tue 18:00-21:00") in busy_of(home.world, HOME, BEN)


def test_nothing_is_planned_while_they_are_out_and_a_later_word_moves_what_it_hits(home: Home) -> None:
    say(home, "Mon-Sun 17:00-20:00")
    tick(home.world, HOME)
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored
    evenings = [span(f"{day} 17:00-20:00") for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]
    own = [block for block in stored.plan.blocks if block.adult == BEN]
    assert own
    assert not any(block.interval.overlaps(evening) for block in own for evening in evenings)
    hit = own[0].interval.start_at.astimezone(home.store.households.get(HOME).zone)
    say(home, f"Mon-Sun 17:00-20:00, {hit:%a} {hit:%H:%M}-{hit.hour + 1:02d}:{hit:%M}")
    tick(home.world, HOME)
    after = home.store.plans.get(HOME, WEEK, "published")
    assert after
    still = [b for b in after.plan.blocks if b.adult == BEN and b.interval.overlaps(own[0].interval)]
    assert not still


def test_a_word_about_a_far_week_takes_nothing_from_the_weeks_before_it(home: Home) -> None:
    weeks = [WEEK, WEEK.next, WEEK.next.next, WEEK.next.next.next.next.next]
    for n, week in enumerate(weeks):
        say(home, f"Tue 1{n}:00-20:00", week=week)
    assert list(home.store.out_times.of_partner(HOME, BEN)) == weeks
    assert span("Tue 10:00-20:00") in busy_of(home.world, HOME, BEN)


def test_what_is_over_is_forgotten_but_for_what_still_holds(home: Home) -> None:
    weeks = [WEEK, WEEK.next, WEEK.next.next, WEEK.next.next.next.next.next]
    for n, week in enumerate(weeks):
        say(home, f"Tue 1{n}:00-20:00", week=week)
    out_times.save(home.world, HOME, ANA, WEEK, parse_windows("Tue 10:00-12:00"))
    home.store.forget_old(now=instant_of(weeks[2].days[3], 12 * 60, BERLIN))
    assert list(home.store.out_times.of_partner(HOME, BEN)) == weeks[1:]
    assert list(home.store.out_times.of_partner(HOME, ANA)) == [WEEK]


def test_more_times_than_a_week_has_are_refused(home: Home) -> None:
    with pytest.raises(out_times.TooManyTimesError):
        say(home, ", ".join(["Mon 10:00-11:00"] * 41))
    assert not home.store.out_times.of_partner(HOME, BEN)
