"""What the check-in shows: one template for each stage, from one view value.

Nothing here decides what somebody may see; the view was made for its reader alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from starlette.responses import Response

from service.dates import days_of_week
from service.domain.checkin import MOST_HAND_OVERS, DayPart, State, Wish
from service.domain.chores import ChoreId
from service.flow.answers import MOST_APPRECIATION_CHARACTERS, NOTHING_BESIDES, OWN_TIME_MINUTES, Asides
from service.flow.check_in_views import CheckInView
from service.flow.chore_list import cadence_words
from service.flow.views import MoveLine, WeekView
from service.web.site import Site
from service.web.week_picture import week_picture
from service.words import _, ngettext

_OFFERED_AT_ONCE = 8
"""Chips in sight; the others are one tap away."""

Screen = str
"""`""` for the stage's first screen, `change` for the form once more, `talk` for what to talk about,
`next` for the proposal."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form shows as filled in: the saved answer, a preselection, or what came back."""

    state: str = ""
    hand_overs: tuple[str, ...] = ()
    appreciation: str = ""
    asides: Asides = NOTHING_BESIDES


@dataclass(frozen=True, slots=True)
class Choice:
    state: State
    word: str
    half_sentence: str


def choices() -> tuple[Choice, ...]:
    return (
        Choice("fine", _("Fine"), _("I have room this week.")),
        Choice("weeds", _("In the weeds"), _("Stretched. I can say what would help.")),
        Choice("blown", _("Blown"), _("Spent. No questions.")),
        Choice("away", _("Away"), _("Not here this week.")),
    )


def wishes() -> tuple[tuple[Wish, str], ...]:
    return (
        ("hand_over", _("Hand it over")),
        ("shrink", _("Make it smaller")),
        ("drop", _("Drop it")),
    )


def day_parts() -> tuple[tuple[DayPart, str], ...]:
    return (
        ("morning", _("in the morning")),
        ("afternoon", _("in the afternoon")),
        ("evening", _("in the evening")),
    )


def state_words() -> dict[State, str]:
    """As they stand in a sentence."""
    return {"fine": _("fine"), "weeds": _("in the weeds"), "blown": _("blown"), "away": _("away")}


def check_in_page(
    site: Site, view: CheckInView, *, key: str, screen: Screen, preselected: str, raised: str = ""
) -> Response:
    """The page of the view's stage; `raised` is what the form brings to the table already."""
    if view.answering:
        return answer_page(site, view, key=key, draft=_draft(view, preselected, raised))
    if view.stage == "waiting":
        return site.page("waiting.html", view=view, said=_said(view))
    if view.stage == "together" and screen == "next" and view.proposal is not None:
        return proposal_page(site, view, view.proposal, key=key)
    talk = bool(view.raised or view.values or view.rules or view.job_offers)
    if view.stage == "together" and screen == "talk" and talk:
        return site.page(
            "talk.html",
            view=view,
            key=key,
            doers=_doers(view),
            standards=view.standards,
            cadence_words=cadence_words,
        )
    if view.stage == "together":
        return site.page("together.html", view=view, states=state_words(), talk=talk)
    if view.proposal is not None:
        return site.page("settled.html", view=view, **_week(view, view.proposal))
    return site.page("closed.html", view=view)


def answer_page(
    site: Site,
    view: CheckInView,
    *,
    key: str,
    draft: Draft,
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    return site.page(
        "answer.html",
        status,
        view=view,
        key=key,
        draft=draft,
        problems=problems,
        choices=choices(),
        wishes=wishes(),
        hand_overs=view.offers.hand_overs[:_OFFERED_AT_ONCE],
        more_hand_overs=view.offers.hand_overs[_OFFERED_AT_ONCE:],
        most_hand_overs=MOST_HAND_OVERS,
        longest=MOST_APPRECIATION_CHARACTERS,
        lengths=OWN_TIME_MINUTES,
        day_names=list(enumerate(days_of_week())),
        day_parts=day_parts(),
    )


def proposal_page(
    site: Site,
    view: CheckInView,
    proposal: WeekView,
    *,
    key: str,
    changed: bool = False,
    problem: str = "",
    status: int = 200,
) -> Response:
    """The week to agree to. `changed` says that it is another one than the reader saw; `problem` why what
    they wanted to change stays."""
    return site.page(
        "proposal.html",
        status,
        view=view,
        key=key,
        changed=changed,
        problem=problem,
        **_week(view, proposal),
    )


def _week(view: CheckInView, proposal: WeekView) -> dict[str, Any]:
    count = len(proposal.stays)
    return {
        "week": proposal,
        "states": state_words(),
        "move_groups": _by_reason(proposal.moves, view.reader.id),
        "stays_heading": ngettext("%(num)s thing stays as it is", "%(num)s things stay as they are", count)
        % {"num": count},
        "picture": week_picture(proposal, view.household),
    }


def _by_reason(moves: Sequence[MoveLine], reader: str) -> list[tuple[str, list[MoveLine]]]:
    """Moves that share a reason, as their reader is told it, stand together, and it is said once."""
    return [
        (reason, list(group)) for reason, group in groupby(moves, key=lambda move: move.reason_for(reader))
    ]


def _draft(view: CheckInView, preselected: str, brought_up: str) -> Draft:
    answer = view.my_answer
    if answer is None:
        return Draft(state=preselected)
    raised, away, own = next(iter(answer.raised), None), answer.days_away, answer.own_time
    asides = Asides(
        raised_chore=brought_up or (raised.chore if raised else ""),
        raised_wish=raised.wish if raised else "",
        missed=answer.missed,
        away_from=away.first_on.isoformat() if away else "",
        away_until=away.last_on.isoformat() if away else "",
        own_time_name=own.name if own else "",
        own_time_minutes=str(own.minutes) if own else "",
        own_time_day=str(own.day) if own and own.day is not None else "",
        own_time_part=own.part or "" if own else "",
        named=answer.named or "",
    )
    return Draft(preselected or answer.state, answer.hand_overs, answer.appreciation, asides)


def _said(view: CheckInView) -> tuple[str, tuple[str, ...], str]:
    """The reader's own answer, as kept: the state in words, hand-overs by name, the appreciation."""
    answer = view.my_answer
    if answer is None:
        return "", (), ""
    names: dict[ChoreId, str] = dict(view.offers.hand_overs)
    word = next(choice.word for choice in choices() if choice.state == answer.state)
    return word, tuple(names.get(chore, chore) for chore in answer.hand_overs), answer.appreciation


def _doers(view: CheckInView) -> dict[ChoreId, str]:
    """Who has what in the proposal, by name; nothing for turns of both."""
    changeable = view.proposal.changeable if view.proposal else ()
    return {one.chore: view.household.name_of(one.doer) for one in changeable if one.doer}
