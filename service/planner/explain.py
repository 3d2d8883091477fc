"""True reasons: why a chore, or some times of one that is done in turns, changed hands.

A reason is tested, not guessed: one named fact is undone and the allocation solved again, or the chore is
held where it was and what is lost at best is named. Words are plain, blame nobody, and never say
where somebody is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from service.domain.plan import Block, Move, Plan
from service.planner.allocate import Places, Takers, allocate, worse_if_held
from service.planner.candidates import Prepared
from service.planner.hands import passed
from service.planner.policy import Policy
from service.planner.snapshot import Adult, Responsibility, Snapshot
from service.planner.solve_lex import NoSolverError
from service.words import _, ngettext


def why_moved(prepared: Prepared, policy: Policy, plan: Plan, places: Places) -> tuple[Move, ...]:
    """The plan's moves, each with a reason that was tested against this week's snapshot."""
    if not plan.moves:
        return ()
    snapshot = prepared.snapshot
    tries = len(plan.moves) + len(_facts(snapshot))
    policy = replace(policy, limit=min(policy.limit, policy.reason_limit / tries))
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    undone: list[tuple[str, Takers]] | None = None
    moves = []
    for move in plan.moves:
        chore = chores[move.responsibility]
        reason = _plain_reason(prepared, plan.blocks, chore, move)
        if reason is None:
            if undone is None:
                undone = _undo_each(prepared, policy, plan, places)
            told = [sentence for sentence, takers in undone if takers[chore.id] == {move.giver}]
            reason = told[0] if told else _if_it_had_stayed(prepared, policy, plan, places, chore)
        moves.append(replace(move, reason=reason))
    return tuple(moves)


def plainly_moved(prepared: Prepared, plan: Plan) -> tuple[Move, ...]:
    """The plan's moves with the reasons that need no solving, for a plan that may not be the last."""
    chores = {chore.id: chore for chore in prepared.snapshot.responsibilities}
    return tuple(
        replace(
            move,
            reason=_plain_reason(prepared, plan.blocks, chores[move.responsibility], move) or _best_found(),
        )
        for move in plan.moves
    )


def _plain_reason(
    prepared: Prepared, blocks: Collection[Block], chore: Responsibility, move: Move
) -> str | None:
    """Reasons that need no solving: a named hand-over, no owner, an owner who cannot; and of what has
    begun or is held, all of it, the reason that was given."""
    called, published = prepared.snapshot.called, prepared.snapshot.published
    tasks = [task for task in prepared.tasks if task.chore.id == chore.id]
    if chore.by_turns:
        turns = {one.occurrence for one in passed(chore, blocks, move)}
        tasks = [task for task in tasks if task.occurrence in turns]
    if published is not None and chore.blocked and not tasks:
        told = {(one.responsibility, one.taker): one.reason for one in published.moves}
        if reason := told.get((chore.id, move.taker)):
            return reason
    if move.giver is None:
        return _("Nobody owns this yet; this week it fits best with %(name)s.") % {"name": called(move.taker)}
    if chore.fixed_doer is not None:
        return _("It was named to be handed over.")
    if move.giver not in chore.eligible:
        return _("This is something only %(name)s can do this week.") % {"name": called(move.taker)}
    if tasks and not any(task.starts[move.giver] for task in tasks):
        return _("By its hours it fits only %(name)s's week.") % {"name": called(move.taker)}
    return None


def _best_found() -> str:
    return _("In the best week that was found, it is done this way.")


def _undo_each(prepared: Prepared, policy: Policy, plan: Plan, places: Places) -> list[tuple[str, Takers]]:
    """Who would do what if one fact of this week were as usual, with the sentence that names it."""
    found = []
    for sentence, usual in _facts(prepared.snapshot):
        try:
            answer = allocate(replace(prepared, snapshot=usual), policy, plan.doers, places)
        except NoSolverError:
            continue
        found.append((sentence, answer.takers))
    return found


def _facts(snapshot: Snapshot) -> list[tuple[str, Snapshot]]:
    """Each fact that sets this week apart, and the week without it."""

    def everybody(change: Callable[[Adult], Adult]) -> Snapshot:
        return replace(snapshot, adults=tuple(change(adult) for adult in snapshot.adults))

    def rested(low: Adult) -> Snapshot:
        return everybody(lambda a: _as_usual(a) if a is low or a.capacity_min > a.offered_min else a)

    facts = [
        (
            _("It follows this week's shares; with the usual ones it would have stayed."),
            rested(low),
        )
        for low in snapshot.adults
        if low.capacity_min < low.offered_min
    ]
    if any(adult.ledger_min for adult in snapshot.adults):
        evens_out = everybody(lambda a: replace(a, ledger_min=0))
        facts.append((_("It evens out what could not be divided in earlier weeks."), evens_out))
    return facts


def _as_usual(adult: Adult) -> Adult:
    """With what they usually offer: neither less room than that, nor more asked of them."""
    return replace(adult, capacity_min=adult.offered_min, share_weight=_full_weight(adult))


def _full_weight(adult: Adult) -> int:
    """The share weight at full capacity, the base split kept."""
    if not adult.capacity_min:
        return adult.offered_min
    return adult.weight * adult.offered_min // adult.capacity_min


def _if_it_had_stayed(
    prepared: Prepared, policy: Policy, plan: Plan, places: Places, chore: Responsibility
) -> str:
    """Hold the chore with its owner and say what would be lost *at best*. The hours of the week may cost more
    than budgets can tell, and at a level that counts more; never less."""
    try:
        worse = worse_if_held(prepared, policy, plan, places, (chore.id, chore.previous or ""))
    except NoSolverError:
        return _best_found()
    if worse is None:
        if plan.status != "proven":
            return _best_found()
        return _("By the minutes it could have stayed; the hours fit at least as well this way.")
    level, minutes = worse
    said = {
        "essential": ngettext(
            "If it had stayed, at best %(minutes)s more minute of what must happen would find no place.",
            "If it had stayed, at best %(minutes)s more minutes of what must happen would find no place.",
            minutes,
        ),
        "overload": _("If it had stayed, the week's limits would at best be passed by %(minutes)s min more."),
        "spared": _(
            "If it had stayed, at best more of what must happen would come to who has the least room."
        ),
        "unfair": _(
            "If it had stayed, the week would at best be %(minutes)s min further from the agreed share."
        ),
        "burden": _(
            "If it had stayed, at best somebody would have more of what they like less, or another chore "
            "would have changed hands."
        ),
        "shed1": ngettext(
            "If it had stayed, at best %(minutes)s more minute of what waits last would be left out.",
            "If it had stayed, at best %(minutes)s more minutes of what waits last would be left out.",
            minutes,
        ),
        "shed2": ngettext(
            "If it had stayed, at best %(minutes)s more minute of what can wait would be left out.",
            "If it had stayed, at best %(minutes)s more minutes of what can wait would be left out.",
            minutes,
        ),
        "shed3": ngettext(
            "If it had stayed, at best %(minutes)s more minute of what waits first would be left out.",
            "If it had stayed, at best %(minutes)s more minutes of what waits first would be left out.",
            minutes,
        ),
        "moved": _("If it had stayed, at best more of the week would have to move."),
        "sleep": _("If it had stayed, at best the nights would be more broken."),
    }
    waits = {f"shed{one.priority}" for one in prepared.snapshot.responsibilities if one.left_out_weeks}
    if level in waits:  # counted with what the waiting adds, which are no minutes
        return _("If it had stayed, at best more would have to be left out, or what has waited longer.")
    return said[level] % {"minutes": minutes}
