"""Values against the schemas of the discovery document: requests before they count, answers before
they leave. Every problem is a sentence that names the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from service.demo.google_double.discovery import SCHEMAS, Schema

_OFFSET = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_MISSING = object()


def problems_of(
    value: Any, schema: Schema, place: str, *, nulls: bool = False, offsets: bool = False
) -> Iterator[str]:
    """What is wrong with `value` there. `nulls`: a patch, in which null takes a field away.
    `offsets`: every date-time has one (in an event the zone may stand beside it instead)."""
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"]]
    if value is None:
        if not nulls:
            yield f"{place} is null"
        return
    kind = schema.get("type")
    if kind == "object":
        yield from _object_problems(value, schema, place, nulls=nulls, offsets=offsets)
    elif kind == "array":
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for number, item in enumerate(value):
            # Lists are replaced, so that there is nothing for a null in one to take away.
            yield from problems_of(item, schema["items"], f"{place}[{number}]", offsets=offsets)
    else:
        yield from _plain_problems(value, schema, place, offsets=offsets)


def _object_problems(value: Any, schema: Schema, place: str, *, nulls: bool, offsets: bool) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place} is no object"
        return
    known = schema.get("properties", {})
    other = schema.get("additionalProperties")
    for key, inner in value.items():
        said = known.get(key, other)
        if said is None:
            yield f"{place}.{key} is not in the documentation"
        else:
            yield from problems_of(inner, said, f"{place}.{key}", nulls=nulls, offsets=offsets)


def _plain_problems(value: Any, schema: Schema, place: str, *, offsets: bool) -> Iterator[str]:
    kind = schema.get("type")
    if kind == "boolean":
        fits = isinstance(value, bool)
    elif kind == "integer":
        fits = isinstance(value, int) and not isinstance(value, bool)
    elif kind == "number":
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = isinstance(value, str)
    if not fits:
        yield f"{place} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} is none of {', '.join(schema['enum'])}"
    form = schema.get("format")
    if form == "date-time" and not is_date_time(value, offset=offsets):
        yield f"{place} is no RFC 3339 time{' with an offset' if offsets else ''}"
    if form == "date" and not is_date(value):
        yield f"{place} is no date"


def parameter_problems(name: str, values: list[str], schema: Schema) -> Iterator[str]:
    """What is wrong with a parameter of the query, which is text whatever its type."""
    if len(values) > 1 and not schema.get("repeated"):
        yield f"parameter {name} stands there twice"
    for value in values:
        kind = schema.get("type")
        if kind == "boolean" and value not in ("true", "false"):
            yield f"parameter {name} is neither true nor false"
        if kind == "integer":
            yield from _integer_problems(name, value, schema)
        if "enum" in schema and value not in schema["enum"]:
            yield f"parameter {name} is none of {', '.join(schema['enum'])}"
        if schema.get("format") == "date-time" and not is_date_time(value, offset=True):
            yield f"parameter {name} is no RFC 3339 time with an offset"


def _integer_problems(name: str, value: str, schema: Schema) -> Iterator[str]:
    if not re.fullmatch(r"-?\d+", value):
        yield f"parameter {name} is no whole number"
        return
    if "minimum" in schema and int(value) < int(schema["minimum"]):
        yield f"parameter {name} is less than {schema['minimum']}"
    if "maximum" in schema and int(value) > int(schema["maximum"]):
        yield f"parameter {name} is more than {schema['maximum']}"


def missing_fields(method_id: str, ref: str, body: dict[str, Any]) -> Iterator[str]:
    """Fields that `annotations.required` asks for in this method, at any depth that was sent."""
    for key, said in SCHEMAS[ref].get("properties", {}).items():
        value = body.get(key, _MISSING)
        if method_id in said.get("annotations", {}).get("required", ()) and value in (_MISSING, None):
            yield f"{key} is required"
        elif "$ref" in said and isinstance(value, dict):
            yield from (f"{key}.{each}" for each in missing_fields(method_id, said["$ref"], value))
        elif "$ref" in said.get("items", {}) and isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, dict):
                    found = missing_fields(method_id, said["items"]["$ref"], item)
                    yield from (f"{key}[{number}].{each}" for each in found)


def is_date_time(value: str, *, offset: bool) -> bool:
    if "T" not in value or (offset and not _OFFSET.search(value)):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
