"""How good a plan is known to be, in one sentence: for the page's fold, the mail, `plan` and the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    if plan.status == "adjusted":
        return _("The week as you both saw it, with what you changed; the rest was not searched anew.")
    if plan.status == "greedy":
        return _("A quick plan that keeps every rule; it was not searched for the best one.")
    said = [_of_the_rest(plan)]
    if plan.solver.get("own_time"):
        said.append(_("With so many times of your own not every way was tried: they are the best found."))
    return " ".join(said)


def _of_the_rest(plan: Plan) -> str:
    """What is known of the chores, the times for oneself being as they are."""
    level = next((level for level in plan.levels if level.bound < level.value), None)
    if level is None:
        return _("Around your own times, who does what and when is the best there is; that is proven.")
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


def fairness_words(
    shares: Mapping[str, int], minutes: Mapping[str, int], gap: int, lighter: Sequence[tuple[str, str, str]]
) -> str:
    """The agreed share in percent and the minutes, by name, and how far off they are; then for each of
    `lighter` (a chore, whose it is, the other one) what that one carries without it."""
    each = ", ".join(
        _("%(name)s %(minutes)s min") % {"name": name, "minutes": f"{load:,}"}
        for name, load in minutes.items()
    )
    said = _("Agreed share %(share)s. %(minutes)s; %(gap)s min off.") % {
        "share": ":".join(str(share) for share in shares.values()), "minutes": each, "gap": gap,
    }  # fmt: skip
    without = _('Without "%(chore)s" %(name)s carries no more, for the agreed share, than %(other)s.')
    return " ".join(
        [said, *(without % {"chore": chore, "name": who, "other": other} for chore, who, other in lighter)]
    )


def envy_words(level: str, by: int) -> str:
    """What a split that leaves nobody with more than their part would cost at best."""
    said = {
        "spared": _("An evener split would at best give more of what must happen to who has the least room."),
        "overload": ngettext(
            "An evener split would at best pass your limits by %(by)s minute more.",
            "An evener split would at best pass your limits by %(by)s minutes more.",
            by,
        ),
        "moved": _("An evener split would at best move more of the week."),
        "unfair": ngettext(
            "A split evener in what each likes would at best be %(by)s minute further off the agreed share.",
            "A split evener in what each likes would at best be %(by)s minutes further off the agreed share.",
            by,
        ),
        "sleep": _("An evener split would at best break more of the nights."),
        "burden": _(
            "An evener split would at best change more hands, or go more against what each of you likes."
        ),
        "hours": _("No evener split of the same work fits this week."),
        "none": _(
            "By the minutes an evener split would cost nothing more; the hours fit at least as well this way."
        ),
    }
    return said[level] % {"by": by}
