"""Changing the proposal together: keep, give, swap, let go. Each is planned at once and says what it moved.

Reads: the proposal. Writes: what they changed, kept with the check-in, and a new proposal; agreements to the
one before are withdrawn. Never: a calendar, or a week that both have agreed to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from service.domain.checkin import ChangeKind, ProposalChange, Undoing
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.plan import Block, Plan
from service.domain.week import Week
from service.flow.check_in import CheckInClosedError, ProposalChangedError, open_one
from service.flow.plan_week import planned, stored_snapshot
from service.planner.choices import is_theirs, may_wait
from service.planner.snapshot import Responsibility, Snapshot
from service.ports import StoredPlan, World
from service.words import _, ngettext

MOST_CHANGES = 12


class ChangeRefusedError(ValueError):
    """That cannot be changed so; the sentence says why. The proposal stands as it was."""


def change(
    world: World,
    household_id: HouseholdId,
    partner: PartnerId,
    week: Week,
    *,
    kind: ChangeKind,
    chore: str,
    other: str = "",
    proposal_made_at: datetime,
) -> ProposalChange:
    """Change one thing and plan the week anew. `other` is what it is swapped with.

    Raises:
        ChangeRefusedError: with a sentence; nothing was changed.
        CheckInClosedError: the week is agreed or over.
        ProposalChangedError: it is not the proposal that the reader saw.
    """
    household = world.store.households.get(household_id)
    standing, before = _standing(world, household, week, proposal_made_at)
    if len(before) >= MOST_CHANGES:
        raise ChangeRefusedError(_("That is a lot of changes. Take some back, or answer anew."))
    wanted = _wanted(household, standing, partner, kind, chore, other)
    return _replan(world, household, week, standing, (*before, wanted), holding_to=standing.plan)[-1]


def undo(
    world: World, household_id: HouseholdId, week: Week, *, proposal_made_at: datetime
) -> ProposalChange | None:
    """Take the last change back, whoever made it; the week is as it was before. Returns what is the last one
    now.

    Raises: as `change`.
    """
    household = world.store.households.get(household_id)
    standing, before = _standing(world, household, week, proposal_made_at)
    if not before:
        raise ChangeRefusedError(_("There is nothing to take back."))
    as_it_was = _without(standing.plan, before[-1].before)
    kept = _replan(world, household, week, standing, before[:-1], holding_to=as_it_was)
    return kept[-1] if kept else None


def _standing(
    world: World, household: Household, week: Week, made_at: datetime
) -> tuple[StoredPlan, tuple[ProposalChange, ...]]:
    check_in = open_one(world, household.id, week)
    partners = [partner.id for partner in household.partners]
    if check_in.agreed(partners):
        raise CheckInClosedError(_("You have both agreed to this week; it holds as it is."))
    stored = world.store.plans.get(household.id, week, "proposed")
    if stored is None or not check_in.revealed(partners):
        raise CheckInClosedError(_("There is a week to change once both of you have answered."))
    if stored.made_at != made_at:
        raise ProposalChangedError(_("The week has changed since you looked. Here it is as it stands now."))
    return stored, check_in.changes


def _wanted(
    household: Household, stored: StoredPlan, partner: PartnerId, kind: ChangeKind, chore: str, other: str
) -> ProposalChange:
    snapshot, plan = stored_snapshot(stored), stored.plan
    first = _found(snapshot, chore)
    if kind == "drop":
        if not may_wait(first):
            raise ChangeRefusedError(
                _("“%(chore)s” is never left out; your list says so.") % {"chore": first.title}
            )
        return ProposalChange(kind, partner, dropped=first.id)
    if kind == "keep":
        doer = _doer(first, plan)
        starts = {
            block.id: block.interval.start_at
            for block in plan.blocks_of(doer)
            if block.responsibility == first.id and not first.is_duty
        }
        return ProposalChange(kind, partner, doers={first.id: doer}, starts=starts)
    if kind == "give":
        return ProposalChange(kind, partner, doers={first.id: _other(household, first, plan)})
    second = _found(snapshot, other)
    ours, theirs = _doer(first, plan), _doer(second, plan)
    if ours == theirs:
        raise ChangeRefusedError(_("Both are with the same person already; choose one of the other's."))
    return ProposalChange(
        kind,
        partner,
        doers={first.id: _other(household, first, plan), second.id: _other(household, second, plan)},
    )


def _found(snapshot: Snapshot, chore: str) -> Responsibility:
    for one in snapshot.responsibilities:
        if one.id == chore and is_theirs(one):
            return one
    raise ChangeRefusedError(_("Choose something that is in this week."))


def _doer(chore: Responsibility, plan: Plan) -> PartnerId:
    doer = plan.doers.get(chore.id)
    if doer is None:
        raise ChangeRefusedError(_("“%(chore)s” is left out of this week.") % {"chore": chore.title})
    return PartnerId(doer)


def _other(household: Household, chore: Responsibility, plan: Plan) -> PartnerId:
    other = household.other(_doer(chore, plan)).id
    if other not in chore.eligible:
        said = {"chore": chore.title, "name": household.name_of(other)}
        raise ChangeRefusedError(_("“%(chore)s” is something that %(name)s cannot do.") % said)
    return other


def _replan(
    world: World,
    household: Household,
    week: Week,
    standing: StoredPlan,
    changes: Sequence[ProposalChange],
    *,
    holding_to: Plan,
) -> Sequence[ProposalChange]:
    """Plan with those changes, then keep both at once: a change without its week would be agreed to unseen.
    Returns the changes, the last of them with what it moved."""
    proposed = planned(world, household, week, changes, holding_to=holding_to)
    if changes and holding_to is standing.plan:  # else one was taken back, and the last is what it was
        told = _what_it_moved(household, standing, proposed)
        last = replace(changes[-1], said=told, before=_undoing(standing.plan, proposed.plan))
        changes = (*changes[:-1], last)
    if not world.store.check_ins.change(
        household.id, week, changes, proposal=proposed, instead_of=standing.made_at
    ):
        raise ProposalChangedError(_("The week has changed since you looked. Here it is as it stands now."))
    return changes


def _undoing(before: Plan, after: Plan) -> Undoing:
    chores = sorted({*before.doers, *after.doers})
    doers = {chore: before.doers.get(chore) for chore in chores}
    stood, stands = ({block.id: block for block in plan.blocks} for plan in (before, after))
    blocks = {block_id: stood.get(block_id) for block_id in sorted({*stood, *stands})}
    return Undoing(
        doers={
            chore: PartnerId(doer) if doer else None
            for chore, doer in doers.items()
            if doer != after.doers.get(chore)
        },
        blocks={
            block_id: (PartnerId(block.adult), block.interval) if block else None
            for block_id, block in blocks.items()
            if block != stands.get(block_id)
        },
        without={
            chore: before.without.get(chore, ())
            for chore in chores
            if before.without.get(chore, ()) != after.without.get(chore, ())
        },
    )


def _without(plan: Plan, undoing: Undoing) -> Plan:
    """The plan as it was before that change, as far as chores go."""
    blocks = [block for block in plan.blocks if block.id not in undoing.blocks]
    for block_id, stood in undoing.blocks.items():
        if stood is not None:
            chore, _dot, number = block_id.rpartition(".")
            blocks.append(Block(block_id, chore, int(number), *stood))
    ordered = sorted(blocks, key=lambda block: (block.interval, block.adult, block.id))
    without = {chore: parts for chore, parts in {**plan.without, **undoing.without}.items() if parts}
    doers = {**plan.doers, **undoing.doers}
    return replace(plan, doers=doers, blocks=tuple(ordered), without=without)


def _what_it_moved(household: Household, before: StoredPlan, after: StoredPlan) -> tuple[str, ...]:
    """Who has what now that had it not, whole or some of its turns, what is out and what is back; then how
    many times are others."""
    titles = {
        chore.id: chore.title
        for stored in (before, after)
        for chore in stored_snapshot(stored).responsibilities
    }
    was, is_now = before.plan.doers, after.plan.doers
    said = [
        _("%(chore)s: %(name)s.") % {"chore": titles[chore], "name": household.name_of(doer)}
        for chore, doer in sorted(is_now.items())
        if doer is not None and was.get(chore) not in (None, doer)
    ]
    said += _turns_passed(household, titles, before.plan, after.plan)
    said += _in_and_out(titles, was, is_now)
    stood = {block.id: block for block in before.plan.blocks}
    moved = sum(
        (old := stood.get(block.id, block)).adult == block.adult and old.interval != block.interval
        for block in after.plan.blocks
        if is_now.get(block.responsibility) == was.get(block.responsibility)
    )
    if moved:
        said.append(
            ngettext("One more thing has another time.", "%(num)s more things have another time.", moved)
            % {"num": moved}
        )
    return tuple(said) or (_("Nothing else changes."),)


def _turns_passed(household: Household, titles: Mapping[str, str], before: Plan, after: Plan) -> list[str]:
    """Of what keeps its doer for the week: who does how many more of its turns."""
    more: Counter[tuple[str, str]] = Counter()
    for plan, sign in ((after, 1), (before, -1)):
        for block in plan.blocks:
            if before.doers.get(block.responsibility) == after.doers.get(block.responsibility):
                more[block.responsibility, block.adult] += sign
    passed = {chore for (chore, _who), times in more.items() if times < 0}
    return [
        ngettext("%(chore)s: %(name)s, %(num)s time more.", "%(chore)s: %(name)s, %(num)s times more.", times)
        % {"chore": titles[chore], "name": household.name_of(who), "num": times}
        for (chore, who), times in sorted(more.items())
        if times > 0 and chore in passed
    ]


def _in_and_out(
    titles: Mapping[str, str], was: Mapping[str, str | None], is_now: Mapping[str, str | None]
) -> list[str]:
    out = [chore for chore in sorted(was) if was[chore] is not None and is_now.get(chore) is None]
    back = [chore for chore in sorted(is_now) if is_now[chore] is not None and was.get(chore) is None]
    return [
        *(_("%(chore)s can wait.") % {"chore": titles[chore]} for chore in out),
        *(_("%(chore)s has a place again.") % {"chore": titles[chore]} for chore in back),
    ]
