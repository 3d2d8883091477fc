"""The card that goes with a chore that is handed over whole: what its next owner has to know."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.chores import ChoreId
from service.domain.household import PartnerId
from service.domain.week import Week

LEARNING_WEEKS = 4
"""How long somebody who is not yet able has the card, and the giver's answers."""


@dataclass(frozen=True, slots=True)
class Card:
    """In the giver's words, for the two of them; forgotten when `until` is over.

    `know_how` is what one has to know, `who_else` who else knows it. `learning`: the taker learns it for
    four weeks. `taken`: it is theirs by now.
    """

    chore: ChoreId
    giver: PartnerId
    until: Week
    know_how: str = ""
    who_else: str = ""
    learning: bool = False
    taken: bool = False
