"""At most four chores a day in one calendar; the small ones are named in the entry nearest to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.entries import Entry
from service.domain.household import PartnerId
from service.domain.interval import Interval
from service.flow import my_week
from service.flow.bundles import MOST_A_DAY, bundled
from service.flow.week import tick
from service.planner import greedy_week, parse_snapshot
from tests.builders import ANA, BERLIN, HOME, WEEK, Home, a_chore, a_home, span, time_range
from tests.planner.building import SAMPLES, sample

EVENING = [
    a_chore(name, minutes=minutes, window="Tue 17:00-21:30", only=("ana",))
    for name, minutes in (
        ("Dinner", 45),
        ("Laundry", 40),
        ("Bottles", 10),
        ("Plants", 15),
        ("Post", 5),
        ("Mop", 30),
    )
]


def an_entry(name: str, time: str, **facts: object) -> Entry:
    entry = Entry(
        partner=ANA,
        week=WEEK,
        key=f"{name.lower()}.0",
        kind="chore",
        title=name,
        description="How to answer.",
        interval=span(time),
        busy=False,
        private=False,
    )
    return replace(entry, **facts)  # type: ignore[arg-type]


DAY = [
    an_entry("Run", "Tue 08:00-08:10", busy=True),
    an_entry("Dinner", "Tue 17:00-17:45"),
    an_entry("Bottles", "Tue 18:00-18:10"),
    an_entry("Laundry", "Tue 18:15-18:45"),
    an_entry("Mop", "Tue 20:00-20:30"),
    an_entry("Post", "Tue 20:45-20:50"),
]


def titles(entries: list[Entry]) -> list[str]:
    return [entry.title for entry in entries]


def test_the_smallest_are_named_where_they_are_nearest() -> None:
    found = bundled(DAY, BERLIN)
    assert titles(found) == ["Run", "Dinner", "Laundry, and bottles", "Mop, and post"]
    assert found[2].description == "18:00: Bottles, 10 min.\nHow to answer."
    assert [entry.interval for entry in found] == [DAY[n].interval for n in (0, 1, 3, 4)]


def test_four_are_not_too_many() -> None:
    assert bundled(DAY[:4], BERLIN) == DAY[:4]


def test_another_day_and_other_kinds_do_not_count() -> None:
    others = [an_entry("Swim", "Tue 19:00-20:00", kind="self_care"), an_entry("Bins", "Wed 18:00-18:15")]
    assert bundled([*DAY[:4], *others], BERLIN) == [*DAY[:4], *others]


def test_what_is_fixed_rings_or_was_touched_stands_for_itself() -> None:
    found = bundled(
        DAY, BERLIN, touched={entry.key: entry.interval for entry in DAY if entry.title in ("Mop", "Post")}
    )
    assert titles(found) == ["Run", "Dinner, and bottles, laundry", "Mop", "Post"]
    fixed = [replace(entry, busy=True) for entry in DAY]
    assert bundled(fixed, BERLIN) == fixed


def test_what_was_deleted_neither_counts_nor_takes_anything_in() -> None:
    found = bundled(DAY, BERLIN, gone={"laundry.0"})
    assert titles(found) == ["Run", "Dinner", "Bottles", "Laundry", "Mop, and post"]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_block_of_a_week_is_named_once_and_a_day_holds_four(name: str) -> None:
    snapshot = parse_snapshot(sample(name))
    for adult in snapshot.adults:
        entries = [
            an_entry(
                f"<{block.id}>",
                "Tue 08:00-08:10",
                partner=PartnerId(adult.id),
                key=block.id,
                interval=block.interval,
            )
            for block in greedy_week(snapshot).blocks_of(adult.id)
        ]
        found = bundled(entries, BERLIN)
        days = Counter(entry.interval.start_at.astimezone(BERLIN).date() for entry in found)
        assert max(days.values(), default=0) <= MOST_A_DAY
        told = "\n".join(f"{entry.title}\n{entry.description}" for entry in found).lower()
        for entry in entries:
            named = 1 if entry.key in {one.key for one in found} else 2
            assert told.count(entry.title.lower()) == named


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path, chores=EVENING) as made:
        made.clock.move(timedelta(hours=3))
        tick(made.world, HOME)
        yield made


def written(home: Home) -> list[str]:
    """Ana's chores of Tuesday as they stand in her calendar."""
    day = Interval(span("Tue 00:00-01:00").start_at, span("Wed 00:00-01:00").start_at)
    return [
        entry.title
        for entry in home.server.account(ANA).entries()
        if day.start_at <= entry.time.start_at < day.end_at
        and not entry.title.startswith(("Yours", "On duty"))
        and "Yours" not in entry.title
        and "duty" not in entry.title
    ]


def test_the_calendar_holds_four_and_the_page_all(home: Home) -> None:
    assert len(written(home)) == MOST_A_DAY
    everything = " ".join(written(home)).lower()
    assert all(chore.name.lower() in everything for chore in EVENING)
    shown = my_week.view(home.world, HOME, ANA, week=WEEK).days[1].blocks
    assert {line.title for line in shown} >= {chore.name for chore in EVENING}
    assert tick(home.world, HOME).partners[ANA].writes == 0


def test_moving_one_entry_rewrites_no_other(home: Home) -> None:
    account = home.server.account(ANA)
    alone = next(entry for entry in account.entries() if entry.title in {chore.name for chore in EVENING})
    before = written(home)
    account.move(alone.uid, time_range(span("Thu 20:30-21:00")))
    assert tick(home.world, HOME).partners[ANA].writes == 0
    assert sorted([*written(home), alone.title]) == sorted(before)
