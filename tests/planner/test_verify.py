"""The checker is separate code: each rule, broken on purpose, is found and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from service.domain.interval import Interval
from service.domain.plan import Block, Level, Plan
from service.planner import PlanInvalidError, Sitter, Snapshot, plan_week, verify
from service.planner.week import checked
from tests.planner.building import a_chore, a_time, a_week, a_wish, an_adult, at, on

TIED = {"with_children_ok": False, "usual_min": 17 * 60}


def the_week() -> Snapshot:
    return a_week(
        a_chore("Cook", *[a_time(day, "17:00-18:30") for day in ("Mon", "Tue")], priority=0, min_gap_days=1),
        a_chore("Drill", a_time("Sat", "09:00-19:00"), eligible=("ana",), noisy=True, needs=("van",), **TIED),
        a_chore(
            "Dump",
            a_time("Sat", "09:00-19:00"),
            at_home=False,
            eligible=("ben",),
            previous="ben",
            needs=("van",),
            **TIED,
        ),
        a_chore("Bins", a_time("Thu", "17:00-21:00"), eligible=("ana",)),
        adults=(an_adult("Ana", busy=on("Thu 17:00-18:00"), day_limit_min=120), an_adult("Ben")),
        selfcare=(a_wish("Ben", "Fri", "16:00-18:00", usual_min=16 * 60),),
        sitters=(Sitter("granny", "Granny", on("Sun 10:00-12:00")),),
    )


def moved(plan: Plan, name: str, when: str, adult: str | None = None) -> Plan:
    def there(block: Block) -> Block:
        interval = Interval(at(when), at(when) + block.interval.duration)
        return replace(block, interval=interval, adult=adult or block.adult)

    return replace(plan, blocks=tuple(there(b) if b.id == name else b for b in plan.blocks))


def without(plan: Plan, name: str) -> Plan:
    return replace(plan, blocks=tuple(b for b in plan.blocks if b.id != name))


def another_cover(plan: Plan, cover: str | None) -> Plan:
    return replace(plan, selfcare=tuple(replace(one, cover=cover) for one in plan.selfcare))


def another_level(plan: Plan, name: str, value: int, bound: int) -> Plan:
    levels = tuple(Level(name, value, bound) if level.name == name else level for level in plan.levels)
    return replace(plan, levels=levels)


BROKEN: list[tuple[str, Callable[[Plan], Plan]]] = [
    ("known", lambda p: replace(p, doers={**p.doers, "ghost": "ana"})),
    ("known", lambda p: moved(p, "bins.0", "Thu 19:00", adult="eve")),
    ("nobody_is_twice_at_once", lambda p: moved(p, "dump.0", "Fri 16:30")),
    ("only_free_time_is_used", lambda p: moved(p, "bins.0", "Thu 17:15")),
    ("only_free_time_is_used", lambda p: moved(p, "bins.0", "Thu 22:15")),
    ("blocks_keep_their_window_and_length", lambda p: moved(p, "cook.0", "Mon 18:15")),
    ("blocks_keep_their_window_and_length", lambda p: moved(p, "cook.0", "Wed 17:00")),
    ("noise_keeps_quiet_hours", lambda p: moved(p, "drill.0", "Sat 18:45")),
    ("repeats_keep_their_distance", lambda p: moved(p, "cook.1", "Mon 17:45")),
    (
        "single_things_are_used_once_at_a_time",
        lambda p: moved(moved(p, "drill.0", "Sat 12:00"), "dump.0", "Sat 12:15"),
    ),
    ("somebody_minds_the_children", lambda p: moved(moved(p, "drill.0", "Sat 12:00"), "dump.0", "Sat 12:15")),
    ("somebody_minds_the_children", lambda p: moved(p, "drill.0", "Fri 16:30")),
    ("every_cover_is_real", lambda p: another_cover(p, None)),
    ("every_cover_is_real", lambda p: another_cover(p, "granny")),
    ("every_cover_is_real", lambda p: another_cover(p, "ben")),
    ("every_cover_is_real", lambda p: moved(p, "drill.0", "Fri 16:30")),
    ("selfcare_is_what_was_wished", lambda p: replace(p, selfcare=(replace(p.selfcare[0], adult="ana"),))),
    (
        "selfcare_is_what_was_wished",
        lambda p: replace(p, selfcare=(replace(p.selfcare[0], interval=on("Fri 17:00-18:30")[0]),)),
    ),
    ("doers_may_do_it", lambda p: replace(p, doers={**p.doers, "bins": "ben"})),
    ("doers_may_do_it", lambda p: replace(p, doers={**p.doers, "cook": None})),
    ("doers_may_do_it", lambda p: without(p, "bins.0")),
    ("every_occurrence_has_one_place_or_a_reason", lambda p: without(p, "cook.1")),
    ("every_occurrence_has_one_place_or_a_reason", lambda p: replace(p, blocks=(*p.blocks, p.blocks[0]))),
    ("figures", lambda p: another_level(p, "burden", 1, 1)),
    ("figures", lambda p: another_level(p, "deviation", p.level("deviation").value, 10_000)),
    ("figures", lambda p: replace(p, certificate={**p.certificate, "gap_min": 999})),
    ("figures", lambda p: replace(p, certificate={**p.certificate, "minutes": {"ana": 0, "ben": 0}})),
    ("figures", lambda p: replace(p, certificate={**p.certificate, "agreed": {"ana": 0, "ben": 0}})),
    ("figures", lambda p: replace(p, certificate={**p.certificate, "shares": {"ana": 20, "ben": 80}})),
    (
        "figures",
        lambda p: replace(p, certificate={**p.certificate, "wef1": {"holds": False, "witness": {}}}),
    ),
    (
        "figures",
        lambda p: replace(p, certificate={**p.certificate, "wef1": {"holds": True, "witness": {}}}),
    ),
]


@pytest.mark.parametrize(("rule", "breaking"), BROKEN)
def test_a_broken_rule_is_named(rule: str, breaking: Callable[[Plan], Plan]) -> None:
    week = the_week()
    plan = plan_week(week)
    assert verify(week, plan) == []
    assert rule in {violation.rule for violation in verify(week, breaking(plan))}


def test_a_chore_at_home_away_from_home_is_named() -> None:
    week = a_week(a_chore("Mop", a_time("Tue", "09:00-12:00"), usual_min=600))
    plan = plan_week(week)
    out = replace(week, adults=(an_adult("Ana", at_home=on("Tue 18:00-24:00")), an_adult("Ben")))
    assert "chores_at_home_are_done_at_home" in {v.rule for v in verify(out, plan)}


def test_a_day_above_its_limit_is_named() -> None:
    week = a_week(a_chore("Mop"), a_chore("Bins"))
    plan = plan_week(week)
    tired = replace(week, adults=(an_adult("Ana", day_limit_min=40), an_adult("Ben", day_limit_min=20)))
    assert "no_day_is_above_its_limit" in {v.rule for v in verify(tired, plan)}


def test_a_block_before_now_is_named_unless_it_was_published_there() -> None:
    week = a_week(a_chore("Mop", a_time("Tue", "09:00-12:00"), usual_min=600))
    plan = plan_week(week)
    assert isinstance(plan.blocks[0], Block)
    later = replace(week, now=at("Tue 10:10"))
    assert "only_free_time_is_used" in {v.rule for v in verify(later, plan)}
    kept = plan_week(replace(later, published=plan))
    assert kept.blocks == plan.blocks


def test_moves_counted_wrong_are_named() -> None:
    week = a_week(*[a_chore(f"C{n}", a_time("Tue,Wed,Thu")) for n in range(3)])
    first = plan_week(week)
    again = replace(week, published=first)
    plan = plan_week(again)
    assert plan.level("moved").value == 0
    elsewhere = moved(plan, "c0.0", "Thu 20:00")
    said = [v.sentence for v in verify(again, elsewhere)]
    assert "moved is 1, not 0" in said
    said = [v.sentence for v in verify(again, another_level(plan, "moved", 2, 0))]
    assert "moved is 0, not 2" in said
    missing = replace(plan, levels=tuple(level for level in plan.levels if level.name != "moved"))
    assert "the level moved is missing" in [v.sentence for v in verify(again, missing)]


def test_a_block_whose_place_is_gone_is_no_move() -> None:
    week = a_week(a_chore("Bins", a_time("Tue"), eligible=("ana",)))
    first = plan_week(week)
    hit = (Interval(first.blocks[0].interval.start_at, first.blocks[0].interval.end_at),)
    again = replace(week, published=first, adults=(an_adult("Ana", busy=hit), an_adult("Ben")))
    plan = plan_week(again)
    assert plan.level("moved").value == 0
    assert "moved is 0, not 1" in [v.sentence for v in verify(again, another_level(plan, "moved", 1, 0))]


def test_a_plan_that_breaks_a_rule_is_refused_with_every_rule_it_breaks() -> None:
    week = the_week()
    plan = moved(without(plan_week(week), "cook.1"), "bins.0", "Thu 17:15")
    with pytest.raises(PlanInvalidError) as refused:
        checked((week, plan))
    broken = {violation.rule for violation in refused.value.violations}
    assert {"only_free_time_is_used", "every_occurrence_has_one_place_or_a_reason"} <= broken
    assert "bins.0 is not in ana's free time" in str(refused.value)
    assert checked((week, plan_week(week))) == plan_week(week)
