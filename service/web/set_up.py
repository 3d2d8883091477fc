"""`/set-up`: a home from nothing, in three pages; each is saved as it is sent, and *Start* begins the week.

The first page belongs to whoever came by the link that `serve` prints. It names two people, and from then on
the first of them goes on from a session of their own. After *Start* every address here leads to `/welcome`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.domain.household import Household
from service.flow import first_week, set_up
from service.flow.set_up import HomeWords, SetUpOverError, SetUpRefusedError
from service.web.forms import Form, UnreadableFormError
from service.web.hours import Hours, HoursRefusedError, fields_many, fields_once, hours_of, typed_hours
from service.web.own_words import OwnDraft, consent_words, draft_of, own_fields, read_own
from service.web.sessions import ANewcomer, AReader, NewcomersForm, OwnForm, Reader, remember
from service.web.site import Site, site_of

router = APIRouter()
_MOST_SITTERS = 6
_HOME_FIELDS = {"reader", "press", "name", "zone", "name-1", "name-2", "email-1", "email-2"}


@router.api_route("/set-up", methods=["GET", "HEAD"])
def where_it_was(request: Request, reader: AReader) -> Response:
    household = _household(site_of(request), reader)
    return _over(household, reader) or _to(set_up.step_of(household))


@router.api_route("/set-up/begin", methods=["GET", "HEAD"])
def begin(request: Request, newcomer: ANewcomer) -> Response:
    site = site_of(request)
    household = _household(site, newcomer)
    return _home_page(site, newcomer, "begin", _shown(set_up.words_of(household)))


@router.post("/set-up/begin")
def save_begin(request: Request, newcomer: ANewcomer, form: NewcomersForm) -> Response:
    return _save_home(request, newcomer, form, "begin")


@router.api_route("/set-up/home", methods=["GET", "HEAD"])
def home(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    household = _household(site, reader)
    over = _over(household, reader)
    return over or _home_page(site, reader, "home", _shown(set_up.words_of(household)))


@router.post("/set-up/home")
def save_home(request: Request, reader: AReader, form: OwnForm) -> Response:
    return _over(_household(site_of(request), reader), reader) or _save_home(request, reader, form, "home")


@router.api_route("/set-up/list", methods=["GET", "HEAD"])
def bundles(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    household = _household(site, reader)
    return _over(household, reader) or _list_page(site, reader, household, household.holders)


@router.post("/set-up/list")
def save_bundles(request: Request, reader: AReader, form: OwnForm) -> Response:
    site = site_of(request)
    household = _household(site, reader)
    if over := _over(household, reader):
        return over
    fields = {name for name, _value in form.fields if name.startswith("bundle-")}
    form.only(once={"reader", "press", *fields})
    holders = {name.removeprefix("bundle-"): form.one(name) for name in fields}
    try:
        set_up.save_holders(site.world, reader.household, holders)
    except SetUpRefusedError as refused:
        return _list_page(site, reader, household, household.holders, problems=refused.problems)
    if form.one("press") == "sum":
        return RedirectResponse("/set-up/list#sum", status_code=303)
    return _to("you")


@router.api_route("/set-up/you", methods=["GET", "HEAD"])
def you(request: Request, reader: AReader) -> Response:
    site = site_of(request)
    household = _household(site, reader)
    name = household.partner(reader.partner).name
    return _over(household, reader) or _you_page(site, reader, household, draft_of(), run_by=name)


@router.post("/set-up/you")
def start(request: Request, reader: AReader, form: OwnForm) -> Response:
    site = site_of(request)
    household = _household(site, reader)
    if over := _over(household, reader):
        return over
    form.only(
        once={"reader", "press", "run_by", *own_fields(form)}, many={"consent", *fields_many(form, "own")}
    )
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    draft, run_by = OwnDraft.of(form), form.text("run_by")
    try:
        first_week.start(site.world, reader.household, reader.partner, read_own(draft), run_by)
        # Whoever else opened the printed link answers as nobody from here on.
        site.world.store.links.keep_session(reader.household, reader.partner, reader.session)
    except SetUpRefusedError as refused:
        return _you_page(site, reader, household, draft, run_by=run_by, problems=refused.problems)
    except SetUpOverError:  # somebody pressed twice
        pass
    return RedirectResponse("/welcome", status_code=303)


def _household(site: Site, reader: Reader) -> Household:
    return site.world.store.households.get(reader.household)


def _over(household: Household, reader: Reader) -> Response | None:
    """Where this reader belongs when these pages are not, or no longer, theirs."""
    if set_up.may_set_up(household, reader.partner):
        return None
    return RedirectResponse("/welcome", status_code=303)


def _to(step: str) -> Response:
    return RedirectResponse(f"/set-up/{step}", status_code=303)


def _save_home(request: Request, reader: Reader, form: Form, step: str) -> Response:
    site = site_of(request)
    sets = ["away", "asleep", *(f"sitter-{n}" for n in range(1, _MOST_SITTERS + 1))]
    names = {f"sitter-{n}-name" for n in range(1, _MOST_SITTERS + 1)}
    form.only(once=_HOME_FIELDS | names | fields_once(form, *sets), many={"child", *fields_many(form, *sets)})
    typed = {name: typed_hours(form, name) for name in sets}
    problems: list[str] = []
    windows = {}
    for name, hours in typed.items():
        try:
            windows[name] = hours.windows()
        except HoursRefusedError as refused:
            problems += refused.problems
    words = HomeWords(
        name=form.text("name"),
        zone=form.text("zone"),
        names=(form.text("name-1"), form.text("name-2")),
        emails=(form.text("email-1"), form.text("email-2")),
        children=tuple(filter(None, form.all("child"))),
        away=windows.get("away", ()),
        asleep=windows.get("asleep", ()),
        sitters=tuple(
            (form.text(f"{name}-name"), windows.get(name, ()))
            for name in sets[2:]
            if form.text(f"{name}-name") or windows.get(name)
        ),
    )
    problems = [*set_up.problems_of(words), *problems]
    if problems:
        shown = {
            "words": words,
            "away": typed["away"],
            "asleep": typed["asleep"],
            "sitters": [(form.text(f"{name}-name"), typed[name]) for name in sets[2:]],
        }
        return _home_page(site, reader, step, shown, problems=tuple(problems))
    try:
        household = set_up.save_home(site.world, reader.household, words)
    except SetUpOverError:
        return RedirectResponse("/welcome", status_code=303)
    response = _to("home" if form.one("press") == "stay" else "list")
    if step == "begin":
        remember(request, response, Reader(household.id, household.partners[0].id))
    return response


def _shown(words: HomeWords) -> Mapping[str, Any]:
    return {
        "words": words,
        "away": hours_of("away", words.away),
        "asleep": hours_of("asleep", words.asleep),
        "sitters": [
            (name, hours_of(f"sitter-{n}", hours)) for n, (name, hours) in enumerate(words.sitters, start=1)
        ],
    }


def _home_page(
    site: Site, reader: Reader, step: str, shown: Mapping[str, Any], *, problems: tuple[str, ...] = ()
) -> Response:
    given: list[tuple[str, Hours]] = shown["sitters"]
    sitters = [one for one in given if one[0] or any(not row.is_empty for row in one[1].rows)]
    spare = f"sitter-{len(sitters) + 1}"
    return site.page(
        "set_up_home.html",
        422 if problems else 200,
        key=reader.key,
        step=step,
        zones=set_up.zones(),
        most_children=set_up.MOST_CHILDREN,
        problems=problems,
        **{**shown, "sitters": [*sitters, ("", hours_of(spare, ()))][:_MOST_SITTERS]},
    )


def _list_page(
    site: Site,
    reader: Reader,
    household: Household,
    holders: Mapping[str, str],
    *,
    problems: tuple[str, ...] = (),
) -> Response:
    today = site.world.clock.now().astimezone(household.zone).date()
    lines = set_up.bundle_lines(household, today, holders)
    return site.page(
        "set_up_list.html",
        422 if problems else 200,
        household=household,
        reader=household.partner(reader.partner),
        other=household.other(reader.partner),
        lines=lines,
        sums=set_up.sums(household, lines),
        key=reader.key,
        problems=problems,
    )


def _you_page(
    site: Site,
    reader: Reader,
    household: Household,
    draft: OwnDraft,
    *,
    run_by: str,
    problems: tuple[str, ...] = (),
) -> Response:
    account = site.world.store.accounts.get(reader.household, reader.partner)
    return site.page(
        "set_up_you.html",
        422 if problems else 200,
        household=household,
        reader=household.partner(reader.partner),
        other=household.other(reader.partner),
        connected=account is not None,
        draft=draft,
        consents=consent_words(household, household.other(reader.partner).name),
        run_by=run_by,
        key=reader.key,
        problems=problems,
    )
