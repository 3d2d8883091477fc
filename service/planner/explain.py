"""True reasons: why a chore, or some times of one that is done in turns, changed hands.

A reason is tested, not guessed: a named fact is undone (`facts`) and the allocation solved again, alone, then
two of them, then all; or the chore is held where it was and what is lost at best is named. Words are plain,
blame nobody, and never say where somebody is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from itertools import combinations, islice

from service.domain.plan import Block, Move, Plan
from service.planner.allocate import Allocation, Places, allocate, worse_if_held, worse_if_no_more
from service.planner.candidates import Prepared, Task, prepare
from service.planner.facts import Fact, facts_of, together
from service.planner.greedy import greedy
from service.planner.hands import most_turns, passed
from service.planner.parse import SnapshotError, parse_snapshot
from service.planner.policy import Policy
from service.planner.snapshot import Responsibility, Snapshot
from service.planner.snapshot_file import to_json
from service.planner.solve_lex import NoSolverError
from service.words import _, ngettext

_MOST_PAIRS = 6
"""Of facts undone together, beside all of them at once: each costs a solve."""


def why_moved(
    prepared: Prepared, policy: Policy, plan: Plan, places: Places, before: Snapshot | None = None
) -> tuple[Move, ...]:
    """The plan's moves, each with a reason that was tested against this week's snapshot; `before` is that of
    the last week, where one was published."""
    if not plan.moves:
        return ()
    snapshot = prepared.snapshot
    facts = facts_of(snapshot, before)
    pairs = min(_MOST_PAIRS, len(facts) * (len(facts) - 1) // 2)
    tries = len(plan.moves) + len(facts) + (pairs + 1 if before else 0)
    policy = replace(policy, limit=min(policy.limit, policy.reason_limit / tries))
    chores = {chore.id: chore for chore in snapshot.responsibilities}
    undone = _Undone(prepared, policy, plan, places, facts)
    moves = []
    for move in plan.moves:
        chore = chores[move.responsibility]
        told = _plainly(prepared, plan.blocks, chore, move) or undone.why(move)
        moves.append(
            told or replace(move, reason=_if_it_had_stayed(prepared, policy, plan, places, chore, move))
        )
    return tuple(moves)


def plainly_moved(prepared: Prepared, plan: Plan) -> tuple[Move, ...]:
    """The plan's moves with the reasons that need no solving, for a plan that may not be the last."""
    chores = {chore.id: chore for chore in prepared.snapshot.responsibilities}
    return tuple(
        _plainly(prepared, plan.blocks, chores[move.responsibility], move)
        or replace(move, reason=_best_found())
        for move in plan.moves
    )


def _plainly(prepared: Prepared, blocks: Collection[Block], chore: Responsibility, move: Move) -> Move | None:
    """The move with a reason that needs no solving; of what has begun or is held, all of it, with the words
    that were given."""
    published = prepared.snapshot.published
    tasks = [task for task in prepared.tasks if task.chore.id == chore.id]
    if chore.by_turns:
        theirs = {one.occurrence for one in passed(chore, blocks, move)}
        tasks = [task for task in tasks if task.occurrence in theirs]
    if published is not None and chore.blocked and not tasks:
        told = {(one.responsibility, one.taker): one for one in published.moves if one.reason}
        if before := told.get((chore.id, move.taker)):
            return replace(move, reason=before.reason, own_reasons=before.own_reasons)
    reason = _plain_reason(prepared, chore, tasks, move)
    return replace(move, reason=reason) if reason else None


def _plain_reason(prepared: Prepared, chore: Responsibility, tasks: list[Task], move: Move) -> str | None:
    """A named hand-over, no owner, an owner who cannot."""
    called = prepared.snapshot.called
    if move.giver is None:
        return _("Nobody owns this yet; this week it fits best with %(name)s.") % {"name": called(move.taker)}
    if chore.fixed_doer is not None:
        return _("It was named to be handed over.")
    if move.giver not in chore.eligible:
        return _("This is something only %(name)s can do this week.") % {"name": called(move.taker)}
    if chore.is_duty and _only_theirs(prepared, chore, move) > most_turns(chore, len(chore.occurrences)):
        return _("By the hours, most of them fit only %(name)s's week.") % {"name": called(move.taker)}
    if tasks and not any(task.starts[move.giver] for task in tasks):
        return _("By its hours it fits only %(name)s's week.") % {"name": called(move.taker)}
    return None


