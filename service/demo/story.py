"""`demo --once`: one weekly round told on the terminal, everything in it real but the clock.

Read, plan, write, ask, answer, agree, write again, and a second sync that has nothing to do. What
stands on the server is counted by another client; a count that differs from the plan ends the story.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.cli import CommandError
from service.clock import FixedClock
from service.demo.house import DemoHouse, Places, running_house
from service.demo.household import ZONE
from service.demo.telling import Telling
from service.domain.interval import clipped
from service.domain.week import Week
from service.flow import check_in
from service.flow.plan_week import stored_snapshot
from service.flow.tick_report import TickReport
from service.flow.views import WeekView
from service.flow.wanted_entries import desired_entries
from service.flow.week import tick
from service.flow.week_view import week_view
from service.planner import verify
from service.ports import PlanStage, StoredPlan
from service.wiring import mail_delivery

A_SUNDAY_EVENING = datetime(2026, 11, 29, 19, 0, tzinfo=ZONE)
ANSWERS = (("ana", "blown"), ("ben", "fine"))


def tell_story(*, seed: int, now: datetime, json_file: Path | None, telling: Telling) -> None:
    """Play the round from `now` on and tell it; the facts go to `json_file` as well.

    Raises:
        CommandError: a part failed, or what stands on the server is not what the plan says.
    """
    week = _week_of_story(now)
    if json_file is not None and not json_file.absolute().parent.is_dir():
        raise CommandError(f"{json_file} cannot be written: there is no such folder.", code=2)
    with (
        tempfile.TemporaryDirectory(prefix="offplate-demo-") as folder,
        running_house(Path(folder), Places(), clock=FixedClock(now), week=week, seed_number=seed) as house,
    ):
        facts = _Story(house, week, telling).play()
    if json_file is not None:
        text = json.dumps({"seed": seed, "now": now.isoformat(), **facts}, indent=2, ensure_ascii=False)
        try:
            json_file.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{json_file} cannot be written: {error.strerror}.") from error
        telling.written_to(json_file)


def story_time(text: str | None) -> datetime:
    """The story's clock from `--now`; a time without an offset is one in the household's zone.

    Raises:
        CommandError: 2 when it is no instant.
    """
    if text is None:
        return A_SUNDAY_EVENING
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is not an instant; write it like 2026-11-29T19:00.", code=2) from error
    return found.replace(tzinfo=ZONE) if found.tzinfo is None else found.astimezone(ZONE)


def _week_of_story(now: datetime) -> Week:
    running = Week.at(now.astimezone(UTC), ZONE)
    return running.next if now.weekday() == 6 else running


class _Story:
    """The round, step by step. Each step does something real, tells it, and returns its facts."""

    def __init__(self, house: DemoHouse, week: Week, telling: Telling) -> None:
        self._house = house
        self._week = week
        self._telling = telling
        self._home = house.household
        self._within = week.interval(self._home.zone)

    def play(self) -> dict[str, Any]:
        house, telling = self._house, self._telling
        telling.begin(self._home, house.world.clock.now(), self._week)
        theirs = house.fingerprint_of_theirs()
        first = self._tick()
        read = self._read(first)
        before = self._plan("published")
        telling.first_plan(self._view(before), before)
        first_count = self._counted(first)
        house.ask(self._week)
        asked = self._mails("The question, by mail")
        after = self._answers()
        self._agree()
        second = self._tick()
        second_count = self._counted(second)
        told = self._mails("And by mail, each their own")
        again = self._tick()
        self._check(
            house.fingerprint_of_theirs() == theirs, "Something changed in a calendar that is not ours."
        )
        telling.end(after.plan, traffic := _traffic(again))
        return {
            "week": str(self._week),
            "read": read,
            "snapshot_before": dict(before.snapshot),
            "plan_before": before.plan.to_json(),
            "snapshot_after": dict(after.snapshot),
            "plan_after": after.plan.to_json(),
            "moves": after.plan.to_json()["moves"],
            "written_first": _written(first),
            "written": _written(second),
            "on_server": {"first": first_count, "after": second_count},
            "mails": [*asked, *told],
            "second_sync": traffic,
        }

    def _tick(self) -> TickReport:
        with self._telling.busy():
            report = tick(self._house.world, self._home.id)
        for partner in report.partners.values():
            if partner.problem:
                raise CommandError(partner.problem)
        return report

    def _read(self, report: TickReport) -> dict[str, dict[str, float]]:
        facts: dict[str, dict[str, float]] = {}
        for partner, mine in report.partners.items():
            if mine.read is None:
                raise CommandError(f"The calendars of {self._home.name_of(partner)} were not read.")
            busy = clipped(mine.read.busy, self._within)
            hours = sum(interval.minutes for interval in busy) / 60
            facts[partner] = {
                "calendars": mine.read.calendars,
                "busy_intervals": len(busy),
                "busy_hours": round(hours, 2),
            }
        self._telling.read(facts)
        return facts

    def _plan(self, stage: PlanStage) -> StoredPlan:
        stored = self._house.store.plans.get(self._home.id, self._week, stage)
        if stored is None:
            raise CommandError(f"No plan was made for {self._week}.")
        violations = verify(stored_snapshot(stored), stored.plan)
        self._check(not violations, "; ".join(violation.sentence for violation in violations))
        return stored

    def _counted(self, report: TickReport) -> dict[str, int]:
        """What stands on the server, which must be what the plan says."""
        house = self._house
        counted = house.entries_on_server(self._within)
        for partner in self._home.partners:
            wanted = desired_entries(house.world, self._home, partner, house.world.clock.now())[self._week]
            self._check(
                counted[partner.id] == len(wanted),
                f"{partner.name} has {counted[partner.id]} entries on the server, the plan {len(wanted)}.",
            )
        self._telling.entries(_written(report), counted)
        return counted

    def _mails(self, heading: str) -> list[dict[str, str]]:
        """Send what waits; what has arrived since the last time."""
        house = self._house
        before = len(house.mailbox.mails())
        mail_delivery(house.config, house.world, at_any_hour=True)()
        arrived = [{"to": mail.recipient, "subject": mail.subject} for mail in house.mailbox.mails()[before:]]
        self._telling.mails(heading, arrived)
        return arrived

    def _answers(self) -> StoredPlan:
        world, telling = self._house.world, self._telling
        telling.answers(dict(ANSWERS))
        with telling.busy():
            for partner, state in ANSWERS:
                check_in.answer(world, self._home.id, self._home.partner(partner).id, self._week, state=state)
        after = self._plan("proposed")
        telling.proposal(self._view(after), after)
        return after

    def _agree(self) -> None:
        for partner in self._home.partners:
            check_in.agree(self._house.world, self._home.id, partner.id, self._week)
        self._telling.agreed()

    def _view(self, stored: StoredPlan) -> WeekView:
        chores = self._house.store.households.chores(self._home.id)
        return week_view(self._home, self._week, stored, chores=chores)

    def _check(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise CommandError(otherwise)


def _written(report: TickReport) -> dict[str, dict[str, int]]:
    return {str(partner): asdict(mine.written) for partner, mine in report.partners.items()}


def _traffic(report: TickReport) -> dict[str, int]:
    return {
        "requests": sum(mine.requests for mine in report.partners.values()),
        "writes": sum(mine.writes for mine in report.partners.values()),
    }
