"""Where Offplate stops writing until a person has looked: the four cases, and what their yes does.

A case is told apart by the last sentence of the problem that stands with the account. A yes is for that very
problem, counts included; should the next reading find another one, it is asked again.
"""

from __future__ import annotations

from service.domain.household import HouseholdId, PartnerId
from service.ports import World
from service.words import _


def vanished_next() -> str:
    return _("If you removed them, say so in your settings, under Calendars.")


def calendar_gone_next() -> str:
    return _("For a new one with the weeks to come, say so in your settings, under Calendars.")


def out_of_reach_next() -> str:
    return _(
        "For a new one with the weeks to come, say so in your settings, under Calendars; then delete the old "
        "one in your calendar app."
    )


def many_removed_next() -> str:
    return _("Look at your week; if it is right, say so in your settings, under Calendars.")


def what_a_yes_does(problem: str | None) -> str:
    """Exactly what follows from saying that it is right; empty where nobody is asked."""
    said = problem or ""
    if vanished_next() in said:
        return _(
            "They stay gone. Whatever is still to come of them is not written again and not asked about; "
            "the rest of your week goes on."
        )
    if calendar_gone_next() in said:
        return _(
            "Offplate makes a new calendar in your account and writes what is still to come into it. "
            "What you had deleted or done stays so."
        )
    if out_of_reach_next() in said:
        return _(
            "Offplate makes a new calendar in your account and writes what is still to come into it. "
            "The old one stays as it is until you delete it; until then you see everything twice."
        )
    if many_removed_next() in said:
        return _(
            "Exactly these entries are deleted from the calendar that Offplate writes to, and nothing else."
        )
    return ""


def say_it_is_right(world: World, household: HouseholdId, partner: PartnerId, problem: str) -> bool:
    """Keep the yes to that problem; the next run, which comes at once, acts on it.

    False, and nothing kept, where another problem stands by now, or one that a yes does not settle.
    """
    if not what_a_yes_does(problem) or not world.store.accounts.confirm(household, partner, problem):
        return False
    world.store.due.wake(household, at=world.clock.now())
    return True
