"""Templates for pages and mails alike: always escaped, always in words that gettext knows.

Whatever a template prints goes through `words.said` and `words.shown` first, so that no sentence of the
connectors stays English, and no name or note disturbs the sentence it stands in. A value that is missing is
an error, not an empty place.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from service import dates, words
from service.domain.household import Household, PartnerId

ESCAPED = ("html", "mjml")


def environment(folder: Path) -> Environment:
    """The templates of one folder; `.html` and `.mjml` are escaped, `.txt` is plain text."""
    templates = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(ESCAPED),
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    templates.install_gettext_callables(words._, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    templates.filters |= {
        "clock": dates.clock,
        "span": dates.span,
        "day_span": dates.day_span,
        "moment": dates.moment,
        "weekday": dates.weekday,
        "short_day": dates.short_day,
        "long_day": dates.long_day,
        "first_day": dates.first_day,
        "weekly": dates.weekly,
        "said": words.said,
    }
    templates.globals["place_of"] = place_of
    templates.globals["language"] = words.language
    return templates


def place_of(household: Household, person: PartnerId) -> int:
    """1 or 2: which of the two colours marks that partner."""
    ids = [partner.id for partner in household.partners]
    return ids.index(person) % 2 + 1 if person in ids else 0


def _shown(value: object) -> object:
    if isinstance(value, Markup):
        return Markup(words.shown(value))  # noqa: S704 - taking characters out cannot open a tag
    return words.shown(words.said(value)) if isinstance(value, str) else value
