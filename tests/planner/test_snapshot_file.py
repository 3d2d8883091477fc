"""The snapshot file: every problem is named at once, with its place."""

from __future__ import annotations

from typing import Any

import pytest

from service.planner import SnapshotError, parse_snapshot, plan_week, snapshot_hash, to_json
from tests.planner.building import SAMPLES, a_chore, a_week, sample


def problems(file: Any) -> tuple[str, ...]:
    with pytest.raises(SnapshotError) as caught:
        parse_snapshot(file)
    return caught.value.problems


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_week_survives_its_canonical_form(name: str) -> None:
    week = parse_snapshot(sample(name))
    assert parse_snapshot(to_json(week)) == week
    assert len(snapshot_hash(week)) == 64


def test_every_problem_is_named_with_its_place() -> None:
    file = sample("small-normal-0")
    file["colour"] = "red"
    file["monday"] = "2026-11-24"
    file["tz"] = "Mars/Olympus"
    file["now"] = "2026-11-24T10:00:00"
    file["quiet"][0] = ["2026-11-23T10:00:00+00:00"]
    del file["adults"][0]["capacity_min"]
    file["adults"][1]["state"] = "asleep"
    file["responsibilities"][2]["eligible"] = ["C"]
    file["responsibilities"][3]["priority"] = 4
    file["responsibilities"][4]["occurrences"][0]["days"] = [7]
    file["responsibilities"][5]["burden_percent"] = {"A": "much"}
    file["responsibilities"][6]["id"] = file["responsibilities"][7]["id"]
    file["selfcare"][0]["fixed_start"] = "soon"
    found = problems(file)
    for place in (
        "colour: unknown field",
        "monday: must be the date of a Monday",
        'tz: no time zone "Mars/Olympus"',
        "now: must be an instant with its offset",
        "quiet[0]: must be two instants",
        "adults[0].capacity_min: is missing",
        "adults[1].state: must be one of fine, weeds, blown, away",
        'responsibilities[2].eligible: no adult "C"',
        "responsibilities[3].priority: must be a whole number from 0 to 3",
        "responsibilities[4].occurrences[0].days: must be a list of days",
        "responsibilities[5].burden_percent: must give each adult a percentage",
        'responsibilities: the id "r007" is used twice',
        "selfcare[0].fixed_start: must be an instant",
    ):
        assert any(problem.startswith(place) for problem in found), place
    assert len(found) == 13


@pytest.mark.parametrize("file", [{}, [], "week", {"version": 2}])
def test_something_that_is_no_week_is_refused_in_words(file: Any) -> None:
    assert problems(file)


def test_a_fixed_doer_must_be_eligible() -> None:
    week = a_week(a_chore("Laundry", eligible=("ana",), fixed_doer="ben"))
    with pytest.raises(SnapshotError, match='"ben" is not among its eligible adults'):
        plan_week(week)


def test_a_published_plan_is_read_back_and_a_broken_one_named() -> None:
    week = a_week(a_chore("Laundry"))
    file = {**to_json(week), "published": plan_week(week).to_json()}
    published = parse_snapshot(file).published
    assert published is not None
    assert published.doers == {"laundry": "ana"}
    assert problems({**file, "published": {"blocks": 3}})[0].startswith("published: is not a plan")
