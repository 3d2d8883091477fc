"""*Start*, and what each of the two says of themselves when they come in: the first week is planned from it.

Reads and writes: household, list, answers; the other's invitation goes into the outbox. Never: a calendar;
the next tick, which is woken, plans and writes. It waits for nobody: the other's answer and time of their
own join the week when they come.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.checkin import Answer
from service.domain.chores import Chore, ChoreId
from service.domain.household import Consent, Household, HouseholdId, PartnerId, SelfCareWish
from service.domain.week import Week, WeeklyWindow
from service.flow.after_close import knows_less
from service.flow.answers import AnswerRefusedError, Asides, Said, checked
from service.flow.check_in import closing_time
from service.flow.check_in_views import Offers
from service.flow.invitation import invite
from service.flow.set_up import NOBODY_YET, SetUpOverError, SetUpRefusedError, bundle_lines, holders_of
from service.ports import StoredPlan, World
from service.starter import shared_out
from service.words import _

LONGEST_NAME = 60
LEAST_MINUTES, MOST_MINUTES = 15, 12 * 60
EVENINGS = (WeeklyWindow(tuple(range(5)), 19 * 60, 21 * 60 + 30),)
CONSENTS: tuple[Consent, ...] = ("stretch", "pact")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What somebody says of themselves, as typed; windows are read already, and `unread` says, in sentences,
    what of them could not be. No `wish`: none for now."""

    wish: str = ""
    minutes: str = "90"
    windows: tuple[WeeklyWindow, ...] = EVENINGS
    state: str = ""
    away_from: str = ""
    away_until: str = ""
    consents: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def suggested() -> OwnWords:
    """A sensible start for time of one's own, to be changed or taken away."""
    return OwnWords(wish=_("An evening to myself"))


def asked_weeks(household: Household, now: datetime) -> tuple[Week, ...]:
    """The weeks that “how are you?” is about now: the running one, and on its Sunday the next as well."""
    running = Week.at(now, household.zone)
    is_sunday = now.astimezone(household.zone).date() == running.days[6]
    return (running, running.next) if is_sunday else (running,)


def problems_of(words: OwnWords, household: Household, partner: PartnerId, now: datetime) -> list[str]:
    """Everything that keeps these words from being taken, as sentences."""
    problems = _wish_problems(words)
    try:
        _answers(words, household, partner, now)
    except AnswerRefusedError as refused:
        problems += refused.problems
    return problems


def start(world: World, household_id: HouseholdId, partner: PartnerId, words: OwnWords, run_by: str) -> None:
    """Leave set-up: the list, the first answer, the other's invitation; the next tick plans the first week.
    `run_by` names who runs the machine.

    May be pressed again after a stop in between; it ends in the same place.

    Raises:
        SetUpRefusedError: with every problem; nothing was saved.
        SetUpOverError: the home has started.
    """
    now, households = world.clock.now(), world.store.households
    household = households.get(household_id)
    if not household.in_set_up:
        raise SetUpOverError
    problems = problems_of(words, household, partner, now)
    if not run_by or len(run_by) > LONGEST_NAME:
        problems.append(_("Say who runs this machine, in a word or two."))
    if problems:
        raise SetUpRefusedError(problems)
    today = now.astimezone(household.zone).date()
    lines = bundle_lines(household, today, household.holders)
    first, second = (each.id for each in household.partners)
    holders = holders_of(household, lines)
    _put_list(world, household_id, shared_out([line.bundle for line in lines], holders, (first, second)))
    _save_answers(world, household, _answers(words, household, partner, now), now)

    def started(stands: Household) -> Household:
        if not stands.in_set_up:  # pressed twice at once
            raise SetUpOverError
        declined = [c.id for line in lines if line.bundle.id not in holders for c in line.bundle.chores]
        return replace(
            _with_own(stands, partner, words),
            in_set_up=False,
            set_up_on=today,
            run_by=run_by,
            declined=tuple(declined),
            holders={},
        )

    household = households.edit(household_id, started)
    invite(world, household, household.partner(partner), household.other(partner), now)
    world.store.links.revoke(household_id, NOBODY_YET)
    world.store.due.wake(household_id, at=now)


def join(world: World, household_id: HouseholdId, partner: PartnerId, words: OwnWords) -> Household:
    """The other one comes in, once: their own time, how they are, what they agree to. The next tick plans a
    first week that is still running anew. Sent again, on an old page, it changes nothing.

    Raises:
        SetUpRefusedError: with every problem; nothing was saved.
    """
    now = world.clock.now()
    household = world.store.households.get(household_id)
    if has_joined(household, partner):
        return household
    asks = is_first_week(household, now)
    problems = problems_of(words, household, partner, now) if asks else _wish_problems(words)
    if problems:
        raise SetUpRefusedError(problems)
    household = world.store.households.edit(household_id, lambda stands: _with_own(stands, partner, words))
    if asks:
        _save_answers(world, household, _answers(words, household, partner, now), now)
        _close_if_all_said(world, household, now)
    world.store.due.wake(household_id, at=now)
    return household


