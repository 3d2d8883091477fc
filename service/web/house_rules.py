"""`/rules`: what the two settle together. Either proposes, the other says yes on their own page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import get_args

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service.dates import in_hours
from service.domain.chores import Chore, OnlyReason, Shed
from service.domain.household import RuleKind
from service.flow import house_rules as flow
from service.flow.chore_list import LONGEST_STANDARD, MOST_MINUTES
from service.flow.house_rules import RuleRefusedError
from service.flow.rule_kinds import Value, only_value, reason_words, shed_words
from service.web.forms import Form, UnreadableFormError
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _

router = APIRouter()
FEED_GAPS_MINUTES = (90, 120, 150, 180, 240, 300, 360)
SPLITS = tuple(range(80, 10, -5))
"""What the first of two carries of a hundred."""


@router.api_route("/rules", methods=["GET", "HEAD"])
def show(request: Request, reader: AReader) -> Response:
    return _rules(site_of(request), reader)


@router.post("/rules/{change}/yes")
def confirm(request: Request, change: str, reader: AReader, form: OwnForm) -> Response:
    return _press(request, reader, form, lambda site, seen_at: flow.confirm(
        site.world, reader.household, reader.partner, change, seen_at=seen_at
    ))  # fmt: skip


@router.post("/rules/{change}/no")
def withdraw(request: Request, change: str, reader: AReader, form: OwnForm) -> Response:
    return _press(request, reader, form, lambda site, seen_at: flow.withdraw(
        site.world, reader.household, change, seen_at=seen_at
    ))  # fmt: skip


@router.api_route("/rules/split", methods=["GET", "HEAD"])
def split(request: Request, reader: AReader) -> Response:
    return _split(site_of(request), reader)


@router.post("/rules/split")
def propose_split(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "first"})
    site = site_of(request)
    household = site.world.store.households.get(reader.household)
    first = next((part for part in SPLITS if str(part) == form.one("first")), None)
    if first is None or len(household.partners) != 2:
        return _split(site, reader, problems=(_("Choose one of the splits."),), status=422)
    one, other = (partner.id for partner in household.partners)
    return proposed(site, reader, "base_split", {"parts": {one: first, other: 100 - first}}, _split)


@router.api_route("/rules/chore/{chore}", methods=["GET", "HEAD"])
def of_chore(request: Request, chore: str, reader: AReader) -> Response:
    return _of_chore(site_of(request), reader, chore)


@router.post("/rules/chore/{chore}/shed")
def propose_shed(request: Request, chore: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "shed"})
    site = site_of(request)
    shed = next((known for known in get_args(Shed) if known == form.one("shed")), None)
    if shed is None:
        return _of_chore(site, reader, chore, problems=(_("Choose one of the four."),), status=422)
    return _about_chore(site, reader, "shed", {"shed": shed}, chore)


@router.post("/rules/chore/{chore}/only")
def propose_only(request: Request, chore: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "only", "reason", "feed_gap", "bottle"})
    site = site_of(request)
    household = site.world.store.households.get(reader.household)
    who = next((one.id for one in household.partners if one.id == form.one("only")), None)
    reason = next((known for known in get_args(OnlyReason) if known == form.one("reason")), None)
    if who is None and form.one("only") != "either":
        problem = _("Choose who can do it.")
    elif who is not None and reason is None:
        problem = _("Choose the reason. There are four; what one of you can learn is none of them.")
    else:
        gap = next((minutes for minutes in FEED_GAPS_MINUTES if str(minutes) == form.one("feed_gap")), None)
        bottle = form.one("bottle") == "yes"
        value = only_value(who, reason if who else None, gap, bottle_is_fine=bottle)
        return _about_chore(site, reader, "only", value, chore)
    return _of_chore(site, reader, chore, problems=(problem,), status=422)


@router.post("/rules/chore/{chore}/standard")
def propose_standard(request: Request, chore: str, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "standard", "minutes"})
    site = site_of(request)
    standard, minutes = form.text("standard"), form.text("minutes")
    problems = []
    if not standard or "\n" in standard or len(standard) > LONGEST_STANDARD:
        problems.append(_("Say in one line what is enough."))
    if not (re.fullmatch(r"[0-9]{1,4}", minutes) and 1 <= int(minutes) <= MOST_MINUTES):
        problems.append(_("Say how many minutes it takes, from 1 on."))
    if problems:
        draft = (standard, minutes)
        return _of_chore(site, reader, chore, draft=draft, problems=problems, status=422)
    return _about_chore(site, reader, "standard", {"standard": standard, "minutes": int(minutes)}, chore)


def _about_chore(site: Site, reader: Reader, kind: RuleKind, value: Value, chore: str) -> Response:
    def again(site: Site, reader: Reader, *, problems: Sequence[str], status: int) -> Response:
        return _of_chore(site, reader, chore, problems=problems, status=status)

    return proposed(site, reader, kind, value, again, about=chore)


def proposed(
    site: Site,
    reader: Reader,
    kind: RuleKind,
    value: Value,
    again: Callable[..., Response],
    *,
    about: str = "",
) -> Response:
    """Put before the other one, or shown `again` with what keeps it from that."""
    try:
        flow.propose(site.world, reader.household, reader.partner, kind, value, about=about)
    except KeyError as error:
        raise HTTPException(404) from error
    except RuleRefusedError as refused:
        return again(site, reader, problems=refused.problems, status=422)
    return RedirectResponse("/rules", status_code=303)


def _press(request: Request, reader: Reader, form: Form, do: Callable[[Site, str], None]) -> Response:
    form.only(once={"reader", "press", "seen_at"})
    if form.one("press") != "yes":  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    site = site_of(request)
    try:
        do(site, form.one("seen_at"))
    except RuleRefusedError as refused:
        return _rules(site, reader, problem=str(refused), status=409)
    return RedirectResponse("/rules", status_code=303)


def _rules(site: Site, reader: Reader, *, problem: str = "", status: int = 200) -> Response:
    shown = flow.view(site.world, reader.household, reader.partner)
    return site.page(
        "rules.html",
        status,
        household=shown.household,
        view=shown,
        headings={
            "base_split": _("How an ordinary week is split"),
            "children": _("When the children are out and when they sleep"),
            "sitters": _("Who sits with the children, and when"),
            "moments": _("When the two of you look at the week"),
        },
        addresses={"base_split": "split", "children": "children", "sitters": "sitters", "moments": "moments"},
        key=reader.key,
        problem=problem,
    )


def _split(site: Site, reader: Reader, *, problems: Sequence[str] = (), status: int = 200) -> Response:
    household = site.world.store.households.get(reader.household)
    parts = [household.base_split.get(partner.id, 1) for partner in household.partners]
    now = round(100 * parts[0] / (sum(parts) or 1))
    return site.page(
        "rule_split.html",
        status,
        household=household,
        splits=SPLITS,
        now=min(SPLITS, key=lambda part: abs(part - now)),
        problems=problems,
        key=reader.key,
    )


def _feed_gaps(chore: Chore) -> list[tuple[int, str]]:
    """What can be chosen; one that config.toml gave is among them."""
    there = {chore.feed_gap_minutes} if chore.feed_gap_minutes else set()
    return [(minutes, in_hours(minutes)) for minutes in sorted({*FEED_GAPS_MINUTES, *there})]


def _of_chore(
    site: Site,
    reader: Reader,
    chore: str,
    *,
    draft: tuple[str, str] | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    """`draft` is what was typed of what is enough and its minutes."""
    found = next(
        (one for one in site.world.store.households.chores(reader.household) if one.id == chore), None
    )
    if found is None:
        raise HTTPException(404)
    return site.page(
        "rule_chore.html",
        status,
        household=site.world.store.households.get(reader.household),
        chore=found,
        draft=draft or (found.standard, str(found.effort_minutes)),
        sheds=shed_words(),
        reasons=reason_words(),
        feed_gaps=_feed_gaps(found),
        problems=problems,
        key=reader.key,
    )
