"""`/out` and `/out/WEEK`: when somebody without a digital calendar is out; theirs alone to see and to say."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.domain.week import Week
from service.flow import out_times
from service.web.check_in import week_of
from service.web.forms import UnreadableFormError
from service.web.hours import Hours, HoursRefusedError, fields_many, fields_once, hours_of, typed_hours
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _

router = APIRouter()
_ROWS = "out"


@router.api_route("/out", methods=["GET", "HEAD"])
def running(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    zone = site.world.store.households.get(reader.household).zone
    return _page(site, reader, Week.at(site.world.clock.now(), zone))


@router.api_route("/out/{week}", methods=["GET", "HEAD"])
def of_week(request: Request, week: str, reader: AReader) -> Response:
    return _page(site_of(request), reader, week_of(week))


@router.post("/out/{week}")
def say(request: Request, week: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"} | fields_once(form, _ROWS), many=fields_many(form, _ROWS))
    if form.one("press") != "yes":
        raise UnreadableFormError
    site, the_week, hours = site_of(request), week_of(week), typed_hours(form, _ROWS)
    try:
        out_times.save(site.world, reader.household, reader.partner, the_week, hours.windows())
    except HoursRefusedError as refused:
        return _page(site, reader, the_week, hours=hours, problems=refused.problems)
    except out_times.TooManyTimesError:
        return _page(
            site, reader, the_week, hours=hours, problems=(_("These are more times than a week has."),)
        )
    return RedirectResponse(f"/out/{the_week}", status_code=303)


def _page(
    site: Site, reader: Reader, week: Week, *, hours: Hours | None = None, problems: tuple[str, ...] = ()
) -> Response:
    view = out_times.view(site.world, reader.household, reader.partner, week)
    return site.page(
        "out.html",
        422 if problems else 200,
        view=view,
        hours=hours or hours_of(_ROWS, view.windows),
        problems=problems,
        key=reader.key,
    )
