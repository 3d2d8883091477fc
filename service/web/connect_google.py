"""`/connect/google`: to Google's own page and back, from a partner's own session.

The way there is a link on a page of ours that says what Google will ask. What comes back is held in this
process until its person has seen whose account it is and presses *Save*; only that writes.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from connectors.errors import ConnectorError
from connectors.model import ConsentGiven
from service.flow import connect_google as flow
from service.flow.connect_calendar import ChoiceRefusedError, may_connect
from service.web.errors import message_page
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _

router = APIRouter()
BACK = "/connect/google/back"


@router.post("/connect/google")
def ask(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader"})
    site = site_of(request)
    if site.world.google is None or not may_connect(site.world, reader.household, reader.partner):
        return message_page(site, 409, kind="named_in_file")
    email = site.world.store.households.get(reader.household).partner(reader.partner).email
    asked = site.world.google.ask(f"{site.origin}{BACK}", email=email)
    site.attempts.keep_consent(reader.key, asked, now=site.world.clock.now())
    return site.page("connect_google.html", step="ask", address=asked.address)


@router.api_route(BACK, methods=["GET", "HEAD"])
def back(request: Request, reader: AReader) -> Response:
    site, now = site_of(request), site_of(request).world.clock.now()
    attempt = site.attempts.consent(reader.key, now=now)
    if attempt is None or site.world.google is None:
        return _again(site, reader, _("That took a while, so nothing was kept. Please start again."), 200)
    if attempt.given is not None and request.query_params.get("state") == attempt.asked.state:
        return _found(site, reader, attempt.given)  # the same page, looked at once more
    if not site.attempts.may_try(reader.key, "google"):
        return _again(site, reader, _("Three tries a minute are enough. Wait a minute and try again."), 429)
    try:
        given = site.world.google.take(attempt.asked, request.query_params)
    except ConnectorError as error:
        return _again(site, reader, str(error))
    site.attempts.keep_consent(reader.key, attempt.asked, given, now=now)
    return _found(site, reader, given)


@router.post("/connect/google/save")
def save(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader"})
    site = site_of(request)
    attempt = site.attempts.consent(reader.key, now=site.world.clock.now())
    if attempt is None or attempt.given is None:
        return _again(site, reader, _("That took a while, so nothing was kept. Please start again."))
    try:
        flow.save_account(site.world, reader.household, reader.partner, attempt.given)
    except ChoiceRefusedError as refused:
        return _again(site, reader, str(refused))
    site.attempts.forget(reader.key)
    return RedirectResponse("/connect/done", status_code=303)


def _found(site: Site, reader: Reader, given: ConsentGiven) -> Response:
    if refusal := flow.why_not(site.world, reader.household, reader.partner, given):
        return _again(site, reader, refusal)
    return site.page(
        "connect_google.html",
        step="found",
        key=reader.key,
        given=given,
        before=flow.another_than_before(site.world, reader.household, reader.partner, given),
    )


def _again(site: Site, reader: Reader, problem: str, status: int = 422) -> Response:
    return site.page("connect_google.html", status, step="again", key=reader.key, problem=problem)
