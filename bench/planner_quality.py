"""How good the weeks are: the planner, its first answer and the rules of thumb, on the frozen weeks.

    python -m bench.planner_quality

Means over the weeks of one kind (how many), all under the same hard rules. *Unmet* are occurrences without a
place, by priority 0, 1 and the rest; *left out* those that were let go on purpose. *Over* are minutes above
the capacities, *off share* minutes off the agreed share, *changes* chores that are not their owner's this
week, *disliked* minutes of work with somebody who dislikes it, *shift* minutes from the usual hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import mean

from bench.naive import RULES, earliest
from bench.weeks import frozen_weeks
from service.domain.plan import Block
from service.planner import DEFAULT, Snapshot, greedy_week, plan_week
from service.planner.candidates import Prepared, prepare
from service.planner.levels import count_levels, off_share

Figures = tuple[float, ...]
KINDS = {
    "normal": ("normal", "dst_spring", "dst_autumn"),
    "one spent": ("blown",),
    "both spent": ("both_blown",),
    "tight": ("tight",),
    "with nights": ("nights",),
}
COLUMNS = ("left out", "over", "off share", "changes", "disliked", "shift")


def figures(prepared: Prepared, doers: Mapping[str, str | None], blocks: Iterable[Block]) -> Figures:
    """Unmet of three kinds, then the columns."""
    week, placed = prepared.snapshot, {(b.responsibility, b.occurrence): b for b in blocks}
    levels = count_levels(prepared, DEFAULT, doers, placed.values())
    unmet, left_out, disliked, changes = [0, 0, 0], 0, 0, 0
    for chore in week.responsibilities:
        doer = doers[chore.id]
        if doer is None:
            left_out += len(chore.occurrences)
            continue
        unmet[min(chore.priority, 2)] += sum((chore.id, n) not in placed for n in chore.numbers)
        changes += chore.previous not in (None, doer)
        if chore.burden_percent.get(doer, 100) > 100:
            disliked += chore.total_minutes
    return (
        *unmet,
        left_out,
        levels["overload"],
        off_share(week, doers, placed.values()),
        changes,
        disliked,
        _shift(prepared, placed),
    )


def _shift(prepared: Prepared, placed: Mapping[tuple[str, int], Block]) -> float:
    """Minutes from the usual hour, days aside, in the mean."""
    chores = {chore.id: chore for chore in prepared.snapshot.responsibilities}
    off = []
    for (chore, _), block in placed.items():
        minute = prepared.grid.minutes[prepared.grid.slot_at(block.interval.start_at)]
        away = abs(minute - chores[chore].usual_min) % 1440
        off.append(min(away, 1440 - away))
    return mean(off) if off else 0


def measured(week: Snapshot) -> dict[str, Figures]:
    prepared = prepare(week)
    found = {}
    for name, plan in (("planner", plan_week(week)), ("its first answer", greedy_week(week))):
        found[name] = figures(prepared, plan.doers, plan.blocks)
    for name, rule in RULES.items():
        doers = rule(week)
        found[name] = figures(prepared, doers, earliest(prepared, doers))
    return found


def main() -> int:
    """Print one table a kind of week; 1 if any rule of thumb gets more essential work done."""
    weeks = {name: measured(week) for name, week in frozen_weeks().items()}
    worse = False
    for kind, variants in KINDS.items():
        of_kind = [found for name, found in weeks.items() if name.split("-")[1] in variants]
        heads = "".join(f"{column:>10}" for column in COLUMNS)
        print(f"\n{f'{kind} ({len(of_kind)})':22}{'unmet 0/1/rest':>18}{heads}")
        rows = {
            rule: tuple(map(mean, zip(*(found[rule] for found in of_kind), strict=True)))
            for rule in of_kind[0]
        }
        for rule, row in rows.items():
            unmet = "/".join(f"{value:.1f}" for value in row[:3])
            print(f"{rule:22}{unmet:>18}" + "".join(f"{value:10.0f}" for value in row[3:]))
        worse |= any(row[0] < rows["planner"][0] for row in rows.values())
    return int(worse)


if __name__ == "__main__":
    raise SystemExit(main())
