"""Free/busy: what is asked, and that an error is never an empty list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.errors import BadResponseError, CalendarGoneError, ConnectorError, UnavailableError
from connectors.google import busy
from connectors.google.state import BusyTimes, HomeState, Item, PollState, read_state, write_state
from connectors.model import AccountState, CalendarId, TimeRange

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = TimeRange(MONDAY, MONDAY + timedelta(days=7))
WORK, CHOIR = CalendarId("work@group.calendar.google.com"), CalendarId("choir@group.calendar.google.com")


def ask(*calendars: CalendarId, days: int = 28) -> list[dict[str, Any]]:
    return list(busy.questions(calendars, TimeRange(MONDAY, MONDAY + timedelta(days=days)), "Europe/Berlin"))


def test_four_weeks_are_asked_about_at_once() -> None:
    assert busy.window_of(WEEK) == TimeRange(MONDAY, MONDAY + timedelta(days=28))
    assert ask(WORK, CHOIR) == [
        {
            "timeMin": "2026-11-23T00:00:00Z",
            "timeMax": "2026-12-21T00:00:00Z",
            "timeZone": "Europe/Berlin",
            "items": [{"id": WORK}, {"id": CHOIR}],
        }
    ]


def test_a_long_time_and_many_calendars_are_asked_about_in_parts() -> None:
    asked = ask(*(CalendarId(f"c{n}") for n in range(60)), days=40)
    assert [(q["timeMin"][:10], q["timeMax"][:10], len(q["items"])) for q in asked] == [
        ("2026-11-23", "2026-12-24", 50),
        ("2026-12-24", "2027-01-02", 50),
        ("2026-11-23", "2026-12-24", 10),
        ("2026-12-24", "2027-01-02", 10),
    ]


def one(said: Any) -> tuple[TimeRange, ...] | ConnectorError:
    (question,) = ask(WORK)
    return busy.read_answer(question, {"calendars": {WORK: said}})[WORK]


def test_times_are_read_with_their_offsets() -> None:
    said = {"busy": [{"start": "2026-11-23T10:00:00+01:00", "end": "2026-11-23T11:00:00+01:00"}]}
    assert one(said) == (TimeRange(MONDAY + timedelta(hours=9), MONDAY + timedelta(hours=10)),)
    assert one({"busy": []}) == ()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}, CalendarGoneError),
        ({"errors": [{"domain": "global", "reason": "internalError"}]}, UnavailableError),
        ({"errors": [{"domain": "global", "reason": "somethingNew"}], "busy": []}, BadResponseError),
        ({"errors": "odd"}, BadResponseError),
        ({}, BadResponseError),
        (None, BadResponseError),
        ({"busy": [{"start": "2026-11-23T10:00:00"}]}, BadResponseError),
        ({"busy": [{"start": "2026-11-23T10:00:00", "end": "2026-11-23T11:00:00"}]}, BadResponseError),
    ],
)
def test_an_error_is_never_an_empty_list(said: Any, error: type[ConnectorError]) -> None:
    assert isinstance(one(said), error)


@pytest.mark.parametrize("answer", [{}, {"calendars": []}, {"calendars": {CHOIR: {"busy": []}}}])
def test_a_calendar_that_is_not_mentioned_is_an_error(answer: dict[str, Any]) -> None:
    (question,) = ask(WORK)
    assert isinstance(busy.read_answer(question, answer)[WORK], BadResponseError)


@pytest.mark.parametrize("name", ["primary", "ana@example.org"])
def test_the_main_calendar_is_found_under_its_name_and_under_its_address(name: str) -> None:
    (question,) = ask(CalendarId("primary"), WORK)
    answer = {"calendars": {WORK: {"busy": []}, name: {"busy": []}}}
    assert busy.read_answer(question, answer)[CalendarId("primary")] == ()


def test_a_calendar_that_failed_in_part_failed() -> None:
    early, late = (WEEK,), (TimeRange(WEEK.end_at, WEEK.end_at + timedelta(days=1)),)
    failed = UnavailableError("no")
    assert busy.put_together([{WORK: early}, {WORK: late}]) == {WORK: (*early, *late)}
    assert busy.put_together([{WORK: early}, {WORK: failed}]) == {WORK: failed}
    assert busy.put_together([{WORK: failed}, {WORK: early}]) == {WORK: failed}


def test_what_is_remembered_comes_back_from_its_json() -> None:
    poll = PollState(
        listed_at=MONDAY,
        listed=(WORK,),
        busy={WORK: BusyTimes(MONDAY, (WEEK,))},
        home=HomeState(
            calendar=CHOIR,
            token="sync",
            view=("Europe/Berlin", "ana@example.org"),
            items={
                "a": Item(
                    '"1"', "a@offplate", MONDAY, WEEK.end_at, busy=False, gesture="done", mark="bins.0"
                ),
                "b": Item('"2"', "b", problem="has no start"),
                "c_1": Item('"3"', "c", series="c", lines=("UID:c", "RECURRENCE-ID:20261123T090000Z")),
            },
        ),
    )
    assert read_state(write_state(poll)) == poll
    assert read_state(write_state(PollState())) == PollState()


@pytest.mark.parametrize("json", [{}, {"v": 1, "homes": []}, {"google": 99}])
def test_what_another_version_remembered_is_forgotten(json: dict[str, Any]) -> None:
    assert read_state(AccountState(json)) == PollState()
