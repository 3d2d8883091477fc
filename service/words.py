"""What is said to people: gettext, and text of theirs made safe to show.

Every sentence on a page or in a mail passes through `_` or `ngettext`, so that a second language is
a catalogue and not a rewrite. English is the source and needs no catalogue.
"""

from __future__ import annotations

import gettext
import re

_catalogue = gettext.NullTranslations()

_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _(message: str) -> str:
    return _catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    return _catalogue.ngettext(singular, plural, count)


def shown(text: str) -> str:
    """`text` without what could disturb the words around it: control characters other than line feed
    and tab, bidirectional overrides and isolates (Unicode UAX #9), and lone surrogates."""
    return _UNSHOWN.sub("", text)
