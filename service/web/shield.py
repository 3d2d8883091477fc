"""Around every page: the headers that keep it private, and the same-origin rule for what changes things.

Pure ASGI, so that nothing buffers a body. A request that changes something must come from our own
page: browsers say so in Sec-Fetch-Site, and where they leave it out (plain http on a home network)
Origin must be the configured address. No header at all is refused, too. There is no token in the form. The
one exception are mail programs that end all mails: they come from nowhere, with a token for that alone.
"""

from __future__ import annotations

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web import unsubscribe
from service.web.errors import message_page
from service.web.site import Site

_log = logging.getLogger(__name__)

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""`same-origin`, not `no-referrer`: that one makes browsers send `Origin: null` from our own form."""


class Shield:
    """Adds the headers, and turns what nobody expected into a page without a trace of it."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site
        self._headers = dict(_HEADERS)
        if site.secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            # The path may hold a token, so the log gets the route's template at most.
            route = getattr(scope.get("route"), "path", "no route")
            _log.exception("a page could not be made: %s %s", scope["method"], route)
            if started:
                raise
            await message_page(self._site, 500)(scope, receive, send_with_headers)


class SameOriginOnly:
    """Refuses every request that could change something and does not come from our own pages."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] in _SAFE_METHODS
            or scope["path"].startswith(unsubscribe.PREFIX)
            or from_our_own_page(Headers(scope=scope), self._site.origin)
        ):
            await self._app(scope, receive, send)
            return
        await message_page(self._site, 403)(scope, receive, send)


def from_our_own_page(headers: Headers, origin: str) -> bool:
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    return headers.get("origin") == origin
