"""Handing a chore over for good: its owner writes the card, the other takes it whole or leaves it.

Reads and writes: the card, the household's proposals; taking it is `house_rules.confirm`. From then on the
new owner alone changes it, and weeks planned from then on give it to them. Never: a calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.domain.cards import Card
from service.domain.chores import Chore
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.week import Week
from service.flow.house_rules import RuleRefusedError, propose
from service.flow.rule_lines import rule_lines
from service.flow.views import RuleLine
from service.ports import World
from service.words import _

MOST_WORDS = 1000

Stage = Literal["to_write", "waiting", "offered", "taken"]
"""to_write: its reader holds the chore and may hand it over · waiting: they offered it, and the other has not
said yes · offered: the other one offers it · taken: it became its reader's, and the card is still there."""


@dataclass(frozen=True, slots=True)
class CardView:
    stage: Stage
    household: Household
    chore: Chore
    card: Card | None
    line: RuleLine | None


def view(
    world: World, household_id: HouseholdId, reader: PartnerId, chore_id: str, *, anew: bool = False
) -> CardView:
    """The card as `reader` may see it; `anew` to hand on what they took.

    Raises:
        KeyError: it is not on the list.
        RuleRefusedError: it is not theirs to hand over, and nobody hands it over to them.
    """
    household = world.store.households.get(household_id)
    chores = world.store.households.chores(household_id)
    chore = next((one for one in chores if one.id == chore_id), None)
    if chore is None:
        raise KeyError(chore_id)
    card = world.store.cards.get(household_id, chore.id)
    lines = rule_lines(household, chores, reader)
    line = next((one for one in lines if one.id == f"hand_over.{chore.id}"), None)
    if line is not None:
        return CardView("waiting" if line.mine else "offered", household, chore, card, line)
    if card is not None and card.taken and chore.owner == reader != card.giver and not anew:
        return CardView("taken", household, chore, card, None)
    _check(household, chore, reader)
    return CardView("to_write", household, chore, None, None)


def give(
    world: World,
    household_id: HouseholdId,
    reader: PartnerId,
    chore_id: str,
    *,
    know_how: str,
    who_else: str,
    learning: bool,
) -> None:
    """Put the card before the other one.

    Raises:
        KeyError, RuleRefusedError: as `view`, and for words that are too long; nothing was saved.
    """
    household = world.store.households.get(household_id)
    chore = next((one for one in world.store.households.chores(household_id) if one.id == chore_id), None)
    if chore is None:
        raise KeyError(chore_id)
    _check(household, chore, reader)
    if max(len(know_how), len(who_else)) > MOST_WORDS:
        raise RuleRefusedError([_("Keep each answer under %(most)s characters.") % {"most": MOST_WORDS}])
    until = Week.at(world.clock.now(), household.zone).next
    world.store.cards.save(household_id, Card(chore.id, reader, until, know_how, who_else, learning))
    value = {"to": household.other(reader).id, "learning": learning}
    propose(world, household_id, reader, "hand_over", value, about=chore.id)


def _check(household: Household, chore: Chore, reader: PartnerId) -> None:
    if chore.owner != reader:
        raise RuleRefusedError([_("Whoever holds it hands it over.")])
    if len(household.partners) == 1 or chore.mode in ("each", "both"):
        raise RuleRefusedError([_("There is nobody to hand this over to.")])
    if chore.only == (reader,):
        raise RuleRefusedError([_("You alone can do this; settle that first.")])
