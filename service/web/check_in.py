"""`/check-in/WEEK`: answer alone, wait, be revealed together, look at the week, agree.

Thin routes: the flow decides the stage, `check_in_page` draws it. A refused form comes back as the same
page with every problem named and the person's words still in it. A form that was sent says who filled
it in; when this phone has become the other one's meanwhile, nothing is saved.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import get_args

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service.domain.checkin import STATES, ChangeKind
from service.domain.week import Week
from service.flow import check_in as flow
from service.flow import new_jobs, proposal_changes
from service.flow.answers import AnswerRefusedError, Asides
from service.web import check_in_page as pages
from service.web.check_in_page import Draft
from service.web.forms import UnreadableFormError
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _

router = APIRouter()
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Far from where dates run out, so that a week has a next one and a zone its rules."""


@router.api_route("/check-in/{week}", methods=["GET", "HEAD"])
def show(request: Request, week: str, reader: AReader) -> Response:
    site = site_of(request)
    query = request.query_params
    preselected = query.get("state", "") if query.get("state") in STATES else ""
    view = flow.view(
        site.world,
        reader.household,
        reader.partner,
        week_of(week),
        changing="change" in query,
        tapped=preselected,
    )
    return pages.check_in_page(
        site,
        view,
        key=reader.key,
        screen=next((screen for screen in ("next", "talk") if screen in query), ""),
        preselected=preselected,
        raised=query.get("raise", ""),
    )


@router.post("/check-in/{week}/answer")
def answer(request: Request, week: str, reader: AReader, form: OwnForm) -> Response:
    form.only(
        once={
            "reader", "state", "appreciation", "raised_chore", "raised_wish", "away_from", "away_until",
            "own_time_name", "own_time_minutes", "own_time_day", "own_time_part", "named",
        },
        many={"hand_over", "missed"},
    )  # fmt: skip
    site, the_week = site_of(request), week_of(week)
    asides = Asides(
        raised_chore=form.one("raised_chore"),
        raised_wish=form.one("raised_wish") if form.one("raised_chore") else "",
        missed=form.all("missed"),
        away_from=form.one("away_from"),
        away_until=form.one("away_until"),
        own_time_name=form.text("own_time_name"),
        own_time_minutes=form.one("own_time_minutes"),
        own_time_day=form.one("own_time_day"),
        own_time_part=form.one("own_time_part"),
        named=form.one("named"),
    )
    draft = Draft(form.one("state"), form.all("hand_over"), form.text("appreciation"), asides)
    try:
        flow.answer(
            site.world,
            reader.household,
            reader.partner,
            the_week,
            state=draft.state,
            hand_overs=draft.hand_overs if draft.state == "weeds" else (),
            appreciation=draft.appreciation,
            asides=draft.asides,
        )
        return RedirectResponse(f"/check-in/{the_week}", status_code=303)
    except AnswerRefusedError as refused:
        problems, status = refused.problems, 422
    except flow.CheckInClosedError as closed:
        problems, status = (str(closed), _("Your words are still here, to copy if you like.")), 409
    view = flow.view(site.world, reader.household, reader.partner, the_week, changing=True)
    return pages.answer_page(site, view, key=reader.key, draft=draft, problems=problems, status=status)


@router.post("/check-in/{week}/agree")
def agree(request: Request, week: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "made_at"})
    site, the_week = site_of(request), week_of(week)
    try:
        flow.agree(
            site.world,
            reader.household,
            reader.partner,
            the_week,
            proposal_made_at=_instant(form.one("made_at")),
        )
    except flow.CheckInClosedError:
        pass  # the page of its stage says so
    except flow.ProposalChangedError:
        return _proposal_again(site, reader, the_week, changed=True, status=409)
    return RedirectResponse(f"/check-in/{the_week}?next=1", status_code=303)


@router.post("/check-in/{week}/change")
def change(request: Request, week: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "made_at", "kind", "chore", "other"})
    site, the_week = site_of(request), week_of(week)
    kind = next((known for known in get_args(ChangeKind) if known == form.one("kind")), None)
    if kind is None:
        raise UnreadableFormError
    try:
        proposal_changes.change(
            site.world,
            reader.household,
            reader.partner,
            the_week,
            kind=kind,
            chore=form.one("chore"),
            other=form.one("other"),
            proposal_made_at=_instant(form.one("made_at")),
        )
    except proposal_changes.ChangeRefusedError as refused:
        return _proposal_again(site, reader, the_week, problem=str(refused), status=422)
    except (flow.CheckInClosedError, flow.ProposalChangedError):
        return _proposal_again(site, reader, the_week, changed=True, status=409)
    return RedirectResponse(f"/check-in/{the_week}?next=1", status_code=303)


@router.post("/check-in/{week}/undo")
def undo(request: Request, week: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "made_at"})
    site, the_week = site_of(request), week_of(week)
    made_at = _instant(form.one("made_at"))
    try:
        proposal_changes.undo(site.world, reader.household, the_week, proposal_made_at=made_at)
    except proposal_changes.ChangeRefusedError as refused:
        return _proposal_again(site, reader, the_week, problem=str(refused), status=422)
    except (flow.CheckInClosedError, flow.ProposalChangedError):
        return _proposal_again(site, reader, the_week, changed=True, status=409)
    return RedirectResponse(f"/check-in/{the_week}?next=1", status_code=303)


@router.post("/check-in/{week}/job/{job}")
def answer_job_offer(request: Request, week: str, job: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    do = {"list": new_jobs.put_on_the_list, "not_for_us": new_jobs.turn_down}.get(form.one("press"))
    if do is None:
        raise UnreadableFormError
    site, the_week = site_of(request), week_of(week)
    with suppress(flow.CheckInClosedError):  # answered meanwhile: the page shows what is left
        do(site.world, reader.household, the_week, job)
    return RedirectResponse(f"/check-in/{the_week}?talk=1", status_code=303)


def _proposal_again(
    site: Site, reader: Reader, week: Week, *, problem: str = "", changed: bool = False, status: int
) -> Response:
    """The proposal as it stands; the page of its stage where there is none to look at any more."""
    view = flow.view(site.world, reader.household, reader.partner, week)
    if view.stage != "together" or view.proposal is None:
        return RedirectResponse(f"/check-in/{week}", status_code=303)
    return pages.proposal_page(
        site, view, view.proposal, key=reader.key, changed=changed, problem=problem, status=status
    )


def week_of(text: str) -> Week:
    """The week in an address. Raises HTTPException 404 when it is none, or of another century."""
    try:
        week = Week.parse(text)
    except ValueError as error:
        raise HTTPException(404) from error
    if not FIRST_YEAR <= week.monday.year <= LAST_YEAR:
        raise HTTPException(404)
    return week


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadableFormError from error
    if instant.tzinfo is None:
        raise UnreadableFormError
    return instant
