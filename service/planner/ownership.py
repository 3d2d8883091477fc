"""Rows for *who*: which adult takes each chore, and what that costs at every level.

Written once, used three times: alone with calendar cuts (`allocate`), with the doers fixed (`place`),
and together with the starts (`joint`). Levels, in order: essential, overload, shed1-3, moved, unfair,
burden. docs/planner.md defines each with an example.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import gcd

from service.planner.candidates import Prepared, Task
from service.planner.policy import Policy
from service.planner.rows import Goal, Rows
from service.planner.sleep import add_sleep
from service.planner.snapshot import Responsibility

Doers = Mapping[str, str | None]
Terms = list[tuple[int, int]]


@dataclass(slots=True)
class Ownership:
    """The variables. `given[chore, adult]`: the adult takes it whole; `small[chore, adult]`: half as often,
    as in a small week; `kept[chore]`: an alternating chore is not left out; `placed[chore, occurrence,
    adult]`: the adult does that occurrence."""

    prepared: Prepared
    policy: Policy
    rows: Rows = field(default_factory=Rows)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    small: dict[tuple[str, str], int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    placed: dict[tuple[str, int, str], int] = field(default_factory=dict)
    _load: dict[str, Terms] = field(init=False)
    _aside: dict[str, Terms] = field(init=False)
    _load_done: dict[str, int] = field(init=False)
    _left_out: dict[int, Terms] = field(init=False)
    _left_out_most: dict[int, int] = field(init=False)
    _burden: Terms = field(default_factory=list)
    _burden_done: int = 0
    _sleep: Terms = field(default_factory=list)

    def __post_init__(self) -> None:
        adults = self.prepared.adults
        self._load = {adult: [] for adult in adults}
        self._aside = {adult: [] for adult in adults}
        self._load_done = dict.fromkeys(adults, 0)
        self._left_out = {priority: [] for priority in range(4)}
        self._left_out_most = dict.fromkeys(range(4), 0)

    def goals(self, moved: Terms, moved_most: int, bounds: Mapping[str, int]) -> list[Goal]:
        """The levels down to burden; `moved` counts published blocks that stay (weights -1)."""
        goals = [
            self._left_out_goal("essential", 0),
            *self._spared(),
            self._overload(),
            *(self._left_out_goal(f"shed{p}", p) for p in (1, 2, 3)),
        ]
        if self.prepared.snapshot.published is not None:
            goals.append(Goal("moved", tuple(moved), moved_most))
        goals.append(self._unfair())
        if self.prepared.snapshot.has_duties:
            goals.append(Goal("sleep", tuple(self._sleep)))
        goals.append(Goal("burden", tuple(self._burden), self._burden_done))
        return [Goal(g.name, g.terms, g.constant, max(g.bound, bounds.get(g.name, 0))) for g in goals]

    def _spared(self) -> list[Goal]:
        """What comes to those who are asked last, where anybody is."""
        snapshot = self.prepared.snapshot
        if not snapshot.spares:
            return []
        chores = {chore.id: chore for chore in snapshot.responsibilities}
        terms = [
            (var, chores[name].minutes)
            for (name, _, adult), var in self.placed.items()
            if adult in chores[name].asked_last
        ]
        terms += [
            (var, len(chores[name].occurrences) * chores[name].minutes)
            for (name, adult), var in self.given.items()
            if adult in chores[name].asked_last and not chores[name].blocked
        ]
        begun = [b for b in self.prepared.settled if b.adult in chores[b.responsibility].asked_last]
        return [Goal("spared", tuple(terms), sum(chores[b.responsibility].minutes for b in begun))]

    def _left_out_goal(self, name: str, priority: int) -> Goal:
        return Goal(name, tuple(self._left_out[priority]), self._left_out_most[priority])

    def _overload(self) -> Goal:
        terms = []
        for adult in self.prepared.snapshot.adults:
            over = self.rows.variable(20_000)
            done = self._load_done[adult.id]
            self.rows.floor(over, self._load[adult.id], done - adult.capacity_min)
            terms.append((over, 1))
        return Goal("overload", tuple(terms))

    def _unfair(self) -> Goal:
        adults = self.prepared.snapshot.adults
        if len(adults) < 2:
            return Goal("unfair", ())
        weights = {adult.id: adult.weight for adult in adults}
        if not any(weights.values()):
            weights = dict.fromkeys(weights, 1)
        shrink = gcd(*weights.values())
        weights = {who: weight // shrink for who, weight in weights.items()}
        total = sum(weights.values())
        carry = {adult.id: adult.ledger_min * 50 // 100 + self._load_done[adult.id] for adult in adults}
        off, beyond = self.rows.variable(100_000), self.rows.variable(100_000)
        for adult in adults:
            mine = adult.id
            terms = [
                (var, minutes * (total * (who == mine) - weights[mine]))
                for who in weights
                for var, minutes in self._load[who] + self._aside[who]
            ]
            constant = total * carry[mine] - weights[mine] * sum(carry.values())
            self.rows.floor(off, terms, constant, total)
            self.rows.floor(off, [(var, -weight) for var, weight in terms], -constant, total)
        self.rows.floor(beyond, [(off, 1)], -self.policy.band_minutes)
        return Goal("unfair", ((beyond, 1),))

    def add_whole(self, chore: Responsibility, tasks: list[Task], allowed: tuple[str, ...]) -> None:
        """One doer, or (unless it is essential or already begun) left out."""
        settled = {who: self.prepared.settled_count(chore.id, who) for who in self.prepared.adults}
        begun = sum(settled.values())
        left = len(chore.occurrences) - begun
        must = chore.priority == 0 or begun > 0
        for adult in allowed:
            if not (must or not chore.blocked or any(task.starts[adult] for task in tasks)):
                continue
            given = self.given[chore.id, adult] = self.rows.variable()
            load = self._load if chore.blocked else self._aside
            load[adult].append((given, left * chore.minutes + chore.mental_min))
            felt = chore.burden(adult, left + settled[adult]) - chore.burden(adult, settled[adult])
            change = self._change_price(chore, adult)
            self._burden.append((given, felt + chore.mental_min + change))
            placed = self._add_placed(chore, tasks, adult)
            for var in placed:
                self.rows.add([(var, 1), (given, -1)], high=0)
            if chore.priority > 0 and placed and not begun:
                self.rows.add([*((var, 1) for var in placed), (given, -1)], low=0)
            self._add_small(chore, adult, placed, begun, left + settled[adult])
        who = [(var, 1) for (name, _), var in self.given.items() if name == chore.id]
        self.rows.add(who, low=1 if must else 0, high=1)
        self._count_left_out(chore, tasks, who)
        self._count_settled(chore, settled)

    def _add_small(
        self, chore: Responsibility, adult: str, placed: list[int], begun: int, theirs: int
    ) -> None:
        """Half as often, rounded up: no more blocks than that, and no more load; otherwise more than that."""
        dropped, most = len(chore.occurrences) - chore.fewest, chore.fewest - begun
        if not dropped or most < 0:
            return
        given, small = self.given[chore.id, adult], self.rows.variable()
        self.small[chore.id, adult] = small
        blocks = [(var, 1) for var in placed]
        self.rows.add([(small, 1), (given, -1)], high=0)
        self.rows.add([*blocks, (given, -most - dropped), (small, dropped)], high=0)
        self.rows.add([*blocks, (given, -most - 1), (small, most + 1)], low=0)
        self._load[adult].append((small, -dropped * chore.minutes))
        self._burden.append((small, chore.burden(adult, theirs - dropped) - chore.burden(adult, theirs)))

    def add_alternating(self, chore: Responsibility, tasks: list[Task], allowed: tuple[str, ...]) -> None:
        """A doer for each occurrence; the thinking stays with the owner."""
        settled = {who: self.prepared.settled_count(chore.id, who) for who in self.prepared.adults}
        kept = self.kept[chore.id] = self.rows.variable()
        changed = self.rows.variable()
        done_by_another = chore.previous is not None and any(
            count and who != chore.previous for who, count in settled.items()
        )
        if chore.priority == 0 or any(settled.values()):
            self.rows.add([(kept, 1)], low=1)
        if chore.previous is not None:
            self._load[chore.previous].append((kept, chore.mental_min))
        self._burden += [(kept, chore.mental_min), (changed, self.policy.change_price_minutes)]
        if done_by_another:
            self.rows.floor(changed, [], 1)
        every = []
        for adult in allowed:
            for var in self._add_placed(chore, tasks, adult):
                every.append(var)
                self._load[adult].append((var, chore.minutes))
                self._burden.append((var, chore.burden(adult, 1)))
                self.rows.add([(var, 1), (kept, -1)], high=0)
                if chore.previous not in (None, adult):
                    self.rows.floor(changed, [(var, 1)])
        if chore.priority > 0 and not any(settled.values()):
            self.rows.add([*((var, 1) for var in every), (kept, -1)], low=0)
        self._count_left_out(chore, tasks, [(kept, 1)])
        self._count_settled(chore, settled)

    def add_nights(self) -> None:
        """What holds for all duties together, once each has its variables."""
        begun = {(b.responsibility, b.occurrence): b.adult for b in self.prepared.settled}
        self._sleep = add_sleep(self.rows, self.prepared.halves, self.placed, begun)

    def _add_placed(self, chore: Responsibility, tasks: list[Task], adult: str) -> list[int]:
        new = []
        for task in tasks:
            if task.starts[adult]:
                var = self.placed[chore.id, task.occurrence, adult] = self.rows.variable()
                new.append(var)
        return new

    def _count_left_out(self, chore: Responsibility, tasks: list[Task], kept: Terms) -> None:
        """What has no place, what blocks go without, and the thinking of a chore left out whole, in minutes
        as they count."""
        for task in tasks:
            once = [(var, 1) for (name, n, _), var in self.placed.items() if (name, n) == task.key]
            self.rows.add(once, high=1)
            for priority, minutes in chore.missed_time():
                self.count_missed(priority, minutes, [var for var, _ in once])
        if not chore.blocked:
            unplaced = len(chore.occurrences) * chore.missed(chore.minutes)
            self.count_missed(chore.priority, unplaced, [var for var, _ in kept])
        for priority, minutes in chore.missed_thinking():
            self.count_missed(priority, minutes, [var for var, _ in kept])
        for priority, minutes in chore.missed_parts():
            self.count_missed(priority, minutes, [])

    def add_load(self, adult: str, minutes: int, var: int) -> None:
        """That adult carries so many minutes more for each of these."""
        self._load[adult].append((var, minutes))

    def count_missed(self, priority: int, minutes: int, unless: Iterable[int]) -> None:
        """So many minutes of that priority are left out unless one of these is chosen."""
        self._left_out[priority] += [(var, -minutes) for var in unless]
        self._left_out_most[priority] += minutes

    def _count_settled(self, chore: Responsibility, settled: Mapping[str, int]) -> None:
        for adult, count in settled.items():
            self._load_done[adult] += count * chore.minutes
            self._burden_done += (
                chore.burden(adult, count) if chore.mode == "whole" else count * chore.burden(adult, 1)
            )

    def _change_price(self, chore: Responsibility, adult: str) -> int:
        return self.policy.change_price_minutes if chore.previous not in (None, adult) else 0


def ownership(prepared: Prepared, policy: Policy, doers: Doers | None = None) -> Ownership:
    """The rows of *who*; with `doers`, only those (or leaving the chore out) are possible."""
    model = Ownership(prepared, policy)
    tasks: dict[str, list[Task]] = {chore.id: [] for chore in prepared.snapshot.responsibilities}
    for task in prepared.tasks:
        tasks[task.chore.id].append(task)
    for chore in prepared.snapshot.responsibilities:
        allowed = chore.doers
        if doers is not None and not alternates(chore):
            only = doers[chore.id]
            allowed = () if only is None else (only,)
        if alternates(chore):
            model.add_alternating(chore, tasks[chore.id], allowed)
        else:
            model.add_whole(chore, tasks[chore.id], allowed)
    model.add_nights()
    return model


def alternates(chore: Responsibility) -> bool:
    """Whether each occurrence has its own doer (only what is placed can alternate)."""
    return chore.by_turns
