"""The main gestures as a calendar app makes them: raw CalDAV against a real Radicale, one tick later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.domain.household import PartnerId
from service.flow import my_week, questions
from service.flow.tick_report import TickReport
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, span
from tests.radicale_home import App, a_home_at_radicale

CHORES = [
    a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
    a_chore("Laundry", "ana", cadence="2/week", window="08:00-21:00"),
    a_chore("Garden", "ben", minutes=120, window="Sun 09:00-18:00", only=("ben",)),
    a_chore("Food shop", "ana", minutes=60, window="Sat 09:00-18:00", at_home="out"),
]


@dataclass
class Lived:
    home: Home
    ana: App
    ben: App

    def tick(self) -> TickReport:
        return tick(self.home.world, HOME)

    def is_quiet(self) -> bool:
        """Whether another tick finds nothing to write."""
        report = self.tick()
        return [report.partners[p].writes for p in (ANA, BEN)] == [0, 0]

    def press(self, partner: PartnerId, label: str) -> None:
        (question,) = my_week.view(self.home.world, HOME, partner, week=WEEK).questions
        choice = next(c for c in question.choices if c.label == label)
        questions.answer(self.home.world, HOME, partner, WEEK, question.id, choice.value)
        self.tick()


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Lived]:
    with a_home_at_radicale(tmp_path, chores=CHORES) as (home, apps):
        lived = Lived(home, apps[ANA], apps[BEN])
        report = lived.tick()
        assert report.partners[ANA].problem is None
        yield lived


def utc(text: str) -> tuple[str, str]:
    interval = span(text)
    return tuple(f"{at:%Y%m%dT%H%M%SZ}" for at in (interval.start_at, interval.end_at))  # type: ignore[return-value]


def test_done_kept_recurring_and_with_guests(lived: Lived) -> None:
    lived.ana.edit("Food shop", SUMMARY="✓ Food shop")
    lived.ana.add_line("Laundry", "ATTENDEE;CN=Eve:mailto:eve@example.org")
    lived.ben.add_line("Garden", "RRULE:FREQ=WEEKLY")
    before = lived.ana.entries() | lived.ben.entries()
    assert lived.is_quiet()
    assert lived.ana.entries() | lived.ben.entries() == before
    said = {
        line.soft_line
        for partner in (ANA, BEN)
        for day in my_week.view(lived.home.world, HOME, partner, week=WEEK).days
        for line in day.blocks
    }
    assert said == {"", "done", "you changed this; it stays"}


def test_deleted_and_moved_to_another_calendar(lived: Lived) -> None:
    other = lived.ana.make_calendar("private")
    shop = lived.ana.find("Food shop")[1]
    lived.ana.move_to("Food shop", other)
    lived.ben.delete("Garden")
    assert lived.is_quiet()
    assert not lived.ben.has("Garden")
    here = {path: text for path, text in lived.ana.entries().items() if "Food shop" in text}
    assert [path.startswith(other) for path in here] == [True]
    assert re.findall("UID:.*", shop) == re.findall("UID:.*", *here.values())
    busy = lived.home.store.accounts.busy(HOME, ANA)
    shopping = lived.home.store.plans.get(HOME, WEEK, "published").plan.blocks  # type: ignore[union-attr]
    (block,) = [b for b in shopping if b.responsibility == "food-shop"]
    transparent = "TRANSP:TRANSPARENT" in shop
    assert any(time.contains(block.interval) for time in busy) is not transparent


def test_an_arrow_and_a_yes(lived: Lived) -> None:
    lived.ana.edit("Food shop", SUMMARY="> Food shop")
    assert lived.is_quiet()
    lived.press(BEN, "I take it")
    assert not lived.ana.has("Food shop")
    assert lived.ben.has("Food shop")
    assert lived.is_quiet()


def test_what_is_never_left_out_comes_back(lived: Lived) -> None:
    uids = set()
    for _ in range(3):
        uids.add(re.search("UID:(.*)", lived.ben.find("Bins")[1])[1])  # type: ignore[index]
        lived.ben.delete("Bins")
        lived.tick()
    assert lived.ben.has("Bins")
    assert len(uids) == 3
    lived.press(ANA, "I take it")
    assert lived.ana.has("Bins")
    assert not lived.ben.has("Bins")
    assert lived.is_quiet()


def test_a_time_for_oneself_dragged_deleted_and_hit(lived: Lived) -> None:
    start, end = utc("Thu 18:00-19:30")
    lived.ana.edit("Yours: swim", DTSTART=start, DTEND=end)
    lived.tick()
    assert f"DTSTART:{start}" in lived.ben.find("On duty")[1]
    lived.ben.delete("On duty")
    lived.tick()
    assert lived.ben.has("On duty")
    (question,) = my_week.view(lived.home.world, HOME, BEN, week=WEEK).questions
    lived.press(BEN, question.choices[0].label)
    assert f"DTSTART:{start}" not in lived.ben.find("On duty")[1]
    times = [
        re.findall("DT(?:START|END):.*", text)
        for text in (lived.ana.find("Yours: swim")[1], lived.ben.find("On duty")[1])
    ]
    assert times[0] == times[1]
    lived.ana.delete("Yours: swim")
    lived.tick()
    assert not lived.ben.has("On duty: this time is Ana")
    assert lived.is_quiet()
