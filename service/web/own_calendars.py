"""`/me/calendars`: one's own account and feeds, how they are, the way to connect them anew, and the yes that
lets Offplate go on where it had stopped for a person to look."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.flow import own_calendars as flow
from service.flow.own_settings import ChangedMeanwhileError
from service.web.forms import UnreadableFormError
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of

router = APIRouter()
PAGE = "/me/calendars"


@router.api_route(PAGE, methods=["GET", "HEAD"])
def show(request: Request, reader: AReader) -> Response:
    return _page(site_of(request), reader)


@router.post(f"{PAGE}/go-on")
def go_on(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press", "asked"})
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    site = site_of(request)
    try:
        flow.say_yes(site.world, reader.household, reader.partner, form.one("asked"))
    except ChangedMeanwhileError:
        return _page(site, reader, changed=True)
    return RedirectResponse(PAGE, status_code=303)


def _page(site: Site, reader: Reader, *, changed: bool = False) -> Response:
    view = flow.calendars(site.world, reader.household, reader.partner)
    status = 409 if changed else 200
    return site.page("own_calendars.html", status, view=view, changed=changed, key=reader.key)
