"""The week on the terminal: two lanes, side by side."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from rich.console import Console

from service.commands.week_on_paper import print_week
from service.domain.interval import Interval
from service.domain.week import Week
from service.flow.views import BlockLine, DayLines, WeekView
from tests.builders import ANA, BEN, a_household


def test_both_partners_stand_side_by_side_on_the_same_day() -> None:
    household = a_household()
    at = datetime(2026, 11, 24, 17, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    during = Interval(at, at + timedelta(minutes=30))
    blocks = (BlockLine(ANA, "chore", "Bath", during), BlockLine(BEN, "chore", "Bins", during))
    days = (DayLines(date(2026, 11, 24), blocks), DayLines(date(2026, 11, 25), ()))
    view = WeekView(
        Week.parse("2026-W48"), "The week stays as it is.", "", False, (), (), (), (), days, (), "proven", at
    )
    out = StringIO()
    print_week(view, household, Console(file=out, width=100))
    lines = out.getvalue().splitlines()
    assert [line.split() for line in lines if line.startswith("day")] == [["day", "Ana", "Ben"]]
    (tuesday,) = [line for line in lines if "Bath" in line]
    start = at.astimezone(household.zone)
    assert f"{start:%H:%M}-" in tuesday
    assert tuesday.index("Bath") < tuesday.index("Bins")
    assert tuesday.startswith("Tue 24 Nov")
    assert not any(line.startswith("Wed") for line in lines)
