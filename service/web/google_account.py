"""`/connect/google`: a partner's own Google account, what more it may do, and letting it go.

Connecting asks for two rights; each of two more is asked for here, by itself and only by its person. The
names of calendars are fetched when they are to be ticked, shown once and kept nowhere.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from connectors.errors import ConnectorError
from connectors.model import CalendarId
from service.flow import google_account as flow
from service.flow.connect_calendar import ChoiceRefusedError, may_connect
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _, said_of

router = APIRouter()
PAGE = "/connect/google"


@router.api_route(PAGE, methods=["GET", "HEAD"])
def account(request: Request, reader: AReader) -> Response:
    return _page(site_of(request), reader)


@router.post(f"{PAGE}/calendars")
def calendars(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader"})
    return _choose(site_of(request), reader)


@router.post(f"{PAGE}/calendars/save")
def save(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader"}, many={"busy"})
    site = site_of(request)
    if not site.attempts.may_try(reader.key, "calendars"):
        return _page(site, reader, _too_many(), 429)
    try:
        flow.choose_calendars(
            site.world, reader.household, reader.partner, [CalendarId(each) for each in form.all("busy")]
        )
    except (ConnectorError, ChoiceRefusedError) as error:
        return _page(site, reader, said_of(error), 422)
    return RedirectResponse(PAGE, status_code=303)


@router.post(f"{PAGE}/disconnect")
def disconnect(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    site = site_of(request)
    if form.one("press") == "yes":
        flow.disconnect(site.world, reader.household, reader.partner)
    return RedirectResponse(PAGE, status_code=303)


def _page(site: Site, reader: Reader, problem: str = "", status: int = 200) -> Response:
    if site.world.google is None or not may_connect(site.world, reader.household, reader.partner):
        return RedirectResponse("/connect", status_code=303)
    view = flow.view(site.world, reader.household, reader.partner)
    step = "none" if view is None else "leaving" if view.leaving else "account"
    return site.page("google_account.html", status, step=step, key=reader.key, view=view, problem=problem)


def _choose(site: Site, reader: Reader) -> Response:
    if not site.attempts.may_try(reader.key, "calendars"):
        return _page(site, reader, _too_many(), 429)
    try:
        found = flow.calendars(site.world, reader.household, reader.partner)
    except (ConnectorError, ChoiceRefusedError) as error:
        return _page(site, reader, said_of(error), 422)
    ticked = flow.ticked(site.world, reader.household, reader.partner, found)
    return site.page("google_account.html", step="choose", key=reader.key, found=found, ticked=ticked)


def _too_many() -> str:
    return _("Three tries a minute are enough. Wait a minute and try again.")
