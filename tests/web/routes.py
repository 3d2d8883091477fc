"""Every route of the application, taken from itself, so that a new one cannot be forgotten by a test."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from service.flow.own_settings import mark_of
from tests.builders import WEEK, a_household

FILLED_IN = {
    "week": str(WEEK),
    "token": "t" * 43,
    "name": "offplate.css",
    "question": "take_over.laundry.1",
    "block": "laundry.1",
    "chore": "laundry",
    "change": "base_split",
    "consent": "pact",
    "wish": mark_of(a_household().partners[0].self_care[0]),
    "job": "batch-cook",
}
"""What stands for a part of an address; a test that needs another one says so itself."""


def api_routes(router: FastAPI | APIRouter) -> Iterator[APIRoute]:
    """Those of the routers that were included as well."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(included := getattr(route, "original_router", None), APIRouter):
            yield from api_routes(included)


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path as declared) of each, sorted; HEAD goes with GET."""
    found = sorted(
        (method, route.path) for route in api_routes(app) for method in route.methods if method != "HEAD"
    )
    assert ("GET", "/week") in found
    return found


def pages_of(app: FastAPI) -> list[str]:
    """The addresses that a person can open, filled in."""
    no_page = ("/static/", "/livez", "/readyz")
    return [
        filled_in(path) for method, path in routes_of(app) if method == "GET" and not path.startswith(no_page)
    ]


def filled_in(path: str, **parts: str) -> str:
    known = FILLED_IN | parts
    unknown = set(re.findall(r"{(\w+)}", path)) - known.keys()
    assert not unknown, f"say in tests/web/routes.py what stands for {unknown} in {path}"
    return path.format_map(known)
