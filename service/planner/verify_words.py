"""Part of `verify`: what the certificate says in words is what its figures say, counted a second time.

The words themselves are the planner's; whatever they are filled with is not. Of what an evener split would
cost, a level that could not suffer, or more than it ever could, is refused here; `verify_envy` counts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from service.domain.interval import clipped, difference
from service.domain.plan import Plan
from service.planner.checked_week import CheckedWeek
from service.planner.chosen_starts import said_of_them
from service.planner.proof_words import envy_words, fairness_words
from service.planner.recount_moved import readings
from service.planner.snapshot import Responsibility, Snapshot

_WITHOUT_MINUTES = ("hours", "none")


def false_words(
    snapshot: Snapshot, plan: Plan, parts: Mapping[str, Fraction], loads: Mapping[str, int], gap: int
) -> Iterator[str]:
    """A sentence for each claim that is not so; `parts` are the agreed shares, `loads` the minutes of each,
    `gap` how far off they are."""
    said = plan.certificate
    stands = said["wef1"].get("stands_in_the_way")
    if stands is not None and not _may_stand(snapshot, plan, str(stands["level"]), stands["by"]):
        yield f"an evener split cannot cost {stands['by']} of {stands['level']}"
        return
    expected = [_fairness(snapshot, plan, parts, loads, gap), *said_of_them(snapshot, plan)]
    expected += [envy_words(str(stands["level"]), int(stands["by"]))] if stands is not None else []
    if said["sentence"] != " ".join(expected):
        yield f"the certificate says “{said['sentence']}”, the plan “{' '.join(expected)}”"
    if said["unwatched"] != (unwatched := _unwatched(snapshot, plan)):
        yield f"nobody is there for the children at {unwatched}, the certificate says {said['unwatched']}"


def _fairness(
    snapshot: Snapshot, plan: Plan, parts: Mapping[str, Fraction], loads: Mapping[str, int], gap: int
) -> str:
    names = {adult.id: snapshot.called(adult.id) for adult in snapshot.adults}
    titles = {chore.id: chore.title for chore in snapshot.responsibilities}
    witness = plan.certificate["wef1"]["witness"]
    lighter = [
        (titles[witness[one]], names[one], names[other])
        for one in names
        for other in names
        if len(names) == 2 and one != other and witness.get(one) in titles
        if loads[one] * parts[other] > loads[other] * parts[one]
    ]
    minutes = {names[who]: load for who, load in loads.items()}
    return fairness_words(plan.certificate["shares"], minutes, gap, lighter)


def _may_stand(snapshot: Snapshot, plan: Plan, level: str, by: int) -> bool:
    """Whether dealing out the same work otherwise could cost that much of that level at all."""
    if plan.certificate["wef1"]["holds"] or len(snapshot.adults) != 2:
        return False
    if level in _WITHOUT_MINUTES:
        return by == 0 and (level != "none" or plan.status == "proven")
    return 0 < by <= _most(snapshot, plan).get(level, 0)


def _most(snapshot: Snapshot, plan: Plan) -> dict[str, int]:
    """More than any dealing out of what is done could add to each level; what is left out stays left out."""
    free = [
        chore
        for chore in snapshot.responsibilities
        if len(chore.doers) > 1 and plan.doers[chore.id] is not None
    ]
    minutes = sum(len(chore.occurrences) * chore.minutes + chore.mental_min for chore in free)
    price = plan.solver.get("policy", {}).get("change_price_minutes", 30)
    stated = {level.name for level in plan.levels}
    most = {
        "spared": sum(len(chore.occurrences) * chore.minutes for chore in free if chore.asked_last),
        "overload": minutes,
        "moved": len(snapshot.published.blocks) if snapshot.published else 0,
        "unfair": minutes,
        "sleep": 6
        * sum(len(chore.occurrences) for chore in snapshot.responsibilities if chore.mode == "duty"),
        "burden": sum(_felt_apart(chore) + price for chore in free),
    }
    return {level: value for level, value in most.items() if level in stated}


def _felt_apart(chore: Responsibility) -> int:
    """How much more all of it is to who minds it most than to who minds it least, and a minute for rounding
    each time."""
    percents = [chore.burden_percent.get(who, 100) for who in chore.doers]
    apart = Fraction(max(percents) - min(percents), 100) * chore.minutes + 1
    return int(len(chore.occurrences) * apart) + 1


def _unwatched(snapshot: Snapshot, plan: Plan) -> list[list[str]]:
    """When children are at home and the calendars leave nobody, in whole quarters of an hour."""
    calm = replace(plan, selfcare=(), blocks=())
    week = CheckedWeek(readings(snapshot)[0], calm)
    week.watch()
    home = clipped(week.snapshot.children.home, week.whole())
    alone = difference(home, [part for person in week.people for part in week.minding[person]])
    return [[one.start_at.isoformat(), one.end_at.isoformat()] for one in alone]
