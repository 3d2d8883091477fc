"""`sync` and `snapshot`: one tick by hand, and the planner's input as a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from service.commands.house import House, open_house, week_named
from service.commands.plan import print_json
from service.domain.household import HouseholdId
from service.flow.plan_week import snapshot_json
from service.flow.read_calendars import waits_for_a_look
from service.flow.tick_report import PartnerReport, TickReport
from service.flow.turn import LEASE
from service.flow.week import tick
from service.jobs import DueWork, process_name
from service.log import configure_logging
from service.wiring import mail_delivery


def sync(arguments: argparse.Namespace) -> int:
    """What went well on stdout; each problem on stderr with its next step, and then exit code 1."""
    configure_logging()
    with open_house(arguments.config) as house:
        confirmed = frozenset(house.partner(name).id for name in arguments.confirm)
        reports: list[TickReport] = []
        house.store.due.wake(house.household.id, at=house.world.clock.now())  # asked for by hand

        def run(household: HouseholdId) -> datetime:
            by_hand = household == house.household.id  # that person may just have put right what was wrong
            own = confirmed if by_hand else frozenset()
            reports.append(tick(house.world, household, at_once=by_hand, confirmed=own))
            return reports[-1].next_due_at

        work = DueWork(house.world, run, owner=process_name())
        work.run_all_due()
        work.stop()
        mail_delivery(house.config, house.world)()
        failed = dict(house.store.due.problems())
        if house.household.id not in failed and not any(r.household == house.household.id for r in reports):
            failed[house.household.id] = (
                "another process has this household's turn, or died with it; nothing was done. "
                f"Try again, {LEASE.seconds // 60} minutes later at the latest."
            )
        if arguments.json:
            print_json({"households": [_as_json(report) for report in reports], "failed": failed})
        else:
            _print(house, reports)
        problems = [*_problems(house, reports), *(f"{name}: {said}" for name, said in failed.items())]
        sys.stdout.flush()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def snapshot(arguments: argparse.Namespace) -> int:
    with open_house(arguments.config) as house:
        print_json(snapshot_json(house.world, house.household.id, week_named(arguments.week, house)))
    return 0


def _as_json(report: TickReport) -> dict[str, Any]:
    return {
        "household": report.household,
        "partners": {partner: _partner_as_json(mine) for partner, mine in report.partners.items()},
        "opened": [str(week) for week in report.opened],
        "closed": [str(week) for week in report.closed],
        "planned": [str(week) for week in report.planned],
        "mails": report.mails,
        "next_due_at": report.next_due_at.isoformat(),
    }


def _partner_as_json(mine: PartnerReport) -> dict[str, Any]:
    return {
        "calendars": mine.read.calendars if mine.read else 0,
        "busy_intervals": len(mine.read.busy) if mine.read else 0,
        "skipped_events": len(mine.read.skipped) if mine.read else 0,
        "feeds": {"fine": mine.feeds.fine, "problems": list(mine.feeds.problems)},
        "written": asdict(mine.written),
        "requests": mine.requests,
        "writes": mine.writes,
        "problem": mine.problem,
    }


def _print(house: House, reports: list[TickReport]) -> None:
    for report in reports:
        household = house.store.households.get(report.household)
        for partner, mine in report.partners.items():
            print(f"{household.name}, {household.name_of(partner)}: {_sentence(mine)}")
        for verb, weeks in (("opened", report.opened), ("closed", report.closed)):
            if weeks:
                print(f"{household.name}: check-in {verb} for {', '.join(map(str, weeks))}")
        if report.planned:
            print(f"{household.name}: planned {', '.join(map(str, report.planned))}")
        if report.mails:
            print(f"{household.name}: {_counted(report.mails, 'mail')} on the way")


def _problems(house: House, reports: list[TickReport]) -> Iterator[str]:
    for report in reports:
        household = house.store.households.get(report.household)
        for why in report.unplanned:
            yield f"{household.name}: a week could not be planned and stays as it was; please report: {why}"
        for partner, mine in report.partners.items():
            if mine.problem:
                waits = waits_for_a_look(mine.problem)
                step = f" If it is right: sync --once --confirm {partner}" if waits else ""
                yield f"{household.name}, {household.name_of(partner)}: {mine.problem}{step}"


def _sentence(mine: PartnerReport) -> str:
    return " ".join([_calendar_sentence(mine), *mine.feeds.problems])


def _calendar_sentence(mine: PartnerReport) -> str:
    if mine.problem and not mine.read:
        return "calendar not read, nothing written"
    if not mine.read:
        return "busy time from feeds only" if mine.feeds.fine else "no calendar connected yet"
    written = mine.written
    changes = f"{written.created} created, {written.replaced} replaced, {written.deleted} deleted"
    read = f"{_counted(mine.read.calendars, 'calendar')} read"
    return f"{read}; entries: {changes if written.total else 'no change'}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
