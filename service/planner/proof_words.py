"""How good a plan is known to be, in one sentence: for the page's fold, the mail, `plan` and the demo."""

from __future__ import annotations

from service.domain.plan import Plan
from service.words import _, ngettext


def how_good(plan: Plan) -> str:
    """What is proven of the plan; of one that a limit stopped, how much better another could be at most."""
    if plan.status == "proven":
        return _(
            "Who does what is the best there is by the order you agreed on, and so are the times for it; "
            "both are proven."
        )
    if plan.status == "mended":
        return _("The week that you agreed on, mended around what came up with the fewest moves.")
    if plan.status == "greedy":
        return _("A quick plan that keeps every rule; it was not searched for the best one.")
    level = next(level for level in plan.levels if level.bound < level.value)
    return _("The best plan found in the time there was: %(better)s.") % {
        "better": _better(level.name, level.value - level.bound)
    }


def _better(level: str, most: int) -> str:
    """*at most 40 minutes nearer to the agreed share*: the first level that is not proven."""
    said = {
        "essential": ngettext(
            "at most %(most)s minute more of what must happen could find a place",
            "at most %(most)s minutes more of what must happen could find a place",
            most,
        ),
        "spared": ngettext(
            "at most %(most)s minute more of what must happen could go to who has more room",
            "at most %(most)s minutes more of what must happen could go to who has more room",
            most,
        ),
        "sleep": _("the nights could change hands a little better"),
        "overload": ngettext(
            "at most %(most)s minute less above your limits is possible",
            "at most %(most)s minutes less above your limits is possible",
            most,
        ),
        "moved": ngettext(
            "at most %(most)s block more could stay where it was",
            "at most %(most)s blocks more could stay where they were",
            most,
        ),
        "unfair": ngettext(
            "at most %(most)s minute nearer to the agreed share is possible",
            "at most %(most)s minutes nearer to the agreed share is possible",
            most,
        ),
        "burden": ngettext(
            "by likings and changes of hands, at most %(most)s minute better is possible",
            "by likings and changes of hands, at most %(most)s minutes better is possible",
            most,
        ),
        "deviation": _("the blocks could lie nearer to their usual times, by at most %(hours)s hours in all"),
    }
    left_out = ngettext(
        "at most %(most)s minute less would have to be left out",
        "at most %(most)s minutes less would have to be left out",
        most,
    )
    return said.get(level, left_out) % {"most": most, "hours": f"{most / 4:g}"}


def trade_words(first: str, second: str) -> str:
    """A swap on offer, of two chores by their titles."""
    said = _("Swapping “%(first)s” and “%(second)s” would leave each of you with what you mind less.")
    return said % {"first": first, "second": second}


def envy_words(level: str, by: int) -> str:
    """What a split that leaves nobody with more than their part would cost: the first level to suffer."""
    said = {
        "essential": ngettext(
            "An evener split would leave %(by)s minute of what must happen without a place.",
            "An evener split would leave %(by)s minutes of what must happen without a place.",
            by,
        ),
        "overload": ngettext(
            "An evener split would go %(by)s minute above your limits.",
            "An evener split would go %(by)s minutes above your limits.",
            by,
        ),
        "spared": _("An evener split would give more of what must happen to who has the least room."),
        "moved": _("An evener split would move more of the week."),
        "sleep": _("An evener split would break more of the nights."),
        "unfair": ngettext(
            "A split evener in what each likes would be %(by)s minute further from the agreed share.",
            "A split evener in what each likes would be %(by)s minutes further from the agreed share.",
            by,
        ),
        "burden": _("An evener split would change more hands, or go more against what each of you likes."),
        "hours": _("An evener split does not fit the hours of the week."),
    }
    left_out = ngettext(
        "An evener split would leave out %(by)s minute more.",
        "An evener split would leave out %(by)s minutes more.",
        by,
    )
    return said.get(level, left_out) % {"by": by}
