"""`/mailbox`: what the demo's mail server took, for a person to read. In the demo only.

Stands before Offplate's own pages and shares nothing with them but the stylesheet. A mail's HTML has
an address of its own and a policy under which it can show itself and be clicked, no more: no script,
no form, no image from elsewhere, no cookie.
"""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from service.demo.mailbox import Mailbox, Received

PATH = "/mailbox"

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_COMMON = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_PAGE = _COMMON | {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
}
_MAIL = _COMMON | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
}


def with_mailbox(offplate: ASGIApp, mailbox: Mailbox) -> ASGIApp:
    """`offplate` with the mailbox in front of it."""
    pages = _pages(mailbox)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        ours = scope["type"] == "http" and (path == PATH or path.startswith(f"{PATH}/"))
        await (pages if ours else offplate)(scope, receive, send)

    return app


def _pages(mailbox: Mailbox) -> Starlette:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["with_links"] = with_links

    def show_all(_request: Request) -> Response:
        newest_first = list(reversed(mailbox.mails()))
        return HTMLResponse(templates.get_template("mailbox.html").render(mails=newest_first), headers=_PAGE)

    def show_one(request: Request) -> Response:
        mail = _mail(mailbox, request)
        if mail is None:
            return _no_such_mail()
        return HTMLResponse(templates.get_template("mail.html").render(mail=mail), headers=_PAGE)

    def show_html(request: Request) -> Response:
        mail = _mail(mailbox, request)
        return HTMLResponse(mail.html, headers=_MAIL) if mail is not None else _no_such_mail()

    return Starlette(
        routes=[
            Route(PATH, show_all),
            Route(f"{PATH}/{{number:int}}", show_one),
            Route(f"{PATH}/{{number:int}}/html", show_html),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False)
        ],
    )


def with_links(text: str) -> Markup:
    """Plain text with its web addresses made to be clicked; everything else stays text."""
    parts: list[Markup] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a href="{0}">{0}</a>').format(found[0]))
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _mail(mailbox: Mailbox, request: Request) -> Received | None:
    number: int = request.path_params["number"]
    return next((mail for mail in mailbox.mails() if mail.number == number), None)


def _no_such_mail() -> Response:
    return Response("There is no such mail.\n", status_code=404, media_type="text/plain", headers=_PAGE)
