"""`/list/CHORE/card`: one hands a chore over for good, the other takes it whole."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service.flow import hand_overs as flow
from service.flow.chore_list import cadence_words
from service.flow.house_rules import RuleRefusedError
from service.web.chore_list import list_page
from service.web.forms import UnreadableFormError
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form shows as filled in."""

    know_how: str = ""
    who_else: str = ""
    learning: bool = False


NOTHING_YET = Draft()


@router.api_route("/list/{chore}/card", methods=["GET", "HEAD"])
def show(request: Request, chore: str, reader: AReader) -> Response:
    return _card(site_of(request), reader, chore, anew="anew" in request.query_params)


@router.post("/list/{chore}/card")
def give(request: Request, chore: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "know_how", "who_else", "learning", "press"})
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    site = site_of(request)
    draft = Draft(form.text("know_how"), form.text("who_else"), form.one("learning") == "yes")
    try:
        flow.give(
            site.world,
            reader.household,
            reader.partner,
            chore,
            know_how=draft.know_how,
            who_else=draft.who_else,
            learning=draft.learning,
        )
    except KeyError as error:
        raise HTTPException(404) from error
    except RuleRefusedError as refused:
        return _card(site, reader, chore, anew=True, draft=draft, problems=refused.problems, status=422)
    return RedirectResponse(f"/list/{chore}/card", status_code=303)


def _card(
    site: Site,
    reader: Reader,
    chore: str,
    *,
    anew: bool = False,
    draft: Draft = NOTHING_YET,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    try:
        view = flow.view(site.world, reader.household, reader.partner, chore, anew=anew)
    except KeyError as error:
        raise HTTPException(404) from error
    except RuleRefusedError as refused:
        return list_page(site, reader, problem=str(refused), status=status)
    return site.page(
        "chore_card.html",
        status,
        view=view,
        reader=view.household.partner(reader.partner),
        draft=draft,
        longest=flow.MOST_WORDS,
        problems=problems,
        key=reader.key,
        cadence_words=cadence_words,
    )
