"""A sentence for a person, in English, which whoever shows it may say in another language.

Everything that errors, notes and advice tell a person is one: its facts stand beside its words, so that the
words can be looked up in a catalogue (`service.catalogue` collects them) and the facts put in afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


class Sentence(str):
    """`Sentence("There is no server called %(host)s.", host=host)`: text, and what it is made of.

    As a string it is the English one: for logs, and where nobody translates. A fact may be a sentence itself.
    Without facts the words stand as they are, per cent signs too.
    """

    __slots__ = ("parts",)
    parts: tuple[tuple[str, dict[str, object]], ...]

    def __new__(cls, words: str, **facts: object) -> Self:
        made = super().__new__(cls, words % facts if facts else words)
        made.parts = ((words, facts),) if words else ()
        return made

    @classmethod
    def of(cls, text: str) -> Sentence:
        """Itself; any other text as words without facts."""
        return text if isinstance(text, Sentence) else cls(text)

    def then(self, other: Sentence) -> Sentence:
        """Both, one after the other; what is empty leaves no gap."""
        both = Sentence(f"{self} {other}".strip())
        both.parts = (*self.parts, *other.parts)
        return both

    def said_in(self, gettext: Callable[[str], str]) -> str:
        """The same through a catalogue: `gettext` gives the words in another language."""
        return " ".join(
            gettext(words) % {name: _fact(fact, gettext) for name, fact in facts.items()}
            if facts
            else gettext(words)
            for words, facts in self.parts
        )

    def __getnewargs__(self) -> tuple[str]:
        return (str(self),)


def _fact(fact: object, gettext: Callable[[str], str]) -> object:
    return fact.said_in(gettext) if isinstance(fact, Sentence) else fact


NOTHING = Sentence.of("")
