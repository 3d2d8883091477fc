"""From the household to the planner's snapshot: the week as data, nothing left to look up.

Reads: household, chores, states, hand-overs, busy intervals. Never: a clock, a calendar, a store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.domain.checkin import State
from service.domain.chores import Chore, ChoreId, RruleDates, feed_gap_minutes
from service.domain.household import Household, Partner, PartnerId, SelfCareWish
from service.domain.interval import Interval, clipped, difference
from service.domain.week import Week, instant_of, window_intervals
from service.planner.capacity import capacity_of
from service.planner.free_time import (
    FreeTime,
    children_awake,
    children_elsewhere,
    children_home,
    days_elsewhere,
    free_time,
)
from service.planner.joint_time import joint_appointments
from service.planner.likings import evened, percent_of
from service.planner.occurrences import occurrences_of, still_ahead, with_children_here
from service.planner.routines import (
    PRIORITY_OF_SHED,
    THINKING_POINT_MINUTES,
    block_name,
    parts_of,
    routines,
)
from service.planner.snapshot import (
    Adult,
    Children,
    Responsibility,
    SelfCare,
    Sitter,
    Snapshot,
    Window,
)


@dataclass(frozen=True, slots=True)
class WeekInputs:
    """All that a plan depends on. `absent` is when somebody is away for part of the week, `nights` when they
    work by night (part of `busy`); `remainder` what the week before could not divide, in minutes;
    `left_out_weeks` how long each chore and part of one has been waiting; `were_alone` who had all the week
    before without the other; `from_at` is set in a week already under way."""

    household: Household
    week: Week
    chores: Sequence[Chore]
    states: Mapping[PartnerId, State]
    busy: Mapping[PartnerId, list[Interval]]
    hand_overs: Mapping[PartnerId, tuple[ChoreId, ...]]
    absent: Mapping[PartnerId, Interval] = field(default_factory=dict)
    nights: Mapping[PartnerId, Sequence[Interval]] = field(default_factory=dict)
    remainder: Mapping[PartnerId, int] = field(default_factory=dict)
    left_out_weeks: Mapping[str, int] = field(default_factory=dict)
    were_alone: Collection[PartnerId] = ()
    from_at: datetime | None = None


def snapshot_of(inputs: WeekInputs, *, rrule_dates: RruleDates) -> Snapshot:
    """The planner's whole input for this week, ready to be planned, stored or sent with a report."""
    inputs = replace(inputs, chores=_held(inputs))
    household, week = inputs.household, inputs.week
    free = {
        partner.id: free_time(
            household,
            partner,
            week,
            busy=inputs.busy.get(partner.id, []),
            from_at=inputs.from_at,
            away=inputs.states[partner.id] == "away",
            absent=inputs.absent.get(partner.id),
            nights=inputs.nights.get(partner.id, ()),
        )
        for partner in household.partners
    }
    home = children_home(household, week)
    awake = children_awake(household, week)
    return Snapshot(
        name=f"{household.id}/{week}",
        tz=household.zone.key,
        monday=week.monday,
        adults=tuple(_adult(inputs, partner, free[partner.id]) for partner in household.partners),
        children=Children(home=home, awake=awake),
        quiet=tuple(difference(home, awake)),
        selfcare=tuple(
            _self_care(partner.id, wish, time_of_week, feed_gap_minutes(inputs.chores, partner.id))
            for partner in household.partners
            if inputs.states[partner.id] != "away"
            for wish in partner.self_care
            for time_of_week in range(wish.per_week)
        ),
        responsibilities=tuple(
            [
                _as_before(inputs, _spared(inputs, responsibility), free)
                for responsibility in evened(_wanted(inputs, rrule_dates))
            ]
            + _each_own(inputs, rrule_dates)
            + joint_appointments(
                household,
                week,
                [(chore, PRIORITY_OF_SHED[chore.shed]) for chore in inputs.chores if chore.mode == "both"],
                {partner: time.may_be_planned for partner, time in free.items()},
            )
        ),
        sitters=tuple(
            Sitter(s.id, s.name, tuple(window_intervals(s.hours, week, household.zone)))
            for s in household.sitters
        ),
        now=inputs.from_at,
    )


