"""A TOML document read by the table of keys: values of the right kinds, and every problem found.

A value that cannot be read becomes `None`, so that the checks behind go on with the rest.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from service.config.keys import SECRET_NAMES, SECTIONS, Key, Section, inside
from service.config.lines import Path, line_of

Values = dict[str, Any]


class Findings:
    """Collects problems and warnings as sentences that open with the file and the line."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self._file = file
        self._lines = lines
        self._problems: list[tuple[int, str]] = []
        self._warnings: list[tuple[int, str]] = []

    def problem(self, path: Path, says: str) -> None:
        self._problems.append(self._sentence(path, says))

    def warning(self, path: Path, says: str) -> None:
        self._warnings.append(self._sentence(path, says))

    @property
    def problems(self) -> list[str]:
        return [sentence for _, sentence in sorted(self._problems)]

    @property
    def warnings(self) -> list[str]:
        return [sentence for _, sentence in sorted(self._warnings)]

    def _sentence(self, path: Path, says: str) -> tuple[int, str]:
        line = line_of(self._lines, path)
        place = f"{self._file} line {line}: " if line else f"{self._file}: "
        return line or 0, f"{place}{dotted(path)} {says}".replace(":  ", ": ")


def dotted(path: Path) -> str:
    """`partner[0].quiet_hours`"""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def read_document(document: Mapping[str, Any], findings: Findings) -> Values:
    """Everything of `document`, each section under its name, defaults filled in."""
    known = [section.path[0] for section in SECTIONS]
    for name in document:
        if name not in known:
            findings.problem((name,), f"is not a section{_suggestion(name, known)}")
    return {section.path[0]: _child(section, document, (), findings) for section in inside(())}


def _child(section: Section, parent: Mapping[str, Any], path: Path, findings: Findings) -> Any:
    name = section.path[-1]
    here = (*path, name)
    found = parent.get(name)
    if section.many:
        if found is not None and not (isinstance(found, list) and all(isinstance(e, dict) for e in found)):
            findings.problem(here, f"is written with two brackets, {section.header}, once for each")
            found = None
        return [_table(section, each, (*here, n), findings) for n, each in enumerate(found or ())]
    if found is not None and not isinstance(found, dict):
        findings.problem(here, f"is a section; write {section.header} on a line of its own")
        found = None
    if found is None and section.optional:
        return None
    return _table(section, found or {}, here, findings)


def _table(section: Section, found: Mapping[str, Any], path: Path, findings: Findings) -> Values:
    children = inside(section.path)
    names = [key.name for key in section.keys] + [child.path[-1] for child in children]
    for name in found:
        if name not in names:
            findings.problem((*path, name), _unknown(name, names))
    values = {key.name: _value(key, found, path, findings) for key in section.keys}
    return values | {child.path[-1]: _child(child, found, path, findings) for child in children}


def _value(key: Key, found: Mapping[str, Any], path: Path, findings: Findings) -> Any:
    if key.name in found:
        try:
            return key.kind.read(found[key.name])
        except ValueError as error:
            findings.problem((*path, key.name), str(error))
            return None
    if key.default is None:
        findings.problem(path, f"needs {_article(key.name)} {key.name}")
        return None
    return default_of(key)


def default_of(key: Key) -> Any:
    """The value a key has when it is left out; `None` where that means: none."""
    return key.kind.read(tomllib.loads(f"default = {key.default}")["default"]) if key.default else None


def _unknown(name: str, names: Iterable[str]) -> str:
    if name in SECRET_NAMES and "password_env" in names:
        return (
            "is a secret, and secrets never stand in this file. Put it in an environment variable and name "
            "that in password_env, or in a file of its own named by password_file"
        )
    return f"is not a key{_suggestion(name, names)}"


def _suggestion(name: str, names: Iterable[str]) -> str:
    names = sorted(set(names))
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(names)}"


def _article(name: str) -> str:
    return "an" if name[0] in "aeio" else "a"
