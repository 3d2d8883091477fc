"""Where somebody carries more than their part, the certificate says what an evener split would cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import pytest

from service.planner import Snapshot, plan_week, verify
from service.planner.proof_words import envy_words
from tests.planner.building import DAYS, a_chore, a_time, a_week, an_adult, at, local, on


def envy_of(week: Snapshot) -> tuple[dict[str, Any], str]:
    plan = plan_week(week)
    assert verify(week, plan) == []
    return plan.certificate["wef1"], plan.certificate["sentence"]


def price(wef1: dict[str, Any]) -> tuple[str, int]:
    return wef1["stands_in_the_way"]["level"], wef1["stands_in_the_way"]["by"]


def small_chores(**facts: Any) -> Snapshot:
    """Three of ten minutes, all Ana's: within the band, so that nothing changes hands."""
    return a_week(*[a_chore(f"C{n}", priority=0, minutes=10) for n in range(3)], **facts)


def test_keeping_the_hands_is_named_with_its_price() -> None:
    wef1, sentence = envy_of(small_chores())
    (change,) = wef1["stands_in_the_way"].pop("split")
    assert (change["occurrence"], change["to"]) == (None, "ben")
    assert wef1 == {"holds": False, "witness": {}, "stands_in_the_way": {"level": "burden", "by": 30}}
    assert sentence.endswith(
        "An evener split would at best change more hands, or go more against what each of you likes."
    )


def test_a_limit_is_named_with_its_minutes() -> None:
    adults = (an_adult("Ana"), an_adult("Ben", capacity_min=4, share_weight=600))
    wef1, sentence = envy_of(small_chores(adults=adults))
    assert price(wef1) == ("overload", 6)
    assert sentence.endswith("An evener split would at best pass your limits by 6 minutes more.")


@pytest.mark.parametrize("ahead", ["c0", "c1", "c2"])
def test_what_has_begun_is_no_part_of_an_evener_split(ahead: str) -> None:
    """Two of three have begun, so that only the third could still be Ben's."""
    week = small_chores()
    first = plan_week(week)
    hours = iter(("17:00-17:10", "17:15-17:25"))
    times = {
        one.id: on("Wed 17:00-17:10" if one.responsibility == ahead else f"Mon {next(hours)}")[0]
        for one in first.blocks
    }
    blocks = tuple(replace(one, interval=times[one.id]) for one in first.blocks)
    wef1, _sentence = envy_of(replace(week, published=replace(first, blocks=blocks), now=at("Tue 12:00")))
    assert [change["chore"] for change in wef1["stands_in_the_way"]["split"]] == [ahead]


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
    assert price(wef1) == ("none", 0)
    assert sentence.endswith("the hours fit at least as well this way.")


def test_the_thinking_for_a_chore_in_turns_counts_for_its_owner() -> None:
    """An evener split is compared as the certificate compares: whoever cooks, Ana thinks of it."""
    times = [a_time(day) for day in ("Mon", "Tue")]
    turns = a_chore("Cook", *times, mode="alternating", priority=0, minutes=10, mental_min=20)
    week = a_week(turns, *[a_chore(name, priority=0, minutes=m) for name, m in (("Wash", 10), ("Iron", 20))])
    assert price(envy_of(week)[0]) == ("burden", 30)


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


def to(chore: str, who: str = "ben", occurrence: int | None = None) -> dict[str, Any]:
    return {"chore": chore, "occurrence": occurrence, "to": who}


@pytest.mark.parametrize(
    ("level", "by", "split", "said"),
    [
        ("burden", 29, [to("c0")], "costs {'burden': 30}, the certificate says {'burden': 29}"),
        ("burden", 60, [to("c0"), to("c1")], "an evener split costs less than 60 of burden: c0 to ben"),
        ("unfair", 5, [to("c0")], "costs {'burden': 30}, the certificate says {'unfair': 5}"),
        ("hours", 0, None, "an evener split costs less than 0 of hours: c0 to ben"),
        ("none", 0, [to("c0")], "costs {'burden': 30}, the certificate says nothing"),
        ("burden", 30, [], "leaves somebody with more than their part"),
        ("burden", 30, None, "the evener split that the certificate names cannot be"),
        ("burden", 30, [to("c0", "zoe")], "the evener split that the certificate names cannot be"),
        ("burden", 30, [to("c0", occurrence=0)], "the evener split that the certificate names cannot be"),
    ],
)
def test_a_plausible_cost_is_counted_from_its_split_and_against_the_cheapest_changes(
    level: str, by: int, split: list[dict[str, Any]] | None, said: str
) -> None:
    """The true one is 30 minutes of burden, by giving any one of the three away."""
    plan = plan_week(small_chores())
    stands = {"level": level, "by": by} | ({} if split is None else {"split": split})
    wef1 = {**plan.certificate["wef1"], "stands_in_the_way": stands}
    fair = plan.certificate["sentence"].partition(" An evener")[0]
    found = forged(small_chores(), wef1=wef1, sentence=f"{fair} {envy_words(level, by)}")
    assert any(said in sentence for sentence in found), found


def test_no_true_claim_is_refused() -> None:
    """`plan_week` refuses what its own check refuses; and most of these weeks have such a claim."""
    claims = []
    for seed in range(40):
        chance = Random(seed)
        chores = [
            a_chore(
                f"C{n}",
                *(
                    a_time(day, chance.choice(["08:00-21:00", "17:00-19:00"]))
                    for day in chance.sample(DAYS, 2)
                ),
                priority=chance.choice([0, 1]),
                minutes=chance.choice([10, 20, 50]),
                mental_min=chance.choice([0, 10]),
                mode=chance.choice(["whole", "alternating"]),
                previous=chance.choice(["ana", "ana", "ben", None]),
                burden_percent={"ana": chance.choice([80, 100, 150]), "ben": chance.choice([80, 100, 150])},
            )
            for n in range(5)
        ]
        busy = on(
            *[f"{day} {chance.choice(['17:10-18:20', '12:00-20:00'])}" for day in chance.sample(DAYS, 4)]
        )
        adults = (
            an_adult("Ana", capacity_min=chance.choice([60, 120, 600])),
            an_adult("Ben", busy=busy, capacity_min=chance.choice([60, 120, 600]), share_weight=300),
        )
        stands = plan_week(a_week(*chores, adults=adults)).certificate["wef1"].get("stands_in_the_way")
        claims += [stands["level"]] if stands else []
    assert len(claims) > 5
    assert len(set(claims)) > 1


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
