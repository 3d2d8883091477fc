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
    private: dict[PartnerId, str]
    """Each one's calendar of their own."""

    def tick(self) -> TickReport:
        return tick(self.home.world, HOME)

    def is_quiet(self) -> bool:
        """Whether another tick finds nothing to write."""
        report = self.tick()
        return [report.partners[p].writes for p in (ANA, BEN)] == [0, 0]

    def questions(self) -> list[str]:
        """What both of them are asked."""
        views = [my_week.view(self.home.world, HOME, partner, week=WEEK) for partner in (ANA, BEN)]
        return [question.sentence for view in views for question in view.questions]

    def said(self, partner: PartnerId, title: str) -> list[str]:
        days = my_week.view(self.home.world, HOME, partner, week=WEEK).days
        return [line.soft_line for day in days for line in day.blocks if line.title == title]

    def press(self, partner: PartnerId, label: str) -> None:
        (question,) = my_week.view(self.home.world, HOME, partner, week=WEEK).questions
        choice = next(c for c in question.choices if c.label == label)
        questions.answer(self.home.world, HOME, partner, WEEK, question.id, choice.value)
        self.tick()


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Lived]:
    with a_home_at_radicale(tmp_path, chores=CHORES) as (home, apps):
        private = {partner: app.make_calendar("private") for partner, app in apps.items()}
        lived = Lived(home, apps[ANA], apps[BEN], private)
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
    other = lived.private[ANA]
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
    assert lived.said(ANA, "Food shop") == ["you put this into another calendar; it stays there"]


def test_what_is_never_left_out_moved_to_another_calendar(lived: Lived) -> None:
    other = lived.private[BEN]
    lived.ben.move_to("Bins", other)
    assert lived.is_quiet()
    assert [path.startswith(other) for path, text in lived.ben.entries().items() if "Bins" in text] == [True]
    assert lived.questions() == []
    start, end = utc("Wed 20:00-20:15")
    lived.ben.edit("Bins", DTSTART=start, DTEND=end)
    assert lived.is_quiet()
    stored = lived.home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    assert next(b for b in stored.plan.blocks if b.id == "bins.0").interval == span("Wed 20:00-20:15")


def test_a_time_for_oneself_moved_to_another_calendar_keeps_its_cover(lived: Lived) -> None:
    other = lived.private[ANA]
    swim, duty = lived.ana.find("Yours: swim")[1], lived.ben.find("On duty")
    lived.ana.move_to("Yours: swim", other)
    assert lived.is_quiet()
    path, text = lived.ana.find("Yours: swim")
    assert path.startswith(other)
    assert text == swim
    assert lived.ben.find("On duty") == duty
    assert lived.questions() == []
    start, end = utc("Thu 18:00-19:30")
    lived.ana.edit("Yours: swim", DTSTART=start, DTEND=end)
    lived.tick()
    assert lived.is_quiet()
    assert f"DTSTART:{start}" in lived.ben.find("On duty")[1]
    lived.ana.delete("Yours: swim")
    lived.tick()
    assert not lived.ben.has("On duty: this time is Ana")


def test_a_move_seen_in_two_halves(lived: Lived) -> None:
    """Some apps take an event out of one calendar long before they put it into the other."""
    other = lived.private[BEN]
    path, bins = lived.ben.find("Bins")
    lived.ben.delete("Bins")
    lived.tick()
    assert len(lived.questions()) == 2
    lived.ben.put(other + path.split("/")[-1], bins)
    lived.tick()
    assert [p.startswith(other) for p, text in lived.ben.entries().items() if "Bins" in text] == [True]
    assert lived.questions() == []
    assert lived.is_quiet()


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
