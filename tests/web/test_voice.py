"""Every sentence that a template of a page or a mail holds is open to translation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import service

ROOT = Path(service.__file__).parent
FILES = sorted(path for room in ("web", "mail") for path in (ROOT / room / "templates").iterdir())
CODE = re.compile(
    r"{#.*?#}|{% block width %}\w+|{%.*?%}|{{.*?}}|<mj-style>.*?</mj-style>|[?](state|to)=\w*", re.DOTALL
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_in_a_template_can_be_translated(path: Path) -> None:
    text = re.sub(r"<[^>]*>", " ", CODE.sub("", path.read_text()))
    assert set(re.findall(r"[^\W\d_]{2,}", text)) <= {"Offplate"}
