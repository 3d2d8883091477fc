"""The voice of pages and mails: words that are never used, and every sentence open to translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import service

ROOT = Path(service.__file__).parent
_SPOKEN = {".py", ".html", ".txt", ".mjml"}
FILES = sorted(
    path for room in ("web", "mail") for path in (ROOT / room).rglob("*") if path.suffix in _SPOKEN
)
NEVER = re.compile(
    r"\b(blam|overdue|fail|remind|point|mother|father|mum|dad|husband|wife|score|streak|debt)", re.IGNORECASE
)
CODE = re.compile(
    r"{#.*?#}|{% block width %}\w+|{%.*?%}|{{.*?}}|<mj-style>.*?</mj-style>|[?](state|to)=\w*", re.DOTALL
)


def spoken(path: Path) -> Iterator[str]:
    """What reaches people: template text, or the literals that a module hands to gettext."""
    if path.suffix != ".py":
        yield re.sub(r"{#.*?#}|<mj-style>.*?</mj-style>|<!", "", path.read_text(), flags=re.DOTALL)
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
            yield from (str(leaf.value) for leaf in node.args if isinstance(leaf, ast.Constant))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_or_mail_scores_blames_or_shouts(path: Path) -> None:
    assert not [text for text in spoken(path) if NEVER.search(text) or re.search(r"\w!", text)]


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix != ".py"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_sentence_in_a_template_can_be_translated(path: Path) -> None:
    text = re.sub(r"<[^>]*>", " ", CODE.sub("", path.read_text()))
    assert set(re.findall(r"[^\W\d_]{2,}", text)) <= {"Offplate"}
