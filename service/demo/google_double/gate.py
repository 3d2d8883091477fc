"""The gate: no request that Google would refuse gets further, and whoever sent it hears of it.

Made from the discovery document (types, parameters, required fields, scopes) and `rules` (prose).
Stricter than Google in one thing: a field or parameter that nobody documented is refused, while
Google is thought to drop such fields silently.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from service.demo.google_double import selection
from service.demo.google_double.discovery import BASE_PATH, COMMON_PARAMETERS, Method, find_method
from service.demo.google_double.rules import Call, broken_rules
from service.demo.google_double.shapes import missing_fields, parameter_problems, problems_of
from service.demo.google_double.wire import RefusalError, Request

_DISCOVERY = "the discovery document"


@dataclass(frozen=True, slots=True)
class Problem:
    """A request that no test and no demo may send: what is wrong, and who says so."""

    method: str
    said: str
    source: str

    def __str__(self) -> str:
        return f"{self.method}: {self.said} ({self.source})"


class GateError(Exception):
    """The request is refused, for those problems."""

    def __init__(self, problems: list[Problem], refusal: RefusalError) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Passed:
    method: Method
    call: Call
    fields: selection.Selection | None


def name_of(request: Request) -> str:
    """The method's name for the log and the faults, `verb path` where there is none."""
    found = find_method(request.verb, request.path.removeprefix(BASE_PATH))
    return found[0].name if found else f"{request.verb} {request.path}"


def check(request: Request) -> Passed:
    """The call in the request.

    Raises:
        GateError: Google would refuse it, or nobody documented it.
    """
    found = find_method(request.verb, request.path.removeprefix(BASE_PATH))
    if found is None or not request.path.startswith(BASE_PATH):
        name = name_of(request)
        raise GateError([Problem(name, "there is no such method", _DISCOVERY)], RefusalError(404, "notFound"))
    method, path = found
    body, problems = _read_body(request, method)
    problems += _query_problems(request, method)
    fields = None
    if "fields" in request.query:
        fields = selection.parse(request.query["fields"][0])
        problems += _fields_problems(fields, method)
    if problems:
        raise _refused(method, [(said, _DISCOVERY) for said in problems])
    call = Call(method.name, path, request.query, body)
    if broken := broken_rules(call):
        raise _refused(method, broken)
    return Passed(method, call, fields)


def usable_scopes(method: Method, granted: Collection[str]) -> frozenset[str]:
    """Those granted scopes that reach the method.

    Raises:
        RefusalError: 403, none does.
    """
    usable = method.scopes & set(granted)
    if not usable:
        raise RefusalError(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
    return usable


def _refused(method: Method, found: list[tuple[str, str]]) -> GateError:
    problems = [Problem(method.name, said, source) for said, source in found]
    first = found[0][0]
    location = "syncToken" if "syncToken" in first else ""
    reason = "required" if first.endswith("is required") else "invalid"
    return GateError(problems, RefusalError(400, reason, first, location=location))


def _read_body(request: Request, method: Method) -> tuple[dict[str, Any], list[str]]:
    if method.request is None:
        return {}, ["a body, where the method takes none"] if request.body.strip() else []
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        return {}, ["the body is no JSON"]
    patch = request.verb == "PATCH"
    instants = method.request == "FreeBusyRequest"
    problems = list(problems_of(body, {"$ref": method.request}, "body", nulls=patch, offsets=instants))
    if not problems and not patch:
        problems = list(missing_fields(method.id, method.request, body))
    return (body if isinstance(body, dict) else {}), problems


def _query_problems(request: Request, method: Method) -> Iterator[str]:
    known = {
        name: said for name, said in method.parameters.items() if said.get("location") == "query"
    } | dict(COMMON_PARAMETERS)
    for name, values in request.query.items():
        if name in known:
            yield from parameter_problems(name, values, known[name])
        else:
            yield f"parameter {name} is not in the documentation"
    for name, said in known.items():
        if said.get("required") and name not in request.query:
            yield f"parameter {name} is required"


def _fields_problems(fields: selection.Selection | None, method: Method) -> Iterator[str]:
    if fields is None:
        yield "Invalid field selection"
    elif method.response is not None:
        yield from selection.unknown_names(fields, {"$ref": method.response})
