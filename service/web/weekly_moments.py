"""`/rules/moments`: when the week is asked about, talked about and closed, settled by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.dates import days_of_week
from service.domain.household import CheckInTimes
from service.domain.week import DAY_NAMES, WeeklyMoment
from service.flow.rule_kinds import MOMENTS, moments_value
from service.web.forms import Form
from service.web.house_rules import proposed
from service.web.sessions import AReader, OwnForm, Reader
from service.web.site import Site, site_of
from service.words import _

router = APIRouter()
Typed = Mapping[str, tuple[str, str]]
"""For each moment its day and time, as they were chosen and typed."""


@router.api_route("/rules/moments", methods=["GET", "HEAD"])
def moments(request: Request, reader: AReader) -> Response:
    return _moments(site_of(request), reader)


@router.post("/rules/moments")
def propose_moments(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", *(f"{name}-{part}" for name in MOMENTS for part in ("day", "time"))})
    site, typed = site_of(request), _typed(form)

    def again(site: Site, reader: Reader, *, problems: Sequence[str], status: int) -> Response:
        return _moments(site, reader, typed, problems=problems, status=status)

    try:
        opens, meets, closes = (WeeklyMoment.parse(" ".join(typed[name])) for name in MOMENTS)
    except ValueError:
        return again(site, reader, problems=(_("Write each time like 20:30."),), status=422)
    if not opens < meets < closes:
        told = _(
            "First the question, then the two of you, then the close, all between a Monday and its Sunday."
        )
        return again(site, reader, problems=(told,), status=422)
    return proposed(site, reader, "moments", moments_value(CheckInTimes(opens, meets, closes)), again)


def _typed(form: Form) -> Typed:
    return {name: (form.text(f"{name}-day"), form.text(f"{name}-time")) for name in MOMENTS}


def _moments(
    site: Site,
    reader: Reader,
    typed: Typed | None = None,
    *,
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    stands = moments_value(site.world.store.households.get(reader.household).check_in)
    headings = (_("The question comes"), _("You sit down together"), _("It closes, agreed or not"))
    shown = typed or {name: tuple(stands[name].split(" ")) for name in MOMENTS}
    return site.page(
        "rule_moments.html",
        status,
        rows=[(name, heading, *shown[name]) for name, heading in zip(MOMENTS, headings, strict=True)],
        days=list(zip(DAY_NAMES, days_of_week(), strict=True)),
        problems=problems,
        key=reader.key,
    )
