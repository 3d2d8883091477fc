"""`/c/TOKEN`: from the mailed link to a page whose address says nothing.

Mail scanners open links, too, so this reads and opens a session, no more. The token is left behind at
once: it stands in no form, no Referer and no history entry of the page.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.domain.checkin import STATES
from service.flow.set_up import step_of
from service.links import looks_like_token, token_hash
from service.ports import Link
from service.web.errors import message_page
from service.web.sessions import Reader, remember
from service.web.site import Site, site_of

router = APIRouter()
_OPENED_HERE = ("check_in", "invitation", "set_up")


@router.api_route("/c/{token}", methods=["GET", "HEAD"])
def open_link(request: Request, token: str) -> Response:
    """303 to the page the link is for, with a session; 404 for a link that is none, 429 past 20 a minute."""
    site = site_of(request)
    link = _link(site, token)
    if link is None:
        return _no_link(request, site)
    if link.purpose == "set_up":
        return _to_set_up(request, site, link)
    query = request.query_params
    target = _target(link, state=query.get("state"), to=query.get("to", ""))
    response = RedirectResponse(target, status_code=303)
    if request.method == "GET":
        remember(request, response, Reader(link.household, link.partner))
    return response


def _to_set_up(request: Request, site: Site, link: Link) -> Response:
    """A home in which nobody is named yet, or whoever was named first there, as far as they have come."""
    household = site.world.store.households.get(link.household)
    if not household.in_set_up:
        return _no_link(request, site)
    response = RedirectResponse(f"/set-up/{step_of(household)}", status_code=303)
    if request.method == "GET" and household.partners:
        remember(request, response, Reader(link.household, household.partners[0].id))
    elif request.method == "GET":
        remember(request, response, Reader(link.household, link.partner), "set_up_session")
    return response


def _link(site: Site, token: str) -> Link | None:
    if not looks_like_token(token):
        return None
    link = site.world.store.links.get(token_hash(token), now=site.world.clock.now())
    return link if link is not None and link.purpose in _OPENED_HERE else None


def _target(link: Link, *, state: str | None, to: str) -> str:
    """`?to=week` is the week page, `?to=paper` the sheet to print; a `state` is only what the form shows as
    chosen when it opens."""
    if link.purpose == "invitation":
        return "/welcome"
    if link.week is None:
        return "/week"
    if to == "paper":
        return f"/week/{link.week}/paper"
    if to == "week":
        return f"/week/{link.week}"
    chosen = f"?state={state}" if state in STATES else ""
    return f"/check-in/{link.week}{chosen}"


def _no_link(request: Request, site: Site) -> Response:
    address = request.client.host if request.client else "unknown"
    if site.misses.count(address):
        return message_page(site, 404, kind="no_link")
    return message_page(site, 429, kind="too_many", headers={"Retry-After": "60"})
