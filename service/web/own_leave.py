"""`/me/leave`: one goes, alone and without a reason. The page says what goes and what stays; a press does it.

It is done while the page waits, so that who leaves sees that it is done; a calendar that cannot be reached
is said, and nothing is forgotten until its person tries again or goes without it.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from connectors.errors import ConnectorError
from service.flow import leave as flow
from service.flow.our_calendar import CalendarNotFoundError
from service.flow.turn import HouseholdBusyError
from service.links import new_token
from service.web.forms import UnreadableFormError
from service.web.sessions import AReader, OwnForm, Reader, forget
from service.web.site import Site, site_of
from service.words import _, said_of

router = APIRouter()
BUSY_SECONDS = 20
"""A run that takes longer is waited for by the person, not by the page."""


@router.api_route("/me/leave", methods=["GET", "HEAD"])
def look(request: Request, reader: AReader) -> Response:
    return _page(site_of(request), reader)


@router.post("/me/leave")
def leave(request: Request, reader: AReader, form: OwnForm) -> Response:
    form.only(once={"reader", "press"})
    if form.one("press") not in ("yes", "without"):  # a form sent empty, by whatever sends forms
        raise UnreadableFormError
    site = site_of(request)
    without = form.one("press") == "without"
    try:
        flow.leave(
            site.world,
            reader.household,
            reader.partner,
            owner=f"leave:{new_token()}",
            busy_seconds=BUSY_SECONDS,
            with_entries=not without,
        )
    except HouseholdBusyError:
        waits = _("Your calendars are being read right now. Nothing was changed; press again in a minute.")
        return _page(site, reader, problem=waits, status=409)
    except (ConnectorError, CalendarNotFoundError) as error:
        return _page(site, reader, problem=said_of(error), status=409, unreachable=True)
    except KeyError:  # pressed twice: the first press has done it
        pass
    left = site.page("left.html", without=without)
    forget(request, left)
    return left


def _page(
    site: Site, reader: Reader, *, problem: str = "", status: int = 200, unreachable: bool = False
) -> Response:
    household = site.world.store.households.get(reader.household)
    return site.page(
        "own_leave.html",
        status,
        household=household,
        other=household.other(reader.partner) if len(household.partners) > 1 else None,
        connected=site.world.store.accounts.get(reader.household, reader.partner) is not None,
        problem=problem,
        unreachable=unreachable,
        key=reader.key,
    )
