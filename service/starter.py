"""The list that a home begins with: what it needs at the children's age, in bundles of one tap each.

Reads: `starter_list.toml` beside it. Pure otherwise; everything it gives is a start, to be edited at home.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from service.domain.chores import Cadence, Chore, ChoreId
from service.domain.household import PartnerId
from service.domain.week import parse_windows
from service.words import _

LIST = Path(__file__).with_name("starter_list.toml")
THINKING_POINT_MINUTES = 10

Holder = PartnerId | Literal["both"]
"""Who a bundle goes to. One partner: every time of everything in it but a night's is theirs, until a week
says otherwise.
both: they take turns where turns can be taken, and the rest is divided chore by chore."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Chores that belong together, owned by nobody yet, in the words of the language spoken now.

    `chores` make up the first list; `later` is offered when the home has found its feet. `offered`: ticked
    beforehand, since nearly every home has it; `when_out`: where the children have hours out of the house.
    """

    id: str
    name: str
    chores: tuple[Chore, ...]
    later: tuple[Chore, ...] = ()
    offered: bool = True
    when_out: bool = False


def bundles_for(children_born: Sequence[date], on: date) -> tuple[Bundle, ...]:
    """Everything that a home with children born on these days needs on that day, in the list's order.

    Bundles of which nothing applies are left out. A chore for a child of some age takes longer with
    every further child of that age.
    """
    ages = [_months_old(born, on) for born in children_born]
    made = (
        Bundle(
            id=row["id"],
            name=_(row["name"]),
            chores=tuple(_chores(row, ages, later=False)),
            later=tuple(_chores(row, ages, later=True)),
            offered=row.get("offered", True),
            when_out=row.get("when_out", False),
        )
        for row in _rows()
    )
    return tuple(bundle for bundle in made if bundle.chores or bundle.later)


def shared_out(
    bundles: Sequence[Bundle], holders: Mapping[str, Holder], partners: tuple[PartnerId, PartnerId]
) -> tuple[Chore, ...]:
    """The first list with its owners, in the list's order; a bundle that `holders` leaves out is not on it.

    What both hold goes, routine by routine, to whoever has less to think of and do so far.
    """
    owned: dict[ChoreId, Chore] = {}
    in_common: list[Chore] = []
    for bundle in bundles:
        holder = holders.get(bundle.id)
        if holder == "both":
            in_common += bundle.chores
        elif holder is not None:
            owned |= {chore.id: _held(chore, holder) for chore in bundle.chores}
    for group in sorted(_routines(in_common), key=lambda group: -sum(load_a_week(chore) for chore in group)):
        load = {
            partner: sum(load_a_week(chore) for chore in owned.values() if chore.owner == partner)
            for partner in partners
        }
        owner = min(partners, key=lambda partner: load[partner])
        owned |= {chore.id: replace(chore, owner=owner) for chore in group}
    return tuple(owned[chore.id] for bundle in bundles for chore in bundle.chores if chore.id in owned)


def _held(chore: Chore, holder: PartnerId) -> Chore:
    """All of it is theirs; nights go by turns all the same, so that both sleep."""
    return replace(chore, owner=holder, mode="duty" if chore.mode == "duty" else "whole")


def minutes_a_week(chores: Sequence[Chore], partner: PartnerId) -> int:
    """What of an ordinary week's chores stands in that partner's calendar; of what goes by turns, half."""
    return round(
        sum(
            chore.effort_minutes * _times_a_week(chore.cadence) * _part(chore, partner)
            for chore in chores
            if chore.blocked
        )
    )


def load_a_week(chore: Chore) -> float:
    """Minutes a week for its owner, the thinking included: all of it, or half where turns are taken."""
    owner = chore.owner or PartnerId("")
    doing = chore.effort_minutes * _times_a_week(chore.cadence) * _part(replace(chore, owner=owner), owner)
    return doing + THINKING_POINT_MINUTES * chore.thinking_weight


def sentences() -> Iterator[str]:
    """Every name and standard on the list, for the catalogue."""
    for row in _rows():
        yield row["name"]
        for chore in row["chores"]:
            yield from (chore[key] for key in ("name", "standard", "routine") if key in chore)


def _part(chore: Chore, partner: PartnerId) -> float:
    if chore.mode in ("each", "both"):
        return 1
    if chore.mode in ("alternating", "duty"):
        return 0.5
    return float(chore.owner == partner)


def _times_a_week(cadence: Cadence) -> float:
    return 12 / 52 if cadence.monthly else cadence.times / cadence.every_weeks


def _routines(chores: Sequence[Chore]) -> list[tuple[Chore, ...]]:
    """What is done in one block together, as the planner will see it; the rest one by one."""
    groups: dict[object, tuple[Chore, ...]] = {}
    for chore in chores:
        key = (chore.routine, chore.cadence, chore.windows, chore.mode) if chore.routine else chore.id
        groups[key] = (*groups.get(key, ()), chore)
    return list(groups.values())


def _months_old(born: date, on: date) -> int:
    """Whole months of age, negative before birth."""
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def _chores(bundle: Mapping[str, Any], ages: Sequence[int], *, later: bool) -> Iterator[Chore]:
    for row in bundle["chores"]:
        first, before = row.get("months", (None, None))
        count = 1 if first is None else sum(first <= age < before for age in ages)
        if count and row.get("later", False) is later:
            yield _chore(row, children=count, for_children=bundle.get("for_children", False))


def _chore(row: Mapping[str, Any], *, children: int, for_children: bool) -> Chore:
    percent = 100 + row.get("each_more", 0) * (children - 1)
    return Chore(
        id=ChoreId(row["id"]),
        name=_(row["name"]),
        owner=None,
        effort_minutes=(row["minutes"] * percent + 50) // 100,
        cadence=Cadence.parse(row["cadence"]),
        windows=parse_windows(row["window"]),
        mode=row["mode"],
        at_home=row.get("place", "home"),
        thinking_weight=row.get("thinking", 0),
        shed=row["shed"],
        routine=_(row["routine"]) if "routine" in row else None,
        standard=_(row["standard"]) if "standard" in row else "",
        noisy=row.get("noisy", False),
        min_gap_days=row.get("gap", 0),
        blocked=row.get("blocked", True),
        for_children=for_children or row.get("for_children", False),
        needs=tuple(row.get("needs", ())),
        shorter_minutes=(row["shorter"] * percent + 50) // 100 if "shorter" in row else None,
        alarm=row.get("alarm", False),
    )


@cache
def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(LIST.read_text(encoding="utf-8"))["bundle"]
    return rows
