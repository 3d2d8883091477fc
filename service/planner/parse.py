"""Read a snapshot file, or say everything that is wrong with it at once.

Used by the command line, by bug reports, and by the planner itself on snapshots that were built in
code. Never guesses: an unknown field, a missing one and a reference to nobody are all named with
their place, e.g. `responsibilities[3].eligible: no adult "C"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.plan import Plan
from service.planner.fields import ABSENT, Fields, instant_of
from service.planner.part import Part
from service.planner.snapshot import (
    STEP_MINUTES,
    VERSION,
    Adult,
    Children,
    FixedStart,
    Occurrence,
    Responsibility,
    SelfCare,
    Sitter,
    Snapshot,
    Window,
)

_TWO_DAYS = 2880


class SnapshotError(ValueError):
    """The snapshot cannot be planned; `problems` names each defect and its place.

    The caller shows all of them; nothing was planned.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("this week cannot be read: " + "; ".join(problems))
        self.problems = problems


def parse_snapshot(json: Mapping[str, Any]) -> Snapshot:
    """The snapshot in canonical order (people and chores by id, intervals merged).

    Raises:
        SnapshotError: with every problem found, not only the first.
    """
    problems: list[str] = []
    top = Fields(json, "", problems)
    if top.take("version", ABSENT) != VERSION:
        problems.append(f"version: must be {VERSION}")
    if top.take("step_min", STEP_MINUTES) != STEP_MINUTES:
        problems.append(f"step_min: must be {STEP_MINUTES}")
    children = Fields(top.take("children", {}), "children", problems)
    snapshot = Snapshot(
        name=top.text("name", default=""),
        tz=_zone(top),
        monday=_monday(top),
        adults=tuple(_adult(part) for part in top.objects("adults")),
        children=Children(
            children.intervals("home"), children.intervals("awake"), children.days("kept_home", optional=True)
        ),
        quiet=top.intervals("quiet", optional=True),
        selfcare=tuple(_selfcare(part) for part in top.objects("selfcare", optional=True)),
        responsibilities=tuple(_chore(part) for part in top.objects("responsibilities")),
        sitters=tuple(_sitter(part) for part in top.objects("sitters", optional=True)),
        now=top.instant("now"),
        published=_published(top),
        held=top.texts("held", optional=True),
    )
    children.close()
    top.close()
    problems += _unknown_people(snapshot)
    if problems:
        raise SnapshotError(tuple(problems))
    return replace(
        snapshot,
        adults=tuple(sorted(snapshot.adults, key=lambda adult: adult.id)),
        responsibilities=tuple(sorted(snapshot.responsibilities, key=lambda chore: chore.id)),
        sitters=tuple(sorted(snapshot.sitters, key=lambda sitter: sitter.id)),
    )


def _zone(top: Fields) -> str:
    name = top.text("tz")
    try:
        ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError):
        top.note("tz", f'no time zone "{name}"')
    return name


def _monday(top: Fields) -> date:
    value = top.take("monday", ABSENT)
    try:
        monday = date.fromisoformat(value)
        if monday.weekday() == 0:
            return monday
    except (TypeError, ValueError):
        pass
    top.note("monday", "must be the date of a Monday, like 2026-11-23")
    return date(2026, 1, 5)


def _adult(part: Fields) -> Adult:
    capacity = part.integer("capacity_min", 0, 10080)
    weight = part.take("share_weight", None)
    if weight is not None and (type(weight) is not int or not 0 <= weight <= 1_000_000):
        part.note("share_weight", "must be a whole number from 0 to 1000000, or null")
        weight = None
    adult = Adult(
        id=part.text("id"),
        name=part.text_or_null("name"),
        state=part.choice("state", ("fine", "weeds", "blown", "away")),
        offered_min=part.integer("offered_min", 0, 10080),
        capacity_min=capacity,
        share_weight=capacity if weight is None else weight,
        day_limit_min=part.integer("day_limit_min", 0, 1440),
        ledger_min=part.integer("ledger_min", -100_000, 100_000),
        may_be_planned=part.intervals("may_be_planned"),
        at_home=part.intervals("at_home"),
        busy=part.intervals("busy", optional=True),
        day_limits=part.minutes_by_day("day_limits"),
        partly_away=part.choice("partly_away", (False, True), False),
        was_alone=part.choice("was_alone", (False, True), False),
    )
    part.close()
    return adult


def _sitter(part: Fields) -> Sitter:
    sitter = Sitter(part.text("id"), part.text("name"), part.intervals("hours"))
    part.close()
    return sitter


def _minutes_of_day(part: Fields) -> tuple[int, int]:
    start, end = part.integer("start", 0, _TWO_DAYS), part.integer("end", 0, _TWO_DAYS)
    if end < start:
        part.note("end", "must not be before start")
    return start, end


def _window(part: Fields) -> Window:
    window = Window(part.days("days"), *_minutes_of_day(part))
    part.close()
    return window


def _occurrence(part: Fields) -> Occurrence:
    days, (start, end) = part.days("days"), _minutes_of_day(part)
    occurrence = Occurrence(
        days, start, end, part.integer("usual_day", 0, 6), part.instants_by_name("fixed_start")
    )
    part.close()
    return occurrence


def _called_off(part: Fields) -> tuple[int, Occurrence]:
    return part.integer("number", 0, 100), _occurrence(part)


