"""`/rules/sitters`: who sits with the children and when, proposed by one and settled by both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.domain.household import Sitter
from service.flow.rule_kinds import sitters_value
from service.web.forms import Form
from service.web.hours import Hours, HoursRefusedError, fields_many, fields_once, hours_of, typed_hours
from service.web.house_rules import proposed
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _

router = APIRouter()
MOST_SITTERS, LONGEST_NAME = 8, 60


@dataclass(frozen=True, slots=True)
class SitterRow:
    """A sitter as the form has them; the spare one at the end has no id yet."""

    place: str
    id: str
    name: str
    hours: Hours


@router.api_route("/rules/sitters", methods=["GET", "HEAD"])
def sitters(request: Request, reader: AReader) -> Response:
    return _sitters(site_of(request), reader)


@router.post("/rules/sitters")
def propose_sitters(request: Request, reader: AReader, form: OwnForm) -> Response:
    places = [f"sitter{n}" for n in range(MOST_SITTERS + 1)]
    form.only(
        once={"reader", "press"} | {f"{place}-name" for place in places} | fields_once(form, *places),
        many=fields_many(form, *places),
    )
    site = site_of(request)
    rows = _typed_sitters(site, reader, form, places)

    def again(site: Site, reader: Reader, *, problems: Sequence[str], status: int) -> Response:
        return _sitters(site, reader, rows, problems=problems, status=status)

    problems: list[str] = []
    found: list[Sitter] = []
    if form.one("press") != "yes":  # a form sent empty would be a home without sitters
        problems.append(_("Press the button to propose it."))
    for row in rows:
        if not row.name:
            continue
        try:
            hours = row.hours.windows()
        except HoursRefusedError as refused:
            problems += [f"{row.name}: {problem}" for problem in refused.problems]
            continue
        if not hours:
            problems.append(_("Say when %(name)s is there.") % {"name": row.name})
        found.append(Sitter(row.id or _free_id(row.name, rows, found), row.name, hours))
    if any(len(row.name) > LONGEST_NAME or "\n" in row.name for row in rows):
        problems.append(_("Keep a name to one line."))
    if problems:
        return again(site, reader, problems=problems, status=422)
    return proposed(site, reader, "sitters", sitters_value(found), again)


def _typed_sitters(site: Site, reader: Reader, form: Form, places: Sequence[str]) -> list[SitterRow]:
    """In the order of the page: those there are, each under its own id, then the new one."""
    ids = [sitter.id for sitter in site.world.store.households.get(reader.household).sitters]
    ids += [""] * (len(places) - len(ids))
    return [
        SitterRow(place, each, form.text(f"{place}-name"), typed_hours(form, place))
        for place, each in zip(places, ids, strict=False)
        if form.one(f"{place}-name") or each or any(name.startswith(f"{place}-") for name, _v in form.fields)
    ]


def _free_id(name: str, rows: Sequence[SitterRow], found: Sequence[Sitter]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32] or "sitter"
    taken = {row.id for row in rows} | {sitter.id for sitter in found}
    numbered = (f"sitter-{stem}" if n == 1 else f"sitter-{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def _sitters(
    site: Site,
    reader: Reader,
    rows: Sequence[SitterRow] = (),
    *,
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    there = site.world.store.households.get(reader.household).sitters
    if not rows:
        rows = [
            SitterRow(f"sitter{n}", one.id, one.name, hours_of(f"sitter{n}", one.hours))
            for n, one in enumerate(there)
        ]
    if len(rows) < MOST_SITTERS and all(row.id or row.name for row in rows):
        place = f"sitter{len(rows)}"
        rows = [*rows, SitterRow(place, "", "", hours_of(place, ()))]
    return site.page("rule_sitters.html", status, rows=rows, problems=problems, key=reader.key)
