"""`plan`: a week's plan with its reasons; from a snapshot file it needs neither database nor network."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from service.cli import CommandError
from service.domain.plan import Plan
from service.planner import PlanInvalidError, Snapshot, SnapshotError, parse_snapshot, plan_week

MOST_BYTES = 4_000_000


def run(arguments: argparse.Namespace) -> int:
    try:
        return _from_file(arguments) if arguments.snapshot else _from_house(arguments)
    except SnapshotError as error:
        problems = "\n".join(error.problems)
        raise CommandError(
            f"{arguments.snapshot or 'The week'} cannot be planned:\n{problems}", code=2
        ) from error
    except PlanInvalidError as error:
        raise CommandError(
            f"The planner made a week that breaks a rule ({error}). That is a defect of Offplate: please "
            "report it with the file that “snapshot” writes. What was planned before stands."
        ) from error


def _from_file(arguments: argparse.Namespace) -> int:
    snapshot = parse_snapshot(_read(arguments.snapshot))
    plan = plan_week(snapshot)
    if arguments.json:
        print_json(plan.to_json())
    else:
        _print_figures(snapshot, plan)
    return 0


def _from_house(arguments: argparse.Namespace) -> int:
    # Imported here, so that a plan from a file starts without database, mail and web.
    from service.commands.house import open_house, week_named
    from service.commands.week_on_paper import print_week
    from service.flow.plan_week import propose, snapshot_for
    from service.flow.week_view import week_view
    from service.planner import to_json
    from service.ports import StoredPlan

    with open_house(arguments.config) as house:
        world, household = house.world, house.household
        week = week_named(arguments.week, house)
        if arguments.dry_run:
            snapshot = snapshot_for(world, household, week)
            stored = StoredPlan(plan_week(snapshot), to_json(snapshot), world.clock.now())
        else:
            stored = propose(world, household, week)
        if arguments.json:
            print_json({"week": str(week), **stored.plan.to_json()})
        else:
            chores = world.store.households.chores(household.id)
            print_week(week_view(household, week, stored, chores=chores), household)
    return 0


def print_json(answer: Any) -> None:
    json.dump(answer, sys.stdout, indent=2, ensure_ascii=False)
    print()


def _read(path: Path) -> Any:
    try:
        if str(path) == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", code=2) from error
    if len(content) > MOST_BYTES:
        raise CommandError(
            f"{path} is too large for one week ({MOST_BYTES // 1_000_000} MB at most).", code=2
        )
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path} is not JSON: {error}.", code=2) from error


def _print_figures(snapshot: Snapshot, plan: Plan) -> None:
    """Without a household there are only the file's own names."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    titles = {each.id: each.title for each in snapshot.responsibilities}
    table = Table("who", "what", "from", "to", title=f"{plan.status}, times in UTC", title_justify="left")
    for block in sorted(plan.blocks, key=lambda block: block.interval):
        start, end = block.interval.start_at, block.interval.end_at
        table.add_row(block.adult, titles[block.responsibility], f"{start:%a %d %H:%M}", f"{end:%H:%M}")
    console.print(table)
    for move in plan.moves:
        console.print(f"{titles[move.responsibility]}: {move.giver} → {move.taker}. {move.reason}")
    for unplaced in plan.unplaced:
        console.print(f"{titles[unplaced.responsibility]} is left out. {unplaced.reason}")
    levels = ", ".join(f"{level.name} {level.value} (bound {level.bound})" for level in plan.levels)
    console.print(levels, style="dim")
