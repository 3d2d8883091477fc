"""`/me/calendars`: one's own account and feeds, how they are, and the way to connect them anew."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.flow import own_calendars as flow
from service.web.sessions import AReader
from service.web.site import site_of

router = APIRouter()


@router.api_route("/me/calendars", methods=["GET", "HEAD"])
def show(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    view = flow.calendars(site.world, reader.household, reader.partner)
    return site.page("own_calendars.html", view=view, key=reader.key)
