"""The quiet front page, the two files a page needs, and the two questions a machine asks.

`/livez` says that the process answers, `/readyz` that it can do its work; neither tells a stranger why
not. The log does.
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from service.web.site import site_of
from service.web.week_picture import position_rules

router = APIRouter()
_log = logging.getLogger(__name__)
_STATIC = Path(__file__).parent / "static"
_KINDS = {"offplate.css": "text/css; charset=utf-8", "favicon.svg": "image/svg+xml"}


@router.api_route("/", methods=["GET", "HEAD"])
def front(request: Request) -> Response:
    return site_of(request).page("front.html")


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
def static(name: str) -> Response:
    if name not in _KINDS:
        raise HTTPException(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(static_file(name), media_type=_KINDS[name], headers=headers)


@router.api_route("/livez", methods=["GET", "HEAD"])
def livez() -> Response:
    return PlainTextResponse("alive\n")


@router.api_route("/readyz", methods=["GET", "HEAD"])
def readyz(request: Request) -> Response:
    site = site_of(request)
    try:
        site.world.store.households.ids()
        reasons = list(site.not_ready())
    except Exception as error:
        _log.warning("not ready: the database does not answer (%s)", type(error).__name__)
        return PlainTextResponse("not ready\n", status_code=503)
    if reasons:
        _log.warning("not ready: %s", "; ".join(reasons))
        return PlainTextResponse("not ready\n", status_code=503)
    return PlainTextResponse("ready\n")


@cache
def static_file(name: str) -> bytes:
    """The stylesheet ends with the week picture's positions, which are counted, not written."""
    body = (_STATIC / name).read_bytes()
    return body + position_rules().encode() if name == "offplate.css" else body


@cache
def version(name: str) -> str:
    """Changes with the file, so that browsers may keep it for good."""
    return hashlib.sha256(static_file(name)).hexdigest()[:12]
