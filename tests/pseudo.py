"""A language that nobody speaks: every sentence of the catalogue in letters of its own, and a third longer.

Days come in Greek. So whatever stands on a page in plain letters was never handed to gettext, unless it
is a name that people gave.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable
from functools import cache
from html.parser import HTMLParser

from service import catalogue
from service.words import Language

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHERS = str.maketrans(_LETTERS, "âƀçðèƒĝħîĵķļɱñöþǫŕšţûṽŵẋýžÂƁÇÐÈƑĜĦÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ")
_PLACE = re.compile(r"(%\(\w+\)s|%%)")
_SAID = ("placeholder", "aria-label", "alt", "title", "content")


class _Pseudo(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        if message in _patterns():
            return message
        parts = _PLACE.split(message)
        other = "".join(part if _PLACE.fullmatch(part) else part.translate(_OTHERS) for part in parts)
        return other + "·" * (len(message) // 3)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


PSEUDO = Language("el_GR", _Pseudo())


@cache
def _patterns() -> frozenset[str]:
    """What Babel reads, not people."""
    return frozenset(
        str(message.id)
        for message in catalogue.collect()
        if any("CLDR" in comment for comment in message.auto_comments)
    )


def unspoken(text: str, names: Iterable[str]) -> list[str]:
    """The words in plain letters that are left when what people named is taken out."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ").replace(name[:1].lower() + name[1:], " ")
    text = re.sub(r"https?://\S+|\S+@\S+", " ", text)
    return re.findall(r"[A-Za-z]{2,}", text)


def said_in(html: str) -> str:
    """Every word of a page that a person may see or hear."""
    return "\n".join(_Reader(html).found)


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag == "style"
        if tag != "meta":
            self.found += [value for name, value in attrs if name in _SAID and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)
