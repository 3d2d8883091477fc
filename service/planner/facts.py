"""What sets a week apart: from what its two usually offer, and from the last week that was published.

Each fact can be undone in a snapshot, alone or with others; `explain` solves again without it and so finds
which of them moved a chore. A fact of one person's own is named to them; the other one reads no more than
that the week's times changed. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from service.domain.interval import Interval, union
from service.planner.snapshot import Adult, Occurrence, Responsibility, Snapshot
from service.words import _


@dataclass(frozen=True, slots=True)
class Fact:
    """`told` is the reason where it is the only one, `phrase` names it beside another. `own` is what the one
    whose it is reads instead of `told`. `by_budget`: undoing it changes no hours, only who owes how much
    (and whose nights are spared)."""

    told: str
    phrase: str
    undo: Callable[[Snapshot], Snapshot]
    adult: str | None = None
    own: str = ""
    by_budget: bool = False


def facts_of(snapshot: Snapshot, before: Snapshot | None) -> list[Fact]:
    """Everything that sets the week apart, what the couple said of it first; `before` is the last week's
    snapshot, where one was published."""
    return [*_of_capacity(snapshot), *_of_ledger(snapshot), *(_since(before, snapshot) if before else ())]


def together(facts: tuple[Fact, ...]) -> Callable[[Snapshot], Snapshot]:
    """All of them undone."""

    def undo(snapshot: Snapshot) -> Snapshot:
        for fact in facts:
            snapshot = fact.undo(snapshot)
        return snapshot

    return undo


def _of_capacity(snapshot: Snapshot) -> Iterator[Fact]:
    for low in snapshot.adults:
        if low.capacity_min < low.offered_min:
            yield Fact(
                _("It follows this week's shares; with the usual ones it would have stayed."),
                _("this week's shares"),
                partial(_rested, who=low.id),
                by_budget=True,
            )


def _rested(week: Snapshot, *, who: str) -> Snapshot:
    return _everybody(week, lambda a: _as_usual(a) if a.id == who or a.capacity_min > a.offered_min else a)


def _of_ledger(snapshot: Snapshot) -> Iterator[Fact]:
    if any(adult.ledger_min for adult in snapshot.adults):
        yield Fact(
            _("It evens out what could not be divided in earlier weeks."),
            _("what could not be divided in earlier weeks"),
            lambda week: _everybody(week, lambda a: replace(a, ledger_min=0)),
            by_budget=True,
        )


def _since(before: Snapshot, snapshot: Snapshot) -> Iterator[Fact]:
    """What is named, and was otherwise in the week before."""
    forgotten = not any(adult.may_be_planned for adult in before.adults)
    if forgotten or before.tz != snapshot.tz or before.monday >= snapshot.monday:
        return
    then = _in_this_week(before, snapshot)
    old = {adult.id: adult for adult in then.adults}
    old_chores = {chore.id: chore for chore in then.responsibilities}
    for adult in snapshot.adults:
        if adult.id in old and _times(old[adult.id]) != _times(adult):
            yield _calendar(old[adult.id], adult)
    work = {chore.id: _work(chore) for chore in snapshot.responsibilities}
    if {name: _work(chore) for name, chore in old_chores.items()} != work:
        yield _changed(_("what there is to do this week"), lambda week: _with_work(week, then))
    if then.selfcare != snapshot.selfcare:
        yield _changed(
            _("where your own times lie this week"), lambda week: replace(week, selfcare=then.selfcare)
        )
    both = old_chores.keys() & {chore.id for chore in snapshot.responsibilities}
    if _rules(then, both) != _rules(snapshot, both):
        yield _changed(
            _("the children's hours and the rules of your home"), lambda week: _with_rules(week, then)
        )
    likings = {name: chore.burden_percent for name, chore in old_chores.items()}
    if any(likings.get(c.id, c.burden_percent) != c.burden_percent for c in snapshot.responsibilities):
        yield _changed(_("likings that were changed"), lambda week: _with_likings(week, likings))


def _changed(phrase: str, undo: Callable[[Snapshot], Snapshot]) -> Fact:
    told = _("It follows %(fact)s; with last week's it would have stayed.") % {"fact": phrase}
    return Fact(told, phrase, undo)


def _calendar(then: Adult, now: Adult) -> Fact:
    fuller = _minutes(now.may_be_planned) < _minutes(then.may_be_planned)
    own = (
        _("Your calendar is fuller this week; with last week's it would have stayed.")
        if fuller
        else _("Your free time lies elsewhere this week; with last week's it would have stayed.")
    )
    fact = _changed(_("the week's free times"), lambda week: _everybody(week, lambda a: _freed(a, then)))
    return replace(fact, adult=now.id, own=own)


def _freed(adult: Adult, then: Adult) -> Adult:
    """The adult with last week's calendar, and with what it left room for, where they are as well as then."""
    if adult.id != then.id:
        return adult
    freed = replace(adult, may_be_planned=then.may_be_planned, at_home=then.at_home, busy=then.busy)
    if adult.state != then.state:
        return freed
    return replace(freed, capacity_min=then.capacity_min, share_weight=then.share_weight)


