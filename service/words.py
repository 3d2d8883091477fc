"""What is said to people: gettext, and text of theirs made safe to show.

Every sentence on a page, in a mail or in an entry passes through `_` or `ngettext`, so that a second
language is a catalogue and not a rewrite (`catalogue.py`). English is the source and needs none. Say a
sentence when it is needed, never while a module is imported: the language is not known by then. What the
connectors have to say is English with its facts beside it; `said` and `said_of` put it through the same
catalogue.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from connectors.errors import ConnectorError
from connectors.sentences import Sentence

_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Language:
    """`locale` as CLDR calls it (`en_GB`): how days and times are written. `catalogue` has the sentences, and
    `name` is that of its file."""

    locale: str
    catalogue: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    name: str = "en"

    @property
    def tag(self) -> str:
        """As HTML and mail headers name it (BCP 47): `en`."""
        return self.locale.partition("_")[0]


ENGLISH = Language("en_GB")
_spoken = ENGLISH


def language() -> Language:
    return _spoken


@contextmanager
def speaking(other: Language) -> Iterator[None]:
    """Until the block ends, every thread of this process speaks that language."""
    global _spoken  # noqa: PLW0603 - one language a process; a thread of its own does not inherit contexts
    before, _spoken = _spoken, other
    try:
        yield
    finally:
        _spoken = before


def _(message: str) -> str:
    return _spoken.catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    return _spoken.catalogue.ngettext(singular, plural, count)


def said(text: str) -> str:
    """A sentence of the connectors in the language that is spoken; any other text as it is."""
    return text.said_in(_) if isinstance(text, Sentence) else text


def said_of(error: Exception) -> str:
    """What an error has to tell a person; errors of our own are in their language already."""
    return said(error.said) if isinstance(error, ConnectorError) else str(error)


def lowered(name: str) -> str:
    """`Kitchen reset` as it stands inside a sentence; a name such as `GP call` keeps its capitals."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def shown(text: str) -> str:
    """`text` without what could disturb the words around it: control characters other than line feed
    and tab, bidirectional overrides and isolates (Unicode UAX #9), and lone surrogates."""
    return _UNSHOWN.sub("", text)
