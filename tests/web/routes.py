"""Every route of the application, taken from itself, so that a new one cannot be forgotten by a test."""

from __future__ import annotations

import re

from fastapi import FastAPI
from fastapi.routing import APIRoute

from tests.builders import WEEK

FILLED_IN = {"week": str(WEEK), "token": "t" * 43, "name": "offplate.css", "question": "take_over.laundry.1"}
"""What stands for a part of an address; a test that needs another one says so itself."""


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path as declared) of each, sorted; HEAD goes with GET."""
    return sorted(
        (method, route.path)
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in route.methods
        if method != "HEAD"
    )


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