def _times(adult: Adult) -> tuple[tuple[Interval, ...], ...]:
    return adult.may_be_planned, adult.at_home, adult.busy


def _minutes(intervals: tuple[Interval, ...]) -> int:
    return sum(one.minutes for one in intervals)


def _work(chore: Responsibility) -> tuple[object, ...]:
    hours = tuple((one.days, one.start, one.end, one.usual_day) for one in chore.occurrences)
    minutes = chore.minutes + sum(part.minutes for part in chore.without)
    thinking = chore.mental_min + sum(part.mental_min for part in chore.without)
    return hours, minutes, thinking, chore.priority, chore.at_home, chore.with_children_ok


def _with_work(week: Snapshot, then: Snapshot) -> Snapshot:
    """Last week's chores; who holds them, may do them and likes them is this week's."""
    now = {chore.id: chore for chore in week.responsibilities}
    chores = []
    for chore in then.responsibilities:
        held = now.get(chore.id)
        if held is not None:
            chore = replace(
                chore,
                eligible=held.eligible,
                previous=held.previous,
                burden_percent=held.burden_percent,
                fixed_doer=held.fixed_doer,
                asked_last=held.asked_last,
                mode=held.mode,
                left_out_weeks=held.left_out_weeks,
            ).going_without([part.id for part in held.without])
        chores.append(replace(chore, occurrences=tuple(_unfixed(one) for one in chore.occurrences)))
    return replace(week, responsibilities=tuple(chores))


def _unfixed(one: Occurrence) -> Occurrence:
    return replace(one, fixed_start={})


def _rules(week: Snapshot, chores: Collection[str]) -> tuple[object, ...]:
    may = {chore.id: chore.eligible for chore in week.responsibilities if chore.id in chores}
    return week.children.home, week.children.awake, week.quiet, week.sitters, may


def _with_rules(week: Snapshot, then: Snapshot) -> Snapshot:
    may = {chore.id: chore.eligible for chore in then.responsibilities}
    return replace(
        week,
        children=then.children,
        quiet=then.quiet,
        sitters=then.sitters,
        responsibilities=tuple(
            replace(chore, eligible=may.get(chore.id, chore.eligible)) for chore in week.responsibilities
        ),
    )


def _with_likings(week: Snapshot, likings: Mapping[str, Mapping[str, int]]) -> Snapshot:
    return replace(
        week,
        responsibilities=tuple(
            replace(chore, burden_percent=likings.get(chore.id, chore.burden_percent))
            for chore in week.responsibilities
        ),
    )


def _in_this_week(before: Snapshot, snapshot: Snapshot) -> Snapshot:
    """The last week's times as they would be this week: the same days and hours by the wall clock."""
    zone, days = ZoneInfo(snapshot.tz), (snapshot.monday - before.monday).days

    def at(instant: datetime) -> datetime:
        there = instant.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
        return there.replace(tzinfo=zone).astimezone(UTC)

    def shifted(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
        moved = [(at(one.start_at), at(one.end_at)) for one in intervals]
        return tuple(union(Interval(start, end) for start, end in moved if start < end))

    return replace(
        before,
        monday=snapshot.monday,
        adults=tuple(
            replace(
                adult,
                may_be_planned=shifted(adult.may_be_planned),
                at_home=shifted(adult.at_home),
                busy=shifted(adult.busy),
            )
            for adult in before.adults
        ),
        children=replace(
            before.children, home=shifted(before.children.home), awake=shifted(before.children.awake)
        ),
        quiet=shifted(before.quiet),
        selfcare=tuple(replace(wish, fixed_start="open") for wish in before.selfcare),
        sitters=tuple(replace(sitter, hours=shifted(sitter.hours)) for sitter in before.sitters),
    )


def _everybody(week: Snapshot, change: Callable[[Adult], Adult]) -> Snapshot:
    return replace(week, adults=tuple(change(adult) for adult in week.adults))


def _as_usual(adult: Adult) -> Adult:
    """With what they usually offer: neither less room than that, nor more asked of them, nor spared."""
    state = adult.state if adult.state == "away" else "fine"
    return replace(adult, state=state, capacity_min=adult.offered_min, share_weight=_full_weight(adult))


def _full_weight(adult: Adult) -> int:
    """The share weight at full capacity, the base split kept."""
    if not adult.capacity_min:
        return adult.offered_min
    return adult.weight * adult.offered_min // adult.capacity_min
