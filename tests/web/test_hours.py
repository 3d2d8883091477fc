"""Weekly windows in a form: rows of days and times, read with all problems at once, and shown as typed."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dates import weekly
from service.domain.week import WeeklyWindow, parse_windows, window_intervals
from service.templating import environment
from service.web import front
from service.web.forms import Form, parse_form
from service.web.hours import (
    Hours,
    HoursRefusedError,
    HoursRow,
    fields_many,
    fields_once,
    hours_of,
    typed_hours,
)
from tests.builders import BERLIN, WEEK

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def sent(hours: Hours) -> Form:
    """The form that a browser sends of these rows: empty boxes are left out, empty texts are not."""
    fields = []
    for number, row in enumerate(hours.rows, start=1):
        stem = f"{hours.name}-{number}"
        fields += [(f"{stem}-days", str(day)) for day in row.days]
        fields += [(f"{stem}-from", row.start), (f"{stem}-to", row.end)]
        fields += [(f"{stem}-gone", "yes")] if row.gone else []
    return parse_form(urlencode(fields).encode())


def problems_of(*rows: HoursRow) -> tuple[str, ...]:
    with pytest.raises(HoursRefusedError) as refused:
        Hours("quiet", rows).windows()
    return refused.value.problems


def test_a_night_runs_past_midnight_and_stays_one_row() -> None:
    night = parse_windows("22:00-06:30")
    assert hours_of("quiet", night).rows == (HoursRow(EVERY_DAY, "22:00", "06:30"), HoursRow())
    assert typed_hours(sent(hours_of("quiet", night)), "quiet").windows() == night


def test_days_apart_are_one_row_for_people_and_several_windows_for_the_planner() -> None:
    windows = Hours("swim", (HoursRow((0, 2, 4), "18:00", "20:00"),)).windows()
    assert windows == parse_windows("Mon 18:00-20:00, Wed 18:00-20:00, Fri 18:00-20:00")
    assert hours_of("swim", windows).rows[0] == HoursRow((0, 2, 4), "18:00", "20:00")


def test_a_weekend_that_passes_into_monday_is_one_run() -> None:
    (window,) = Hours("away", (HoursRow((0, 5, 6), "08:00", "12:00"),)).windows()
    assert str(window) == "Sat-Mon 08:00-12:00"


@pytest.mark.parametrize("text", ["20:00-24:00", "00:00-24:00"])
def test_midnight_is_an_end(text: str) -> None:
    windows = parse_windows(text)
    assert typed_hours(sent(hours_of("away", windows)), "away").windows() == windows


def test_what_is_taken_away_and_what_was_left_empty_are_not_there() -> None:
    rows = (HoursRow(EVERY_DAY, "22:00", "06:30", gone=True), HoursRow((5,), "13:00", "14:00"), HoursRow())
    assert Hours("quiet", rows).windows() == parse_windows("Sat 13:00-14:00")


def test_every_problem_is_said_at_once_and_what_was_typed_comes_back() -> None:
    rows = (
        HoursRow((), "18:00", "20:00"),
        HoursRow((0, 2), "18:00", ""),
        HoursRow((1,), "late", "20:00"),
        HoursRow((3,), "12:00", "12:00"),
    )
    assert problems_of(*rows) == (
        "Tick the days that 18:00–20:00 is about.",
        "Say from when to when on Mon, Wed.",
        "“late” is not a time of day; write it like 18:30.",
        "12:00–12:00 ends when it starts; for the whole day write 00:00–00:00.",
    )
    assert typed_hours(sent(Hours("quiet", rows)), "quiet").rows == (*rows, HoursRow())


def test_two_sets_of_rows_share_a_form_and_nothing_else_gets_in() -> None:
    body = "quiet-1-days=0&quiet-1-days=1&quiet-1-from=22%3A00&quiet-1-to=06%3A00&away-1-days=4&more-1-days=1"
    form = parse_form(body.encode())
    assert fields_once(form, "quiet", "away") == {"quiet-1-from", "quiet-1-to"}
    assert fields_many(form, "quiet", "away") == {"quiet-1-days", "away-1-days"}
    assert typed_hours(form, "quiet").rows[0].days == (0, 1)


def test_a_day_that_does_not_exist_is_not_ticked() -> None:
    assert typed_hours(parse_form(b"quiet-1-days=7&quiet-1-days=x"), "quiet").rows == (HoursRow(),)


@given(
    st.lists(
        st.tuples(st.sets(st.integers(0, 6), min_size=1), st.integers(0, 1439), st.integers(1, 1440)),
        max_size=6,
    )
)
def test_windows_mean_the_same_after_a_save_that_changed_nothing(
    rows: list[tuple[set[int], int, int]],
) -> None:
    windows = [
        WeeklyWindow(tuple(sorted(days)), start, start + minutes)
        for days, start, minutes in rows
        if minutes < 1440 or start == 0
    ]
    again = typed_hours(sent(hours_of("x", windows)), "x").windows()
    assert window_intervals(again, WEEK, BERLIN) == window_intervals(windows, WEEK, BERLIN)


def test_windows_are_said_as_people_say_them() -> None:
    assert weekly(parse_windows("22:00-06:30")) == "22:00–06:30"
    said = weekly(parse_windows("Mon-Fri 18:00-21:00, Sat 08:00-12:00, Sun-Mon 20:00-24:00"))
    assert said == "Mon–Fri 18:00–21:00, Sat 08:00–12:00, Sun–Mon 20:00–00:00"


def test_the_rows_stand_in_a_form_as_they_are_read_from_it() -> None:
    templates = environment(Path(front.__file__).parent / "templates")
    page = templates.from_string('{% from "_parts.html" import hours_rows %}{{ hours_rows(hours) }}')
    hours = Hours("quiet", (HoursRow((0, 6), "22:00", "late", gone=True), HoursRow()))
    shown = page.render(hours=hours)
    fields = [
        (found["name"], found["value"])
        for tag in re.findall("<input[^>]*>", shown)
        if "checkbox" not in tag or " checked" in tag
        if (found := re.search('name="(?P<name>[^"]*)" value="(?P<value>[^"]*)"', tag))
    ]
    assert typed_hours(parse_form(urlencode(fields).encode()), "quiet") == hours
