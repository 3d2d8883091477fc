"""On which line of a TOML text each key stands, so that a problem can be found by the person."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of `path`, or of the nearest thing around it that has one."""
    for length in range(len(path), 0, -1):
        if found := lines.get(path[:length]):
            return found
    return None


def lines_of(text: str) -> dict[Path, int]:
    """Every table and key of a TOML text that `tomllib` accepts, by its path; lines count from 1."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    rows = text.splitlines()
    number = 0
    while number < len(rows):
        row = rows[number]
        if header := _HEADER.match(row):
            table = _table(_names(header[2]), counts, repeats=header[1] == "[[")
            lines.setdefault(table, number + 1)
            number += 1
        elif not row.strip() or row.lstrip().startswith("#"):
            number += 1
        else:
            end, keys = _statement(rows, number)
            for key in keys:
                lines.setdefault((*table, *key), number + 1)
            number = end
    return lines


def _table(names: Sequence[str], counts: dict[Path, int], *, repeats: bool) -> Path:
    """The path of a header: inside an array of tables it means the latest element."""
    path: Path = ()
    for depth, name in enumerate(names):
        path = (*path, name)
        if repeats and depth == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _statement(rows: Sequence[str], start: int) -> tuple[int, list[Path]]:
    """A key and its value may take several lines; they end where they make TOML by themselves."""
    for end in range(start + 1, len(rows) + 1):
        try:
            parsed = tomllib.loads("\n".join(rows[start:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end, list(_paths(parsed))
    return start + 1, []


def _paths(value: object) -> list[Path]:
    if not isinstance(value, dict):
        return []
    return [path for name, inner in value.items() for path in [(name,), *((name, *p) for p in _paths(inner))]]


def _names(dotted: str) -> list[str]:
    parsed: object = tomllib.loads(f"{dotted} = 0")
    names = []
    while isinstance(parsed, dict):
        name, parsed = next(iter(parsed.items()))
        names.append(name)
    return names
