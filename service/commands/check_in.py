"""`check-in`: the weekly question without a browser. What is given here is marked as from the console."""

from __future__ import annotations

import argparse

from service.cli import CommandError
from service.commands.house import House, open_house
from service.commands.week_on_paper import print_week
from service.domain.checkin import STATE_WORDS
from service.domain.week import Week
from service.flow.answers import AnswerRefusedError, hand_over_choices
from service.flow.check_in import (
    CheckInClosedError,
    agree,
    answer,
    open_check_in,
    view,
    week_in_question,
)
from service.flow.check_in_views import CheckInView


def run(arguments: argparse.Namespace) -> int:
    with open_house(arguments.config) as house:
        week = _week(house)
        try:
            _VERBS[arguments.verb](house, week, arguments)
        except AnswerRefusedError as error:
            raise CommandError("\n".join([*error.problems, *_choices(house, arguments)]), code=2) from error
        except CheckInClosedError as error:
            check_in = house.store.check_ins.get(house.household.id, week)
            next_step = "" if check_in else " “check-in open” opens one."
            raise CommandError(f"{week}: {error}{next_step}") from error
    return 0


def _open(house: House, week: Week, _arguments: argparse.Namespace) -> None:
    open_check_in(house.world, house.household.id, week)
    print(f"The check-in for {week} is open until {_closes(house, week)}.")
    print("The next sync mails the question, outside quiet hours.")


def _status(house: House, week: Week, _arguments: argparse.Namespace) -> None:
    _print(house, view(house.world, house.household.id, house.household.partners[0].id, week))


def _answer(house: House, week: Week, arguments: argparse.Namespace) -> None:
    partner = house.partner(arguments.partner)
    open_check_in(house.world, house.household.id, week)
    answer(
        house.world,
        house.household.id,
        partner.id,
        week,
        state=arguments.state,
        hand_overs=arguments.hand_over,
        source="console",
    )
    asked = house.store.check_ins.get(house.household.id, week)
    if asked and any(one.partner == partner.id for one in asked.late):
        print(f"{partner.name}'s answer for {week} is in; what is still ahead of it follows.")
    else:
        print(f"{partner.name}'s answer for {week} is in; it can be changed until {_closes(house, week)}.")
    _print(house, view(house.world, house.household.id, partner.id, week))


def _agree(house: House, week: Week, arguments: argparse.Namespace) -> None:
    partner = house.partner(arguments.partner)
    if agree(house.world, house.household.id, partner.id, week, source="console"):
        print(f"{week} is agreed; the next sync writes it into your calendars.")
    else:
        print(f"{partner.name} agrees to {week}; it waits for the other one, or for {_closes(house, week)}.")


def _choices(house: House, arguments: argparse.Namespace) -> list[str]:
    """What the page would show as boxes to tick."""
    if arguments.state != "weeds":
        return []
    chores = house.world.store.households.chores(house.household.id)
    own = ", ".join(chore for chore, _ in hand_over_choices(chores, house.partner(arguments.partner).id))
    return [f"There are: {own}." if own else "There is nothing to hand over."]


_VERBS = {"open": _open, "status": _status, "answer": _answer, "agree": _agree}


def _week(house: House) -> Week:
    """The week of the check-in that is open; without one, the week that one opened now would be about."""
    now, household = house.world.clock.now(), house.household
    running = Week.at(now, household.zone)
    for week in (running.next, running):
        check_in = house.store.check_ins.get(household.id, week)
        if check_in and check_in.closed_at is None and now < check_in.closes_at:
            return week
    return week_in_question(household, now)


def _closes(house: House, week: Week) -> str:
    check_in = house.store.check_ins.get(house.household.id, week)
    return f"{check_in.closes_at.astimezone(house.household.zone):%a %H:%M}" if check_in else "its end"


def _print(house: House, shown: CheckInView) -> None:
    """Sealed answers stay sealed here too: not even who has given one is said before the reveal."""
    if not shown.answers:
        print("Both answers are shown once both are in.")
        return
    for partner, given in shown.answers.items():
        print(f"{house.household.name_of(partner)}: {STATE_WORDS[given.state]}")
    for partner in shown.agreements:
        print(f"{house.household.name_of(partner)} agrees.")
    if shown.proposal:
        print_week(shown.proposal, house.household)
