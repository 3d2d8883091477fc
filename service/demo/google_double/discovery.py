"""The discovery document that comes with Google's client: what every method takes and answers.

It is Google's own machine-readable contract (https://developers.google.com/discovery/v1/reference),
read from the installed package at import and never fetched. The gate is made from it, so a newer
client brings newer rules by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

Schema = Mapping[str, Any]

DOCUMENT: Mapping[str, Any] = json.loads(
    files("googleapiclient.discovery_cache.documents").joinpath("calendar.v3.json").read_text()
)
REVISION: str = DOCUMENT["revision"]
BASE_PATH: str = DOCUMENT["basePath"]
SCHEMAS: Mapping[str, Schema] = DOCUMENT["schemas"]
COMMON_PARAMETERS: Mapping[str, Schema] = DOCUMENT["parameters"]

_VARIABLE = re.compile(r"\{(\w+)\}")


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_VARIABLE.sub(r"(?P<\1>[^/]+)", path))


@dataclass(frozen=True, slots=True)
class Method:
    """One method, by the name people use: `events.insert`."""

    name: str
    verb: str
    path: str
    parameters: Mapping[str, Schema]
    request: str | None
    response: str | None
    scopes: frozenset[str]

    @property
    def id(self) -> str:
        """The name under which `annotations.required` speaks of it."""
        return f"calendar.{self.name}"

    def match(self, path: str) -> dict[str, str] | None:
        """The path parameters, unquoted, if this is the path of the method (below `BASE_PATH`)."""
        found = _pattern(self.path).fullmatch(path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None


def _methods(resources: Mapping[str, Any]) -> Iterator[Method]:
    for resource, content in resources.items():
        for name, said in content["methods"].items():
            yield Method(
                name=f"{resource}.{name}",
                verb=said["httpMethod"],
                path=said["path"],
                parameters=said.get("parameters", {}),
                request=said.get("request", {}).get("$ref"),
                response=said.get("response", {}).get("$ref"),
                scopes=frozenset(said.get("scopes", ())),
            )


METHODS: Mapping[str, Method] = {method.name: method for method in _methods(DOCUMENT["resources"])}


def find_method(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method at `path` (below `BASE_PATH`, still quoted) and its path parameters."""
    for method in METHODS.values():
        if method.verb == verb and (found := method.match(path)) is not None:
            return method, found
    return None


def contract_of(names: Iterator[str] | list[str]) -> list[str]:
    """What those methods and everything they take or answer say, one fact a line, sorted.

    A description, in which Google keeps half of its rules, is there as a digest. Two of these can be
    compared line by line.
    """
    lines: list[str] = []
    to_do: list[str] = []
    for name in sorted(names):
        method = METHODS[name]
        lines.append(f"{name} {method.verb} {method.path}")
        lines += [f"{name} scope {scope.rpartition('/')[2]}" for scope in method.scopes]
        lines += [f"{name} ?{key} {_facts(said)}" for key, said in method.parameters.items()]
        to_do += [ref for ref in (method.request, method.response) if ref]
    seen: set[str] = set()
    while to_do:
        ref = to_do.pop()
        if ref not in seen:
            seen.add(ref)
            lines += _lines_of(ref, SCHEMAS[ref], to_do)
    return sorted(lines)


def _lines_of(place: str, schema: Schema, to_do: list[str]) -> Iterator[str]:
    if ref := schema.get("$ref"):
        to_do.append(ref)
    for key, said in schema.get("properties", {}).items():
        yield f"{place}.{key} {_facts(said)}"
        yield from _lines_of(f"{place}.{key}", said, to_do)
    for key in ("items", "additionalProperties"):
        if key in schema:
            yield f"{place}[] {_facts(schema[key])}"
            yield from _lines_of(f"{place}[]", schema[key], to_do)


_FACTS = ("$ref", "type", "format", "minimum", "maximum", "default", "enum", "required", "repeated")


def _facts(said: Schema) -> str:
    facts = [f"{key}={said[key]}" for key in _FACTS if key in said]
    if "annotations" in said:
        facts.append(f"required-by={','.join(sorted(said['annotations'].get('required', ())))}")
    words = sha256(said.get("description", "").encode()).hexdigest()[:8]
    return " ".join((*facts, f"words={words}"))
