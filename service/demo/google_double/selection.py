"""Partial answers: what `fields=` leaves of one
(https://developers.google.com/workspace/calendar/api/guides/performance#partial-response)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from service.demo.google_double.discovery import SCHEMAS, Schema

Selection = dict[str, "Selection"]
"""Names and what is wanted below them; an empty one below a name means all of it."""

_TOKENS = re.compile(r"[^,/()]+|[,/()]")


def parse(text: str) -> Selection | None:
    """The selection, or `None` where the text is none."""
    tokens = _TOKENS.findall(text)
    try:
        found = _parse_list(tokens)
    except IndexError:
        return None
    return found if not tokens and found else None


def _parse_list(tokens: list[str]) -> Selection:
    found: Selection = {}
    while True:
        _parse_one(tokens, found)
        if not tokens or tokens[0] != ",":
            return found
        tokens.pop(0)


def _parse_one(tokens: list[str], into: Selection) -> None:
    name = tokens.pop(0)
    if name in ",/()":
        raise IndexError(name)
    below = into.setdefault(name.strip(), {})
    if tokens and tokens[0] == "/":
        tokens.pop(0)
        _parse_one(tokens, below)
    elif tokens and tokens[0] == "(":
        tokens.pop(0)
        below.update(_parse_list(tokens))
        if tokens.pop(0) != ")":
            raise IndexError(name)


def unknown_names(selection: Selection, schema: Schema, place: str = "") -> Iterator[str]:
    """Names in the selection that the answer of the method never has."""
    while "$ref" in schema or schema.get("type") == "array":
        schema = SCHEMAS[schema["$ref"]] if "$ref" in schema else schema["items"]
    for name, below in selection.items():
        said = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if name == "*":
            continue
        if said is None:
            yield f"fields names {place}{name}, which no answer has"
        else:
            yield from unknown_names(below, said, f"{place}{name}/")


def select(value: Any, selection: Selection) -> Any:
    """What the selection leaves of `value`."""
    if not selection or "*" in selection:
        return value
    if isinstance(value, list):
        return [select(item, selection) for item in value]
    if isinstance(value, dict):
        return {key: select(inner, selection[key]) for key, inner in value.items() if key in selection}
    return value
