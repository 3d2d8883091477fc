"""`plan`: a week's plan with its reasons; from a snapshot file it needs neither database nor network."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from service.cli import CommandError
from service.commands.progress import LevelProgress
from service.commands.week_on_paper import (
    print_left_out,
    print_lost_wishes,
    print_moves,
    print_own_time,
    print_side_by_side,
    print_week,
)
from service.domain.plan import Plan
from service.planner import PlanInvalidError, Snapshot, SnapshotError, parse_snapshot, plan_week
from service.planner.lost_wishes import lost_wishes
from service.planner.proof_words import how_good, trade_words
from service.planner.told import left_out_lines, moved_lines, why_short, wish_name

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
    with LevelProgress() as progress:
        plan = plan_week(snapshot, on_level=progress)
    if arguments.json:
        print_json(plan.to_json())
    else:
        _print_figures(snapshot, plan)
    return 0


def _from_house(arguments: argparse.Namespace) -> int:
    # Imported here, so that a plan from a file starts without database, mail and web.
    from service.commands.house import open_house, week_named
    from service.flow.plan_week import propose, snapshot_for
    from service.flow.planning import InThisProcess
    from service.flow.week_view import week_view
    from service.planner import to_json
    from service.ports import StoredPlan

    with open_house(arguments.config) as house:
        world, household = house.world, house.household
        week = week_named(arguments.week, house)
        with LevelProgress() as progress:
            if arguments.dry_run:
                snapshot = snapshot_for(world, household, week)
                plan = plan_week(snapshot, on_level=progress)
                stored = StoredPlan(plan, to_json(snapshot), world.clock.now())
            else:
                stored = propose(replace(world, planner=InThisProcess(progress)), household, week)
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
    """Without a household there are only the file's own names; times are in its zone."""
    out, called = Console(), snapshot.called
    titles = {each.id: each.title for each in snapshot.responsibilities}
    zone = ZoneInfo(snapshot.tz)
    print_own_time(
        [
            (wish_name(snapshot, one.index), called(one.adult), one.interval, called(one.cover or ""))
            for one in sorted(plan.selfcare, key=lambda one: one.interval)
        ],
        zone,
        out,
        [
            f"{wish_name(snapshot, one.index)}: {why}"
            for one in plan.selfcare
            if (why := why_short(snapshot.selfcare[one.index]))
        ],
    )
    print_lost_wishes(
        [
            (wish_name(snapshot, lost.index), called(lost.adult), lost.reason, lost.offered)
            for lost in lost_wishes(snapshot, plan)
        ],
        out,
    )
    print_side_by_side(
        {adult.id: adult.called for adult in snapshot.adults},
        [(block.adult, block.interval, titles[block.responsibility]) for block in plan.blocks],
        zone,
        out,
        f"day ({snapshot.tz})",
    )
    print_moves(
        [
            (move.chore, called(move.giver) if move.giver else "", called(move.taker), move.reason)
            for move in moved_lines(snapshot, plan)
        ],
        out,
    )
    print_left_out(left_out_lines(snapshot, plan), out)
    levels = ", ".join(f"{level.name} {level.value} (bound {level.bound})" for level in plan.levels)
    trades = (trade_words(titles[trade.first], titles[trade.second]) for trade in plan.trades)
    fair, status = str(plan.certificate["sentence"]), f"Status: {plan.status}. {levels}"
    for sentence in (*trades, fair, how_good(plan), status):
        out.print(Text(sentence, style="dim"))
