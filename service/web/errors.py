"""When something is not as it should be: a page that says what happened, what is safe, and what to do.

People always get a page in words, never JSON, and never a trace of what went on inside.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.flow.check_in import CheckInClosedError
from service.flow.plan_week import PlanChangedError
from service.web.forms import UnreadableFormError
from service.web.sessions import NoSessionError, OtherReaderError
from service.web.site import Site, site_of
from service.words import _


def message_page(
    site: Site, status: int, *, headers: Mapping[str, str] | None = None, kind: str = "", go_on: str = ""
) -> Response:
    """`go_on` is where somebody came from who is in the middle of something."""
    known = messages()
    heading, sentences = known.get(kind or str(status), known["400"])
    return site.page("message.html", status, headers, heading=heading, sentences=sentences, go_on=go_on)


def install(app: FastAPI) -> None:
    """Answer every refusal of the framework and of our pages in words."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return message_page(site_of(request), error.status_code, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    @app.exception_handler(UnreadableFormError)
    async def unreadable(request: Request, error: Exception) -> Response:  # noqa: ARG001
        return message_page(site_of(request), 400)

    @app.exception_handler(CheckInClosedError)
    async def no_check_in(request: Request, error: CheckInClosedError) -> Response:  # noqa: ARG001
        return message_page(site_of(request), 404, kind="no_check_in")

    @app.exception_handler(OtherReaderError)
    async def somebody_else(request: Request, error: OtherReaderError) -> Response:  # noqa: ARG001
        return message_page(site_of(request), 409, kind="other_reader")

    @app.exception_handler(PlanChangedError)
    async def at_the_same_time(request: Request, error: PlanChangedError) -> Response:  # noqa: ARG001
        return message_page(site_of(request), 409, kind="plan_changed")

    @app.exception_handler(NoSessionError)
    async def nobody(request: Request, error: NoSessionError) -> Response:  # noqa: ARG001
        return message_page(site_of(request), 403, kind="no_session")


def messages() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Heading and sentences of each kind."""
    nothing_changed = _("Nothing was changed, and nothing you saved before is lost.")
    return {
        "400": (
            _("That could not be read."),
            (nothing_changed, _("Go back, open the page again and send it from there.")),
        ),
        "403": (
            _("That came from another page."),
            (nothing_changed, _("Open the page again from your own link and press the button there.")),
        ),
        "404": (
            _("There is no such page."),
            (_("Nothing is lost. Your week is one tap away, and so is the link in your latest mail."),),
        ),
        "405": (_("A page cannot be used like that."), (nothing_changed,)),
        "413": (
            _("That is more than one page can send."),
            (nothing_changed, _("Go back and keep the text short.")),
        ),
        "415": (
            _("That could not be read."),
            (nothing_changed, _("Open the page again and use its own button.")),
        ),
        "500": (
            _("Something went wrong here."),
            (
                _("It was nothing you did, and nothing you saved is lost."),
                _("Try again in a minute."),
            ),
        ),
        "no_session": (
            _("Whose week is it?"),
            (
                _("This phone does not know you yet, or it has been a while."),
                _("Open the link in your latest mail from Offplate; after that it stays open here."),
            ),
        ),
        "no_link": (
            _("This link has ended."),
            (
                _("Links end after a while, and mail programs sometimes cut them. Nothing is lost."),
                _(
                    "Open the link in your latest mail from Offplate. No mail there? Whoever runs "
                    "Offplate for you can send a new one."
                ),
            ),
        ),
        "too_many": (
            _("A little slower, please."),
            (_("Too many links that do not exist were tried from here. Try again in a minute."),),
        ),
        "other_reader": (
            _("This phone answers as somebody else now."),
            (
                _(
                    "The page was opened by one of you and sent after the other had come in on this phone. "
                    "So it was not saved, and nothing is lost."
                ),
                _("Open your own link again and answer there."),
            ),
        ),
        "named_in_file": (
            _("Your calendar is set up elsewhere."),
            (
                _("It is named in the file of whoever runs Offplate for you, and can only be changed there."),
                nothing_changed,
            ),
        ),
        "connected": (
            _("Your calendar is connected."),
            (_("Within minutes Offplate knows when you are busy, and your blocks appear in it."),),
        ),
        "plan_changed": (
            _("The week changed at the same moment."),
            (nothing_changed, _("Open it again, and if it still suits you, press once more.")),
        ),
        "no_check_in": (
            _("There is no check-in for that week."),
            (_("Nothing is lost. When the next one opens, a mail brings your link."),),
        ),
    }
