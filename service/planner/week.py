"""One week from snapshot to plan: greedy, then who, then when, then both at once, then checked.

The order in which a reader should open the planner. Each step hands its plan to the next as a start, so
an answer exists from the first milliseconds on and only gets better. Pure: no clock, no store, no network.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from typing import Any, Literal

from service.domain.plan import Level, Plan, Status, Unplaced
from service.planner.allocate import Places, allocate
from service.planner.candidates import Prepared, blocks_of, prepare
from service.planner.certify import certify
from service.planner.envy import stands_in_the_way
from service.planner.explain import plainly_moved, why_moved
from service.planner.explain_unplaced import why_unplaced
from service.planner.greedy import cheapest, greedy
from service.planner.hands import changes_of_hands
from service.planner.levels import count_levels, level_names
from service.planner.ownership import Doers
from service.planner.parse import parse_snapshot
from service.planner.parts import settle, told_without
from service.planner.place import place
from service.planner.policy import DEFAULT, Policy
from service.planner.proof_words import envy_words
from service.planner.snapshot import Snapshot
from service.planner.snapshot_file import snapshot_hash, to_json
from service.planner.solve_lex import NoSolverError, solver_name
from service.planner.trades import trades
from service.planner.verify import Violation, verify

Stage = Literal["who", "when", "both"]
OnLevel = Callable[[Stage, str, int, int], None]


class PlanInvalidError(Exception):
    """A plan broke a rule of the house and was refused; `violations` says which.

    This is a defect of the planner, never of the household: publish nothing, keep the last plan, report.
    """

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__("; ".join(violation.sentence for violation in violations))
        self.violations = violations


def plan_week(
    snapshot: Snapshot,
    *,
    before: Snapshot | None = None,
    policy: Policy = DEFAULT,
    on_level: OnLevel | None = None,
    on_plan: Callable[[Plan], None] | None = None,
) -> Plan:
    """The best plan of the week, proven where the limit allows, every move and gap explained.

    `on_level(stage, name, value, bound)` is told each level as it is settled: *who* by budgets alone, *when*
    for those doers, then *both* at once; the last time counts. `on_plan` is told each whole plan on the way
    that is better than the one before, with the bounds it has and the plain reasons. Without a solver, or
    when the limit strikes before any answer, the plan is the greedy one (`status` says so). `before` is the
    snapshot of the week before, which reasons may name changes since.

    Raises:
        SnapshotError: the snapshot contradicts itself; show its problems.
        PlanInvalidError: the plan broke a rule; publish nothing.
    """
    week, spent = _in_its_blocks(parse_snapshot(to_json(snapshot)), policy)
    policy = replace(policy, limit=policy.limit - spent)
    prepared = prepare(week)
    first = greedy(prepared)
    found: tuple[Plan, Places] | None = None
    with suppress(NoSolverError):
        for doers, places, bounds in _prove(prepared, policy, *first, on_level):
            found = _found(prepared, policy, doers, places, bounds), places
            if on_plan is not None:
                on_plan(checked((week, found[0])))
    if found is None:
        return checked(assemble(prepared, policy, *first, "greedy", {}, {"name": "greedy"}))
    plan, places = found
    told = replace(
        plan,
        moves=why_moved(prepared, policy, plan, places, before),
        trades=trades(prepared, policy, plan, places),
    )
    return checked((week, _with_what_stands_in_the_way(prepared, policy, told, places)))


def _in_its_blocks(week: Snapshot, policy: Policy) -> tuple[Snapshot, float]:
    """The week in the blocks it will have, without what a small week leaves out of them, and the
    deterministic time that it took."""
    found = settle(week, policy)
    return week.going_without(found.without), found.spent


def _found(
    prepared: Prepared, policy: Policy, doers: Doers, places: Places, bounds: Mapping[str, int]
) -> Plan:
    """The plan with these bounds."""
    values = count_levels(prepared, policy, doers, blocks_of(prepared, places))
    all_met = all(bounds.get(name) == values[name] for name in level_names(prepared.snapshot))
    proven = all_met and prepared.own_time_is_exact
    status: Status = "proven" if proven else "best_found"
    return assemble(prepared, policy, doers, places, status, bounds, solver_name())[1]


def _with_what_stands_in_the_way(prepared: Prepared, policy: Policy, plan: Plan, places: Places) -> Plan:
    """The plan, its certificate naming what a split without envy would cost where there is none. What the
    check cannot count again, as may be in a week that has begun, is not said."""
    envy = plan.certificate["wef1"]
    if envy["holds"] or (found := stands_in_the_way(prepared, policy, plan, places)) is None:
        return plan
    sentence = f"{plan.certificate['sentence']} {envy_words(str(found['level']), int(found['by']))}"
    wef1 = {**envy, "stands_in_the_way": dict(found)}
    told = replace(plan, certificate={**plan.certificate, "wef1": wef1, "sentence": sentence})
    return plan if verify(prepared.snapshot, told) else told


def greedy_week(snapshot: Snapshot, *, policy: Policy = DEFAULT) -> Plan:
    """The first answer, without a solver: milliseconds, every rule kept, no bound claimed.

    Raises:
        SnapshotError: the snapshot contradicts itself; show its problems.
        PlanInvalidError: the plan broke a rule; publish nothing.
    """
    week, _ = _in_its_blocks(parse_snapshot(to_json(snapshot)), replace(policy, solver=False))
    prepared = prepare(week)
    return checked(assemble(prepared, policy, *greedy(prepared), "greedy", {}, {"name": "greedy"}))


def _prove(
    prepared: Prepared, policy: Policy, doers: Doers, places: Places, on_level: OnLevel | None
) -> Iterator[tuple[Doers, Places, dict[str, int]]]:
    """Who and when, then (unless the policy says not) both at once; each with the bounds that hold.

    The limit is for all three together, so that a week too large to prove takes no longer than one; the first
    two take half of what is left at most, so that the next one has something to work with."""

    if not policy.solver:
        return

    def told(stage: Stage) -> Callable[[str, int, int], None] | None:
        return partial(on_level, stage) if on_level else None

    half = replace(policy, limit=policy.limit / 2)
    who = allocate(prepared, half, doers, places, told("who"))
    known = {name: bound for name, (_, bound) in who.solved.reached.items()}
    policy = replace(policy, limit=policy.limit - who.solved.spent)
    half = replace(policy, limit=policy.limit / 2 if policy.joint else policy.limit)
    start = cheapest(prepared, who.hands)
    when = place(prepared, half, who.doers, start, bounds=known, on_level=told("when"))
    policy = replace(policy, limit=policy.limit - when.spent)
    doers, places = _better(prepared, policy, (doers, places), (when.doers, when.places))
    yield doers, places, _sound(prepared, policy, doers, places, known)
    if not policy.joint:
        return
    both = place(
        prepared,
        policy,
        doers,
        places,
        who_too=True,
        bounds=known,
        width=when.width,
        on_level=told("both"),
    )
    doers, places = _better(prepared, policy, (doers, places), (both.doers, both.places))
    yield doers, places, _sound(prepared, policy, doers, places, both.bounds)


def _better(
    prepared: Prepared, policy: Policy, before: tuple[Doers, Places], found: tuple[Doers, Places]
) -> tuple[Doers, Places]:
    """What was found, unless the limit struck so early that the plan before was better."""

    def values(doers: Doers, places: Places) -> list[int]:
        counted = count_levels(prepared, policy, doers, blocks_of(prepared, places))
        return [counted[name] for name in level_names(prepared.snapshot)]

    return before if values(*before) < values(*found) else found


def _sound(
    prepared: Prepared, policy: Policy, doers: Doers, places: Places, bounds: Mapping[str, int]
) -> dict[str, int]:
    """The bounds up to the first level that is not at its bound: behind it, none of them is a proof."""
    values = count_levels(prepared, policy, doers, blocks_of(prepared, places))
    kept = {}
    for name in level_names(prepared.snapshot):
        if name not in bounds:
            break
        kept[name] = bounds[name]
        if values[name] != bounds[name]:
            break
    return kept


def assemble(
    prepared: Prepared,
    policy: Policy,
    doers: Doers,
    places: Places,
    status: Status,
    bounds: Mapping[str, int],
    solver: Mapping[str, Any],
    told: Collection[Unplaced] = (),
) -> tuple[Snapshot, Plan]:
    """The plan that these doers and places make, counted, certified and explained as far as that needs no
    solving (what is `told` keeps its words); not checked yet."""
    snapshot, blocks = prepared.snapshot, blocks_of(prepared, places)
    values = count_levels(prepared, policy, doers, blocks)
    record = {**solver, "seed": policy.seed, "policy": asdict(policy), "snapshot": snapshot_hash(snapshot)}
    if not prepared.own_time_is_exact:
        record["own_time"] = "best_found"
    if snapshot.published and (moved_on := snapshot.published.solver.get("moved_on")):
        record["moved_on"] = moved_on  # a week planned anew still knows what a repair has moved today
    plan = Plan(
        status=status,
        levels=tuple(Level(name, values[name], bounds.get(name, 0)) for name in level_names(snapshot)),
        doers=dict(doers),
        selfcare=prepared.appointments,
        blocks=tuple(blocks),
        unplaced=why_unplaced(prepared, doers, places, told),
        moves=changes_of_hands(snapshot, doers, blocks),
        solver=record,
        without=told_without(snapshot, doers),
    )
    return snapshot, replace(plan, certificate=certify(snapshot, plan), moves=plainly_moved(prepared, plan))


def checked(made: tuple[Snapshot, Plan]) -> Plan:
    """The plan, if it keeps every rule.

    Raises:
        PlanInvalidError: it does not.
    """
    snapshot, plan = made
    violations = verify(snapshot, plan)
    if violations:
        raise PlanInvalidError(violations)
    return plan
