"""`/u/TOKEN`: no more mails, by one click of a mail program or one press on the page.

Mail programs post there without a cookie and from nowhere (RFC 8058), so the token alone says who it is,
and it can do nothing else. Opening the page changes nothing, and neither does an empty form: only the
field that the standard names does.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from service.domain.household import Household, Partner
from service.flow.own_settings import mail
from service.links import looks_like_token, token_hash
from service.ports import Link
from service.web.errors import message_page
from service.web.site import Site, site_of

PREFIX = "/u/"
MOST_BYTES = 4096
_ONE_CLICK = b"One-Click"
_AGAIN = b"again=1"

router = APIRouter()


@router.api_route("/u/{token}", methods=["GET", "HEAD"])
def show(request: Request, token: str) -> Response:
    site = site_of(request)
    link = _link(site, token)
    if link is None:
        return message_page(site, 404, kind="no_link")
    return _page(site, _partner(site.world.store.households.get(link.household), link))


async def _begin_of_body(request: Request) -> bytes:
    """It comes as either kind of form, in a mail program's own words, so it is only looked into."""
    body = b""
    async for part in request.stream():
        body = (body + part)[:MOST_BYTES]
    return body


@router.post("/u/{token}")
def stop(request: Request, token: str, body: Annotated[bytes, Depends(_begin_of_body)]) -> Response:
    site = site_of(request)
    link = _link(site, token)
    if link is None:
        return message_page(site, 404, kind="no_link")
    if _ONE_CLICK in body or _AGAIN in body:
        mail(site.world, link.household, link.partner, mailed=_AGAIN in body)
    return _page(site, _partner(site.world.store.households.get(link.household), link))


def _page(site: Site, partner: Partner) -> Response:
    return site.page("unsubscribe.html", partner=partner)


def _link(site: Site, token: str) -> Link | None:
    if not looks_like_token(token):
        return None
    link = site.world.store.links.get(token_hash(token), now=site.world.clock.now())
    return link if link is not None and link.purpose == "unsubscribe" else None


def _partner(household: Household, link: Link) -> Partner:
    return household.partner(link.partner)
