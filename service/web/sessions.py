"""Who is asking: a session that a mailed link opened, kept as a cookie on one phone.

The cookie holds a random token whose hash is a row in `store.links`, so it ends when the partner
leaves or revokes their links. A session lasts 30 days from its last use. The address of a page never
says who reads it; the form does, so that two people on one phone are never mixed up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Depends, Request
from starlette.responses import Response

from service.domain.household import HouseholdId, PartnerId
from service.links import looks_like_token, new_token, token_hash
from service.ports import Link
from service.web.forms import AForm, Form
from service.web.site import Site, site_of

SESSION_LASTS = timedelta(days=30)
_RENEWED_AFTER = timedelta(days=1)
_COOKIE_LASTS = timedelta(days=400)
"""The longest that browsers keep a cookie; the row in the database decides."""


SessionPurpose = Literal["session", "set_up_session"]


class NoSessionError(Exception):
    """Nobody is known on this phone: show how to come in."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The partner a session belongs to. `key` is what a form repeats to say who filled it in; `session` is
    the hash of its token, empty before there is one."""

    household: HouseholdId
    partner: PartnerId
    session: bytes = field(default=b"", compare=False, repr=False)

    @property
    def key(self) -> str:
        return f"{self.household}/{self.partner}"

    @property
    def phone(self) -> str:
        """This partner in this very session."""
        return f"{self.key}/{self.session.hex()}"


def reader_of(request: Request) -> Reader:
    """The partner asking.

    Raises:
        NoSessionError: no cookie, or its session is unknown, expired or revoked.
    """
    site = site_of(request)
    link = _session_link(request, site)
    if link is None:
        raise NoSessionError
    now = site.world.clock.now()
    if link.expires_at < now + SESSION_LASTS - _RENEWED_AFTER:
        site.world.store.links.extend(link.token_hash, expires_at=now + SESSION_LASTS)
    return Reader(link.household, link.partner, link.token_hash)


AReader = Annotated[Reader, Depends(reader_of)]


class OtherReaderError(Exception):
    """The form was filled in by somebody else than this phone answers as now. Nothing was saved."""


def own_form(reader: AReader, form: AForm) -> Form:
    """A form that this session's own person filled in.

    Raises:
        OtherReaderError: it names another one, or nobody.
    """
    if form.one("reader") != reader.key:
        raise OtherReaderError
    return form


OwnForm = Annotated[Form, Depends(own_form)]


def newcomer_of(request: Request) -> Reader:
    """Whoever fills in the pages of a home in which nobody is named yet; its partner's id is empty.

    Raises:
        NoSessionError: no cookie, or its session is unknown, expired or ended by *Start*.
    """
    site = site_of(request)
    link = _session_link(request, site, "set_up_session")
    if link is None or not site.world.store.households.get(link.household).in_set_up:
        raise NoSessionError
    return Reader(link.household, link.partner)


ANewcomer = Annotated[Reader, Depends(newcomer_of)]


def newcomers_form(reader: ANewcomer, form: AForm) -> Form:
    """As `own_form`, for a home in which nobody is named yet."""
    return own_form(reader, form)


NewcomersForm = Annotated[Form, Depends(newcomers_form)]


def remember(
    request: Request, response: Response, reader: Reader, purpose: SessionPurpose = "session"
) -> None:
    """Make this phone answer as `reader`: a new session, unless it already has one of theirs."""
    site = site_of(request)
    link = _session_link(request, site, purpose)
    if link is not None and Reader(link.household, link.partner) == reader:
        return
    token = new_token()
    site.world.store.links.save(
        Link(
            token_hash=token_hash(token),
            household=reader.household,
            partner=reader.partner,
            purpose=purpose,
            week=None,
            expires_at=site.world.clock.now() + SESSION_LASTS,
        )
    )
    response.set_cookie(
        cookie_name(site),
        token,
        max_age=int(_COOKIE_LASTS.total_seconds()),
        path="/",
        secure=site.secure,
        httponly=True,
        samesite="lax",
    )


def forget(request: Request, response: Response) -> None:
    """Make this phone answer as nobody; the session itself has ended already."""
    site = site_of(request)
    response.delete_cookie(cookie_name(site), path="/", secure=site.secure, httponly=True, samesite="lax")


def cookie_name(site: Site) -> str:
    """`__Host-` pins the cookie to this host over TLS (RFC 6265bis section 4.1.3.2); without TLS
    browsers would drop such a cookie."""
    return "__Host-offplate" if site.secure else "offplate"


def _session_link(request: Request, site: Site, purpose: SessionPurpose = "session") -> Link | None:
    token = request.cookies.get(cookie_name(site), "")
    if not looks_like_token(token):
        return None
    link = site.world.store.links.get(token_hash(token), now=site.world.clock.now())
    return link if link is not None and link.purpose == purpose else None
