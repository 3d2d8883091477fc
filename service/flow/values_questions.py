"""The shared questions about how a home came to be run as it is: one a month, about one chore.

They ask and never judge; each can end in keeping it, swapping it, dropping it or asking less of it.
"""

from __future__ import annotations

from service.words import _


def values_questions() -> tuple[str, ...]:
    """As sentences with `%(chore)s` in them, in the order of the months."""
    return (
        _("%(chore)s: chosen, skilled, or how you grew up? Why does it sit where it sits?"),
        _("Who did %(chore)s in the home you grew up in, and did anybody thank them?"),
        _("If nobody did %(chore)s for a month, what would you miss first?"),
        _("What is the least %(chore)s that you would both call enough?"),
        _("Which part of %(chore)s does nobody see?"),
        _("If you lived alone, how often would %(chore)s happen?"),
        _("When did the two of you last decide how %(chore)s is done?"),
        _("What would a friend who visits think is strange about how you do %(chore)s?"),
        _("Is there a part of %(chore)s that one of you even likes?"),
        _("Whose idea of good is %(chore)s measured by?"),
        _("Could money, a neighbour or a machine take %(chore)s for a while?"),
        _("What does %(chore)s cost the one who has it, besides time?"),
        _("If you swapped %(chore)s for a month, what would each of you learn?"),
        _("Is %(chore)s still for the child you have now, or for the one of half a year ago?"),
        _("What would you like your child to have seen about %(chore)s?"),
        _("When %(chore)s goes wrong, who hears about it?"),
        _("Does whoever has %(chore)s also decide how it is done?"),
        _("What did %(chore)s look like before you were parents?"),
        _("Is there something that %(chore)s keeps one of you from, week after week?"),
        _("If you were both ill, would %(chore)s be among the things that still happen?"),
        _("How would each of you notice that %(chore)s is due, without being told?"),
        _("What would make %(chore)s half as long?"),
        _("Is %(chore)s done for someone who would rather do it for themselves?"),
        _("If you began anew today, who would take %(chore)s?"),
        _("Who worries about %(chore)s while the other does not?"),
    )