def _only_theirs(prepared: Prepared, chore: Responsibility, move: Move) -> int:
    """How many nights of it the taker could hold and its owner could not."""
    nights = [task.starts for task in prepared.tasks if task.chore.id == chore.id]
    return sum(bool(starts.get(move.taker)) and not starts.get(move.giver or "") for starts in nights)


def _best_found() -> str:
    return _("In the best week that was found, it is done this way.")


class _Undone:
    """Who would do what if facts of this week were otherwise, each solved for once and only when asked."""

    def __init__(
        self, prepared: Prepared, policy: Policy, plan: Plan, places: Places, facts: list[Fact]
    ) -> None:
        self._prepared, self._policy, self._plan, self._places = prepared, policy, plan, places
        self._facts = facts
        self._chores = {chore.id: chore for chore in prepared.snapshot.responsibilities}
        self._found: dict[tuple[Fact, ...], Allocation | None] = {}

    def why(self, move: Move) -> Move | None:
        """The move with the fact, the two, or the several that brought it; None where none did, or where by
        the budgets that are solved for here it could have stayed as the week is."""
        if self._returns(move, ()):
            return None
        for fact in self._facts:
            if self._returns(move, (fact,)):
                own = {fact.adult: fact.own} if fact.adult and fact.own else {}
                return replace(move, reason=fact.told, own_reasons=own)
        changes = tuple(self._facts)
        if len(changes) < 2 or not self._returns(move, changes):
            return None
        for one, other in islice(combinations(changes, 2), _MOST_PAIRS):
            if self._returns(move, (one, other)):
                said = _("It follows %(one)s and %(other)s; without both it would have stayed.")
                return replace(move, reason=said % {"one": one.phrase, "other": other.phrase})
        return replace(
            move, reason=_("Several changes together brought it; without them it would have stayed.")
        )

    def _returns(self, move: Move, facts: tuple[Fact, ...]) -> bool:
        """Whether the owner would do it, and, where hours were other too, fewer things would move: else it
        may only have changed places with one that is just as good."""
        found, as_it_is = self._without(facts), self._without(())
        if move.giver is None or found is None:
            return False
        chore = self._chores[move.responsibility]
        if chore.is_duty:
            held = Counter(who for (name, _), who in found.hands.items() if name == chore.id)
            held.update(b.adult for b in self._prepared.settled if b.responsibility == chore.id)
            return held.total() > 0 and held[move.taker] <= most_turns(chore, held.total())
        if found.takers.get(chore.id) != frozenset({move.giver}):
            return False
        of_budgets = all(fact.by_budget for fact in facts)
        return of_budgets or (as_it_is is not None and self._moved(found) < self._moved(as_it_is))

    def _moved(self, found: Allocation) -> int:
        return sum(
            chore in self._chores and who != self._chores[chore].previous
            for chore, hands in found.takers.items()
            for who in hands
        )

    def _without(self, facts: tuple[Fact, ...]) -> Allocation | None:
        if facts not in self._found:
            self._found[facts] = self._solved(facts)
        return self._found[facts]

    def _solved(self, facts: tuple[Fact, ...]) -> Allocation | None:
        usual = together(facts)(self._prepared.snapshot)
        nights = bool(facts) and self._prepared.snapshot.has_duties
        try:
            if all(fact.by_budget for fact in facts) and not nights:
                same = replace(self._prepared, snapshot=usual)
                return allocate(same, self._policy, self._plan.doers, self._places)
            other = prepare(parse_snapshot(to_json(usual)))
            return allocate(other, self._policy, *greedy(other))
        except (NoSolverError, SnapshotError):
            return None


def _if_it_had_stayed(
    prepared: Prepared, policy: Policy, plan: Plan, places: Places, chore: Responsibility, move: Move
) -> str:
    """Hold the chore with its owner, or of nights those beyond somebody's turn, and say what would be lost
    *at best*. The hours of the week may cost more than budgets can tell, and at a level that counts more;
    never less."""
    try:
        if chore.is_duty:
            held = sum(block.responsibility == chore.id for block in plan.blocks)
            most = (chore.id, move.taker, most_turns(chore, held))
            worse = worse_if_no_more(prepared, policy, plan, places, most)
        else:
            worse = worse_if_held(prepared, policy, plan, places, (chore.id, chore.previous or ""))
    except NoSolverError:
        return _best_found()
    if worse is None:
        if plan.status != "proven":
            return _best_found()
        return _("It could as well have been another one; none would fit the hours better.")
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
