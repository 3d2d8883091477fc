"""`/list`: what the home needs and who holds it; each edits what is theirs, from their own session."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service.domain.week import WeeklyWindow
from service.flow import chore_list as flow
from service.flow.chore_list import ChoreWords, ListRefusedError
from service.flow.rule_kinds import shed_words
from service.web.forms import Form, UnreadableFormError
from service.web.hours import Hours, HoursRefusedError, fields_many, fields_once, hours_of, typed_hours
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of

router = APIRouter()
WORDS = {"name", "minutes", "cadence", "standard", "thinking", "shorter"}
FIELDS = {"reader", *WORDS, "for_children", "may_ring", "alarm"}


@router.api_route("/list", methods=["GET", "HEAD"])
def show(request: Request, reader: AReader) -> Response:
    return list_page(site_of(request), reader)


@router.api_route("/list/new", methods=["GET", "HEAD"])
def new(request: Request, reader: AReader) -> Response:
    return _form(site_of(request), reader, ChoreWords())


@router.post("/list/new")
def add(request: Request, reader: AReader, form: OwnForm) -> Response:
    site, (words, hours) = site_of(request), _words(form)
    try:
        flow.add(site.world, reader.household, reader.partner, words)
    except ListRefusedError as refused:
        return _form(site, reader, words, hours, problems=refused.problems, status=422)
    return RedirectResponse("/list", status_code=303)


@router.api_route("/list/{chore}", methods=["GET", "HEAD"])
def one(request: Request, chore: str, reader: AReader) -> Response:
    site = site_of(request)
    try:
        found = flow.to_edit(site.world, reader.household, reader.partner, chore)
    except KeyError as error:
        raise HTTPException(404) from error
    except ListRefusedError as refused:
        return list_page(site, reader, problem=str(refused))
    return _form(site, reader, flow.words_of(found), chore=found.id, held=found.owner == reader.partner)


@router.post("/list/{chore}")
def save(request: Request, chore: str, reader: AReader, form: OwnForm) -> Response:
    site, (words, hours) = site_of(request), _words(form)
    try:
        flow.save(site.world, reader.household, reader.partner, chore, words)
    except KeyError as error:
        raise HTTPException(404) from error
    except ListRefusedError as refused:
        return _form(site, reader, words, hours, chore=chore, problems=refused.problems, status=422)
    return RedirectResponse("/list", status_code=303)


@router.post("/list/{chore}/retire")
def retire(request: Request, chore: str, reader: AReader, form: OwnForm) -> Response:
    return _press(request, reader, form, lambda site: flow.retire(
        site.world, reader.household, reader.partner, chore
    ))  # fmt: skip


@router.post("/list/{chore}/back")
def bring_back(request: Request, chore: str, reader: AReader, form: OwnForm) -> Response:
    return _press(
        request,
        reader,
        form,
        lambda site: flow.bring_back(site.world, reader.household, reader.partner, chore),
    )


@router.post("/list/{chore}/take")
def take(request: Request, chore: str, reader: AReader, form: OwnForm) -> Response:
    return _press(request, reader, form, lambda site: flow.take(
        site.world, reader.household, reader.partner, chore
    ))  # fmt: skip


@router.post("/list/{chore}/let-go")
def let_go(request: Request, chore: str, reader: AReader, form: OwnForm) -> Response:
    return _press(request, reader, form, lambda site: flow.let_go(
        site.world, reader.household, reader.partner, chore
    ))  # fmt: skip


def _press(request: Request, reader: Reader, form: Form, do: Callable[[Site], None]) -> Response:
    form.only(once={"reader", "press"})
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    site = site_of(request)
    try:
        do(site)
    except KeyError as error:
        raise HTTPException(404) from error
    except ListRefusedError as refused:
        return list_page(site, reader, problem=str(refused), status=409)
    return RedirectResponse("/list", status_code=303)


def _words(form: Form) -> tuple[ChoreWords, Hours]:
    """What was sent, and its rows of hours as they were typed."""
    form.only(once=FIELDS | fields_once(form, "hours"), many=fields_many(form, "hours"))
    hours = typed_hours(form, "hours")
    windows: tuple[WeeklyWindow, ...] = ()
    unread: tuple[str, ...] = ()
    try:
        windows = hours.windows()
    except HoursRefusedError as refused:
        unread = refused.problems
    words = ChoreWords(
        name=form.text("name"),
        minutes=form.text("minutes"),
        cadence=form.text("cadence"),
        windows=windows,
        standard=form.text("standard"),
        thinking=form.text("thinking"),
        for_children=form.one("for_children") == "yes",
        shorter=form.text("shorter") if form.all("shorter") else None,
        alarm=form.one("alarm") == "yes" if form.all("may_ring") else None,
        unread=unread,
    )
    return words, hours


def list_page(site: Site, reader: Reader, *, problem: str = "", status: int = 200) -> Response:
    household = site.world.store.households.get(reader.household)
    return site.page(
        "list.html",
        status,
        household=household,
        reader=household.partner(reader.partner),
        view=flow.view(site.world, reader.household, reader.partner),
        key=reader.key,
        problem=problem,
        cadence_words=flow.cadence_words,
        sheds=shed_words(),
    )


def _form(
    site: Site,
    reader: Reader,
    words: ChoreWords,
    hours: Hours | None = None,
    *,
    chore: str = "",
    held: bool = True,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    household = site.world.store.households.get(reader.household)
    chores = site.world.store.households.chores(reader.household)
    stands = next((one for one in chores if one.id == chore), None)
    return site.page(
        "chore.html",
        status,
        words=words,
        hours=hours or hours_of("hours", words.windows),
        chore=chore,
        held=held,
        has_card=_has_card(site, reader, chore),
        can_give=len(household.partners) > 1,
        two_homes=household.other_week is not None,
        cadences=flow.cadences_for(stands),
        problems=problems,
        key=reader.key,
        cadence_words=flow.cadence_words,
    )


def _has_card(site: Site, reader: Reader, chore: str) -> bool:
    """Whether they took it with a card that is still there."""
    card = site.world.store.cards.get(reader.household, chore) if chore else None
    return card is not None and card.taken and card.giver != reader.partner
