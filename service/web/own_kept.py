"""`/me/kept`: what is kept about its reader and until when; one press erases what they said."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.flow import own_kept as flow
from service.web.forms import UnreadableFormError
from service.web.sessions import AReader, OwnForm
from service.web.site import site_of

router = APIRouter()


@router.api_route("/me/kept", methods=["GET", "HEAD"])
def look(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    return site.page(
        "own_kept.html",
        lines=flow.kept(site.world, reader.household, reader.partner),
        erased="erased" in request.query_params,
        key=reader.key,
    )


@router.post("/me/kept")
def erase(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    flow.erase_said(site_of(request).world, reader.household, reader.partner)
    return RedirectResponse("/me/kept?erased=1", status_code=303)
