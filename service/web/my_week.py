"""`/week`, `/week/WEEK` and its sheet to print: what is mine, today first; of the other only protected time
and duty.

An open question is answered by one press there: the form says who fills it in, the flow decides whether
they may, and a refusal comes back as the same page with its reason.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.domain.week import Week
from service.flow import block_presses, questions
from service.flow import my_week as flow
from service.flow.views import MyWeekView
from service.web.check_in import week_of
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of

router = APIRouter()


@router.api_route("/week", methods=["GET", "HEAD"])
def running(request: Request, reader: AReader) -> Response:
    return _page(site_of(request), reader, None)


@router.api_route("/week/{week}", methods=["GET", "HEAD"])
def of_week(request: Request, week: str, reader: AReader) -> Response:
    return _page(site_of(request), reader, week_of(week))


@router.api_route("/week/{week}/paper", methods=["GET", "HEAD"])
def on_paper(request: Request, week: str, reader: AReader) -> Response:
    """The same week as a sheet to print."""
    site = site_of(request)
    view = flow.view(site.world, reader.household, reader.partner, week=week_of(week))
    return site.page("paper.html", view=view)


@router.post("/week/{week}/question/{question}")
def answer(request: Request, week: str, question: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "answer"})
    site, the_week = site_of(request), week_of(week)
    try:
        questions.answer(site.world, reader.household, reader.partner, the_week, question, form.one("answer"))
    except questions.QuestionClosedError as closed:
        return _page(site, reader, the_week, problem=str(closed))
    return RedirectResponse(f"/week/{the_week}", status_code=303)


@router.post("/week/{week}/block/{block}")
def press(request: Request, week: str, block: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    site, the_week = site_of(request), week_of(week)
    try:
        block_presses.press(site.world, reader.household, reader.partner, the_week, block, form.one("press"))
    except block_presses.PressRefusedError as refused:
        return _page(site, reader, the_week, problem=str(refused))
    return RedirectResponse(f"/week/{the_week}", status_code=303)


def my_week_page(site: Site, view: MyWeekView, *, key: str = "", problem: str = "") -> Response:
    return site.page("my_week.html", 409 if problem else 200, view=view, key=key, problem=problem)


def _page(site: Site, reader: Reader, week: Week | None, *, problem: str = "") -> Response:
    view = flow.view(site.world, reader.household, reader.partner, week=week)
    return my_week_page(site, view, key=reader.key, problem=problem)
