"""Where somebody carries more than their part, the certificate says what an evener split would cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from service.planner import Snapshot, plan_week, verify
from tests.planner.building import a_chore, a_time, a_week, an_adult, local, on


def envy_of(week: Snapshot) -> tuple[dict[str, Any], str]:
    plan = plan_week(week)
    assert verify(week, plan) == []
    return plan.certificate["wef1"], plan.certificate["sentence"]


def small_chores(**facts: Any) -> Snapshot:
    """Three of ten minutes, all Ana's: within the band, so that nothing changes hands."""
    return a_week(*[a_chore(f"C{n}", priority=0, minutes=10) for n in range(3)], **facts)


def test_keeping_the_hands_is_named_with_its_price() -> None:
    wef1, sentence = envy_of(small_chores())
    assert wef1 == {"holds": False, "witness": {}, "stands_in_the_way": {"level": "burden", "by": 30}}
    assert sentence.endswith(
        "An evener split would at best change more hands, or go more against what each of you likes."
    )


def test_a_limit_is_named_with_its_minutes() -> None:
    adults = (an_adult("Ana"), an_adult("Ben", capacity_min=4, share_weight=600))
    wef1, sentence = envy_of(small_chores(adults=adults))
    assert wef1["stands_in_the_way"] == {"level": "overload", "by": 6}
    assert sentence.endswith("An evener split would at best pass your limits by 6 minutes more.")


def test_a_split_that_costs_no_minutes_is_not_said_not_to_fit() -> None:
    """Ben could take one of three, at a worse hour."""
    chores = [
        a_chore(name, a_time("Wed", "17:00-21:00"), priority=0, minutes=10, previous=None, usual_min=1020)
        for name in ("Cook", "Wash", "Iron")
    ]
    week = a_week(*chores, adults=(an_adult("Ana"), an_adult("Ben", busy=on("Wed 08:00-19:00"))))
    wef1, sentence = envy_of(week)
    evener = plan_week(replace(week, responsibilities=(replace(chores[0], fixed_doer="ben"), *chores[1:])))
    assert not evener.unplaced
    assert wef1["stands_in_the_way"] == {"level": "none", "by": 0}
    assert sentence.endswith("the hours fit at least as well this way.")


def test_the_thinking_for_a_chore_in_turns_counts_for_its_owner() -> None:
    """An evener split is compared as the certificate compares: whoever cooks, Ana thinks of it."""
    times = [a_time(day) for day in ("Mon", "Tue")]
    turns = a_chore("Cook", *times, mode="alternating", priority=0, minutes=10, mental_min=20)
    week = a_week(turns, *[a_chore(name, priority=0, minutes=m) for name, m in (("Wash", 10), ("Iron", 20))])
    assert envy_of(week)[0]["stands_in_the_way"] == {"level": "burden", "by": 30}


def forged(week: Snapshot, **claims: Any) -> list[str]:
    plan = plan_week(week)
    return [one.sentence for one in verify(week, replace(plan, certificate={**plan.certificate, **claims}))]


@pytest.mark.parametrize(
    ("level", "by"),
    [
        ("essential", 999),
        ("burden", 999),
        ("overload", 31),
        ("hours", 6),
        ("none", 1),
        ("moved", 1),
        ("sleep", 2),
    ],
)
def test_a_cost_that_an_evener_split_cannot_have_is_refused(level: str, by: int) -> None:
    wef1 = plan_week(small_chores()).certificate["wef1"]
    assert forged(small_chores(), wef1={**wef1, "stands_in_the_way": {"level": level, "by": by}})


@pytest.mark.parametrize(
    "claim",
    [
        {"sentence": "Agreed share 1:99."},
        {"sentence": "Agreed share 50:50. Ana 30 min, Ben 0 min; 15 min off."},
        {"unwatched": [["2026-11-23T00:00:00+00:00", "2026-11-24T00:00:00+00:00"]]},
    ],
)
def test_a_claim_of_the_certificate_that_is_not_so_is_refused(claim: dict[str, Any]) -> None:
    assert forged(small_chores()) == []
    assert forged(small_chores(), **claim)


def test_when_nobody_is_there_for_the_children_is_counted_twice() -> None:
    met = on("Sat 10:05-12:10")
    week = small_chores(adults=(an_adult("Ana", busy=met), an_adult("Ben", busy=met)))
    (gap,) = plan_week(week).certificate["unwatched"]
    assert [local(datetime.fromisoformat(instant)) for instant in gap] == ["Sat 10:00", "Sat 12:15"]
    assert forged(week, unwatched=[])


def test_a_calendar_without_room_is_named_as_the_hours() -> None:
    chores = [a_chore(f"C{n}", a_time("Tue", "17:00-19:00"), priority=0) for n in range(3)]
    adults = (an_adult("Ana"), an_adult("Ben", busy=on("Tue 16:00-20:00")))
    wef1, _ = envy_of(a_week(*chores, adults=adults))
    assert wef1["stands_in_the_way"] == {"level": "hours", "by": 0}


@pytest.mark.parametrize("minutes", [60, 90])
def test_a_split_without_envy_names_nothing(minutes: int) -> None:
    chores = [a_chore(f"C{n}", priority=0, minutes=minutes) for n in range(4)]
    wef1, sentence = envy_of(a_week(*chores))
    assert wef1["holds"]
    assert "stands_in_the_way" not in wef1
    assert "evener" not in sentence
