"""`/me`: a partner's own settings, from their own session. Rows of what stands; each opens a small page.

A refusal comes back as the same page with every problem and what was typed. What another page of theirs
changed meanwhile is said, and one more press puts the typed in its place.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service.dates import in_hours
from service.domain.household import Household
from service.flow import likings as likings_flow
from service.flow import own_settings as flow
from service.flow.own_settings import ChangedMeanwhileError, OwnRefusedError, Setting
from service.flow.own_view import consent_name, own_rows, said_of, said_of_likings
from service.web.forms import Form, UnreadableFormError
from service.web.hours import Hours, HoursRefusedError, fields_many, fields_once, hours_of, typed_hours
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _

router = APIRouter()
HOME = "/me"
QUIET = "quiet"
LIKING = "liking-"


@router.api_route("/me", methods=["GET", "HEAD"])
def overview(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    household = _household(site, reader)
    return site.page(
        "own.html",
        household=household,
        me=household.partner(reader.partner),
        rows=own_rows(site.world, reader.household, reader.partner),
    )


@router.api_route("/me/quiet-hours", methods=["GET", "HEAD"])
def quiet_hours(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    me = _household(site, reader).partner(reader.partner)
    return _quiet_page(site, reader, hours_of(QUIET, me.quiet_hours))


@router.post("/me/quiet-hours")
def save_quiet_hours(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "was", *fields_once(form, QUIET)}, many=fields_many(form, QUIET))
    site, hours = site_of(request), typed_hours(form, QUIET)
    try:
        flow.put(
            site.world, reader.household, reader.partner, "quiet_hours", hours.windows(), was=form.one("was")
        )
    except HoursRefusedError as refused:
        return _quiet_page(site, reader, hours, problems=refused.problems, status=422)
    except ChangedMeanwhileError:
        return _quiet_page(site, reader, hours, problems=_meanwhile(site, reader, "quiet_hours"), status=409)
    return RedirectResponse(HOME, status_code=303)


@router.api_route("/me/minutes", methods=["GET", "HEAD"])
def minutes(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    me = _household(site, reader).partner(reader.partner)
    offered = "" if me.offered_minutes_a_day is None else str(me.offered_minutes_a_day)
    return _minutes_page(site, reader, offered, str(me.most_minutes_a_day))


@router.post("/me/minutes")
def save_minutes(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "was", "offered", "most"})
    site, offered, most = site_of(request), form.text("offered"), form.text("most")
    try:
        values = flow.minutes_of(offered, most)
        flow.put(site.world, reader.household, reader.partner, "minutes", *values, was=form.one("was"))
    except OwnRefusedError as refused:
        return _minutes_page(site, reader, offered, most, problems=refused.problems, status=422)
    except ChangedMeanwhileError:
        problems = _meanwhile(site, reader, "minutes")
        return _minutes_page(site, reader, offered, most, problems=problems, status=409)
    return RedirectResponse(HOME, status_code=303)


@router.api_route("/me/where", methods=["GET", "HEAD"])
def where(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    me = _household(site, reader).partner(reader.partner)
    return _where_page(site, reader, me.busy_means, str(int(me.travel.total_seconds()) // 60))


@router.post("/me/where")
def save_where(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "was", "busy_means", "travel"})
    site, busy_means, travel = site_of(request), form.one("busy_means"), form.text("travel")
    try:
        values = flow.where_of(busy_means, travel)
        flow.put(site.world, reader.household, reader.partner, "where", *values, was=form.one("was"))
    except OwnRefusedError as refused:
        return _where_page(site, reader, busy_means, travel, problems=refused.problems, status=422)
    except ChangedMeanwhileError:
        problems = _meanwhile(site, reader, "where")
        return _where_page(site, reader, busy_means, travel, problems=problems, status=409)
    return RedirectResponse(HOME, status_code=303)


@router.api_route("/me/likings", methods=["GET", "HEAD"])
def likings(request: Request, reader: AReader) -> Response:
    return _likings_page(site_of(request), reader, {})


@router.post("/me/likings")
def save_likings(request: Request, reader: AReader, form: OwnForm) -> Response:
    chores = {field for field, _value in form.fields if field.startswith(LIKING)}
    form.only(once={"reader", "was", *chores})
    site, wanted = site_of(request), {name.removeprefix(LIKING): form.one(name) for name in chores}
    try:
        likings_flow.save_likings(site.world, reader.household, reader.partner, wanted, was=form.one("was"))
    except OwnRefusedError as refused:
        return _likings_page(site, reader, wanted, problems=refused.problems, status=422)
    except ChangedMeanwhileError:
        stands = said_of_likings(likings_flow.likings(site.world, reader.household, reader.partner))
        return _likings_page(site, reader, wanted, problems=_said_meanwhile(stands), status=409)
    except KeyError:  # a chore left the list at the same moment
        return _likings_page(site, reader, wanted, problems=(_("The list changed just now."),), status=409)
    return RedirectResponse(HOME, status_code=303)


@router.api_route("/me/agreed", methods=["GET", "HEAD"])
def agreed(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    household = _household(site, reader)
    return site.page(
        "own_agreed.html",
        household=household,
        me=household.partner(reader.partner),
        other=household.other(reader.partner) if len(household.partners) > 1 else None,
        names={consent: consent_name(consent) for consent in flow.CONSENTS},
        key=reader.key,
    )


@router.post("/me/agreed/{consent}")
def give_or_take_back(request: Request, consent: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    which = next((one for one in flow.CONSENTS if one == consent), None)
    if which is None:
        raise HTTPException(404)
    given = _yes_or_no(form)
    flow.consent(site_of(request).world, reader.household, reader.partner, which, given=given)
    return RedirectResponse("/me/agreed", status_code=303)


@router.api_route("/me/mails", methods=["GET", "HEAD"])
def mails(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    me = _household(site, reader).partner(reader.partner)
    return site.page("own_mails.html", me=me, key=reader.key)


@router.post("/me/mails")
def save_mails(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    flow.mail(site_of(request).world, reader.household, reader.partner, mailed=_yes_or_no(form))
    return RedirectResponse("/me/mails", status_code=303)


@router.api_route("/me/titles", methods=["GET", "HEAD"])
def titles(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    me = _household(site, reader).partner(reader.partner)
    return site.page("own_titles.html", me=me, key=reader.key)


@router.post("/me/titles")
def save_titles(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    flow.be_discreet(site_of(request).world, reader.household, reader.partner, discreet=_yes_or_no(form))
    return RedirectResponse("/me/titles", status_code=303)


def _yes_or_no(form: Form) -> bool:
    if form.one("press") not in ("yes", "no"):  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    return form.one("press") == "yes"


def _household(site: Site, reader: Reader) -> Household:
    return site.world.store.households.get(reader.household)


def _meanwhile(site: Site, reader: Reader, setting: Setting) -> tuple[str, ...]:
    return _said_meanwhile(said_of(_household(site, reader).partner(reader.partner), setting))


def _said_meanwhile(stands: str) -> tuple[str, ...]:
    said = _("Another page of yours changed it meanwhile. It says now: %(stands)s.")
    return (said % {"stands": stands}, _("Save once more to put this in its place."))


def _quiet_page(
    site: Site, reader: Reader, hours: Hours, *, problems: tuple[str, ...] = (), status: int = 200
) -> Response:
    was = flow.mark(_household(site, reader).partner(reader.partner), "quiet_hours")
    return site.page("own_quiet_hours.html", status, hours=hours, was=was, problems=problems, key=reader.key)


def _minutes_page(
    site: Site,
    reader: Reader,
    offered: str,
    most: str,
    *,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    me = _household(site, reader).partner(reader.partner)
    return site.page(
        "own_minutes.html",
        status,
        offered=offered,
        most=most,
        stands=in_hours(me.most_minutes_a_day),
        was=flow.mark(me, "minutes"),
        problems=problems,
        key=reader.key,
    )


def _where_page(
    site: Site,
    reader: Reader,
    busy_means: str,
    travel: str,
    *,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    return site.page(
        "own_where.html",
        status,
        busy_means=busy_means,
        travel=travel,
        was=flow.mark(_household(site, reader).partner(reader.partner), "where"),
        problems=problems,
        key=reader.key,
    )


def _likings_page(
    site: Site,
    reader: Reader,
    wanted: dict[str, str],
    *,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    lines = likings_flow.likings(site.world, reader.household, reader.partner)
    return site.page(
        "own_likings.html",
        status,
        lines=lines,
        wanted=wanted,
        field=LIKING,
        words={"like": _("like"), "neutral": _("neutral"), "dislike": _("dislike")},
        was=likings_flow.mark(lines),
        problems=problems,
        key=reader.key,
    )
