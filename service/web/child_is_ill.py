"""`/ill`: *child is ill, or the nursery is closed*, until a day; then who stays at home, and when it is over.

A link shows what it would do; only a press does it. Either of the two may say it, end it and take it back;
each says yes for themselves alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.flow import child_is_ill
from service.flow.blown_now import NotNowError
from service.flow.home_view import home_view
from service.web.forms import Form, UnreadableFormError
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of

router = APIRouter()


@router.api_route("/ill", methods=["GET", "HEAD"])
def look(request: Request, reader: AReader) -> Response:
    return _page(site_of(request), reader)


@router.post("/ill")
def say(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "until"})
    until, site = _day(form), site_of(request)
    return _pressed(
        site, reader, lambda: child_is_ill.say(site.world, reader.household, reader.partner, until)
    )


@router.post("/ill/undo")
def undo(request: Request, reader: AReader, form: OwnForm) -> Response:
    _press(form)
    site = site_of(request)
    return _pressed(site, reader, lambda: child_is_ill.undo(site.world, reader.household))


@router.post("/ill/well")
def well(request: Request, reader: AReader, form: OwnForm) -> Response:
    _press(form)
    site = site_of(request)
    return _pressed(site, reader, lambda: child_is_ill.well_again(site.world, reader.household))


@router.post("/ill/yes")
def say_yes(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "turns"})
    site, shown = site_of(request), form.one("turns")
    return _pressed(
        site, reader, lambda: child_is_ill.say_yes(site.world, reader.household, reader.partner, shown)
    )


@router.post("/ill/take")
def take(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "turn"})
    site, turn = site_of(request), form.one("turn")
    return _pressed(
        site, reader, lambda: child_is_ill.take(site.world, reader.household, reader.partner, turn)
    )


def _press(form: Form) -> None:
    form.only(once={"reader", "press"})
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError


def _day(form: Form) -> date:
    try:
        return date.fromisoformat(form.one("until"))
    except ValueError as error:
        raise UnreadableFormError from error


def _pressed(site: Site, reader: Reader, act: Callable[[], None]) -> Response:
    try:
        act()
    except NotNowError as refused:
        return _page(site, reader, problem=str(refused))
    return RedirectResponse("/ill", status_code=303)


def _page(site: Site, reader: Reader, *, problem: str = "") -> Response:
    household, now = site.world.store.households.get(reader.household), site.world.clock.now()
    view = home_view(site.world, household, reader.partner, now)
    days = child_is_ill.possible_days(household, now)
    evening = child_is_ill.is_evening(household, now)
    return site.page(
        "ill.html",
        409 if problem else 200,
        household=household,
        view=view,
        days=days,
        chosen=days[1] if evening else days[0],
        why_not=child_is_ill.why_not(site.world, household, now),
        problem=problem,
        key=reader.key,
    )
