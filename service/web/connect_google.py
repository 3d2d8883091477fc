"""`/connect/google/...`: to Google's own page and back, from a partner's own session.

The way there is a link on a page of ours that says what Google will ask. The address that Google sends back
to serves once, in the session that asked, whatever it says. What was given is held in this process until its
person has seen whose account it is and presses *Save*; only that writes.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from connectors.errors import ConnectorError
from service.flow import connect_google as flow
from service.flow import google_account
from service.flow.connect_calendar import ChoiceRefusedError, may_connect
from service.flow.own_settings import mark_of
from service.web.errors import message_page
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _, said_of

router = APIRouter()
BACK = "/connect/google/back"
FOUND = "/connect/google/found"


@router.post("/connect/google")
def ask(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "right"})
    site = site_of(request)
    if site.world.google is None:
        return RedirectResponse("/connect", status_code=303)
    if not may_connect(site.world, reader.household, reader.partner):
        return message_page(site, 409, kind="named_in_file")
    email = google_account.hint(site.world, reader.household, reader.partner)
    rights = google_account.rights_to_ask(
        site.world, reader.household, reader.partner, more=form.one("right")
    )
    asked = site.world.google.ask(f"{site.origin}{BACK}", email=email, rights=rights)
    site.consents.ask(reader.phone, asked, now=site.world.clock.now())
    return site.page("connect_google.html", step="ask", address=asked.address, rights=rights)


@router.get(BACK)
def back(request: Request, reader: AReader) -> Response:
    site, now = site_of(request), site_of(request).world.clock.now()
    if not site.attempts.may_try(reader.key, "google"):
        return _again(site, reader, _("Three tries a minute are enough. Wait a minute and try again."), 429)
    asked = site.consents.use_up(reader.phone, now=now)
    if asked is None or site.world.google is None:
        return _again(site, reader, _over(), 200)
    site.world.store.end_reading()
    try:
        given = site.world.google.take(asked, request.query_params)
    except ConnectorError as error:
        return _again(site, reader, said_of(error))
    site.consents.keep(reader.phone, given, now=now)
    return RedirectResponse(FOUND, status_code=303)


@router.api_route(FOUND, methods=["GET", "HEAD"])
def found(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    given = site.consents.given(reader.phone, now=site.world.clock.now())
    if given is None:
        return _again(site, reader, _over(), 200)
    if refusal := flow.why_not(site.world, reader.household, reader.partner, given):
        site.consents.forget(reader.phone)
        return _again(site, reader, refusal)
    zone = site.world.store.households.get(reader.household).zone
    return site.page(
        "connect_google.html",
        step="found",
        key=reader.key,
        given=given,
        seen=mark_of(given.subject, sorted(given.rights)),
        ending=flow.when_it_ends(zone, given.ends_at),
        other_address=flow.whose_address(site.world, reader.household, reader.partner, given),
        before=flow.another_than_before(site.world, reader.household, reader.partner, given),
    )


@router.post("/connect/google/save")
def save(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "seen"})
    site = site_of(request)
    given = site.consents.given(reader.phone, now=site.world.clock.now())
    if given is None:
        return _again(site, reader, _over())
    if form.one("seen") != mark_of(given.subject, sorted(given.rights)):
        return RedirectResponse(FOUND, status_code=303)  # another page of theirs came back with this one
    site.consents.forget(reader.phone)
    try:
        flow.save_account(site.world, reader.household, reader.partner, given)
    except ChoiceRefusedError as refused:
        return _again(site, reader, str(refused))
    return RedirectResponse("/connect/google", status_code=303)


def _over() -> str:
    return _("The way to Google and back serves once, on one phone and within ten minutes. Start again here.")


def _again(site: Site, reader: Reader, problem: str, status: int = 422) -> Response:
    return site.page("connect_google.html", status, step="again", key=reader.key, problem=problem)
