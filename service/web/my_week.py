"""`/week` and `/week/WEEK`: what is mine, today first; of the other only protected time and duty."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.domain.week import Week
from service.flow import my_week as flow
from service.flow.views import MyWeekView
from service.web.check_in import week_of
from service.web.sessions import AReader, Reader
from service.web.site import Site, site_of

router = APIRouter()


@router.api_route("/week", methods=["GET", "HEAD"])
def running(request: Request, reader: AReader) -> Response:
    return _page(site_of(request), reader, None)


@router.api_route("/week/{week}", methods=["GET", "HEAD"])
def of_week(request: Request, week: str, reader: AReader) -> Response:
    return _page(site_of(request), reader, week_of(week))


def my_week_page(site: Site, view: MyWeekView) -> Response:
    return site.page("my_week.html", view=view)


def _page(site: Site, reader: Reader, week: Week | None) -> Response:
    return my_week_page(site, flow.view(site.world, reader.household, reader.partner, week=week))
