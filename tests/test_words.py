"""Everything said to people: the catalogue is whole, the words are ours, a translation is one file."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import connectors
import service
from service import catalogue, dates
from service.words import ENGLISH, _, language, ngettext, speaking

ROOT = Path(service.__file__).parent
NEVER = re.compile(
    r"\b(blam|overdue|fail|remind|points?\b|score|streak|debt|lazy|forgot|guilt|well done|congrat|you should|"
    r"you must|behind schedule|mother|father|mum\b|mummy|dad\b|daddy|husband|wife|girlfriend|boyfriend|she\b|"
    r"he\b|her\b|him\b|his\b)",
    re.IGNORECASE,
)
SPEAKING = [
    *sorted((ROOT / "flow").glob("*.py")),
    *sorted((ROOT / "web").glob("*.py")),
    *(ROOT / "planner" / name for name in ("explain.py", "certify.py", "repair.py", "pass_on.py")),
]
"""Modules whose sentences reach people on pages, in mails and in entries."""
CONNECTORS = sorted(Path(connectors.__file__).parent.rglob("*.py"))
"""Whose errors, notes and advice do, each a `Sentence`."""
NOT_SAID = {
    "Offplate writes this calendar. The last line is how it finds it again.\n",
    "PRODID:-//a calendar app//EN",
}
"""What stands in the description of our calendar, and in a calendar file."""
GERMAN = """
msgid ""
msgstr ""
"Language: de_DE\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Your week"
msgstr "Deine Woche"

msgid "EEEE d MMMM"
msgstr "EEEE, d. MMMM"

msgid "%(num)s thing stays as it is"
msgid_plural "%(num)s things stay as they are"
msgstr[0] "%(num)s Sache bleibt"
msgstr[1] "%(num)s Sachen bleiben"
"""


def sentences() -> list[str]:
    found: list[str] = []
    for message in catalogue.collect():
        found += [message.id] if isinstance(message.id, str) else message.id
    return [sentence for sentence in found if sentence]


def test_the_catalogue_holds_what_the_source_says() -> None:
    """Run `make catalogue` when this fails, and commit what it wrote."""
    assert catalogue.TEMPLATE.read_bytes() == catalogue.as_template(catalogue.collect())


def test_nothing_scores_blames_shouts_or_takes_anybody_for_a_mother() -> None:
    assert len(sentences()) > 100
    assert not [said for said in sentences() if NEVER.search(said) or re.search(r"\w!", said)]


@pytest.mark.parametrize("path", [*SPEAKING, *CONNECTORS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sentence_is_handed_to_gettext(path: Path) -> None:
    tree = ast.parse(path.read_text())
    handed = {
        id(leaf)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_", "ngettext", "Sentence")
        for leaf in ast.walk(call)
    }
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    assert not [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in handed | remarks
        if node.value not in NOT_SAID
        if re.match(r"(?!GET |POST )[A-Z“][^=;]* [^=;]*$", node.value.rstrip(" "))
    ]


def test_one_file_makes_a_language_of_it_sentences_and_days_alike() -> None:
    thursday = datetime(2026, 12, 3, 18, 30, tzinfo=UTC)
    german = catalogue.language_of(GERMAN.encode(), "de")
    with speaking(german):
        assert _("Your week") == "Deine Woche"
        assert ngettext("%(num)s thing stays as it is", "%(num)s things stay as they are", 2) % {
            "num": 2
        } == ("2 Sachen bleiben")
        assert _("What can wait") == "What can wait"
        assert dates.moment(thursday, ZoneInfo("Europe/Berlin")) == "Donnerstag 19:30"
        assert dates.long_day(thursday.date()) == "Donnerstag, 3. Dezember"
        assert language().tag == "de"
    assert language() is ENGLISH
    assert dates.moment(thursday, ZoneInfo("Europe/Berlin")) == "Thursday 19:30"


@pytest.mark.parametrize(
    ("text", "says"),
    [(b'msgid "Your week"\nmsgstr "Deine Woche"\n', "names no language"), (b"\xff\xfe", "cannot be read")],
)
def test_a_translation_that_cannot_be_used_says_why(text: bytes, says: str) -> None:
    with pytest.raises(catalogue.CatalogueError, match=says):
        catalogue.language_of(text, "de")


def test_a_language_without_a_file_is_refused_with_those_there_are() -> None:
    with pytest.raises(catalogue.CatalogueError, match=r"no translation “xx”; there are: .*en"):
        catalogue.named("xx")
