"""The rules of `verify` about protected time: it is what was wished, and somebody is really on duty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from service.domain.interval import clipped, common, difference, union
from service.domain.plan import Appointment
from service.planner.checked_week import STEP, CheckedWeek
from service.planner.snapshot import SelfCare


def every_cover_is_real(week: CheckedWeek) -> Iterator[str]:
    for one in week.plan.selfcare:
        watched = clipped(union(week.snapshot.children.home), one.interval)
        if not watched or not week.snapshot.selfcare[one.index].needs_cover or _kept(week, one):
            continue
        if one.cover is None or one.cover == one.adult or one.cover not in week.people:
            yield f"self-care {one.index} has no cover"
        elif difference(watched, week.on_duty[one.cover]):
            yield f"the cover of self-care {one.index} is not on duty all the time"


def selfcare_is_what_was_wished(week: CheckedWeek) -> Iterator[str]:
    seen: set[tuple[str, date]] = set()
    for one in week.plan.selfcare:
        wish, adult = week.snapshot.selfcare[one.index], week.adults[one.adult]
        settled = isinstance(wish.fixed_start, datetime)
        room = difference([one.interval], adult.busy if settled else [])
        if not settled:
            room = common([one.interval], difference(adult.may_be_planned, adult.busy))
        if room != [one.interval] and not _kept(week, one):
            yield f"self-care {one.index} is not in free time"
        if wish.adult != one.adult or one.interval.minutes != wish.minutes or wish.fixed_start == "left_out":
            yield f"self-care {one.index} is not the wish"
        if not _in_its_place(week, one, wish) and not _kept(week, one):
            yield f"self-care {one.index} is not where it was wished"
        key = (one.adult, week.day(one.interval.start_at))
        if key in seen:
            yield f"{one.adult} has two self-cares on {key[1]}"
        seen.add(key)


def _in_its_place(week: CheckedWeek, one: Appointment, wish: SelfCare) -> bool:
    if isinstance(wish.fixed_start, datetime):
        return one.interval.start_at <= wish.fixed_start < one.interval.start_at + STEP
    late = week.snapshot.now is not None and one.interval.start_at < week.snapshot.now
    return not late and any(week.in_window(one.interval, window) for window in wish.windows)


def _kept(week: CheckedWeek, one: Appointment) -> bool:
    """A published appointment that has begun stays whatever else is true."""
    published, now = week.snapshot.published, week.snapshot.now
    return (
        published is not None
        and now is not None
        and one.interval.start_at < now
        and any((p.index, p.interval) == (one.index, one.interval) for p in published.selfcare)
    )
