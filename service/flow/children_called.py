"""How this home's children are called in a sentence."""

from __future__ import annotations

from datetime import date

from service.domain.household import Household
from service.words import _, ngettext

_BABY_MONTHS = 18


def the_children(household: Household, on: date) -> str:
    """The baby, the child, the children."""
    ages = [(on.year - born.year) * 12 + on.month - born.month for born in household.children_born]
    if len(ages) == 1 and ages[0] < _BABY_MONTHS:
        return _("the baby")
    return ngettext("the child", "the children", max(1, len(ages)))
