"""Words of a mail: subject, plain text and HTML from the values that one reader may see.

Pure. Subjects come from this file alone and say nothing that a lock screen should not show; the text
part says all that the HTML says. Templates are escaped first and turned from MJML into HTML after, so
no name can become markup. Nothing is fetched: no image, no pixel, and no font (mrml would link one
for every font name it knows, hence its empty list of fonts).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

import mrml
from jinja2 import Environment

from service.domain.household import Household, Partner
from service.domain.week import Week
from service.ports import WeekLines
from service.templating import environment
from service.words import _


@dataclass(frozen=True, slots=True)
class Letter:
    """`calendar` is an iCalendar file that goes with it."""

    subject: str
    text: str
    html: str
    calendar: str | None = None


def invitation(
    household: Household, partner: Partner, *, inviter: Partner, link: str, stop: str = ""
) -> Letter:
    """From one of the two to the other: what this is, who could read what is kept, and their own link."""
    return _letter(
        "invitation",
        _("A week for the two of you"),
        household=household,
        partner=partner,
        inviter=inviter,
        link=link,
        stop=stop,
    )


def check_in(
    household: Household,
    partner: Partner,
    week: Week,
    *,
    link: str,
    closes_at: datetime,
    short_way: bool = False,
    stop: str = "",
) -> Letter:
    """The weekly question, with three answers to tap. `link` is that partner's own; with `short_way` a line
    says how little is enough."""
    answers = (
        ("fine", _("Fine"), _("I have room this week.")),
        ("weeds", _("In the weeds"), _("Stretched. I can say what would help.")),
        ("blown", _("Blown"), _("Spent. No questions.")),
    )
    return _letter(
        "check_in",
        _("How are you? It takes a minute"),
        household=household,
        partner=partner,
        week=week,
        link=link,
        stop=stop,
        closes_at=closes_at,
        short_way=short_way,
        answers=answers,
    )


def week(
    household: Household,
    partner: Partner,
    week: Week,
    *,
    lines: WeekLines,
    link: str,
    stop: str = "",
    anew: bool = False,
) -> Letter:
    """The week as agreed, or planned `anew` since; as a file, too, for who has no calendar connected. `stop`
    ends all mails."""
    letter = _letter(
        "week",
        _("Your week, as it stands now") if anew else _("Your week is ready"),
        household=household,
        partner=partner,
        week=week,
        lines=lines,
        link=link,
        stop=stop,
    )
    return replace(letter, calendar=lines.calendar)


def needs_you(
    household: Household, partner: Partner, week: Week, *, problem: str, link: str, stop: str = ""
) -> Letter:
    """Something only this person can put right."""
    return _letter(
        "needs_you",
        _("Offplate needs a minute of yours"),
        household=household,
        partner=partner,
        week=week,
        problem=problem,
        link=link,
        stop=stop,
    )


def question(
    household: Household,
    partner: Partner,
    week: Week,
    *,
    sentence: str,
    answers: tuple[str, ...],
    link: str,
    stop: str = "",
) -> Letter:
    """Something of the week that one press on the page settles, or, without `answers`, to be known."""
    return _letter(
        "question",
        _("One press, when you have a moment") if answers else _("You are on duty until the morning"),
        household=household,
        partner=partner,
        week=week,
        sentence=sentence,
        answers=answers,
        link=link,
        stop=stop,
    )


def changed(
    household: Household,
    partner: Partner,
    week: Week,
    *,
    heading: str,
    lines: tuple[str, ...],
    link: str,
    stop: str = "",
) -> Letter:
    """What has changed in the week, to be known."""
    return _letter(
        "changed",
        _("Something in your week has changed"),
        household=household,
        partner=partner,
        week=week,
        heading=heading,
        lines=lines,
        link=link,
        stop=stop,
    )


def _letter(template: str, subject: str, **values: object) -> Letter:
    mjml = _templates().get_template(f"{template}.mjml").render(subject=subject, **values)
    text = _templates().get_template(f"{template}.txt").render(values)
    html = mrml.to_html(mjml, render_options=mrml.RenderOptions(fonts={})).content
    return Letter(subject, text.strip() + "\n", html)


@cache
def _templates() -> Environment:
    return environment(Path(__file__).parent / "templates")
