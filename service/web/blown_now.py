"""`/off`: *I'm blown*. A link shows what one tap would do; only the tap does it, and it can be taken back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.flow import blown_now
from service.web.forms import UnreadableFormError
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of

router = APIRouter()


@router.api_route("/off", methods=["GET", "HEAD"])
def look(request: Request, reader: AReader) -> Response:
    return _page(site_of(request), reader)


@router.post("/off")
def ask(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    site = site_of(request)
    try:
        blown_now.ask(site.world, reader.household, reader.partner)
    except blown_now.NotNowError as refused:
        return _page(site, reader, problem=str(refused))
    return RedirectResponse("/week", status_code=303)


@router.post("/off/undo")
def undo(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader"})
    site = site_of(request)
    try:
        blown_now.undo(site.world, reader.household, reader.partner)
    except blown_now.NotNowError as refused:
        return _page(site, reader, problem=str(refused))
    return RedirectResponse("/week", status_code=303)


def _page(site: Site, reader: Reader, *, problem: str = "") -> Response:
    household = site.world.store.households.get(reader.household)
    now = site.world.clock.now()
    why_not = blown_now.why_not(site.world, household, reader.partner, now)
    return site.page(
        "off.html",
        409 if problem else 200,
        household=household,
        other=household.other(reader.partner) if len(household.partners) > 1 else None,
        why_not=why_not,
        may_agree=len(household.partners) > 1 and not household.agreed_to("pact"),
        problem=problem,
        key=reader.key,
    )
