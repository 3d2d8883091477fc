"""`/connect`: a partner connects their own calendar, in three plain steps and from their own session.

The address first, without a password; then who signs in, below the name of the host that the password
goes to; then what was found, with boxes to tick. Only the last button saves. No page carries a password,
and a refusal comes back as the step it belongs to, with its reason.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from connectors.errors import ConnectorError
from connectors.model import CalendarId, Found
from service.flow import connect_calendar as flow
from service.flow.first_week import has_joined
from service.web.attempts import Attempt
from service.web.errors import message_page
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _, said_of

router = APIRouter()

OWN = "own"
"""The value of the choice that lets Offplate make a calendar."""


@router.api_route("/connect", methods=["GET", "HEAD"])
def address(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    return _refused(site, reader) or _address_page(site, reader, _mail_of(site, reader))


@router.api_route("/connect/done", methods=["GET", "HEAD"])
def done(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    if _is_coming_in(site, reader):
        return message_page(site, 200, kind="connected", go_on="/welcome")
    return message_page(site, 200, kind="connected")


@router.post("/connect")
def locate(request: Request, reader: AReader, form: OwnForm) -> Response:
    site = site_of(request)
    form.only(once={"reader", "address"})
    if refusal := _refused(site, reader):
        return refusal
    typed = form.text("address")
    if not site.attempts.may_try(reader.key, "address"):
        return _address_page(site, reader, typed, problem=_too_many(), status=429)
    try:
        located = site.world.onboarding.locate(typed)
    except ConnectorError as error:
        return _address_page(site, reader, typed, problem=said_of(error), status=422)
    attempt = site.attempts.begin(reader.key, located, now=site.world.clock.now())
    return _sign_in_page(site, reader, attempt, typed if "@" in typed else "")


@router.post("/connect/account")
def sign_in(request: Request, reader: AReader, form: OwnForm) -> Response:
    site = site_of(request)
    form.only(once={"reader", "attempt", "username", "password"})
    if refusal := _refused(site, reader):
        return refusal
    attempt = site.attempts.get(reader.key, form.one("attempt"), now=site.world.clock.now())
    if attempt is None:
        return _from_the_start(site, reader)
    username, password = form.text("username"), form.one("password")
    if not username or not password:
        missing = _("Both the user name and the password are needed.")
        return _sign_in_page(site, reader, attempt, username, problem=missing, status=422)
    if not site.attempts.may_try(reader.key, "account"):
        return _sign_in_page(site, reader, attempt, username, problem=_too_many(), status=429)
    try:
        found = site.world.onboarding.try_account(attempt.located.url, username, password)
    except ConnectorError as error:
        return _sign_in_page(site, reader, attempt, username, problem=said_of(error), status=422)
    let_in = site.attempts.let_in(
        reader.key,
        attempt.located,
        found,
        username=username,
        password=password,
        now=site.world.clock.now(),
    )
    return _found_page(site, reader, let_in, found)


@router.post("/connect/save")
def save(request: Request, reader: AReader, form: OwnForm) -> Response:
    site = site_of(request)
    form.only(once={"reader", "attempt", "home"}, many={"busy"})
    if refusal := _refused(site, reader):
        return refusal
    attempt = site.attempts.get(reader.key, form.one("attempt"), now=site.world.clock.now())
    if attempt is None or attempt.found is None:
        return _from_the_start(site, reader)
    home = form.one("home")
    try:
        flow.save_account(
            site.world,
            reader.household,
            reader.partner,
            attempt.found,
            username=attempt.username,
            password=attempt.password,
            busy=[CalendarId(each) for each in form.all("busy")],
            home=None if home in ("", OWN) else CalendarId(home),
        )
    except flow.ChoiceRefusedError as error:
        return _found_page(site, reader, attempt, attempt.found, problem=str(error), status=422)
    site.attempts.forget(reader.key)
    return RedirectResponse("/connect/done", status_code=303)


def _refused(site: Site, reader: Reader) -> Response | None:
    """Why this reader may not go on, if so: the file decides."""
    if not flow.may_connect(site.world, reader.household, reader.partner):
        return message_page(site, 409, kind="named_in_file")
    return None


def _is_coming_in(site: Site, reader: Reader) -> bool:
    """Whether this is a step of their first minutes, and the way back leads there."""
    household = site.world.store.households.get(reader.household)
    return household.in_set_up or not has_joined(household, reader.partner)


def _from_the_start(site: Site, reader: Reader) -> Response:
    problem = _("That took a while, so nothing was kept. Please start again with the address.")
    return _address_page(site, reader, _mail_of(site, reader), problem=problem, status=422)


def _mail_of(site: Site, reader: Reader) -> str:
    return site.world.store.households.get(reader.household).partner(reader.partner).email


def _too_many() -> str:
    return _("Three tries a minute are enough. Wait a minute and try again.")


def _address_page(
    site: Site, reader: Reader, typed: str, *, problem: str = "", status: int = 200
) -> Response:
    return site.page(
        "connect.html",
        status,
        step="address",
        is_coming_in=_is_coming_in(site, reader),
        key=reader.key,
        typed=typed,
        problem=problem,
        google=site.world.google is not None,
    )


def _sign_in_page(
    site: Site, reader: Reader, attempt: Attempt, username: str, *, problem: str = "", status: int = 200
) -> Response:
    return site.page(
        "connect.html",
        status,
        step="account",
        is_coming_in=_is_coming_in(site, reader),
        key=reader.key,
        attempt=attempt.token,
        located=attempt.located,
        username=username,
        problem=problem,
    )


def _found_page(
    site: Site, reader: Reader, attempt: Attempt, found: Found, *, problem: str = "", status: int = 200
) -> Response:
    account = site.world.store.accounts.get(reader.household, reader.partner)
    writable = flow.writable(found)
    before = account.home if account is not None else ""
    return site.page(
        "connect.html",
        status,
        step="choose",
        is_coming_in=_is_coming_in(site, reader),
        key=reader.key,
        attempt=attempt.token,
        found=found,
        tickable=flow.tickable(found),
        ticked=flow.ticked_before(site.world, reader.household, reader.partner, found),
        writable=writable,
        home=before if before in {calendar.id for calendar in writable} else OWN,
        own=OWN,
        problem=problem,
    )
