"""Where somebody carries more than their part, the certificate says what an evener split would cost."""

from __future__ import annotations

from typing import Any

import pytest

from service.planner import Snapshot, plan_week, verify
from tests.planner.building import a_chore, a_time, a_week, an_adult, on


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
        "An evener split would change more hands, or go more against what each of you likes."
    )


def test_a_limit_is_named_with_its_minutes() -> None:
    adults = (an_adult("Ana"), an_adult("Ben", capacity_min=4, share_weight=600))
    wef1, sentence = envy_of(small_chores(adults=adults))
    assert wef1["stands_in_the_way"] == {"level": "overload", "by": 6}
    assert sentence.endswith("An evener split would go 6 minutes above your limits.")


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
