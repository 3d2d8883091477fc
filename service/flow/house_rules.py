"""What holds for both: either proposes, the other says yes or lets it be, and only a yes puts it in force.

Reads and writes: the household and its chores. A week that both have agreed to stands; one that is still
being talked about is planned anew. Never: a calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain.cards import LEARNING_WEEKS
from service.domain.chores import Chore
from service.domain.household import Household, HouseholdId, PartnerId, RuleChange, RuleKind
from service.domain.week import Week
from service.flow.check_in import CheckInClosedError, open_check_in, open_one, week_in_question
from service.flow.plan_week import propose as plan_proposal
from service.flow.rule_kinds import KINDS, OF_BOTH, Standing, Value
from service.flow.rule_lines import changes_something, rule_lines, standing_of
from service.flow.views import RuleLine
from service.ports import World
from service.words import _


class RuleRefusedError(ValueError):
    """What was asked cannot be; `problems` says all of why, and nothing was saved."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class RulesView:
    """What holds for both, in words, and what is proposed: what waits for the reader's yes comes first."""

    household: Household
    standing: tuple[tuple[RuleKind, tuple[str, ...]], ...]
    proposed: tuple[RuleLine, ...]


def view(world: World, household_id: HouseholdId, reader: PartnerId) -> RulesView:
    household = world.store.households.get(household_id)
    at = Standing(household)
    return RulesView(
        household=household,
        standing=tuple((kind, KINDS[kind].words(at, KINDS[kind].now(at))) for kind in OF_BOTH),
        proposed=rule_lines(household, world.store.households.chores(household_id), reader),
    )


def propose(
    world: World, household_id: HouseholdId, by: PartnerId, kind: RuleKind, value: Value, *, about: str = ""
) -> None:
    """Put a change before the other one; a newer one of its kind takes the place of the older.

    Who lives alone says yes to themselves.

    Raises:
        KeyError: `about` is no chore of the list.
        RuleRefusedError: it would change nothing.
    """
    household = world.store.households.get(household_id)
    chores = world.store.households.chores(household_id)
    change = RuleChange(kind, about, household.partner(by).id, world.clock.now(), value)
    at = standing_of(change, household, chores)
    if at is None:
        raise KeyError(about)
    if not changes_something(at, change):
        raise RuleRefusedError([_("That is how it is already.")])
    if len(household.partners) == 1:
        _put_in_force(world, household_id, change)
        return

    def with_it(now: Household) -> Household:
        kept = [
            one
            for one in now.pending
            if one.id != change.id
            and (stands := standing_of(one, now, chores)) is not None
            and changes_something(stands, one)
        ]
        return replace(now, pending=(*kept, change))

    world.store.households.edit(household_id, with_it)


def confirm(
    world: World, household_id: HouseholdId, reader: PartnerId, change_id: str, *, seen_at: str
) -> None:
    """The other one's yes: it holds from now on.

    Raises:
        RuleRefusedError: it is not proposed any more, is another one by now, or is the reader's own.
    """
    change = _found(world, household_id, change_id, seen_at)
    if change.by == reader:
        raise RuleRefusedError([_("This waits for the other one's yes.")])
    _put_in_force(world, household_id, change)
    if change.kind == "hand_over":
        _keep_card(world, household_id, change.about)
    if change.kind == "moments":
        _ask_what_was_missed(world, household_id)
    _plan_anew(world, household_id)


def withdraw(world: World, household_id: HouseholdId, change_id: str, *, seen_at: str) -> None:
    """Let it be, or take it back: either of the two may. Raises RuleRefusedError as `confirm`."""
    _drop(world, household_id, _found(world, household_id, change_id, seen_at))


def propose_anew(world: World, household_id: HouseholdId, chore: str) -> None:
    """What is proposed about a chore that has changed since is to be read once more before a yes."""
    now = world.clock.now()

    def renewed(stands: Household) -> Household:
        pending = (replace(one, proposed_at=now) if one.about == chore else one for one in stands.pending)
        return replace(stands, pending=tuple(pending))

    world.store.households.edit(household_id, renewed)


def forget_about(
    world: World, household_id: HouseholdId, chore: str, *, kind: RuleKind | None = None
) -> None:
    """What was proposed about a chore that has left the list is not asked any more, also once it is back."""
    for change in world.store.households.get(household_id).pending:
        if change.about == chore and kind in (None, change.kind):
            _drop(world, household_id, change)


def _found(world: World, household_id: HouseholdId, change_id: str, seen_at: str) -> RuleChange:
    household = world.store.households.get(household_id)
    chores = world.store.households.chores(household_id)
    for change in household.pending:
        seen = change.id == change_id and change.proposed_at.isoformat() == seen_at
        if seen and standing_of(change, household, chores):
            return change
    raise RuleRefusedError([_("That is not proposed any more, or is another one by now.")])


def _put_in_force(world: World, household_id: HouseholdId, change: RuleChange) -> None:
    """Laid upon what stands, then forgotten; a stop between the two leaves a change of nothing."""
    households, kind = world.store.households, KINDS[change.kind]
    household = households.get(household_id)

    def of_one(now: Chore) -> Chore:
        return kind.laid_upon(Standing(household, now), change.value).the_chore

    def of_both(now: Household) -> Household:
        return kind.laid_upon(Standing(now), change.value).household

    if change.about:
        for chore in households.chores(household_id):
            if chore.id == change.about:
                households.edit_chore(household_id, chore.id, of_one)
    else:
        households.edit(household_id, of_both)
    _forget(world, household_id, change)


def _ask_what_was_missed(world: World, household_id: HouseholdId) -> None:
    """Where this week's close has passed by the new moments, and nobody was asked by the old ones, the coming
    week is asked about now."""
    household, now = world.store.households.get(household_id), world.clock.now()
    running = Week.at(now, household.zone)
    closed = now >= household.check_in.closes.in_week(running, household.zone)
    if closed and world.store.check_ins.get(household_id, running.next) is None:
        open_check_in(world, household_id, running.next)


def _keep_card(world: World, household_id: HouseholdId, chore: str) -> None:
    """Taken, its words stay for the week it comes into force, or for as long as it is learnt."""
    card = world.store.cards.get(household_id, chore)
    if card:
        until = Week.at(world.clock.now(), world.store.households.get(household_id).zone).next
        for _week in range(LEARNING_WEEKS - 1 if card.learning else 0):
            until = until.next
        world.store.cards.save(household_id, replace(card, taken=True, until=until))


def _drop(world: World, household_id: HouseholdId, change: RuleChange) -> None:
    if change.kind == "hand_over":
        world.store.cards.forget(household_id, change.about)
    _forget(world, household_id, change)


def _forget(world: World, household_id: HouseholdId, change: RuleChange) -> None:
    def without(now: Household) -> Household:
        return replace(now, pending=tuple(one for one in now.pending if one != change))

    world.store.households.edit(household_id, without)


def _plan_anew(world: World, household_id: HouseholdId) -> None:
    """A week that is being talked about follows at once; one that was agreed holds."""
    household = world.store.households.get(household_id)
    partners = [partner.id for partner in household.partners]
    week = week_in_question(household, world.clock.now())
    try:
        asked = open_one(world, household_id, week)
    except CheckInClosedError:
        return
    if asked.revealed(partners) and not asked.agreed(partners):
        plan_proposal(world, household, week)
