"""What the documents say is true: commands, links, paths and keys exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from service.cli import parse
from service.config.keys import SECTIONS

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_in_a_block_of_code_can_be_given(page: Path) -> None:
    blocks = re.findall(
        r"^```(?:sh|console|bash|text)?\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL
    )
    for line in (line for block in blocks for line in block.splitlines()):
        if match := re.search(
            r"(?:python3 -m service|^\$? ?offplate) (\S.*)$", line.partition("#")[0].rstrip()
        ):
            words = shlex.split(re.split(r"[|>&]", match[1])[0])
            assert parse(words).command == words[0], line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_documents_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_of_the_repository_that_is_named_exists(page: Path) -> None:
    for path in re.findall(r"`((?:service|connectors|tests|docs|bench|\.ci)/[\w./-]+)`", page.read_text()):
        assert (ROOT / path).exists(), path


def test_every_key_in_an_example_of_the_configuration_exists() -> None:
    names = {key.name for section in SECTIONS for key in section.keys}
    for page in PAGES:
        for block in re.findall(r"^```toml\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
            for name in re.findall(r"^#? ?(\w+) *=", block, re.MULTILINE):
                assert name in names, f"{page.name}: {name}"


def test_the_pages_that_people_look_for_are_there() -> None:
    names = {str(page.relative_to(ROOT)) for page in PAGES}
    assert {"CONTRIBUTING.md", "docs/configuration.md"} <= names
