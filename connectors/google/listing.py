"""The calendars of a Google account, and the one that is ours: found by its mark, made once.

`calendars.insert` takes no id of ours, so it is never sent twice on a guess. With the right to see the
list of calendars a lost answer is settled by looking; without it the intent is kept beforehand, and
after a lost answer a person looks. Never writes to a calendar, and deletes only an empty twin of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from connectors import identity
from connectors.errors import (
    AccessDeniedError,
    OutOfReachError,
    QuotaExhaustedError,
    RateLimitedError,
    RetryLaterError,
)
from connectors.google import rights
from connectors.google.client import CalendarApi, Reply
from connectors.google.errors import HomeGoneError, NotOursToWriteError, RightMissingError, error_of, strange
from connectors.model import CalendarId, CalendarRef
from connectors.sentences import Sentence

MAIN = CalendarId("primary")
"""How Google calls the person's own first calendar."""

_PAGE = 250
_MOST_PAGES = 20
_FIELDS = "nextPageToken,items(id,summary,summaryOverride,description,accessRole,primary,deleted)"
_WRITERS = ("owner", "writer")


class MakingUnknownError(AccessDeniedError):
    """Whether our calendar was made is not known, and the right to look is missing."""

    next_step = Sentence(
        "Look in Google Calendar and delete a calendar “Offplate” that is empty, if there is one; then "
        "connect again from your own page, best with “See the list of Google calendars” ticked."
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A calendar of the account; `main` is the first of those that its person owns."""

    ref: CalendarRef
    main: bool = False


def list_calendars(api: CalendarApi) -> list[Listed]:
    """Everything in the account's list; the main one alone where the right to the list is missing."""
    if not api.may(rights.CALENDAR_LIST):
        return [Listed(CalendarRef(MAIN, Sentence("Main calendar"), writable=False), main=True)]
    return [_listed(item) for item in _items(api) if not item.get("deleted")]


def ensure_home(api: CalendarApi, name: str, mark: str) -> CalendarRef:
    """The protocol's `ensure_home`. `name` is an id where it holds an `@`, as every id of Google's does."""
    api.insist_on(rights.OWN_CALENDAR)
    if "@" in name or name == MAIN:
        return _chosen(api, CalendarId(name))
    may_look = api.may(rights.CALENDAR_LIST)
    ours = _the_one(api, mark) if may_look else None
    if ours is None:
        if not may_look and api.wire.tokens.grant.making_home:
            raise MakingUnknownError(
                Sentence("Google's answer was lost while Offplate's calendar was being made.")
            )
        ours = _make(api, name, mark, may_look=may_look)
    _remember_making(api, making=False)
    if not ours.writable:
        raise NotOursToWriteError(Sentence("Offplate's calendar can only be read."), calendar=ours.id)
    return ours


def insist_on_calendar(api: CalendarApi, calendar: CalendarId, right: str) -> None:
    """Raise `CalendarGoneError` or `AccessDeniedError` if that is what is wrong with the calendar itself."""
    if calendar == MAIN:
        return
    reply = api.read(api.calendars.get(calendarId=calendar, fields="id"), right=right)
    if reply.verdict != "done":
        raise error_of(reply.verdict, reply.refusal, right=right, calendar=calendar)


def is_within_reach(api: CalendarApi, calendar: CalendarId) -> bool:
    """Whether that calendar is ours to write to, which its list of events does not prove.

    Not verified at Google: whether `calendar.app.created` reaches what another OAuth client made, such as
    that of the project before. It is therefore asked: no other right of ours answers `calendars.get`.
    """
    reply = _look_at(api, calendar)
    return reply is not None and reply.verdict == "done"


def out_of_reach(calendar: CalendarId) -> OutOfReachError:
    return OutOfReachError(
        Sentence(
            "Google does not let Offplate into the calendar that it wrote to, as when another Google project "
            "made it."
        ),
        calendar=calendar,
    )


@contextmanager
def reaching(api: CalendarApi, calendar: CalendarId) -> Iterator[None]:
    """Where Google refuses something in our calendar, say so if it is the calendar that is out of reach."""
    try:
        yield
    except AccessDeniedError:
        if calendar != MAIN and api.may(rights.OWN_CALENDAR) and not is_within_reach(api, calendar):
            raise out_of_reach(calendar) from None
        raise


def _make(api: CalendarApi, name: str, mark: str, *, may_look: bool) -> CalendarRef:
    """Ask for a calendar, once. A refusal made none; after silence we look, or say that we cannot."""
    _remember_making(api, making=True)
    body = {"summary": name, "description": identity.home_description(mark)}
    try:
        reply = api.write(api.calendars.insert(body=body), right=rights.OWN_CALENDAR)
    except (RateLimitedError, QuotaExhaustedError):
        _remember_making(api, making=False)
        raise
    except RetryLaterError:
        ours = _the_one(api, mark) if may_look else None
        if ours is None:
            raise
        return ours
    if reply.verdict != "done":
        _remember_making(api, making=False)
        raise error_of(reply.verdict, reply.refusal, right=rights.OWN_CALENDAR)
    if not reply.body.get("id"):
        raise strange(Sentence("a calendar without an id"))
    return _listed({**reply.body, "accessRole": "owner"}).ref


def _remember_making(api: CalendarApi, *, making: bool) -> None:
    """Before the call and after it, so that a crash between the two is found."""
    grant = api.wire.tokens.grant
    if grant.making_home != making:
        api.wire.tokens.keep(replace(grant, making_home=making))


def _the_one(api: CalendarApi, mark: str) -> CalendarRef | None:
    """Ours among the listed: the one that holds entries, and the others that bear its mark, if they are
    empty, deleted. One that another OAuth client made is its person's to delete."""
    marked = [each.ref for each in list_calendars(api) if each.ref.own and each.ref.mark == mark]
    ours = sorted((ref for ref in marked if is_within_reach(api, ref.id)), key=lambda r: r.id)
    if len(ours) < 2:
        return next(iter(ours), None)
    empty = [ref for ref in ours if _is_empty(api, ref.id)]
    chosen = next((ref for ref in ours if ref not in empty), ours[0])
    for twin in empty:
        if twin != chosen:
            api.write(api.calendars.delete(calendarId=twin.id), right=rights.OWN_CALENDAR)
    return chosen


def _is_empty(api: CalendarApi, calendar: CalendarId) -> bool:
    request = api.events.list(calendarId=calendar, maxResults=1, fields="items/id,nextPageToken")
    reply = api.read(request, right=rights.OWN_CALENDAR)
    return reply.verdict == "done" and not reply.body.get("items") and not reply.body.get("nextPageToken")


def _chosen(api: CalendarApi, calendar: CalendarId) -> CalendarRef:
    """A calendar named by its id: one of those that Offplate made, for its rights reach no other."""
    reply = _look_at(api, calendar)
    if reply is not None and reply.verdict == "not there":
        raise HomeGoneError(Sentence("The chosen calendar is not in this Google account."), calendar=calendar)
    ours = _listed({**reply.body, "accessRole": "owner"}).ref if reply and reply.verdict == "done" else None
    if ours is None or ours.mark is None:
        raise NotOursToWriteError(
            Sentence("Offplate may not write to the chosen calendar."), calendar=calendar
        )
    return ours


def _look_at(api: CalendarApi, calendar: CalendarId) -> Reply | None:
    """What `calendars.get` says; `None` when the right that we have does not reach that calendar.

    Not verified at Google: which refusal it is for a calendar that somebody else made, when
    `calendar.app.created` is all we have; so any of the three it can be counts, and in the end the mark.
    """
    try:
        return api.read(api.calendars.get(calendarId=calendar), right=rights.OWN_CALENDAR)
    except RightMissingError:
        return None


def _items(api: CalendarApi) -> Iterator[Mapping[str, Any]]:
    page: str | None = None
    for _ in range(_MOST_PAGES):
        request = api.calendar_list.list(maxResults=_PAGE, pageToken=page, fields=_FIELDS)
        reply = api.read(request, right=rights.CALENDAR_LIST)
        if reply.verdict != "done" or not isinstance(reply.body.get("items", []), list):
            raise strange(Sentence("the list of calendars"))
        yield from reply.body.get("items", [])
        page = reply.body.get("nextPageToken")
        if not page:
            return
    raise strange(Sentence("a list of calendars without end"))


def _listed(item: Mapping[str, Any]) -> Listed:
    calendar = CalendarId(str(item.get("id") or ""))
    ref = CalendarRef(
        id=calendar,
        name=str(item.get("summaryOverride") or item.get("summary") or calendar),
        writable=item.get("accessRole") in _WRITERS,
        mark=identity.find_mark(str(item.get("description") or "")),
        own=item.get("accessRole") == "owner",
    )
    return Listed(ref, main=item.get("primary") is True)