def _selfcare(part: Fields) -> SelfCare:
    fixed_start: FixedStart = "open"
    settled = part.take("fixed_start", ABSENT)
    if settled is None:
        fixed_start = "left_out"
    elif settled is not ABSENT:
        at = instant_of(settled)
        if at is None:
            part.note("fixed_start", "must be an instant with its offset, or null")
        else:
            fixed_start = at
    wish = SelfCare(
        adult=part.text("adult"),
        minutes=part.integer("minutes", 1, 1440),
        windows=tuple(_window(window) for window in part.objects("windows")),
        usual_min=part.integer("usual_min", 0, _TWO_DAYS),
        usual_day=part.integer("usual_day", 0, 6),
        fixed_start=fixed_start,
        needs_cover=part.choice("needs_cover", (True, False), True),
        title=part.text_or_null("title"),
        wished_min=part.integer("wished_min", 0, 1440, 0) or None,
    )
    part.close()
    return wish


def _part(part: Fields) -> Part:
    made = Part(
        id=part.text("id"),
        title=part.text("title"),
        priority=part.integer("priority", 1, 3),
        minutes=part.integer("minutes", 1, 1440),
        mental_min=part.integer("mental_min", 0, 10080, default=0),
        left_out_weeks=part.integer("left_out_weeks", 0, 1000, default=0),
    )
    part.close()
    return made


def _chore(part: Fields) -> Responsibility:
    chore = Responsibility(
        id=part.text("id"),
        title=part.text("title"),
        priority=part.integer("priority", 0, 3),
        minutes=part.integer("minutes", 1, 1440),
        mental_min=part.integer("mental_min", 0, 10080),
        at_home=part.choice("at_home", (True, False, None)),
        with_children_ok=part.choice("with_children_ok", (True, False)),
        noisy=part.choice("noisy", (False, True)),
        eligible=part.texts("eligible"),
        previous=part.text_or_null("previous"),
        burden_percent=part.burdens("burden_percent"),
        usual_min=part.integer("usual_min", 0, _TWO_DAYS),
        min_gap_days=part.integer("min_gap_days", 0, 6, default=0),
        tenure_weeks=part.integer("tenure_weeks", 0, 10_000, default=0),
        mode=part.choice("mode", ("whole", "alternating", "duty"), "whole"),
        fixed_doer=part.text_or_null("fixed_doer"),
        needs=part.texts("needs", optional=True),
        blocked=part.choice("blocked", (True, False), True),
        shrinks=part.choice("shrinks", (False, True), False),
        first_occurrence=part.integer("first_occurrence", 0, 100, default=0),
        left_out_weeks=part.integer("left_out_weeks", 0, 1000, default=0),
        occurrences=tuple(_occurrence(one) for one in part.objects("occurrences")),
        asked_last=part.texts("asked_last", optional=True),
        called_off=tuple(_called_off(one) for one in part.objects("called_off", optional=True)),
        parts=tuple(_part(one) for one in part.objects("parts", optional=True)),
        without=tuple(_part(one) for one in part.objects("without", optional=True)),
    )
    _check_parts(part, chore)
    if chore.shrinks and (chore.priority == 0 or chore.mode != "whole" or not chore.blocked):
        part.note("shrinks", "is for whole chores that become blocks and are not of priority 0")
    if chore.mode == "duty" and any(one.fixed_start for one in chore.occurrences):
        part.note("occurrences", "a duty is held over its whole window and has no fixed_start")
    if chore.mode == "duty" and any(len(one.days) != 1 for one in chore.occurrences):
        part.note("occurrences", "of a duty are of one day each")
    if not set(chore.asked_last) <= set(chore.eligible):
        part.note("asked_last", "are not all among its eligible adults")
    if not chore.eligible:
        part.note("eligible", "needs at least one adult")
    part.close()
    return chore


def _check_parts(place: Fields, chore: Responsibility) -> None:
    every = (*chore.parts, *chore.without)
    if every and (chore.mode == "duty" or not chore.blocked):
        place.note("parts", "are of chores that become blocks and are no duties")
    if len({part.id for part in every}) < len(every):
        place.note("parts", "have ids of their own")
    if sum(part.minutes for part in chore.parts) >= chore.minutes and chore.parts:
        place.note("parts", "take fewer minutes than the chore")
    if sum(part.mental_min for part in chore.parts) > chore.mental_min:
        place.note("parts", "have no more thinking than the chore")


def _published(top: Fields) -> Plan | None:
    value = top.take("published", None)
    if value is None:
        return None
    try:
        return Plan.from_json(value)
    except (KeyError, TypeError, ValueError) as err:
        top.note("published", f"is not a plan as `plan --json` prints it ({type(err).__name__}: {err})")
        return None


def _unknown_people(snapshot: Snapshot) -> list[str]:
    adults = {adult.id for adult in snapshot.adults}
    found = [] if snapshot.adults else ["adults: needs at least one"]
    people = [adult.id for adult in snapshot.adults] + [sitter.id for sitter in snapshot.sitters]
    chores = [chore.id for chore in snapshot.responsibilities]
    for kind, ids in (("adults and sitters", people), ("responsibilities", chores)):
        twice = sorted({one for one in ids if ids.count(one) > 1})
        found += [f'{kind}: the id "{one}" is used twice' for one in twice]
    for n, wish in enumerate(snapshot.selfcare):
        if wish.adult and wish.adult not in adults:
            found.append(f'selfcare[{n}].adult: no adult "{wish.adult}"')
    for n, chore in enumerate(snapshot.responsibilities):
        place = f"responsibilities[{n}]"
        named = [("eligible", who) for who in chore.eligible]
        named += [("burden_percent", who) for who in chore.burden_percent]
        named += [("previous", chore.previous)] if chore.previous else []
        named += [
            (f"occurrences[{k}].fixed_start", a)
            for k, o in enumerate(chore.occurrences)
            for a in o.fixed_start
        ]
        found += [f'{place}.{name}: no adult "{who}"' for name, who in named if who not in adults]
        if chore.fixed_doer and chore.fixed_doer not in chore.eligible:
            found.append(f'{place}.fixed_doer: "{chore.fixed_doer}" is not among its eligible adults')
    return found
