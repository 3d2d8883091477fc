"""`/rules/children`: when the children are out and asleep, in two homes also every other week.

Proposed by one and settled by both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.domain.household import Household, OtherWeek
from service.domain.week import Week, WeeklyWindow
from service.flow.rule_kinds import hours_value
from service.web.hours import Hours, HoursRefusedError, fields_many, fields_once, hours_of, typed_hours
from service.web.house_rules import proposed
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _

router = APIRouter()
NAMES = ("away", "asleep", "other_away", "other_asleep")
ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class Grids:
    """As the form has them. `other` is `alike`, or the Monday of the first week that is not."""

    hours: tuple[Hours, ...]
    other: str
    elsewhere: bool


@router.api_route("/rules/children", methods=["GET", "HEAD"])
def children(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    household = site.world.store.households.get(reader.household)
    return _page(site, reader, _standing(household, _weeks(site, household)))


@router.post("/rules/children")
def propose_children(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(
        once={"reader", "press", "other", "elsewhere"} | fields_once(form, *NAMES),
        many=fields_many(form, *NAMES),
    )
    site = site_of(request)
    household = site.world.store.households.get(reader.household)
    weeks = _weeks(site, household)
    other = form.one("other") or _standing(household, weeks).other
    typed = Grids(
        tuple(typed_hours(form, name) for name in NAMES), other, elsewhere=form.one("elsewhere") == "yes"
    )

    def again(site: Site, reader: Reader, *, problems: Sequence[str], status: int) -> Response:
        return _page(site, reader, typed, problems=problems, status=status)

    if form.one("press") != "yes":  # a form sent empty would be a week without nursery or sleep
        return again(site, reader, problems=(_("Press the button to propose it."),), status=422)
    away, asleep, *others = typed.hours
    problems, read = _read([away, asleep])
    other_problems, other_read = _read([] if other == ALIKE or typed.elsewhere else others)
    problems += other_problems
    week = next((each for each in weeks if str(each.monday) == other), None)
    if week is None and other != ALIKE:
        problems.append(_("Choose which week it is."))
    if problems:
        return again(site, reader, problems=tuple(dict.fromkeys(problems)), status=422)
    differs = _other_week(household, week, other_read) if week else None
    return proposed(site, reader, "children", hours_value(read[0], read[1], differs), again)


def _other_week(household: Household, week: Week, hours: Sequence[tuple[WeeklyWindow, ...]]) -> OtherWeek:
    """Counted from the day it is counted from already, where that comes to the same weeks."""
    stands = household.other_week
    from_on = stands.from_on if stands and stands.is_of(week) else week.monday
    return OtherWeek(from_on, True, *hours) if hours else OtherWeek(from_on, here=False)


def _read(grids: Sequence[Hours]) -> tuple[list[str], list[tuple[WeeklyWindow, ...]]]:
    problems: list[str] = []
    read = []
    for hours in grids:
        try:
            read.append(hours.windows())
        except HoursRefusedError as refused:
            problems += refused.problems
    return problems, read


def _weeks(site: Site, household: Household) -> tuple[Week, Week]:
    """The running week and the next: one of them is what every other week is."""
    running = Week.at(site.world.clock.now(), household.zone)
    return running, running.next


def _standing(household: Household, weeks: Sequence[Week]) -> Grids:
    stands = household.other_week
    other = OtherWeek(weeks[0].monday, asleep=household.asleep) if stands is None else stands
    hours = (household.away, household.asleep, other.away, other.asleep if other.here else household.asleep)
    return Grids(
        tuple(hours_of(name, windows) for name, windows in zip(NAMES, hours, strict=True)),
        next(str(week.monday) for week in weeks if stands.is_of(week)) if stands else ALIKE,
        elsewhere=not other.here,
    )


def _page(
    site: Site, reader: Reader, grids: Grids, *, problems: Sequence[str] = (), status: int = 200
) -> Response:
    household = site.world.store.households.get(reader.household)
    return site.page(
        "rule_children.html",
        status,
        grids=grids,
        weeks=_weeks(site, household),
        problems=problems,
        key=reader.key,
    )