def is_first_week(household: Household, now: datetime) -> bool:
    """Whether the week in which this home started is still running."""
    return household.set_up_on in Week.at(now, household.zone).days


def is_behind(world: World, household: Household, week: Week, published: StoredPlan | None) -> bool:
    """Whether somebody has come in since the first week was planned. It has no *Agree* to wait for."""
    check_in = world.store.check_ins.get(household.id, week)
    if published is None or check_in is None or household.set_up_on not in week.days:
        return False
    return knows_less(published, check_in)


def has_joined(household: Household, partner: PartnerId) -> bool:
    """Whether that person has said something of themselves, or begun in a file, which says it for them."""
    return household.set_up_on is None or partner in household.joined


def _wish_problems(words: OwnWords) -> list[str]:
    if not words.wish:
        return []
    problems = list(words.unread)
    if len(words.wish) > LONGEST_NAME or "\n" in words.wish:
        problems.append(_("Name your own time in a few words."))
    minutes = _minutes(words)
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        problems.append(_("Say how many minutes it takes, from 15 to 720."))
    elif not words.unread and not any(
        window.end_minute - window.start_minute >= minutes for window in words.windows
    ):
        problems.append(_("Give your own time hours that it fits into."))
    return problems


def _minutes(words: OwnWords) -> int:
    return int(words.minutes) if re.fullmatch(r"[0-9]{1,4}", words.minutes) else 0


def _with_own(household: Household, partner: PartnerId, words: OwnWords) -> Household:
    wish = SelfCareWish(
        words.wish,
        _minutes(words),
        per_week=1,
        windows=words.windows,
        needs_cover=bool(household.children_born),
    )
    consents = frozenset(consent for consent in CONSENTS if consent in words.consents)
    return replace(
        household,
        joined=(*(who for who in household.joined if who != partner), partner),
        partners=tuple(
            replace(each, self_care=(wish,) if words.wish else (), consents=consents)
            if each.id == partner
            else each
            for each in household.partners
        ),
    )


def _answers(
    words: OwnWords, household: Household, partner: PartnerId, now: datetime
) -> Mapping[Week, Answer]:
    """The answer for each week that is asked about; somebody away in the next alone is here in this one.

    Raises:
        AnswerRefusedError: with every problem.
    """
    said = Said(words.state, asides=Asides(away_from=words.away_from, away_until=words.away_until))
    *before, last = asked_weeks(household, now)
    answer = checked(said, Offers(), partner, last, source="page", now=now)
    found = {last: answer}
    for week in before:
        elsewhere = answer.days_away is not None and not answer.days_away.of_week(week)
        found[week] = replace(answer, state="fine", days_away=None) if elsewhere else answer
    return found


def _save_answers(world: World, household: Household, answers: Mapping[Week, Answer], now: datetime) -> None:
    for week, answer in answers.items():
        closes_at = closing_time(household, week, now)
        world.store.check_ins.open(household.id, week, opened_at=now, closes_at=closes_at)
        world.store.check_ins.answer(household.id, week, answer)


def _close_if_all_said(world: World, household: Household, now: datetime) -> None:
    """The first week is nothing to agree on: it stands as soon as both have said how they are."""
    running = Week.at(now, household.zone)
    check_in = world.store.check_ins.get(household.id, running)
    if check_in is not None and check_in.revealed([each.id for each in household.partners]):
        world.store.check_ins.close(household.id, running, closed_at=now)


def _put_list(world: World, household_id: HouseholdId, chores: Sequence[Chore]) -> None:
    """Make the list these chores, also where an earlier *Start* was stopped after another list."""
    households, wanted = world.store.households, {chore.id: chore for chore in chores}
    if households.seed_chores(household_id, chores):
        return
    there: set[ChoreId] = set()
    for chore in households.retired_chores(household_id):
        if chore.id in wanted:
            households.retire_chore(household_id, chore.id, retired=False)
    for chore in households.chores(household_id):
        there.add(chore.id)
        if chore.id in wanted:
            households.edit_chore(household_id, chore.id, lambda _stands, new=wanted[chore.id]: new)  # type: ignore[misc]
        else:
            households.retire_chore(household_id, chore.id)
    households.add_chores(household_id, [chore for chore in chores if chore.id not in there])