def _adult(inputs: WeekInputs, partner: Partner, free: FreeTime) -> Adult:
    days_left = 7
    if inputs.from_at:
        started = inputs.from_at.astimezone(inputs.household.zone).date()
        days_left = min(7, max(0, 7 - (started - inputs.week.monday).days))
    if absent := inputs.absent.get(partner.id):
        first = max(absent.start_at, inputs.from_at) if inputs.from_at else absent.start_at
        days_left = max(0, days_left - _days_in(first, absent.end_at, inputs.household))
    state = inputs.states[partner.id]
    capacity = capacity_of(
        inputs.household,
        partner,
        state=state,
        others=[inputs.states[other.id] for other in inputs.household.partners if other.id != partner.id],
        days=days_left,
        free=free.may_be_planned,
    )
    return Adult(
        id=partner.id,
        name=partner.name,
        state=state,
        offered_min=capacity.offered_minutes,
        capacity_min=capacity.capacity_minutes,
        share_weight=capacity.share_weight,
        day_limit_min=partner.most_minutes_a_day,
        ledger_min=inputs.remainder.get(partner.id, 0),
        partly_away=absent is not None,
        was_alone=partner.id in inputs.were_alone,
        may_be_planned=free.may_be_planned,
        at_home=free.at_home,
        busy=free.busy,
    )


def _days_in(start_at: datetime, end_at: datetime, household: Household) -> int:
    """Local days from one instant to a later midnight, the first one counted whole."""
    zone = household.zone
    return max(0, (end_at.astimezone(zone).date() - start_at.astimezone(zone).date()).days)


