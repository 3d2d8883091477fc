"""`/welcome`: each one's first page, in their own session: what they say of themselves, and what is left.

Whoever set up sees besides what became of the invitation, and where no mail gets through, once, a link to
hand over.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.domain.week import Week
from service.flow import first_week, invitation
from service.flow.connect_calendar import may_connect
from service.flow.set_up import SetUpRefusedError, may_set_up
from service.web.forms import UnreadableFormError
from service.web.hours import fields_many
from service.web.own_words import OwnDraft, consent_words, draft_of, own_fields, read_own
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of

router = APIRouter()


@router.api_route("/welcome", methods=["GET", "HEAD"])
def look(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    return _elsewhere(site, reader) or _page(site, reader, draft_of())


@router.post("/welcome")
def join(request: Request, reader: AReader, form: OwnForm) -> Response:
    site = site_of(request)
    form.only(once={"reader", "press", *own_fields(form)}, many={"consent", *fields_many(form, "own")})
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    if elsewhere := _elsewhere(site, reader):
        return elsewhere
    draft = OwnDraft.of(form)
    try:
        household = first_week.join(site.world, reader.household, reader.partner, read_own(draft))
        if household.handed_over:  # the link was in the other's hands, and what it opened may be
            site.world.store.links.keep_session(reader.household, reader.partner, reader.session)
    except SetUpRefusedError as refused:
        return _page(site, reader, draft, problems=refused.problems)
    return RedirectResponse("/welcome", status_code=303)


@router.post("/welcome/link")
def hand_over(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    if form.one("press") != "yes":
        raise UnreadableFormError
    site = site_of(request)
    try:
        link = invitation.hand_over(site.world, reader.household, reader.partner)
    except invitation.NothingToHandOverError:
        return _elsewhere(site, reader) or _page(site, reader, draft_of())
    household = site.world.store.households.get(reader.household)
    return site.page("hand_over.html", other=household.other(reader.partner), link=link)


def _elsewhere(site: Site, reader: Reader) -> Response | None:
    """Where a home belongs that has not started yet, or began in a file."""
    household = site.world.store.households.get(reader.household)
    if household.set_up_on is not None:
        return None
    goes_on = may_set_up(household, reader.partner)
    return RedirectResponse("/set-up" if goes_on else "/week", status_code=303)


def _page(site: Site, reader: Reader, draft: OwnDraft, *, problems: tuple[str, ...] = ()) -> Response:
    world = site.world
    household = world.store.households.get(reader.household)
    partner = household.partner(reader.partner)
    other = household.other(reader.partner) if len(household.partners) > 1 else None
    return site.page(
        "welcome.html",
        422 if problems else 200,
        household=household,
        reader=partner,
        other=other,
        asks_state=first_week.is_first_week(household, world.clock.now()),
        planned=world.store.plans.get(household.id, Week.at(world.clock.now(), household.zone), "published")
        is not None,
        joined=first_week.has_joined(household, partner.id),
        connected=world.store.accounts.get(household.id, partner.id) is not None,
        may_connect=may_connect(world, household.id, partner.id),
        invitation=invitation.standing(world, household, partner.id),
        draft=draft,
        consents=consent_words(household, other.name) if other else (),
        key=reader.key,
        problems=problems,
    )
