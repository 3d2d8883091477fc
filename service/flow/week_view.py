"""A plan in the couple's words: what moves and why, what stays, what can wait, whose time is whose.

Pure, from what is stored with the plan. Used by the proposal page, the mail, the terminal and the demo.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from service.domain.chores import Chore, ChoreId
from service.domain.entries import Entry
from service.domain.household import Household, PartnerId
from service.domain.interval import Interval
from service.domain.plan import Plan
from service.domain.week import Week
from service.flow.entries import entries_for
from service.flow.plan_week import stored_snapshot
from service.flow.views import (
    BlockLine,
    Changeable,
    DayLines,
    LostWishLine,
    MoveLine,
    OwnTimeLine,
    StayLine,
    TradeLine,
    WeekView,
)
from service.planner.choices import is_theirs, may_change_hands, may_wait
from service.planner.lost_wishes import lost_wishes
from service.planner.proof_words import how_good, trade_words
from service.planner.snapshot import Responsibility, Snapshot
from service.planner.spoken import begun, counted
from service.planner.told import LeftOutLine, MovedLine, left_out_lines, moved_lines, why_short, wish_name
from service.ports import StoredPlan
from service.words import _, ngettext


def week_view(
    household: Household,
    week: Week,
    stored: StoredPlan,
    *,
    chores: Sequence[Chore],
    busy: Mapping[PartnerId, tuple[Interval, ...]] | None = None,
    dropped: Sequence[str] = (),
) -> WeekView:
    """The whole week for both to look at. `busy` are only the intervals a reader may see hatched; `dropped`
    names what they let go themselves."""
    plan, snapshot = stored.plan, stored_snapshot(stored)
    titles = {responsibility.id: responsibility.title for responsibility in snapshot.responsibilities}
    moved = moved_lines(snapshot, plan)
    moves = tuple(
        MoveLine(m.chore, _partner(m.giver), PartnerId(m.taker), m.reason, m.own_reasons) for m in moved
    )
    own_choice = _("You let it go for this week.")
    found = left_out_lines(snapshot, plan)
    can_wait = (line for line in found if not line.must_happen)
    # What each of the two does for themselves may be left out twice, in the same words.
    left_out = tuple(dict.fromkeys((*(LeftOutLine(name, own_choice) for name in dropped), *can_wait)))
    stays = _stays(plan, snapshot, titles)
    states = {adult.id: adult.state for adult in snapshot.adults}
    smaller = bool(left_out) and all(state in ("weeds", "blown") for state in states.values())
    return WeekView(
        week=week,
        heading=_heading(household, moved, states, smaller=smaller),
        lead=" ".join(
            [
                _lead(len(moves), len(stays), len(left_out), smaller=smaller, states=states),
                *_own_time_without_a_place(household, plan, snapshot),
            ]
        ),
        smaller=smaller,
        moves=moves,
        left_out=left_out,
        needs_somebody=tuple(line for line in found if line.must_happen),
        stays=stays,
        own_time=own_time(household, plan, snapshot),
        lost_wishes=lost_wish_lines(plan, snapshot),
        days=day_lines(household, week, _all_entries(household, week, plan, snapshot, chores)),
        certificate=_certificate(plan),
        status=plan.status,
        made_at=stored.made_at,
        changeable=_changeable(plan, snapshot),
        trades=tuple(
            TradeLine(ChoreId(t.first), ChoreId(t.second), trade_words(titles[t.first], titles[t.second]))
            for t in plan.trades
        ),
        busy=busy or {},
    )


def _changeable(plan: Plan, snapshot: Snapshot) -> tuple[Changeable, ...]:
    """What two people may change in it, by title."""
    return tuple(
        Changeable(
            ChoreId(chore.id),
            chore.title,
            PartnerId(doer) if (doer := plan.doers.get(chore.id)) and chore.mode == "whole" else None,
            may_change_hands(chore),
            may_wait(chore),
        )
        for chore in sorted(snapshot.responsibilities, key=lambda one: (one.title.casefold(), one.id))
        if is_theirs(chore)
        and plan.doers.get(chore.id)
        and (may_change_hands(chore) or may_wait(chore))
        and _is_ahead(plan, snapshot, chore)
    )


def _is_ahead(plan: Plan, snapshot: Snapshot, chore: Responsibility) -> bool:
    """Whether any of it was still to come when the week was planned."""
    theirs = [block for block in plan.blocks if block.responsibility == chore.id]
    return not theirs or snapshot.now is None or any(b.interval.start_at >= snapshot.now for b in theirs)


def own_time(household: Household, plan: Plan, snapshot: Snapshot) -> tuple[OwnTimeLine, ...]:
    return tuple(
        OwnTimeLine(
            partner=PartnerId(appointment.adult),
            name=wish_name(snapshot, appointment.index),
            interval=appointment.interval,
            cover=household.name_of(appointment.cover) if appointment.cover else "",
            why=why_short(snapshot.selfcare[appointment.index]),
        )
        for appointment in sorted(plan.selfcare, key=lambda a: a.interval)
    )


def lost_wish_lines(
    plan: Plan, snapshot: Snapshot, only: PartnerId | None = None
) -> tuple[LostWishLine, ...]:
    """What was wished for and is nowhere, with its reason and what would help: of both, or `only` of one."""
    return tuple(
        LostWishLine(PartnerId(one.adult), wish_name(snapshot, one.index), one.reason, one.offered)
        for one in lost_wishes(snapshot, plan)
        if only in (None, one.adult)
    )


def _own_time_without_a_place(household: Household, plan: Plan, snapshot: Snapshot) -> list[str]:
    """What both read of it: that it is nowhere. Nothing is told of what somebody let go."""
    lost = Counter(
        _("%(name)s's “%(time)s”") % {"name": household.name_of(one.partner), "time": one.name}
        for one in lost_wish_lines(plan, snapshot)
    )
    return [
        ngettext(
            "No time was found for %(whose)s this week.",
            "No time was found for %(whose)s, %(count)s times this week.",
            count,
        )
        % {"whose": whose, "count": count}
        for whose, count in lost.items()
    ]


def day_lines(
    household: Household, week: Week, entries: Sequence[Entry], said: Mapping[str, str] | None = None
) -> tuple[DayLines, ...]:
    """The seven days of `week` with the lines of each, in order; `said` is the quiet line of some keys."""
    by_day: dict[object, list[BlockLine]] = {day: [] for day in week.days}
    for entry in sorted(entries, key=lambda e: (e.interval, e.partner, e.key)):
        day = entry.interval.start_at.astimezone(household.zone).date()
        if day in by_day:
            by_day[day].append(
                BlockLine(
                    partner=entry.partner,
                    kind=entry.kind,
                    title=entry.title,
                    interval=entry.interval,
                    soft_line=(said or {}).get(entry.key, ""),
                    key=entry.key,
                )
            )
    return tuple(DayLines(day, tuple(by_day[day])) for day in week.days)


def _all_entries(
    household: Household, week: Week, plan: Plan, snapshot: Snapshot, chores: Sequence[Chore]
) -> list[Entry]:
    return [
        entry
        for partner in household.partners
        for entry in entries_for(
            household, partner, week, plan=plan, snapshot=snapshot, chores=chores, base_url=""
        )
        if entry.kind != "relief"
    ]


def _partner(person: str | None) -> PartnerId | None:
    return PartnerId(person) if person else None


def _stays(plan: Plan, snapshot: Snapshot, titles: Mapping[str, str]) -> tuple[StayLine, ...]:
    """What is done by whom as always; something done together is one line with both."""
    moved = {move.responsibility for move in plan.moves}
    times: dict[str, Counter[str]] = {}
    for responsibility in snapshot.responsibilities:
        for block in plan.blocks:
            if block.responsibility == responsibility.id and responsibility.id not in moved:
                times.setdefault(titles[responsibility.id], Counter())[block.adult] += 1
    return tuple(
        StayLine(title, tuple((PartnerId(adult), count) for adult, count in sorted(of_each.items())))
        for title, of_each in times.items()
    )


def _heading(
    household: Household, moved: Sequence[MovedLine], states: Mapping[str, str], *, smaller: bool
) -> str:
    if smaller:
        return _("This week is smaller.")
    takers: Counter[str] = Counter()
    for move in moved:
        takers[move.taker] += max(1, move.times)  # what never becomes a block weighs as one
    low = [adult for adult, state in states.items() if state in ("weeds", "blown", "away")]
    if len(low) == 1 and takers:
        leaned_on = takers.most_common(1)[0][0]
        if leaned_on != low[0]:
            return _("This week leans on %(name)s, as you agreed.") % {"name": household.name_of(leaned_on)}
    if not moved:
        return _("The week stays as it is.")
    return _("The week, a little shifted.")


def _lead(moves: int, stays: int, left_out: int, *, smaller: bool, states: Mapping[str, str]) -> str:
    if smaller:
        both = _("You are both spent.") if set(states.values()) == {"blown"} else _("You are both low.")
        waits = ngettext(
            "%(number)s thing can wait; it leaves both calendars when you agree.",
            "%(number)s things can wait; they leave both calendars when you agree.",
            left_out,
        )
        return f"{both} {begun(counted(waits, left_out))}"
    if moves:
        moved = counted(ngettext("%(number)s thing moves", "%(number)s things move", moves), moves)
        stayed = counted(ngettext("%(number)s stays", "%(number)s stay", stays), stays)
    else:
        moved = _("nothing moves")
        stayed = counted(ngettext("%(number)s thing stays", "%(number)s things stay", stays), stays)
    said = begun(f"{moved}, {stayed}.")
    if not left_out:
        return said
    waits = counted(ngettext("%(number)s can wait.", "%(number)s can wait.", left_out), left_out)
    return f"{said} {begun(waits)}"


def _certificate(plan: Plan) -> tuple[str, ...]:
    """What can be re-checked by hand, in plain sentences."""
    sentences = [str(plan.certificate["sentence"])] if plan.certificate.get("sentence") else []
    if plan.selfcare:
        covered = sum(1 for appointment in plan.selfcare if appointment.cover)
        protected = ngettext(
            "%(number)s time protected, %(covered)s of them with somebody on duty.",
            "%(number)s times protected, %(covered)s of them with somebody on duty.",
            len(plan.selfcare),
        )
        sentences.append(begun(counted(protected, len(plan.selfcare), covered=covered)))
    return (*sentences, how_good(plan))
