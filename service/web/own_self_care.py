"""`/me/self-care`: time for oneself: add, change, take away.

A wish is addressed by the mark of what it was when the page showed it, so that an old page never changes
another one, or one that says something else by now.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.dates import in_hours
from service.domain.chores import feed_gap_minutes
from service.flow import own_settings as flow
from service.flow.own_settings import ChangedMeanwhileError, OwnRefusedError, WishWords
from service.flow.own_view import wish_said
from service.web.forms import Form, UnreadableFormError
from service.web.hours import Hours, HoursRefusedError, fields_many, fields_once, hours_of, typed_hours
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _

router = APIRouter()
LIST = "/me/self-care"
WHEN = "when"


@router.api_route(LIST, methods=["GET", "HEAD"])
def show(request: Request, reader: AReader) -> Response:
    return _list(site_of(request), reader)


@router.api_route(f"{LIST}/new", methods=["GET", "HEAD"])
def new(request: Request, reader: AReader) -> Response:
    return _form(site_of(request), reader, WishWords(), hours_of(WHEN, ()))


@router.post(f"{LIST}/new")
def add(request: Request, reader: AReader, form: OwnForm) -> Response:
    return _save(request, reader, form, None)


@router.api_route(LIST + "/{wish}", methods=["GET", "HEAD"])
def one(request: Request, wish: str, reader: AReader) -> Response:
    site = site_of(request)
    me = site.world.store.households.get(reader.household).partner(reader.partner)
    try:
        found = flow.wish_marked(me, wish)
    except ChangedMeanwhileError:
        return RedirectResponse(LIST, status_code=303)
    return _form(site, reader, flow.words_of(found), hours_of(WHEN, found.windows), wish=wish)


@router.post(LIST + "/{wish}")
def change(request: Request, wish: str, reader: AReader, form: OwnForm) -> Response:
    return _save(request, reader, form, wish)


@router.post(LIST + "/{wish}/remove")
def remove(request: Request, wish: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    site = site_of(request)
    try:
        flow.remove_wish(site.world, reader.household, reader.partner, wish)
    except ChangedMeanwhileError:
        return _list(site, reader, problem=_changed(), status=409)
    return RedirectResponse(LIST, status_code=303)


def _save(request: Request, reader: Reader, form: Form, wish: str | None) -> Response:
    form.only(
        once={"reader", "name", "minutes", "per_week", "needs_cover", *fields_once(form, WHEN)},
        many=fields_many(form, WHEN),
    )
    site, hours = site_of(request), typed_hours(form, WHEN)
    words = WishWords(
        name=form.text("name"),
        minutes=form.text("minutes"),
        per_week=form.text("per_week"),
        needs_cover=form.one("needs_cover") == "yes",
    )
    problems: list[str] = []
    windows = None
    try:
        windows = hours.windows()
    except HoursRefusedError as refused:
        problems += refused.problems
    try:
        wanted = flow.wish_of(words, windows)
        if wish is None:
            flow.add_wish(site.world, reader.household, reader.partner, wanted)
        else:
            flow.change_wish(site.world, reader.household, reader.partner, wish, wanted)
    except OwnRefusedError as refused_words:
        problems = [*refused_words.problems, *problems]
        return _form(site, reader, words, hours, wish=wish, problems=problems, status=422)
    except ChangedMeanwhileError:
        said = [_changed(), _("Save it here as something new, or go back and look.")]
        return _form(site, reader, words, hours, problems=said, status=409)
    return RedirectResponse(LIST, status_code=303)


def _changed() -> str:
    return _(
        "It does not stand like that any more: another page of yours changed it. Nothing was changed now."
    )


def _list(site: Site, reader: Reader, *, problem: str = "", status: int = 200) -> Response:
    me = site.world.store.households.get(reader.household).partner(reader.partner)
    return site.page(
        "own_self_care.html",
        status,
        feeds=_feeds(site, reader),
        wishes=[(flow.mark_of(wish), wish, wish_said(wish)) for wish in me.self_care],
        problem=problem,
        key=reader.key,
    )


def _feeds(site: Site, reader: Reader) -> str:
    """What feeds that only they can give do to it, as a sentence; empty where they do nothing."""
    gap_minutes = feed_gap_minutes(site.world.store.households.chores(reader.household), reader.partner)
    if gap_minutes is None:
        return ""
    said = {"time": in_hours(gap_minutes)}
    return _("While a feed comes every %(time)s and only from you, none is planned longer than that.") % said


def _form(
    site: Site,
    reader: Reader,
    words: WishWords,
    hours: Hours,
    *,
    wish: str | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> Response:
    return site.page(
        "own_wish.html",
        status,
        words=words,
        hours=hours,
        wish=wish,
        problems=problems or [],
        feeds=_feeds(site, reader),
        key=reader.key,
    )
