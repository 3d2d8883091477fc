"""The catalogue of everything said to people, by the connectors too, and the languages there are.

`locales/messages.pot` lists every sentence, for translators; `make catalogue` writes it anew from the
source. A translation is a file beside it, `locales/de.po` for German, read as it stands: nothing is
compiled and nothing in the code changes; `[server] language` chooses it. The locale it names in its header
decides about days and times.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

import connectors
from service import starter
from service.words import ENGLISH, Language

_ROOM = Path(__file__).parent
FOLDER = _ROOM / "locales"
TEMPLATE = FOLDER / "messages.pot"

_METHODS = [
    ("**.py", "python"),
    *((f"**.{kind}", "jinja2.ext:babel_extract") for kind in ("html", "mjml", "txt")),
]
_OPTIONS = {
    f"**.{kind}": {
        "newstyle_gettext": "true",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "silent": "false",
    }
    for kind in ("html", "mjml", "txt")
}
_KEYWORDS = {"_": None, "ngettext": (1, 2), "Sentence": None}
_HEADER = """\
# Everything that Offplate says to people. Written by `make catalogue`; a translation starts as a copy."""


class CatalogueError(ValueError):
    """A translation cannot be used; the message says which, and why."""


def collect() -> Catalog:
    """Every sentence in the source, without translations."""
    catalogue = Catalog(project="Offplate", header_comment=_HEADER, fuzzy=False)
    for room in (_ROOM, Path(connectors.__file__).parent):
        found = extract_from_dir(room, _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",))
        for _path, _line, message, comments, context in found:
            catalogue.add(message, auto_comments=comments, context=context)
    for name in starter.sentences():
        catalogue.add(name)
    return catalogue


def as_template(catalogue: Catalog) -> bytes:
    """As the template file has it: in the order of the alphabet and without dates or line numbers, so
    that it changes with the words alone and two changes seldom meet."""
    written = io.BytesIO()
    write_po(written, catalogue, no_location=True, sort_output=True, omit_header=True, width=0)
    header = f'{_HEADER}\nmsgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    return header.encode() + written.getvalue()


def names() -> list[str]:
    """The languages that can be spoken: English, and whatever has a file."""
    return sorted({ENGLISH.tag, *(path.stem for path in FOLDER.glob("*.po"))})


@cache
def named(name: str) -> Language:
    """The language of that file name.

    Raises:
        CatalogueError: there is none, or its file cannot be read.
    """
    if name == ENGLISH.tag:
        return ENGLISH
    if name not in names():
        raise CatalogueError(f"there is no translation “{name}”; there are: {', '.join(names())}")
    return language_of((FOLDER / f"{name}.po").read_bytes(), name)


def language_of(translation: bytes, name: str) -> Language:
    """The language that the text of a .po file holds. Untranslated sentences stay English.

    Raises:
        CatalogueError: it cannot be read, or names no locale.
    """
    try:
        catalogue = read_po(io.BytesIO(translation), abort_invalid=True)
    except (PoFileError, UnknownLocaleError, ValueError) as error:
        raise CatalogueError(f"the translation “{name}” cannot be read: {error}") from error
    if catalogue.locale is None:
        raise CatalogueError(f"the translation “{name}” names no language: its header needs “Language: …”")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(str(catalogue.locale), gettext.GNUTranslations(compiled), name)


if __name__ == "__main__":
    TEMPLATE.write_bytes(as_template(collect()))