def _self_care(
    partner: PartnerId, wish: SelfCareWish, time_of_week: int, gap_minutes: int | None
) -> SelfCare:
    """One of its times of the week, no longer than the time between two feeds."""
    too_long = gap_minutes is not None and wish.minutes > gap_minutes
    days = sorted({day for window in wish.windows for day in window.days})
    usual_day = days[(time_of_week * len(days)) // wish.per_week]
    window = next(w for w in wish.windows if usual_day in w.days)
    return SelfCare(
        adult=partner,
        minutes=gap_minutes if too_long and gap_minutes else wish.minutes,
        wished_min=wish.minutes if too_long else None,
        windows=tuple(Window(w.days, w.start_minute, w.end_minute) for w in wish.windows),
        usual_min=window.start_minute,
        usual_day=usual_day,
        needs_cover=wish.needs_cover,
        title=wish.name,
    )


def _held(inputs: WeekInputs) -> list[Chore]:
    """Without what nobody holds since somebody left: it falls on no one until they take it. And without what
    is for the children, in a week that they spend elsewhere."""
    left = inputs.household.stopped_on is not None
    no_child = len(days_elsewhere(inputs.household, inputs.week)) == len(inputs.week.days)
    return [
        chore
        for chore in inputs.chores
        if (chore.owner is not None or not left) and not (chore.for_children and no_child)
    ]


def _wanted(inputs: WeekInputs, rrule_dates: RruleDates) -> list[Responsibility]:
    made = (_responsibility(inputs, group, rrule_dates) for group in routines(inputs.chores))
    return [responsibility for responsibility in made if responsibility]


def _responsibility(
    inputs: WeekInputs, group: Sequence[Chore], rrule_dates: RruleDates
) -> Responsibility | None:
    first = group[0]
    minutes = sum(chore.effort_minutes for chore in group)
    of_week = occurrences_of(first, inputs.week, rrule_dates)
    if all(chore.for_children for chore in group):
        elsewhere = children_elsewhere(inputs.household, inputs.week)
        zone = inputs.household.zone
        of_week = with_children_here(of_week, elsewhere, week=inputs.week, zone=zone)
    occurrences = still_ahead(
        first, of_week, minutes, week=inputs.week, zone=inputs.household.zone, from_at=inputs.from_at
    )
    if not occurrences:
        return None
    partners = [partner.id for partner in inputs.household.partners]
    return Responsibility(
        id=first.id,
        title=block_name(group),
        priority=min(PRIORITY_OF_SHED[chore.shed] for chore in group),
        minutes=minutes,
        mental_min=THINKING_POINT_MINUTES * sum(chore.thinking_weight for chore in group),
        at_home={"home": True, "out": False, "either": None}[first.at_home],
        with_children_ok=all(chore.with_children for chore in group),
        noisy=any(chore.noisy for chore in group),
        eligible=first.only or tuple(partners),
        previous=first.owner,
        burden_percent=percent_of(group, partners),
        usual_min=first.usual.minute if first.usual else occurrences[0].start,
        occurrences=tuple(occurrences),
        min_gap_days=first.min_gap_days,
        mode=first.mode if first.mode in ("alternating", "duty") else "whole",
        fixed_doer=_fixed_doer(inputs, group),
        needs=tuple(sorted({need for chore in group for need in chore.needs})),
        blocked=first.blocked,
        shrinks=first.blocked and first.mode == "whole" and all(chore.shed == "shrink" for chore in group),
        left_out_weeks=inputs.left_out_weeks.get(first.id, 0),
        first_occurrence=len(of_week) - len(occurrences),
        parts=parts_of(group, inputs.left_out_weeks),
    )


def _spared(inputs: WeekInputs, responsibility: Responsibility) -> Responsibility:
    """Who is blown takes nothing more on: neither the other's chores nor turns at them.

    Only what is never left out still may come to them where the other has no room: that one time of it, and
    not the whole chore.
    Nights are dealt by themselves (`service.planner.nights`).
    """
    states = {partner: inputs.states[PartnerId(partner)] for partner in responsibility.eligible}
    others = [partner for partner, state in states.items() if state in ("fine", "weeds")]
    spared = tuple(
        partner
        for partner, state in states.items()
        if state == "blown" and partner != responsibility.previous and others
    )
    if responsibility.is_duty or not spared:
        return responsibility
    if responsibility.priority == 0:
        return replace(responsibility, asked_last=spared, mode="alternating")
    return replace(responsibility, eligible=tuple(p for p in responsibility.eligible if p not in spared))


def _as_before(
    inputs: WeekInputs, responsibility: Responsibility, free: Mapping[PartnerId, FreeTime]
) -> Responsibility:
    """In the week of set-up each does what they hold, while both are well and they have the room for it."""
    owner = responsibility.previous
    if (
        inputs.household.set_up_on not in inputs.week.days
        or not {"weeds", "blown"}.isdisjoint(inputs.states.values())
        or owner not in responsibility.eligible
        or inputs.states[PartnerId(owner)] == "away"
        or responsibility.mode != "whole"
        or responsibility.fixed_doer is not None
        or not _has_room(inputs, responsibility, free[PartnerId(owner)])
    ):
        return responsibility
    return replace(responsibility, fixed_doer=owner)


def _has_room(inputs: WeekInputs, responsibility: Responsibility, free: FreeTime) -> bool:
    """Whether every time of it fits somewhere into that free time, looked at alone."""
    return all(
        any(
            room.minutes >= responsibility.minutes
            for day in occurrence.days
            for room in clipped(
                free.may_be_planned,
                Interval(
                    instant_of(inputs.week.days[day], occurrence.start, inputs.household.zone),
                    instant_of(inputs.week.days[day], occurrence.end, inputs.household.zone),
                ),
            )
        )
        for occurrence in responsibility.occurrences
    )


def _each_own(inputs: WeekInputs, rrule_dates: RruleDates) -> list[Responsibility]:
    """A chore of mode *each* as one responsibility for every partner, theirs alone."""
    return [
        replace(made, id=f"{chore.id}-{partner.id}", eligible=(partner.id,), previous=partner.id)
        for chore in inputs.chores
        if chore.mode == "each"
        for partner in inputs.household.partners
        if (made := _responsibility(inputs, (chore,), rrule_dates))
    ]


def _fixed_doer(inputs: WeekInputs, group: Sequence[Chore]) -> str | None:
    """A named hand-over goes exactly where it was asked: to the other one, if they can take it on."""
    for giver, chore_ids in inputs.hand_overs.items():
        if any(chore.id in chore_ids for chore in group):
            taker = inputs.household.other(giver).id
            able = not group[0].only or taker in group[0].only
            return taker if able and inputs.states[taker] in ("fine", "weeds") else None
    return None
