"""What somebody says of themselves when a home begins, as a form: time of their own, how they are, consents.

Drawn by `_own.html`, on the last page of set-up and on the other one's welcome page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.domain.household import Consent, Household
from service.flow.first_week import CONSENTS, OwnWords, suggested
from service.flow.own_view import consent_name
from service.web.check_in_page import Choice, choices
from service.web.forms import Form
from service.web.hours import Hours, HoursRefusedError, fields_once, hours_of, typed_hours
from service.words import _

_FIELDS = {"wish", "minutes", "state", "away_from", "away_until"}


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """As the form shows it; `hours` as typed, which may not be readable yet."""

    words: OwnWords
    hours: Hours

    @classmethod
    def of(cls, form: Form) -> OwnDraft:
        words = OwnWords(
            wish=form.text("wish"),
            minutes=form.text("minutes"),
            windows=(),
            state=form.one("state"),
            away_from=form.one("away_from"),
            away_until=form.one("away_until"),
            consents=form.all("consent"),
        )
        return cls(words, typed_hours(form, "own"))

    @property
    def choices(self) -> tuple[Choice, ...]:
        """As in the weekly question; nothing can be handed over yet."""
        weeds = _("Stretched. A smaller share this week.")
        return tuple(replace(one, half_sentence=weeds) if one.state == "weeds" else one for one in choices())


def draft_of() -> OwnDraft:
    """The suggestion that the form begins with."""
    words = suggested()
    return OwnDraft(words, hours_of("own", words.windows))


def read_own(draft: OwnDraft) -> OwnWords:
    """The words with their windows, or with what keeps those from being read."""
    try:
        return replace(draft.words, windows=draft.hours.windows())
    except HoursRefusedError as refused:
        return replace(draft.words, unread=refused.problems)


def own_fields(form: Form) -> set[str]:
    """The fields of this form that `Form.only` lets come once."""
    return _FIELDS | fields_once(form, "own")


def consent_words(household: Household, other: str) -> tuple[tuple[Consent, str, str], ...]:
    """Each consent by its name, with what ticking it says; `other` is the other one's name."""
    meant: dict[Consent, str] = {
        "stretch": _(
            "When %(name)s is low, my week takes up to %(percent)s %% of what I offer. Never beyond my own "
            "limit, my sleep or my own time."
        )
        % {"name": other, "percent": household.stretch_percent},
        "pact": _("When one of us is blown, the other takes what fits that evening, no questions."),
    }
    return tuple((consent, consent_name(consent), meant[consent]) for consent in CONSENTS)
